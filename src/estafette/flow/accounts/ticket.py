"""
Tickets: what a browser keeps between two steps of coming in, sealed, so that no process must remember it.

A ticket is good for one purpose and a few minutes. That an answer counts once is seen to where it is taken.
"""

import os
from typing import TypeVar

import msgspec

from estafette.domain.error import NotSignedIn, Unavailable
from estafette.domain.record import Record
from estafette.store.sealing import SealingKeys, as_text, from_text

Kind = TypeVar("Kind", bound=Record)

LASTS_S = 300
_TOO_OLD = "this took too long, or was begun elsewhere; begin again"


class _Ticket(Record, frozen=True, kw_only=True):
    until_s: float
    content: msgspec.Raw


class Tickets:
    """Seals and opens tickets. Without keys from the settings they are good in this process alone."""

    def __init__(self, keys: SealingKeys | None) -> None:
        keys = keys or SealingKeys({"own": os.urandom(32)}, variable="ESTAFETTE_SIGN_IN_KEYS")
        self._keys = keys.derived("tickets")

    def seal(self, content: Record, *, of: str, now_s: float) -> str:
        """Make a ticket for the purpose `of`."""
        ticket = _Ticket(until_s=now_s + LASTS_S, content=msgspec.Raw(msgspec.json.encode(content)))
        return as_text(self._keys.seal(msgspec.json.encode(ticket).decode(), of=of))

    def open(self, text: str | None, kind: type[Kind], *, of: str, now_s: float) -> Kind:
        """Open a ticket; raises `NotSignedIn` for one that is too old, not for this purpose, or none."""
        try:
            opened = self._keys.open(from_text(text or ""), of=of)
        except (Unavailable, ValueError) as error:
            raise NotSignedIn(_TOO_OLD) from error
        ticket = msgspec.json.decode(opened, type=_Ticket)
        if ticket.until_s < now_s:
            raise NotSignedIn(_TOO_OLD)
        return msgspec.json.decode(ticket.content, type=kind)
