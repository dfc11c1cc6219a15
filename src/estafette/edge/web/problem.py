"""Errors as `application/problem+json` (RFC 9457), with a `code` that programs can rely on."""

import logging
import math
from http import HTTPStatus
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.types import ExceptionHandlersMap

from estafette.domain.error import (
    ApplyFailed,
    Conflict,
    EstafetteError,
    Forbidden,
    IllegalMove,
    InFlight,
    Invalid,
    KeyReused,
    NotFound,
    NotSignedIn,
    Stale,
    TooMany,
    Unavailable,
    Unreachable,
    Unseen,
)

log = logging.getLogger(__name__)

# Of an error that is not listed the status of what it is a kind of counts.
STATUS: dict[type[EstafetteError], HTTPStatus] = {
    Invalid: HTTPStatus.BAD_REQUEST,
    NotFound: HTTPStatus.NOT_FOUND,
    NotSignedIn: HTTPStatus.UNAUTHORIZED,
    Forbidden: HTTPStatus.FORBIDDEN,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    Conflict: HTTPStatus.CONFLICT,
    InFlight: HTTPStatus.CONFLICT,
    Stale: HTTPStatus.PRECONDITION_FAILED,
    Unseen: HTTPStatus.PRECONDITION_REQUIRED,
    IllegalMove: HTTPStatus.UNPROCESSABLE_ENTITY,
    KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    ApplyFailed: HTTPStatus.CONFLICT,
    Unreachable: HTTPStatus.UNPROCESSABLE_ENTITY,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}
TOO_LARGE = "too_large"
_WORTH_WATCHING = (NotSignedIn, Forbidden, TooMany)
_AGAIN = (Unavailable, InFlight)  # trying again soon may help
# No browser asks for a password because of this scheme: its sessions are by cookie.
_CHALLENGE = 'Bearer realm="estafette"'


class ProblemDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """
    What went wrong, in one line.

    `field` names the parameter or header, `pointer` (RFC 6901) the place in the body, where one is to blame.
    `present` is how a thing stands now that was to be changed as it stood before.
    """

    title: str
    status: int
    detail: str
    code: str
    field: str | None = None
    pointer: str | None = None
    present: Any = None


def _answer(problem: ProblemDetails, headers: dict[str, str] | None = None) -> Response[bytes]:
    return Response(
        msgspec.json.encode(problem),
        status_code=problem.status,
        media_type="application/problem+json",
        headers=headers or {},
    )


def answer_of(error: EstafetteError) -> Response[bytes]:
    """Tell of one of our errors."""
    status = next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), _MISTAKE)
    problem = ProblemDetails(
        title=status.phrase, status=status, detail=str(error), code=error.code, field=error.field,
        pointer=error.pointer, present=error.present if isinstance(error, Conflict) else None,
    )  # fmt: skip
    headers = {"Retry-After": "1"} if isinstance(error, _AGAIN) else {}
    if isinstance(error, Conflict) and error.etag:
        headers["ETag"] = error.etag
    return _answer(problem, headers)


_HEADERS = {"last_seen": "Last-Event-ID"}  # of parameters that are read from one
_MISTAKE = HTTPStatus.INTERNAL_SERVER_ERROR


def _ours(request: Request[Any, Any, Any], error: EstafetteError) -> Response[bytes]:
    answer = answer_of(error)
    if isinstance(error, _WORTH_WATCHING):
        log.warning("refused", extra={"facts": _refused(request, error.code, answer.status_code)})
    if isinstance(error, TooMany):
        answer.headers["Retry-After"] = str(max(1, math.ceil(error.after_s)))
    if isinstance(error, NotSignedIn):
        given = "authorization" in request.headers
        answer.headers["WWW-Authenticate"] = _CHALLENGE + (', error="invalid_token"' if given else "")
    return answer


def _refused(request: Request[Any, Any, Any], code: str, status: int | None) -> dict[str, Any]:
    """Say of a refusal what an alarm may count: who, as a number, what (the route's pattern) and why."""
    caller = request.scope.get("auth")
    return {
        "method": request.method, "route": request.scope.get("path_template"), "status": status, "code": code,
        "actor": caller.actor if caller else "nobody",
    }  # fmt: skip


def _parameter(_: Request[Any, Any, Any], error: ValidationException) -> Response[bytes]:
    first = error.extra[0] if isinstance(error.extra, list) and error.extra else {}
    field = _HEADERS.get(first.get("key", ""), first.get("key"))
    detail = f"{field}: {first['message']}" if field else error.detail
    return answer_of(Invalid(detail, field=field))


def _of_http(_: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    status = HTTPStatus(error.status_code)
    # Python changed the phrase of this one; a code is for ever.
    code = TOO_LARGE if status == 413 else status.phrase.lower().replace(" ", "_")
    problem = ProblemDetails(title=status.phrase, status=status, detail=error.detail, code=code)
    return _answer(problem, error.headers)  # of a method that is not offered: which are


def _unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    problem = ProblemDetails(
        title=_MISTAKE.phrase, status=_MISTAKE, detail="the server made a mistake", code="error"
    )
    return _answer(problem)


HANDLERS: ExceptionHandlersMap = {
    EstafetteError: _ours,
    ValidationException: _parameter,
    HTTPException: _of_http,
    Exception: _unexpected,
}
