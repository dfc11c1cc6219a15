"""Webhooks as an operator uses them: the commands, and a real worker that tells a real receiver."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from click.testing import Result

from estafette.edge.worker import tell_webhooks
from estafette.store.database import Database
from estafette.store.queue import Pace
from tests.dispatched import Dispatched
from tests.edge import commands
from tests.edge.conftest import Settle
from tests.notify.receiving import Receiver, receiving

PATIENCE_S = 60


@pytest.fixture
def company(database: Database, settle: Settle) -> Dispatched:
    company = Dispatched(database)
    company.roster()
    settle(company.company_id)
    return company


def call(*arguments: object) -> Result:
    return commands.call("webhooks", *arguments)


@contextmanager
def telling(company: Dispatched) -> Iterator[None]:
    """Let a worker tell the receivers for as long as the block lasts."""
    stop = threading.Event()
    worker = threading.Thread(
        target=tell_webhooks,
        args=(company.database, company.company_id),
        kwargs={"pace": Pace(), "stop": stop},
    )
    worker.start()
    try:
        yield
    finally:
        stop.set()
        worker.join()


def wait_for(receiver: Receiver, messages: int) -> None:
    ends_at = time.monotonic() + PATIENCE_S
    while len(receiver.got) < messages:
        assert time.monotonic() < ends_at, receiver.got
        time.sleep(0.05)


def test_a_worker_tells_a_receiver_that_was_added_and_again_what_it_lost(company: Dispatched) -> None:
    with receiving() as receiver, telling(company):
        added = json.loads(call("add", receiver.address + "/hooks", "--internal", "--json").output)
        company.book(1)
        company.book(1)
        wait_for(receiver, 2)
        again = call("resume", added["webhook"]["webhook_id"], "--after", 1)
        assert again.exit_code == 0, again.output
        wait_for(receiver, 4)
        one = call("replay", added["webhook"]["webhook_id"], 3)
        assert "sends 1 again" in one.output
        wait_for(receiver, 5)
    ids = [got.message_id for got in receiver.got]
    assert (ids[:2], ids[1]) == (ids[2:4], ids[4])
    assert [json.loads(got.body)["event_id"] for got in receiver.got] == [2, 3, 2, 3, 3]


def test_receivers_are_listed_with_what_went_wrong_and_removed(company: Dispatched) -> None:
    assert call().output == "nobody is told\n"
    number = call("add", "https://example.org/hooks", "--kind", "booked").output.split()[1]
    company.write(
        "UPDATE webhook SET failed = 'it answered 503', attempts = 17, stopped = true WHERE company_id = %(company)s"
    )
    head, line = call().output.splitlines()
    assert head.split() == ["webhook", "told", "to", "state", "events", "address"]
    assert line.split() == [
        number, "1", "stopped", "(it", "answered", "503,", "17", "attempts)", "booked", "https://example.org/hooks",
    ]  # fmt: skip
    assert call("remove", number).output == f"webhook {number} is removed\n"
    assert call().output == "nobody is told\n"


def test_the_secret_is_shown_when_it_is_made_and_never_again(company: Dispatched) -> None:
    added = call("add", "https://example.org/hooks").output
    number, secret = added.split()[1], added.split()[3]
    assert secret.startswith("whsec_")
    assert secret not in call("--json").output
    changed = call("rotate", number).output.split()[1]
    assert changed.startswith("whsec_")
    assert changed != secret


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ("add", "http://example.org"),
            "estafette: url: expected an address like https://example.org/hooks/estafette;"
            " http is only for an operator (estafette webhooks add --internal)",
        ),
        (("remove", 99), "estafette: there is no webhook 99"),
        (("rotate", 99), "estafette: there is no webhook 99"),
        (("resume", 99), "estafette: there is no webhook 99"),
        (("replay", 99, 1), "estafette: there is no webhook 99"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    company: Dispatched, arguments: tuple[object, ...], line: str
) -> None:
    refused = call(*arguments)
    assert (refused.exit_code, refused.output.strip()) == (1, line)
