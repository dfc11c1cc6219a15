"""Road times that are kept in the database: what was kept comes back, incrementally, and nobody else's."""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
import psycopg
import pytest

from estafette.domain.error import NotFound
from estafette.domain.place import Place
from estafette.domain.road_times import NO_WAY, Fresh, RoadTimes
from estafette.store.access import (
    at_access_points,
    list_places,
    remove_access_point,
    set_access_point,
)
from estafette.store.database import Database, Statement
from estafette.store.road_times import KeptRoadTimes
from tests.store.days import a_company, a_day

ROADS = "graph 0123"


class Truth:
    """Road times of every pair of places, and what is new of them."""

    def __init__(self, company_id: int, places: Sequence[Place]) -> None:
        self.company_id, self.places = company_id, places
        dice = np.random.default_rng(7)
        count = len(places)
        seconds = dice.integers(1, 60_000, (count, count)).astype(np.int32)
        metres = (10 * dice.integers(1, 60_000, (count, count))).astype(np.int32)
        for table in (seconds, metres):
            np.fill_diagonal(table, NO_WAY)
            table[1, 2] = NO_WAY
        self.times = RoadTimes(seconds, metres)

    def fresh(self, before: int, until: int) -> Fresh:
        to = RoadTimes(*(table[before:until, :until] for table in self.times))
        back = RoadTimes(*(table[:until, before:until] for table in self.times))
        return Fresh(self.places[before:until], np.full(until - before, 3.5), to, back)


@pytest.fixture
def truth(database: Database) -> Truth:
    company_id = a_day(database, trips=0, runs=1).company_id
    return Truth(company_id, list_places(database, company_id))


def kept_by(database: Database, truth: Truth) -> KeptRoadTimes:
    return KeptRoadTimes(database, truth.company_id)


def same(found: RoadTimes, wanted: RoadTimes) -> bool:
    return all((one == other).all() for one, other in zip(found, wanted, strict=True))


def test_nothing_is_known_at_first(database: Database, truth: Truth) -> None:
    recalled = kept_by(database, truth).recall(ROADS, truth.places)
    assert (recalled.slot == -1).all()
    assert (recalled.times.seconds == NO_WAY).all()
    assert kept_by(database, truth).known(ROADS).lon.size == 0


def test_what_was_kept_in_parts_comes_back_whole_to_the_second_and_to_ten_metres(
    database: Database, truth: Truth
) -> None:
    kept = kept_by(database, truth)
    for before, until in ((0, 5), (5, 6), (6, 20)):
        kept.keep(ROADS, truth.fresh(before, until))
    recalled = kept.recall(ROADS, truth.places)
    assert recalled.slot.tolist() == list(range(20))
    assert same(recalled.times, truth.times)
    assert recalled.off_m.tolist() == [3.5] * 20
    assert kept.known(ROADS).lon.tolist() == [place.lon for place in truth.places]


def test_some_places_in_any_order_come_back_with_what_is_missing_marked(
    database: Database, truth: Truth
) -> None:
    kept = kept_by(database, truth)
    kept.keep(ROADS, truth.fresh(0, 15))
    rows = [14, 3, 17, 0, 9]
    recalled = kept.recall(ROADS, [truth.places[row] for row in rows])
    assert recalled.slot.tolist() == [14, 3, -1, 0, 9]
    wanted = [table[np.ix_(rows, rows)].copy() for table in truth.times]
    for table in wanted:
        table[2, :] = table[:, 2] = NO_WAY
    assert same(recalled.times, RoadTimes(*wanted))


def test_a_place_that_moved_is_not_known(database: Database, truth: Truth) -> None:
    kept = kept_by(database, truth)
    kept.keep(ROADS, truth.fresh(0, 20))
    moved = msgspec.structs.replace(truth.places[4], lat=truth.places[4].lat + 1e-6)
    assert kept.recall(ROADS, [moved]).slot.tolist() == [-1]


def test_other_roads_know_nothing_of_it(database: Database, truth: Truth) -> None:
    kept = kept_by(database, truth)
    kept.keep(ROADS, truth.fresh(0, 20))
    assert (kept.recall("graph 4567", truth.places).slot == -1).all()


