"""
Dial-a-ride as Cordeau and Laporte wrote it (2003, doi:10.1016/S0191-2615(02)00045-0).

First line: vehicles, requests n (or vertices, in the older files), longest route, capacity, longest ride.
Then a line for each vertex: number, x, y, service, load, earliest, latest. Vertex 0 is the depot, i the pick-
up and n + i the delivery of request i; 2n + 1, where it stands, is the depot at the end. The least distance
counts.

A ride lasts from the end of service at the pick-up to the begin of service at the delivery, a route from
leaving the depot to being back.
"""

from collections.abc import Sequence
from decimal import Decimal

from estafette.domain.error import Invalid
from estafette.domain.instance import Instance, InstanceFormat
from estafette.exchange.instances.plane import Fleet, Request, load_of, node_of, on_a_plane
from estafette.exchange.instances.rows import Row, Words, read_row, refusal

VEHICLES = ("vehicles", "requests", "longest_route", "capacity", "longest_ride")
VERTEX = ("vertex", "x", "y", "service", "load", "earliest", "latest")


def cordeau_instance(lines: Sequence[Words], file: str) -> Instance:
    """
    Make an instance of the lines of a file; a trip has the number of its request.

    Raises
    ------
    Invalid
        A line has other numbers than its fields need, there are too many or too few lines, or loads do not
        match.
    """
    head = read_row(lines[0], VEHICLES)
    vertices = [_vertex(words, number) for number, words in enumerate(lines[1:])]
    requests = _count(head, vertices, file)
    end = 2 * requests + 1 if len(vertices) == 2 * requests + 2 else 0
    fleet = Fleet(
        vehicles=head.whole("vehicles", least=1),
        capacity=load_of(head, "capacity", head.whole("capacity")),
        end=end,
        longest_route=head.positive("longest_route"),
        longest_ride=head.positive("longest_ride"),
    )
    _check_depots(vertices[0], vertices[end])
    pairs = {number: _request(vertices, number, requests) for number in range(1, requests + 1)}
    return on_a_plane(InstanceFormat.CORDEAU, [node_of(row) for row in vertices], pairs, fleet, file=file)


def _vertex(words: Words, number: int) -> Row:
    row = read_row(words, VERTEX)
    if row.values["vertex"] != number:
        raise refusal(row, "vertex", str(number), str(row.values["vertex"]))
    return row


def _count(head: Row, vertices: Sequence[Row], file: str) -> int:
    """Give the number of requests: the older files count their vertices instead."""
    said = head.whole("requests", least=1)
    if len(vertices) in (2 * said + 1, 2 * said + 2):
        return said
    if said % 2 == 0 and len(vertices) == said + 1:
        return said // 2
    after = vertices[-1].line if vertices else head.line
    message = (
        f"{file}: line {after}: expected {2 * said + 1} or {2 * said + 2} vertices for {said} requests, "
        f"found {len(vertices)}"
    )
    raise Invalid(message)


def _check_depots(start: Row, end: Row) -> None:
    for name in ("earliest", "latest"):
        if start.values[name] != end.values[name]:
            expected = f"{start.values[name]}, as at the depot of vertex 0"
            raise refusal(end, name, expected, str(end.values[name]))


def _request(vertices: Sequence[Row], number: int, requests: int) -> Request:
    pickup, delivery = vertices[number], vertices[number + requests]
    load = load_of(pickup, "load", pickup.whole("load"))
    if delivery.values["load"] != Decimal(-load):
        expected = f"{-load}, the opposite of vertex {number}"
        raise refusal(delivery, "load", expected, str(delivery.values["load"]))
    return Request(number, number + requests, load)
