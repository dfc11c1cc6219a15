"""What an offer to a caller says: which run could take a trip, when, at what price, and whom that moves."""

from estafette.domain.plan import Reason, RunRefusal, StopKind, Violation
from estafette.domain.record import Record
from estafette.domain.weights import Terms


class StopMove(Record, frozen=True, kw_only=True):
    """A stop that starts at another time than in the plan, in seconds since the start of the service day."""

    run_id: int
    kind: StopKind
    before_s: int
    after_s: int
    trip_id: int | None = None

    @property
    def by_s(self) -> int:
        """Give how much later it is; negative for earlier."""
        return self.after_s - self.before_s


class Offer(Record, frozen=True, kw_only=True):
    """
    One run that can take a trip, at its best position there.

    The pick-up goes before the trip stop at `pickup_position` of the run as it stands without the trip, the
    drop-off before that at `dropoff_position`. `terms` and their sum `cost` are what the run costs more than
    without the trip, in hundredths of a driving second; leaving the trip over is not counted. The run drives
    `extra_drive_s` and `extra_drive_m` more, and is out for `extra_span_s` longer. `slack_s` is by how much
    the pick-up could be later and all that follows on the run still be in time. `ripple` are the stops of
    other trips, the breaks and the ends of runs whose time changes.
    """

    trip_id: int
    run_id: int
    driver_id: int
    pickup_s: int
    dropoff_s: int
    pickup_position: int
    dropoff_position: int
    cost: int
    terms: Terms
    extra_drive_s: int
    extra_drive_m: int
    extra_span_s: int
    slack_s: int
    ripple: tuple[StopMove, ...]


class RunOption(Record, frozen=True, kw_only=True, omit_defaults=True):
    """
    What one run is for a trip: an offer, or the reason that binds.

    `short_by` is by how much it binds (seconds, or spaces), where a figure applies.
    """

    run_id: int
    driver_id: int
    offer: Offer | None = None
    reason: Reason | None = None
    short_by: int | None = None


class Leaving(Record, frozen=True, kw_only=True):
    """
    What the run of a trip does once the trip has left it, wherever that goes.

    Together with an offer that is what the move to it does: `terms` and `ripple` of both add up.
    """

    terms: Terms
    ripple: tuple[StopMove, ...]


class Options(Record, frozen=True, kw_only=True):
    """
    One trip against all runs, as if it were on none: offers, the cheapest first, then why the others cannot.

    `run_id` is the run that it is on; `board_version` that of the board. `leaving` is missing where it is on
    none, may not leave it, or what becomes of that run depends on where the trip goes.
    """

    trip_id: int
    run_id: int | None
    board_version: int
    options: tuple[RunOption, ...]
    leaving: Leaving | None = None


class Offers(Record, frozen=True, kw_only=True):
    """The runs that can take a trip, the cheapest first, on the board of that version."""

    board_version: int
    offers: tuple[Offer, ...]


class Preview(Record, frozen=True, kw_only=True):
    """
    What a move would do to a plan: rules broken, what it costs more by name, stops whose time changes.

    `cost` is the sum of `terms`, in hundredths of a driving second; negative is cheaper.
    """

    violations: tuple[Violation, ...]
    cost: int
    terms: Terms
    ripple: tuple[StopMove, ...]


class Move(Record, frozen=True, kw_only=True, omit_defaults=True):
    """
    A trip to be put on another run, or off its run (`run_id` of `None`), by hand.

    Positions count the trip stops of the run without the trip; without them it goes where it is cheapest, or
    to the end of the run where no position is legal.
    """

    trip_id: int
    run_id: int | None
    pickup_position: int | None = None
    dropoff_position: int | None = None


class Swap(Record, frozen=True, kw_only=True):
    """All trips of one run to be driven by another, and the other way round."""

    run_id: int
    other_run_id: int


class Exchange(Record, frozen=True, kw_only=True):
    """Two trips that change runs with each other, each going where it is cheapest on the run of the other."""

    trip_id: int
    other_trip_id: int


class Alternative(Record, frozen=True, kw_only=True):
    """Another run that could take a trip, and what it would cost more, in hundredths of a driving second."""

    run_id: int
    driver_id: int
    cost: int
    terms: Terms


class Why(Record, frozen=True, kw_only=True):
    """
    Why a trip is on its run: the other runs that could take it, cheapest first, and why the rest cannot.

    All as if the trip were on no run. Of empty runs that cannot be told apart one stands for all.
    """

    trip_id: int
    run_id: int | None
    alternatives: tuple[Alternative, ...]
    refusals: tuple[RunRefusal, ...]
