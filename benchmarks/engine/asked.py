"""How long a plan that stands takes to answer: offers for a caller, and what a move by hand would do."""

import random
import statistics
import time
from collections.abc import Callable, Iterator

import msgspec

from benchmarks.engine import days, ours
from benchmarks.engine.case import task_of
from benchmarks.machine import spread
from estafette.domain.booking import TripFacts
from estafette.domain.offer import Move, Swap
from estafette.domain.problem import Problem
from estafette.domain.weights import Weights
from estafette.planning.offers import offers
from estafette.planning.preview import preview
from estafette.planning.standing import Standing, standing_of
from estafette.planning.warm import compile_kernels

TRIPS, QUESTIONS, ROUNDS = 2_000, 1_000, 5
OFFERED = 3
OFFERS_P50_MS, OFFERS_P99_MS, PREVIEW_MS = 2.0, 10.0, 20.0
HOUR_S = 3_600

Question = Callable[[], object]


def asked(threads: int, seconds: float) -> Iterator[str]:
    """
    Ask a plan of so many seconds, each question `QUESTIONS` times of other trips, in `ROUNDS` rounds.

    Callers ask with the trips of the day, each up to an hour earlier or later. Prices are the product's own.
    """
    compile_kernels(lambda _: None)
    standing = _planned(threads, seconds)
    problem, dice = standing.room, random.Random(1)
    yield f"{len(problem.trips) - 1} trips on {len(problem.runs)} runs, {len(standing.plan.left_over)} left; {QUESTIONS} questions, {ROUNDS} rounds, ms"
    yield f"{'':<28}{'p50':>27}{'p99':>27}{'most':>9}"
    worst = []
    for name, ask in _questions(standing, dice).items():
        rounds = [sorted(_took_ms(ask()) for _ in range(QUESTIONS)) for _ in range(ROUNDS)]
        halves, tails = (
            [each[QUESTIONS // 2] for each in rounds],
            [each[-QUESTIONS // 100] for each in rounds],
        )
        worst.append((statistics.median(halves), statistics.median(tails)))
        yield f"{name:<28}{spread(halves):>27}{spread(tails):>27}{max(map(max, rounds)):>9.1f}"
    offered, moved = worst[:2], worst[2:]
    yield f"GOAL offers p50 below {OFFERS_P50_MS:g} ms: {max(p50 for p50, _ in offered):.1f}"
    yield f"GOAL offers p99 below {OFFERS_P99_MS:g} ms: {max(p99 for _, p99 in offered):.1f}"
    yield f"GOAL previews p99 below {PREVIEW_MS:g} ms: {max(p99 for _, p99 in moved):.1f}"


def _planned(threads: int, seconds: float) -> Standing:
    case = days.day(TRIPS, 1)
    task = task_of(case, shaved=False, rests=True) | {"seed": 1, "threads": threads, "seconds": seconds}
    problem, matrix = ours.day_of(task)
    plan = ours.plan_of(task, problem, matrix, Weights())
    return standing_of(problem, matrix, Weights(), plan)


def _questions(standing: Standing, dice: random.Random) -> dict[str, Callable[[], Question]]:
    """Make a question of each kind, as often as one is wanted."""
    problem = standing.room
    trips, runs = [trip.trip_id for trip in problem.trips[:-1]], [run.run_id for run in problem.runs]

    def offer_new() -> Question:
        caller = _caller(problem, dice)
        return lambda: offers(standing, caller, OFFERED)

    def offer_known() -> Question:
        trip = dice.choice(trips)
        return lambda: offers(standing, trip, OFFERED)

    def move() -> Question:
        wanted = Move(trip_id=dice.choice(trips), run_id=dice.choice(runs))
        return lambda: preview(standing, wanted)

    def swap() -> Question:
        one, other = dice.sample(runs, 2)
        return lambda: preview(standing, Swap(run_id=one, other_run_id=other))

    return {
        "offers, a new trip": offer_new, "offers, a trip of the plan": offer_known,
        "preview, a trip moved": move, "preview, two runs swapped": swap,
    }  # fmt: skip


def _caller(problem: Problem, dice: random.Random) -> TripFacts:
    """Ask for a trip like one of the day at another time."""
    like = dice.choice(problem.trips[:-1])
    later_s = dice.randint(-HOUR_S, HOUR_S)
    fields = ("pickup_from_s", "pickup_to_s", "dropoff_from_s", "dropoff_to_s")
    times = {field: getattr(like, field) + later_s for field in fields}
    return msgspec.structs.replace(like, trip_id=10**9, **times)


def _took_ms(question: Question) -> float:
    began_s = time.perf_counter()
    question()
    return (time.perf_counter() - began_s) * 1_000
