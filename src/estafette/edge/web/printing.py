"""Pages to be printed: made by the server, so that paper needs no script."""

from datetime import UTC, date, datetime

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from estafette.domain.caller import Caller
from estafette.domain.permission import Right
from estafette.domain.request import Language
from estafette.edge.web.desk import Desk
from estafette.exchange.manifest_html import Sheet, manifests_html
from estafette.store.board import get_company
from estafette.store.database import Database
from estafette.store.manifest import Some, list_manifests


@get("/print/manifests", sync_to_thread=True, right=Right.BOARD_READ)
def print_manifests(
    desk: NamedDependency[Desk],
    caller: NamedDependency[Caller],
    database: NamedDependency[Database],
    day: FromQuery[date],
    run_id: FromQuery[int | None] = None,
    lang: FromQuery[Language | None] = None,
) -> Response[str]:
    """Give the manifests of a day, or of one run, to be printed; `lang` is not the company's language."""
    company = get_company(database, caller.company_id)
    found = list_manifests(database, caller.company_id, day, Some(run=run_id), actor=caller.actor)
    sheet = Sheet(
        company=company.name, service_on=day, language=lang or company.language, zone=found.zone,
        printed_at=datetime.now(UTC), style=f"/assets/{desk.pages.version}/print.css",
    )  # fmt: skip
    return Response(manifests_html(found.manifests, sheet), media_type="text/html")


ROUTES = [print_manifests]
