"""How many random days and histories a property draws."""

import os

# All of them, and others in each run, are asked for: a third is worth its time whenever anything changes.
EXPLORE = "ESTAFETTE_EXPLORE" in os.environ


def up_to(most: int) -> int:
    """Give how many examples to draw where `most` would be worth it with time to spare."""
    return most if EXPLORE else max(2, most // 3)
