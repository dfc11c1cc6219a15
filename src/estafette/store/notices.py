"""
Notices to drivers: claimed when due, read complete, marked when sent.

The life of a notice. The apply writes one row for each driver it changes. A claim turns all that waits for
one driver and service day into one message, numbered by its last notice, and gives a worker a lease on it by
the database's clock. The message says the difference between what the driver was last told and how the run
stands after that notice: a trip gained and lost in between is not mentioned, a trip moved twice once. With
nothing left to say nothing is sent. The mark names the number of the claim; one that ran out and was taken
over by somebody else can no longer mark anything.

In order. While anything of a driver is in living hands or waits for its next try, nothing else of that
driver is handed out.

In doubt. A worker died, or the channel cannot tell: the driver may have the message or not. Then neither a
shorter nor a longer message under another number would be right (a trip that it brought and that was taken off
since would be left out and stay on the phone). So the message is repeated under the same number with the same
content, alone, until its fate is known: its members were fixed at the claim (`superseded_by`), and nothing it is
computed from can change while it stands. A channel that drops repeated numbers then loses nothing. A message that
certainly did not go through lets its members go, and the next one may say less.

Dead letters. After `MAX_ATTEMPTS`, or when a channel says that it never will, a message is dead: listed, and
put back in line by `resend_notices`. It holds up nobody. A later message of the same driver and day covers it:
its content is the difference to what the driver was told before, so sending it supersedes the dead one.
If the dead one was in doubt, the driver may believe either state, and the later message mentions
every trip that stands differently in one of them.
"""

from collections.abc import Sequence
from datetime import date

import msgspec

from estafette.domain.error import NotFound, no_company
from estafette.domain.notice import (
    ChangedTrip,
    ClaimedNotice,
    Mark,
    Notice,
    NoticeKey,
    NoticeState,
    NoticeStatus,
)
from estafette.store.database import Database, Rows, Statement
from estafette.store.notices_sql import CLAIM, LIST, MARK, OF_DRIVER, RESEND

# Longer than a portion may take through the slowest channel (`notify/channel.py`), so it needs no renewal; a dead
# worker's notices are back after it.
LEASE_S = 30.0

_COMPANY = "SELECT 1 FROM company WHERE id = %(company)s"
_TRIPS = msgspec.json.Decoder(tuple[ChangedTrip, ...])


def claim_due(
    database: Database, company_id: int, *, limit: int, actor: str, lease_s: float = LEASE_S
) -> list[ClaimedNotice]:
    """
    Take what is due for at most `limit` drivers, one message for each of their days, oldest first.

    They are the caller's for `lease_s` seconds: whoever claims and dies has kept them for so long. A
    message without trips needs no sending, only its mark.
    """
    claim = Statement(CLAIM, {"company": company_id, "limit": limit, "lease_s": lease_s})
    return _claimed(database.transact(company_id, [claim], actor=actor)[0])


def mark_notices(database: Database, company_id: int, marks: Sequence[Mark], *, actor: str) -> set[NoticeKey]:
    """Record what became of claimed notices, in one statement; gives those whose claim still held."""
    columns = {
        "company": company_id,
        "drivers": [mark.driver_id for mark in marks],
        "events": [mark.event_id for mark in marks],
        "claims": [mark.claim for mark in marks],
        "fates": [mark.fate.value for mark in marks],
        "whys": [mark.why for mark in marks],
        "waits_s": [mark.wait_s for mark in marks],
    }
    rows = database.transact(company_id, [Statement(MARK, columns)], actor=actor)[0]
    return {NoticeKey(driver_id=driver_id, event_id=event_id) for driver_id, event_id in rows}


def list_notices(
    database: Database, company_id: int, driver_id: int, *, after: int, limit: int = 100
) -> list[Notice]:
    """
    Read a driver's notices that follow the one numbered `after`, each as it was written.

    What was superseded for a push is listed all the same. Raises `NotFound` for no such driver.
    """
    scope = {"company": company_id, "driver": driver_id, "after": after, "limit": limit}
    known = Statement("SELECT 1 FROM driver WHERE company_id = %(company)s AND id = %(driver)s", scope)
    found, rows = database.transact(company_id, [known, Statement(OF_DRIVER, scope)])
    if not found:
        message = f"driver {driver_id} does not exist"
        raise NotFound(message)
    return [claimed.notice for claimed in _claimed(rows)]


def list_notice_states(
    database: Database,
    company_id: int,
    *,
    service_on: date | None = None,
    dead: bool = False,
    after: NoticeKey | None = None,
    limit: int = 1000,
) -> list[NoticeStatus]:
    """
    List where notices stand by driver: those not settled yet; of one day, all; or the dead letters alone.

    Raises `NotFound` for no such company.
    """
    scope = {
        "company": company_id, "day": service_on, "dead": dead, "limit": limit,
        "driver": after.driver_id if after else 0, "event": after.event_id if after else 0,
    }  # fmt: skip
    found, rows = database.transact(company_id, [Statement(_COMPANY, scope), Statement(LIST, scope)])
    if not found:
        raise no_company(company_id)
    return [
        NoticeStatus(
            driver_id=driver_id,
            driver_ref=ref,
            event_id=event_id,
            service_on=day,
            state=NoticeState(state),
            attempts=attempts,
            created_at=created_at,
            due_at=due_at,
            why=why,
            superseded_by=superseded_by,
        )
        for driver_id, ref, event_id, day, state, attempts, created_at, due_at, why, superseded_by in rows
    ]


def resend_notices(database: Database, company_id: int, key: NoticeKey | None = None, *, actor: str) -> int:
    """
    Put a dead letter, or all of them, back in line with fresh attempts; gives how many there were.

    Raises `NotFound` for no such company.
    """
    scope = {
        "company": company_id,
        "driver": key.driver_id if key else None,
        "event": key.event_id if key else None,
    }
    wake = Statement("SELECT pg_notify('estafette', %(company)s::text)", scope)
    statements = [Statement(_COMPANY, scope), Statement(RESEND, scope), wake]
    found, resent, _ = database.transact(company_id, statements, actor=actor)
    if not found:
        raise no_company(company_id)
    return len(resent)


def _claimed(rows: Rows) -> list[ClaimedNotice]:
    return [
        ClaimedNotice(
            notice=Notice(
                driver_id=driver_id,
                event_id=event_id,
                service_on=service_on,
                created_at=created_at,
                attempts=attempts,
                driver=driver,
                language=language,
                zone=zone,
                trips=_TRIPS.decode(trips),
            ),
            claim=claim,
        )
        for (
            driver_id, event_id, service_on, created_at, attempts, driver, language, zone, trips, claim,
        ) in rows
    ]  # fmt: skip
