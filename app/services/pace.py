"""How often one address may ask what anybody may ask: counted in memory, never saved."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

from app.errors import TooOften

ADDRESSES_MAX = 10_000
_WINDOW = timedelta(minutes=1)


class Pace:
    """At most so many requests a minute and address.

    Whole minutes, from an address's first request on. The addresses remembered are bounded:
    the one not seen for longest is forgotten.
    """

    def __init__(self, per_minute: int) -> None:
        self.per_minute = per_minute
        self._seen: OrderedDict[str, tuple[datetime, int]] = OrderedDict()
        self._lock = Lock()

    def spend(self, address: str, now: datetime) -> None:
        """Count one request; ``TooOften`` when the minute's are spent."""
        with self._lock:
            since, count = self._seen.pop(address, (now, 0))
            if now - since >= _WINDOW:
                since, count = now, 0
            self._seen[address] = (since, count + 1)
            if len(self._seen) > ADDRESSES_MAX:
                self._seen.popitem(last=False)
        if count >= self.per_minute:
            raise TooOften(
                "At most {count} such requests a minute are answered for one address.",
                count=self.per_minute,
            )
