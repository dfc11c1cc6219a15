"""Errors as `application/problem+json` (RFC 9457), with a `code` that programs can rely on."""

import logging
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
    Invalid,
    NotFound,
    Unavailable,
    Unreachable,
)
from estafette.domain.record import encode

log = logging.getLogger(__name__)

STATUS: dict[type[EstafetteError], HTTPStatus] = {
    Invalid: HTTPStatus.BAD_REQUEST,
    NotFound: HTTPStatus.NOT_FOUND,
    Conflict: HTTPStatus.CONFLICT,
    ApplyFailed: HTTPStatus.CONFLICT,
    Unreachable: HTTPStatus.UNPROCESSABLE_ENTITY,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
}


class ProblemDetails(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong, in one line; `field` names the parameter where one is to blame."""

    title: str
    status: int
    detail: str
    code: str
    field: str | None = None


def _answer(status: int, *, detail: str, code: str, field: str | None = None) -> Response[bytes]:
    body = ProblemDetails(
        title=HTTPStatus(status).phrase, status=status, detail=detail, code=code, field=field
    )
    return Response(encode(body), status_code=status, media_type="application/problem+json")


def _ours(_: Request[Any, Any, Any], error: EstafetteError) -> Response[bytes]:
    status = STATUS.get(type(error), HTTPStatus.INTERNAL_SERVER_ERROR)
    return _answer(status, detail=str(error), code=error.code)


def _parameter(_: Request[Any, Any, Any], error: ValidationException) -> Response[bytes]:
    first = error.extra[0] if isinstance(error.extra, list) and error.extra else {}
    field = first.get("key")
    detail = f"{field}: {first['message']}" if field else error.detail
    return _answer(HTTPStatus.BAD_REQUEST, detail=detail, code=Invalid.code, field=field)


def _of_http(_: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
    return _answer(error.status_code, detail=error.detail, code=code)


def _unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    log.error("%s %s failed", request.method, request.url.path, exc_info=error)
    return _answer(HTTPStatus.INTERNAL_SERVER_ERROR, detail="the server made a mistake", code="error")


HANDLERS: ExceptionHandlersMap = {
    EstafetteError: _ours,
    ValidationException: _parameter,
    HTTPException: _of_http,
    Exception: _unexpected,
}
