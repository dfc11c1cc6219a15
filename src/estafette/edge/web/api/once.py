"""`Idempotency-Key`: the same request twice is done once and answered alike."""

import hashlib
import logging
import secrets
from collections.abc import Callable

from litestar import Response

from estafette.domain.caller import Caller
from estafette.domain.error import EstafetteError, Invalid
from estafette.edge.web.problem import answer_of
from estafette.store.answers import Asked, Given, claim_answer, keep_answer, let_answer_go
from estafette.store.database import Database

log = logging.getLogger(__name__)

_LONGEST_KEY = 200
# What is not the answer itself but how it was sent.
_KEPT_HEADERS = ("etag", "location", "content-type")


def asked_of(caller: Caller, key: str, *parts: bytes) -> Asked:
    """Name a request by its key and by what it says; raises `Invalid` for a key that cannot be one."""
    if not 1 <= len(key) <= _LONGEST_KEY or not key.isascii() or not key.isprintable():
        message = f"Idempotency-Key: expected 1 to {_LONGEST_KEY} printable ASCII characters"
        raise Invalid(message, field="Idempotency-Key")
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8) + part)
    return Asked(caller.company_id, caller.actor, key, digest.digest(), secrets.token_hex(16))


def once(database: Database, asked: Asked, perform: Callable[[str], Response[bytes]]) -> Response[bytes]:
    """
    Perform a request unless it was answered before; refusals are answers, failures of ours are not.

    `perform` is given the key under which to apply what it applies, so that this happens once as well.

    Raises
    ------
    KeyReused, InFlight
        The key belongs to another request, or this one is being answered now.
    """
    before = claim_answer(database, asked)
    if isinstance(before, Given):
        return _again(before)
    try:
        answer = _performed(perform, before)
    except BaseException:
        let_answer_go(database, asked)
        raise
    if (answer.status_code or 200) >= 500:
        let_answer_go(database, asked)
    else:
        keep_answer(database, asked, _given(answer))
    return answer


def _performed(perform: Callable[[str], Response[bytes]], work: str) -> Response[bytes]:
    try:
        return perform(work)
    except EstafetteError as error:
        return answer_of(error)


def _given(answer: Response[bytes]) -> Given:
    headers = {name.lower(): value for name, value in answer.headers.items()}
    headers["content-type"] = str(answer.media_type)
    kept = {name: headers[name] for name in _KEPT_HEADERS if name in headers}
    return Given(answer.status_code or 200, kept, answer.content)


def _again(given: Given) -> Response[bytes]:
    headers = dict(given.headers)
    media_type = headers.pop("content-type", "application/json")
    headers["Idempotent-Replayed"] = "true"
    return Response(given.body, status_code=given.status, media_type=media_type, headers=headers)
