"""Random tiny days that switch features of the model on, one by one, and how each is switched off again."""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import msgspec
import numpy as np

from estafette.domain.booking import Link, TripFacts
from estafette.domain.fleet import RunFacts, Spaces
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from tests.planning.builders import VAN, WHEELCHAIR, a_day, a_run, a_trip, on_a_plane

HOUR = 3600
PLACES = 6
SKILLS = ("lift", "oxygen", "escort")
ROOMY = (Spaces(seats=9, wheelchairs=9, stretchers=9),)

Rng = np.random.Generator


class Feature(NamedTuple):
    """
    What a feature adds to a trip or a run, and what makes the day as if the feature were not there.

    `rule` is the rule that the feature brings in: the only one that a plan for the day without it can break.
    """

    trip: Callable[[Rng, TripFacts], dict[str, Any]]
    run: Callable[[Rng, RunFacts], dict[str, Any]]
    rule: str = ""
    free_trip: Callable[[TripFacts], dict[str, Any]] | None = None
    free_run: Callable[[RunFacts], dict[str, Any]] | None = None


def nothing(*_: object) -> dict[str, Any]:
    return {}


def some(rng: Rng, names: tuple[str, ...], share: float) -> tuple[str, ...]:
    return tuple(name for name in names if rng.random() < share)


def maybe_linked(rng: Rng, trip: TripFacts) -> dict[str, Any]:
    if trip.trip_id % 2:
        return {}
    stay_s = int(rng.integers(0, 1800))
    return {
        "link": Link(after_trip_id=trip.trip_id - 1, min_stay_s=stay_s, same_driver=bool(rng.random() < 0.4))
    }


def maybe_waiting(rng: Rng, trip: TripFacts) -> dict[str, Any]:
    if trip.trip_id % 2 or rng.random() < 0.3:
        return {}
    return {"link": Link(after_trip_id=trip.trip_id - 1, min_stay_s=int(rng.integers(0, 900)), waits=True)}


def in_wheels(rng: Rng, trip: TripFacts) -> dict[str, Any]:
    return {"takes": WHEELCHAIR} if rng.random() < 0.5 else {}


FEATURES: dict[str, Feature] = {
    "skills": Feature(
        lambda rng, _: {"needs": some(rng, SKILLS, 0.3)},
        lambda rng, _: {"skills": some(rng, SKILLS, 0.7)},
        "skill", lambda _: {"needs": ()},
    ),
    "banned": Feature(
        lambda rng, _: {"banned_driver_ids": (101, 102) if rng.random() < 0.2 else (int(rng.integers(101, 104)),)},
        nothing, "banned", lambda _: {"banned_driver_ids": ()},
    ),
    "no_share": Feature(
        lambda rng, _: {"no_share": bool(rng.random() < 0.4)}, nothing, "no_share", lambda _: {"no_share": False}
    ),
    "groups": Feature(
        lambda rng, _: {"groups": some(rng, ("a", "b"), 0.5), "apart_from": some(rng, ("a", "b"), 0.3)},
        nothing, "no_share", lambda _: {"apart_from": ()},
    ),
    "onboard_wait": Feature(nothing, nothing, "onboard_wait"),  # a fact of the day itself, see below
    "drive_limit": Feature(
        nothing, lambda rng, _: {"max_drive_s": int(rng.integers(1200, 4000))},
        "drive_limit", None, lambda _: {"max_drive_s": None},
    ),
    "work_limit": Feature(
        nothing, lambda rng, _: {"max_work_s": int(rng.integers(1800, 2 * HOUR))},
        "work_limit", None, lambda _: {"max_work_s": None},
    ),
    "one_driver": Feature(
        nothing,
        lambda rng, _: {
            "driver_id": 101, "max_work_s": int(rng.integers(3600, 3 * HOUR)),
            "max_drive_s": int(rng.integers(2400, 8000)) if rng.random() < 0.5 else None,
        },
    ),
    "overtime": Feature(
        nothing,
        lambda rng, _: {"shift_to_s": int(rng.integers(HOUR, 3 * HOUR)), "overtime_s": int(rng.integers(0, HOUR))},
        "shift", None, lambda run: {"overtime_s": 9 * HOUR},
    ),
    "wheeled_dwell": Feature(
        in_wheels, lambda rng, _: {"wheeled_dwell_s": int(rng.integers(60, 600)), "layouts": VAN},
        "dwell", None, lambda _: {"wheeled_dwell_s": 0},
    ),
    "layouts": Feature(in_wheels, lambda _, __: {"layouts": VAN}, "space", None, lambda _: {"layouts": ROOMY}),
    "links": Feature(maybe_linked, nothing, "linked_leg", lambda _: {"link": None}),
    "open_end": Feature(nothing, lambda rng, _: {"end_place_id": None if rng.random() < 0.7 else 1}),
    "activation": Feature(nothing, lambda rng, _: {"activation_s": int(rng.integers(0, 20_000))}),
    "priority": Feature(lambda rng, _: {"priority": int(rng.integers(0, 3))}, nothing),
    "optional": Feature(
        lambda rng, _: {"unserved_s": int(rng.integers(0, 6000))} if rng.random() < 0.5 else {}, nothing
    ),
    "expected": Feature(lambda rng, _: {"expected": bool(rng.random() < 0.4)}, nothing),
    "waits": Feature(maybe_waiting, nothing, "linked_leg", lambda _: {"link": None}),
}  # fmt: skip
RULED = [name for name, feature in FEATURES.items() if feature.rule]


