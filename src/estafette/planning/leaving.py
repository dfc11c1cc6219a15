"""What becomes of the run that a trip leaves."""

import msgspec

from estafette.domain.booking import Lock
from estafette.domain.offer import Leaving, Move, StopMove
from estafette.planning.by_hand import by_hand
from estafette.planning.kernel.arrays import AFTER, BEFORE
from estafette.planning.standing import Standing


def leaving(standing: Standing, trip_id: int) -> Leaving | None:
    """
    Say what the run of a trip does once the trip has left it.

    `None` where the trip is on no run, where it may not leave it (a lock, somebody else's ride), and where it
    matters on which run it is then: to others of the same driver, or to trips that are linked to what moves.
    """
    row = standing.row_of(trip_id)
    home, trip = standing.run_of(row), standing.room.trips[row]
    if home < 0 or trip.under_way or (trip.assigned is not None and trip.assigned.lock is not Lock.NONE):
        return None
    if _has_other_runs(standing, home):
        return None
    made = by_hand(standing, [Move(trip_id=trip_id, run_id=None)])
    if made.violations or any(_is_linked(standing, move) for move in made.ripple):
        return None
    return Leaving(terms=msgspec.structs.replace(made.terms, unserved=0), ripple=made.ripple)


def _has_other_runs(standing: Standing, home: int) -> bool:
    runs = standing.room.runs
    return sum(run.driver_id == runs[home].driver_id for run in runs) > 1


def _is_linked(standing: Standing, move: StopMove) -> bool:
    if move.trip_id is None:
        return False
    facts = standing.day.trip[standing.row_of(move.trip_id)]
    return bool(facts[BEFORE] >= 0 or facts[AFTER] >= 0)
