"""Who drives, with what, when: spaces, breaks and the frame of a run."""

from typing import Annotated

import msgspec

from estafette.domain.record import Record

Count = Annotated[int, msgspec.Meta(ge=0, le=4_000)]
Seconds = Annotated[int, msgspec.Meta(ge=0)]  # a length, never a moment


class Spaces(Record, frozen=True, kw_only=True):
    """Spaces of several kinds: what a trip takes, or what one layout of a vehicle offers."""

    seats: Count = 0
    wheelchairs: Count = 0
    stretchers: Count = 0

    def plus(self, other: "Spaces") -> "Spaces":
        """Add kind by kind."""
        return Spaces(
            seats=self.seats + other.seats,
            wheelchairs=self.wheelchairs + other.wheelchairs,
            stretchers=self.stretchers + other.stretchers,
        )


class Break(Record, frozen=True, kw_only=True):
    """
    A rest that a shift owes its driver.

    It starts between `from_s` and `to_s`, lasts `duration_s`, and is taken with nobody aboard, at the
    place of the stop before it. All in seconds since the start of the service day.
    """

    from_s: int
    to_s: int
    duration_s: int


class RunFacts(Record, frozen=True, kw_only=True, omit_defaults=True):
    """
    The frame of one run as the optimiser sees it: one shift on one service day.

    `layouts` are the legal configurations of the vehicle; what is aboard must fit one of them at every
    moment. `version` is the id of the event that last changed the run. A run without an end place ends where
    its last stop is.

    `overtime_s` beyond the shift are legal at a price. `max_drive_s` and `max_work_s` limit driving and the
    time from pull-out to pull-in of the driver, on all runs of the day together; where these say different
    things, the least holds. `skills` are those of driver, vehicle and equipment together.
    `wheeled_dwell_s` is what loading or unloading a wheelchair or a stretcher takes longer on this vehicle.
    `activation_s` is the price of using the run at all, in seconds of driving (`None`: that of the weights);
    reserves have a high one. `worked_s` is what the driver has worked in the window over which work is
    balanced.
    """

    run_id: int
    driver_id: int
    vehicle_id: int
    version: int
    shift_from_s: int
    shift_to_s: int
    start_place_id: int
    end_place_id: int | None
    layouts: tuple[Spaces, ...]
    breaks: tuple[Break, ...] = ()
    skills: tuple[str, ...] = ()
    overtime_s: Seconds = 0
    max_drive_s: Seconds | None = None
    max_work_s: Seconds | None = None
    wheeled_dwell_s: Seconds = 0
    activation_s: Seconds | None = None
    worked_s: Seconds = 0
