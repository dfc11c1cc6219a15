"""The difference of two plans of one service day: per trip, per driver, in all."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from estafette.domain.error import Invalid
from estafette.domain.plan import Plan, PlannedRun, StopKind
from estafette.domain.record import Record


class TripChange(StrEnum):
    """
    What becomes of a trip from one plan to the other.

    gained: it has a run now and had none. lost: the other way round. driver: another driver has it. run:
    the same driver has it on another run. times: only its times differ.
    """

    GAINED = "gained"
    LOST = "lost"
    DRIVER = "driver"
    RUN = "run"
    TIMES = "times"


class Placement(Record, frozen=True, kw_only=True):
    """Where a plan puts a trip; service starts at `pickup_s` and `dropoff_s`."""

    run_id: int
    driver_id: int
    pickup_s: int
    dropoff_s: int


class TripDifference(Record, frozen=True, kw_only=True):
    """One trip that the plans treat differently (`None`: no run)."""

    trip_id: int
    change: TripChange
    before: Placement | None
    after: Placement | None


class Work(Record, frozen=True, kw_only=True):
    """What a plan asks of a driver: trips, seconds from pull-outs to pull-ins, of these driving, metres."""

    trips: int = 0
    on_duty_s: int = 0
    drive_s: int = 0
    drive_m: int = 0

    def plus(self, other: "Work") -> "Work":
        """Add two runs."""
        return Work(
            trips=self.trips + other.trips,
            on_duty_s=self.on_duty_s + other.on_duty_s,
            drive_s=self.drive_s + other.drive_s,
            drive_m=self.drive_m + other.drive_m,
        )


class DriverDifference(Record, frozen=True, kw_only=True):
    """One driver whose work differs."""

    driver_id: int
    before: Work
    after: Work


class Difference(Record, frozen=True, kw_only=True):
    """
    What changes from one plan to another: trips and drivers that differ, by id, and the totals.

    `left_over_before` and `left_over_after` count trips without a run.
    """

    service_on: date
    trips: tuple[TripDifference, ...]
    drivers: tuple[DriverDifference, ...]
    before: Work
    after: Work
    left_over_before: int
    left_over_after: int


def difference(before: Plan, after: Plan) -> Difference:
    """Compare two plans; raises `Invalid` when they are not of the same company and day."""
    if (before.company_id, before.service_on) != (after.company_id, after.service_on):
        message = f"the plans are of two days: {before.service_on} and {after.service_on}"
        raise Invalid(message)
    return Difference(
        service_on=before.service_on,
        trips=_trips(_placements(before), _placements(after)),
        drivers=_drivers(_by_driver(before), _by_driver(after)),
        before=_sum(before.runs),
        after=_sum(after.runs),
        left_over_before=len(before.left_over),
        left_over_after=len(after.left_over),
    )


def _placements(plan: Plan) -> dict[int, Placement]:
    placed = {}
    for run in plan.runs:
        picked_up = {stop.trip_id: stop.start_s for stop in run.stops if stop.kind is StopKind.PICKUP}
        for stop in run.stops:
            if stop.kind is StopKind.DROPOFF and stop.trip_id is not None:
                placed[stop.trip_id] = Placement(
                    run_id=run.run_id,
                    driver_id=run.driver_id,
                    pickup_s=picked_up[stop.trip_id],
                    dropoff_s=stop.start_s,
                )
    return placed


def _trips(before: dict[int, Placement], after: dict[int, Placement]) -> tuple[TripDifference, ...]:
    pairs = ((trip_id, before.get(trip_id), after.get(trip_id)) for trip_id in sorted({*before, *after}))
    return tuple(
        TripDifference(trip_id=trip_id, change=_change(was, will_be), before=was, after=will_be)
        for trip_id, was, will_be in pairs
        if was != will_be
    )


def _change(was: Placement | None, will_be: Placement | None) -> TripChange:
    if was is None or will_be is None:
        return TripChange.GAINED if was is None else TripChange.LOST
    if was.driver_id != will_be.driver_id:
        return TripChange.DRIVER
    return TripChange.RUN if was.run_id != will_be.run_id else TripChange.TIMES


def _by_driver(plan: Plan) -> dict[int, Work]:
    works: dict[int, Work] = {}
    for run in plan.runs:
        works[run.driver_id] = works.get(run.driver_id, Work()).plus(_work(run))
    return works


def _drivers(before: dict[int, Work], after: dict[int, Work]) -> tuple[DriverDifference, ...]:
    pairs = ((who, before.get(who, Work()), after.get(who, Work())) for who in sorted({*before, *after}))
    return tuple(
        DriverDifference(driver_id=who, before=was, after=will_be)
        for who, was, will_be in pairs
        if was != will_be
    )


def _work(run: PlannedRun) -> Work:
    if not run.stops:
        return Work()
    return Work(
        trips=sum(stop.kind is StopKind.PICKUP for stop in run.stops),
        on_duty_s=run.stops[-1].arrive_s - run.stops[0].depart_s,
        drive_s=run.drive_s,
        drive_m=run.drive_m,
    )


def _sum(runs: Iterable[PlannedRun]) -> Work:
    total = Work()
    for run in runs:
        total = total.plus(_work(run))
    return total
