"""Attempts as tables: each case with its best known, each solver's answer and gap, the losses, the goals."""

import statistics
from collections.abc import Iterable, Iterator, Sequence

from benchmarks.engine.case import Case
from benchmarks.engine.solvers import OURS, Attempt
from benchmarks.engine.verify import Verdict

WIDTH = 25
# A hundredth of a per cent: best known values are published with two digits.
SAME = 1e-4
# How much less than with the best rival a day of so many trips is to cost, in per cent.
AHEAD = {100: 8, 500: 8, 2_000: 20}


class Results:
    """The attempts at the cases of one part."""

    def __init__(self, cases: Sequence[Case], attempts: Iterable[Attempt]) -> None:
        self.cases = cases
        self.attempts: dict[tuple[str, str], list[Attempt]] = {}
        for each in attempts:
            self.attempts.setdefault((each.case, each.solver), []).append(each)
        self.solvers = list(dict.fromkeys(solver for _, solver in self.attempts))

    def of(self, case: Case, solver: str) -> list[Attempt]:
        """Give the attempts of a solver at a case, the best first, those without answer last."""
        found = self.attempts.get((case.name, solver), [])
        return sorted(found, key=lambda each: each.verdict.rank() if each.verdict else (float("inf"),))

    def middle(self, case: Case, solver: str) -> Attempt | None:
        """Give the attempt in the middle (the worse one of two), by rank."""
        found = self.of(case, solver)
        return found[len(found) // 2] if found else None

    def best(self, case: Case) -> tuple[float, ...] | None:
        """Give the least rank that is known: published, or found here by anyone, legally."""
        known = [published(case)] if case.best else []
        ranks = [worth.rank() for worth in self.legal(case)]
        return min((*known, *ranks), default=None)

    def legal(self, case: Case) -> list[Verdict]:
        """Give the legal answers to a case."""
        found = [each.verdict for solver in self.solvers for each in self.of(case, solver)]
        return [worth for worth in found if worth and not worth.broken]


def published(case: Case) -> tuple[float, ...]:
    """Give the rank of the best known."""
    assert case.best is not None
    first = case.best.cost if case.best.runs is None else case.best.runs
    return (0, 0, first, case.best.cost)


def gap(case: Case, worth: Verdict, best: tuple[float, ...]) -> float:
    """Give how much is missing to the best, in per cent of its driving (`fleet`) or cost; fleets must be equal."""
    value, least = (worth.drive, best[3]) if case.objective == "fleet" else (worth.cost, best[2])
    return 100 * (value - least) / least


def table(results: Results) -> Iterator[str]:
    """Print each case on a line: best known, and each solver's middle answer with its gap and spread."""
    heads = "".join(f"{solver:>{WIDTH}}" for solver in results.solvers)
    yield f"{'instance':<20}{'best known':>16}{heads}"
    for case in results.cases:
        cells = "".join(f"{_cell(results, case, solver):>{WIDTH}}" for solver in results.solvers)
        yield f"{case.name:<20}{_known(case):>16}{cells}"


def _known(case: Case) -> str:
    if case.best is None:
        return "-"
    runs = "" if case.best.runs is None else f"{case.best.runs}, "
    return f"{runs}{case.best.cost:.1f}"


def _cell(results: Results, case: Case, solver: str) -> str:
    found, best = results.middle(case, solver), results.best(case)
    if found is None or found.verdict is None:
        return "-"
    worth = found.verdict
    if worth.broken:
        return f"illegal x{len(worth.broken)}"
    if worth.left or best is None:
        return f"{worth.left} left"
    value = (
        f"{worth.runs}, {worth.drive:.1f}"
        if case.objective == "fleet"
        else f"{worth.cost:.1f} ({worth.runs})"
    )
    return f"{value} {_distance(case, worth, best)}{_spread(results, case, solver)}"


def _distance(case: Case, worth: Verdict, best: tuple[float, ...]) -> str:
    if case.objective == "fleet" and worth.runs != best[2]:
        return f"{worth.runs - best[2]:+.0f}v"
    return f"{gap(case, worth, best):+.2f}%"


def _spread(results: Results, case: Case, solver: str) -> str:
    """Give half the distance between the best and the worst seed: in vehicles, or in per cent of the cost."""
    values = [each.verdict.cost for each in results.of(case, solver) if each.verdict]
    half = (max(values) - min(values)) / 2
    if not half:
        return ""
    return f" ±{half:.1f}v" if case.objective == "fleet" else f" ±{100 * half / min(values):.1f}"


def summary(results: Results) -> Iterator[str]:
    """Add up each solver: cases served legally, vehicles, at the best known, median gap, times, threads."""
    for solver in results.solvers:
        found = [(case, each) for case in results.cases if (each := results.middle(case, solver))]
        yield f"{solver:>8}: {_worth(results, [(case, each.verdict) for case, each in found if each.verdict])}"
        yield f"{'':10}{_times([each for _, each in found if each.verdict])}"
        yield from (f"{'':10}no answer: {why}" for why in sorted({each.failed for _, each in found} - {""}))


def _worth(results: Results, answered: list[tuple[Case, Verdict]]) -> str:
    good = [(case, worth) for case, worth in answered if _is_whole(worth)]
    bests = [(case, worth, results.best(case)) for case, worth in good]
    gaps = [gap(case, worth, best) for case, worth, best in bests if best and _same_fleet(case, worth, best)]
    more = sum(
        worth.runs - case.best.runs for case, worth in good if case.best and case.best.runs is not None
    )
    reached = sum(_reached(case, worth) for case, worth in good if case.best)
    return (
        f"{len(good)} of {len(results.cases)} served legally, best known reached {reached}, vehicles {more:+d}, "
        f"median gap {_median(gaps)} % ({len(gaps)} with the best fleet)"
    )


def _times(answered: list[Attempt]) -> str:
    inside, outside = [each.inside_s for each in answered], [each.outside_s for each in answered]
    versions = sorted({each.version for each in answered if each.solver != OURS.name})
    return (
        f"inside {_median(inside)} s (most {max(inside, default=0):.2f}), outside {_median(outside)} s, "
        f"threads {max((each.threads for each in answered), default=0)} {' '.join(versions)}"
    )


def _median(values: list[float]) -> str:
    return f"{statistics.median(values):.2f}" if values else "-"


def _same_fleet(case: Case, worth: Verdict, best: tuple[float, ...]) -> bool:
    return case.objective != "fleet" or worth.runs == best[2]


def _reached(case: Case, worth: Verdict) -> bool:
    """Tell whether the published value is met (or beaten)."""
    return no_worse(worth.rank(), published(case))


def no_worse(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    """Compare two ranks figure by figure; what differs by less than published digits is equal."""
    for a, b in zip(one, other, strict=True):
        if abs(a - b) > SAME * b:
            return a < b
    return True


def losses(results: Results) -> Iterator[str]:
    """Name every case where a rival is better than us, or we miss the best known."""
    for case in results.cases:
        ours = results.middle(case, OURS.name)
        worth = ours.verdict if ours else None
        for solver in results.solvers:
            theirs = results.middle(case, solver)
            if solver != OURS.name and theirs and _beats(theirs.verdict, worth):
                yield f"LOSS {case.name}: {solver} {_say(theirs.verdict)}, ours {_say(worth)}"
        if case.best and not (worth and _reached(case, worth)):
            yield f"MISS {case.name}: best known {_known(case)}, ours {_say(worth)}"


def _beats(theirs: Verdict | None, ours: Verdict | None) -> bool:
    if theirs is None or theirs.broken:
        return False
    return ours is None or not no_worse(ours.rank(), theirs.rank())


def _say(worth: Verdict | None) -> str:
    if worth is None:
        return "no answer"
    bad = f", illegal x{len(worth.broken)} ({worth.broken[0]})" if worth.broken else ""
    return f"{worth.runs} vehicles, {worth.drive:.1f}" + (f", {worth.left} left" if worth.left else "") + bad


def goals(results: Results, *, rivals: bool) -> Iterator[str]:
    """Say what was to be reached, on how many cases it was."""
    count = len(results.cases)
    found = [(case, each.verdict) for case in results.cases if (each := results.middle(case, OURS.name))]
    legal = sum(worth is not None and not worth.broken for _, worth in found)
    yield f"GOAL every answer of ours is legal: {legal} of {count}"
    if rivals:
        lost = {line.split(":")[0] for line in losses(results) if line.startswith("LOSS")}
        yield f"GOAL no rival is better: {count - len(lost)} of {count}"
        yield from _ahead(results)
    if known := [(case, worth) for case, worth in found if case.best]:
        reached = sum(worth is not None and _reached(case, worth) for case, worth in known)
        yield f"GOAL best known reached: {reached} of {len(known)}"


def _ahead(results: Results) -> Iterator[str]:
    """Say by how much the days of a size cost less than the best rival makes them, where one serves all."""
    for size, goal in AHEAD.items():
        days = [case for case in results.cases if case.objective == "day" and len(case.trips) == size]
        shares = [share for case in days if (share := _less_than_rivals(results, case)) is not None]
        found = (
            f"{statistics.mean(shares):.1f} % on average, {min(shares):.1f} % at least, " if shares else ""
        )
        if days:
            yield (
                f"GOAL days of {size} trips cost {goal} % less than with the best rival: {found}"
                f"{len(shares)} of {len(days)} days that a rival serves"
            )


def _less_than_rivals(results: Results, case: Case) -> float | None:
    """Give by how much our answer costs less than the best complete one of a rival, in per cent of that."""
    ours = results.middle(case, OURS.name)
    theirs = [results.middle(case, solver) for solver in results.solvers if solver != OURS.name]
    whole = [each.verdict.cost for each in theirs if each and each.verdict and _is_whole(each.verdict)]
    if not whole:
        return None
    mine = ours.verdict if ours else None
    return 100 * (1 - mine.cost / min(whole)) if mine and _is_whole(mine) else -float("inf")


def _is_whole(worth: Verdict) -> bool:
    return not worth.broken and not worth.left
