"""Many appliers on the same trips at once, and what each of them saw and did, for the checker of histories."""

import logging
import random
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import psycopg

from estafette.domain.applied import Applied, Outcome
from estafette.domain.error import ApplyFailed, Unavailable
from estafette.store.database import Database
from estafette.store.feed import Reset, read_events
from tests.faults import mutants
from tests.faults.arena import Arena, spawn
from tests.faults.history import Log
from tests.faults.serialisable import Transaction, anomalies
from tests.faults.verdict import Verdict, judge
from tests.faults.workload import Job, apply_key

_SNAPSHOT = """
SELECT f.last_event_id,
    (SELECT jsonb_object_agg(t.id, greatest(t.version, a.version)) FROM trip t
        LEFT JOIN assignment a ON a.company_id = t.company_id AND a.trip_id = t.id WHERE t.company_id = f.company_id),
    (SELECT jsonb_object_agg(r.id, r.manifest) FROM run r WHERE r.company_id = f.company_id)
FROM feed f WHERE f.company_id = %(company)s
"""


def work(job: Job) -> None:
    """Look at the day, think for a moment, apply; write down what was seen and what came of it."""
    log = Log(Path(job.log))
    mutants.plant(job.mutant, log)
    logging.getLogger("psycopg").setLevel(logging.ERROR)  # lost connections are what this is about
    chance = random.Random(f"{job.seed}:{job.name}")
    with Database(job.server, size=1) as database:
        for number in range(job.count):
            key = f"{job.name}-{number}"
            version, trips, runs = database.read(job.company_id, _SNAPSHOT, {"company": job.company_id})[0]
            log.write(key=key, board_version=version, trips=trips, runs=runs)
            time.sleep(chance.uniform(0, 0.004))
            try:
                log.write(key=key, answer=apply_key(database, job, key=key, board_version=version))
            except (ApplyFailed, Unavailable) as error:
                log.write(key=key, refused=str(error))
    log.close()


class Contest(NamedTuple):
    """What became of many appliers on one day."""

    applies: int
    stale: int
    verdicts: list[Verdict]
    anomalies: list[str]
    missed: list[str]
    deadlocks: int
    wall_s: float

    def failures(self) -> list[str]:
        """List everything that went wrong."""
        failures = [line for verdict in self.verdicts for line in verdict.failures()]
        failures += self.anomalies + self.missed
        return failures + ([f"{self.deadlocks} deadlocks"] if self.deadlocks else [])

    def line(self) -> str:
        """Say it in one line."""
        return (
            f"appliers  {self.applies:>7,} applies, {self.stale:,} stale trips, {self.applies / self.wall_s:,.0f} applies/s, "
            f"{self.wall_s:.1f} s, {self.deadlocks} deadlocks, {len(self.anomalies)} anomalies, "
            f"{len(self.missed)} events missed by a follower, {len(self.failures())} failures in all"
        )


def contest(arena: Arena, *, applies: int, appliers: int = 8, mutant: str | None = None) -> Contest:
    """Let appliers loose on one day, with a follower of the feed beside them; then judge."""
    first = arena.job(count=applies // appliers, mutant=mutant)
    jobs = [
        msgspec.structs.replace(first, name=f"{first.name}-{n}", log=f"{first.log}.{n}")
        for n in range(appliers)
    ]
    before = _deadlocks(arena)
    with Follower(first) as follower:
        began = time.monotonic()
        processes = [spawn(work, job) for job in jobs]
        for process in processes:
            process.join()
        wall_s = time.monotonic() - began
    together = _together(first, jobs)
    history, answers = _history(first)
    return Contest(
        applies=len(answers),
        stale=sum(answer.counts()[Outcome.STALE] for answer in answers),
        verdicts=[judge(together, asked_again=20)],
        anomalies=anomalies(history),
        missed=follower.missed(),
        deadlocks=_deadlocks(arena) - before,
        wall_s=wall_s,
    )


def _together(first: Job, jobs: Sequence[Job]) -> Job:
    """Put the logs of all into one, which stays whatever is found."""
    Path(first.log).write_bytes(b"".join(Path(job.log).read_bytes() for job in jobs))
    return first


def _deadlocks(arena: Arena) -> int:
    with psycopg.connect(arena.server.owner) as connection:
        row = connection.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
    assert row is not None
    return int(row[0])


def _history(job: Job) -> tuple[list[Transaction], list[Applied]]:
    """
    Make the transactions of a contest.

    A look at the day reads the version of every trip and the manifest number of every run. An apply read, of the
    trips it changed, what it had looked at, and wrote the id of its first event; a manifest it raised by one, and the
    events say to what.
    """
    entries = [msgspec.json.decode(line) for line in Path(job.log).read_bytes().splitlines()]
    looks = {entry["key"]: entry for entry in entries if "trips" in entry}
    answers = [msgspec.convert(entry["answer"], Applied) for entry in entries if "answer" in entry]
    manifests = _manifests(job)
    history = [
        Transaction(f"look {key}", _named("trip", look["trips"]) | _named("run", look["runs"]))
        for key, look in looks.items()
    ]
    history += [
        _applied(answer, looks[answer.key]["trips"], manifests) for answer in answers if not answer.replayed
    ]
    return history, answers


def _named(kind: str, versions: dict[str, int]) -> dict[str, int]:
    return {f"{kind} {thing}": version for thing, version in versions.items()}


def _applied(answer: Applied, seen: dict[str, int], manifests: dict[int, tuple[int, int]]) -> Transaction:
    version = answer.board_version - len(answer.changed_runs) + 1
    changed = [trip.trip_id for trip in answer.trips if trip.outcome is Outcome.APPLIED]
    raised = [manifests[event] for event in range(version, answer.board_version + 1) if event in manifests]
    return Transaction(
        f"apply {answer.key}",
        {f"trip {trip}": seen[str(trip)] for trip in changed} | {f"run {run}": n - 1 for run, n in raised},
        {f"trip {trip}": version for trip in changed} | {f"run {run}": n for run, n in raised},
    )


def _manifests(job: Job) -> dict[int, tuple[int, int]]:
    ask = (
        "SELECT id, (payload->>'run_id')::bigint, (payload->>'manifest')::int FROM event"
        " WHERE company_id = %s AND kind = 'assigned'"
    )
    with psycopg.connect(job.server.owner) as connection:
        return {event: (run, manifest) for event, run, manifest in connection.execute(ask, [job.company_id])}


class Follower:
    """Reads the feed from where it stands, as boards do, while others write."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._seen: list[int] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True)

    def __enter__(self) -> "Follower":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def missed(self) -> list[str]:
        """List the committed events that were never seen, and those out of order."""
        ask = "SELECT id FROM event WHERE company_id = %s ORDER BY id"
        with psycopg.connect(self._job.server.owner) as connection:
            committed = [row[0] for row in connection.execute(ask, [self._job.company_id])]
        never = [f"event {event} was missed" for event in sorted(set(committed) - set(self._seen))]
        return never or ([] if self._seen == committed else ["events came twice or out of order"])

    def _follow(self) -> None:
        with Database(self._job.server, size=1) as database:
            last_look = False
            while not last_look:
                last_look = self._ended.is_set()
                self._read(database)
                time.sleep(0.001)

    def _read(self, database: Database) -> None:
        while True:
            after = self._seen[-1] if self._seen else 0
            events: Any = read_events(database, self._job.company_id, after)
            if isinstance(events, Reset) or not events:
                return
            self._seen += [event.id for event in events]
