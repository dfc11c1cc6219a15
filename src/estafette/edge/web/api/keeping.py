"""What is kept of people, and for how long: medical notes, all of a rider, the audit log."""

from typing import Annotated, Any

import msgspec

from estafette.domain.hand import Id
from estafette.domain.ledger import LedgerEntry
from estafette.domain.permission import Right
from estafette.domain.record import Record, encode
from estafette.domain.request import Instant, Ref
from estafette.domain.retention import Days, Erased, RetentionRules
from estafette.edge.web.api.page import Listed, page
from estafette.edge.web.api.route import Answer, Ask, Route, digest, etag_of
from estafette.flow.notes import LONGEST, read_note, write_note
from estafette.flow.riders import erase_rider, export_rider
from estafette.settings import read_settings
from estafette.store.erasure import change_retention, get_retention
from estafette.store.ledger import Wanted, list_entries
from estafette.store.sealing import SealingKeys, note_keys

_RIDER = "/riders/{rider_id:int}"
_EventDays = Annotated[int, msgspec.Meta(ge=1, le=36_500)]
_LedgerDays = Annotated[int, msgspec.Meta(ge=365, le=36_500)]


class Note(Record, frozen=True, kw_only=True):
    """The medical note of a rider; an empty one is none."""

    text: Annotated[str, msgspec.Meta(max_length=LONGEST)]


class Entries(Listed, frozen=True, kw_only=True):
    """Which entries of the audit log to list, the newest first."""

    kind: Ref | None = None
    subject_id: Id | None = None
    actor: Ref | None = None
    since: Instant | None = None


class RetentionPatch(Record, frozen=True, kw_only=True):
    """For how many days what is kept; what is left out stays, null is for ever."""

    keep_events_days: _EventDays | msgspec.UnsetType = msgspec.UNSET
    keep_trips_days: Days | msgspec.UnsetType | None = msgspec.UNSET
    keep_plans_days: Days | msgspec.UnsetType | None = msgspec.UNSET
    keep_riders_days: Days | msgspec.UnsetType | None = msgspec.UNSET
    keep_ledger_days: _LedgerDays | msgspec.UnsetType | None = msgspec.UNSET


def get_note(ask: Ask) -> Answer:
    """Give the medical note of a rider; the reading is entered in the audit log."""
    note = Note(text=read_note(ask.database, _keys(), ask.caller, ask.id("rider_id")) or "")
    return Answer(note, etag=etag_of(digest(encode(note))))


def put_note(ask: Ask) -> Answer:
    """Keep the medical note of a rider, encrypted; an empty one is forgotten."""
    ask.must_have_seen(get_note(ask), "the note")
    write_note(ask.database, _keys(), ask.caller, ask.id("rider_id"), ask.body.text)
    return get_note(ask)


def export(ask: Ask) -> Answer:
    """Give all that is held of a rider; it is entered in the audit log."""
    keys = _keys() if read_settings().notes_keys else None
    return Answer(msgspec.json.encode(export_rider(ask.database, keys, ask.caller, ask.id("rider_id"))))


def erase(ask: Ask) -> Answer:
    """Make a rider nameless, for good; trips stay with their times and figures."""
    return Answer(erase_rider(ask.database, ask.caller, ask.id("rider_id")))


def list_audit(ask: Ask) -> Answer:
    """List who did what to what, and why, the newest first."""
    q: Entries = ask.query

    def read(before: int, limit: int) -> tuple[LedgerEntry, ...]:
        wanted = Wanted(
            before=before or None, kind=q.kind, subject=q.subject_id, actor=q.actor, since=q.since
        )
        return list_entries(ask.database, ask.company_id, wanted, limit=limit)

    return Answer(page(q, read, lambda entry: entry.id))


def get_rules(ask: Ask) -> Answer:
    """Give for how long the company keeps what."""
    rules = get_retention(ask.database, ask.company_id)
    return Answer(rules, etag=etag_of(digest(encode(rules))))


def change_rules(ask: Ask) -> Answer:
    """Change for how long what is named is kept; a worker keeps the rules every hour."""
    ask.must_have_seen(get_rules(ask), "the rules")
    changes: dict[str, Any] = msgspec.to_builtins(ask.body)
    if changes:
        change_retention(ask.database, ask.company_id, changes, actor=ask.actor)
    return get_rules(ask)


def _keys() -> SealingKeys:
    return note_keys(read_settings().notes_keys)


ROUTES = (
    Route("GET", f"{_RIDER}/note", Right.RIDER_NOTES, get_note, Note),
    Route("PUT", f"{_RIDER}/note", Right.RIDER_NOTES, put_note, Note, Note),
    Route("GET", f"{_RIDER}/export", Right.RIDER_ERASE, export, dict[str, Any]),
    Route("POST", f"{_RIDER}/erase", Right.RIDER_ERASE, erase, Erased),
    Route("GET", "/audit", Right.AUDIT_READ, list_audit, LedgerEntry, query=Entries),
    Route("GET", "/retention", Right.COMPANY_READ, get_rules, RetentionRules),
    Route("PATCH", "/retention", Right.COMPANY_WRITE, change_rules, RetentionRules, RetentionPatch),
)
