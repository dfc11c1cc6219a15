"""From a file of any known format to an instance; the format is told by the content."""

from pathlib import Path

import msgspec

from estafette.domain.error import Invalid
from estafette.domain.instance import Instance
from estafette.exchange.instances.cordeau import VEHICLES as CORDEAU_HEAD
from estafette.exchange.instances.cordeau import cordeau_instance
from estafette.exchange.instances.json_text import decode
from estafette.exchange.instances.li_lim import VEHICLES as LI_LIM_HEAD
from estafette.exchange.instances.li_lim import li_lim_instance
from estafette.exchange.instances.problem_file import problem_instance
from estafette.exchange.instances.rows import read_words
from estafette.exchange.instances.vroom import vroom_instance

_READERS = {len(LI_LIM_HEAD): li_lim_instance, len(CORDEAU_HEAD): cordeau_instance}


def read_instance(path: Path) -> Instance:
    """
    Read a file that describes something to plan: our own, VROOM's, Li and Lim's or Cordeau's.

    Raises
    ------
    Invalid
        The file cannot be read, is none of these, or says something wrong: in one line, with line or field.
    """
    content = read_bytes(path)
    if content.lstrip().startswith(b"{"):
        return _json_instance(content, str(path))
    lines = read_words(as_text(content, str(path)), str(path))
    reader = _READERS.get(len(lines[0].words)) if lines else None
    if reader is None:
        message = f"{path}: line 1: expected a JSON object, or 3 numbers (Li and Lim) or 5 numbers (Cordeau)"
        raise Invalid(message)
    return reader(lines, str(path))


def read_bytes(path: Path) -> bytes:
    """Read a file; raises `Invalid` naming it when that is not possible."""
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise Invalid(message) from error


def as_text(content: bytes, file: str) -> str:
    """Decode UTF-8; raises `Invalid` naming the line that is not."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"{file}: line {line}: expected text in UTF-8, found byte {content[error.start]:#04x}"
        raise Invalid(message) from error


def _json_instance(content: bytes, file: str) -> Instance:
    names = decode(content, dict[str, msgspec.Raw], file)
    if "problem" in names:
        return problem_instance(content, file)
    if "vehicles" in names:
        return vroom_instance(content, file)
    message = f"{file}: expected `problem` (our own format) or `vehicles` (VROOM's) in the JSON object"
    raise Invalid(message)
