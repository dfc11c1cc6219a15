"""Every check of the project: style, layers, types and tests."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOM_BYTES = 6 * 10**9
CHECKS = {
    "style": ["ruff", "check", "--quiet", "."],
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "layers": ["lint-imports"],
    "types": ["mypy"],
}
# Once, before each worker does: what they import and what pytest rewrites is compiled by the first who reads it, and
# on a clean clone all would at the same time.
READ = ["pytest", "--collect-only", "-qq"]
# More workers than there are cores: half of the time of a test is waiting.
ALL = ["-q", "-n", "4", "--dist", "loadfile", "--no-loadscope-reorder", "--durations=25"]


def main() -> int:
    """Run all checks (or only pytest, when arguments for it are given) and say which failed."""
    if sys.argv[1:]:
        return told([] if tests_pass(sys.argv[1:]) else ["tests"])
    # They take one core for half a minute: on the other the tests are read, and those begin that only reckon
    # (`tests/conftest.py`).
    with ThreadPoolExecutor() as beside:
        checks = beside.submit(failing_checks)
        failed = [] if passes("reading the tests", READ, quiet=True) and tests_pass(ALL) else ["tests"]
        return told(checks.result() + failed)


def failing_checks() -> list[str]:
    """Run the checks that are no tests, and name those that fail."""
    return [name for name, command in CHECKS.items() if not passes(name, command)]


def told(failed: list[str]) -> int:
    """Say which checks failed; gives the exit code."""
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def tests_pass(options: list[str]) -> bool:
    """Run pytest in a folder of its own: it closes its usual one to others, also to servers still in use."""
    with tempfile.TemporaryDirectory(
        prefix="estafette-tests-", dir=in_memory(), ignore_cleanup_errors=True
    ) as folder:
        return passes("tests", ["pytest", f"--basetemp={folder}/run", *options])


def in_memory() -> str | None:
    """Give a folder in memory with plenty of room, if there is one: databases are made many times faster there."""
    folder = Path("/dev/shm")
    roomy = os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > ROOM_BYTES
    return str(folder) if roomy else None


def passes(name: str, command: list[str], *, quiet: bool = False) -> bool:
    """Run one check; a quiet one is heard when it fails."""
    print(f"== {name}: {' '.join(command)}", flush=True)
    began = time.monotonic()
    program = Path(sys.executable).parent / command[0]
    done = subprocess.run([program, *command[1:]], cwd=ROOT, check=False, capture_output=quiet, text=True)
    if quiet and done.returncode != 0:
        print(done.stdout, done.stderr)
    print(
        f"== {name}: {'ok' if done.returncode == 0 else 'FAILED'}, {time.monotonic() - began:.0f} s",
        flush=True,
    )
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
