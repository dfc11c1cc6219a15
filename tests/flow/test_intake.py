"""Importing a file: one outcome for every row, named problems, all or nothing when asked."""

from datetime import date
from pathlib import Path

import pytest

from estafette.demo import invented_day
from estafette.domain.error import Invalid, NotFound
from estafette.domain.imported import FileKind, ImportReport
from estafette.domain.outcome import ImportOptions, Intake
from estafette.exchange.csv import write_csv
from estafette.flow.intake import import_file, store_demo_day
from estafette.store.board import get_board
from estafette.store.company import create_company
from estafette.store.database import Database
from estafette.store.day import load_day

DAY = date(2026, 11, 25)
STORE = ImportOptions(actor="test")

TRIPS = """\
ref;rider;rider_name;service_on;origin;origin_name;origin_lon;origin_lat;destination;anchor;requested_at

t1;r1;Alba;2026-11-25;home;Home;6,10;46,20;home2;arrive_by;08:30
t2;r2;Ivo;2026-11-25;home2;Home 2;6,11;46,21;home;pickup_at;24:30
t3;r3;Rosa;2026-11-25;home;;;;ward;pickup_at;
t4;r4;Zoé;25.11.2026;home;;;;home2;later;
t2;r2;Ivo;2026-11-25;home2;;;;home;pickup_at;09:00
"""


