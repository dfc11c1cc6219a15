"""Compiling in two processes: whatever becomes of the other one, this one can plan."""

import sys
from pathlib import Path

import pytest

from estafette.planning import warm


@pytest.mark.parametrize("text", ["exit 1", "exec sleep 60", None], ids=["fails", "hangs", "is not there"])
def test_another_process_that_is_no_help_is_not_waited_for_and_does_no_harm(
    text: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    python = tmp_path / "python"
    if text:
        python.write_text(f"#!/bin/sh\n{text}\n")
        python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setattr(warm, "_PATIENCE_S", 0.1)
    monkeypatch.setattr(warm, "is_cached", lambda: False)
    monkeypatch.setattr(warm, "usable_cores", lambda: 2)
    said: list[str] = []
    warm.compile_kernels(said.append)
    assert said == ["compiling the optimiser (once)"]


def test_the_other_process_finds_what_it_is_to_compile(tmp_path: Path) -> None:
    warm.compile_questions(str(tmp_path))
