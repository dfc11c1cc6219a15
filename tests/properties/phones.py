"""Two workers that die, sleep and wake, and phones that drop repeated numbers: the model that notices are held to."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from hypothesis import strategies as st

from estafette.domain.notice import Change, ClaimedNotice, Fate, Mark, Notice
from estafette.store.database import Database
from estafette.store.notices import claim_due, mark_notices, resend_notices
from tests.dispatched import Dispatched

DRIVERS, TRIPS, WORKERS = 2, 3, 2
Manifest = dict[int, datetime]

# What a worker can learn. An unsure one has arrived, or not.
_FATES = (*[Fate.SENT] * 2, Fate.LATER, Fate.LATER, Fate.UNSURE, Fate.UNSURE, Fate.DEAD, Fate.DEAD)
_ARRIVED, _GIVEN_UP = 4, 7


class Step(NamedTuple):
    """One step of a history: what happens, and the numbers it needs."""

    name: str
    first: int = 0
    second: int = 0


_worker, _trip, _outcome = st.integers(0, WORKERS - 1), st.integers(0, TRIPS - 1), st.integers(0, 7)


def _scene(*names: str) -> st.SearchStrategy[list[Step]]:
    """Steps of one worker; the other one where the name ends in `by_other`."""

    def steps(worker: int, outcome: int) -> list[Step]:
        other = (worker + 1) % WORKERS
        return [
            Step(name.removesuffix("_by_other"), other if name.endswith("_by_other") else worker, outcome)
            for name in names
        ]

    return st.builds(steps, _worker, _outcome)


# Single steps, and what belongs together often enough that chance alone would take long to find it.
_scenes = st.one_of(
    st.builds(lambda trip, how: [Step("assign", trip, how)], _trip, st.integers(0, 3)),
    st.builds(lambda trip: [Step("take_off", trip)], _trip),
    _scene("claim"),
    _scene("send"),
    _scene("mark"),
    _scene("crash"),
    _scene("run_out"),
    _scene("resend"),
    _scene("claim", "send", "mark"),
    _scene("claim", "send", "run_out"),
    _scene("claim", "send", "mark", "claim", "give_up", "mark"),
    _scene("claim", "send", "run_out", "claim_by_other", "mark"),
)
Histories = st.lists(_scenes, min_size=2, max_size=15).map(
    lambda scenes: [step for scene in scenes for step in scene]
)


class Phone:
    """Shows a driver's trips. It drops numbers it has seen; nothing may ever look repeated or come too late."""

    def __init__(self) -> None:
        self.shows: Manifest = {}
        self.unsettled = False  # a message that perhaps arrived was given up: later ones play safe
        self._seen: dict[int, Notice] = {}

    def receive(self, notice: Notice, *, from_a_sleeper: bool) -> None:
        if notice.event_id in self._seen:
            assert notice.trips == self._seen[notice.event_id].trips, "the same number says something else"
            return
        if notice.event_id < max(self._seen, default=0):
            assert from_a_sleeper, "an earlier message comes after a later one"
            assert self.unsettled, "a message nobody gave up was overtaken"
            return
        self._seen[notice.event_id] = notice
        for trip in notice.trips:
            at = trip.times.pickup_at if trip.times else None
            assert self.unsettled or self._news(trip.trip_id, trip.change, at), "a change that is none"
            self.shows.pop(trip.trip_id, None)
            self.shows |= {trip.trip_id: at} if at else {}

    def _news(self, trip_id: int, change: Change, at: datetime | None) -> bool:
        shown = self.shows.get(trip_id)
        return {
            Change.NEW: shown is None,
            Change.MOVED: shown is not None and shown != at,
            Change.TAKEN: shown is not None,
        }[change]


