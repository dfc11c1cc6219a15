"""Every check of the project, one after the other: style, types, layers, tests."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROOM_BYTES = 6 * 10**9
CHECKS = {
    "style": ["ruff", "check", "--quiet", "."],
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "types": ["mypy"],
    "layers": ["lint-imports"],
}


def main() -> int:
    """Run all checks (or only pytest, when arguments for it are given) and say which failed."""
    failed = [] if sys.argv[1:] else [name for name, command in CHECKS.items() if not passes(name, command)]
    # More than there are cores: half of the time of a test is waiting.
    tests = sys.argv[1:] or [
        "-q",
        "-n",
        "4",
        "--dist",
        "loadfile",
        "--no-loadscope-reorder",
        "--durations=25",
    ]
    # A folder of its own: pytest closes its usual one to others at each start, also to the servers of a
    # run that is still going on.
    with tempfile.TemporaryDirectory(
        prefix="estafette-tests-", dir=in_memory(), ignore_cleanup_errors=True
    ) as folder:
        failed += [] if passes("tests", ["pytest", f"--basetemp={folder}/run", *tests]) else ["tests"]
    print(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


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
