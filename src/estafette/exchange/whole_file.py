"""Files written whole: a reader sees the old one or the new one, never half of it."""

from pathlib import Path

from estafette.domain.error import Invalid


def write_whole(path: Path, content: bytes) -> Path:
    """Write a file, and its folder if there is none; raises `Invalid` when that is not possible."""
    draft = path.with_name(f"{path.name}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(content)
        return draft.replace(path)
    except OSError as error:
        message = f"{path}: {error.strerror}"
        raise Invalid(message) from error
