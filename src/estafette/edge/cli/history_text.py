"""The history of plans and the difference of two plans, in words."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec

from estafette.domain.applied import Outcome
from estafette.domain.counted import counted
from estafette.domain.difference import Difference, DriverDifference, Placement, TripDifference, Work
from estafette.domain.history import ApplyEntry, KeptPlan, PlanEntry
from estafette.domain.plan import Plan, PlannedRun
from estafette.domain.weights import Terms
from estafette.edge.cli.naming import Names
from estafette.edge.cli.report import hours_and_minutes, hours_text, outcome_lines, travel_lines
from estafette.planning.part import trips_of

_SHORT_HASH = 12


def plan_table(entries: Sequence[PlanEntry], zone: str) -> Iterator[str]:
    """Draw the table of plans."""
    if not entries:
        yield "no plans are kept"
        return
    yield (
        f"{'plan':>6}  {'day':<10}  {'made':<16}  {'placed':>6}  {'left over':>9}  {'cost':>11}"
        f"  {'seconds':>7}  {'by':<16}  applied"
    )
    for entry in entries:
        seconds = "-" if entry.duration_s is None else f"{entry.duration_s:.1f}"
        applied = ", ".join(str(apply.applied_id) for apply in entry.applies) or "-"
        yield (
            f"{entry.plan_id:>6}  {entry.service_on}  {_moment(entry.at, zone)}  {entry.placed:>6}"
            f"  {entry.left_over:>9}  {entry.cost:>11}  {seconds:>7}  {entry.actor:<16}  {applied}"
        )


def plan_lines(kept: KeptPlan, names: Names, zone: str) -> Iterator[str]:
    """Say all that the history knows of a plan."""
    entry, plan = kept.entry, kept.plan
    yield f"plan {entry.plan_id} for {entry.service_on}"
    took = "" if entry.duration_s is None else f" in {entry.duration_s:.1f} s"
    yield f"  made           {_moment(entry.at, zone)} by {entry.actor}{took}"
    yield f"  search         {_search(kept)}"
    yield f"  computed from  {_problem(kept)}"
    yield from travel_lines(plan)
    if entry.travel_sha256:
        yield f"    their digest: {entry.travel_sha256[:_SHORT_HASH]}"
    if entry.versions:
        yield "  versions       " + ", ".join(f"{name} {number}" for name, number in entry.versions.items())
    yield f"  answer         {entry.answer_sha256[:_SHORT_HASH]}"
    yield f"  placed         {entry.placed}, left over {entry.left_over}, cost {entry.cost}"
    yield f"  hours          {hours_text(plan)}"
    yield f"  violations     {entry.violations}"
    yield from term_lines(plan.terms)
    yield from _runs(plan, names)
    yield from (_apply_line(apply, zone) for apply in entry.applies)
    if not entry.applies:
        yield "  not applied"


def term_lines(terms: Terms) -> Iterator[str]:
    """
    Draw the table of what was paid for what, the dearest first, in hours and minutes of driving.

    Hundredths of a driving second are too small to read; what costs nothing is left out.
    """
    paid = {name: price for name, price in msgspec.structs.asdict(terms).items() if price}
    if not paid:
        return
    yield "  cost by terms, in hours and minutes of driving"
    for name, price in sorted(paid.items(), key=lambda each: -each[1]):
        yield f"    {name.replace('_', ' '):<14}{_driving(price):>12}{100 * price / terms.cost():>8.1f} %"
    yield f"    {'together':<14}{_driving(terms.cost()):>12}"


def _driving(price: int) -> str:
    return hours_and_minutes(price / 100)


def _search(kept: KeptPlan) -> str:
    entry, course = kept.entry, kept.plan.course
    asked = entry.parameters
    limits = [
        "" if asked.time_limit_s is None else f", at most {asked.time_limit_s:g} s",
        "" if asked.iterations is None else f", at most {asked.iterations} iterations",
    ]
    threads = f" on {course.threads} threads" if course and course.threads > 1 else ""
    return f"seed {asked.seed}{''.join(limits)}; {entry.iterations} iterations done{threads}"


def _problem(kept: KeptPlan) -> str:
    if kept.problem is None:
        return f"a day that is not kept, board version {kept.entry.board_version}"
    facts = f"{counted(len(kept.problem.trips), 'trip')}, {counted(len(kept.problem.runs), 'run')}"
    return f"{facts}, board version {kept.entry.board_version}{_hash(kept.entry.problem_sha256)}"


def _hash(sha256: str | None) -> str:
    return f" [{sha256[:_SHORT_HASH]}]" if sha256 else ""


def _runs(plan: Plan, names: Names) -> Iterator[str]:
    for run in plan.runs:
        if run.stops:
            yield f"    {names.run(run.run_id):<28} {_run(plan, run, names)}"


def _run(plan: Plan, run: PlannedRun, names: Names) -> str:
    times = f"{names.clock_s(run.stops[0].depart_s)}-{names.clock_s(run.stops[-1].arrive_s)}"
    legs = len(plan.estimated_stops(run)) if plan.estimated_places else 0
    estimated = f"  {counted(legs, 'leg')} estimated" if legs else ""
    return f"{times}  {len(list(trips_of([run]))):>3} trips  {run.drive_m / 1000:>7.1f} km{estimated}"


def _apply_line(apply: ApplyEntry, zone: str) -> str:
    counts = outcome_lines({outcome: apply.counts.get(outcome, 0) for outcome in Outcome})
    return f"  apply {apply.applied_id:<8} {_moment(apply.at, zone)} by {apply.actor}: {counts}"


def _moment(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def difference_lines(found: Difference, names: Names) -> Iterator[str]:
    """Say who gains, loses and moves, and what it costs whom in minutes and kilometres."""
    if not found.trips and not found.drivers:
        yield f"{found.service_on}: the two plans ask the same of everybody"
        return
    yield f"{found.service_on}: different on {counted(len(found.trips), 'trip')}"
    yield from (_trip(each, names) for each in found.trips)
    yield f"  {'driver':<24}{'trips':>16}{'minutes on duty':>20}{'driving':>16}{'kilometres':>20}"
    yield from (_driver(each, names) for each in found.drivers)
    yield "  " + f"{'together':<24}" + _work(found.before, found.after)
    yield f"  left over: {found.left_over_before} -> {found.left_over_after}"


def _trip(each: TripDifference, names: Names) -> str:
    said = {
        "gained": "gains a run",
        "lost": "loses its run",
        "driver": "changes its driver",
        "run": "changes its run",
        "times": "changes its times",
    }[each.change]
    way = " -> ".join(_placement(where, names) for where in (each.before, each.after))
    return f"  {names.trip(each.trip_id)} {said}: {way}"


def _placement(where: Placement | None, names: Names) -> str:
    if where is None:
        return "no run"
    return f"{names.run(where.run_id)} {names.clock_s(where.pickup_s)}-{names.clock_s(where.dropoff_s)}"


def _driver(each: DriverDifference, names: Names) -> str:
    return f"  {names.driver(each.driver_id):<24}" + _work(each.before, each.after)


def _work(before: Work, after: Work) -> str:
    trips = f"{before.trips} -> {after.trips}"
    duty = f"{before.on_duty_s / 60:.0f} -> {after.on_duty_s / 60:.0f}"
    driving = f"{before.drive_s / 60:.0f} -> {after.drive_s / 60:.0f}"
    kilometres = f"{before.drive_m / 1000:.1f} -> {after.drive_m / 1000:.1f}"
    return f"{trips:>16}{duty:>20}{driving:>16}{kilometres:>20}"
