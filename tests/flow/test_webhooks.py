"""Webhooks: every event reaches a receiver, signed, in order, at least once; what fails waits and is seen."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator

import pytest

from estafette.domain.booking import TripStatus
from estafette.domain.error import Conflict, Invalid, NotFound
from estafette.domain.webhook import KINDS, MAX_ATTEMPTS, Added, Webhook, WebhookRequest, wait_after_s
from estafette.flow.webhooks import Told, change_secret, subscribe, tell_receivers
from estafette.notify.webhook import Answer, Target
from estafette.store.database import Database
from estafette.store.webhooks import (
    claim_webhooks,
    list_webhooks,
    remove_webhook,
    replay_event,
    resume_webhook,
)
from tests.dispatched import Dispatched

URL = "https://example.org/hooks"


class Receiver:
    """Keeps what it is sent, and answers as it is told to."""

    def __init__(self, *answers: int | Exception) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: Iterator[int | Exception] = iter(answers)
        self.now_s = 1_790_000_000.0

    def __call__(self, target: Target, body: bytes, headers: dict[str, str]) -> Answer:
        self.got.append((headers, body))
        answer = next(self.answers, 200)
        if isinstance(answer, Exception):
            raise answer
        return Answer(status=answer)

    def clock(self) -> float:
        return self.now_s

    @property
    def events(self) -> list[int]:
        return [json.loads(body)["event_id"] for _, body in self.got]


@pytest.fixture
def company(database: Database) -> Dispatched:
    company = Dispatched(database)
    company.roster()
    return company


def added(company: Dispatched, url: str = URL, kinds: tuple[str, ...] = ()) -> Added:
    wanted = WebhookRequest(url=url, kinds=kinds)
    return subscribe(company.database, company.company_id, wanted, actor="test")


def tell(company: Dispatched, receiver: Receiver) -> Told:
    return tell_receivers(company.database, company.company_id, send=receiver, clock=receiver.clock)


def only(company: Dispatched) -> Webhook:
    (webhook,) = list_webhooks(company.database, company.company_id)
    return webhook


def make_due(company: Dispatched) -> None:
    company.write(
        "UPDATE webhook SET due_at = '-infinity', claimed_until = NULL WHERE company_id = %(company)s"
    )


def test_a_receiver_is_told_of_every_event_after_it_was_added_in_order(company: Dispatched) -> None:
    receiver = Receiver()
    added(company)
    first, second = company.book(2)
    company.book(1)
    company.set_status(first, TripStatus.EN_ROUTE)
    assert tell(company, receiver) == Told(taken=1)
    assert receiver.events == [2, 3, 4]
    assert [json.loads(body)["type"] for _, body in receiver.got] == ["booked", "booked", "status_changed"]
    assert tell(company, receiver) == Told()
    assert second in [trip["trip_id"] for trip in json.loads(receiver.got[0][1])["data"]["trips"]]


def test_a_message_is_signed_as_receivers_libraries_verify_it(company: Dispatched) -> None:
    receiver, secret = Receiver(), added(company).secret
    company.book(1)
    tell(company, receiver)
    ((headers, body),) = receiver.got
    assert headers["webhook-signature"] == "v1," + expected_signature(secret, headers, body)
    assert headers["webhook-timestamp"] == "1790000000"
    assert headers["webhook-id"] == f"booked_{company.company_id}_2"


def expected_signature(secret: str, headers: dict[str, str], body: bytes) -> str:
    """The signature, from the words of the specification."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def test_for_a_day_both_the_new_and_the_old_secret_sign(company: Dispatched) -> None:
    receiver, old = Receiver(), added(company)
    new = change_secret(company.database, company.company_id, old.webhook.webhook_id, actor="test")
    company.book(1)
    tell(company, receiver)
    company.write("UPDATE webhook SET old_until = now() WHERE company_id = %(company)s")
    company.book(1)
    tell(company, receiver)
    (both, body), (one, later) = receiver.got
    assert both["webhook-signature"].split() == [
        f"v1,{expected_signature(secret, both, body)}" for secret in (new, old.secret)
    ]
    assert one["webhook-signature"] == f"v1,{expected_signature(new, one, later)}"


def test_no_name_address_or_position_is_sent(company: Dispatched) -> None:
    receiver = Receiver()
    added(company)
    trips = company.book(2)
    company.assign(company.run_ids[0], trips)
    company.roster(service_on=company.write("SELECT date '2026-11-26'")[0][0])
    company.set_status(trips[0], TripStatus.CANCELLED)
    tell(company, receiver)
    said = b"".join(body for _, body in receiver.got)
    assert {json.loads(body)["type"] for _, body in receiver.got} == set(KINDS) - {
        "acknowledged",
        "reported",
        "enquired",
        "return_kept",
        "solve_progressed",
    }
    for personal in (b"Rider", b"Driver", b"Place", b"Van", b"lon", b"lat"):
        assert personal not in said


