"""
Requests on a plane, as the literature writes them: travel is the straight line, in double precision.

Everything is planned in whole numbers, `scale` for one unit of the file. What a plan needs is rounded up
(travel, service) and what it has is rounded inwards (windows, limits), so no plan is legal here and illegal
in the file's own numbers.
"""

import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from estafette.domain.booking import Anchor, TripFacts
from estafette.domain.error import Invalid
from estafette.domain.fleet import RunFacts, Spaces
from estafette.domain.instance import Instance, InstanceFormat, TripEnds
from estafette.domain.place import Place
from estafette.domain.problem import Problem
from estafette.domain.travel import TravelMatrix
from estafette.domain.weights import Weights
from estafette.exchange.instances.routing import (
    DEAREST,
    DEAREST_TRIP,
    EPOCH,
    LARGEST,
    LATEST,
    MOST_SPACES,
    routing_weights,
)
from estafette.exchange.instances.rows import Row, refusal

SCALES = (1_000_000, 100_000, 10_000, 1_000, 100, 10, 1)


class Node(NamedTuple):
    """A point with what is done there, in units of the file."""

    x: Decimal
    y: Decimal
    service: Decimal
    earliest: Decimal
    latest: Decimal


class Fleet(NamedTuple):
    """
    The vehicles: how many, how much each takes, which nodes are its depot at the start and at the end.

    `longest_route` and `longest_ride` are in units of the file, `None` without a limit. With `counts`, one
    vehicle less is worth any distance.
    """

    vehicles: int
    capacity: int
    start: int = 0
    end: int = 0
    longest_route: Decimal | None = None
    longest_ride: Decimal | None = None
    counts: bool = False


class Request(NamedTuple):
    """One request: its nodes, and the load between them."""

    pickup: int
    delivery: int
    load: int


def node_of(row: Row) -> Node:
    """Read x, y, service, earliest and latest of a row; raises `Invalid` naming the field."""
    node = Node(
        row.values["x"], row.values["y"], *(row.positive(name) for name in ("service", "earliest", "latest"))
    )
    if node.latest < node.earliest:
        raise refusal(row, "latest", f"a window that ends after its start {node.earliest}", str(node.latest))
    return node


def load_of(row: Row, name: str, load: int) -> int:
    """Check that a load or a capacity can be counted; raises `Invalid`."""
    if not 0 <= load <= MOST_SPACES:
        raise refusal(row, name, f"at most {MOST_SPACES}", str(load))
    return load


def on_a_plane(
    kind: InstanceFormat, nodes: Sequence[Node], requests: Mapping[int, Request], fleet: Fleet, *, file: str
) -> Instance:
    """
    Make an instance of requests by number; the trips have the numbers of their requests.

    Raises
    ------
    Invalid
        The numbers are so large that costs do not fit 64 bits.
    """
    xy = np.array([(node.x, node.y) for node in nodes], dtype=np.float64)
    scale = _scale(nodes, requests, fleet, xy, file)
    travel = rounded_up(nodes, xy, scale)
    matrix = TravelMatrix(
        place_ids=np.arange(1, len(nodes) + 1), durations_s=travel, distances_m=travel,
        profile_permille=np.array([1000], dtype=np.int32), source="straight line", estimated=False,
    )  # fmt: skip
    ends: dict[int, TripEnds] = {number: (each.pickup, each.delivery) for number, each in requests.items()}
    weights = _weights(int(travel.max()), len(requests), fleet)
    problem = _problem(nodes, requests, fleet, scale)
    return Instance(kind, problem, matrix, weights, scale=scale, ends=ends, xy=xy)


def rounded_up(nodes: Sequence[Node], xy: npt.NDArray[np.float64], scale: int) -> npt.NDArray[np.int32]:
    """
    Give the distances times `scale`, rounded up.

    Where double precision cannot tell on which side of a whole number the root is, the squares are compared
    exactly.
    """
    away = np.hypot(*(xy[:, None, :] - xy[None, :, :]).transpose(2, 0, 1)) * scale
    whole = np.rint(away)
    up = np.ceil(away).astype(np.int64)
    for i, j in np.argwhere(np.triu(np.abs(away - whole) < 1e-3)).tolist():
        root = int(whole[i, j])
        square = ((nodes[i].x - nodes[j].x) ** 2 + (nodes[i].y - nodes[j].y) ** 2) * scale**2
        up[i, j] = up[j, i] = root + (root * root < square)
    return np.asarray(up, dtype=np.int32)