def a_featured_matrix(seed: int) -> TravelMatrix:
    """The places of the day; travel takes the same at every hour."""
    return on_a_plane(seed, PLACES, 1200)


def a_random_featured_day(seed: int, trips: int, runs: int, features: Iterable[str] = ()) -> Problem:
    """A tiny day, crowded enough that its rules decide; the same seed asks for the same trips at the same times."""
    wanted = sorted(features)
    day = a_day(
        [_a_trip(np.random.default_rng([seed, 1, k]), k) for k in range(1, trips + 1)],
        [_a_run(np.random.default_rng([seed, 2, k]), k) for k in range(1, runs + 1)],
        places=PLACES,
    )
    for name in wanted:
        rng = np.random.default_rng([seed, 3, list(FEATURES).index(name)])
        feature = FEATURES[name]
        day = _changed(
            day,
            lambda trip, f=feature, r=rng: f.trip(r, trip),
            lambda run, f=feature, r=rng: f.run(r, run),
        )
        if name == "onboard_wait":
            day = msgspec.structs.replace(day, max_onboard_wait_s=int(rng.integers(0, 300)))
    return day


def without(problem: Problem, name: str) -> Problem:
    """The day as if the feature's rule were not there."""
    feature = FEATURES[name]
    if name == "onboard_wait":
        return msgspec.structs.replace(problem, max_onboard_wait_s=None)
    return _changed(problem, feature.free_trip or nothing, feature.free_run or nothing)


def _changed(
    problem: Problem,
    trip: Callable[[TripFacts], dict[str, Any]],
    run: Callable[[RunFacts], dict[str, Any]],
) -> Problem:
    return msgspec.structs.replace(
        problem,
        trips=tuple(msgspec.structs.replace(each, **trip(each)) for each in problem.trips),
        runs=tuple(msgspec.structs.replace(each, **run(each)) for each in problem.runs),
    )


def _a_trip(rng: Rng, trip_id: int) -> TripFacts:
    origin, destination = (int(each) for each in rng.choice(np.arange(1, PLACES + 1), 2, replace=False))
    from_s = int(rng.integers(HOUR, 2 * HOUR))
    opens_s = from_s + int(rng.integers(0, 1500))
    return msgspec.structs.replace(
        a_trip(trip_id, origin, destination, dwell_s=int(rng.integers(0, 200))),
        pickup_from_s=from_s,
        pickup_to_s=from_s + int(rng.integers(0, 2400)),
        dropoff_from_s=opens_s,
        dropoff_to_s=opens_s + int(rng.integers(600, 3600)),
    )


def _a_run(rng: Rng, run_id: int) -> RunFacts:
    run = a_run(run_id, "00:30-05:00", start_id=int(rng.integers(1, PLACES + 1)))
    return msgspec.structs.replace(run, end_place_id=int(rng.integers(1, PLACES + 1)))
