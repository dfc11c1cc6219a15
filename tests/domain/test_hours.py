"""How evenly a plan shares the work out."""

from datetime import UTC, date, datetime

from estafette.domain.plan import Hours, Plan, PlannedRun, Stop, StopKind


def out_and_in(run_id: int, *minutes: int) -> PlannedRun:
    """A run that is out between two minutes of the day, or not at all."""
    kinds = (StopKind.PULL_OUT, StopKind.PULL_IN)
    stops = tuple(
        Stop(kind=kind, place_id=1, arrive_s=60 * at, start_s=60 * at, depart_s=60 * at)
        for kind, at in zip(kinds, minutes, strict=False)
    )
    return PlannedRun(run_id=run_id, driver_id=run_id, stops=stops)


def a_plan(*runs: PlannedRun) -> Plan:
    return Plan(
        company_id=1, service_on=date(2026, 3, 2), zone="UTC", day_start_at=datetime(2026, 3, 2, tzinfo=UTC),
        board_version=0, problem_sha256="", runs=runs, left_over=(), travel_source="test",
        travel_estimated=False, seed=1, iterations=0, cost=0,
    )  # fmt: skip


def test_hours_are_from_pull_out_to_pull_in_of_the_runs_that_are_used() -> None:
    plan = a_plan(out_and_in(1, 0, 340), out_and_in(2), out_and_in(3, 100, 590), out_and_in(4, 0, 400))
    assert plan.hours() == Hours(
        runs_used=3, least_s=340 * 60, mean_s=410 * 60, most_s=490 * 60, spread_s=150 * 60
    )


def test_a_plan_without_a_used_run_has_no_hours() -> None:
    assert a_plan(out_and_in(1)).hours() == Hours(runs_used=0, least_s=0, mean_s=0, most_s=0, spread_s=0)
