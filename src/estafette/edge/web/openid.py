"""Routes of signing in by an issuer: away to it, and back. Both are opened by a browser, not by a program."""

import logging
import secrets
import time
from typing import Annotated

import anyio
from litestar import Response, get
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect

from estafette.domain.error import EstafetteError, Forbidden, NotFound, NotSignedIn
from estafette.edge.web.desk import Asking, Desk, agent_of
from estafette.edge.web.issuer import Asked, Issuer
from estafette.edge.web.sign_in import cookie_of, count_link, passed_link
from estafette.flow.accounts.openid import sign_in_by_openid
from estafette.flow.accounts.sign_in import Opened
from estafette.flow.accounts.ticket import LASTS_S

log = logging.getLogger(__name__)

OfDesk = NamedDependency[Desk]
COOKIE = "__Host-estafette-openid"
_OF = "signing in by an issuer"


@get("/api/v1/sign-in/openid", public=True)
async def away(desk: OfDesk, request: Asking, company: FromQuery[int | None] = None) -> Redirect:
    """Send a browser to the issuer; `company` chooses where an address is known to several."""
    issuer = _issuer(desk)
    # Nobody is sent there by a foreign page: a session begins because its person asked for it.
    if request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        message = "sign in from this site's own page"
        raise Forbidden(message)
    asked = Asked(
        state=secrets.token_urlsafe(32), nonce=secrets.token_urlsafe(32), verifier=secrets.token_urlsafe(48),
        company_id=company,
    )  # fmt: skip
    address = await anyio.to_thread.run_sync(issuer.address, asked)
    ticket = desk.tickets.seal(asked, of=_OF, now_s=time.time())
    return Redirect(address, status_code=302, cookies=[_cookie(ticket, lasts_s=LASTS_S)])


@get("/api/v1/sign-in/openid/back", public=True)
async def back(
    desk: OfDesk,
    request: Asking,
    code: FromQuery[str | None] = None,
    given_state: Annotated[str | None, QueryParameter(name="state")] = None,
    iss: FromQuery[str | None] = None,
) -> Response[None]:
    """Take a browser back from the issuer, signed in or with what is in the way."""
    issuer = _issuer(desk)
    count_link(desk, request)

    def does() -> Opened:
        asked = desk.tickets.open(request.cookies.get(COOKIE), Asked, of=_OF, now_s=time.time())
        if code is None or given_state is None or not secrets.compare_digest(given_state, asked.state):
            message = "the issuer has not signed anybody in"
            raise NotSignedIn(message)
        issuer.must_be(iss)
        identity = issuer.identity(code, asked, now_s=time.time())
        return sign_in_by_openid(
            desk.database, identity, company_id=asked.company_id, state=asked.state, agent=agent_of(request)
        )

    gone = _cookie("", lasts_s=0)
    try:
        opened = await anyio.to_thread.run_sync(does)
    except EstafetteError as error:
        log.info("a sign-in by the issuer was refused: %s", error)
        return Redirect(f"/#refused={error.code}", status_code=303, cookies=[gone])
    passed_link(desk, request)
    session = cookie_of(opened.token, lasts_s=opened.lasts_s)
    return Redirect("/", status_code=303, cookies=[session, gone])


def _issuer(desk: Desk) -> Issuer:
    if desk.issuer is None:
        message = "nobody signs in by an issuer here"
        raise NotFound(message)
    return desk.issuer


def _cookie(ticket: str, *, lasts_s: int) -> Cookie:
    # Lax: the issuer's page sends the browser back here, and the cookie must come with it.
    return Cookie(
        key=COOKIE, value=ticket, path="/", max_age=lasts_s, secure=True, httponly=True, samesite="lax"
    )


ROUTES = [away, back]
