"""Every operation of the OpenAPI document has a method, which asks for just that."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec

from estafette.client import ANY, ApiError, Client
from estafette.domain.board import Trouble
from estafette.domain.booking import Anchor, Lock, TripStatus
from estafette.domain.booking_request import BookingBody, TripBody
from estafette.domain.hand import Unassign
from estafette.domain.imported import FileKind
from estafette.domain.moment import Fix
from estafette.domain.own_run import Acknowledge, Progress, SayProblem, Step
from estafette.domain.request import DriverRequest
from estafette.domain.solve import SolveRequest
from estafette.domain.standing_order import Otherwise, StandingOrderBody, TripPattern
from estafette.edge.web.openapi import document
from tests.dispatched import DAY


class Seen(msgspec.Struct):
    """Anything as it was read."""

    etag: str = "7"
    trip_id: int = 7
    booking_id: int = 7
    standing_order_id: int = 7
    driver_id: int = 7
    vehicle_id: int = 7
    shift_id: int = 7
    rider_id: int = 7
    place_id: int = 7
    institution_id: int = 7


SEEN: Any = Seen()
ANYTHING: Any = DriverRequest(ref="D", name="Nora")
PATTERN = TripPattern(origin="a", destination="b", anchor=Anchor.ARRIVE_BY)
TRIP = TripBody(service_on=DAY, anchor=Anchor.ARRIVE_BY)
NOW = datetime(2026, 11, 25, 7, tzinfo=UTC)


def calls(c: Client) -> Iterator[Callable[[], object]]:
    """Give a call of every method."""
    for noun in (c.drivers, c.vehicles, c.shifts, c.riders, c.places, c.institutions):
        things: Any = noun
        yield lambda things=things: next(things.list(ref="x"))
        yield lambda things=things: things.get(7)
        yield lambda things=things: things.create(ANYTHING)
        yield lambda things=things: things.change(SEEN, name="Nora")
    order = StandingOrderBody(ref="S", rider="R", rule="FREQ=DAILY", starts_on=DAY, trips=(PATTERN,))
    yield from (
        c.company.get, lambda: c.company.change(ANY, freeze_s=1), c.company.retention,
        lambda: c.company.change_retention(ANY, keep_trips_days=30), lambda: next(c.company.audit(kind="rider")),
        lambda: next(c.company.notices(day=DAY)), c.company.resend_notices,
        lambda: c.riders.note(7), lambda: c.riders.write_note(7, "", ANY), lambda: c.riders.export(7),
        lambda: c.riders.erase(7),
        lambda: next(c.bookings.list(day=DAY)), lambda: c.bookings.get(7),
        lambda: c.bookings.create(BookingBody(rider="R", trips=(TRIP,))),
        lambda: c.bookings.draft(BookingBody(rider="R", trips=(TRIP,))), lambda: c.riders.usual(7),
        lambda: c.bookings.cancel(SEEN, by="rider"), lambda: c.bookings.change(SEEN, notes="ring twice"),
        lambda: c.trips.options(7, ripple=True),
        lambda: next(c.trips.list(day=DAY)), lambda: c.trips.get(7), lambda: c.trips.change(SEEN, companions=1),
        lambda: c.trips.cancel(SEEN, by="rider"), lambda: c.trips.ready(SEEN, at=NOW),
        lambda: c.trips.status(SEEN, TripStatus.ARRIVED), lambda: c.trips.offers(7),
        lambda: c.trips.assign(SEEN, 3), lambda: c.trips.unassign(SEEN), lambda: c.trips.lock(SEEN, Lock.TIME),
        lambda: next(c.standing_orders.list(active=True)), lambda: c.standing_orders.get(7),
        lambda: c.standing_orders.create(order), lambda: c.standing_orders.change(SEEN, active=False),
        lambda: c.standing_orders.except_on(SEEN, Otherwise(service_on=DAY)),
        lambda: c.standing_orders.follow(SEEN, DAY, ref="S2"), lambda: c.standing_orders.make(DAY),
        c.days.opening, lambda: c.days.board(DAY), lambda: c.days.estimates(DAY), lambda: next(c.days.runs(DAY)),
        lambda: next(c.days.manifests(DAY)), lambda: c.days.change(DAY, [Unassign(trip_id=7)]),
        lambda: c.days.undo(service_on=DAY),
        lambda: next(c.solves.list(day=DAY)), lambda: c.solves.get(7),
        lambda: c.solves.submit(SolveRequest(service_on=DAY)), lambda: c.solves.cancel(7),
        lambda: next(c.plans.list(day=DAY)), lambda: c.plans.get(7), lambda: c.plans.content(7),
        lambda: c.plans.difference(7, 8), lambda: c.plans.apply(7, run_ids=[3]),
        lambda: next(c.webhooks.list()), lambda: c.webhooks.get(7), lambda: c.webhooks.create("https://example.org"),
        lambda: c.webhooks.remove(7, ANY), lambda: c.webhooks.rotate(7), lambda: c.webhooks.resume(7), lambda: c.webhooks.replay(7, 4), lambda: c.files.store(FileKind.DRIVERS, [ANYTHING]),
        lambda: c.files.trips(DAY), lambda: c.files.csv("trips", DAY), lambda: c.files.runs(DAY),
        lambda: next(c.events(after=0)), lambda: next(c.notices(7)),
    )  # fmt: skip
    yield from (
        lambda: c.trips.options(7), lambda: c.days.hold([7]), lambda: c.days.release(7),
        lambda: c.search("rossi"), c.company.sign_in_rules,
        lambda: c.company.change_sign_in_rules(ANY, ANYTHING),
    )  # fmt: skip
    yield from (
        lambda: c.days.timetable(DAY), lambda: c.days.look(DAY), lambda: c.days.see_to(7),
        c.own.runs, lambda: next(c.own.events()), lambda: c.own.progress(7, Progress(status=Step.EN_ROUTE, at=NOW)),
        lambda: c.own.acknowledge(7, Acknowledge(manifest=1, at=NOW)),
        lambda: c.own.report(7, SayProblem(what=Trouble.LATE, at=NOW)),
        lambda: c.own.position(7, [Fix(at=NOW, lon=8.5, lat=47.3)]),
        c.own.push_key, lambda: c.own.subscribe(ANYTHING),
    )  # fmt: skip
    yield from (
        lambda: next(c.users.list()), lambda: c.users.get(7), lambda: c.users.invite(ANYTHING), lambda: c.users.reset(7),
        lambda: c.users.lock(7), lambda: c.users.unlock(7), lambda: c.users.sign_out(7),
        lambda: next(c.keys.list()), lambda: c.keys.create(ANYTHING), lambda: c.keys.revoke(7),
        lambda: c.riders.belongs_to(SEEN, 7),
        lambda: c.riders.use(SEEN, active=False), lambda: c.places.use(SEEN, active=True),
        c.ward.get, lambda: next(c.ward.changes()), lambda: next(c.solves.watch(7)), lambda: c.trips.history(7),
    )  # fmt: skip
    yield from (
        lambda: next(c.enquiries.list(day=DAY)), lambda: c.enquiries.get(7), lambda: c.enquiries.ask(ANYTHING),
        lambda: c.enquiries.decline(7, reason="x"), lambda: c.enquiries.withdraw(7),
    )  # fmt: skip
    for kind in FileKind:
        yield lambda kind=kind: c.files.take(kind, b"ref\n")  # type: ignore[misc]


def asked() -> set[tuple[str, str]]:
    """Make every call, and give what it asked for."""
    found: set[tuple[str, str]] = set()

    def refuse(request: httpx.Request) -> httpx.Response:
        found.add((request.method.lower(), re.sub(r"/\d+", "/{}", request.url.path)))
        return httpx.Response(418)

    with Client("http://there", "est_x", transport=httpx.MockTransport(refuse)) as client:
        for call in calls(client):
            with suppress(ApiError):
                call()
    return found


def operations() -> set[tuple[str, str]]:
    return {
        (method, re.sub(r"\{\w+\}", "{}", path))
        for path, methods in document()["paths"].items()
        for method in methods
    }


def test_every_method_asks_for_an_operation_that_there_is() -> None:
    assert asked() - operations() == set()


# For people at a browser, and for the phone that a driver holds.
AT_A_BROWSER = re.compile(r"/api/v1/(account|map|password|sign-in|sign-out)(/|$)|/drivers/{}/link$")


def test_there_is_a_method_for_every_operation_but_those_of_a_browser() -> None:
    assert {each for each in operations() - asked() if not AT_A_BROWSER.search(each[1])} == set()
