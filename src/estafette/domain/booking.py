"""What was asked for: bookings, trips, their statuses and the legal moves between them."""

from enum import StrEnum
from typing import Annotated

import msgspec

from estafette.domain.fleet import Spaces
from estafette.domain.record import Record


class TripStatus(StrEnum):
    """
    Where a trip stands. That a driver has it is not a status: the assignment row says so.

    requested: asked for, nobody has accepted it. booked: accepted, to be planned. will_call: a return
    whose time is unknown until someone says "ready". en_route: the driver is on the way to the
    pick-up. arrived: at the door. on_board: the rider is in the vehicle. completed: dropped off.
    cancelled: called off (the kind says by whom and when). no_show: the rider was absent.
    missed: the provider failed. denied: refused before it was booked.
    """

    REQUESTED = "requested"
    BOOKED = "booked"
    WILL_CALL = "will_call"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    ON_BOARD = "on_board"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    MISSED = "missed"
    DENIED = "denied"


_S = TripStatus

# The one table of legal moves. A migration mirrors it in the database; a test keeps the two equal.
TRANSITIONS: frozenset[tuple[TripStatus, TripStatus]] = frozenset(
    {
        (_S.REQUESTED, _S.BOOKED),
        (_S.REQUESTED, _S.WILL_CALL),
        (_S.REQUESTED, _S.DENIED),
        (_S.REQUESTED, _S.CANCELLED),
        (_S.WILL_CALL, _S.BOOKED),
        (_S.WILL_CALL, _S.CANCELLED),
        (_S.BOOKED, _S.WILL_CALL),
        (_S.BOOKED, _S.EN_ROUTE),
        (_S.BOOKED, _S.CANCELLED),
        (_S.BOOKED, _S.MISSED),
        (_S.EN_ROUTE, _S.ARRIVED),
        (_S.EN_ROUTE, _S.BOOKED),
        (_S.EN_ROUTE, _S.CANCELLED),
        (_S.EN_ROUTE, _S.MISSED),
        (_S.ARRIVED, _S.ON_BOARD),
        (_S.ARRIVED, _S.NO_SHOW),
        (_S.ARRIVED, _S.CANCELLED),
        (_S.ON_BOARD, _S.COMPLETED),
    }
)

PLANNABLE = frozenset({_S.BOOKED})
UNDER_WAY = frozenset({_S.EN_ROUTE, _S.ARRIVED, _S.ON_BOARD})
ENDED = frozenset({_S.COMPLETED, _S.CANCELLED, _S.NO_SHOW, _S.MISSED, _S.DENIED})


class Anchor(StrEnum):
    """Which end of a trip carries the promise."""

    ARRIVE_BY = "arrive_by"
    PICKUP_AT = "pickup_at"


class Direction(StrEnum):
    """What a leg is for: to the appointment, back from it, or on to somewhere else."""

    OUTBOUND = "outbound"
    RETURN = "return"
    ONWARD = "onward"


class Lock(StrEnum):
    """
    What the optimiser may not change: nothing, the driver, the order of stops, the times.

    Each keeps the trip on its run. With `order` its two stops also stay before and after the same stops of
    other trips whose order or times are locked, but all may move in time; with `time` they may not.
    """

    NONE = "none"
    DRIVER = "driver"
    ORDER = "order"
    TIME = "time"


class AssignmentFacts(Record, frozen=True, kw_only=True):
    """Where a trip stands in the plan in force. Times in seconds since the start of the service day."""

    run_id: int
    pickup_s: int
    dropoff_s: int
    version: int
    lock: Lock = Lock.NONE


class Link(Record, frozen=True, kw_only=True):
    """
    What ties a return or onward leg to the leg before it (`after_trip_id`).

    Its pick-up starts at least `min_stay_s` after the service at the drop-off of the other has ended, and on
    a run of the same driver if so asked. If it `waits`, the vehicle does: both legs are on one run, and
    between that drop-off and this pick-up nobody is aboard and nobody else is served; the driver may take a
    break. It binds while both legs have a run.
    """

    after_trip_id: int
    min_stay_s: Annotated[int, msgspec.Meta(ge=0)] = 0
    same_driver: bool = False
    waits: bool = False


class TripFacts(Record, frozen=True, kw_only=True, omit_defaults=True):
    """
    One trip as the optimiser sees it; `ref` is the sender's name for it, for people.

    The windows are about the start of service at the door; the dwell follows. `target_s` is the time aimed
    at, at the end that carries the promise (`anchor`): the nearer the better, inside the window. `max_ride_s`
    limits the time from leaving the pick-up (dwell ended) to reaching the drop-off; `None` means the rule of
    the company (`RideLimit`). `version` is the id of the event that last changed the trip. `under_way`
    trips keep their run and their times whatever their lock says.

    `needs` are the skills and the equipment that the run must have. A `no_share` rider rides alone. Riders of
    a group are never aboard with riders who stay `apart_from` it. Trips of a higher `priority` are served
    before all others; an optional trip has a price of its own for not serving it, `unserved_s` seconds of
    driving, and no priority. `expected` is a will-call that nobody has called yet: the plan holds room for
    it, and it is assigned to nobody.
    """

    trip_id: int
    ref: str = ""
    version: int
    origin_id: int
    destination_id: int
    anchor: Anchor
    pickup_from_s: int
    pickup_to_s: int
    dropoff_from_s: int
    dropoff_to_s: int
    pickup_dwell_s: int
    dropoff_dwell_s: int
    takes: Spaces
    max_ride_s: int | None = None
    under_way: bool = False
    assigned: AssignmentFacts | None = None
    target_s: int | None = None
    needs: tuple[str, ...] = ()
    no_share: bool = False
    groups: tuple[str, ...] = ()
    apart_from: tuple[str, ...] = ()
    banned_driver_ids: tuple[int, ...] = ()
    preferred_driver_ids: tuple[int, ...] = ()
    priority: Annotated[int, msgspec.Meta(ge=0, le=9)] = 0
    unserved_s: Annotated[int, msgspec.Meta(ge=0)] | None = None
    link: Link | None = None
    expected: bool = False


class RideLimit(Record, frozen=True, kw_only=True):
    """
    Nobody rides longer than this: `factor_percent` of the direct ride, plus an allowance.

    The dial-a-ride service constraint of Jaw et al. (1986), doi:10.1016/0191-2615(86)90020-2.
    """

    factor_percent: int = 150
    allowance_s: int = 600

    def limit_s(self, direct_s: int) -> int:
        """Give the longest ride, in seconds, for a direct ride of `direct_s`."""
        return direct_s * self.factor_percent // 100 + self.allowance_s
