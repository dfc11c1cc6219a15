"""Reading a service day as it stands, and later only what has changed of it."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date
from typing import Any, NamedTuple

import msgspec

from estafette.domain.booking import TripFacts
from estafette.domain.day_now import DayNow, RunFrame
from estafette.domain.error import no_company
from estafette.domain.fleet import RunFacts
from estafette.domain.place import Place
from estafette.domain.problem import Problem
from estafette.store.database import Database, Rows, Statement
from estafette.store.day import WORKED_DAYS
from estafette.store.day_changes_sql import CHANGES, MARK
from estafette.store.day_sql import LOAD_NOW

# Of more than so many events, entries or trips the whole day is read: it takes no longer then.
_MOST = 200

_PROBLEM = msgspec.json.Decoder(Problem)
_FRAMES = msgspec.json.Decoder(tuple[RunFrame, ...])
_TRIPS = msgspec.json.Decoder(tuple[TripFacts, ...])
_PLACES = msgspec.json.Decoder(tuple[Place, ...])


def load_now(database: Database, company_id: int, service_on: date) -> DayNow:
    """Read a day as it stands, at one moment: one statement, one round trip; raises `NotFound`."""
    row = _one(database.read(company_id, LOAD_NOW, _scope(company_id, service_on)), company_id)
    frames = {frame.run_id: frame for frame in _FRAMES.decode(row[1])}
    return DayNow(_PROBLEM.decode(row[0]), frames, row[2])


def is_as_read(database: Database, day: DayNow) -> bool:
    """
    Tell whether nothing of the company has changed since a day was read; raises `NotFound`.

    It takes a tenth of the processor time of `load_changes`, which says the same of such a day.
    """
    company_id = day.problem.company_id
    statement = Statement(MARK, {"company": company_id}, keep_plan=True)
    rows = database.transact(company_id, [statement])[0]
    return _one(rows, company_id) == (day.problem.board_version, day.entered)


class Later(NamedTuple):
    """A day some time later: the trips that changed, and the runs whose row or one of whose trips did."""

    day: DayNow
    runs: frozenset[int]
    trips: frozenset[int]


def load_changes(database: Database, day: DayNow) -> Later | None:
    """
    Read what has changed of a day, in one statement and one round trip; `None` where all is to be read anew.

    What did not change is the same object as before, and the day itself where nothing did. It is the day that
    `load_now` would give, but for `now_s`, which stays.

    Raises
    ------
    NotFound
        The company does not exist.
    """
    problem = day.problem
    scope = _scope(problem.company_id, problem.service_on)
    scope |= {"after": problem.board_version, "entered": day.entered, "most": _MOST}
    rows = database.transact(problem.company_id, [Statement(CHANGES, scope, keep_plan=True)])[0]
    found = _Changes(*_one(rows, problem.company_id))
    if found.whole:
        return None
    if (found.board_version, found.entered) == (problem.board_version, day.entered):
        return Later(day, frozenset(), frozenset())
    return _merged(day, found)


def _scope(company_id: int, service_on: date) -> dict[str, Any]:
    return {"company": company_id, "day": service_on, "window_days": WORKED_DAYS}


def _one(rows: Rows, company_id: int) -> tuple[Any, ...]:
    if not rows:
        raise no_company(company_id)
    return rows[0]


class _Changes(NamedTuple):
    """A row of `CHANGES`: the trips to be planned among those `concerned`, and the frames of runs that changed."""

    board_version: int
    entered: int
    whole: bool
    trips: str | None
    concerned: Sequence[int]
    waiting: Sequence[int]
    frames: str | None
    places: str | None


def _merged(day: DayNow, found: _Changes) -> Later:
    problem = day.problem
    frames = {frame.run_id: frame for frame in _FRAMES.decode(found.frames or "[]")}
    read = {trip.trip_id: trip for trip in _TRIPS.decode(found.trips or "[]")}
    known = {trip.trip_id: trip for trip in trips_named(problem, found.concerned)}
    # Whole bookings are read: most of their other legs are as they were.
    trips = {trip_id: trip for trip_id, trip in read.items() if known.get(trip_id) != trip}
    before = {trip_id: trip for trip_id, trip in known.items() if read.get(trip_id) != trip}
    changed = msgspec.structs.replace(
        problem,
        board_version=found.board_version,
        trips=_with(problem.trips, before, trips),
        runs=tuple(_renewed(run, frames.get(run.run_id)) for run in problem.runs) if frames else problem.runs,
        will_calls=tuple(sorted({*problem.will_calls}.difference(found.concerned).union(found.waiting))),
    )
    left, reached = _ends(before.values()), _ends(trips.values())
    if left != reached:
        places = (*problem.places, *_PLACES.decode(found.places or "[]"))
        named = set(_named(changed)) if left - reached else reached.union(_ids(problem.places))
        changed = msgspec.structs.replace(changed, places=_places(problem, places, named))
    ours = {run_id: frame for run_id, frame in frames.items() if run_id in day.frames}
    legs = (*before.values(), *trips.values())
    runs = frames.keys() | {trip.assigned.run_id for trip in legs if trip.assigned is not None}
    return Later(
        DayNow(changed, day.frames | ours, found.entered),
        frozenset(runs),
        frozenset(before.keys() | trips.keys()),
    )


def trips_named(problem: Problem, ids: Iterable[int]) -> Iterator[TripFacts]:
    """Find trips of a day that was read here by their ids, passing over those that it does not have."""
    trips = problem.trips
    for trip_id in ids:
        row = _row(trips, trip_id)
        if row < len(trips) and trips[row].trip_id == trip_id:
            yield trips[row]


def _row(trips: Sequence[TripFacts], trip_id: int) -> int:
    return bisect_left(trips, trip_id, key=lambda trip: trip.trip_id)


def _with(
    trips: tuple[TripFacts, ...], before: Mapping[int, TripFacts], now: Mapping[int, TripFacts]
) -> tuple[TripFacts, ...]:
    """Put trips as they are now in the places of those before."""
    found = list(trips)
    for trip_id in before.keys() - now.keys():
        del found[_row(found, trip_id)]
    for trip_id, trip in now.items():
        row = _row(found, trip_id)
        if trip_id not in before:
            found.insert(row, trip)
        else:
            found[row] = trip
    return tuple(found)


def _renewed(run: RunFacts, frame: RunFrame | None) -> RunFacts:
    return run if frame is None else msgspec.structs.replace(run, version=frame.version)


def _ends(trips: Iterable[TripFacts]) -> set[int]:
    return {place_id for trip in trips for place_id in (trip.origin_id, trip.destination_id)}


def _ids(places: Iterable[Place]) -> Iterator[int]:
    return (place.place_id for place in places)


def _places(problem: Problem, known: Iterable[Place], named: Set[int | None]) -> tuple[Place, ...]:
    """Give the places that are named; the same ones as before where all of them still are."""
    found = {place.place_id: place for place in known if place.place_id in named}
    places = tuple(sorted(found.values(), key=lambda place: place.place_id))
    return problem.places if places == problem.places else places


def _named(problem: Problem) -> Iterator[int | None]:
    for trip in problem.trips:
        yield trip.origin_id
        yield trip.destination_id
    for run in problem.runs:
        yield run.start_place_id
        yield run.end_place_id
