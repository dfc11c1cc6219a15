"""Medical notes of riders as they are kept: sealed, one for each rider. Reading one is entered in the audit log."""

from collections.abc import Sequence
from typing import LiteralString, NamedTuple

from estafette.domain.error import NotFound
from estafette.domain.ledger import Act
from estafette.store.database import Database, Statement
from estafette.store.ledger import entering
from estafette.store.sealing import Sealed

_KIND = "rider_note"

_WRITE: LiteralString = """
INSERT INTO rider_note (company_id, rider_id, key_id, sealed, changed_by)
SELECT company_id, id, %(key_id)s, %(sealed)s, %(actor)s FROM rider WHERE company_id = %(company)s AND id = %(rider)s
ON CONFLICT (company_id, rider_id) DO UPDATE
    SET key_id = EXCLUDED.key_id, sealed = EXCLUDED.sealed, changed_at = now(), changed_by = EXCLUDED.changed_by
RETURNING rider_id
"""
_CLEAR: LiteralString = "DELETE FROM rider_note WHERE company_id = %(company)s AND rider_id = %(rider)s"
_READ: LiteralString = """
SELECT n.key_id, n.sealed FROM rider r
LEFT JOIN rider_note n ON n.company_id = r.company_id AND n.rider_id = r.id
WHERE r.company_id = %(company)s AND r.id = %(rider)s
"""
_UNDER_OTHER_KEYS: LiteralString = """
SELECT rider_id, key_id, sealed FROM rider_note WHERE company_id = %(company)s AND key_id <> %(key_id)s
ORDER BY rider_id LIMIT %(portion)s
"""
# One that was written in the meantime is not written over.
_RESEAL: LiteralString = """
UPDATE rider_note n SET key_id = %(key_id)s, sealed = r.sealed
FROM unnest(%(riders)s::bigint[], %(was)s::bytea[], %(sealed)s::bytea[]) AS r (rider_id, was, sealed)
WHERE n.company_id = %(company)s AND n.rider_id = r.rider_id AND n.sealed = r.was
"""


class KeptNote(NamedTuple):
    """The note of a rider as it is kept."""

    rider_id: int
    sealed: Sealed


def keep_note(database: Database, company_id: int, note: KeptNote, *, actor: str) -> None:
    """Keep the note of a rider instead of the one before; raises `NotFound`."""
    scope = {
        "company": company_id, "rider": note.rider_id, "actor": actor,
        "key_id": note.sealed.key_id, "sealed": note.sealed.content,
    }  # fmt: skip
    if not database.transact(company_id, [Statement(_WRITE, scope)], actor=actor)[0]:
        raise no_rider(note.rider_id)


def forget_note(database: Database, company_id: int, rider_id: int, *, actor: str) -> None:
    """Forget the note of a rider, if there is one."""
    scope = {"company": company_id, "rider": rider_id}
    database.transact(company_id, [Statement(_CLEAR, scope)], actor=actor)


def kept_note(database: Database, company_id: int, rider_id: int, *, actor: str) -> Sealed | None:
    """Read the note of a rider (`None`: there is none), and enter that it was read; raises `NotFound`."""
    read = Statement(_READ, {"company": company_id, "rider": rider_id})
    entry = entering(company_id, Act.READ, _KIND, [rider_id])
    rows = database.transact(company_id, [read, entry], actor=actor)[0]
    if not rows:
        raise no_rider(rider_id)
    key_id, content = rows[0]
    return None if key_id is None else Sealed(key_id, bytes(content))


def notes_under_other_keys(
    database: Database, company_id: int, key_id: str, *, portion: int
) -> list[KeptNote]:
    """List notes that are not sealed with this key, at most so many."""
    scope = {"company": company_id, "key_id": key_id, "portion": portion}
    rows = database.read(company_id, _UNDER_OTHER_KEYS, scope)
    return [KeptNote(rider, Sealed(key, bytes(content))) for rider, key, content in rows]


def reseal_notes(
    database: Database, company_id: int, notes: Sequence[tuple[KeptNote, Sealed]], *, actor: str
) -> None:
    """Keep notes under another key, in one statement."""
    scope = {
        "company": company_id,
        "key_id": notes[0][1].key_id,
        "riders": [before.rider_id for before, _ in notes],
        "was": [before.sealed.content for before, _ in notes],
        "sealed": [after.content for _, after in notes],
    }
    database.transact(company_id, [Statement(_RESEAL, scope)], actor=actor)


def no_rider(rider_id: int) -> NotFound:
    """Say that a rider does not exist."""
    return NotFound(f"there is no rider {rider_id}")
