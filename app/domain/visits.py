"""Up to when a reader has seen what is new: a reload must not wipe the news."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo


def seen_until(seen_at: datetime, opened_at: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """Since when news are news to somebody who opens the list ``now``.

    Within one day of ``zone`` it is what they said they had seen, however often they look. On
    a later day it is their last look before: what they had before their eyes then is no news.
    """
    if now.astimezone(zone).date() > opened_at.astimezone(zone).date():
        return max(seen_at, opened_at)
    return seen_at
