"""Recording: the projection follows, a preview tells the truth, races end in order."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from app import models as m
from app.db import Database
from app.domain.status import Status
from app.errors import Conflict, Incomputable, Invalid
from app.schemas.events import EVENT_IN
from app.services.check import Checked, check
from app.services.compliance import assess_order
from app.services.events import preview_event, record_event
from tests.cast import Cast
from tests.factories import a_service

NOW = datetime(2021, 9, 20, 8, 0, tzinfo=UTC)
EXTENSION: dict[str, Any] = {
    "kind": "extension",
    "effective_on": "2021-09-01",
    "period": [{"value": 1, "unit": "month"}],
    "reason": "Ordonnance",
}
STAY: dict[str, Any] = {"kind": "stay", "effective_on": "2021-08-02", "reason": "Arrêt"}


def _record(database: Database, cast: Cast, order: m.Order, data: dict[str, Any]) -> m.Event:
    with database.writing() as session:
        actor = cast.actor(session, "clerk")
        return record_event(session, actor, order.id, EVENT_IN.validate_python(data), NOW)


def _differences(database: Database) -> list[str]:
    with database.reading() as session:
        return [str(d) for d in check(session, Checked())]


@pytest.mark.parametrize("data", [EXTENSION, STAY, {**STAY, "until_on": "2021-08-20"}])
def test_a_preview_says_what_recording_then_does_and_saves_nothing(
    database: Database, served: m.Order, cast: Cast, data: dict[str, Any]
) -> None:
    with database.writing() as session:
        actor = cast.actor(session, "clerk")
        changes = preview_event(session, actor, served.id, EVENT_IN.validate_python(data), NOW)
        assert session.scalar(select(func.count()).select_from(m.Event)) == 1
    assert all(c.moves for c in changes)
    _record(database, cast, served, data)
    with database.reading() as session:
        actor = cast.actor(session, "clerk")
        after = assess_order(session, actor, served.id, now=NOW).assessment
    told = [(c.new.status, c.new.standing.clock.due_at) for c in changes]
    assert told == [(o.status, o.standing.clock.due_at) for o in after.obligations]
    assert {c.old.status for c in changes} == {Status.overdue_nothing}


def test_check_finds_nothing_after_events_of_many_kinds(
    database: Database, served: m.Order, cast: Cast
) -> None:
    stay = _record(database, cast, served, {**STAY, "until_on": "2021-08-20"})
    lifted = {"kind": "stay_lifted", "stay_id": str(stay.id), "effective_on": "2021-08-12"}
    for data in (
        {**lifted, "reason": "Levée"},
        EXTENSION,
        {"kind": "dispute", "text": "incomplet", "effective_on": "2021-12-01", "reason": "r"},
        {"kind": "finding", "outcome": "insufficient", "effective_on": "2023-03-23", "reason": "r"},
        {"kind": "set_aside", "effective_on": "2023-05-01", "reason": "r"},
    ):
        _record(database, cast, served, data)
    assert _differences(database) == []


@pytest.mark.parametrize(
    ("tamper", "named"),
    [
        (lambda s: s.execute(update(m.StandingRow).values(due_on=date(2030, 1, 1))), "due_on"),
        (lambda s: s.execute(update(m.StandingRow).values(stayed=True)), "stayed"),
        (lambda s: s.execute(delete(m.StandingRow)), "standing"),
        (lambda s: s.execute(update(m.Order).values(events_count=7)), "events_count"),
    ],
)
def test_check_names_what_was_changed_by_hand(
    database: Database, served: m.Order, tamper: Callable[..., Any], named: str
) -> None:
    assert _differences(database) == []
    with database.writing() as session:
        tamper(session)
    found = _differences(database)
    assert found
    assert all(str(served.id) in line for line in found)
    assert any(named in line for line in found)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({**EXTENSION, "effective_on": "2020-01-01"}, Invalid),
        ({**EXTENSION, "period": [{"value": 20, "unit": "year"}]}, Incomputable),
    ],
)
def test_a_refused_event_leaves_nothing(
    database: Database, served: m.Order, cast: Cast, data: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        _record(database, cast, served, data)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(m.Event)) == 1
        assert session.get_one(m.Order, served.id).events_count == 1
    assert _differences(database) == []


def test_two_who_record_at_once_get_their_places_one_after_the_other(
    database: Database, register: Callable[..., m.Order], cast: Cast
) -> None:
    order = register(a_service(cast.obligor))

    def record(n: int) -> str:
        data = {**STAY, "effective_on": f"2021-08-{n:02d}", "until_on": f"2021-08-{n + 1:02d}"}
        try:
            return str(_record(database, cast, order, data).seq)
        except Conflict:
            return "refused"

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(record, range(2, 10)))
    done = sorted(int(seq) for seq in told if seq != "refused")
    assert done == list(range(2, 2 + len(done)))
    assert done
    assert _differences(database) == []
