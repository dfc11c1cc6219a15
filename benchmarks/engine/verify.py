"""
The checker of all answers, ours and theirs: it knows the case and the sequences, and no solver.

An answer says in which order each vehicle visits what; the times are found here. The rules about times are
all of the form "this at least so long after that", so the earliest times that meet them are a least
fixpoint (Bellman and Ford), exact in double precision: a sequence is legal when it has any legal times.
"""

import itertools
from collections.abc import Iterator
from typing import NamedTuple

from benchmarks.engine.case import Case, CaseRun
from estafette.domain.record import Record

EPS = 1e-6


class Tour(Record, frozen=True, kw_only=True):
    """
    What one vehicle does in order: 2t picks up trip t, 2t + 1 drops it off, -1 - k takes break k.

    Without a break in it, its breaks are placed where they fit.
    """

    run: int
    stops: tuple[int, ...]


class Verdict(Record, frozen=True, kw_only=True):
    """What an answer is worth: rules broken (each with run and trip), trips left over, vehicles, driving."""

    broken: tuple[str, ...]
    left: int
    runs: int
    drive: float
    cost: float

    def rank(self) -> tuple[float, ...]:
        """Order answers to the same case: legal ones first, then served, then the objective."""
        return (len(self.broken), self.left, self.cost, self.drive)


class Moment(NamedTuple):
    """When a stop may start, how long it lasts and where it is; the rule that is broken by a late start."""

    place: int
    from_: float
    to: float
    lasts: float
    rule: str


class Between(NamedTuple):
    """Two stops and the least time between their starts (driving) or the most (a limit)."""

    early: int
    late: int
    gap: float


