"""The documentation of the import knows every column, and its examples can be imported."""

import re
from pathlib import Path

import pytest

from estafette.domain.imported import FileForm, FileKind, SentFile
from estafette.exchange.csv import SHEETS, read_csv
from estafette.exchange.ical import read_calendar
from estafette.exchange.json_list import read_list

TEXT = (Path(__file__).parents[2] / "docs" / "import.md").read_text()


def section(kind: FileKind) -> str:
    return re.split(r"^## ", TEXT, flags=re.MULTILINE)[1:][["The file", *FileKind].index(kind)]


@pytest.mark.parametrize("kind", FileKind)
def test_every_column_is_documented_as_it_is(kind: FileKind) -> None:
    documented = re.findall(r"^\| `(\w+)` \| (yes)? ?\| (.*?) \|", section(kind), flags=re.MULTILINE)
    assert documented == [
        (column.name, "yes" * column.required, column.says) for column in SHEETS[kind].columns
    ]


@pytest.mark.parametrize("kind", FileKind)
def test_the_example_of_the_documentation_is_a_file(kind: FileKind) -> None:
    example = re.search(r"```csv\n(.*?)```", section(kind), flags=re.DOTALL)
    assert example is not None
    reading = read_csv(example[1].encode(), kind, zone="Europe/Zurich", file="import.md")
    assert (len(reading.taken), reading.problems) == (1, ())


def test_the_examples_in_other_forms_are_files_too() -> None:
    examples = dict(re.findall(r"```(json|ics)\n(.*?)```", TEXT, flags=re.DOTALL))
    drivers = SentFile(kind=FileKind.DRIVERS, form=FileForm.JSON, name="import.md")
    shifts = SentFile(kind=FileKind.SHIFTS, form=FileForm.ICS, name="import.md")
    for found in (
        read_list(examples["json"].encode(), drivers),
        read_calendar(examples["ics"].encode(), shifts, zone="Europe/Zurich"),
    ):
        assert (len(found.taken), found.problems) == (1, ())
