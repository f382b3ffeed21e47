"""A court's closed days: what they move, before and after they are recorded, in two times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest

from app import models as m
from app.db import Database
from app.domain.calendars import ClosureKind
from app.errors import Conflict, Invalid, NotAllowed, NotFound
from app.schemas.closures import ClosureIn, ClosurePreview
from app.services import closures
from app.services.check import Checked, check
from app.services.compliance import assess_order
from app.services.previews import closure_preview_out
from tests.cast import Cast
from tests.factories import TWO_MONTHS, a_category, a_service

LAST_DAY, NEXT_DAY = date(2021, 9, 13), date(2021, 9, 14)
AUGUST = datetime(2021, 8, 2, 8, 0, tzinfo=UTC)
LATER = datetime(2021, 8, 20, 8, 0, tzinfo=UTC)

Register = Callable[..., m.Order]


class Court:
    """The court's closures, as somebody of the cast has to do with them."""

    def __init__(self, database: Database, cast: Cast) -> None:
        self.database = database
        self.cast = cast

    def close(
        self,
        on: date = LAST_DAY,
        role: str = "clerk",
        now: datetime = AUGUST,
        kind: ClosureKind = ClosureKind.declared_holiday,
    ) -> m.Closure:
        with self.database.writing() as session:
            actor = self.cast.actor(session, role)
            return closures.record_closure(session, actor, "tj-paris", _closure(on, kind), now)

    def preview(self, on: date = LAST_DAY, now: datetime = AUGUST) -> ClosurePreview:
        with self.database.reading() as session:
            actor = self.cast.actor(session, "clerk")
            moved = closures.preview_closure(session, actor, "tj-paris", _closure(on), now)
            return closure_preview_out(on, moved, now, "en")

    def withdraw(self, row: m.Closure, code: str = "tj-paris", now: datetime = LATER) -> m.Closure:
        with self.database.writing() as session:
            actor = self.cast.actor(session, "clerk")
            return closures.withdraw_closure(session, actor, code, row.id, "It was open.", now)

    def due(self, order: m.Order, known_at: datetime = LATER) -> list[date | None]:
        with self.database.reading() as session:
            actor = self.cast.actor(session, "clerk")
            found = assess_order(session, actor, order.id, now=LATER, known_at=known_at)
            return [o.standing.clock.due_on for o in found.assessment.obligations]

    def differences(self) -> list[str]:
        with self.database.reading() as session:
            return [str(each) for each in check(session, Checked())]

    def kept(self, order: m.Order) -> set[date | None]:
        with self.database.reading() as session:
            rows = session.query(m.StandingRow).filter_by(order_id=order.id, valid_until=None)
            return {row.due_on for row in rows}


def _closure(on: date, kind: ClosureKind = ClosureKind.declared_holiday) -> ClosureIn:
    return ClosureIn(on=on, kind=kind, name="Jour chômé", source="Décret du 2 août 2021")


@pytest.fixture
def court(database: Database, cast: Cast) -> Court:
    return Court(database, cast)


def test_a_closure_on_the_last_day_moves_it_and_the_preview_said_so(
    court: Court, served: m.Order
) -> None:
    told = court.preview()
    assert (told.moved_count, told.unmoved_count) == (2, 0)
    assert {each.order_id for each in told.moved} == {served.id}
    days = [(each.old_due_on, each.new_due_on) for each in told.moved]
    assert days == [(LAST_DAY, NEXT_DAY)] * 2
    assert told.moved[0].docket_numbers == ["20/53181"]
    assert court.due(served) == [LAST_DAY] * 2, "a preview saves nothing"
    court.close()
    assert court.due(served) == [NEXT_DAY] * 2
    assert court.kept(served) == {NEXT_DAY}
    assert court.differences() == []


def test_a_closed_office_moves_a_last_day_only_where_the_rules_say_so(
    court: Court, served: m.Order, register: Register, cast: Cast
) -> None:
    federal = register(
        a_service(cast.obligor),
        rule_pack="us-frcp",
        calendar="US-federal",
        time_zone="America/New_York",
    )
    assert court.due(federal) == court.due(served) == [LAST_DAY] * 2
    court.close(kind=ClosureKind.office_closed)
    assert court.due(served) == [LAST_DAY] * 2, "75-12.260: a closing makes no day « chômé »"
    assert court.due(federal) == [NEXT_DAY] * 2, "FRCP 6(a)(3)"
    assert court.differences() == []


def test_a_closure_on_another_day_moves_nothing(court: Court, served: m.Order) -> None:
    told = court.preview(date(2021, 8, 10))
    assert (told.moved, told.moved_count, told.unmoved_count) == ([], 0, 2)
    court.close(date(2021, 8, 10))
    assert court.due(served) == [LAST_DAY] * 2
    assert court.differences() == []


def test_what_the_record_showed_before_the_closure_can_still_be_asked(
    court: Court, served: m.Order
) -> None:
    court.close(now=AUGUST)
    before = datetime(2021, 8, 1, tzinfo=UTC)
    assert court.due(served, known_at=before) == [LAST_DAY] * 2
    assert court.due(served, known_at=AUGUST) == [NEXT_DAY] * 2