def test_a_receiver_of_some_kinds_is_told_of_these_alone(company: Dispatched) -> None:
    receiver = Receiver()
    added(company, kinds=("status_changed",))
    (trip,) = company.book(1)
    company.set_status(trip, TripStatus.CANCELLED)
    tell(company, receiver)
    assert receiver.events == [3]
    company.book(1)
    tell(company, receiver)
    assert receiver.events == [3]
    assert only(company).told_to == 4


def test_what_fails_is_sent_again_under_the_same_id_before_anything_later(company: Dispatched) -> None:
    receiver = Receiver(200, 503, OSError("no route to host"))
    added(company)
    for _ in range(3):
        company.book(1)
    assert tell(company, receiver) == Told(later=1)
    assert (only(company).attempts, only(company).failed) == (1, "it answered 503")
    assert tell(company, receiver) == Told()  # it waits
    make_due(company)
    tell(company, receiver)
    assert (only(company).attempts, only(company).failed) == (2, "not reached: no route to host")
    make_due(company)
    assert tell(company, receiver) == Told(taken=1)
    assert receiver.events == [2, 3, 3, 3, 4]
    assert len({(headers["webhook-id"], body) for headers, body in receiver.got[1:4]}) == 1
    assert (only(company).attempts, only(company).failed) == (0, None)


def test_a_receiver_that_always_fails_is_stopped_and_resumes_where_it_stood(company: Dispatched) -> None:
    receiver = Receiver(*[500] * MAX_ATTEMPTS)
    webhook = added(company).webhook
    company.book(1)
    for _ in range(MAX_ATTEMPTS):
        make_due(company)
        told = tell(company, receiver)
    assert told == Told(stopped=1)
    make_due(company)
    assert tell(company, receiver) == Told()
    resume_webhook(company.database, company.company_id, webhook.webhook_id, actor="test")
    assert tell(company, receiver) == Told(taken=1)
    assert receiver.events == [2] * (MAX_ATTEMPTS + 1)


def test_a_receiver_that_is_gone_is_stopped_at_once(company: Dispatched) -> None:
    added(company)
    company.book(1)
    assert tell(company, Receiver(410)) == Told(stopped=1)


def test_what_a_receiver_lost_can_be_sent_again(company: Dispatched) -> None:
    receiver = Receiver()
    webhook = added(company).webhook
    for _ in range(3):
        company.book(1)
    tell(company, receiver)
    resume_webhook(company.database, company.company_id, webhook.webhook_id, after=2, actor="test")
    tell(company, receiver)
    assert receiver.events == [2, 3, 4, 3, 4]


def replay(company: Dispatched, event_id: int) -> Webhook:
    webhook_id = only(company).webhook_id
    return replay_event(company.database, company.company_id, webhook_id, event_id, actor="test")


def test_one_event_is_sent_once_more_before_what_waits_and_nothing_else_is(company: Dispatched) -> None:
    receiver = Receiver()
    added(company)
    for _ in range(3):
        company.book(1)
    tell(company, receiver)
    company.book(1)
    replay(company, 4)
    assert replay(company, 2).again == (2, 4)
    tell(company, receiver)
    tell(company, receiver)
    assert tell(company, receiver) == Told()
    assert receiver.events == [2, 3, 4, 2, 4, 5]
    assert receiver.got[0][1] == receiver.got[3][1]
    assert receiver.got[0][0]["webhook-id"] == receiver.got[3][0]["webhook-id"]
    assert (only(company).told_to, only(company).again) == (5, ())


def test_who_asks_for_an_event_gets_it_whatever_its_kind(company: Dispatched) -> None:
    receiver = Receiver()
    added(company, kinds=("status_changed",))
    company.book(1)
    tell(company, receiver)
    replay(company, 2)
    tell(company, receiver)
    assert receiver.events == [2]


def test_an_event_that_fails_once_more_waits_like_the_others(company: Dispatched) -> None:
    receiver = Receiver(200, 200, 200, 503)
    added(company)
    company.book(1)
    company.book(1)
    tell(company, receiver)
    replay(company, 2)
    replay(company, 3)
    assert tell(company, receiver) == Told(later=1)
    assert (only(company).again, only(company).attempts, only(company).told_to) == ((3,), 1, 3)
    company.book(1)
    assert tell(company, receiver) == Told()
    make_due(company)
    tell(company, receiver)
    tell(company, receiver)
    assert receiver.events == [2, 3, 2, 3, 3, 4]
    assert (only(company).again, only(company).attempts, only(company).failed) == ((), 0, None)


