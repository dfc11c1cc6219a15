"""How much one address, and one caller, may ask in a while: token buckets in the memory of a process."""

import threading
from collections import OrderedDict
from typing import NamedTuple

from estafette.domain.error import TooMany
from estafette.domain.record import Record

_KEPT = 50_000


class Rate(Record, frozen=True, kw_only=True):
    """So many requests at once, and so many a second on average."""

    burst: int
    per_s: float


class Rates(Record, frozen=True, kw_only=True):
    """
    The rates of a server.

    An address may be a whole office behind one router; a caller is one person or one program. `wrong` is for
    sessions and keys that are not good, by address.
    """

    address: Rate = Rate(burst=3000, per_s=1000)
    caller: Rate = Rate(burst=1000, per_s=200)
    wrong: Rate = Rate(burst=60, per_s=5)


class _Bucket(NamedTuple):
    left: float
    at_s: float


class Limit:
    """Counts the requests of each key; what is kept is bounded, the longest silent go first."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str, *, now_s: float) -> None:
        """Count a request at `now_s`, a clock that never goes back; raises `TooMany`."""
        rate = self._rate
        with self._lock:
            bucket = self._buckets.pop(key, None) or _Bucket(rate.burst, now_s)
            left = min(float(rate.burst), bucket.left + (now_s - bucket.at_s) * rate.per_s)
            self._buckets[key] = _Bucket(left - 1 if left >= 1 else left, now_s)
            if len(self._buckets) > _KEPT:
                self._buckets.popitem(last=False)
        if left < 1:
            message = "too many requests in too short a time"
            raise TooMany(message, after_s=(1 - left) / rate.per_s)


class Limits:
    """The limits of a server."""

    def __init__(self, rates: Rates) -> None:
        self.address = Limit(rates.address)
        self.caller = Limit(rates.caller)
        self.wrong = Limit(rates.wrong)
