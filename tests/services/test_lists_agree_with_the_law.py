"""What a list says in SQL is what the law says in Python, for any standing at any instant."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select

from app import models as m
from app.db import Database
from app.domain.access import Actor
from app.domain.status import FindingStatus, Status
from app.services import listing, statuses
from app.services.facts import END_OF_TIME
from app.services.orders import orders
from tests.cast import Cast
from tests.statements import counting

NOW = datetime(2021, 10, 1, 12, tzinfo=UTC)
HOURS = (-50, -24, -1, 0, 1, 24, 50)


def _instant(dice: random.Random) -> datetime | None:
    return None if dice.random() < 0.4 else NOW + timedelta(hours=dice.choice(HOURS))


def _facts(dice: random.Random, like: m.StandingRow) -> dict[str, object]:
    due = _instant(dice)
    until = _instant(dice)
    return {
        "valid_from": NOW - timedelta(hours=dice.choice((1, 0, 100))),
        "valid_until": until,
        "court_id": like.court_id,
        "matter_id": like.matter_id,
        "order_id": like.order_id,
        "sort_at": due or END_OF_TIME,
        "due_from_at": due - timedelta(hours=24) if due else None,
        "due_at": due,
        "due_on": due.date() if due else None,
        "raw_on": None,
        "trigger_on": None,
        "provisional": False,
        "undated": False,
        "awaiting": due is None and dice.random() < 0.5,
        "stayed": dice.random() < 0.2,
        "ended": dice.random() < 0.2,
        "first_produced_at": _instant(dice),
        "completed_at": _instant(dice) if dice.random() < 0.5 else None,
        "stayed_from": None,
        "ended_at": None,
        "answered_count": 0,
        "elements_count": 0,
        "finding": FindingStatus.no_finding,
        "clock": {"phrase": "last day not known", "values": {}},
        "calendar_version": "1",
    }


@pytest.fixture
def strewn(database: Database, served: m.Order, cast: Cast) -> Actor:
    """Three hundred obligations with random standings, and the clerk who may see them."""
    dice = random.Random(20210706)
    with database.writing() as session:
        like = session.scalars(select(m.StandingRow)).first()
        category = session.scalars(select(m.Category)).first()
        assert like is not None
        assert category is not None
        parties, obligations, standings = [], [], []
        for n in range(300):
            party, obligation = uuid4(), uuid4()
            parties.append(
                {
                    "id": party,
                    "matter_id": like.matter_id,
                    "position": n + 9,
                    "name": f"P{n}",
                    "side": "producing",
                    "seat": "",
                }
            )
            obligations.append(
                {
                    "id": obligation,
                    "order_id": like.order_id,
                    "category_id": category.id,
                    "obligor_id": party,
                    "position": n + 9,
                }
            )
            standings.append({"obligation_id": obligation, **_facts(dice, like)})
        session.execute(insert(m.Party), parties)
        session.execute(insert(m.Obligation), obligations)
        session.execute(insert(m.StandingRow), standings)
        return cast.actor(session, "clerk")


def _held(row: m.StandingRow) -> bool:
    return row.valid_from <= NOW and (row.valid_until is None or row.valid_until > NOW)


def test_the_status_in_sql_is_the_status_of_the_law(database: Database, strewn: Actor) -> None:
    with database.reading() as session:
        rows = session.execute(select(m.StandingRow, statuses.status_of(NOW))).all()
        assert len(rows) > 300
        for row, status in rows:
            assert Status(status) is listing.status_now(row, NOW)


@pytest.mark.parametrize("status", list(Status))
def test_a_list_of_one_status_holds_exactly_those_that_bear_it(
    database: Database, strewn: Actor, status: Status
) -> None:
    wanted = listing.Filter(statuses=(status,))
    with database.reading() as session:
        every = session.scalars(select(m.StandingRow)).all()
        expected = {
            r.obligation_id for r in every if _held(r) and listing.status_now(r, NOW) is status
        }
        found = {
            r.standing.obligation_id
            for r in listing.obligations(session, strewn, wanted, NOW, limit=1000)
        }
        assert found == expected
        counted = listing.counts(session, strewn, listing.Filter(), NOW)
        assert counted.get(status, 0) == len(expected)


@pytest.mark.parametrize("sort", list(listing.Sort))
@pytest.mark.parametrize(
    "wanted_statuses", [(), (Status.overdue_nothing, Status.overdue_partly), (Status.ended,)]
)
def test_pages_in_either_order_are_the_whole_list_cut(
    database: Database, strewn: Actor, sort: listing.Sort, wanted_statuses: tuple[Status, ...]
) -> None:
    wanted = listing.Filter(statuses=wanted_statuses, sort=sort)
    with database.reading() as session:
        whole = listing.obligations(session, strewn, wanted, NOW, limit=1000)
        paged: list[listing.Row] = []
        while len(paged) < len(whole):
            cursor = listing.cursor_after(paged[-1], sort) if paged else None
            after = listing.place_after(cursor, sort)
            page = listing.obligations(session, strewn, wanted, NOW, limit=7, after=after)
            assert page, "the list ends too soon"
            paged += page
        assert [*_keys(paged)] == [*_keys(whole)]
        firsts = [listing.key_of(row, sort)[0] for row in whole]
        assert firsts == sorted(firsts, reverse=sort.descending)


def _keys(rows: object) -> Iterator[tuple[datetime, UUID]]:
    for row in rows:  # type: ignore[attr-defined]
        yield row.standing.sort_at, row.standing.obligation_id


def test_a_page_takes_as_many_statements_for_fifty_rows_as_for_one(
    database: Database, strewn: Actor
) -> None:
    taken = []
    for limit in (1, 50):
        with database.reading() as session, counting(database.engine) as sent:
            listing.obligations(session, strewn, listing.Filter(), NOW, limit=limit)
            taken.append(len(sent))
    assert taken[0] == taken[1] <= 8


def test_nobody_lists_what_they_may_not_see(database: Database, strewn: Actor, cast: Cast) -> None:
    with database.reading() as session:
        for role in ("counsel_elsewhere", "clerk_elsewhere", "administrator", "nobody_yet"):
            actor = cast.actor(session, role)
            assert not listing.obligations(session, actor, listing.Filter(), NOW, limit=10)
            assert not listing.counts(session, actor, listing.Filter(), NOW)
            assert not orders(session, actor, limit=10, after=None)
        bound = replace(strewn, matter_ids=frozenset({cast.other.id}))
        assert not listing.obligations(session, bound, listing.Filter(), NOW, limit=10)
