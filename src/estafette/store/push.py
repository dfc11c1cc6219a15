"""Phones that asked to be told: one for each session of a driver, and no longer than it lasts."""

from collections.abc import Sequence
from typing import Any, LiteralString

from estafette.domain.notice import NoticeKey
from estafette.domain.push import Subscribe, Subscription, Told, decoded
from estafette.store.database import Database, Statement

_KEEP: LiteralString = """
INSERT INTO push_subscription (company_id, session_id, driver_id, endpoint, p256dh, auth)
VALUES (%(company)s, %(session)s, %(driver)s, %(endpoint)s, %(p256dh)s, %(auth)s)
ON CONFLICT (company_id, session_id) DO UPDATE
    SET endpoint = EXCLUDED.endpoint, p256dh = EXCLUDED.p256dh, auth = EXCLUDED.auth
"""
_FORGET: LiteralString = (
    "DELETE FROM push_subscription WHERE company_id = %(company)s AND session_id = %(session)s"
)

# A notice names its events; each tells of one manifest of one run, and is acknowledged with it or a later one.
# Another driver's acknowledgement does not count: a run that changes hands begins anew.
_LOOK: LiteralString = """
SELECT n.driver_id, n.event_id, coalesce((
        SELECT bool_and(r.driver_id <> n.driver_id OR r.acknowledged >= (e.payload->>'manifest')::int)
        FROM event e JOIN run r ON r.company_id = e.company_id AND r.id = (e.payload->>'run_id')::bigint
        WHERE e.company_id = n.company_id AND e.id = ANY (n.event_ids) AND e.kind = 'assigned'), true),
    p.session_id, p.endpoint, p.p256dh, p.auth
FROM notice n
JOIN unnest(%(drivers)s::bigint[], %(events)s::bigint[]) AS asked (driver_id, event_id)
    ON asked.driver_id = n.driver_id AND asked.event_id = n.event_id
LEFT JOIN (push_subscription p
    JOIN login_session s ON s.company_id = p.company_id AND s.id = p.session_id AND s.revoked_at IS NULL
        AND now() < least(s.expires_at, s.used_at + s.idle_s * interval '1 s')
    JOIN account a ON a.company_id = s.company_id AND a.id = s.account_id AND a.locked_at IS NULL)
    ON p.company_id = n.company_id AND p.driver_id = n.driver_id
WHERE n.company_id = %(company)s
ORDER BY 1, 2, p.session_id
"""


def keep_subscription(
    database: Database, company_id: int, wanted: Subscribe, *, session_id: int, driver_id: int, actor: str
) -> None:
    """Keep where the phone of a session is told; another address of the same phone takes its place."""
    scope = {
        "company": company_id, "session": session_id, "driver": driver_id, "endpoint": wanted.endpoint,
        "p256dh": decoded(wanted.p256dh), "auth": decoded(wanted.auth),
    }  # fmt: skip
    database.transact(company_id, [Statement(_KEEP, scope)], actor=actor)


def drop_subscription(database: Database, company_id: int, session_id: int, *, actor: str) -> None:
    """Tell a phone nothing more: its push service says that it is gone."""
    scope = {"company": company_id, "session": session_id}
    database.transact(company_id, [Statement(_FORGET, scope)], actor=actor)


def look_at_phones(database: Database, company_id: int, notices: Sequence[NoticeKey]) -> list[Told]:
    """Tell of each notice whether it is acknowledged, and by which phones its driver can be told."""
    scope = {
        "company": company_id, "drivers": [key.driver_id for key in notices],
        "events": [key.event_id for key in notices],
    }  # fmt: skip
    found: dict[NoticeKey, tuple[bool, list[Subscription]]] = {}
    for driver_id, event_id, acknowledged, *phone in database.read(company_id, _LOOK, scope):
        key = NoticeKey(driver_id=driver_id, event_id=event_id)
        _, phones = found.setdefault(key, (acknowledged, []))
        phones += _phone(phone)
    return [
        Told(notice=key, acknowledged=seen, phones=tuple(phones)) for key, (seen, phones) in found.items()
    ]


def _phone(row: Sequence[Any]) -> list[Subscription]:
    session_id, endpoint, p256dh, auth = row
    if session_id is None:
        return []
    return [Subscription(session_id=session_id, endpoint=endpoint, p256dh=bytes(p256dh), auth=bytes(auth))]
