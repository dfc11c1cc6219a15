"""Links whose legs are in different parts: cut so that both legs may be changed at the same time."""

from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from estafette.domain.booking import Link, TripFacts
from estafette.domain.plan import Plan, Stop, StopKind
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.planning.rules import direct_s, ride_limit_s


def severed(
    problem: Problem, matrix: TravelMatrix, plan: Plan, part_of: Mapping[int, int]
) -> dict[int, TripFacts]:
    """
    Give the trips by id, without the links between different parts.

    Instead, the first leg has to end by a moment, and the second cannot begin before the stay after it is
    over. The moment is in the middle of what the plan leaves between them, so the plan keeps both windows.
    `part_of` names the parts of those trips that are in one.
    """
    trips = {trip.trip_id: trip for trip in problem.trips}
    stops = {(stop.trip_id, stop.kind): stop for run in plan.runs for stop in run.stops}
    wheeled_s = max((run.wheeled_dwell_s for run in problem.runs), default=0)
    for trip_id, link in [(trip.trip_id, trip.link) for trip in problem.trips if trip.link]:
        homes = {part_of.get(trip_id), part_of.get(link.after_trip_id)}
        if None in homes or len(homes) == 1:
            continue
        first, second = trips[link.after_trip_id], trips[trip_id]
        between = _Between(
            link, stops.get((first.trip_id, StopKind.DROPOFF)), stops.get((trip_id, StopKind.PICKUP))
        )
        trips[first.trip_id] = _until(problem, matrix, first, between, wheeled_s)
        trips[trip_id] = _from(second, between)
    return trips


class _Between(NamedTuple):
    """A link, and the stops on both sides of it as planned; at least one of the legs has a run."""

    link: Link
    dropoff: Stop | None
    pickup: Stop | None

    @property
    def moment_s(self) -> int:
        """Give the moment by which the first leg is over; the stay comes after it."""
        if self.dropoff is None or self.pickup is None:
            return self._first_end_s()
        free_s = self.pickup.start_s - self.link.min_stay_s - self.dropoff.depart_s
        return self.dropoff.depart_s + max(0, free_s) // 2

    def _first_end_s(self) -> int:
        if self.dropoff is not None:
            return self.dropoff.depart_s
        assert self.pickup is not None
        return self.pickup.start_s - self.link.min_stay_s


def _until(
    problem: Problem, matrix: TravelMatrix, trip: TripFacts, between: _Between, wheeled_s: int
) -> TripFacts:
    """Let a leg end by the moment, on whatever vehicle; its ride limit, which its window decides, is kept."""
    wheeled = trip.takes.wheelchairs or trip.takes.stretchers
    latest_s = between.moment_s - trip.dropoff_dwell_s - (wheeled_s if wheeled else 0)
    if between.dropoff is not None:
        latest_s = max(latest_s, between.dropoff.start_s)
    return msgspec.structs.replace(
        trip,
        dropoff_to_s=min(trip.dropoff_to_s, latest_s),
        max_ride_s=ride_limit_s(problem, trip, direct_s(trip, matrix)),
    )


def _from(trip: TripFacts, between: _Between) -> TripFacts:
    """Let a leg begin when the stay after the moment is over."""
    earliest_s = between.moment_s + between.link.min_stay_s
    if between.pickup is not None:
        earliest_s = min(earliest_s, between.pickup.start_s)
    return msgspec.structs.replace(trip, pickup_from_s=max(trip.pickup_from_s, earliest_s), link=None)
