"""Statistics of a court: what the database adds up is what the law says of each obligation."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, literal, select

from app import models as m
from app.db import Database
from app.domain.access import Actor
from app.domain.statistics import MET
from app.domain.status import Status
from app.errors import Invalid, NotAllowed, NotFound
from app.schemas.people import MembershipIn
from app.schemas.statistics import StatisticsOut
from app.services import listing, people
from app.services.courts import court_by_code
from app.services.day_numbers import court_day_number, day_number
from app.services.facts import END_OF_TIME
from app.services.statistics import Asked, counted_courts, statistics
from tests.cast import Cast
from tests.factories import a_category, a_service
from tests.statements import counting

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2022, 3, 1, 12, tzinfo=UTC)
EPOCH = date(1970, 1, 1)
ANYTHING = Asked()


def _of(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=PARIS).astimezone(UTC)


def _standing(like: m.StandingRow, **facts: Any) -> dict[str, Any]:
    due_on: date | None = facts.pop("due_on", None)
    due = _of(due_on + timedelta(days=1), 0) if due_on else None
    return {
        "valid_from": _of(date(2021, 7, 6), 0), "valid_until": None, "court_id": like.court_id,
        "matter_id": like.matter_id, "order_id": like.order_id, "sort_at": due or END_OF_TIME,
        "due_from_at": _of(due_on, 0) if due_on else None, "due_at": due, "due_on": due_on,
        "raw_on": due_on, "trigger_on": None, "provisional": False, "undated": False,
        "awaiting": False, "stayed": False, "ended": False, "first_produced_at": None,
        "completed_at": None, "stayed_from": None, "ended_at": None, "answered_count": 0,
        "elements_count": 0, "finding": "no_finding", "calendar_version": "1",
        "clock": {"phrase": "last day not known", "values": {}}, **facts,
    }  # fmt: skip


Strew = Callable[..., None]


@pytest.fixture
def strew(database: Database, served: m.Order) -> Strew:
    """Put obligations with standings of one's choosing beside the two of the order."""

    def put(*standings: dict[str, Any]) -> None:
        with database.writing() as session:
            like = session.scalars(select(m.StandingRow)).first()
            category = session.scalars(select(m.Category)).first()
            assert like is not None and category is not None
            for n, facts in enumerate(standings):
                party, obligation = uuid4(), uuid4()
                session.execute(insert(m.Party).values(
                    id=party, matter_id=like.matter_id, position=n + 9, name=f"P{n}",
                    side="producing", seat=""))  # fmt: skip
                session.execute(insert(m.Obligation).values(
                    id=obligation, order_id=like.order_id, category_id=category.id,
                    obligor_id=party, position=n + 9))  # fmt: skip
                session.execute(
                    insert(m.StandingRow).values(
                        obligation_id=obligation, **_standing(like, **facts)
                    )
                )

    return put


def told(
    database: Database, cast: Cast, asked: Asked = ANYTHING, role: str = "clerk",
    code: str | None = "tj-paris", now: datetime = NOW,
) -> StatisticsOut:  # fmt: skip
    with database.reading() as session:
        return statistics(session, cast.actor(session, role), code, asked, now)


def counts(found: Any) -> dict[str, int]:
    return {each.status.value: each.count for each in found if each.count}


def test_a_court_with_one_order_says_its_numbers(
    database: Database, cast: Cast, served: m.Order
) -> None:
    found = told(database, cast)
    assert (found.orders, found.obligations) == (1, 2)
    assert counts(found.orders_by_status) == {"overdue_nothing": 1}
    assert counts(found.obligations_by_status) == {"overdue_nothing": 2}
    # Served 12 July 2021, last day 13 September: 169 days until 1 March 2022.
    assert [(b.met, b.overdue) for b in found.lateness.late] == [(0, 0), (0, 0), (0, 0), (0, 2)]
    assert [(x.month, x.overdue) for x in found.by_month.months] == [(date(2021, 9, 1), 2)]
    assert found.time_to_production.from_start.count == 0