class Worker:
    """What a worker holds: messages it still has to send, and what it knows of those it sent."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        self.hand: list[ClaimedNotice] = []
        self.marks: list[Mark] = []
        self.asleep = False

    def holds(self, driver_id: int) -> bool:
        held = [each.notice.driver_id for each in self.hand] + [mark.driver_id for mark in self.marks]
        return not self.asleep and driver_id in held


class World:
    """A company, its drivers' phones and the workers; each step is checked as it happens."""

    def __init__(self, database: Database) -> None:
        self.company = Dispatched(database, drivers=DRIVERS)
        self.company.roster()
        self.company.book(TRIPS)
        self.phones = {driver_id: Phone() for driver_id in self.company.driver_ids}
        self.workers = [Worker() for _ in range(WORKERS)]
        self._scope = database, self.company.company_id

    def take(self, step: Step) -> None:
        steps: dict[str, Callable[[], object]] = {
            "assign": lambda: self._assign(step.first, step.second),
            "take_off": lambda: self.company.take_off(self.company.trip_ids[step.first]),
            "claim": lambda: self._claim(self.workers[step.first]),
            "send": lambda: self._send(self.workers[step.first], step.second),
            "mark": lambda: self._mark(self.workers[step.first]),
            "give_up": lambda: self._send(self.workers[step.first], _GIVEN_UP),
            "crash": lambda: self._crash(self.workers[step.first]),
            "run_out": self._run_out,
            "resend": lambda: resend_notices(*self._scope, actor="test"),
        }
        steps[step.name]()

    def settle(self) -> None:
        """Let everything that is left go through; then the sleepers wake up."""
        sleepers = self.workers
        self._run_out()
        self.workers = [Worker()]
        self._drain()
        resend_notices(*self._scope, actor="test")
        self._drain()
        for sleeper in sleepers:
            self._finish(sleeper)
        assert not claim_due(*self._scope, limit=9, actor="test"), "something is due after the end"

    def manifests(self) -> list[Manifest]:
        rows = self.company.write(
            "SELECT driver_id, trip_id, pickup_at FROM assignment WHERE company_id = %(company)s"
        )
        return [
            {trip_id: at for driver, trip_id, at in rows if driver == driver_id} for driver_id in self.phones
        ]

    def _assign(self, trip: int, how: int) -> None:
        run_id = self.company.run_ids[how % DRIVERS]
        self.company.assign(run_id, [self.company.trip_ids[trip]], late_s=30 * (how // DRIVERS))

    def _claim(self, worker: Worker) -> None:
        if worker.hand or worker.marks:
            return
        worker.forget()
        worker.hand = claim_due(*self._scope, limit=9, actor="test")
        for each in worker.hand:
            holding = [other for other in self.workers if other.holds(each.notice.driver_id)]
            assert holding == [worker], "two workers hold messages of one driver"

    def _send(self, worker: Worker, how: int) -> None:
        if not worker.hand:
            return
        each = worker.hand.pop(0)
        fate = _FATES[how]
        fate = fate if each.notice.trips else Fate.SUPERSEDED
        phone = self.phones[each.notice.driver_id]
        if fate is Fate.SENT or (fate is Fate.UNSURE and how == _ARRIVED):
            phone.receive(each.notice, from_a_sleeper=worker.asleep)
        worker.marks.append(_mark(each, fate))
        phone.unsettled |= fate is Fate.DEAD

    def _mark(self, worker: Worker) -> None:
        if worker.marks:
            mark_notices(*self._scope, worker.marks, actor="test")
        worker.forget()

    def _crash(self, worker: Worker) -> None:
        worker.forget()

    def _run_out(self) -> None:
        self.company.write("UPDATE notice SET claimed_until = '-infinity' WHERE claimed_until IS NOT NULL")
        for worker in self.workers:
            worker.asleep = True

    def _drain(self) -> None:
        for _ in range(20):
            self._claim(self.workers[0])
            if not self.workers[0].hand:
                return
            self._finish(self.workers[0])
        message = "there is always something due"
        raise AssertionError(message)

    def _finish(self, worker: Worker) -> None:
        while worker.hand:
            self._send(worker, 0)
        self._mark(worker)


def _mark(each: ClaimedNotice, fate: Fate) -> Mark:
    notice = each.notice
    return Mark(
        driver_id=notice.driver_id, event_id=notice.event_id, claim=each.claim, fate=fate, why=fate.value
    )