def test_what_was_asked_for_while_a_worker_sends_is_not_marked_as_sent(company: Dispatched) -> None:
    receiver = Receiver()
    added(company)
    company.book(1)
    company.book(1)
    tell(company, receiver)
    replay(company, 3)

    class Asked(Receiver):
        """Is asked for another event while it takes one."""

        def __call__(self, *args: object) -> Answer:  # type: ignore[override]
            replay(company, 2)
            return Answer(status=200)

    assert tell(company, Asked()) == Told()
    assert only(company).again == (2, 3)


def test_an_event_that_is_not_kept_and_too_many_at_once_are_refused(company: Dispatched) -> None:
    webhook = added(company).webhook
    with pytest.raises(Invalid) as refused:
        replay(company, 99)
    assert refused.value.pointer == "/event_id"
    company.write(
        "UPDATE webhook SET again = ARRAY(SELECT generate_series(1, 50)) WHERE company_id = %(company)s"
    )
    with pytest.raises(Conflict):
        replay(company, 1)
    other = Dispatched(company.database)
    other.roster()
    with pytest.raises(NotFound):
        replay_event(other.database, other.company_id, webhook.webhook_id, 1, actor="test")


def test_a_receiver_that_missed_events_that_are_no_more_is_told_to_start_afresh(company: Dispatched) -> None:
    receiver = Receiver()
    added(company)
    for _ in range(3):
        company.book(1)
    company.write("UPDATE event SET at = at - interval '9 days' WHERE company_id = %(company)s")
    company.write("DELETE FROM event WHERE company_id = %(company)s AND id <= 3")
    tell(company, receiver)
    company.book(1)
    tell(company, receiver)
    assert [json.loads(body)["type"] for _, body in receiver.got] == ["reset", "booked"]
    assert receiver.events == [4, 5]


def test_a_worker_whose_claim_ran_out_marks_nothing_and_nothing_is_lost(company: Dispatched) -> None:
    added(company)
    company.book(1)

    class Slow(Receiver):
        """Takes so long that somebody else has taken the receiver over."""

        def __call__(self, *args: object) -> Answer:  # type: ignore[override]
            make_due(company)
            claim_webhooks(company.database, company.company_id, limit=1, actor="another")
            return Answer(status=200)

    assert tell(company, Slow()) == Told()
    assert only(company).told_to == 1
    make_due(company)
    receiver = Receiver()
    tell(company, receiver)
    assert receiver.events == [2]


def test_two_workers_are_never_handed_the_same_receiver(company: Dispatched) -> None:
    added(company)
    company.book(1)
    first, second = (
        claim_webhooks(company.database, company.company_id, limit=8, actor="test") for _ in range(2)
    )
    assert (len(first), len(second)) == (1, 0)


def test_telling_takes_two_round_trips_whatever_there_is_to_tell(company: Dispatched) -> None:
    def told(events: int, receivers: int) -> tuple[int, int]:
        for _ in range(receivers):
            added(company)
        for _ in range(events):
            company.book(1)
        company.database.count()
        tell(company, Receiver())
        sent = company.database.count()
        assert sent is not None
        return sent.statements, sent.round_trips

    assert told(1, 1) == told(40, 6)


def test_another_company_is_told_nothing_and_sees_no_receiver(company: Dispatched) -> None:
    other, receiver = Dispatched(company.database), Receiver()
    webhook = added(company).webhook
    other.roster()
    assert list_webhooks(other.database, other.company_id) == []
    assert tell(other, receiver) == Told()
    with pytest.raises(NotFound):
        remove_webhook(other.database, other.company_id, webhook.webhook_id, actor="test")


@pytest.mark.parametrize(
    "url",
    ["", "example.org", "http://example.org/", "ftp://example.org/", "https:///path", "https://me:pw@example.org/",
     "https://example.org:99999/", "https://exa mple.org/", "https://exämple.org/"],
)  # fmt: skip
def test_an_address_that_is_none_is_refused_by_the_name_of_the_field(company: Dispatched, url: str) -> None:
    with pytest.raises(Invalid, match=r"^url: "):
        added(company, url)


def test_an_unknown_kind_of_event_is_refused(company: Dispatched) -> None:
    with pytest.raises(Invalid, match="kinds: expected booked, .* not 'sacked'"):
        added(company, kinds=("sacked",))


def test_the_waits_grow_and_end_after_about_three_days() -> None:
    waits = [wait_after_s(attempts) for attempts in range(1, MAX_ATTEMPTS)]
    assert waits == sorted(waits)
    assert 2 * 86_400 < sum(waits) < 4 * 86_400
