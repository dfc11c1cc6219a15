"""Solving what a file describes: read, search, check, write, say."""

import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import click

from estafette.domain.counted import counted
from estafette.domain.instance import Instance
from estafette.domain.plan import Plan, Violation
from estafette.edge.cli.instances import Figures, figures_of, violation_lines
from estafette.edge.cli.progress import end_progress, progress_lines, say, search_progress, warm_up
from estafette.edge.cli.report import hours_text, left_over_as_objects, left_over_lines
from estafette.edge.cli.session import DONE, REFUSED, Failed, errors_in_one_line, print_json
from estafette.exchange.instances.reading import read_instance
from estafette.exchange.instances.solution_text import solution_text
from estafette.exchange.plan_file import plan_json
from estafette.exchange.whole_file import write_whole
from estafette.planning.bound import least_cost
from estafette.planning.budget import Budget, Progress
from estafette.planning.check import violations
from estafette.planning.solve import solve

ANSWERS = ("plan", "li-lim", "cordeau")
_STDOUT = Path("-")


class FileSolve(NamedTuple):
    """What to solve, how long to search, and what to do with the plan; the options of the command."""

    file: Path
    time_limit_s: float | None
    iterations: int | None
    seed: int
    threads: int
    out: Path | None
    answer: str
    progress: bool
    as_json: bool


class Solved(NamedTuple):
    """A plan, the seconds it took, whether somebody ended the search early, and what the checker found."""

    plan: Plan
    seconds: float
    interrupted: bool
    found: list[Violation]
    bound: int


def solve_file(order: FileSolve) -> None:
    """Solve a file; ends the process with 0, or with 1 when the checker refuses the plan."""
    if order.as_json and order.out == _STDOUT:
        message = "--json and --out - cannot both be printed."
        raise click.UsageError(message)
    with errors_in_one_line():
        instance = read_instance(order.file)
        _check_answer(order, instance)
        warm_up()
        solved = _search(order, instance)
        _write(order, instance, solved.plan)
    if order.as_json:
        print_json(_as_object(order, instance, solved))
    else:
        lines = "\n".join(_as_text(order, instance, solved))
        click.echo(lines, err=order.out == _STDOUT)
    for line in violation_lines(solved.found, instance):
        say(f"the checker refuses this plan: {line}")
    sys.exit(REFUSED if solved.found else DONE)


def _check_answer(order: FileSolve, instance: Instance) -> None:
    """Refuse before the search what could not be written after it."""
    if order.answer not in ("plan", instance.format):
        message = (
            f"{order.file}: its format is {instance.format}, so its plan cannot be written as {order.answer}"
        )
        raise Failed(message)


def _search(order: FileSolve, instance: Instance) -> Solved:
    began_s = time.perf_counter()
    budget = Budget(time_limit_s=order.time_limit_s, iterations=order.iterations, clock=time.perf_counter)
    show = progress_lines() if order.progress else search_progress()
    with _interruptible() as interrupted:

        def goes_on(progress: Progress) -> bool:
            return show(progress) and not interrupted.is_set()

        plan = solve(
            instance.problem, instance.matrix, budget=budget, seed=order.seed, on_progress=goes_on,
            weights=instance.weights, threads=order.threads,
        )  # fmt: skip
    end_progress()
    seconds = time.perf_counter() - began_s
    found = violations(instance.problem, instance.matrix, plan)
    left_over = len(plan.left_over)
    bound = least_cost(instance.problem, instance.matrix, instance.weights, left_over=left_over)
    return Solved(plan, seconds, interrupted.is_set(), found, bound)


@contextmanager
def _interruptible() -> Iterator[threading.Event]:
    """Turn the first Ctrl-C into a wish to end; the second ends the process as ever."""
    interrupted = threading.Event()
    before = signal.getsignal(signal.SIGINT)

    def interrupt(*_: object) -> None:
        interrupted.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, interrupt)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, before)


def _write(order: FileSolve, instance: Instance, plan: Plan) -> None:
    if order.out is None:
        return
    content = plan_json(plan) if order.answer == "plan" else solution_text(instance, plan).encode()
    if order.out == _STDOUT:
        click.echo(content.decode(), nl=not content.endswith(b"\n"))
    else:
        write_whole(order.out, content)


def _as_object(order: FileSolve, instance: Instance, solved: Solved) -> dict[str, Any]:
    plan, figures = solved.plan, figures_of(instance, solved.plan)
    return {
        "file": str(order.file),
        "format": instance.format,
        "trips": figures.trips,
        "vehicles": figures.vehicles,
        "distance": figures.distance,
        "hours": plan.hours() if instance.xy is None else None,
        "left_over": left_over_as_objects(plan, instance.problem),
        "cost": plan.cost,
        "bound": solved.bound,
        "terms": plan.terms,
        "seconds": round(solved.seconds, 3),
        "iterations": plan.iterations,
        "seed": plan.seed,
        "interrupted": solved.interrupted,
        "violations": violation_lines(solved.found, instance),
        "plan": str(order.out) if order.out else None,
    }


def _as_text(order: FileSolve, instance: Instance, solved: Solved) -> Iterator[str]:
    plan = solved.plan
    figures: Figures = figures_of(instance, plan)
    vehicles = counted(len(instance.problem.runs), "vehicle")
    yield f"{order.file}  {instance.format}, {counted(figures.trips, 'trip')}, {vehicles}"
    yield f"  placed         {plan.placed()}"
    yield f"  left over      {len(plan.left_over)}"
    yield from left_over_lines(plan, instance.problem, instance.scale)
    yield f"  vehicles used  {figures.vehicles}"
    if instance.xy is None:  # otherwise its unit of time is its own
        yield f"  hours          {hours_text(plan)}"
    yield f"  distance       {figures.distance_text}"
    ended = ", interrupted" if solved.interrupted else ""
    yield f"  search         {solved.seconds:.1f} s, {plan.iterations} iterations, seed {plan.seed}{ended}"
    if order.out not in (None, _STDOUT):
        yield f"  written to     {order.out} ({order.answer})"
