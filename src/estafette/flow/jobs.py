"""Making the solves that were asked for: planned, kept, applied where that was wished, recorded."""

from estafette.domain.plan import Plan
from estafette.domain.solve import ClaimedSolve, SolveFigures, SolveState
from estafette.domain.travel import Travel
from estafette.flow.day import Planned, Solve, plan_day
from estafette.flow.parts import SharedSearch
from estafette.flow.reporter import Clock, Reporter
from estafette.flow.stages import Stages
from estafette.planning.budget import Budget
from estafette.store.apply import apply_plan
from estafette.store.database import Database
from estafette.store.jobs import Ending, end_solve
from estafette.store.plans import save_plan
from estafette.store.queue import Pace


def make_solve(  # noqa: PLR0913 - the world a solve is made in
    database: Database,
    held: ClaimedSolve,
    *,
    travel: Travel,
    clock: Clock,
    reporter: Reporter,
    threads: int = 1,
    pace: Pace = Pace(),  # noqa: B008 - frozen
) -> bool:
    """
    Make a claimed solve on so many threads; `False`: it was taken over meanwhile, and nothing of it counts.

    1. Load, plan, check: nothing is locked meanwhile. Told to stop, it goes on with the best plan so far.
       Other workers help where that was asked for.
    2. Keep the plan in the history.
    3. Apply it where that was asked for and the checker found nothing.
    4. Record the end.

    Steps 2 to 4 name the claim, and the database refuses each of them under an old one.
    """
    budget = Budget(time_limit_s=held.time_limit_s, clock=clock)
    how = Solve(travel=travel, budget=budget, seed=held.seed, threads=threads, on_progress=reporter)
    stages = Stages(database, clock)
    shared = SharedSearch(database, held, pace)
    planned = plan_day(
        database, held.company_id, held.service_on, how=how, stages=stages, search=shared.search
    )
    plan_id = save_plan(database, planned.plan, planned.made, actor=held.holder)
    ending = Ending(
        state=SolveState.STOPPED if reporter.stopped else SolveState.DONE,
        figures=_found(planned.plan, seconds=round(stages.done["plan"].ms / 1000, 1)),
        violations=len(planned.violations),
        plan_id=plan_id,
        applied_id=_applied_id(database, held, planned, plan_id),
        parts=shared.parts,
        helped=shared.helped,
    )
    return end_solve(database, held, ending, actor=held.holder)


def _applied_id(database: Database, held: ClaimedSolve, planned: Planned, plan_id: int) -> int | None:
    if not held.applies or planned.violations:
        return None
    plan, holder = planned.plan, held.holder
    return apply_plan(database, plan, key=holder, actor=holder, plan_id=plan_id).applied_id


def _found(plan: Plan, *, seconds: float) -> SolveFigures:
    return SolveFigures(placed=plan.placed(), left_over=len(plan.left_over), cost=plan.cost, seconds=seconds)
