"""The commands that run until interrupted: they say where they are, do their work, and end at once."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import psycopg
import pytest

from tests.dispatched import DAY, Dispatched
from tests.edge.web_client import Address, next_event, signed_in, streaming

_RUN = "from estafette.edge.cli import program; program()"


class Started(NamedTuple):
    """A command that runs, and what it said first."""

    process: "subprocess.Popen[str]"
    said: str

    def end(self, number: signal.Signals) -> int:
        """Interrupt it and give its exit code."""
        self.process.send_signal(number)
        return self.process.wait(timeout=10)


@pytest.fixture
def start(company: Dispatched, tmp_path: Path) -> "Iterator[Starter]":
    started = Starter(company, tmp_path)
    yield started
    for process in started.processes:
        process.kill()
        process.communicate()


class Starter:
    """Starts commands on the test's database."""

    def __init__(self, company: Dispatched, home: Path) -> None:
        # The tests' server listens on a socket of its own; as a URL it is a server like any other.
        address = psycopg.conninfo.conninfo_to_dict(company.database.server.owner)
        kept = {
            name: str(value) for name, value in address.items() if name in {"host", "port", "user", "dbname"}
        }
        self._environment = {
            **os.environ,
            "DATABASE_URL": psycopg.conninfo.make_conninfo("", **kept),
            "ESTAFETTE_HOME": str(home),
            "ESTAFETTE_COMPANY": str(company.company_id),
        }
        self.processes: list[subprocess.Popen[str]] = []

    def __call__(self, *words: str) -> Started:
        process = subprocess.Popen(
            [sys.executable, "-c", _RUN, *words],
            env=self._environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.processes.append(process)
        assert process.stdout is not None
        return Started(process, process.stdout.readline())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_server_says_where_it_is_and_ends_at_once_with_a_stream_open(
    start: Starter, number: signal.Signals
) -> None:
    started = start("serve", "--port", "0", "--day", DAY.isoformat())
    found = re.search(r"(http://127\.0\.0\.1:\d+)/#sign-in=(\S+)", started.said)
    assert found is not None
    address = Address(found[1])
    address.headers = signed_in(address, found[2])
    opening = httpx.get(f"{address}/api/v1/opening", headers=address.headers).json()
    assert opening["opens_on"] == DAY.isoformat()
    with streaming(address, "/api/v1/events?after=2") as stream:
        assert next_event(stream)["id"] == "3"
        assert started.end(number) == 0


def test_a_board_on_this_machine_answers_to_no_foreign_name(start: Starter) -> None:
    address = start("serve", "--port", "0").said.split()[-1].partition("#")[0]
    assert httpx.get(address, headers={"Host": "board.example"}).status_code == 400
    assert httpx.get(address).status_code == 200


def test_a_port_that_is_taken_is_named_in_one_line(start: Starter) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = start("serve", "--port", str(port)).process
        _, said = process.communicate(timeout=20)
    assert (process.returncode, said.count("\n")) == (1, 1)
    assert f"cannot listen on 127.0.0.1 port {port}" in said


def test_a_board_that_others_can_reach_says_that_tls_must_stand_before_it(start: Starter) -> None:
    process = start("serve", "--host", "0.0.0.0", "--port", "0").process
    assert process.stdout is not None
    assert "another: estafette user link --company" in process.stdout.readline()
    assert "TLS" in process.stdout.readline()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_worker_delivers_and_ends_at_once(
    start: Starter, tmp_path: Path, company: Dispatched, number: signal.Signals
) -> None:
    started = start("worker")
    assert "waiting" in started.said
    assert started.process.stderr is not None
    assert f"company {company.company_id}: 1 sent" in started.process.stderr.readline()
    company.assign(company.run_ids[1], company.book(1))
    assert "1 sent" in started.process.stderr.readline()
    assert started.end(number) == 0
    files = sorted(file.name for file in (tmp_path / "notices" / DAY.isoformat()).iterdir())
    assert files == [f"driver-{driver_id}.txt" for driver_id in company.driver_ids[:2]]
