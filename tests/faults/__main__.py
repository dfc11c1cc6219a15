"""
Every fault, once or in the long form, and what came of it.

    python -m tests.faults [--long] [--only client,backend,...] [--times F] [--seed N] [--keep FOLDER]
"""

import argparse
import os
import platform
import secrets
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import psycopg
from click import echo

from tests.faults import faults
from tests.faults.appliers import contest
from tests.faults.arena import Arena
from tests.faults.cluster import Cluster, a_cluster
from tests.faults.faults import Trials, small_disk, tally

# name: how it is done, trials in the short and in the long form
FAULTS: dict[str, tuple[Trials, int, int]] = {
    "client": (faults.client_kills, 25, 1000),
    "backend": (faults.backend_kills, 10, 1000),
    "server": (faults.server_kills, 3, 100),
    "reply": (faults.lost_replies, 50, 1000),
    "partition": (faults.partitions, 1, 5),
    "disk": (faults.full_disks, 1, 10),
    "clock": (faults.clock_steps, 100, 2000),
}
APPLIES = (400, 10_000)


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for; 1 when something was lost, doubled, double-booked, or missing."""
    asked = _asked(arguments)
    logs = Path(asked.keep or tempfile.mkdtemp(prefix="faults-logs-")) / f"seed-{asked.seed}"
    names = asked.only.split(",") if asked.only else [*FAULTS, "appliers"]
    echo(f"histories in {logs}", err=True)
    echo(f"seed {asked.seed}, {platform.system()} {platform.release()}, {os.cpu_count()} cores")
    failures: list[str] = []
    with a_cluster() as cluster:
        arena = an_arena(cluster, "faults", logs, seed=asked.seed)
        _say_what_is_tested(cluster)
        for name in names:
            failures += _run(name, arena, long=asked.long, times=asked.times)
    for failure in failures[:50]:
        echo(f"  {failure}")
    echo(f"{len(failures)} failures" if failures else "0 lost, 0 duplicate, 0 double-booked, 0 gaps")
    return 1 if failures else 0


def an_arena(cluster: Cluster, database: str, logs: Path, *, seed: int) -> Arena:
    """Make a database in a cluster, and a place for faults in it; raises `FileExistsError` rather than mix histories."""
    logs.mkdir(parents=True)
    return Arena(cluster, cluster.database(database), logs, seed=seed)


def _asked(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.faults", description="Faults, and what came of them."
    )
    parser.add_argument("--long", action="store_true", help="1,000 kills and lost replies, 100 of the server")
    parser.add_argument("--only", default="", help=f"of {','.join([*FAULTS, 'appliers'])}")
    parser.add_argument("--times", type=float, default=1.0, help="so many times the trials")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1 << 30))
    parser.add_argument("--keep", default="", help="folder for the histories, one below it for the seed")
    return parser.parse_args(arguments)


def _say_what_is_tested(cluster: Cluster) -> None:
    """Print the settings in force: a restart with other options would make the figures worthless."""
    names = ("server_version", "fsync", "full_page_writes", "synchronous_commit")
    with psycopg.connect(cluster.url) as connection:
        found = [connection.execute(f"SHOW {name}").fetchone() for name in names]
    echo(", ".join(f"{name} {row[0]}" for name, row in zip(names, found, strict=True) if row))


def _run(name: str, arena: Arena, *, long: bool, times: float) -> list[str]:
    if name == "appliers":
        done = contest(arena, applies=round(APPLIES[long] * times))
        echo(done.line())
        return done.failures()
    trials, short, many = FAULTS[name]
    count = max(1, round((many if long else short) * times))
    with ExitStack() as stack:
        place = _on_small_disk(arena, stack) if name == "disk" else arena
        if place is None:
            echo("disk      skipped: a file system of its own needs root and mount")
            return []
        done_trials = tally(name, trials, place, count)
    echo(done_trials.line())
    return done_trials.verdict.failures()


def _on_small_disk(arena: Arena, stack: ExitStack) -> Arena | None:
    """Make a cluster on a small file system, or nothing where that is not allowed."""
    folder = Path(tempfile.mkdtemp(prefix="faults-disk-"))
    stack.callback(folder.rmdir)
    if not small_disk(folder, size_mb=200):
        return None
    stack.callback(faults.unmount, folder)
    folder.chmod(0o755)
    cluster = stack.enter_context(
        a_cluster(settings=("max_wal_size=32MB", "min_wal_size=32MB"), parent=folder)
    )
    return an_arena(cluster, "faults", arena.logs / "disk", seed=arena.seed)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main(sys.argv[1:]))
