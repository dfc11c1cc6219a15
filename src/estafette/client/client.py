"""Everything that the API does, by noun."""

from collections.abc import Iterator
from types import TracebackType
from typing import Self

import httpx

from estafette.client.bookings import Bookings, Enquiries, StandingOrders, Trips
from estafette.client.connection import TIMEOUT_S, Call, Connection
from estafette.client.days import Days, Plans, Solves
from estafette.client.keeping import Company, Files, Riders, Webhooks
from estafette.client.own import Own
from estafette.client.people import Accounts, ApiKeys, OwnRiders
from estafette.client.resource import Resource
from estafette.client.stream import follow
from estafette.domain.event import Event
from estafette.domain.institution import InstitutionRequest, InstitutionView
from estafette.domain.notice import Notice
from estafette.domain.request import DriverRequest, PlaceRequest, ShiftRequest, VehicleRequest
from estafette.domain.resource import DriverView, PlaceView, ShiftView, VehicleView
from estafette.domain.search import Found, SearchResult


class Client:
    """
    The API of one company: `Client("https://dispatch.example.org", "est_...")`.

    Every method raises `ApiError` where it is refused or gets no answer. What changes a thing takes it as it
    was read, and is refused (412) if somebody else changed it meanwhile. Threads may share a client.
    """

    def __init__(
        self, address: str, key: str, *, patience_s: float = 30.0, timeout_s: float = TIMEOUT_S,
        transport: httpx.BaseTransport | None = None,
    ) -> None:  # fmt: skip
        at = self._at = Connection(
            address, key, patience_s=patience_s, timeout_s=timeout_s, transport=transport
        )
        self.company = Company(at)
        self.drivers: Resource[DriverRequest, DriverView] = Resource(at, "driver", DriverView)
        self.vehicles: Resource[VehicleRequest, VehicleView] = Resource(at, "vehicle", VehicleView)
        self.shifts: Resource[ShiftRequest, ShiftView] = Resource(at, "shift", ShiftView)
        self.places: Resource[PlaceRequest, PlaceView] = Resource(at, "place", PlaceView)
        self.riders = Riders(at)
        self.institutions: Resource[InstitutionRequest, InstitutionView] = Resource(
            at, "institution", InstitutionView
        )
        self.bookings = Bookings(at)
        self.enquiries = Enquiries(at)
        self.trips = Trips(at)
        self.standing_orders = StandingOrders(at)
        self.days = Days(at)
        self.own = Own(at)
        self.ward = OwnRiders(at)
        self.users = Accounts(at)
        self.keys = ApiKeys(at)
        self.solves = Solves(at)
        self.plans = Plans(at)
        self.webhooks = Webhooks(at)
        self.files = Files(at)

    def search(self, text: str, *, limit: int = 20) -> tuple[Found, ...]:
        """Find riders, places, trips and drivers by what somebody types, the likeliest first."""
        query = {"q": text, "limit": limit}
        return self._at.give(Call("GET", "/search", query), SearchResult).items

    def events(self, *, after: int) -> Iterator[Event]:
        """Follow the company's events from one on, as the `version` of a board, without a gap."""
        return follow(self._at, "/events", Event, after)

    def notices(self, driver_id: int, *, after: int = 0) -> Iterator[Notice]:
        """Follow what a driver is told, from the notice `after` on."""
        return follow(self._at, f"/drivers/{driver_id}/notices", Notice, after)

    def close(self) -> None:
        """Close its connections."""
        self._at.http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
