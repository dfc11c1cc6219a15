"""What the API refuses, as one kind of error."""

from typing import Any

import httpx
import msgspec


class Said(msgspec.Struct, frozen=True):
    """The fields of a problem (RFC 9457) that are read; others may come."""

    detail: str = ""
    code: str = "error"
    field: str | None = None
    pointer: str | None = None
    present: Any = None


class ApiError(Exception):
    """
    A request was refused, or got no answer.

    `code` is stable for programs, `pointer` (RFC 6901) or `field` say where the fault is, `present` how a
    thing stands now that was to be changed, with its `etag`. Without an answer `status` is 0 and the code
    `no_answer`.
    """

    def __init__(self, status: int, said: Said, etag: str | None = None) -> None:
        super().__init__(said.detail)
        self.status = status
        self.code = said.code
        self.pointer = said.pointer
        self.field = said.field
        self.present = said.present
        self.etag = etag


def error_of(answer: httpx.Response) -> ApiError:
    """Read a refusal; one that is none of ours (a proxy's page) has the code `error`."""
    try:
        said = msgspec.json.decode(answer.content, type=Said)
    except (msgspec.DecodeError, UnicodeDecodeError):
        said = Said(detail=f"{answer.status_code} {answer.reason_phrase}")
    return ApiError(answer.status_code, said, answer.headers.get("etag"))


def no_answer(request: httpx.Request, error: Exception) -> ApiError:
    """Say that nobody answered; whether the request was carried out is not known."""
    why = str(error) or type(error).__name__
    said = f"{request.url.scheme}://{request.url.netloc.decode()} gave no answer: {why}"
    return ApiError(0, Said(detail=said, code="no_answer"))
