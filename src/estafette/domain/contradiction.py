"""Requests of one delivery that cannot stand beside each other; the store judges against what it holds."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from estafette.domain.outcome import Refusal
from estafette.domain.request import PlaceRequest, Request, ShiftRequest, TripRequest


class Contradiction(NamedTuple):
    """Why a request cannot stand beside the earlier ones, and the reference it collides with."""

    refusal: Refusal
    detail: str


def contradictions(requests: Sequence[Request]) -> dict[int, Contradiction]:
    """Find the requests (by position) that contradict an earlier one; a refused one does not count."""
    delivery = _Delivery()
    found = {}
    for position, request in enumerate(requests):
        contradiction = delivery.contradiction(request)
        if contradiction:
            found[position] = contradiction
        else:
            delivery.accept(request)
    return found


_Fact = tuple[tuple[str, str], object]


class _Delivery:
    """What the requests accepted so far say about things that others may speak of as well."""

    def __init__(self) -> None:
        self._refs: set[str] = set()
        self._facts: dict[tuple[str, str], object] = {}

    def contradiction(self, request: Request) -> Contradiction | None:
        """Find what the request contradicts."""
        if request.ref in self._refs:
            return Contradiction(Refusal.SAME_REF, request.ref)
        for (kind, ref), fact in _facts(request):
            if self._facts.get((kind, ref), fact) != fact:
                return Contradiction(Refusal.OTHER_FACTS, f"{kind} {ref}")
        return None

    def accept(self, request: Request) -> None:
        """Let the request count for those that follow."""
        self._refs.add(request.ref)
        self._facts.update(_facts(request))


def _facts(request: Request) -> Iterator[_Fact]:
    match request:
        case TripRequest():
            yield from _places(request.origin, request.destination)
            yield ("rider", request.rider), request.rider_name
            if request.rider_phone is not None:
                yield ("phone of rider", request.rider), request.rider_phone
            yield ("booking", request.booking), (request.rider, request.purpose, request.standing_order)
        case ShiftRequest():
            yield from _places(request.start, request.end)


def _places(*places: PlaceRequest | str | None) -> Iterator[_Fact]:
    return ((("place", place.ref), place) for place in places if isinstance(place, PlaceRequest))
