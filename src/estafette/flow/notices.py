"""Telling drivers: what committed goes to them, at least once and in order."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import zip_longest

from estafette.domain.notice import Notice, NoticeKey
from estafette.domain.record import Record
from estafette.notify.channel import Channel, Delivered, GiveUp, Outcome
from estafette.store.database import Database
from estafette.store.notices import claim_due, mark_notices

_ACTOR = "notices"


class Delivery(Record, frozen=True, kw_only=True):
    """How many notices were sent, are tried again later, and were given up."""

    sent: int
    later: int
    given_up: int


def deliver_due(database: Database, company_id: int, channel: Channel, *, limit: int = 200) -> Delivery:
    """
    Deliver at most `limit` due notices, each at least once and a driver's in their order.

    1. Claim the due notices, complete: one round trip.
    2. Send them with no transaction open. A driver's later notice waits for the earlier one.
    3. Mark all that were sent or given up: one round trip.

    Dying between 2 and 3 repeats them; their keys let the channel leave repetitions out.
    """
    due = claim_due(database, company_id, limit=limit, actor=_ACTOR)
    outcomes = _sent_in_order(channel, due)
    sent = [key for key, outcome in outcomes.items() if isinstance(outcome, Delivered)]
    given_up = {key: outcome.reason for key, outcome in outcomes.items() if isinstance(outcome, GiveUp)}
    if sent or given_up:
        mark_notices(database, company_id, sent=sent, given_up=given_up, actor=_ACTOR)
    return Delivery(sent=len(sent), later=len(due) - len(sent) - len(given_up), given_up=len(given_up))


def _sent_in_order(channel: Channel, due: Sequence[Notice]) -> dict[NoticeKey, Outcome]:
    """Send wave after wave; a driver whose notice did not go through is left out of the later waves."""
    outcomes: dict[NoticeKey, Outcome] = {}
    waiting: set[int] = set()
    for wave in _waves(due):
        ready = [notice for notice in wave if notice.driver_id not in waiting]
        if not ready:
            continue
        for notice, outcome in zip(ready, channel.send(ready), strict=True):
            outcomes[NoticeKey(driver_id=notice.driver_id, event_id=notice.event_id)] = outcome
            if not isinstance(outcome, Delivered | GiveUp):
                waiting.add(notice.driver_id)
    return outcomes


def _waves(due: Sequence[Notice]) -> Iterator[list[Notice]]:
    """Give every driver's first notice, then every driver's second, and so on."""
    by_driver: dict[int, list[Notice]] = defaultdict(list)
    for notice in due:
        by_driver[notice.driver_id].append(notice)
    for wave in zip_longest(*by_driver.values()):
        yield [notice for notice in wave if notice is not None]
