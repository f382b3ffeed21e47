"""Until the instant that is named, no list as of now changes while nothing is recorded."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app import models as m
from app.db import Database
from app.domain.access import Actor
from app.domain.status import Status
from app.services import listing, turns
from app.services.compliance import listed_out
from app.services.facts import END_OF_TIME
from tests.cast import Cast

NOW = datetime(2021, 10, 1, 12, 3, 20, tzinfo=UTC)
TICK = timedelta(microseconds=1)
QUARTER = timedelta(minutes=15)
SECONDS = (-90000, -500, 0, 1, 35, 60, 61, 399, 700, 1000, 1799.5, 3600, 4000, 80000)


def _shown(session: Session, actor: Actor, at: datetime) -> list[Any]:
    """Everything that lists as of now say: each obligation on every list that has it."""
    return [
        listed_out(row, at, "en")
        for statuses in ((), *((status,) for status in Status))
        for row in listing.obligations(
            session, actor, listing.Filter(statuses=statuses), at, limit=200
        )
    ]


@pytest.fixture
def turning(database: Database, register: Any, cast: Cast) -> Actor:
    """Obligations of twelve orders, whose standings turn at odd moments of the next hours."""
    dice = random.Random(20211001)
    for _ in range(12):
        register()
    with database.writing() as session:
        for row in session.scalars(select(m.StandingRow)).all():
            _turn(session, row, dice)
        return cast.actor(session, "clerk")


def _turn(session: Session, row: m.StandingRow, dice: random.Random) -> None:
    """Two standings in place of one, as a stay or an extension in the future would leave it."""
    due = NOW + timedelta(seconds=dice.choice(SECONDS)) if dice.random() < 0.7 else None
    ends = NOW + timedelta(seconds=dice.choice(SECONDS)) if dice.random() < 0.6 else None
    facts = {
        "valid_until": ends,
        "due_at": due,
        "sort_at": due or END_OF_TIME,
        "due_on": due.date() if due else None,
        "due_from_at": due.replace(hour=0, minute=0, second=0, microsecond=0) if due else None,
        "awaiting": due is None,
    }
    own = (m.StandingRow.obligation_id == row.obligation_id,)
    session.execute(update(m.StandingRow).where(*own).values(facts))
    if ends is not None:
        kept = {c.key: getattr(row, c.key) for c in m.StandingRow.__table__.columns}
        later = {**kept, **facts, "valid_from": ends, "valid_until": None, "stayed": True}
        session.add(m.StandingRow(**later))


def test_nothing_shown_changes_before_the_instant_that_is_named(
    database: Database, turning: Actor
) -> None:
    changes = 0
    with database.reading() as session:
        at = NOW
        for _ in range(40):
            until = turns.holds_until(session, turning, at)
            assert at < until <= at + QUARTER
            shown = _shown(session, turning, at)
            for later in (at + TICK, at + (until - at) / 2, until - TICK):
                assert _shown(session, turning, later) == shown
            changes += _shown(session, turning, until) != shown
            at = until
    assert changes >= 8


def test_who_sees_less_is_told_of_no_instant_of_what_they_do_not_see(
    database: Database, turning: Actor, cast: Cast
) -> None:
    with database.reading() as session:
        elsewhere = cast.actor(session, "clerk_elsewhere")
        quarter = NOW.replace(minute=15, second=0)
        assert turns.holds_until(session, elsewhere, NOW) == quarter
        assert turns.holds_until(session, turning, NOW) < quarter


def test_in_the_last_quarter_of_time_nothing_holds(database: Database, turning: Actor) -> None:
    last = datetime.max.replace(tzinfo=UTC)
    with database.reading() as session:
        assert turns.holds_until(session, turning, last) == last


def test_since_1980_every_zone_s_midnight_is_at_a_quarter_of_an_hour_of_utc() -> None:
    for name in available_timezones():
        for year in (1980, 2000, 2021, 2026, 2037, 2100):
            for month in range(1, 13):
                midnight = datetime(year, month, 1, tzinfo=ZoneInfo(name)).astimezone(UTC)
                assert (midnight.minute % 15, midnight.second, midnight.microsecond) == (0, 0, 0)
