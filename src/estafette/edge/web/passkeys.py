"""Routes of passkeys: made, listed, named, removed by who has them, and signing in by one."""

import time
from functools import partial
from typing import Any

import anyio
import msgspec
from litestar import Response, get, patch, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath

from estafette.domain.account import Passkey
from estafette.domain.caller import Caller
from estafette.domain.error import NotFound
from estafette.domain.permission import Right
from estafette.domain.record import Record, encode
from estafette.edge.web.desk import Asking, Desk, agent_of, asked
from estafette.edge.web.own_account import Password, count_try
from estafette.edge.web.sign_in import count_link, hashing, passed_link, welcome
from estafette.flow.accounts.passkey import (
    Challenge,
    Party,
    PasskeyMade,
    ask_for_passkey,
    checked_name,
    drop_passkey,
    new_challenge,
    offer_passkey,
    sign_in_by_passkey,
    take_passkey,
)
from estafette.flow.accounts.ticket import LASTS_S
from estafette.store.accounts.passkeys import list_passkeys, rename_passkey
from estafette.store.database import Database

OfCaller = NamedDependency[Caller]
OfDatabase = NamedDependency[Database]
OfDesk = NamedDependency[Desk]
_OWN = Right.ACCOUNT_OWN
COOKIE = "__Host-estafette-passkey"
_SIGNING_IN = "signing in by passkey"


class Passkeys(Record, frozen=True, kw_only=True):
    """One's passkeys, the oldest first."""

    items: tuple[Passkey, ...]


class NewPasskey(Record, frozen=True, kw_only=True):
    """What the browser has made (`PublicKeyCredential.toJSON()`), and how its owner calls it."""

    name: str
    credential: dict[str, Any]


class Name(Record, frozen=True, kw_only=True):
    """How a passkey is called."""

    name: str


class Answered(Record, frozen=True, kw_only=True):
    """What the browser's authenticator has answered (`PublicKeyCredential.toJSON()`)."""

    credential: dict[str, Any]


@get("/api/v1/account/passkeys", right=_OWN, sync_to_thread=True)
def passkeys(caller: OfCaller, database: OfDatabase) -> Passkeys:
    """List one's passkeys."""
    if caller.user_id is None:
        return Passkeys(items=())
    return Passkeys(items=tuple(list_passkeys(database, caller.company_id, caller.user_id)))


@post("/api/v1/account/passkeys/begin", right=_OWN, status_code=200)
async def begin(desk: OfDesk, caller: OfCaller, database: OfDatabase, request: Asking) -> Response[bytes]:
    """Give what the browser needs to make a passkey (`parseCreationOptionsFromJSON`)."""
    given = await asked(request, Password)
    party = _party(desk)
    count_try(desk, caller, request)
    challenge = new_challenge()
    does = partial(offer_passkey, database, caller, party, challenge, password=given.password)
    return _told(desk, await hashing(desk, does), challenge, of=_making(caller))


@post("/api/v1/account/passkeys", right=_OWN, status_code=201)
async def take(desk: OfDesk, caller: OfCaller, database: OfDatabase, request: Asking) -> Response[bytes]:
    """Keep the passkey that the browser has made; with the first second factor come recovery codes."""
    given = await asked(request, NewPasskey)
    party, challenge = _party(desk), _challenge(desk, request, of=_making(caller))
    does = partial(take_passkey, database, caller, party, challenge, given.credential, given.name)
    made: PasskeyMade = await anyio.to_thread.run_sync(does)
    return Response(
        encode(made), status_code=201, media_type="application/json", cookies=[_cookie("", lasts_s=0)]
    )


@patch("/api/v1/account/passkeys/{passkey_id:int}", right=_OWN)
async def name_passkey(
    caller: OfCaller, database: OfDatabase, passkey_id: FromPath[int], request: Asking
) -> Passkey:
    """Call a passkey something else."""
    given = await asked(request, Name)
    does = partial(
        rename_passkey, database, caller.company_id, caller.user_id or 0, passkey_id,
        checked_name(given.name), actor=caller.actor,
    )  # fmt: skip
    return await anyio.to_thread.run_sync(does)


@post("/api/v1/account/passkeys/{passkey_id:int}/remove", right=_OWN, status_code=204)
async def remove(
    desk: OfDesk, caller: OfCaller, database: OfDatabase, passkey_id: FromPath[int], request: Asking
) -> None:
    """Remove a passkey: it signs nobody in any more."""
    given = await asked(request, Password)
    count_try(desk, caller, request)
    await hashing(desk, partial(drop_passkey, database, caller, passkey_id, password=given.password))


@post("/api/v1/sign-in/passkey/begin", public=True, status_code=200)
async def ask(desk: OfDesk) -> Response[bytes]:
    """Give what the browser needs to ask for a passkey (`parseRequestOptionsFromJSON`)."""
    challenge = new_challenge()
    return _told(desk, ask_for_passkey(_party(desk), challenge), challenge, of=_SIGNING_IN)


@post("/api/v1/sign-in/passkey", public=True, status_code=200)
async def by_passkey(desk: OfDesk, request: Asking) -> Response[bytes]:
    """Begin a session by passkey; the answer sets its cookie."""
    given = await asked(request, Answered)
    party, challenge = _party(desk), _challenge(desk, request, of=_SIGNING_IN)
    count_link(desk, request)
    does = partial(
        sign_in_by_passkey, desk.database, party, challenge, given.credential, agent=agent_of(request)
    )
    opened = await anyio.to_thread.run_sync(does)
    passed_link(desk, request)
    answer = welcome(opened)
    answer.set_cookie(_cookie("", lasts_s=0))
    return answer


def _party(desk: Desk) -> Party:
    if desk.party is None:
        message = "there are no passkeys here: the public address of the board is not set"
        raise NotFound(message)
    return desk.party


def _making(caller: Caller) -> str:
    return f"making a passkey of user {caller.user_id} of company {caller.company_id}"


def _told(desk: Desk, options: dict[str, Any], challenge: Challenge, *, of: str) -> Response[bytes]:
    """Answer with options, and have the browser keep their challenge sealed."""
    ticket = desk.tickets.seal(challenge, of=of, now_s=time.time())
    return Response(
        msgspec.json.encode(options),
        status_code=200,
        media_type="application/json",
        cookies=[_cookie(ticket, lasts_s=LASTS_S)],
    )


def _challenge(desk: Desk, request: Asking, *, of: str) -> Challenge:
    return desk.tickets.open(request.cookies.get(COOKIE), Challenge, of=of, now_s=time.time())


def _cookie(ticket: str, *, lasts_s: int) -> Cookie:
    return Cookie(
        key=COOKIE, value=ticket, path="/", max_age=lasts_s, secure=True, httponly=True, samesite="strict"
    )


ROUTES = [passkeys, begin, take, name_passkey, remove, ask, by_passkey]
