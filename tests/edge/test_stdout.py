"""What a program reads from us is ours alone, whatever a library prints."""

import json
import subprocess
import sys
from pathlib import Path

from tests.exchange.instance_texts import LI_LIM

# HiGHS prints so from its own code, now and then, in the middle of a search.
_PRINTING = """
import os
from estafette.edge.cli import program, solving_file

def printing(*asked, solve=solving_file.solve, **how):
    os.write(1, b"a word of a library\\n")
    return solve(*asked, **how)

solving_file.solve = printing
program()
"""


def test_words_of_a_library_go_to_standard_error_and_the_json_stays_json(tmp_path: Path) -> None:
    path = tmp_path / "two.txt"
    path.write_text(LI_LIM)
    done = subprocess.run(
        [sys.executable, "-c", _PRINTING, "solve", path, "--iterations", "50", "--json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["vehicles"] == 1
    assert "a word of a library\n" in done.stderr
