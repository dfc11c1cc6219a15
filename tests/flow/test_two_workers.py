"""Two workers on one company while the board changes: each message goes out once, a driver's in their order."""

import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from estafette.domain.notice import Notice
from estafette.flow.notices import deliver_due
from estafette.notify.channel import Delivered, Outcome
from estafette.store.database import Database
from tests.dispatched import Dispatched

CHANGES = 40


class Tape:
    """A channel that writes down every single send, repeated or not."""

    def __init__(self) -> None:
        self.sent: list[Notice] = []

    def send(self, notices: Sequence[Notice]) -> Sequence[Outcome]:
        self.sent += notices
        return [Delivered()] * len(notices)


@contextmanager
def working(company: Dispatched, tape: Tape, workers: int) -> Iterator[None]:
    done = threading.Event()

    def work() -> None:
        while not done.is_set():
            deliver_due(company.database, company.company_id, tape)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()


def test_each_message_goes_out_once_and_a_drivers_in_their_order(database: Database) -> None:
    company = Dispatched(database)
    company.roster()
    company.book(6)
    tape = Tape()
    with working(company, tape, workers=2):
        for n in range(CHANGES):
            company.assign(company.run_ids[n % 3], company.trip_ids[n % 2 :: 2], late_s=n % 60)
    deliver_due(database, company.company_id, tape)
    numbers: dict[int, list[int]] = defaultdict(list)
    for notice in tape.sent:
        numbers[notice.driver_id].append(notice.event_id)
    assert set(numbers) == set(company.driver_ids)
    assert all(line == sorted(set(line)) for line in numbers.values())
    rows = company.write("SELECT driver_id, event_id FROM notice WHERE sent_at IS NOT NULL")
    assert sorted(rows) == sorted((driver_id, each) for driver_id, line in numbers.items() for each in line)
    waiting = "SELECT count(*) FROM notice WHERE sent_at IS NULL AND superseded_by IS NULL"
    assert company.write(waiting) == [(0,)]
