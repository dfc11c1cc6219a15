"""Rows of numbers in a text file, and what is wrong with them, by line and field."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from estafette.domain.error import Invalid


class Words(NamedTuple):
    """The words of a line that is not empty; `line` counts from 1, as an editor shows it."""

    file: str
    line: int
    words: tuple[str, ...]


class Row(NamedTuple):
    """The numbers of a line by field."""

    file: str
    line: int
    values: dict[str, Decimal]

    def whole(self, name: str, *, least: int = 0) -> int:
        """Give a field that holds a whole number; raises `Invalid` for a fraction or less than `least`."""
        value = self.values[name]
        if value != value.to_integral_value() or value < least:
            raise refusal(self, name, f"a whole number from {least} on", str(value))
        return int(value)

    def positive(self, name: str) -> Decimal:
        """Give a field that holds no negative number; raises `Invalid`."""
        if self.values[name] < 0:
            raise refusal(self, name, "a number from 0 on", str(self.values[name]))
        return self.values[name]


def refusal(row: Words | Row, name: str, expected: str, found: str) -> Invalid:
    """Say in one line where a file is wrong, what was expected there, and what was found."""
    return Invalid(f"{row.file}: line {row.line}: field {name}: expected {expected}, found {found}")


def read_words(text: str, file: str) -> list[Words]:
    """Split a text into the words of its lines; lines without a word are skipped."""
    lines = enumerate(text.splitlines(), start=1)
    return [Words(file, line, tuple(content.split())) for line, content in lines if content.split()]


def read_row(words: Words, names: Sequence[str]) -> Row:
    """
    Read one number for each name.

    Raises
    ------
    Invalid
        There are more or fewer numbers, or a word is not a number.
    """
    if len(words.words) != len(names):
        where = f"{words.file}: line {words.line}"
        message = f"{where}: expected {len(names)} numbers ({' '.join(names)}), found {len(words.words)}"
        raise Invalid(message)
    values = (_number(words, name, word) for name, word in zip(names, words.words, strict=True))
    return Row(words.file, words.line, dict(zip(names, values, strict=True)))


def _number(words: Words, name: str, word: str) -> Decimal:
    try:
        value = Decimal(word)
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or abs(value) >= 10**9:
        raise refusal(words, name, "a number below 10^9", repr(word))
    return value
