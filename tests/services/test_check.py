"""The check: nothing to say of what the service wrote, and the name of what anybody changed."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, insert, inspect, select, update
from sqlalchemy.orm import Session

from app import models as m
from app.db import Database
from app.domain.status import FindingStatus
from app.errors import Conflict, Incomputable, Invalid
from app.schemas.events import EVENT_IN
from app.services import check as checking
from app.services.check import Checked, check
from app.services.events import record_event
from tests.cast import Cast
from tests.factories import a_category, a_service

THIRD = "Hébergeur tiers"


def differences(database: Database, tally: Checked | None = None) -> list[checking.Difference]:
    with database.reading() as session:
        return list(check(session, tally or Checked()))


def _on(dice: random.Random) -> str:
    return (date(2021, 7, 6) + timedelta(days=dice.randrange(200))).isoformat()


def _some(dice: random.Random, order: m.Order, past: list[m.Event]) -> dict[str, Any]:
    """An event that somebody might send; the service refuses those that cannot be."""
    obligors = [o.obligor_id for c in order.categories for o in c.obligations]
    stays = [e for e in past if e.kind == "stay"]
    kinds: list[dict[str, Any]] = [
        a_service(dice.choice(obligors), provisional=dice.random() < 0.3),
        a_service(dice.choice(obligors), further=True),
        {"kind": "extension", "period": [{"value": dice.randint(1, 3), "unit": "month"}]},
        {
            "kind": "extension",
            "to_on": _on(dice),
            "by": "agreement",
            "agreed_on": _on(dice),
            "writing": dice.choice(["", "lettre"]),
        },
        {"kind": "stay", "effect": dice.choice(["suspend", "interrupt"])},
        {"kind": "stay", "until_on": _on(dice)},
        {"kind": "modification", "term": {"kind": "until", "on": _on(dice), "at": "17:00"}},
        {"kind": "dispute", "text": "incomplet"},
        {"kind": "finding", "outcome": dice.choice(["sufficient", "insufficient"])},
        {"kind": "ruling", "outcome": dice.choice(["upheld", "rejected"])},
        {"kind": "appeal_decided", "outcome": dice.choice(["confirmed", "reversed"])},
        {"kind": "penalty_set", "terms": {"rate": "100"}},
        {"kind": "withdrawal"},
    ]
    if stays:
        kinds += [{"kind": "stay_lifted", "stay_id": str(dice.choice(stays).id)}] * 3
    if past:
        kinds += [{"kind": "correction", "corrects": str(dice.choice(past).id)}] * 2
    data = {"effective_on": _on(dice), "reason": "r", **dice.choice(kinds)}
    if dice.random() < 0.4 and data["kind"] != "correction":
        data["category_ids"] = [str(dice.choice(order.categories).id)]
    if dice.random() < 0.2:
        data["effective_at"] = f"{data.pop('effective_on')}T{dice.randrange(24):02d}:30:00+02:00"
    same = [e for e in past if e.kind == data["kind"]]
    if same and dice.random() < 0.3:
        data["corrects"] = str(dice.choice(same).id)
    return data


@pytest.fixture
def shared(register: Callable[..., m.Order], cast: Cast) -> m.Order:
    """An order with two obligors, and terms of three kinds."""
    both = [str(cast.obligor), str(cast.party(THIRD))]
    return register(
        categories=[
            a_category(cast.obligor, number="1", obligors=both),
            a_category(cast.obligor, number="2", term={"kind": "until", "on": "2021-10-01"}),
            a_category(cast.obligor, number="3", term={"kind": "none"}),
        ]
    )


@pytest.mark.parametrize("seed", range(4))
def test_after_any_events_that_were_taken_the_check_finds_nothing(
    database: Database, shared: m.Order, cast: Cast, seed: int
) -> None:
    dice = random.Random(seed)
    past: list[m.Event] = []
    at = datetime(2021, 7, 7, 9, tzinfo=UTC)
    for _ in range(40):
        at += timedelta(hours=dice.randrange(48))
        data = EVENT_IN.validate_python(_some(dice, shared, past))
        try:
            with database.writing() as session:
                actor = cast.actor(session, "clerk")
                past.append(record_event(session, actor, shared.id, data, at))
        except (Invalid, Conflict, Incomputable):
            continue
    assert len(past) > 10
    tally = Checked()
    assert differences(database, tally) == []
    assert (tally.orders, tally.obligations, tally.events) == (1, 4, len(past))


CHANGED: dict[str, object] = {
    "valid_until": datetime(2030, 1, 1, tzinfo=UTC),
    "sort_at": datetime(2030, 1, 1, tzinfo=UTC),
    "due_from_at": datetime(2030, 1, 1, tzinfo=UTC),
    "due_at": datetime(2030, 1, 1, tzinfo=UTC),
    "due_on": date(2030, 1, 1),
    "raw_on": date(2030, 1, 1),
    "trigger_on": date(2030, 1, 1),
    "provisional": True,
    "undated": True,
    "awaiting": True,
    "stayed": True,
    "ended": True,
    "first_produced_at": datetime(2030, 1, 1, tzinfo=UTC),
    "completed_at": datetime(2030, 1, 1, tzinfo=UTC),
    "stayed_from": datetime(2030, 1, 1, tzinfo=UTC),
    "ended_at": datetime(2030, 1, 1, tzinfo=UTC),
    "answered_count": 9,
    "elements_count": 9,
    "finding": FindingStatus.found_sufficient,
    "clock": {"phrase": "last day not known", "values": {}},
    "calendar_version": "0",
}


def test_every_fact_of_the_projection_is_among_those_changed_here() -> None:
    where = {"obligation_id", "valid_from", "court_id", "matter_id", "order_id"}
    assert set(CHANGED) == {c.key for c in inspect(m.StandingRow).columns} - where


class UndoneError(Exception):
    """Takes back what a test changed."""


def test_a_fact_changed_by_hand_is_named_whichever_it_is(
    database: Database, served: m.Order
) -> None:
    row_of = m.StandingRow.obligation_id, m.StandingRow.valid_from
    with database.reading() as session:
        key = session.execute(select(*row_of).where(m.StandingRow.valid_until.is_(None))).first()
    assert key is not None
    here = [column == value for column, value in zip(row_of, key, strict=True)]
    for column, value in CHANGED.items():
        with pytest.raises(UndoneError), database.writing() as session:
            session.execute(update(m.StandingRow).where(*here).values({column: value}))
            (found,) = check(session, Checked())
            assert (found.column, found.kept, found.obligation_id) == (column, value, key[0])
            assert found.computed != value
            raise UndoneError
    assert differences(database) == []


def _change(database: Database, statement: Any) -> None:
    with database.writing() as session:
        session.execute(statement)


def _copy(session: Session) -> None:
    row = session.scalars(select(m.StandingRow)).first()
    assert row is not None
    values = {c.key: getattr(row, c.key) for c in inspect(m.StandingRow).columns}
    session.execute(
        insert(m.StandingRow), [values | {"valid_from": datetime(2030, 1, 1, tzinfo=UTC)}]
    )


def test_a_standing_too_many_and_one_too_few_are_named(database: Database, served: m.Order) -> None:
    with database.writing() as session:
        _copy(session)
    (found,) = differences(database)
    assert (found.column, found.computed) == ("standing", None)
    assert found.kept == datetime(2030, 1, 1, tzinfo=UTC)
    _change(database, delete(m.StandingRow).where(m.StandingRow.valid_from == found.kept))
    first = m.StandingRow.valid_from == datetime(2021, 7, 5, 22, tzinfo=UTC)
    _change(database, delete(m.StandingRow).where(first))
    missing = differences(database)
    assert [(d.column, d.kept) for d in missing] == [("standing", None)] * 2


def test_the_check_goes_on_in_batches_to_the_last_order(
    database: Database,
    register: Callable[..., m.Order],
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(checking, "_BATCH", 2)
    orders = [register(a_service(cast.obligor)) for _ in range(5)]
    tally = Checked()
    assert differences(database, tally) == []
    assert tally.orders == 5
    _change(database, update(m.StandingRow).values(calendar_version="0"))
    assert {d.order_id for d in differences(database)} == {o.id for o in orders}


def test_an_order_that_the_law_no_longer_answers_is_told_and_the_others_are_checked(
    database: Database, register: Callable[..., m.Order], cast: Cast
) -> None:
    broken, whole = register(a_service(cast.obligor)), register(a_service(cast.obligor))
    category = select(m.Category.id).where(m.Category.order_id == broken.id)
    far = {"kind": "within", "period": [{"value": 99, "unit": "year"}]}
    _change(database, update(m.Category).where(m.Category.id.in_(category)).values(term=far))
    tally = Checked()
    (found,) = differences(database, tally)
    assert (found.order_id, found.column) == (broken.id, "projection")
    assert tally.orders == 2
    assert whole.id != broken.id