def _scale(
    nodes: Sequence[Node],
    requests: Mapping[int, Request],
    fleet: Fleet,
    xy: npt.NDArray[np.float64],
    file: str,
) -> int:
    """Find the largest power of ten with which all moments and all costs fit."""
    across = float(np.hypot(*(xy.max(axis=0) - xy.min(axis=0))))
    latest = max(float(node.latest + node.service) for node in nodes)
    for scale in SCALES:
        longest = math.ceil(across * scale)
        weights = _weights(longest, len(requests), fleet)
        dearest = (100 * (len(requests) + 1) * weights.unserved_s, 100 * (weights.run_s + 4 * longest))
        fits = across * scale < LARGEST and latest * scale < LATEST
        if fits and dearest[0] < DEAREST and dearest[1] < DEAREST_TRIP:
            return scale
    message = f"{file}: its numbers are too large: costs would not fit 64 bits"
    raise Invalid(message)


def _weights(longest: int, requests: int, fleet: Fleet) -> Weights:
    """
    Price a vehicle above any distance (if vehicles count), a trip left over above the vehicle it may need.

    A plan has two legs for each request and one more for each vehicle, none longer than `longest`.
    """
    vehicles = min(fleet.vehicles, requests)
    any_distance = (2 * requests + vehicles) * longest + 1
    run_s = any_distance if fleet.counts else 0
    return routing_weights(run_s=run_s, unserved_s=2 * (run_s + any_distance))


def _problem(nodes: Sequence[Node], requests: Mapping[int, Request], fleet: Fleet, scale: int) -> Problem:
    runs = min(fleet.vehicles, len(requests)) if fleet.counts else fleet.vehicles
    return Problem(
        company_id=1, service_on=EPOCH.date(), zone="UTC", day_start_at=EPOCH, board_version=0,
        places=tuple(Place(place_id=k + 1, name=str(k), lon=0.0, lat=0.0) for k in range(len(nodes))),
        trips=tuple(_trip(number, each, nodes, fleet, scale) for number, each in requests.items()),
        runs=tuple(_run(number, nodes, fleet, scale) for number in range(1, runs + 1)),
        max_onboard_wait_s=None,
    )  # fmt: skip


def _trip(number: int, request: Request, nodes: Sequence[Node], fleet: Fleet, scale: int) -> TripFacts:
    pickup, delivery = nodes[request.pickup], nodes[request.delivery]
    longest = nodes[fleet.end].latest if fleet.longest_ride is None else fleet.longest_ride
    strict = pickup.latest - pickup.earliest <= delivery.latest - delivery.earliest
    return TripFacts(
        trip_id=number, ref=f"{request.pickup}-{request.delivery}", version=0, origin_id=request.pickup + 1,
        destination_id=request.delivery + 1, anchor=Anchor.PICKUP_AT if strict else Anchor.ARRIVE_BY,
        pickup_from_s=_up(pickup.earliest, scale), pickup_to_s=_down(pickup.latest, scale),
        dropoff_from_s=_up(delivery.earliest, scale), dropoff_to_s=_down(delivery.latest, scale),
        pickup_dwell_s=_up(pickup.service, scale), dropoff_dwell_s=_up(delivery.service, scale),
        takes=Spaces(seats=request.load), max_ride_s=_down(longest, scale),
    )  # fmt: skip


def _run(number: int, nodes: Sequence[Node], fleet: Fleet, scale: int) -> RunFacts:
    start, end = nodes[fleet.start], nodes[fleet.end]
    run = RunFacts(
        run_id=number, driver_id=number, vehicle_id=number, version=0, start_place_id=fleet.start + 1,
        shift_from_s=_up(start.earliest, scale), shift_to_s=_down(end.latest, scale),
        end_place_id=fleet.end + 1, layouts=(Spaces(seats=fleet.capacity),), activation_s=None if fleet.counts
        else 0,
    )  # fmt: skip
    if fleet.longest_route is None:
        return run
    return msgspec.structs.replace(run, max_work_s=_down(fleet.longest_route, scale))


def _up(value: Decimal, scale: int) -> int:
    return int((value * scale).to_integral_value(ROUND_CEILING))


def _down(value: Decimal, scale: int) -> int:
    return int((value * scale).to_integral_value(ROUND_FLOOR))
