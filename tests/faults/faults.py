"""The faults, each repeated for as many trials as asked; after each trial the verdict."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path
from statistics import median
from typing import NamedTuple

import msgspec
import psycopg

from tests.faults.arena import Arena, counted, wait_until
from tests.faults.history import read_history
from tests.faults.proxy import a_relay
from tests.faults.verdict import SOUND, Verdict, finish, judge
from tests.faults.workload import Job

TRIALS_OF_A_COMPANY = 25
# Fewer where the client goes on writing between the trials.
STRIKES_AT_A_CLIENT = 5


class Tally(NamedTuple):
    """What became of the trials of one fault; `note` says what is special about it."""

    fault: str
    trials: int
    verdict: Verdict
    wall_s: float
    note: str = ""

    def line(self) -> str:
        """Say it in one line, with the bound that the number of trials allows."""
        found = self.verdict
        bound = (
            f"0 in {self.trials:,} trials: at most {min(1, 3 / self.trials):.2%} (95 %)"
            if self.trials
            else "not run"
        )
        return (
            f"{self.fault:10}{self.trials:>7,} trials {found.acknowledged:>9,} acknowledged "
            f"{len(found.lost):>3} lost {len(found.duplicate):>3} duplicate {len(found.double_booked):>3} double-booked "
            f"{len(found.gaps):>3} gaps {len(found.differing):>3} differing {len(found.other):>3} other "
            f"{self.wall_s:>7.1f} s  {bound if not found.failures() else 'FAILED'}  {self.note}"
        )


Trials = Callable[[Arena, int], tuple[Verdict, int, str]]


def tally(fault: str, trials: Trials, arena: Arena, count: int) -> Tally:
    """Run the trials of a fault and measure them."""
    began, earlier = time.monotonic(), len(arena.jobs)
    verdict, done, note = trials(arena, count)
    wall_s = time.monotonic() - began
    # A company is judged after each of its trials, but its answers count once.
    answered = sum(len(read_history(Path(job.log)).answers) for job in arena.jobs[earlier:])
    return Tally(fault, done, verdict._replace(acknowledged=answered), wall_s, note)


def client_kills(arena: Arena, count: int) -> tuple[Verdict, int, str]:
    """Kill the client at a random instant; who comes after asks again with the same key."""
    found, open_keys = SOUND, 0
    for jobs in _companies(arena, count):
        for job in jobs:
            with arena.client(job) as client:
                wait_until(lambda job=job: arena.acknowledged(job) > 0, client)
                time.sleep(arena.chance.uniform(0, 0.1))
                client.kill()
                client.join()
            open_keys += len(read_history(Path(job.log)).open_keys())
            finish(job)
            found += judge(job)
    return found, count, f"{open_keys} left a key open"


def _companies(arena: Arena, count: int) -> Iterator[list[Job]]:
    """Hand out jobs: a new company after so many trials, so that no check grows with the run."""
    for first in range(0, count, TRIALS_OF_A_COMPANY):
        job = arena.job()
        yield [
            msgspec.structs.replace(job, name=f"{job.name}-{trial}", log=f"{job.log}")
            for trial in range(min(TRIALS_OF_A_COMPANY, count - first))
        ]


def backend_kills(arena: Arena, count: int) -> tuple[Verdict, int, str]:
    """Kill the server process that works for the client; the server recovers, the client goes on by itself."""
    return _under_way(arena, count, lambda job: _kill_backend(arena, job))


def server_kills(arena: Arena, count: int) -> tuple[Verdict, int, str]:
    """Kill the whole server and start it again; the client goes on by itself."""

    def crash(job: Job) -> None:
        arena.cluster.kill()
        arena.cluster.start()

    return _under_way(arena, count, crash)


def _under_way(arena: Arena, count: int, strike: Callable[[Job], None]) -> tuple[Verdict, int, str]:
    """Strike while a client works, and wait until it has new answers; the slowest return is reported."""
    found, done = SOUND, 0
    back_s: list[float] = []
    while done < count:
        job = arena.job()
        with arena.client(job) as client:
            wait_until(lambda job=job: arena.acknowledged(job) > 0, client)
            for _ in range(min(STRIKES_AT_A_CLIENT, count - done)):
                time.sleep(arena.chance.uniform(0, 0.1))
                strike(job)
                back_s.append(_until_back(arena, job, client))
                found += judge(job)
                done += 1
        finish(job)
        found += judge(job)
    return found, done, f"service back after {median(back_s):.2f} s (median), {max(back_s):.2f} s at most"


def _until_back(arena: Arena, job: Job, client: BaseProcess) -> float:
    struck_at = time.monotonic()
    before = arena.acknowledged(job)
    wait_until(lambda: arena.acknowledged(job) > before + 1, client)
    return time.monotonic() - struck_at


def _kill_backend(arena: Arena, job: Job) -> None:
    ask = (
        "SELECT pid FROM pg_stat_activity WHERE usename = 'estafette_app' AND application_name = 'estafette'"
    )
    while True:
        arena.cluster.ensure_running()
        with suppress(psycopg.OperationalError), psycopg.connect(arena.cluster.url) as connection:
            pids = [pid for (pid,) in connection.execute(ask)]
            if pids:
                time.sleep(arena.chance.uniform(0, 0.01))
                os.kill(arena.chance.choice(pids), signal.SIGKILL)
                return


def lost_replies(arena: Arena, count: int) -> tuple[Verdict, int, str]:
    """Lose the reply to COMMIT, in one of three; counted are those after which an apply was answered again."""
    found, lost, cuts = SOUND, 0, 0
    while lost < count:
        with a_relay(arena.server.app, cut_one_in=3, seed=arena.chance.randrange(1 << 30)) as relay:
            job = arena.job(through=relay.address(arena.server.app))
            with arena.client(job) as client:
                wanted = min(200, count - lost)
                wait_until(lambda job=job, wanted=wanted: _replayed(job) >= wanted, client)
            relay.cut_one_in = 0
            finish(job)
            lost += _replayed(job)
            cuts += relay.cuts
            found += judge(job)
    return found, lost, f"{cuts} replies cut, readers' among them"


def _replayed(job: Job) -> int:
    answers = read_history(Path(job.log)).answers.values()
    return sum(answer.replayed for answered in answers for answer in answered)


def partitions(arena: Arena, count: int) -> tuple[Verdict, int, str]:
    """Swallow every packet until the client has noticed, then heal."""
    found, slowest_s = SOUND, 0.0
    for _ in range(count):
        with a_relay(arena.server.app) as relay:
            job = arena.job(through=relay.address(arena.server.app))
            with arena.client(job) as client:
                wait_until(lambda job=job: arena.acknowledged(job) > 3, client)
                time.sleep(arena.chance.uniform(0, 0.05))
                relay.silence()
                began = time.monotonic()
                wait_until(lambda job=job: counted(job, "lost") > 0, client)
                slowest_s = max(slowest_s, time.monotonic() - began)
                relay.heal()
                _until_back(arena, job, client)
            finish(job)
            found += judge(job)
    return found, count, f"noticed after at most {slowest_s:.1f} s, then healed without a restart"


def clock_steps(arena: Arena, count: int) -> tuple[Verdict, int, str]:
    """Let the clock of the database jump by up to a day, forth and back, at every look."""
    _jumping_clock(arena)
    try:
        job = arena.job(count=count)
        with arena.client(job) as client:
            client.join()
        return (
            judge(job),
            count,
            "now() as SQL sees it jumps; the clocks of processes and time-outs are not covered",
        )
    finally:
        _jumping_clock(arena, ends=True)


_CLOCK = """
CREATE SCHEMA IF NOT EXISTS clock;
GRANT USAGE ON SCHEMA clock TO estafette_app;
CREATE OR REPLACE FUNCTION clock.now() RETURNS timestamptz LANGUAGE sql VOLATILE
    RETURN pg_catalog.now() + (random() * 48 - 24) * interval '1 hour';
