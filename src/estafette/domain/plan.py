"""A plan: all runs of a service day with their stops, and the trips left over with reasons."""

from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise

from estafette.domain.record import Record
from estafette.domain.weights import Terms


class StopKind(StrEnum):
    """What happens at a stop. A run starts with its pull-out and ends with its pull-in."""

    PULL_OUT = "pull_out"
    PICKUP = "pickup"
    DROPOFF = "dropoff"
    BREAK = "break"
    PULL_IN = "pull_in"


class Stop(Record, frozen=True, kw_only=True):
    """
    One stop of a run.

    The vehicle reaches the place at `arrive_s`, service (dwell, break) starts at `start_s` and ends at
    `depart_s`; `start_s - arrive_s` is waiting. Pull-outs and pull-ins have no duration.
    """

    kind: StopKind
    place_id: int
    arrive_s: int
    start_s: int
    depart_s: int
    trip_id: int | None = None


class PlannedRun(Record, frozen=True, kw_only=True, omit_defaults=True):
    """The stops of one run in order, what driving them takes, and their cost. Empty runs have no stops."""

    run_id: int
    driver_id: int
    stops: tuple[Stop, ...]
    drive_s: int = 0
    drive_m: int = 0
    terms: Terms = Terms()

    def span_s(self) -> int:
        """Give the time from pull-out to pull-in; 0 for an empty run."""
        return self.stops[-1].depart_s - self.stops[0].start_s if self.stops else 0


class Hours(Record, frozen=True, kw_only=True):
    """
    How long the used runs are out, from pull-out to pull-in: how evenly a plan shares the work out.

    `spread_s` is between the longest and the shortest; all are 0 when no run is used.
    """

    runs_used: int
    least_s: int
    mean_s: int
    most_s: int
    spread_s: int


class Reason(StrEnum):
    """Why a trip cannot be on a run. The list is closed (design, section 6)."""

    TIME_WINDOW = "time_window"
    RIDE_TIME = "ride_time"
    ONBOARD_WAIT = "onboard_wait"
    SPACE = "space"
    SKILL = "skill"
    SHIFT = "shift"
    BREAK = "break"
    REACHABLE = "reachable"
    LOCKED = "locked"
    BANNED = "banned"
    NO_SHARE = "no_share"
    LINKED_LEG = "linked_leg"
    PRIORITY = "priority"
    BEATEN = "beaten"
    NOT_SEARCHED = "not_searched"


class RunRefusal(Record, frozen=True, kw_only=True):
    """
    Why one trip cannot be added to one run as planned.

    `reason` binds at the position that comes nearest to legal, where it is missed by `short_by`
    (seconds, or spaces for `space`); `None` where no figure applies. `priority`: a trip that comes first
    would have to go, and none of the same or a lower priority would do. `beaten`: it would be legal, and too
    dear.
    """

    run_id: int
    reason: Reason
    short_by: int | None = None


class Give(StrEnum):
    """What gives way so that a trip finds a place: a time of its rider, of a driver, or another trip."""

    PICKUP_LATER = "pickup_later"
    PICKUP_EARLIER = "pickup_earlier"
    DROPOFF_LATER = "dropoff_later"
    TRIP_LATER = "trip_later"
    TRIP_EARLIER = "trip_earlier"
    RIDE_LONGER = "ride_longer"
    RUN_LONGER = "run_longer"
    RUN_EARLIER = "run_earlier"
    BREAK_MOVED = "break_moved"
    TRIP_MOVED = "trip_moved"


class Relaxation(Record, frozen=True, kw_only=True, omit_defaults=True):
    """
    What would place a trip that is left over on run `run_id`, all other runs staying as planned.

    The window of one end (`trip_*`: of both), the longest ride, the shift or the windows of the breaks
    widened by `amount_s`, in whole minutes: one less does not do. For `trip_moved`: trip `moved_trip_id` goes
    from the run to `to_run_id`, and its pick-up moves by `amount_s`.
    """

    kind: Give
    run_id: int
    amount_s: int
    moved_trip_id: int | None = None
    to_run_id: int | None = None


