"""Bytes of a CSV file to rows of cells and back, before any meaning."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from estafette.domain.error import Invalid

MAX_BYTES = 20_000_000
MAX_ROWS = 200_000

_BOM = b"\xef\xbb\xbf"


class Row(NamedTuple):
    """One row of a file; `line` counts from 1, as an editor shows it, and is where the row begins."""

    line: int
    cells: tuple[str, ...]


class Table(NamedTuple):
    """The rows of a file that are not empty; the first is the header."""

    separator: str
    rows: tuple[Row, ...]


def read_table(content: bytes, file: str) -> Table:
    """
    Split a file into cells: UTF-8 with or without a byte order mark, separated by `,` or `;`.

    Raises
    ------
    Invalid
        The file is too large, not UTF-8 (the byte is named), has no header, or a quote does not close.
    """
    if len(content) > MAX_BYTES:
        message = f"{file}: larger than {MAX_BYTES:,} bytes"
        raise Invalid(message)
    text = _text(content, file)
    separator = _separator(text)
    rows = tuple(_rows(text, separator, file))
    if not rows:
        message = f"{file}: there is no header, the file is empty"
        raise Invalid(message)
    return Table(separator, rows)


def _text(content: bytes, file: str) -> str:
    skipped = len(_BOM) if content.startswith(_BOM) else 0
    try:
        return content[skipped:].decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{file}: not UTF-8, byte {skipped + error.start} is {content[skipped + error.start]:#04x}"
        raise Invalid(message) from error


def _separator(text: str) -> str:
    header = next((line for line in text.splitlines() if line.strip(" ,;\t")), "")
    return ";" if header.count(";") > header.count(",") else ","


def _rows(text: str, separator: str, file: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line, count = 1, 0
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                count += 1
                yield Row(line, tuple(cell.strip(" ") for cell in cells))
            if count > MAX_ROWS + 1:
                message = f"{file}: more than {MAX_ROWS:,} rows"
                raise Invalid(message)
            line = reader.line_num + 1
    except csv.Error as error:
        message = f"{file}:{line}: the row cannot be read, {error}"
        raise Invalid(message) from error


def write_table(rows: Iterable[Sequence[str]], separator: str) -> bytes:
    """Join cells into a file in UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator, lineterminator="\r\n")
    writer.writerows(rows)
    return text.getvalue().encode()