CREATE OR REPLACE FUNCTION clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
    RETURN pg_catalog.clock_timestamp() + (random() * 48 - 24) * interval '1 hour';
"""


def _jumping_clock(arena: Arena, *, ends: bool = False) -> None:
    """Put a `now` of our own before PostgreSQL's, for statements and for the defaults of columns."""
    path = "public" if ends else "clock, public, pg_catalog"
    clock = "pg_catalog.now()" if ends else "clock.now()"
    columns = ("event.at", "applied.at", "trip_history.at", "notice.created_at")
    with psycopg.connect(arena.server.owner, autocommit=True) as connection:
        connection.execute(_CLOCK)
        connection.execute(
            f"ALTER ROLE estafette_app IN DATABASE {connection.info.dbname} SET search_path = {path}"
        )
        for table, column in (name.split(".") for name in columns):
            connection.execute(f"ALTER TABLE {table} ALTER {column} SET DEFAULT {clock}")


def full_disks(arena: Arena, count: int) -> tuple[Verdict, int, str]:
    """Fill the disk of the server until the client is refused, then make room."""
    found = SOUND
    job = arena.job()
    ballast = arena.cluster.folder.parent / "ballast"
    with arena.client(job) as client:
        for _ in range(count):
            wait_until(lambda: arena.acknowledged(job) > 3, client)
            before = counted(job, "lost")
            _fill(ballast)
            wait_until(lambda before=before: counted(job, "lost") > before, client)
            ballast.unlink()
            arena.cluster.ensure_running()
            _until_back(arena, job, client)
            found += judge(job)
    finish(job)
    return found + judge(job), count, f"the client was told: {_last_trouble(job)}"


def _last_trouble(job: Job) -> str:
    entries = [msgspec.json.decode(line) for line in Path(job.log).read_bytes().splitlines()]
    return str([entry["lost"] for entry in entries if "lost" in entry][-1])


def _fill(ballast: Path) -> None:
    with suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 16))


def small_disk(folder: Path, *, size_mb: int) -> bool:
    """Mount a small file system; `False` where that is not allowed."""
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        return False
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", str(folder)],
        check=False,
        capture_output=True,
    )
    return done.returncode == 0


def unmount(folder: Path) -> None:
    subprocess.run(
        [shutil.which("umount") or "umount", "--lazy", str(folder)], check=False, capture_output=True
    )
