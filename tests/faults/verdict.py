"""Do the database and what its clients know for certain agree? Asked after every fault."""

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import psycopg

from estafette.domain.applied import Applied
from estafette.store.audit import Audit, audit
from estafette.store.database import Database
from tests.faults.history import History, Log, read_history
from tests.faults.workload import Job, apply_key, apply_logged

DOUBLE_BOOKED = {"stops_apart", "lanes_apart", "one_run", "one_driver", "stops_in_run"}
GAPS = {"feed_without_gaps", "versions", "events_explained", "events_place", "events_frame"}


class Verdict(NamedTuple):
    """What went wrong, a line each; and how many answers were compared."""

    acknowledged: int
    lost: list[str]
    duplicate: list[str]
    differing: list[str]
    double_booked: list[str]
    gaps: list[str]
    other: list[str]

    def failures(self) -> list[str]:
        """List everything that went wrong, with its kind."""
        kinds = ("lost", "duplicate", "differing", "double_booked", "gaps", "other")
        return [f"{kind}: {line}" for kind in kinds for line in getattr(self, kind)]

    def __add__(self, other: Any) -> "Verdict":
        return Verdict(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


SOUND = Verdict(0, [], [], [], [], [], [])


def finish(job: Job) -> None:
    """Ask again what a killed client left open, with the same keys."""
    path = Path(job.log)
    open_keys = read_history(path).open_keys()
    if not open_keys:
        return
    log = Log(path)
    with Database(job.server, size=1) as database:
        for key, version in open_keys.items():
            apply_logged(database, job, log, key=key, board_version=version)
    log.close()


def judge(job: Job, *, asked_again: int = 5) -> Verdict:
    """
    Compare the log of a client with the database, and check the database.

    All answers are compared with what is stored under their keys; the last `asked_again` keys are asked once more.
    The log is read first, so a client that is still at work is judged for what it knew by then.
    """
    history = read_history(Path(job.log))
    stored = _stored(job)
    _save(job, stored)
    found = audit(job.server, company_id=job.company_id)
    by_key = {row[0]: row for row in stored}
    counted = Counter(row[0] for row in stored)
    begun = read_history(
        Path(job.log)
    ).begun  # what is stored was begun before, but maybe after the first look
    answered = history.answers
    return Verdict(
        acknowledged=len(answered),
        lost=[f"{key} was acknowledged and is not there" for key in answered if key not in by_key],
        duplicate=[f"{key} stands {times} times" for key, times in counted.items() if times > 1]
        + [f"{row[0]} is no key of the client" for row in stored if row[0] not in begun]
        + [f"{key} was refused and is there" for key in history.refused if key in by_key],
        differing=_differing(history, by_key) + _asked_again(job, list(answered)[-asked_again:], history),
        double_booked=_lines(found, DOUBLE_BOOKED),
        gaps=_lines(found, GAPS),
        other=_lines(found, {rule.rule for rule in found.rules} - DOUBLE_BOOKED - GAPS)
        + _unexpected(history),
    )


_STORED = """
SELECT key, id, board_version, changed_runs, notices, trip_ids, run_ids, verdicts
FROM applied WHERE company_id = %s ORDER BY id
"""


def _stored(job: Job) -> list[tuple[Any, ...]]:
    with psycopg.connect(job.server.owner) as connection:
        return connection.execute(_STORED, [job.company_id]).fetchall()


def _save(job: Job, stored: Sequence[tuple[Any, ...]]) -> None:
    """Keep what the database said before anything is concluded from it."""
    Path(f"{job.log}.stored").write_bytes(b"\n".join(map(msgspec.json.encode, stored)))


def _differing(history: History, by_key: dict[str, tuple[Any, ...]]) -> list[str]:
    return [
        f"{key} was answered with apply {answer.applied_id}, but stored is {by_key[key][1]}"
        for key, answers in history.answers.items()
        for answer in answers
        if key in by_key and _facts(answer) != by_key[key][1:]
    ]


def _facts(answer: Applied) -> tuple[Any, ...]:
    trips = answer.trips
    verdicts = [str(trip.outcome if trip.detail == "none" else trip.detail) for trip in trips]
    return (
        answer.applied_id,
        answer.board_version,
        list(answer.changed_runs),
        answer.notices,
        [trip.trip_id for trip in trips],
        [trip.run_id for trip in trips],
        verdicts,
    )


def _asked_again(job: Job, keys: Sequence[str], history: History) -> list[str]:
    with Database(job.server, size=1) as database:
        again = {key: apply_key(database, job, key=key, board_version=history.begun[key]) for key in keys}
    return [
        f"{key} is answered differently now"
        for key, answer in again.items()
        if not answer.replayed or _facts(answer) != _facts(history.answers[key][0])
    ]


def _lines(found: Audit, rules: Iterable[str]) -> list[str]:
    wanted = set(rules)
    return [line for line in found.lines() if line.split(":")[0] in wanted]


def _unexpected(history: History) -> list[str]:
    """Find refusals other than those of careless plans."""
    return [
        f"{key}: {said}" for key, said in history.refused.items() if "two stops would overlap" not in said
    ]
