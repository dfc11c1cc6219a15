"""Medical notes of riders: written and read in clear by who has the right, and kept sealed."""

from estafette.domain.caller import Caller
from estafette.domain.error import Invalid
from estafette.domain.permission import Right
from estafette.store.database import Database
from estafette.store.rider_notes import (
    KeptNote,
    forget_note,
    keep_note,
    kept_note,
    notes_under_other_keys,
    reseal_notes,
)
from estafette.store.sealing import Sealed, SealingKeys

LONGEST = 4000
_PORTION = 500


def write_note(database: Database, keys: SealingKeys, caller: Caller, rider_id: int, text: str) -> None:
    """
    Keep the medical note of a rider; an empty one is forgotten.

    Raises
    ------
    Forbidden
        The caller has no right to notes.
    Invalid
        It is too long.
    NotFound
        There is no such rider.
    """
    caller.must_have(Right.RIDER_NOTES)
    text = text.strip()
    if len(text) > LONGEST:
        message = f"a note has at most {LONGEST} characters, this one {len(text)}"
        raise Invalid(message)
    if not text:
        forget_note(database, caller.company_id, rider_id, actor=caller.actor)
        return
    sealed = keys.seal(text, of=_of(caller.company_id, rider_id))
    keep_note(database, caller.company_id, KeptNote(rider_id, sealed), actor=caller.actor)


def read_note(database: Database, keys: SealingKeys, caller: Caller, rider_id: int) -> str | None:
    """
    Read the medical note of a rider, `None` where there is none; the reading is entered in the audit log.

    Raises
    ------
    Forbidden
        The caller has no right to notes.
    NotFound
        There is no such rider.
    Unavailable
        Its key is not set here, or it was changed.
    """
    caller.must_have(Right.RIDER_NOTES)
    sealed = kept_note(database, caller.company_id, rider_id, actor=caller.actor)
    return opened(keys, sealed, caller.company_id, rider_id) if sealed else None


def opened(keys: SealingKeys, sealed: Sealed, company_id: int, rider_id: int) -> str:
    """Open the note of a rider; raises `Unavailable`."""
    return keys.open(sealed, of=_of(company_id, rider_id))


def change_key(database: Database, keys: SealingKeys, company_id: int, *, actor: str) -> int:
    """Seal every note of a company with the current key; gives how many had another. Raises `Unavailable`."""
    changed = 0
    while notes := notes_under_other_keys(database, company_id, keys.current, portion=_PORTION):
        anew = []
        for note in notes:
            of = _of(company_id, note.rider_id)
            anew.append((note, keys.seal(keys.open(note.sealed, of=of), of=of)))
        reseal_notes(database, company_id, anew, actor=actor)
        changed += len(anew)
    return changed


def _of(company_id: int, rider_id: int) -> str:
    return f"note of rider {rider_id} of company {company_id}"
