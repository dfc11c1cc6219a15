"""
Pick-up and delivery with time windows as Li and Lim wrote it (2001, doi:10.1109/ICTAI.2001.974461).

First line: vehicles, capacity, speed (which the format does not use). Then a line for each customer, 0 being
the depot: number, x, y, demand, earliest, latest, service, number of its pick-up (for a delivery), number of
its delivery (for a pick-up). Fewest vehicles first, then the shortest distance.
"""

from collections.abc import Sequence

from estafette.domain.error import Invalid
from estafette.domain.instance import Instance, InstanceFormat
from estafette.exchange.instances.plane import Fleet, Request, load_of, node_of, on_a_plane
from estafette.exchange.instances.rows import Row, Words, read_row, refusal

VEHICLES = ("vehicles", "capacity", "speed")
CUSTOMER = ("customer", "x", "y", "demand", "earliest", "latest", "service", "pickup", "delivery")


def li_lim_instance(lines: Sequence[Words], file: str) -> Instance:
    """
    Make an instance of the lines of a file; a trip has the number of its pick-up.

    Raises
    ------
    Invalid
        A line has other numbers than its fields need, or two customers do not belong together.
    """
    head = read_row(lines[0], VEHICLES)
    customers = [_customer(words, number) for number, words in enumerate(lines[1:])]
    if not customers:
        message = (
            f"{file}: line {head.line + 1}: expected the depot and the customers, found the end of the file"
        )
        raise Invalid(message)
    fleet = Fleet(
        vehicles=head.whole("vehicles", least=1),
        capacity=load_of(head, "capacity", head.whole("capacity")),
        counts=True,
    )
    nodes = [node_of(row) for row in customers]
    return on_a_plane(InstanceFormat.LI_LIM, nodes, _requests(customers), fleet, file=file)


def _customer(words: Words, number: int) -> Row:
    row = read_row(words, CUSTOMER)
    if row.values["customer"] != number:
        raise refusal(row, "customer", str(number), str(row.values["customer"]))
    return row


def _requests(customers: Sequence[Row]) -> dict[int, Request]:
    requests = {}
    for number, row in enumerate(customers[1:], start=1):
        pickup, delivery = row.whole("pickup"), row.whole("delivery")
        if (pickup == 0) == (delivery == 0):
            raise refusal(
                row, "pickup", "either a pickup or a delivery that belongs to it", f"{pickup} {delivery}"
            )
        _check_pair(
            customers, number, "delivery" if delivery else "pickup", "pickup" if delivery else "delivery"
        )
        if delivery:
            requests[number] = Request(number, delivery, load_of(row, "demand", row.whole("demand")))
    return requests


def _check_pair(customers: Sequence[Row], number: int, names: str, named: str) -> None:
    """Check that the customer that a field names exists, names this one, and takes the opposite load."""
    row = customers[number]
    other = row.whole(names)
    if other >= len(customers):
        raise refusal(row, names, f"a customer below {len(customers)}", str(other))
    if customers[other].values[named] != number:
        raise refusal(row, names, f"a customer whose {named} is {number}", str(other))
    if customers[other].values["demand"] != -row.values["demand"]:
        opposite = -customers[other].values["demand"]
        raise refusal(
            row, "demand", f"{opposite}, the opposite of customer {other}", str(row.values["demand"])
        )
