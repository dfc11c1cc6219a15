"""Travel by time of departure, and its inverse."""

from estafette.planning.kernel.arrays import Day
from estafette.planning.kernel.compiled import inner


@inner
def travel_s(day: Day, origin: int, destination: int, depart_s: int) -> int:
    """Give the seconds between two rows of the matrix; the same rule as `TravelMatrix.travel_s`."""
    free_flow_s = day.travel[origin, destination]
    return free_flow_s if day.profile.shape[2] == 1 else hourly_s(day, origin, destination, depart_s)


@inner
def hourly_s(day: Day, origin: int, destination: int, depart_s: int) -> int:
    """Give what `travel_s` does where it depends on the hour."""
    free_flow_s, last = day.travel[origin, destination], day.profile.shape[2] - 1
    here, there = day.zone[origin], day.zone[destination]
    now_s = max(depart_s, 0)
    minute = now_s // 60
    if minute >= last:
        return free_flow_s * day.profile[here, there, last] // 2000
    second = now_s - 60 * minute
    now, then = day.profile[here, there, minute], day.profile[here, there, minute + 1]
    return free_flow_s * (now * (60 - second) + then * second) // 120_000


@inner
def fastest_s(day: Day, origin: int, destination: int) -> int:
    """Give the least seconds between two rows of the matrix at any time."""
    if day.profile.shape[2] == 1:
        return day.travel[origin, destination]
    return day.travel[origin, destination] * day.fastest // 2000


@inner
def latest_departure_s(day: Day, origin: int, destination: int, arrive_s: int) -> int:
    """
    Give the latest departure that arrives by `arrive_s`.

    Arrival grows with departure (FIFO), so from any guess two monotone walks end at the answer; the
    guess is good because the profiles are nearly flat.
    """
    if day.profile.shape[2] == 1:
        return arrive_s - day.travel[origin, destination]
    return hourly_departure_s(day, origin, destination, arrive_s)


@inner
def hourly_departure_s(day: Day, origin: int, destination: int, arrive_s: int) -> int:
    """Give what `latest_departure_s` does where travel depends on the hour."""
    depart_s = arrive_s - travel_s(day, origin, destination, arrive_s)
    depart_s = arrive_s - travel_s(day, origin, destination, depart_s)
    late_s = depart_s + travel_s(day, origin, destination, depart_s) - arrive_s
    while late_s > 0:
        depart_s -= late_s
        late_s = depart_s + travel_s(day, origin, destination, depart_s) - arrive_s
    while depart_s + 1 + travel_s(day, origin, destination, depart_s + 1) <= arrive_s:
        depart_s += 1
    return depart_s
