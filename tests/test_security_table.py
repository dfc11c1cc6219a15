"""The table of OWASP ASVS 5.0, level 2: every requirement once, and every test that it names exists."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")

# How many requirements of levels 1 and 2 each section has that has any, in the order of the standard: section, numbers.
SECTIONS = """
1.1:1-2 1.2:1-9 1.3:1-11 1.4:1-3 1.5:1-2 2.1:1-3 2.2:1-3 2.3:1-4 2.4:1-1 3.2:1-2 3.3:1-4 3.4:1-6 3.5:1-5 3.7:1-2
4.1:1-3 4.2:1-1 4.3:1-2 4.4:1-4 5.1:1-1 5.2:1-3 5.3:1-2 5.4:1-3 6.1:1-3 6.2:1-12 6.3:1-4 6.4:1-4 6.5:1-5 6.6:1-3
6.8:1-4 7.1:1-3 7.2:1-4 7.3:1-2 7.4:1-5 7.5:1-2 7.6:1-2 8.1:1-2 8.2:1-3 8.3:1-1 8.4:1-1 9.1:1-3 9.2:1-4 10.1:1-2
10.2:1-2 10.3:1-4 10.4:1-11 10.5:1-5 10.6:1-2 10.7:1-3 11.1:1-2 11.2:1-3 11.3:1-3 11.4:1-4 11.5:1-1 11.6:1-1
12.1:1-3 12.2:1-2 12.3:1-4 13.1:1-1 13.2:1-5 13.3:1-2 13.4:1-5 14.1:1-2 14.2:1-4 14.3:1-3 15.1:1-3 15.2:1-3
15.3:1-7 16.1:1-1 16.2:1-5 16.3:1-4 16.4:1-3 16.5:1-3 17.1:1-1 17.2:1-4 17.3:1-2
"""
STATES = {"met", "in part", "no", "none"}


def required() -> list[str]:
    found = []
    for each in SECTIONS.split():
        section, _, span = each.partition(":")
        first, last = map(int, span.split("-"))
        found += [f"{section}.{number}" for number in range(first, last + 1)]
    return found


def rows() -> list[list[str]]:
    """The rows of the table: numbers, what, state, how, tests."""
    table = [line for line in TEXT.splitlines() if re.match(r"\| \d+\.\d+\.\d+", line)]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table]


def numbers(cell: str) -> Iterator[str]:
    for part in cell.split(", "):
        first, _, last = part.partition(" to ")
        section, _, number = first.rpartition(".")
        end = last.rpartition(".")[2] if last else number
        yield from (f"{section}.{each}" for each in range(int(number), int(end) + 1))


def test_every_requirement_of_levels_one_and_two_is_answered_once() -> None:
    answered = [number for row in rows() for number in numbers(row[0])]
    assert len(required()) == 253
    assert sorted(answered) == sorted(required())


def test_every_answer_has_a_state_and_a_test_or_a_reason() -> None:
    for row in rows():
        assert len(row) == 5, row
        assert row[2] in STATES, row
        assert row[3] or row[4], row
        assert row[2] == "met" or row[3], row


def test_every_test_that_is_named_exists() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", TEXT)
    assert len(named) > 100
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not re.search(rf"^def {name}\(", (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert missing == []


def test_every_file_and_decision_that_is_named_exists() -> None:
    files = re.findall(r"`((?:tests|src)/[\w/.]+)`", TEXT)
    code = [
        f"src/estafette/{path}" for path in re.findall(r"`((?:edge|flow|store|domain)/[\w/]+\.\w+)`", TEXT)
    ]
    decisions = [f"docs/{path}" for path in re.findall(r"\((decisions/[\w-]+\.md)\)", TEXT)]
    assert [path for path in (*files, *code, *decisions) if not (ROOT / path).exists()] == []


def test_the_counts_are_those_of_the_table() -> None:
    counts = {state: sum(len(list(numbers(row[0]))) for row in rows() if row[2] == state) for state in STATES}
    said = f"{counts['met']} are met, {counts['in part']} in part, {counts['no']} are not, {counts['none']} do not apply"
    assert said in TEXT