def test_another_company_sees_none_of_it(database: Database, truth: Truth) -> None:
    kept_by(database, truth).keep(ROADS, truth.fresh(0, 20))
    theirs = KeptRoadTimes(database, a_company(database))
    assert (theirs.recall(ROADS, truth.places).slot == -1).all()


def test_who_comes_second_with_the_same_slots_keeps_nothing(database: Database, truth: Truth) -> None:
    kept = kept_by(database, truth)
    kept.keep(ROADS, truth.fresh(0, 5))
    kept.keep(ROADS, truth.fresh(5, 10))
    late = Truth(truth.company_id, list(reversed(truth.places)))
    kept.keep(ROADS, late.fresh(5, 8))
    assert same(kept.recall(ROADS, truth.places[:10]).times, truth.fresh(0, 10).to)


def test_beginning_anew_replaces_all(database: Database, truth: Truth) -> None:
    kept = kept_by(database, truth)
    kept.keep(ROADS, truth.fresh(0, 20))
    kept.keep(ROADS, truth.fresh(0, 4))
    assert kept.known(ROADS).lon.size == 4


def test_times_of_roads_long_replaced_are_forgotten_and_recent_ones_stay(
    database: Database, truth: Truth
) -> None:
    kept = kept_by(database, truth)
    for roads in ("old", "recent"):
        kept.keep(roads, truth.fresh(0, 4))
    aged = "UPDATE road_times SET made_at = now() - interval '8 days' WHERE roads = 'old'"
    _as_owner(database, aged)
    kept.keep(ROADS, truth.fresh(0, 4))
    assert [kept.known(roads).lon.size for roads in ("old", "recent", ROADS)] == [0, 4, 4]


def _as_owner(database: Database, sql: str) -> None:
    with psycopg.connect(database.server.owner, autocommit=True) as owner:
        owner.execute(sql.encode())


@pytest.mark.parametrize("count", [2, 20])
def test_the_number_of_statements_does_not_depend_on_the_number_of_places(
    database: Database, truth: Truth, count: int
) -> None:
    kept = kept_by(database, truth)
    steps: list[tuple[Callable[[], object], tuple[int, int]]] = [
        (lambda: kept.recall(ROADS, truth.places[:count]), (4, 1)),
        (lambda: kept.known(ROADS), (4, 1)),
        (lambda: kept.keep(ROADS, truth.fresh(0, count)), (5, 1)),
        (lambda: kept.recall(ROADS, truth.places[:count]), (4, 1)),
    ]
    for work, wanted in steps:
        database.count()
        work()
        counted = database.count()
        if counted is None:
            pytest.skip("nothing counts on the wire here")
        assert (counted.statements, counted.round_trips) == wanted


def test_vehicles_stop_at_the_access_point_until_it_is_removed(database: Database) -> None:
    company_id = a_day(database, trips=0, runs=1).company_id
    places = list_places(database, company_id)
    gate = msgspec.structs.replace(places[3], lon=6.5, lat=46.5)
    set_access_point(database, company_id, gate, actor="test")
    assert at_access_points(database, company_id, places) == [*places[:3], gate, *places[4:]]
    set_access_point(database, company_id, msgspec.structs.replace(gate, lon=6.6), actor="test")
    assert at_access_points(database, company_id, [places[3]])[0].lon == 6.6
    remove_access_point(database, company_id, gate.place_id, actor="test")
    assert at_access_points(database, company_id, places) == list(places)


def test_a_place_that_is_not_there_has_no_access_point(database: Database) -> None:
    ours, theirs = (a_day(database, trips=0, runs=1).company_id for _ in range(2))
    their_place = list_places(database, theirs)[0]
    with pytest.raises(NotFound, match=f"there is no place {their_place.place_id}"):
        set_access_point(database, ours, their_place, actor="test")


def test_road_times_cannot_be_changed_only_added_and_forgotten(database: Database, truth: Truth) -> None:
    kept_by(database, truth).keep(ROADS, truth.fresh(0, 4))
    statement = Statement("UPDATE road_times SET off_m = 0", {})
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        database.transact(truth.company_id, [statement], actor="test")
