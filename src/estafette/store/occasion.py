"""On which occasion something is read or written: what the audit log says beside the actor."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from estafette.domain.record import Record


class Occasion(Record, frozen=True, kw_only=True):
    """The request that asks (its id stands in the log as well), and why, in a person's words."""

    request_id: str = ""
    why: str = ""


_PRESENT: ContextVar[Occasion] = ContextVar("occasion", default=Occasion())  # noqa: B039 - it is frozen


def present_occasion() -> Occasion:
    """Give the occasion of this task or thread."""
    return _PRESENT.get()


@contextmanager
def on_occasion(occasion: Occasion) -> Iterator[None]:
    """Let everything in the block happen on this occasion."""
    before = _PRESENT.set(occasion)
    try:
        yield
    finally:
        _PRESENT.reset(before)