def test_a_withdrawn_closure_moves_the_day_back_and_stays_on_the_record(
    court: Court, served: m.Order, database: Database, cast: Cast
) -> None:
    row = court.close()
    with database.reading() as session:
        actor = cast.actor(session, "clerk")
        _, told = closures.preview_withdrawal(session, actor, "tj-paris", row.id, LATER)
    assert told.moved_count == 2
    court.withdraw(row)
    assert court.due(served) == [LAST_DAY] * 2
    assert court.due(served, known_at=datetime(2021, 8, 10, tzinfo=UTC)) == [NEXT_DAY] * 2
    assert court.differences() == []
    with database.reading() as session:
        listed = closures.closures(session, cast.actor(session, "clerk"), "tj-paris", limit=10)
        assert [(x.closed_on, x.withdrawal_reason) for x in listed] == [(LAST_DAY, "It was open.")]
    with pytest.raises(Conflict, match="withdrawn already"):
        court.withdraw(row)
    assert court.close().id != row.id, "the day can be closed again"


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "extension", "period": [{"value": 1, "unit": "month"}]},
        {"kind": "stay", "until_on": "2021-08-12", "effective_on": "2021-08-02"},
        {"kind": "extension", "to_on": "2021-10-04"},
    ],
    ids=["period", "stay", "date"],
)
def test_an_order_with_more_than_a_period_is_computed_in_full(
    court: Court, register: Register, cast: Cast, more: dict[str, Any]
) -> None:
    event = {"effective_on": "2021-07-20", "reason": "r", **more}
    order = register(a_service(cast.obligor), event)
    (due,) = set(court.due(order))
    assert due is not None
    assert court.preview(due).moved_count == (0 if "to_on" in more else 2)
    court.close(due)
    (moved,) = set(court.due(order))
    assert moved is not None
    assert (moved > due) is ("to_on" not in more), "a date that the court set stays"
    assert court.differences() == []


def test_a_closure_recorded_late_makes_a_late_deposit_timely(
    court: Court, register: Register, cast: Cast
) -> None:
    order = register(
        a_service(cast.obligor),
        categories=[
            a_category(
                cast.obligor, term={"kind": "within", "period": [{"value": 1, "unit": "day"}]}
            )
        ],
    )
    assert court.due(order) == [date(2021, 7, 13)]
    told = court.preview(date(2021, 7, 13))
    (moved,) = told.moved
    assert (moved.old_status, moved.new_status) == ("overdue_nothing", "overdue_nothing")
    court.close(date(2021, 7, 13))
    assert court.due(order) == [date(2021, 7, 15)], "14 July is a holiday"
    assert court.differences() == []


def test_the_same_day_is_closed_once_and_a_day_outside_the_calendar_not_at_all(
    court: Court, served: m.Order
) -> None:
    court.close()
    with pytest.raises(Conflict, match="closed on 2021-09-13 already"):
        court.close()
    with pytest.raises(Invalid) as fault:
        court.close(date(2050, 1, 3))
    assert fault.value.faults[0].field == "on"


@pytest.mark.parametrize(
    ("role", "fault"),
    [
        ("producing_counsel", (NotAllowed, NotFound)),
        ("administrator", (NotAllowed, NotFound)),
        ("clerk_elsewhere", NotFound),
        ("nobody_yet", NotFound),
    ],
)
def test_only_a_clerk_of_the_court_closes_it(court: Court, role: str, fault: Any) -> None:
    with pytest.raises(fault):
        court.close(role=role)


def test_a_closure_of_another_court_is_not_there(court: Court) -> None:
    row = court.close()
    with pytest.raises(NotFound):
        court.withdraw(row, "tj-lyon")
    row.id = uuid4()
    with pytest.raises(NotFound):
        court.withdraw(row)


@pytest.mark.parametrize("final", [{}, {"term": {"kind": "none"}}], ids=["two months", "no term"])
def test_a_closure_on_a_milestone_is_told_though_the_final_last_day_stays(
    court: Court, register: Register, cast: Cast, final: dict[str, Any]
) -> None:
    milestones = [
        {"name": "first", "term": {**TWO_MONTHS, "period": [{"value": 1, "unit": "month"}]}},
        {"name": "half", "term": {"kind": "until", "on": "2021-08-26"}},
    ]
    categories = [
        a_category(cast.obligor, number="1"),
        a_category(cast.obligor, milestones=milestones, **final),
    ]
    order = register(a_service(cast.obligor), categories=categories)
    before = court.due(order)
    day = date(2021, 8, 12)
    told = court.preview(day)
    assert (told.moved_count, told.unmoved_count) == (1, 1)
    (moved,) = told.moved
    assert (moved.order_id, moved.category_number) == (order.id, "2")
    assert moved.old_due_on == moved.new_due_on
    days = [(each.name, each.old_due_on, each.new_due_on) for each in moved.milestones]
    assert days == [("first", day, date(2021, 8, 13))]
    row = court.close(day)
    assert court.due(order) == before
    assert court.differences() == []
    assert court.preview(date(2021, 8, 14)).moved == [], "a Saturday moves nothing"
    court.withdraw(row)
    assert court.differences() == []
