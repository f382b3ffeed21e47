"""When the rules or a calendar change: orders keep theirs until a clerk decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError

import app.calendars
import app.rulepacks
from app import models as m
from app.calendars import court_calendar
from app.db import Database
from app.domain.calendars import DayName
from app.errors import Invalid, LawNotKept, NotFound
from app.rulepacks import rule_pack_text
from app.schemas.closures import LawDecisionIn, OrderLaw
from app.schemas.events import EVENT_IN
from app.services import versions
from app.services.check import Checked, check
from app.services.compliance import assess_order
from app.services.events import record_event
from app.services.previews import order_law_out
from tests.cast import Cast

OLD_DAY, NEW_DAY = date(2021, 9, 13), date(2021, 9, 14)
NOW = datetime(2021, 8, 2, 8, 0, tzinfo=UTC)
LATER = datetime(2021, 8, 20, 8, 0, tzinfo=UTC)


@contextmanager
def upgraded(patch: pytest.MonkeyPatch, *, holiday: date | None = NEW_DAY) -> Iterator[None]:
    """The service as it comes with another version of the French calendar.

    With ``holiday`` None only the version is another, as after an upgrade of the library
    that changes no day of this calendar.
    """
    known = court_calendar("FR")
    more = {OLD_DAY: DayName("Fête nouvelle", "loi du 1er août 2021")} if holiday else {}
    newer = replace(
        known, version="2+holidays-1.0", holidays=dict(sorted({**known.holidays, **more}.items()))
    )
    with patch.context() as patched:
        patched.setattr(app.calendars, "_calendar", lambda code: newer)
        yield


@contextmanager
def other_rules(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """The service as it comes with rules that do not move a last day any more."""
    head, _, rest = rule_pack_text("fr-civil").partition("[rules.roll_after]\n")
    newer = head.replace('version = "2026.1"', 'version = "2027.1"') + (
        "[rules.roll_after]\n" + rest.replace('value = "next_working"', 'value = "none"', 1)
    )
    texts = {**app.rulepacks._texts(), "fr-civil": newer}
    packs = {**app.rulepacks._packs(), "fr-civil": app.rulepacks.read_rule_pack(newer)}
    with patch.context() as patched:
        patched.setattr(app.rulepacks, "_texts", lambda: texts)
        patched.setattr(app.rulepacks, "_packs", lambda: packs)
        yield


class Clerk:
    """The clerk, and what the record answers."""

    def __init__(self, database: Database, cast: Cast) -> None:
        self.database = database
        self.cast = cast

    def waiting(self, after: UUID | None = None, role: str = "clerk") -> list[OrderLaw]:
        with self.database.reading() as session:
            actor = self.cast.actor(session, role)
            found = versions.waiting(session, actor, "tj-paris", NOW, limit=10, after=after)
            return [order_law_out(each, "en") for each in found]

    def law(self, order: m.Order) -> OrderLaw:
        with self.database.reading() as session:
            actor = self.cast.actor(session, "clerk")
            return order_law_out(versions.order_law(session, actor, order.id, NOW), "en")

    def decide(self, decision: Any, *orders: m.Order) -> list[UUID]:
        data = LawDecisionIn(decision=decision, order_ids=[o.id for o in orders], reason="Loi")
        with self.database.writing() as session:
            actor = self.cast.actor(session, "clerk")
            return versions.decide(session, actor, "tj-paris", data, NOW)

    def due(self, order: m.Order, as_of: datetime = LATER) -> date | None:
        with self.database.reading() as session:
            actor = self.cast.actor(session, "clerk")
            found = assess_order(session, actor, order.id, now=LATER, as_of=as_of).assessment
            (due,) = {o.standing.clock.due_on for o in found.obligations}
            return due

    def differences(self) -> list[str]:
        with self.database.reading() as session:
            return [str(each) for each in check(session, Checked())]


@pytest.fixture
def clerk(database: Database, cast: Cast) -> Clerk:
    return Clerk(database, cast)


def test_an_order_is_computed_by_its_own_version_after_the_service_comes_with_another(
    clerk: Clerk, served: m.Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    with upgraded(monkeypatch):
        assert clerk.due(served) == OLD_DAY
        assert clerk.differences() == []
        (told,) = clerk.waiting()
        assert told.in_force.calendar_version == served.calendar_version
        assert told.at_hand.calendar_version == "2+holidays-1.0"
        days = [(each.old_due_on, each.new_due_on) for each in told.moved]
        assert days == [(OLD_DAY, NEW_DAY)] * 2


def test_applied_it_moves_the_last_day_from_then_on_and_the_old_one_can_still_be_asked(
    clerk: Clerk, served: m.Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    with upgraded(monkeypatch):
        assert clerk.decide("apply", served) == [served.id]
        assert clerk.due(served) == NEW_DAY
        assert clerk.due(served, as_of=datetime(2021, 7, 30, tzinfo=UTC)) == OLD_DAY
        assert clerk.waiting() == []
        assert clerk.law(served).decided == "apply"
        assert clerk.differences() == []
    # And by the kept version, when the service comes with yet another (here: the first).
    assert clerk.due(served) == NEW_DAY
    assert clerk.differences() == []


def test_ignored_it_moves_nothing_and_waits_no_more(
    clerk: Clerk, served: m.Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    with upgraded(monkeypatch):
        clerk.decide("ignore", served)
        assert clerk.due(served) == OLD_DAY
        assert clerk.waiting() == []
        told = clerk.law(served)
        assert (told.decided, told.differs) == ("ignore", True)
        assert clerk.differences() == []


def test_a_version_that_says_the_same_waits_for_nobody(
    clerk: Clerk, served: m.Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    with upgraded(monkeypatch, holiday=None):
        assert clerk.waiting() == []
        told = clerk.law(served)
        assert (told.differs, told.moved) == (False, [])


def test_new_rules_are_told_and_applied_like_a_new_calendar(
    clerk: Clerk, served: m.Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    with other_rules(monkeypatch):
        assert clerk.due(served) == OLD_DAY
        (told,) = clerk.waiting()
        assert told.at_hand.rule_pack_version == "2027.1"
        clerk.decide("apply", served)
        assert clerk.due(served) == date(2021, 9, 12)
    assert clerk.due(served) == date(2021, 9, 12)
    assert clerk.differences() == []


def test_only_the_version_at_hand_is_decided_on_and_for_the_whole_order(
    database: Database, cast: Cast, served: m.Order
) -> None:
    event = {
        "kind": "law_change", "decision": "apply", "rule_pack_version": "1999.1",
        "calendar_version": served.calendar_version, "effective_on": "2021-08-02", "reason": "r",
        "obligor_id": str(cast.obligor),
    }  # fmt: skip
    with database.writing() as session, pytest.raises(Invalid) as fault:
        actor = cast.actor(session, "clerk")
        record_event(session, actor, served.id, EVENT_IN.validate_python(event), NOW)
    assert {f.field for f in fault.value.faults} == {"rule_pack_version", "category_ids"}


def test_pages_of_waiting_orders_follow_each_other(
    clerk: Clerk, register: Callable[..., m.Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sorted(register().id for _ in range(3))
    with upgraded(monkeypatch):
        assert [told.order_id for told in clerk.waiting()] == made
        assert [told.order_id for told in clerk.waiting(after=made[0])] == made[1:]
        with pytest.raises(NotFound):
            clerk.waiting(role="clerk_elsewhere")


def test_orders_decided_on_never_hide_one_that_waits(
    clerk: Clerk,
    database: Database,
    cast: Cast,
    register: Callable[..., m.Order],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = sorted((register() for _ in range(3)), key=lambda order: order.id)
    monkeypatch.setattr(versions, "SCANNED_MAX", 1)
    with upgraded(monkeypatch):
        clerk.decide("ignore", made[0])
        clerk.decide("apply", made[1])
        assert [told.order_id for told in clerk.waiting()] == [made[2].id]
        clerk.decide("ignore", made[2])
        assert clerk.waiting() == []
        with database.writing() as session:
            decided = session.query(m.Event).filter_by(order_id=made[1].id, kind="law_change").one()
            event = {
                "kind": "correction", "corrects": str(decided.id), "reason": "Too early",
                "effective_on": "2021-08-02",
            }  # fmt: skip
            actor = cast.actor(session, "clerk")
            record_event(session, actor, made[1].id, EVENT_IN.validate_python(event), LATER)
        assert [told.order_id for told in clerk.waiting()] == [made[1].id]


def test_a_version_that_was_never_kept_is_not_guessed(
    clerk: Clerk, database: Database, served: m.Order
) -> None:
    with database.writing() as session:
        lost = update(m.Order).where(m.Order.id == served.id).values(calendar_version="0+lost")
        session.execute(lost)
    with pytest.raises(LawNotKept, match="0\\+lost"):
        clerk.due(served)
    assert any("neither at hand nor kept" in each for each in clerk.differences())


@pytest.mark.parametrize("act", ["UPDATE kept_laws SET content = ''", "DELETE FROM kept_laws"])
def test_a_kept_version_is_never_changed(database: Database, served: m.Order, act: str) -> None:
    with pytest.raises(IntegrityError), database.writing() as session:
        session.execute(text(act))
