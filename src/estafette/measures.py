"""
What this process counts of its own work: plain numbers, so that counting costs nothing and imports nothing.

The edge shows them (`edge/web/metrics.py`). Names are those of the metrics without their prefix.
"""

import threading
from collections import Counter
from collections.abc import Mapping


class Counts:
    """Numbers that only grow, by name and label."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, str]] = Counter()

    def add(self, name: str, amounts: Mapping[str, int]) -> None:
        """Add amounts by label to what is counted under a name."""
        with self._lock:
            for label, amount in amounts.items():
                self._counts[name, label] += amount

    def of(self, name: str) -> dict[str, int]:
        """Give what was counted under a name, by label."""
        with self._lock:
            return {label: amount for (known, label), amount in self._counts.items() if known == name}


COUNTS = Counts()


class Sent(threading.local):
    """How many statements the last transaction of this thread sent, those that open and end it included."""

    statements: int = 0


SENT = Sent()
