"""What the history of plans can be asked: where a plan came from, and whether it can be made again."""

import hashlib
import platform
from functools import cache
from importlib.metadata import version
from pathlib import Path

import msgspec

from estafette import __version__, planning
from estafette.domain.difference import Difference, difference
from estafette.domain.error import Conflict
from estafette.domain.history import KeptPlan, Made, Parameters
from estafette.domain.plan import Course, Plan
from estafette.domain.problem import Problem
from estafette.domain.record import Record, encode
from estafette.domain.travel import Travel, TravelMatrix
from estafette.domain.weights import Weights
from estafette.planning.budget import Budget
from estafette.planning.solve import solve
from estafette.store.database import Database
from estafette.store.plans import get_plan


class Replay(Record, frozen=True, kw_only=True):
    """
    A plan made again from what the history keeps.

    `same` says that it is the kept one byte for byte; `versions` are those it was made with now.
    """

    kept: KeptPlan
    plan: Plan
    same: bool
    versions: dict[str, str]

    @property
    def by_same_optimiser(self) -> bool:
        """Tell whether the kept plan was made by the optimiser that made this one."""
        was = self.kept.entry.versions.get("optimiser")
        return was is not None and was == self.versions.get("optimiser")


def versions() -> dict[str, str]:
    """Name the versions that a plan depends on; the optimiser's is a digest of its sources."""
    return {
        "estafette": __version__,
        "optimiser": _optimiser(),
        "python": platform.python_version(),
        "numba": version("numba"),
        "numpy": version("numpy"),
    }


@cache
def _optimiser() -> str:
    sources = Path(planning.__path__[0]).rglob("*.py")
    return hashlib.sha256(b"".join(source.read_bytes() for source in sorted(sources))).hexdigest()[:12]


def parameters_of(budget: Budget, seed: int, *, shared: bool) -> Parameters:
    """Say what a search with the usual weights was asked for."""
    return Parameters(
        seed=seed,
        time_limit_s=budget.time_limit_s,
        iterations=budget.iterations,
        weights=msgspec.structs.asdict(Weights()),
        shared=shared,
    )


def made_elsewhere(plan: Plan) -> Made:
    """Say all that is known of how a plan was made that came from a file."""
    parameters = Parameters(seed=plan.seed, iterations=plan.iterations, weights={})
    return Made(parameters=parameters, versions={})


def replay_plan(database: Database, company_id: int, plan_id: int, *, travel: Travel) -> Replay:
    """
    Make a plan of the history again: same problem, travel times, seed, weights, and the steps of its search.

    The clock plays no part: each thread does as many steps at each temperature as it did then.

    Raises
    ------
    NotFound
        There is no such plan.
    Conflict
        It came from elsewhere, several workers made it, another version of the optimiser recorded its search
        in a form that is no longer read, or the travel times are no longer the same.
    """
    kept = get_plan(database, company_id, plan_id)
    problem, course, weights = _replayable(kept)
    matrix = travel.matrix(problem.places)
    _refuse_other_travel(kept, matrix)
    _call_as_then(matrix, kept.plan)
    plan = solve(
        problem, matrix, budget=Budget(course=course), seed=kept.plan.seed, weights=weights,
        threads=course.threads,
    )  # fmt: skip
    same = hashlib.sha256(encode(plan)).hexdigest() == kept.entry.answer_sha256
    return Replay(kept=kept, plan=plan, same=same, versions=versions())


def _replayable(kept: KeptPlan) -> tuple[Problem, Course, Weights]:
    number = kept.entry.plan_id
    if kept.problem is None:
        message = f"plan {number} came from a file; what it was computed from is not in the history"
        raise Conflict(message)
    if kept.entry.parameters.shared:
        message = f"plan {number} was made by several workers; what each did is not recorded"
        raise Conflict(message)
    weights = _weights(kept)
    if kept.plan.course is None or weights is None:
        message = (
            f"plan {number} was made by another version of the optimiser, which recorded its search in"
            " another form; it cannot be made again"
        )
        raise Conflict(message)
    return kept.problem, kept.plan.course, weights


def _weights(kept: KeptPlan) -> Weights | None:
    try:
        return msgspec.convert(kept.entry.parameters.weights, Weights)
    except msgspec.ValidationError:
        return None


def _refuse_other_travel(kept: KeptPlan, matrix: TravelMatrix) -> None:
    found = matrix.sha256()
    if found != kept.entry.travel_sha256:
        message = (
            f"plan {kept.entry.plan_id} cannot be made again: the travel times are not those of then"
            f" (then {kept.entry.travel_source}, {str(kept.entry.travel_sha256)[:12]};"
            f" now {matrix.source}, {found[:12]})"
        )
        raise Conflict(message)


def _call_as_then(matrix: TravelMatrix, plan: Plan) -> None:
    """Let the same times have the name that they had: why there were no road times then is part of it."""
    matrix.source, matrix.estimated = plan.travel_source, plan.travel_estimated
    matrix.estimated_places = plan.estimated_places


def compare_plans(database: Database, company_id: int, before_id: int, after_id: int) -> Difference:
    """Compare two plans of the history; raises `NotFound`, and `Invalid` for plans of two days."""
    before, after = (get_plan(database, company_id, plan_id).plan for plan_id in (before_id, after_id))
    return difference(before, after)