def test_days_are_counted_on_the_court_s_calendar_from_the_start_and_from_the_order(
    database: Database, cast: Cast, strew: Strew
) -> None:
    start, due = date(2021, 7, 12), date(2021, 9, 13)
    strew(
        # 23:30 in Paris is the same day there, though 21:30 in UTC; 00:30 is the next one.
        {"trigger_on": start, "due_on": due, "completed_at": _of(due, 23, 59)},
        {"trigger_on": start, "due_on": due, "completed_at": _of(due + timedelta(days=1), 0, 30)},
        # After the clocks went back: 31 October to 1 November, at half past midnight.
        {"trigger_on": start, "due_on": due, "completed_at": _of(date(2021, 11, 1), 0, 30)},
        # A fixed day: no start, and still an order.
        {"due_on": due, "completed_at": _of(date(2021, 8, 1), 10)},
        # No last day at all, and met.
        {"undated": True, "completed_at": _of(date(2021, 7, 6), 10)},
        {"ended": True, "trigger_on": start, "due_on": due, "completed_at": _of(due, 10)},
    )
    found = told(database, cast)
    times = found.time_to_production
    assert (times.from_start.shortest, times.from_start.longest) == (63, 112)
    assert (times.from_start.count, times.from_start.median) == (3, Decimal(64))
    assert times.from_start.lower is None
    assert (times.from_order.count, times.from_order.median) == (5, Decimal(69))
    assert (times.from_order.shortest, times.from_order.longest) == (0, 118)
    late = found.lateness
    assert (late.on_time, late.no_last_day, late.ended) == (2, 1, 1)
    assert [(b.met, b.overdue) for b in late.late] == [(1, 0), (0, 0), (1, 0), (0, 2)]


def test_a_past_day_shows_what_was_true_then(database: Database, cast: Cast, strew: Strew) -> None:
    due, came = date(2021, 9, 13), date(2021, 9, 24)
    strew({"due_on": due, "valid_until": _of(came, 10)})
    with database.writing() as session:
        closed = m.StandingRow.valid_until == _of(came, 10)
        row = session.scalars(select(m.StandingRow).where(closed)).one()
        session.execute(insert(m.StandingRow).values(obligation_id=row.obligation_id, **_standing(
            row, due_on=due, valid_from=_of(came, 10), completed_at=_of(came, 10))))  # fmt: skip
    assert counts(told(database, cast).obligations_by_status) == {
        "overdue_nothing": 2, "met_late": 1,
    }  # fmt: skip
    then = told(database, cast, Asked(as_of=date(2021, 9, 20)))
    assert counts(then.obligations_by_status) == {"overdue_nothing": 3}
    assert then.lateness.late[0].overdue == 3
    before = told(database, cast, Asked(as_of=date(2021, 8, 1)))
    assert counts(before.obligations_by_status) == {"running": 3}
    none = told(database, cast, Asked(as_of=date(2021, 7, 5)))
    assert (none.orders, none.obligations) == (0, 0)


def test_a_period_keeps_the_orders_made_in_it(
    database: Database, cast: Cast, register: Callable[..., m.Order]
) -> None:
    register(a_service(cast.obligor))
    register(made_on="2021-06-01", categories=[a_category(cast.obligor)])
    day = date(2021, 7, 6)
    assert told(database, cast).orders == 2
    assert told(database, cast, Asked(made_from=day, made_to=day)).orders == 1
    assert told(database, cast, Asked(made_to=day - timedelta(days=1))).obligations == 1
    assert told(database, cast, Asked(made_from=day + timedelta(days=1))).orders == 0


