"""Search through the API: parts of words, mistakes, other scripts, and names of riders that leave are entered."""

import httpx
import pytest

from tests.dispatched import Dispatched
from tests.edge.firm import Firm

NAMES = (
    "Müller Hans", "Rita Rossi", "Rosa Ritter", "François Lefèvre", "Jean-Pierre O’Neill", "Łukasz Żółkiewski",
    "Анна Петрова", "Νίκος Παπαδόπουλος", "王小明", "محمد علي", "Søren Kjærgaard", "Weiß Ute", "Alba Favrelin",
)  # fmt: skip


@pytest.fixture
def names(company: Dispatched) -> Dispatched:
    """Riders with names of many languages."""
    company.write(
        "INSERT INTO rider (company_id, ref, name) SELECT %(company)s, 'R' || n, name"
        " FROM unnest(%(names)s::text[]) WITH ORDINALITY AS x (name, n)",
        names=list(NAMES),
    )
    return company


def found(api: httpx.Client, typed: str, kind: str = "rider") -> list[str]:
    answer = api.get("/search", params={"q": typed})
    assert answer.status_code == 200, answer.text
    return [each["name"] for each in answer.json()["items"] if each["kind"] == kind]


MEANT = (
    ("rita rossi", "Rita Rossi"), ("ross", "Rita Rossi"), ("rosi rita", "Rita Rossi"), ("muller", "Müller Hans"),
    ("MÜLLER", "Müller Hans"), ("mueller hans", "Müller Hans"), ("lefevre", "François Lefèvre"),
    ("francois", "François Lefèvre"), ("oneill jean", "Jean-Pierre O’Neill"), ("zolkiewski", "Łukasz Żółkiewski"),
    ("lukasz", "Łukasz Żółkiewski"), ("петров", "Анна Петрова"), ("АННА", "Анна Петрова"),
    ("παπαδοπουλος", "Νίκος Παπαδόπουλος"), ("小明", "王小明"), ("王小", "王小明"), ("محمد", "محمد علي"),
    ("soren", "Søren Kjærgaard"), ("kjaergaard", "Søren Kjærgaard"), ("weiss", "Weiß Ute"),
    ("favrlein", "Alba Favrelin"), ("vrelin", "Alba Favrelin"), ("R13", "Alba Favrelin"),
)  # fmt: skip


def test_who_is_meant_is_found_first(api: httpx.Client, names: Dispatched) -> None:
    assert [(typed, found(api, typed)[:1]) for typed, _ in MEANT] == [(typed, [who]) for typed, who in MEANT]


def test_what_is_like_nothing_finds_nothing(api: httpx.Client, names: Dispatched) -> None:
    for typed in ("qqqqqq", "%", "_", "'; --", "\\", "  "):
        assert found(api, typed) == []


def test_places_drivers_and_trips_are_found_too(api: httpx.Client, company: Dispatched) -> None:
    assert found(api, "place 3", "place")[0] == "Place 3"
    assert found(api, "driver 2", "driver")[0] == "Driver 2"
    trip = api.get("/search", params={"q": "t0"}).json()["items"]
    (hit,) = [each for each in trip if each["kind"] == "trip"]
    assert (hit["id"], hit["name"], hit["service_on"]) == (company.trip_ids[0], "A Rider", "2026-11-25")
    assert [each["id"] for each in api.get("/search", params={"q": str(company.trip_ids[1])}).json()["items"]
            if each["kind"] == "trip"] == [company.trip_ids[1]]  # fmt: skip


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "x" * 101}, {"q": "x", "limit": "0"}, {"q": "a\x00"}])
def test_what_cannot_be_typed_is_refused(api: httpx.Client, query: dict[str, str]) -> None:
    assert api.get("/search", params=query).status_code == 400


def test_riders_whose_names_are_shown_are_entered_once_for_each_search(
    api: httpx.Client, names: Dispatched
) -> None:
    entries = "SELECT ids FROM ledger WHERE kind = 'rider' AND action = 'read' ORDER BY id"
    found(api, "place")
    assert names.write(entries) == []
    items = api.get("/search", params={"q": "ross"}).json()["items"]
    shown = sorted(each["id"] for each in items if each["kind"] == "rider")
    assert names.write(entries) == [(shown,)]
    api.get("/search", params={"q": "t1"})
    assert names.write(entries)[-1] == ([names.rider_id],)


def test_a_name_that_was_changed_or_erased_is_no_longer_found(api: httpx.Client, names: Dispatched) -> None:
    (rider,) = [each["id"] for each in api.get("/search", params={"q": "favrelin"}).json()["items"]]
    assert api.post(f"/riders/{rider}/erase").status_code == 200
    assert found(api, "favrelin") == []


def test_other_companies_are_not_found(api: httpx.Client, company: Dispatched) -> None:
    other = Firm(company.database, "Zyzzyva")
    assert other.company_id != company.company_id
    assert api.get("/search", params={"q": "zyzzyva"}).json()["items"] == []
