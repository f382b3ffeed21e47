"""When a digest is due, and when a mail that was refused is tried again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from app.domain.events import EventKind
from app.domain.notices import (
    ATTEMPTS_MAX,
    Happening,
    Line,
    digest_day,
    digest_due,
    next_digest,
    next_try,
)

PARIS = ZoneInfo("Europe/Paris")
ORDER = UUID("8c7b6a59-4837-4261-9504-f3e2d1c0b9a8")


def paris(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-24T06:59", date(2026, 11, 23)),
        ("2026-11-24T07:00", date(2026, 11, 24)),
        ("2026-11-24T23:59", date(2026, 11, 24)),
        ("2026-11-25T00:00", date(2026, 11, 24)),
    ],
)
def test_a_day_s_digest_is_due_from_the_hour_on(now: str, day: date) -> None:
    assert digest_day(paris(now), 7, PARIS) == day
    assert digest_day(paris(now).astimezone(UTC), 7, PARIS) == day


def test_what_was_told_after_the_hour_waits_for_the_next_day() -> None:
    told = paris("2026-11-24T07:03")
    assert not digest_due(told, paris("2026-11-24T23:00"), 7, PARIS)
    assert not digest_due(told, paris("2026-11-25T06:59"), 7, PARIS)
    assert digest_due(told, paris("2026-11-25T07:00"), 7, PARIS)


def test_the_next_digest_is_at_the_same_hour_of_the_clock_when_the_clock_is_changed() -> None:
    # Paris goes from +02:00 to +01:00 in the night to 25 October 2026.
    following = next_digest(paris("2026-10-24T07:00"), 7, PARIS)
    assert following.isoformat() == "2026-10-25T07:00:00+01:00"
    assert following.astimezone(UTC) - paris("2026-10-24T07:00").astimezone(UTC) == timedelta(
        hours=25
    )


def test_a_refused_mail_is_tried_later_and_later_then_given_up() -> None:
    now = paris("2026-11-24T07:00")
    waits = []
    for attempts in range(1, ATTEMPTS_MAX):
        again = next_try(attempts, now)
        assert again is not None
        waits.append(again - now)
    assert waits[:3] == [timedelta(minutes=n) for n in (1, 2, 4)]
    assert waits == sorted(waits)
    assert waits[-1] == timedelta(hours=6)
    assert next_try(ATTEMPTS_MAX, now) is None


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"what": EventKind.service, "seq": 3}, f"/orders/{ORDER}#event-3"),
        ({"what": Happening.lapsed}, f"/orders/{ORDER}"),
        ({"what": Happening.observation}, f"/orders/{ORDER}/observations"),
        (
            {"what": EventKind.production_deposited, "seq": 4, "production_id": ORDER},
            f"/productions/{ORDER}",
        ),
    ],
)
def test_a_line_leads_to_where_one_acts_on_it(more: dict[str, object], path: str) -> None:
    line = Line(
        at=paris("2026-11-24T07:00"),
        order_id=ORDER,
        docket="RG 20/53181",
        title="Ordonnance",
        zone="Europe/Paris",
        key="1",
        **more,  # type: ignore[arg-type]
    )
    assert line.path == path
