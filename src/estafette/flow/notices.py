"""Telling drivers: what committed goes to them, at least once and in order."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import zip_longest

from estafette.domain.counted import counted
from estafette.domain.notice import (
    MAX_ATTEMPTS,
    ClaimedNotice,
    Fate,
    Mark,
    NoticeKey,
    retry_after_s,
)
from estafette.domain.record import Record
from estafette.notify.channel import PORTION_S, Channel, Delivered, GiveUp, Later, Outcome, Unsure, Untried
from estafette.store.database import Database
from estafette.store.notices import claim_due, mark_notices

_ACTOR = "notices"


class Delivery(Record, frozen=True, kw_only=True):
    """
    How many notices were sent, are tried again later, and were given up.

    `silent`: nothing was left to say. `overtaken`: the claim ran out while sending, and what became of
    them is another worker's to say.
    """

    sent: int
    later: int
    given_up: int
    silent: int = 0
    overtaken: int = 0

    @property
    def claimed(self) -> int:
        """Count all that were taken; with none there was nothing to do."""
        return self.sent + self.later + self.given_up + self.silent + self.overtaken


def deliver_due(
    database: Database, company_id: int, channel: Channel, *, limit: int = 200,
    clock: Callable[[], float] = time.monotonic,
) -> Delivery:  # fmt: skip
    """
    Deliver what is due for at most `limit` drivers, each at least once and a driver's in their order.

    1. Claim what is due, complete: one round trip. Nobody else is handed it meanwhile.
    2. Send it with no transaction open. A driver's later message waits for the earlier one; what a slow
       channel does not come to is let go in time, for the next claim.
    3. Mark what became of each: one round trip.

    Dying between 2 and 3 repeats them unchanged when the claim has run out; their keys let the channel
    leave repetitions out.
    """
    claimed = claim_due(database, company_id, limit=limit, actor=_ACTOR)
    marks = list(_sent_in_order(channel, claimed, clock))
    held = mark_notices(database, company_id, marks, actor=_ACTOR) if marks else set()
    return _delivery(marks, held)


def _delivery(marks: Sequence[Mark], held: set[NoticeKey]) -> Delivery:
    fates = [mark.fate for mark in marks if _key(mark) in held]
    later = sum(fate in (Fate.LATER, Fate.UNSURE, Fate.UNTRIED) for fate in fates)
    return Delivery(
        sent=fates.count(Fate.SENT),
        later=later,
        given_up=fates.count(Fate.DEAD),
        silent=fates.count(Fate.SUPERSEDED),
        overtaken=len(marks) - len(fates),
    )


def _key(mark: Mark) -> NoticeKey:
    return NoticeKey(driver_id=mark.driver_id, event_id=mark.event_id)


def _sent_in_order(
    channel: Channel, claimed: Sequence[ClaimedNotice], clock: Callable[[], float]
) -> Iterator[Mark]:
    """
    Send wave after wave; a driver whose message did not go through is left out of the later waves.

    Waves that a slow channel leaves no time for are not sent: the claim would run out meanwhile.
    """
    waiting: set[int] = set()
    ends_at = clock() + PORTION_S
    for wave in _waves(claimed):
        if clock() > ends_at:
            waiting.update(each.notice.driver_id for each in wave)
        untried = [each for each in wave if each.notice.driver_id in waiting]
        yield from (_mark(each, Fate.UNTRIED) for each in untried)
        for mark in _sent(channel, [each for each in wave if each.notice.driver_id not in waiting]):
            if mark.fate in (Fate.LATER, Fate.UNSURE, Fate.UNTRIED):
                waiting.add(mark.driver_id)
            yield mark


def _waves(claimed: Iterable[ClaimedNotice]) -> Iterator[list[ClaimedNotice]]:
    """Give every driver's first message, then every driver's second, and so on."""
    by_driver: dict[int, list[ClaimedNotice]] = defaultdict(list)
    for each in claimed:
        by_driver[each.notice.driver_id].append(each)
    for wave in zip_longest(*by_driver.values()):
        yield [each for each in wave if each is not None]


def _sent(channel: Channel, wave: Sequence[ClaimedNotice]) -> Iterator[Mark]:
    """Send what has something to say and was not handed out too often; give the mark of each."""
    ready = []
    for each in wave:
        if not each.notice.trips:
            yield _mark(each, Fate.SUPERSEDED)
        elif each.notice.attempts > MAX_ATTEMPTS:
            yield _mark(each, Fate.DEAD, why=f"nobody knows whether it arrived ({MAX_ATTEMPTS} attempts)")
        else:
            ready.append(each)
    if ready:
        outcomes = channel.send([each.notice for each in ready])
        yield from (_outcome_mark(each, outcome) for each, outcome in zip(ready, outcomes, strict=True))


def _outcome_mark(each: ClaimedNotice, outcome: Outcome) -> Mark:
    attempts = each.notice.attempts
    wait_s = retry_after_s(each.notice.driver_id, attempts)
    match outcome:
        case Delivered():
            return _mark(each, Fate.SENT)
        case GiveUp(reason=reason):
            return _mark(each, Fate.DEAD, why=reason)
        case Later(reason=reason) if attempts == MAX_ATTEMPTS:
            return _mark(each, Fate.DEAD, why=f"{reason} ({counted(attempts, 'attempt')})")
        case Later(reason=reason):
            return _mark(each, Fate.LATER, why=reason, wait_s=wait_s)
        case Unsure(reason=reason):
            return _mark(each, Fate.UNSURE, why=reason, wait_s=wait_s)
        case Untried():
            return _mark(each, Fate.UNTRIED)


def _mark(each: ClaimedNotice, fate: Fate, *, why: str = "", wait_s: float = 0.0) -> Mark:
    notice = each.notice
    return Mark(
        driver_id=notice.driver_id,
        event_id=notice.event_id,
        claim=each.claim,
        fate=fate,
        why=why,
        wait_s=wait_s,
    )
