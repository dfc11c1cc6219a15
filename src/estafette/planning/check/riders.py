"""Who rides in which vehicle, with which driver, beside whom."""

from collections.abc import Iterator

from estafette.domain.booking import TripFacts
from estafette.domain.fleet import Spaces
from estafette.domain.plan import StopKind, Violation
from estafette.planning.check.known import Way
from estafette.planning.rules import is_banned, lacks_skill, stay_apart


def _boardings(way: Way) -> Iterator[tuple[TripFacts, list[TripFacts]]]:
    """Give each rider who boards, and those who are aboard already."""
    aboard: dict[int, TripFacts] = {}
    for stop, trip in way.visits:
        if trip is not None and stop.kind == StopKind.DROPOFF:
            aboard.pop(trip.trip_id, None)
        elif trip is not None and stop.kind == StopKind.PICKUP:
            yield trip, list(aboard.values())
            aboard[trip.trip_id] = trip


def spaces(way: Way) -> Iterator[Violation]:
    """What is aboard fits one of the layouts whenever somebody has boarded."""
    for trip, others in _boardings(way):
        taken = [trip.takes, *(other.takes for other in others)]
        short = min((_short(taken, layout) for layout in way.run.layouts), default=len(taken))
        if short:
            yield Violation(rule="space", run_id=way.run.run_id, trip_id=trip.trip_id, by=short)


def _short(taken: list[Spaces], layout: Spaces) -> int:
    return (
        max(0, sum(spaces.seats for spaces in taken) - layout.seats)
        + max(0, sum(spaces.wheelchairs for spaces in taken) - layout.wheelchairs)
        + max(0, sum(spaces.stretchers for spaces in taken) - layout.stretchers)
    )


def admission(way: Way) -> Iterator[Violation]:
    """The run has what the trip needs, and its driver is not one the rider must not have."""
    for trip, _ in _boardings(way):
        lacking = lacks_skill(way.run, trip)
        if lacking:
            yield Violation(rule="skill", run_id=way.run.run_id, trip_id=trip.trip_id, by=lacking)
        if is_banned(way.run, trip):
            yield Violation(rule="banned", run_id=way.run.run_id, trip_id=trip.trip_id)


def company(way: Way) -> Iterator[Violation]:
    """Nobody boards where somebody is aboard whom one of the two must not ride with."""
    for trip, others in _boardings(way):
        unwelcome = sum(stay_apart(trip, other) for other in others)
        if unwelcome:
            yield Violation(rule="no_share", run_id=way.run.run_id, trip_id=trip.trip_id, by=unwelcome)
