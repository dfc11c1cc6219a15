"""Trips left over by a plan that is divided: which belong together, and which part each may be tried in."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from estafette.domain.booking import TripFacts
from estafette.domain.problem import Problem
from estafette.planning.rules import is_fixed
from estafette.planning.spread import Seen

Group = list[TripFacts]


class Loose:
    """The trips of a problem that are on no run, `run_of` those that are."""

    def __init__(self, problem: Problem, run_of: Mapping[int, int]) -> None:
        self._problem = problem
        self._drivers = {run.run_id: run.driver_id for run in problem.runs}
        self._ties = _ties(problem)
        # A trip that must be on a run which is gone can be on no other.
        self._left = {
            trip.trip_id: trip
            for trip in problem.trips
            if trip.trip_id not in run_of and not is_fixed(problem, trip)
        }
        self.groups = self._grouped()

    def _grouped(self) -> list[Group]:
        """List the trips, linked ones together."""
        groups, seen = [], set[int]()
        for trip_id in self._left:
            group, wanted = [], [trip_id]
            while wanted:
                each = wanted.pop()
                if each in self._left and each not in seen:
                    seen.add(each)
                    group.append(self._left[each])
                    wanted += [other for _, other in self._ties[each]]
            groups += [group] if group else []
        return groups

    def anchored(
        self, group: Group, part_of_trip: Mapping[int, int], part_of_run: Mapping[int, int]
    ) -> int | None:
        """Name the part where other legs of a group are, or else where it stood; `None` for neither."""
        ties = sorted({tie for trip in group for tie in self._ties[trip.trip_id]}, reverse=True)
        legs = (part_of_trip[other] for _, other in ties if other in part_of_trip)
        stood = (
            part_of_run[trip.assigned.run_id]
            for trip in group
            if trip.assigned and trip.assigned.run_id in part_of_run
        )
        return next(legs, next(stood, None))

    def may_be_in(
        self, trip_id: int, part: int, part_of_trip: Mapping[int, int], part_of_run: Mapping[int, int]
    ) -> bool:
        """Tell whether a trip can be placed in its part without regard for what happens in the others."""
        trip = self._left[trip_id]
        if any(
            same_driver and part_of_trip.get(other, part) != part
            for same_driver, other in self._ties[trip_id]
        ):
            return False
        if self._problem.max_changes is None or trip.assigned is None:
            return True
        # The part would not know that the trip gets another driver.
        return part_of_run.get(trip.assigned.run_id, part) == part


def sightings(group: Group) -> Iterator[Seen]:
    """Say where and about when the riders of a group are."""
    for trip in group:
        yield trip.origin_id, (trip.pickup_from_s + trip.pickup_to_s) // 2
        yield trip.destination_id, (trip.dropoff_from_s + trip.dropoff_to_s) // 2


def _ties(problem: Problem) -> dict[int, list[tuple[bool, int]]]:
    """List for each trip those it is linked to, and whether they want the same driver."""
    ties: dict[int, list[tuple[bool, int]]] = defaultdict(list)
    for trip in problem.trips:
        if trip.link is not None:
            same_driver = trip.link.same_driver or trip.link.waits
            ties[trip.trip_id].append((same_driver, trip.link.after_trip_id))
            ties[trip.link.after_trip_id].append((same_driver, trip.trip_id))
    return ties
