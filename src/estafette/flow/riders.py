"""What a rider may ask for: all that is held of them, and to be erased."""

from typing import Any

import msgspec

from estafette.domain.caller import Caller
from estafette.domain.counted import counted
from estafette.domain.error import Conflict
from estafette.domain.permission import Right
from estafette.domain.retention import Erased
from estafette.flow.notes import opened
from estafette.store.database import Database
from estafette.store.erasure import erase_riders, held_of, open_trips
from estafette.store.rider_notes import no_rider
from estafette.store.sealing import SealingKeys


def export_rider(
    database: Database, keys: SealingKeys | None, caller: Caller, rider_id: int
) -> dict[str, Any]:
    """
    Give all that is held of a rider, as JSON can say it: facts, bookings, trips, the note, and who looked.

    It is entered in the audit log. The note is in it as far as a key is there and the caller has the right.

    Raises
    ------
    Forbidden
        The caller may not hand it out.
    NotFound
        There is no such rider.
    """
    caller.must_have(Right.RIDER_ERASE)
    held = held_of(database, caller.company_id, rider_id, actor=caller.actor)
    found: dict[str, Any] = msgspec.json.decode(held.facts)
    if held.note is not None:
        readable = keys is not None and Right.RIDER_NOTES in caller.rights
        found["note"] = (
            opened(keys, held.note, caller.company_id, rider_id) if keys and readable else "sealed"
        )
    return found


def erase_rider(database: Database, caller: Caller, rider_id: int) -> Erased:
    """
    Make a rider nameless, for good: name, reference, wishes, note, references of bookings and trips, places
    of their own. Trips stay with their times and figures. What was erased before stays so.

    Raises
    ------
    Conflict
        There are trips still to be driven.
    Forbidden
        The caller may not erase.
    NotFound
        There is no such rider.
    """
    caller.must_have(Right.RIDER_ERASE)
    count = open_trips(database, caller.company_id, [rider_id]).get(rider_id)
    if count is None:
        raise no_rider(rider_id)
    if count:
        trips = counted(count, "trip")
        message = f"rider {rider_id} has {trips} still to come, to be cancelled first; nothing was erased"
        raise Conflict(message)
    return erase_riders(database, caller.company_id, [rider_id], actor=caller.actor)
