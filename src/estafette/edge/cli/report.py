"""What a dispatch says: for people as text, for programs as one object."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from estafette.domain.applied import Outcome
from estafette.domain.counted import counted
from estafette.domain.plan import Give, Plan, PlannedRun, Relaxation, StopKind
from estafette.domain.problem import Problem
from estafette.flow.day import Dispatched, Planned
from estafette.flow.stages import Stage

_SHOWN = 12


def as_object(planned: Planned, stages: dict[str, Stage]) -> dict[str, Any]:
    """Give the figures of a planned day as one JSON object."""
    plan = planned.plan
    return {
        "day": plan.service_on.isoformat(),
        "trips": len(planned.problem.trips),
        "placed": plan.placed(),
        "left_over": left_over_as_objects(plan, planned.problem),
        "expected": sum(trip.expected for trip in planned.problem.trips),
        "will_calls": len(planned.problem.will_calls),
        "drivers_used": len({run.driver_id for run in plan.runs if run.stops}),
        "hours": plan.hours(),
        "kilometres": round(sum(run.drive_m for run in plan.runs) / 1000, 1),
        "on_board_minutes": dict(zip(("median", "p95", "longest"), on_board_minutes(plan), strict=True)),
        "travel": {
            "source": plan.travel_source,
            "estimated": plan.travel_estimated,
            "estimated_places": list(plan.estimated_places),
            "estimated_runs": _estimated_runs(plan),
        },
        "seed": plan.seed,
        "iterations": plan.iterations,
        "violations": [str(found) for found in planned.violations],
        "standing_violations": [str(found) for found in planned.standing],
        "stages": {
            name: {"ms": s.ms, "statements": s.statements, "round_trips": s.round_trips}
            for name, s in stages.items()
        },
    }


def left_over_as_objects(plan: Plan, problem: Problem) -> list[dict[str, Any]]:
    """Give the trips left over, with the distinct reasons of each and what would place it."""
    refs = {trip.trip_id: trip.ref for trip in problem.trips}
    return [
        {
            "trip": left.trip_id,
            "ref": refs[left.trip_id],
            "reasons": [str(reason) for reason in left.reasons()],
            "relaxations": msgspec.to_builtins(left.relaxations),
        }
        for left in plan.left_over
    ]


def dispatched_as_object(done: Dispatched) -> dict[str, Any]:
    """Give the figures of a dispatched day, with what became of each trip, as one JSON object."""
    counts = done.applied.counts() if done.applied else {}
    return {
        **as_object(done.planned, done.stages),
        "outcomes": {str(outcome): count for outcome, count in counts.items()},
        "board_version": done.applied.board_version if done.applied else None,
        "notices": done.applied.notices if done.applied else 0,
        "plan": str(done.kept_at),
        "plan_id": done.plan_id,
    }


def on_board_minutes(plan: Plan) -> tuple[float, float, float]:
    """Give median, 95th percentile and longest ride in minutes."""
    rides = sorted(ride for run in plan.runs for ride in _rides_s(run))
    if not rides:
        return (0.0, 0.0, 0.0)
    at = [rides[len(rides) // 2], rides[min(len(rides) - 1, len(rides) * 95 // 100)], rides[-1]]
    return (round(at[0] / 60, 1), round(at[1] / 60, 1), round(at[2] / 60, 1))


def _rides_s(run: PlannedRun) -> Iterator[int]:
    left_at = {stop.trip_id: stop.depart_s for stop in run.stops if stop.kind is StopKind.PICKUP}
    return (stop.start_s - left_at[stop.trip_id] for stop in run.stops if stop.kind is StopKind.DROPOFF)


def as_text(planned: Planned) -> Iterator[str]:
    """Say what a plan does, line by line."""
    plan, problem = planned.plan, planned.problem
    used = sum(1 for run in plan.runs if run.stops)
    median, p95, longest = on_board_minutes(plan)
    km = sum(run.drive_m for run in plan.runs) / 1000
    expected = sum(trip.expected for trip in problem.trips)
    day = (
        f"{counted(len(problem.trips), 'trip')}, {counted(len(problem.runs), 'run')},"
        f" {counted(len(problem.will_calls), 'will-call')} waiting"
        + (f", room held for {expected} of the trips that nobody has called yet" if expected else "")
    )
    yield f"{plan.service_on}  {day}"
    yield f"  placed         {plan.placed()}"
    yield f"  left over      {len(plan.left_over)}"
    yield from left_over_lines(plan, problem)
    for found in planned.standing[:_SHOWN]:
        yield f"    already broken, not by this plan: {found}"
    yield f"  drivers used   {used} of {len(problem.runs)}"
    yield f"  hours          {hours_text(plan)}"
    yield f"  kilometres     {km:.1f}"
    yield f"  on board       median {median} min, 95 % under {p95} min, longest {longest} min"
    yield from travel_lines(plan)
    yield from _off_road_lines(planned)


def hours_text(plan: Plan) -> str:
    """Say how long the used runs are out, in hours and minutes."""
    hours = plan.hours()
    used = f"{hours.runs_used} of {counted(len(plan.runs), 'run')}"
    least, mean, most, spread = map(
        hours_and_minutes, (hours.least_s, hours.mean_s, hours.most_s, hours.spread_s)
    )
    return f"{used}, {least} to {most}, mean {mean} (spread {spread})" if hours.runs_used else used


def hours_and_minutes(seconds: float) -> str:
    """Write a duration as `5:40`."""
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02}"


def travel_lines(plan: Plan) -> Iterator[str]:
    """Say where the travel times come from, and which runs have estimates among them."""
    label = " (not from a road network)" if plan.travel_estimated else ""
    yield f"  travel times   {plan.travel_source}{label}"
    if plan.estimated_places and not plan.travel_estimated:
        runs = ", ".join(map(str, _estimated_runs(plan))) or "none"
        yield f"    runs with estimated legs: {runs}"


def _estimated_runs(plan: Plan) -> list[int]:
    return [run.run_id for run in plan.runs if plan.estimated_stops(run)]


def _off_road_lines(planned: Planned) -> Iterator[str]:
    names = {place.place_id: place.name for place in planned.problem.places}
    for place_id in planned.plan.estimated_places[:_SHOWN]:
        yield f"    no road leads to place {place_id} ({names[place_id]}): see estafette roads places"


def left_over_lines(plan: Plan, problem: Problem, scale: int = 1) -> Iterator[str]:
    """
    Say of each trip left over which reason binds on how many runs, and the mildest way to place it.

    Of a dozen, at most. `scale` is how many seconds one unit of the file is.
    """
    refs = {trip.trip_id: trip.ref or trip.trip_id for trip in problem.trips}
    for left in plan.left_over[:_SHOWN]:
        frequent = Counter(refusal.reason for refusal in left.refusals)
        reasons = ", ".join(f"{reason} on {count}" for reason, count in frequent.most_common())
        fits = f"; fits with {relaxation_text(left.relaxations[0], scale)}" if left.relaxations else ""
        yield (
            f"    trip {refs[left.trip_id]}: {reasons or 'no run on this day'} "
            f"of {counted(len(problem.runs), 'run')}{fits}"
        )
    if len(plan.left_over) > _SHOWN:
        yield f"    and {len(plan.left_over) - _SHOWN} more"


_GIVES = {
    Give.PICKUP_LATER: "the pick-up {by} later",
    Give.PICKUP_EARLIER: "the pick-up {by} earlier",
    Give.DROPOFF_LATER: "the drop-off {by} later",
    Give.TRIP_LATER: "both ends {by} later",
    Give.TRIP_EARLIER: "both ends {by} earlier",
    Give.RIDE_LONGER: "a ride {by} longer",
    Give.RUN_LONGER: "the driver staying {by} longer",
    Give.RUN_EARLIER: "the driver starting {by} earlier",
    Give.BREAK_MOVED: "a break moved by {by}",
    Give.TRIP_MOVED: "trip {trip} moved to run {to}",
}


def relaxation_text(found: Relaxation, scale: int = 1) -> str:
    """Say what would have to give way, and on which run; in minutes, or in units of a file."""
    by = f"{found.amount_s // 60} min" if scale == 1 else f"{found.amount_s / scale:g}"
    gives = _GIVES[found.kind].format(by=by, trip=found.moved_trip_id, to=found.to_run_id)
    return f"{gives} on run {found.run_id}"


def outcome_lines(counts: dict[Outcome, int]) -> str:
    """Say the outcomes that occurred."""
    return (
        ", ".join(f"{count} {outcome.replace('_', ' ')}" for outcome, count in counts.items() if count)
        or "nothing"
    )


def stage_table(stages: dict[str, Stage]) -> Iterator[str]:
    """Draw the table of stages."""
    yield f"  {'stage':<10}{'ms':>9}{'statements':>13}{'round trips':>13}"
    for name, stage in stages.items():
        yield f"  {name:<10}{stage.ms:>9.1f}{_figure(stage.statements):>13}{_figure(stage.round_trips):>13}"
    total_ms = sum(stage.ms for stage in stages.values())
    statements = _figure(_together(stage.statements for stage in stages.values()))
    trips = _figure(_together(stage.round_trips for stage in stages.values()))
    yield f"  {'together':<10}{total_ms:>9.1f}{statements:>13}{trips:>13}"
    yield "  statements and round trips are counted on the wire (libpq trace, on Linux)"


def _together(counts: Iterable[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _figure(count: int | None) -> str:
    return "-" if count is None else str(count)
