"""
Answers in the literature's own words: a line for each route, with the file's own numbers in order.

`Route 1 : 2 13 4` is how those of Li and Lim are written, and how all are written here. Cordeau's result
files are read as well: their first line is the cost, a route is `1 ... 0 (...) 10 (...) 0 (...)`, and what
stands behind it says totals.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from estafette.domain.error import Invalid
from estafette.domain.instance import Instance
from estafette.domain.plan import Plan, StopKind

_ROUTE = re.compile(r"\s*Route\s*#?\s*\d+\s*:(.*)", re.IGNORECASE)
_RESULT_ROUTE = re.compile(r"\s*\d+\s.*?(?<!\S)(\d+ \(.*)")
_IN_BRACKETS = re.compile(r"\([^)]*\)")

NamedEnd = tuple[int, StopKind]


class Route(NamedTuple):
    """One route: the line where it stands, and the ends of trips in order."""

    line: int
    stops: tuple[NamedEnd, ...]


def solution_text(instance: Instance, plan: Plan) -> str:
    """
    Write the used runs of a plan, and nothing else, so that any checker can read it.

    Raises
    ------
    Invalid
        The instance's file has no numbers for the ends of its trips.
    """
    if not instance.ends:
        message = f"a plan of a {instance.format} file has no customer numbers; write it as a plan"
        raise Invalid(message)
    routes = (
        [_number(instance, stop.trip_id, stop.kind) for stop in run.stops if stop.trip_id]
        for run in plan.runs
    )
    used = enumerate(filter(None, routes), start=1)
    return "".join(f"Route {number} : {' '.join(map(str, route))}\n" for number, route in used)


def _number(instance: Instance, trip_id: int, kind: StopKind) -> int:
    return instance.ends[trip_id][kind is StopKind.DROPOFF]


def read_solution(text: str, instance: Instance, *, file: str) -> list[Route]:
    """
    Read the routes of a solution, whatever stands before and after them.

    Raises
    ------
    Invalid
        There is no route, or one has something else than numbers of the instance (or the depot at its ends).
    """
    end_of = {
        number: (trip_id, kind)
        for trip_id, ends in instance.ends.items()
        for number, kind in zip(ends, (StopKind.PICKUP, StopKind.DROPOFF), strict=True)
    }
    if not end_of:
        message = f"{file}: expected a plan as JSON, for a {instance.format} file has no customer numbers"
        raise Invalid(message)
    depots = {k for k in range(len(instance.problem.places)) if k not in end_of}
    routes = [_route(line, words, end_of, depots, file) for line, words in _routes(text)]
    if not routes:
        message = f"{file}: expected a plan as JSON, or lines like `Route 1 : 2 13 4`; there are none"
        raise Invalid(message)
    return routes


def _routes(text: str) -> Iterator[tuple[int, list[str]]]:
    for line, content in enumerate(text.splitlines(), start=1):
        if found := _ROUTE.match(content):
            yield line, found.group(1).split()
        elif found := _RESULT_ROUTE.match(content):
            yield line, _IN_BRACKETS.sub("", found.group(1)).split()


def _route(
    line: int, words: Sequence[str], end_of: dict[int, NamedEnd], depots: set[int], file: str
) -> Route:
    numbers = [int(word) if word.isdecimal() else None for word in words]
    inner = [k for k, number in enumerate(numbers) if number not in depots]
    stops = []
    for k in range(inner[0], inner[-1] + 1) if inner else ():
        number = numbers[k]
        if number is None or number not in end_of:
            message = (
                f"{file}: line {line}: field {k + 1}: expected a customer of the instance, found {words[k]}"
            )
            raise Invalid(message)
        stops.append(end_of[number])
    return Route(line, tuple(stops))
