"""
Hooks for OpenTelemetry: a span for each request, where its API is installed; nothing at all elsewhere.

What goes where is set as OpenTelemetry describes (an SDK, `OTEL_...`); no attribute holds personal data.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any


def _tracer() -> Any:
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.trace") is None:
        return None
    return import_module("opentelemetry.trace").get_tracer("estafette")


_TRACER = _tracer()


class Span:
    """A span, or nothing where nobody traces."""

    def __init__(self, span: Any) -> None:
        self._span = span

    def tell(self, name: str, **attributes: str | int) -> None:
        """Name it, and add attributes."""
        if self._span is not None:
            self._span.update_name(name)
            self._span.set_attributes(attributes)


@contextmanager
def request_span(method: str) -> Iterator[Span]:
    """Trace a request for as long as the block lasts."""
    if _TRACER is None:
        yield Span(None)
        return
    with _TRACER.start_as_current_span(method) as span:
        yield Span(span)
