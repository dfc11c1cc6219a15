"""Where faults happen: a cluster, companies with a small day in it, clients as processes of their own."""

import multiprocessing
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path

from estafette.store.database import Database
from estafette.store.server import Server
from tests.faults.cluster import Cluster
from tests.faults.workload import Job, main
from tests.store.days import a_company, a_day

TRIPS, RUNS = 24, 4
PATIENCE_S = 120.0

_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.faults.workload", "tests.faults.appliers"])


class Arena:
    """One database in one cluster; the logs of the clients lie in `logs`."""

    def __init__(self, cluster: Cluster, server: Server, logs: Path, *, seed: int) -> None:
        self.cluster = cluster
        self.server = server
        self.logs = logs
        self.seed = seed
        self.chance = random.Random(seed)
        self.jobs: list[Job] = []

    def job(self, *, count: int = 10**9, mutant: str | None = None, through: str | None = None) -> Job:
        """Make a company with a small day, and what a client does to it."""
        with Database(self.server, size=1) as database:
            day = a_day(database, trips=TRIPS, runs=RUNS, company_id=a_company(database))
        app = through or self.server.app
        job = Job(
            server=Server(owner=self.server.owner, app=app),
            company_id=day.company_id,
            trip_ids=day.trip_ids,
            run_ids=day.run_ids,
            log=str(self.logs / f"company-{day.company_id}.jsonl"),
            name=f"c{day.company_id}",
            seed=self.seed,
            count=count,
            mutant=mutant,
        )
        self.jobs.append(job)
        return job

    @contextmanager
    def client(self, job: Job) -> Iterator[BaseProcess]:
        """Let a client work; it is killed in the end if it still does."""
        process = _processes.Process(target=main, args=(job,), daemon=True)
        process.start()
        try:
            yield process
        finally:
            process.kill()
            process.join()

    def acknowledged(self, job: Job) -> int:
        """Count the answers that a client has had."""
        return counted(job, "answer")


def counted(job: Job, what: str) -> int:
    """Count the entries of a kind in a client's log, without decoding them."""
    path = Path(job.log)
    return path.read_bytes().count(f'","{what}":'.encode()) if path.exists() else 0


def spawn(target: Callable[..., None], *arguments: object) -> BaseProcess:
    """Start a process of its own."""
    process = _processes.Process(target=target, args=arguments, daemon=True)
    process.start()
    return process


def wait_until(what: Callable[[], bool], process: BaseProcess | None = None) -> None:
    """Wait; a client that ended with an error, or that never gets there, is an error here."""
    ends_at = time.monotonic() + PATIENCE_S
    while not what():
        if process is not None and process.exitcode:
            message = f"the client ended with {process.exitcode}"
            raise RuntimeError(message)
        if time.monotonic() > ends_at:
            message = "what was waited for did not happen"
            raise TimeoutError(message)
        time.sleep(0.01)