def verdict(case: Case, tours: tuple[Tour, ...], *, on_the_way: bool = False) -> Verdict:
    """
    Judge an answer; `cost` is vehicles (`fleet`), driving (`drive`), or both with their price (`day`).

    Breaks are taken where the stop before was; `on_the_way` allows them on the road to the next as well.
    """
    used = [tour for tour in tours if any(stop >= 0 for stop in tour.stops)]
    drive = sum(drive_of(case, tour) for tour in used)
    served = {stop // 2 for tour in used for stop in tour.stops if stop >= 0}
    broken = [
        *_twice(used),
        *(f"run {t.run}: {rule}" for t in used for rule in broken_by(case, t, on_the_way)),
    ]
    price = {"fleet": float(len(used)), "drive": drive, "day": drive + case.run_price * len(used)}
    return Verdict(
        broken=tuple(broken), left=len(case.trips) - len(served), runs=len(used), drive=drive,
        cost=price[case.objective],
    )  # fmt: skip


def drive_of(case: Case, tour: Tour) -> float:
    """Add up the legs of a tour, from its start to its end."""
    run = case.runs[tour.run]
    places = [run.start, *(_place(case, stop) for stop in tour.stops if stop >= 0), run.end]
    return sum(case.travel[a][b] for a, b in itertools.pairwise(places))


def broken_by(case: Case, tour: Tour, on_the_way: bool) -> Iterator[str]:
    """Name what a tour breaks; times are asked for only when the order is right."""
    order = [*_pairs(tour), *_skills(case, tour), *_spaces(case, tour)]
    yield from order
    if not order:
        yield from _timing(case, tour, on_the_way)


def _twice(tours: list[Tour]) -> Iterator[str]:
    runs = [tour.run for tour in tours]
    yield from (f"run {run}: used twice" for run in sorted(set(runs)) if runs.count(run) > 1)
    stops = sorted(stop for tour in tours for stop in tour.stops if stop >= 0)
    yield from (f"trip {a // 2}: served twice" for a, b in itertools.pairwise(stops) if a == b and a % 2 == 0)


def _pairs(tour: Tour) -> Iterator[str]:
    """Every trip is picked up, then dropped off, here."""
    at = {stop: k for k, stop in enumerate(tour.stops)}
    for trip in sorted({stop // 2 for stop in tour.stops if stop >= 0}):
        pickup, dropoff = at.get(2 * trip), at.get(2 * trip + 1)
        if pickup is None or dropoff is None or dropoff < pickup:
            yield f"pairing of trip {trip}"


def _skills(case: Case, tour: Tour) -> Iterator[str]:
    has = set(case.runs[tour.run].skills)
    for stop in tour.stops:
        if stop >= 0 and stop % 2 == 0 and not has.issuperset(case.trips[stop // 2].needs):
            yield f"skill of trip {stop // 2}"


def _spaces(case: Case, tour: Tour) -> Iterator[str]:
    layouts = case.runs[tour.run].layouts
    aboard = [0] * len(layouts[0])
    for stop in (stop for stop in tour.stops if stop >= 0):
        sign = -1 if stop % 2 else 1
        aboard = [a + sign * b for a, b in zip(aboard, case.trips[stop // 2].takes, strict=True)]
        if not any(all(a <= b for a, b in zip(aboard, layout, strict=True)) for layout in layouts):
            yield f"space at trip {stop // 2}"


def _timing(case: Case, tour: Tour, on_the_way: bool) -> list[str]:
    rests = len(case.runs[tour.run].rests)
    if given := [-1 - stop for stop in tour.stops if stop < 0]:
        if given != list(range(rests)) or not set(_breaks(tour.stops)) <= set(_empty(tour.stops)):
            return ["break"]
        return _late(case, tour.run, tour.stops, on_the_way)
    if found := _late(case, tour.run, tour.stops, on_the_way):
        return found
    fits = any(not _late(case, tour.run, stops, on_the_way) for stops in _with_rests(tour.stops, rests))
    return [] if fits else ["break"]


def _breaks(stops: tuple[int, ...]) -> list[int]:
    return [k for k, stop in enumerate(stops) if stop < 0]


def _empty(stops: tuple[int, ...]) -> list[int]:
    """Give the positions before which nobody is aboard."""
    aboard = itertools.accumulate((0 if stop < 0 else -1 if stop % 2 else 1 for stop in stops), initial=0)
    return [k for k, riders in enumerate(aboard) if riders == 0]


def _with_rests(stops: tuple[int, ...], rests: int) -> Iterator[tuple[int, ...]]:
    """Put the breaks, in order, wherever nobody is aboard."""
    for places in itertools.combinations_with_replacement(_empty(stops), rests):
        put = list(stops)
        for k, place in reversed(list(enumerate(places))):
            put.insert(place, -1 - k)
        yield tuple(put)


def _late(case: Case, run: int, stops: tuple[int, ...], on_the_way: bool) -> list[str]:
    """Name the first rule that leaves the sequence without legal times: none when it has them."""
    moments = list(_moments(case, case.runs[run], stops))
    legs = list(_legs(case, moments, on_the_way=on_the_way))
    rides, work = list(_rides(case, stops)), _work(case.runs[run], len(moments))
    if (rule := earliest(moments, legs, [])[1]) is not None:
        return [rule]
    if earliest(moments, legs, rides)[1] is not None:
        return ["ride_time"]
    return [] if earliest(moments, legs, rides + work)[1] is None else ["work"]


def earliest(
    moments: list[Moment], ahead: list[Between], behind: list[Between]
) -> tuple[list[float], str | None]:
    """Give the least start times, and the rule for which there are none (the times are then of no use)."""
    start = [moment.from_ for moment in moments]
    for _ in range(len(behind) + 2):
        for early, late, gap in ahead:
            start[late] = max(start[late], start[early] + gap)
        missed = next((m.rule for m, at in zip(moments, start, strict=True) if at > m.to + EPS), None)
        pushed = [each for each in behind if start[each.early] < start[each.late] - each.gap - EPS]
        if missed is not None or not pushed:
            return start, missed
        for early, late, gap in pushed:
            start[early] = max(start[early], start[late] - gap)
    return start, "ride_time"  # still growing after as many rounds as there are limits: for ever


def _legs(case: Case, moments: list[Moment], *, on_the_way: bool) -> Iterator[Between]:
    """Drive from stop to stop, and rest where the last stop was, or anywhere on the way from it."""
    stop, spent = 0, 0.0
    for k, (before, after) in enumerate(itertools.pairwise(moments)):
        way = case.travel[before.place][after.place]
        if before.rule != "break":
            stop, spent = k, 0.0
        spent += before.lasts
        yield Between(stop, k + 1, spent + way)
        yield Between(k, k + 1, before.lasts + (0.0 if on_the_way and stop < k else way))


def _moments(case: Case, run: CaseRun, stops: tuple[int, ...]) -> Iterator[Moment]:
    place = run.start
    yield Moment(place, *run.shift, 0.0, "shift")
    for stop in stops:
        if stop < 0:
            from_, to, lasts = run.rests[-1 - stop]
            yield Moment(place, from_, to, lasts, "break")
        else:
            trip, place = case.trips[stop // 2], _place(case, stop)
            window = trip.dropoff if stop % 2 else trip.pickup
            yield Moment(place, *window, trip.dwell[stop % 2], f"time_window of trip {stop // 2}")
    yield Moment(run.end, *run.shift, 0.0, "shift")


def _rides(case: Case, stops: tuple[int, ...]) -> Iterator[Between]:
    at = {stop: k + 1 for k, stop in enumerate(stops)}
    for stop, k in at.items():
        limit = case.trips[stop // 2].max_ride if stop >= 0 and stop % 2 == 0 else None
        if limit is not None:
            yield Between(k, at[stop + 1], case.trips[stop // 2].dwell[0] + limit)


def _work(run: CaseRun, moments: int) -> list[Between]:
    return [] if run.max_work is None else [Between(0, moments - 1, run.max_work)]


def _place(case: Case, stop: int) -> int:
    trip = case.trips[stop // 2]
    return trip.destination if stop % 2 else trip.origin