class LeftOver(Record, frozen=True, kw_only=True, omit_defaults=True):
    """A trip without a run, with the binding reason on each run, and what would place it, mildest first."""

    trip_id: int
    refusals: tuple[RunRefusal, ...]
    relaxations: tuple[Relaxation, ...] = ()

    def reasons(self) -> tuple[Reason, ...]:
        """List the distinct reasons, the most frequent first."""
        found = [refusal.reason for refusal in self.refusals]
        return tuple(sorted(set(found), key=lambda reason: (-found.count(reason), reason)))


class Course(Record, frozen=True, kw_only=True):
    """
    What a search did within its budget, in steps and not in seconds, so that it can be done again.

    `tried` insertions before the search, `steps[k]` iterations at the k-th temperature on each thread,
    `explained` trips left over whose reasons were looked for, `ejections` steps of emptying runs; `chosen`:
    whether a cheaper plan was made of the runs seen, None if nobody looked.
    """

    tried: int
    steps: tuple[tuple[int, ...], ...]
    explained: int
    ejections: tuple[int, ...] = ()
    chosen: bool | None = None

    @property
    def threads(self) -> int:
        """Count the threads that did anything beyond what the first does alone; at least 1."""
        return max(1, len(self.steps), len(self.ejections))


class Plan(Record, frozen=True, kw_only=True, omit_defaults=True):
    """
    All runs of a service day plus the trips left over, as computed.

    `board_version` is the one of the problem it was computed from, so the plan knows what has changed
    since. `travel_estimated` says that its times do not come from a road network; where they do,
    `estimated_places` are those that no road leads to, and the legs from and to them are estimates.
    `course` is how our own search came to it. `cost` is that of `terms`, which say what was paid for what.
    """

    company_id: int
    service_on: date
    zone: str
    day_start_at: datetime
    board_version: int
    problem_sha256: str
    runs: tuple[PlannedRun, ...]
    left_over: tuple[LeftOver, ...]
    travel_source: str
    travel_estimated: bool
    seed: int
    iterations: int
    cost: int
    course: Course | None = None
    terms: Terms = Terms()
    estimated_places: tuple[int, ...] = ()

    def estimated_stops(self, run: PlannedRun) -> list[Stop]:
        """List the stops of a run that are reached by a leg whose time is an estimate."""
        if self.travel_estimated:
            return list(run.stops[1:])
        off_road = set(self.estimated_places)
        legs = pairwise(run.stops)
        return [stop for before, stop in legs if off_road & {before.place_id, stop.place_id}]

    def placed(self) -> int:
        """Count the trips that have a run."""
        return sum(stop.kind is StopKind.PICKUP for run in self.runs for stop in run.stops)

    def hours(self) -> Hours:
        """Tell how long the used runs are out; the mean is rounded to a second."""
        spans = [run.span_s() for run in self.runs if run.stops] or [0]
        least_s, most_s = min(spans), max(spans)
        return Hours(
            runs_used=sum(bool(run.stops) for run in self.runs), least_s=least_s,
            mean_s=round(sum(spans) / len(spans)), most_s=most_s, spread_s=most_s - least_s,
        )  # fmt: skip


class Violation(Record, frozen=True, kw_only=True):
    """A rule that a plan breaks: which, where, and by how much (seconds or spaces)."""

    rule: str
    run_id: int | None = None
    trip_id: int | None = None
    by: int = 0

    def __str__(self) -> str:
        """Say it in one line."""
        where = [f"run {self.run_id}" if self.run_id else "", f"trip {self.trip_id}" if self.trip_id else ""]
        told = ", ".join(filter(None, where))
        return f"{self.rule} by {self.by}" + (f": {told}" if told else "")
