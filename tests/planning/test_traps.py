"""No index of the kernel is out of range: its accesses are not checked, so a kernel that checks them is run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def with_traps(what: str) -> int:
    """Run `trapped` and give how its process ended: negative for a signal."""
    return subprocess.run(
        [sys.executable, "-m", "tests.planning.trapped", what], check=False,
        env=os.environ | {"ESTAFETTE_KERNEL_TRAPS": "1"}, cwd=Path(__file__).parents[2],
    ).returncode  # fmt: skip


@pytest.mark.skipif(
    "ESTAFETTE_TRAPS" not in os.environ, reason="compiles the kernel once more: ESTAFETTE_TRAPS=1"
)
def test_no_index_is_out_of_range_on_days_that_ask_for_everything() -> None:
    # First that one would be seen. Both in one test, as what the first compiles the second uses.
    assert with_traps("outside") < 0
    assert with_traps("within") == 0
