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
}
TYPES = ["mypy"]
# More workers than there are cores: half of the time of a test is waiting.
ALL = ["-q", "-n", "4", "--dist", "loadfile", "--no-loadscope-reorder", "--durations=25"]


def main() -> int:
    """Run all checks (or only pytest, when arguments for it are given) and say which failed."""
    if sys.argv[1:]:
        return told([] if tests_pass(sys.argv[1:]) else ["tests"])
    failed = [name for name, command in CHECKS.items() if not passes(name, command)]
    # Types take one core for half a minute: the tests that only reckon begin on the other (`tests/conftest.py`).
    with ThreadPoolExecutor() as beside:
        types = beside.submit(passes, "types", TYPES)
        failed += [] if tests_pass(ALL) else ["tests"]
        return told(failed if types.result() else [*failed, "types"])


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


def passes(name: str, command: list[str]) -> bool:
    """Run one check."""
    print(f"== {name}: {' '.join(command)}", flush=True)
    began = time.monotonic()
    program = Path(sys.executable).parent / command[0]
    done = subprocess.run([program, *command[1:]], cwd=ROOT, check=False)
    print(
        f"== {name}: {'ok' if done.returncode == 0 else 'FAILED'}, {time.monotonic() - began:.0f} s",
        flush=True,
    )
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
