"""How much room a trip has where it is put: by how much it could be later with nobody after it being late."""

from estafette.domain.booking import TripFacts
from estafette.domain.plan import PlannedRun, Stop, StopKind
from estafette.planning.standing import Asked


def slack_s(asked: Asked, run: int, planned: PlannedRun) -> int:
    """
    Give by how many seconds the pick-up of the trip asked about could be later, all stops after it in time.

    What the vehicle would have waited on the way takes a delay up. The end of the run counts, overtime
    included; windows of breaks and what other runs of the driver need do not. Never below 0.
    """
    facts, ours = asked.problem.runs[run], asked.trip
    latest_end_s = facts.shift_to_s + facts.overtime_s
    begun, waited_s, found = False, 0, []
    for stop in planned.stops:
        waited_s += stop.start_s - stop.arrive_s if begun else 0
        begun = begun or (stop.kind is StopKind.PICKUP and stop.trip_id == ours.trip_id)
        if begun:
            found.append(_latest_s(asked, ours, stop, latest_end_s) - stop.start_s + waited_s)
    return max(0, min(found))


def _latest_s(asked: Asked, ours: TripFacts, stop: Stop, end_s: int) -> int:
    """Give when a stop may start at the latest; a break may be as late as the end of the run."""
    if stop.trip_id is None:
        return end_s
    known = asked.standing.book.names.trip
    trip = ours if stop.trip_id == ours.trip_id else asked.problem.trips[known[stop.trip_id]]
    return trip.pickup_to_s if stop.kind is StopKind.PICKUP else trip.dropoff_to_s