@pytest.fixture
def company_id(database: Database) -> int:
    """A company in Switzerland."""
    return create_company(database.server, name="Example", zone="Europe/Zurich")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with good and bad rows."""
    path = tmp_path / "monday.csv"
    path.write_text(TRIPS, encoding="utf-8-sig")
    return path


def import_trips(
    database: Database, company_id: int, path: Path, options: ImportOptions = STORE
) -> ImportReport:
    return import_file(database, company_id, kind=FileKind.TRIPS, path=path, options=options)


def stored_refs(database: Database, company_id: int) -> list[str]:
    return [trip.ref for trip in get_board(database, company_id, DAY).trips]


def test_every_row_has_an_outcome_and_every_refusal_its_cells(
    database: Database, company_id: int, path: Path
) -> None:
    report = import_trips(database, company_id, path)
    assert [(row.row, row.ref, row.outcome.value) for row in report.rows] == [
        (3, "t1", "created"),
        (4, "t2", "created"),
        (5, "t3", "refused"),
        (6, "", "refused"),
        (7, "t2", "refused"),
    ]
    said = [
        (found.row, found.column, found.value, found.expected)
        for row in report.rows
        for found in row.problems
    ]
    assert said == [
        (5, "destination", "ward", "a place of the company, or its name and position"),
        (6, "service_on", "25.11.2026", "a date like 2026-11-25"),
        (6, "anchor", "later", "one of arrive_by, pickup_at"),
        (7, "ref", "t2", "a reference that no earlier row has"),
    ]
    assert stored_refs(database, company_id) == ["t1", "t2"]


def test_times_are_those_of_the_company(database: Database, company_id: int, path: Path) -> None:
    import_trips(database, company_id, path)
    cards = get_board(database, company_id, DAY).trips
    assert [card.requested_at.isoformat() for card in cards if card.requested_at] == [
        "2026-11-25T07:30:00+00:00",
        "2026-11-25T23:30:00+00:00",
    ]


@pytest.mark.parametrize(
    "options", [ImportOptions(actor="test", dry_run=True), ImportOptions(actor="test", atomic=True)]
)
def test_a_dry_run_or_an_atomic_file_with_a_bad_row_stores_nothing(
    database: Database, company_id: int, path: Path, options: ImportOptions
) -> None:
    report = import_trips(database, company_id, path, options)
    assert report.counts() == {Intake.CREATED: 2, Intake.UPDATED: 0, Intake.UNCHANGED: 0, Intake.REFUSED: 3}
    assert not report.stored
    assert stored_refs(database, company_id) == []


def test_an_unread_row_alone_holds_back_an_atomic_file(
    database: Database, company_id: int, path: Path
) -> None:
    lines = TRIPS.splitlines()
    path.write_text("\n".join(lines[:4] + lines[5:6]))
    report = import_trips(database, company_id, path, ImportOptions(actor="test", atomic=True))
    assert [row.outcome for row in report.rows] == [Intake.CREATED, Intake.CREATED, Intake.REFUSED]
    assert stored_refs(database, company_id) == []


def test_a_file_that_is_not_there_is_named(database: Database, company_id: int, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=r"^none.csv: cannot be read, No such file"):
        import_trips(database, company_id, tmp_path / "none.csv")


def test_a_company_that_does_not_exist_is_named(database: Database, path: Path) -> None:
    with pytest.raises(NotFound, match="company 7"):
        import_trips(database, 7, path)


def test_contradictions_name_the_column_that_is_at_fault(
    database: Database, company_id: int, path: Path
) -> None:
    header, _, first, second, *_ = TRIPS.splitlines()
    again = second.replace("t2", "t9").replace("6,11", "6,12")
    path.write_text("\n".join([header, first, second, again]))
    [*_, row] = import_trips(database, company_id, path).rows
    assert [(found.column, found.value, found.expected) for found in row.problems] == [
        ("origin", "home2", "the same facts of place home2 as in an earlier row")
    ]


def test_a_driver_in_a_list_whom_the_company_does_not_have_is_named_with_the_column(
    database: Database, company_id: int, path: Path
) -> None:
    path.write_text("ref;name;banned_drivers;preferred_drivers\nr1;Alba;;d7 | d9\n")
    report = import_file(database, company_id, kind=FileKind.RIDERS, path=path, options=STORE)
    (problem,) = report.rows[0].problems
    assert (problem.column, problem.value) == ("preferred_drivers", "d7 | d9")
    assert problem.expected == "drivers of the company: there is no d7"


def test_the_examples_of_the_documentation_can_be_imported_one_after_the_other(
    database: Database, company_id: int, tmp_path: Path
) -> None:
    documented = (Path(__file__).parents[2] / "docs" / "import.md").read_text(encoding="utf-8")
    for kind in (FileKind.DRIVERS, FileKind.VEHICLES, FileKind.SHIFTS, FileKind.RIDERS, FileKind.TRIPS):
        path = tmp_path / f"{kind}.csv"
        path.write_text(
            documented.partition(f"## {kind.title()}\n")[2].split("```csv\n")[1].partition("```")[0]
        )
        report = import_file(database, company_id, kind=kind, path=path, options=STORE)
        assert [row.outcome for row in report.rows] == [Intake.CREATED], report.rows


def test_an_invented_day_can_be_stored_and_loaded(database: Database, company_id: int) -> None:
    day = invented_day(1, trips=40, drivers=7, service_on=DAY)
    stored = store_demo_day(database, company_id, day, actor="test")
    outcomes = {row.outcome for delivery in stored for row in delivery.outcomes}
    problem = load_day(database, company_id, DAY)
    assert outcomes == {Intake.CREATED}
    assert (len(problem.trips), len(problem.runs)) == (40, 7)
    assert len(problem.will_calls) == len(day.trips) - 40
    assert all(run.breaks == shift.breaks for run, shift in zip(problem.runs, day.shifts, strict=True))


def test_an_invented_day_is_one_transaction_and_the_second_time_changes_nothing(
    database: Database, company_id: int
) -> None:
    day = invented_day(1, trips=20, drivers=4, service_on=DAY)
    database.count()
    store_demo_day(database, company_id, day, actor="test")
    assert database.count().round_trips == 1
    again = store_demo_day(database, company_id, day, actor="test")
    assert {row.outcome for delivery in again for row in delivery.outcomes} == {Intake.UNCHANGED}
    assert get_board(database, company_id, DAY).version == 2


def test_the_files_of_an_invented_day_store_the_same_day(
    database: Database, company_id: int, tmp_path: Path
) -> None:
    day = invented_day(1, trips=20, drivers=4, service_on=DAY)
    store_demo_day(database, company_id, day, actor="test")
    for kind in (FileKind.DRIVERS, FileKind.RIDERS, FileKind.VEHICLES, FileKind.SHIFTS, FileKind.TRIPS):
        path = tmp_path / f"{kind}.csv"
        path.write_bytes(write_csv(getattr(day, kind), kind, zone="Europe/Zurich"))
        report = import_file(database, company_id, kind=kind, path=path, options=STORE)
        assert {row.outcome for row in report.rows} == {Intake.UNCHANGED}
