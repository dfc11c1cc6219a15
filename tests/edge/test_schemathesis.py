"""A short walk of Schemathesis through the API; `python -m tests.fuzz_api` takes the long one."""

import os
from pathlib import Path

import pytest

from estafette.store.database import Database
from tests.fuzz_api import furnished, fuzz

# For each operation: FUZZ_EXAMPLES=20 asks for more.
EXAMPLES = os.environ.get("FUZZ_EXAMPLES", "1")


def test_the_api_keeps_to_its_document(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ESTAFETTE_HOME", str(tmp_path / "home"))
    found = fuzz(
        furnished(database), "--seed", "7", "--phases", "fuzzing,stateful", "--max-examples", EXAMPLES
    )
    assert found.clean, found
    assert found.statuses.total() > 100
