"""The pages that people open and the files these are made of: the same for everybody, signed in or not."""

import secrets

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from estafette.edge.web.desk import Desk
from estafette.edge.web.headers import policy, policy_of_devices

_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}

OfDesk = NamedDependency[Desk]


@get("/", public=True, sync_to_thread=False)
def board_page(desk: OfDesk) -> Response[bytes]:
    """Give the dispatcher's board."""
    tiles = desk.map_tiles
    return _page(desk, "built/board.html", images=tiles.origin if tiles else None)


@get("/sign-in", public=True, sync_to_thread=False)
def entrance_page(desk: OfDesk) -> Response[bytes]:
    """Give the page where people sign in."""
    return _page(desk, "entrance.html")


@get("/driver", public=True, sync_to_thread=False)
def driver_page(desk: OfDesk) -> Response[bytes]:
    """Give the driver's page, which may ask the phone where it is."""
    return _page(desk, "built/driver.html", {"Permissions-Policy": policy_of_devices(geolocation=True)})


@get("/driver/worker.js", public=True, sync_to_thread=False)
def driver_worker(desk: OfDesk) -> Response[bytes]:
    """Give the worker that keeps the driver's page for when there is no signal; it names its version."""
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": "/driver"}
    content = desk.pages.page("built/driver-worker.js", "")
    return Response(content, media_type="text/javascript", headers=headers)


@get("/institution", public=True, sync_to_thread=False)
def institution_page(desk: OfDesk) -> Response[bytes]:
    """Give the page of institutions."""
    return _page(desk, "built/institution.html")


@get("/account", public=True, sync_to_thread=False)
def account_page(desk: OfDesk) -> Response[bytes]:
    """Give the page of one's own account."""
    return _page(desk, "built/account.html")


@get("/assets/{version:str}/{name:path}", public=True, sync_to_thread=False)
def asset(desk: OfDesk, version: FromPath[str], name: FromPath[str]) -> Response[bytes]:
    """Give a file of the pages; an old version's name gives today's file, and is not kept."""
    file = desk.pages.file(name.removeprefix("/"))
    headers = _FOR_EVER if version == desk.pages.version else None
    return Response(file.content, media_type=file.media_type, headers=headers)


def _page(
    desk: Desk, name: str, more: dict[str, str] | None = None, *, images: str | None = None
) -> Response[bytes]:
    nonce = secrets.token_urlsafe(16)
    content_policy = policy(nonce, images=images)
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": content_policy, **(more or {})}
    return Response(desk.pages.page(name, nonce), media_type="text/html", headers=headers)


ROUTES = [board_page, entrance_page, driver_page, driver_worker, institution_page, account_page, asset]
