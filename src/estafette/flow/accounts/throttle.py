"""
How often a sign-in may fail: per account, and per address it comes from, in the memory of one process.

An account takes 10 wrong tries in 15 minutes from all addresses together, so it cannot be guessed; an
address from which its owner has signed in before is counted by itself, so a stranger cannot lock out who is
on duty. Tries are counted before they are judged: fifty at once are fifty. What is kept is bounded, and a
restart forgets it.
"""

import threading
from collections import OrderedDict, deque

_WINDOW_S = 15 * 60.0
_OF_ACCOUNT = 10
_OF_ADDRESS = 50
_KEPT = 50_000


class Throttle:
    """Counts tries; every method is told what time it is, in seconds of a clock that never goes back."""

    def __init__(self) -> None:
        self._tries: OrderedDict[tuple[str, ...], deque[float]] = OrderedDict()
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._lock = threading.Lock()

    def enter(self, account: str, address: str, *, now_s: float) -> float:
        """Count a try and give 0, or give the seconds until the next one is taken."""
        with self._lock:
            counted = [
                (self._account_key(account, address), _OF_ACCOUNT),
                (("address", address), _OF_ADDRESS),
            ]
            waits_s = [self._wait_s(key, most, now_s) for key, most in counted]
            if any(waits_s):
                return max(waits_s)
            for key, _ in counted:
                self._recent(key, now_s).append(now_s)
            return 0.0

    def passed(self, account: str, address: str) -> None:
        """Forget the tries of who has signed in, and remember where from."""
        with self._lock:
            for key in (self._account_key(account, address), ("known", account, address)):
                self._tries.pop(key, None)
            self._known[account, address] = None
            self._known.move_to_end((account, address))
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)

    def _account_key(self, account: str, address: str) -> tuple[str, ...]:
        known = (account, address) in self._known
        return ("known", account, address) if known else ("account", account)

    def _wait_s(self, key: tuple[str, ...], most: int, now_s: float) -> float:
        tries = self._recent(key, now_s)
        return max(0.0, tries[0] + _WINDOW_S - now_s) if len(tries) >= most else 0.0

    def _recent(self, key: tuple[str, ...], now_s: float) -> deque[float]:
        tries = self._tries.setdefault(key, deque())
        self._tries.move_to_end(key)
        while tries and tries[0] <= now_s - _WINDOW_S:
            tries.popleft()
        if len(self._tries) > _KEPT:
            self._tries.popitem(last=False)
        return tries