def test_an_order_is_counted_by_the_worst_of_its_obligations(
    database: Database, cast: Cast, strew: Strew
) -> None:
    met = {"due_on": date(2021, 9, 13), "completed_at": _of(date(2021, 9, 1), 9)}
    strew(met, met, {"ended": True})
    found = told(database, cast)
    assert counts(found.orders_by_status) == {"overdue_nothing": 1}
    assert found.orders == 1 and found.obligations == 5


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        (Asked(as_of=date(2022, 3, 2)), "as_of"),
        (Asked(as_of=NOW + timedelta(seconds=1)), "as_of"),
        (Asked(as_of=date(9999, 12, 31)), "as_of"),
        (Asked(made_from=date(2022, 1, 2), made_to=date(2022, 1, 1)), "to"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_field(
    database: Database, cast: Cast, served: m.Order, asked: Asked, field: str
) -> None:
    with pytest.raises(Invalid) as fault:
        told(database, cast, asked)
    assert [f.field for f in fault.value.faults] == [field]


def test_the_day_that_is_not_over_yet_is_as_of_now(
    database: Database, cast: Cast, served: m.Order
) -> None:
    assert told(database, cast, Asked(as_of=date(2022, 3, 1))).as_of == NOW
    assert told(database, cast, Asked(as_of=NOW - timedelta(days=1))).as_of < NOW


@pytest.mark.parametrize(
    ("role", "refused"),
    [
        ("clerk_elsewhere", NotFound), ("producing_counsel", NotFound),
        ("requesting_assistant", NotFound), ("auditor", NotFound), ("administrator", NotFound),
        ("counsel_elsewhere", NotFound), ("nobody_yet", NotFound),
    ],
)  # fmt: skip
def test_nobody_but_the_court_s_clerk_reads_them(
    database: Database, cast: Cast, served: m.Order, role: str, refused: type[Exception]
) -> None:
    with pytest.raises(refused):
        told(database, cast, role=role)
    if role != "clerk_elsewhere":
        with pytest.raises(NotFound):
            told(database, cast, role=role, code=None)


def test_a_token_for_less_than_the_whole_court_reads_none(
    database: Database, cast: Cast, served: m.Order
) -> None:
    with database.reading() as session:
        clerk = cast.actor(session, "clerk")
        for narrowed, fault in (
            (_with(clerk, matter_ids=frozenset({cast.matter.id})), NotFound),
            (_with(clerk, scopes=frozenset({"order:read", "matter:read"})), NotAllowed),
        ):
            with pytest.raises(fault):
                statistics(session, narrowed, "tj-paris", Asked(), NOW)
            assert counted_courts(session, narrowed) == []


def _with(actor: Actor, **changed: Any) -> Actor:
    return Actor(actor.user_id, actor.name, actor.grants, **changed)


def test_several_courts_are_counted_together_each_by_its_own_calendar(
    database: Database, cast: Cast, strew: Strew
) -> None:
    """One court in Paris and one in New York: the same instant falls on two days."""
    start = date(2021, 7, 12)
    at = datetime(2021, 7, 13, 2, tzinfo=UTC)
    strew({"trigger_on": start, "completed_at": at}, {"trigger_on": start, "completed_at": at})
    with database.writing() as session:
        lyon = court_by_code(session, "tj-lyon")
        row = session.scalars(select(m.StandingRow).where(m.StandingRow.completed_at == at)).first()
        assert lyon is not None and row is not None
        lyon.time_zone = "America/New_York"
        row.court_id = lyon.id
        role = MembershipIn.model_validate({"role": "clerk", "court": "tj-lyon"})
        people.grant_role(session, None, cast.users["clerk"], role, NOW)
    found = told(database, cast, code=None)
    assert found.courts == ["tj-lyon", "tj-paris"]
    spread = found.time_to_production.from_start
    assert (spread.shortest, spread.longest, found.obligations) == (0, 1, 4)
    with pytest.raises(Invalid):
        told(database, cast, Asked(as_of=date(2021, 8, 1)), code=None)


def test_what_the_database_adds_up_is_what_the_law_says_one_by_one(
    database: Database, cast: Cast, strew: Strew
) -> None:
    dice = random.Random(1456)
    first = date(2021, 7, 6)

    def some() -> dict[str, Any]:
        due = first + timedelta(days=dice.randrange(300)) if dice.random() < 0.8 else None
        came = _of(first + timedelta(days=dice.randrange(236)), dice.randrange(24), 30)
        return {
            "due_on": due, "completed_at": came if dice.random() < 0.6 else None,
            "trigger_on": first + timedelta(days=dice.randrange(90)) if due else None,
            "stayed": dice.random() < 0.1, "ended": dice.random() < 0.1,
            "awaiting": due is None and dice.random() < 0.5,
            "first_produced_at": came if dice.random() < 0.5 else None,
        }  # fmt: skip

    strew(*(some() for _ in range(150)))
    found = told(database, cast)
    with database.reading() as session:
        rows = session.scalars(select(m.StandingRow)).all()
        rows = [r for r in rows if r.valid_until is None]
        told_by = [(r, listing.status_now(r, NOW)) for r in rows]
        session.expunge_all()
    assert counts(found.obligations_by_status) == Counter(s.value for _, s in told_by)
    met = [r for r, s in told_by if s in MET]
    assert sum(b.count for b in found.time_to_production.from_order.buckets) == len(met)
    days = sorted(_day(r.completed_at) - r.trigger_on for r in met if r.trigger_on)
    assert found.time_to_production.from_start.count == len(days)
    assert found.time_to_production.from_start.longest == days[-1].days
    dated = [(r, s, r.due_on) for r, s in told_by if r.due_on is not None]
    late = [(_day(r.completed_at) - on).days for r, s, on in dated if s is Status.met_late]
    overdue = [(NOW.date() - on).days for _, s, on in dated if s.value.startswith("overdue")]
    for one in found.lateness.late:
        last = 10**6 if one.to_days is None else one.to_days
        assert one.met == sum(one.from_days <= x <= last for x in late)
        assert one.overdue == sum(one.from_days <= x <= last for x in overdue)
    assert found.lateness.count + found.lateness.ended == len(rows)


def _day(at: Any) -> date:
    return at.astimezone(PARIS).date()  # type: ignore[no-any-return]


def test_as_many_statements_are_sent_for_many_orders_as_for_one(
    database: Database, cast: Cast, register: Callable[..., m.Order]
) -> None:
    taken = []
    for _ in range(2):
        register(a_service(cast.obligor))
        with database.reading() as session:
            actor = cast.actor(session, "clerk")
            with counting(database.engine) as sent:
                statistics(session, actor, "tj-paris", Asked(), NOW)
        taken.append(len(sent))
    assert taken[0] == taken[1] <= 2


@pytest.mark.parametrize(
    "zone", ["Europe/Paris", "America/New_York", "Asia/Kolkata", "UTC", "Pacific/Apia"]
)
def test_the_database_finds_the_court_day_that_the_zone_says(database: Database, zone: str) -> None:
    dice = random.Random(7)
    kind = m.StandingRow.completed_at.type
    lite = database.url.get_backend_name() == "sqlite"
    at = [
        datetime(1970, 1, 2, tzinfo=UTC) + timedelta(seconds=dice.randrange(1_640_000_000))
        for _ in range(40)
    ]
    # Around midnight, and around the changes of the clocks of Paris and New York in 2021.
    for text in ("2021-03-27T23:00", "2021-03-28T01:00", "2021-10-31T01:00", "2021-11-07T06:00",
                 "2021-07-12T22:00", "2021-07-13T04:00", "2021-12-31T23:00"):  # fmt: skip
        instant = datetime.fromisoformat(text).replace(tzinfo=UTC)
        at += [instant - timedelta(microseconds=1), instant, instant + timedelta(seconds=1)]
    with database.reading() as session:
        for one in at:
            told_by = session.scalar(
                select(court_day_number(literal(one, kind), zone, NOW, lite=lite))
            )
            assert told_by == (one.astimezone(ZoneInfo(zone)).date() - EPOCH).days, one
        day = date(2021, 7, 12)
        number = session.scalar(select(day_number(literal(day), lite=lite)))
        assert number == (day - EPOCH).days
