"""The tutorial does what it says: its own text, against the demo that it starts."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

TEXT = (Path(__file__).parents[2] / "docs" / "api" / "tutorial.md").read_text(encoding="utf-8")
PORT = "8080"
_RUN = "from estafette.edge.cli import program; program()"
BOOKED, APPLIED, TAKEN_BACK = r"trip \d+ is booked", r"applied", r"taken back: apply \d+"


class Demo(NamedTuple):
    port: str
    key: str
    home: Path
    again: str

    def script(self, language: str) -> str:
        """Give the blocks of a language, one after the other, for the port that the demo has."""
        blocks = re.findall(rf"^```{language}\n(.*?)^```", TEXT, flags=re.MULTILINE | re.DOTALL)
        assert len(blocks) >= 7
        return "\n".join(blocks).replace(PORT, self.port)


def a_free_port() -> str:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return str(taken.getsockname()[1])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo, started as the tutorial says."""
    started = re.search(r"^    \./dev (demo .*)$", TEXT, flags=re.MULTILINE)
    assert started is not None
    port = a_free_port()
    unset = {"DATABASE_URL", "ESTAFETTE_COMPANY"}
    settings = {name: value for name, value in os.environ.items() if name not in unset}
    home = tmp_path_factory.mktemp("home")
    settings["ESTAFETTE_HOME"] = str(home)
    command = [sys.executable, "-c", _RUN, *started[1].replace(PORT, port).split()]
    with (
        (home / "log").open("w") as log,
        subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, stderr=log, text=True) as program,
    ):
        assert program.stdout is not None
        for line in program.stdout:
            if line.startswith("key: "):
                key = line.split()[1]
            if line.startswith("board: "):
                break
        again = program.stdout.readline().partition("another: ")[2]
        yield Demo(port, key, home, again)
        program.terminate()
        program.communicate(timeout=60)
    assert program.returncode == 0


def run(demo: Demo, folder: Path, *command: str, script: str) -> str:
    settings = os.environ | {"KEY": demo.key}
    done = subprocess.run(
        [*command], input=script, cwd=folder, env=settings, capture_output=True, text=True, timeout=300,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_steps_with_curl(demo: Demo, tmp_path: Path) -> None:
    said = run(demo, tmp_path, "sh", "-eu", script=demo.script("sh"))
    for expected in (BOOKED, APPLIED, TAKEN_BACK):
        assert re.search(expected, said), said


def test_the_steps_in_python(demo: Demo, tmp_path: Path) -> None:
    said = run(demo, tmp_path, sys.executable, "-W", "error", "-", script=demo.script("python"))
    for expected in (r"run \d+ costs", "412 precondition_failed", APPLIED, "Assigned", TAKEN_BACK):
        assert re.search(expected, said), said


def test_another_link_into_the_demo_is_made_as_it_says(demo: Demo) -> None:
    setting, program, *command = demo.again.split()
    assert program == "estafette"
    name, _, value = setting.partition("=")
    settings = os.environ | {"ESTAFETTE_HOME": str(demo.home), name: value}
    made = subprocess.run(
        [sys.executable, "-c", _RUN, *command],
        env=settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert made.returncode == 0, made.stderr
    token = made.stdout.rpartition("#sign-in=")[2].strip()
    answer = httpx.post(f"http://127.0.0.1:{demo.port}/api/v1/sign-in/link", json={"token": token})
    assert answer.status_code == 200, answer.text


def test_what_the_demo_refuses_is_logged_with_its_facts(demo: Demo) -> None:
    answer = httpx.get(f"http://127.0.0.1:{demo.port}/api/v1/trips/17", headers={"Authorization": "Bearer x"})
    assert answer.status_code == 401
    request = f"refused request_id={answer.headers['x-request-id']} "
    facts = "method=GET route=/api/v1/trips/{trip_id} status=401 code=not_signed_in actor=nobody"
    assert f"{request}{facts}\n" in (demo.home / "log").read_text()
