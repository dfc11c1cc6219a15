"""What the routes share: the database, the page's files, the feeds that are followed, the limits."""

from datetime import UTC, date, datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

import anyio
import msgspec
from litestar import Request
from litestar.datastructures import State

from estafette.domain.board import CompanyCard
from estafette.domain.caller import Caller
from estafette.domain.error import Invalid
from estafette.domain.estimates import estimates_of
from estafette.domain.record import encode
from estafette.edge.web.guard import Guard
from estafette.edge.web.issuer import Issuer, client_of
from estafette.edge.web.limits import Limits, Rates
from estafette.edge.web.live import Rhythm
from estafette.edge.web.lives import Lives
from estafette.edge.web.map_tiles import map_tiles
from estafette.edge.web.pages import Pages
from estafette.edge.web.snapshots import Snapshots
from estafette.edge.web.told import told
from estafette.edge.web.watch import Watch
from estafette.flow.accounts.passkey import party_of
from estafette.flow.accounts.throttle import Throttle
from estafette.flow.accounts.ticket import Tickets
from estafette.settings import Settings
from estafette.store.board import get_board
from estafette.store.database import Database
from estafette.store.manifest import list_manifests
from estafette.store.sealing import sign_in_keys

Kind = TypeVar("Kind")
Asking = Request[Caller, Caller, State]

# Hashing a password takes a core and 19 MiB: who waits for it waits outside the threads of the other routes.
_HASHED_AT_ONCE = 2
_NUL = b"\\u0000"  # as JSON writes what PostgreSQL has no way to store


class Desk:
    """What the routes share: of all companies of one database."""

    def __init__(
        self, database: Database, *, settings: Settings, service_on: date | None, rhythm: Rhythm, rates: Rates
    ) -> None:
        self.database = database
        self.sign_in_keys = sign_in_keys(settings.sign_in_keys)
        self.tickets = Tickets(self.sign_in_keys)
        self.party = party_of(settings.public_address)
        client = client_of(settings, self.party.origin if self.party else None)
        self.issuer = Issuer(client) if client else None
        self.map_tiles = map_tiles(settings)
        self.pages = Pages()
        self.boards = Snapshots(_board)
        self.estimates = Snapshots(_estimates)
        self.lives = Lives(database, rhythm=rhythm)
        self.watch = Watch(database)
        self.guard = Guard(database, Limits(rates))
        self.throttle = Throttle()
        self.hashing = anyio.CapacityLimiter(_HASHED_AT_ONCE)
        self._service_on = service_on

    def opens_on(self, company: CompanyCard) -> date:
        """Give the day the board opens on: the one it was started with, or today where the company is."""
        return self._service_on or datetime.now(UTC).astimezone(ZoneInfo(company.zone)).date()


def _board(database: Database, company_id: int, service_on: date) -> bytes:
    return encode(get_board(database, company_id, service_on))


def _estimates(database: Database, company_id: int, service_on: date) -> bytes:
    return encode(estimates_of(list_manifests(database, company_id, service_on).manifests))


async def asked(request: Asking, kind: type[Kind]) -> Kind:
    """Read the JSON body of a request as a record; raises `Invalid`."""
    body = await request.body()
    if _NUL in body:
        message = "a text cannot hold the character NUL"
        raise Invalid(message)
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise told(error) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"the body is not JSON: {error}"
        raise Invalid(message, pointer="") from error


def agent_of(request: Asking) -> str:
    """Give how a browser calls itself, as far as it can be printed."""
    return "".join(letter for letter in request.headers.get("user-agent", "") if letter.isprintable())
