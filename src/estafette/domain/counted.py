"""Counts in English sentences."""


def counted(count: int, one: str, many: str = "") -> str:
    """Write a count with its noun: `1 trip`, `2 trips`; `many` where it is not `one` with an s."""
    return f"{count} {one if count == 1 else many or f'{one}s'}"
