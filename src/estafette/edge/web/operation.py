"""For whoever runs the program: does it live, is it ready, what does it count."""

import hmac
import time
from collections.abc import Callable, Sequence
from ipaddress import ip_address
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency

from estafette.domain.error import EstafetteError, NotFound
from estafette.domain.record import Record, encode
from estafette.edge.web.live import Live
from estafette.edge.web.metrics import CONTENT_TYPE, Metrics
from estafette.settings import MetricsFor, Settings
from estafette.store.database import Database
from estafette.store.figures import company_figures
from estafette.store.revision import schema_status

_READY_WAITS_S = 2.0
_SCHEMA_HOLDS_S = 60.0


class Health(Record, frozen=True, kw_only=True):
    """The process lives."""

    status: str = "ok"


class Readiness(Record, frozen=True, kw_only=True):
    """What a request needs: a database that answers, with our schema, and a feed that is followed."""

    ready: bool
    database: bool
    schema: bool
    feed: bool


class Operation:
    """What the handlers share; `followed` gives the feeds that this process follows."""

    def __init__(
        self, database: Database, settings: Settings, followed: Callable[[], Sequence[Live]]
    ) -> None:
        self.metrics = Metrics(database)
        self.settings = settings
        self._database = database
        self._followed = followed
        self._schema_holds_until = 0.0

    def readiness(self) -> Readiness:
        """Look at each part; the schema, once it was right, not at every question."""
        database = self._answers()
        schema = database and self._has_schema()
        feed = all(live.is_read for live in self._followed())
        return Readiness(ready=database and schema and feed, database=database, schema=schema, feed=feed)

    def _answers(self) -> bool:
        try:
            self._database.ping(within_s=_READY_WAITS_S)
        except EstafetteError:
            return False
        return True

    def _has_schema(self) -> bool:
        if time.monotonic() < self._schema_holds_until:
            return True
        try:
            up_to_date = schema_status(self._database.server).up_to_date
        except EstafetteError:
            return False
        if up_to_date:
            self._schema_holds_until = time.monotonic() + _SCHEMA_HOLDS_S
        return up_to_date

    def text(self) -> bytes:
        """Write the metrics."""
        found = [
            (live.last_event_id, company_figures(self._database, live.company_id))
            for live in self._followed()
        ]
        return self.metrics.text([(last, figures) for last, figures in found if figures is not None])


OfOperation = NamedDependency[Operation]


@get("/health", public=True, sync_to_thread=False)
def health() -> Health:
    """Tell that the process lives; whether it can do its work is told by /ready."""
    return Health()


@get("/ready", public=True, sync_to_thread=True)
def ready(operation: OfOperation) -> Response[bytes]:
    """Tell whether requests can be answered now; 503 when not, with what is missing."""
    found = operation.readiness()
    return Response(encode(found), status_code=200 if found.ready else 503, media_type=MediaType.JSON)


@get("/metrics", public=True, sync_to_thread=True)
def metrics(operation: OfOperation, request: Request[Any, Any, Any]) -> Response[bytes]:
    """Give the metrics to whom the settings say; to others there is nothing here."""
    if not may_read_metrics(request, operation.settings):
        message = "there is nothing here"
        raise NotFound(message)
    return Response(operation.text(), media_type=CONTENT_TYPE)


def may_read_metrics(request: Request[Any, Any, Any], settings: Settings) -> bool:
    """Tell whether a request comes from this machine itself, or brings the token, as the settings ask."""
    match settings.metrics:
        case MetricsFor.LOCAL:
            return _from_here(request)
        case MetricsFor.TOKEN if settings.metrics_token:
            expected = f"Bearer {settings.metrics_token}".encode()
            return hmac.compare_digest(request.headers.get("authorization", "").encode(), expected)
        case _:
            return False


def _from_here(request: Request[Any, Any, Any]) -> bool:
    """What a proxy on this machine hands on is not from here."""
    forwarded = {"forwarded", "x-forwarded-for", "x-real-ip"} & set(request.headers)
    try:
        return not forwarded and request.client is not None and ip_address(request.client.host).is_loopback
    except ValueError:
        return False


ROUTES = [health, ready, metrics]
