"""What a dispatcher changes by hand, what that does, and what became of it."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec

from estafette.domain.applied import TripOutcome
from estafette.domain.booking import Lock
from estafette.domain.offer import StopMove
from estafette.domain.plan import Violation
from estafette.domain.record import Record
from estafette.domain.weights import Terms

Id = Annotated[int, msgspec.Meta(ge=1, le=(1 << 63) - 1)]
Position = Annotated[int, msgspec.Meta(ge=0, le=10_000)]


class Assign(Record, frozen=True, kw_only=True, tag_field="kind", tag="assign"):
    """
    Put a trip on a run, from wherever it stands.

    Positions count the trip stops of the run without the trip; without them it goes where it is cheapest.
    With a `lock` it is locked as well, so that no plan takes the decision back.
    """

    trip_id: Id
    run_id: Id
    pickup_position: Position | None = None
    dropoff_position: Position | None = None
    lock: Lock | None = None


class SwapTrips(Record, frozen=True, kw_only=True, tag_field="kind", tag="swap"):
    """Let two trips change runs with each other."""

    trip_id: Id
    other_trip_id: Id


class Unassign(Record, frozen=True, kw_only=True, tag_field="kind", tag="unassign"):
    """Take a trip off its run."""

    trip_id: Id


class SetLock(Record, frozen=True, kw_only=True, tag_field="kind", tag="lock"):
    """Lock what the optimiser may not change of an assigned trip; `none` unlocks it."""

    trip_id: Id
    lock: Lock


HandChange = Assign | SwapTrips | Unassign | SetLock


def trips_named(change: HandChange) -> tuple[int, ...]:
    """Name the trips that a change is about."""
    return (change.trip_id, change.other_trip_id) if isinstance(change, SwapTrips) else (change.trip_id,)


class HandOrder(Record, frozen=True, kw_only=True):
    """
    Changes of one day to make together: all of them or none.

    `board_version` is the board they were decided on (`None`: as it is now); what has changed since is not
    overwritten. With `validate_only` nothing is written. With `force` rules may be broken that the database
    does not keep itself.
    """

    service_on: date
    changes: tuple[HandChange, ...]
    board_version: int | None = None
    validate_only: bool = False
    force: bool = False


class HandOutcome(StrEnum):
    """
    What became of changes made together.

    valid: they could be made, and nothing was written. applied: they were. breaks_rules: they were not, since
    they break rules. not_possible: they were not, since of a trip they name or move something stands in the
    way (`trips` or `why` say what).
    """

    VALID = "valid"
    APPLIED = "applied"
    BREAKS_RULES = "breaks_rules"
    NOT_POSSIBLE = "not_possible"


class HandDone(Record, frozen=True, kw_only=True):
    """
    What changes do, and what became of them.

    `cost` is the sum of `terms`, in hundredths of a driving second; negative is cheaper. `ripple` are the
    stops of others whose time changes. `trips` are those that stood in the way, each as it stands now, or the
    outcomes of those that were applied. `board_version` is that of the board afterwards. `applied_id` is the
    number by which it can be taken back (0: nothing was applied; a lock alone is not). `why` is what the
    database refused.
    """

    outcome: HandOutcome
    board_version: int
    violations: tuple[Violation, ...] = ()
    cost: int = 0
    terms: Terms = Terms()
    ripple: tuple[StopMove, ...] = ()
    trips: tuple[TripOutcome, ...] = ()
    locked: tuple[int, ...] = ()
    applied_id: int = 0
    why: str = ""


class Assignments(Record, frozen=True, kw_only=True):
    """What became of changes: one result for all of them where they are atomic, otherwise one for each."""

    results: tuple[HandDone, ...]
