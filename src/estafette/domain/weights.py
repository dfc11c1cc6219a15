"""What a plan costs: the prices, and what was paid by name."""

from operator import sub
from typing import Annotated

import msgspec
from msgspec.structs import astuple

from estafette.domain.record import Record

Price = Annotated[int, msgspec.Meta(ge=0)]


class Weights(Record, frozen=True, kw_only=True, omit_defaults=True):
    """
    The objective: serve first, then drive little, with few runs, without keeping riders aboard.

    Everything is priced in seconds of driving; a percentage is that of a second. No saving pays for a trip
    left over, and none of a lower priority for one of a higher.

    `unserved_s` for each trip left over (those that are not optional). `run_s` for each run that leaves its
    start place and has no price of its own. `drive_percent` of driving. `excess_ride_percent` of what a
    rider is aboard beyond the direct ride, `onboard_wait_percent` of waiting aboard. `target_percent` of the
    difference from the time asked for. `work_percent` of the time from pull-out to pull-in,
    `overtime_percent` of what of it lies after the shift. `not_preferred_s` for a trip on a driver other than
    those its rider prefers. `balance_percent` of what each run adds to the square of its driver's hours of
    work, (worked + span)² - worked² in hours, as driving hours: 100 makes the hundredth hour of a driver
    dearer than the tenth by 180 hours of driving.

    Changing the plan in force: `change_s` for a trip that gets another driver, `order_s` for each stop that
    is overtaken by another on its run, `moved_percent` of what a promised time moves beyond
    `moved_tolerance_s`. All three are `near_factor` times as dear at the moment of planning, and grow to that
    over the last `near_s` before the promised pick-up.
    """

    unserved_s: Price = 1_000_000
    run_s: Price = 3_600
    change_s: Price = 1_800
    excess_ride_percent: Price = 10
    onboard_wait_percent: Price = 10
    drive_percent: Price = 100
    target_percent: Price = 5
    work_percent: Price = 0
    overtime_percent: Price = 50
    not_preferred_s: Price = 600
    balance_percent: Price = 0
    order_s: Price = 120
    moved_percent: Price = 20
    moved_tolerance_s: Price = 300
    near_factor: Annotated[int, msgspec.Meta(ge=1, le=100)] = 4
    near_s: Annotated[int, msgspec.Meta(ge=1)] = 7_200


class Terms(Record, frozen=True, kw_only=True, omit_defaults=True):
    """What was paid, by name, in hundredths of a driving second; the sum is the cost."""

    unserved: int = 0
    run: int = 0
    drive: int = 0
    excess_ride: int = 0
    onboard_wait: int = 0
    target: int = 0
    work: int = 0
    overtime: int = 0
    not_preferred: int = 0
    balance: int = 0
    change: int = 0
    order: int = 0
    moved: int = 0

    def cost(self) -> int:
        """Add the terms."""
        return sum(astuple(self))

    def plus(self, *others: "Terms") -> "Terms":
        """Add term by term; many at once are quicker than one after the other."""
        columns = zip(*map(astuple, (self, *others)), strict=True)
        return Terms(**dict(zip(self.__struct_fields__, map(sum, columns), strict=True)))

    def minus(self, other: "Terms") -> "Terms":
        """Subtract term by term."""
        return Terms(
            **dict(zip(self.__struct_fields__, map(sub, astuple(self), astuple(other)), strict=True))
        )
