"""What an event needs before it is taken, and what a preview of one tells."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from app import models as m
from app.calendars import court_calendar
from app.db import Database
from app.domain.status import Status
from app.errors import Conflict, Incomputable, Invalid, NotAllowed, NotFound
from app.rulepacks import rule_pack
from app.schemas.events import EVENT_IN
from app.services.check import Checked, check
from app.services.compliance import assess_order
from app.services.events import Change, preview_event, record_event
from tests.cast import Cast
from tests.factories import a_category, a_service

NOW = datetime(2021, 7, 20, 8, 0, tzinfo=UTC)
STAY: dict[str, Any] = {"kind": "stay", "effective_on": "2021-08-02", "reason": "Arrêt"}
OBJECTION: dict[str, Any] = {
    "kind": "objection",
    "ground": "Secret des affaires",
    "effective_on": "2021-08-02",
    "reason": "r",
}

Record = Callable[..., m.Event]
Preview = Callable[..., list[Change]]


@pytest.fixture
def record(database: Database, cast: Cast) -> Record:
    def by(order: m.Order, data: dict[str, Any], role: str = "clerk") -> m.Event:
        with database.writing() as session:
            actor = cast.actor(session, role)
            return record_event(session, actor, order.id, EVENT_IN.validate_python(data), NOW)

    return by


@pytest.fixture
def preview(database: Database, cast: Cast) -> Preview:
    def by(order: m.Order, data: dict[str, Any], role: str = "clerk") -> list[Change]:
        with database.reading() as session:
            actor = cast.actor(session, role)
            return preview_event(session, actor, order.id, EVENT_IN.validate_python(data), NOW)

    return by


def faults(raised: pytest.ExceptionInfo[Invalid]) -> set[str]:
    return {fault.field for fault in raised.value.faults}


def test_an_order_keeps_the_versions_of_the_law_it_is_computed_by(
    database: Database, served: m.Order
) -> None:
    with database.reading() as session:
        order = session.get_one(m.Order, served.id)
        assert order.rule_pack_version == rule_pack("fr-civil").version
        assert order.calendar_version == court_calendar("FR").version
        kept = session.scalars(select(m.StandingRow.calendar_version).distinct()).all()
        assert kept == [order.calendar_version]


def test_the_preview_of_what_takes_effect_later_shows_what_will_move(
    served: m.Order, preview: Preview
) -> None:
    changes = preview(served, STAY)
    assert [(c.old.status, c.new.status) for c in changes] == [
        (Status.running, Status.suspended)
    ] * 2
    assert {c.as_of for c in changes} == {datetime(2021, 8, 1, 22, tzinfo=UTC)}
    past = preview(served, {**STAY, "effective_on": "2021-07-15"})
    assert {c.as_of for c in past} == {NOW}


def test_the_preview_of_a_correction_looks_at_the_day_of_what_it_corrects(
    served: m.Order, record: Record, preview: Preview
) -> None:
    stay = record(served, STAY)
    undo = {
        "kind": "correction",
        "corrects": str(stay.id),
        "effective_on": "2021-07-20",
        "reason": "erreur",
    }
    assert [(c.old.status, c.new.status) for c in preview(served, undo)] == [
        (Status.suspended, Status.running)
    ] * 2


def test_a_preview_leaves_the_record_and_the_projection_as_they_were(
    database: Database, served: m.Order, preview: Preview
) -> None:
    def counted() -> tuple[object, ...]:
        with database.reading() as session:
            events = session.scalar(select(func.count()).select_from(m.Event))
            standings = session.scalar(select(func.count()).select_from(m.StandingRow))
            return events, standings, session.get_one(m.Order, served.id).version

    before = counted()
    preview(served, STAY)
    with pytest.raises(Invalid):
        preview(served, {**STAY, "until_on": "2021-08-01"})
    assert counted() == before


def test_what_a_preview_refuses_recording_refuses_alike(
    served: m.Order, record: Record, preview: Preview, cast: Cast
) -> None:
    for data, error in (
        (a_service(cast.obligor), Invalid),
        ({**STAY, "until_on": "2070-01-01"}, Incomputable),
        ({**STAY, "obligor_id": str(cast.party("UEJF"))}, Invalid),
    ):
        for act in (preview, record):
            with pytest.raises(error):
                act(served, data)


def test_a_decision_may_be_served_category_by_category_each_once(
    served: m.Order, register: Callable[..., m.Order], record: Record, cast: Cast
) -> None:
    order = register()
    one, two = ([str(c.id)] for c in order.categories)
    record(order, a_service(cast.obligor, category_ids=one))
    record(order, a_service(cast.obligor, category_ids=two, effective_on="2021-07-14"))
    for again in (one, two, []):
        with pytest.raises(Invalid) as raised:
            record(order, a_service(cast.obligor, category_ids=again))
        assert faults(raised) == {"kind"}


def test_a_stay_that_was_replaced_keeps_its_lifting_and_is_not_lifted_twice(
    database: Database, served: m.Order, record: Record, cast: Cast
) -> None:
    stay = record(served, STAY)
    lifted = {
        "kind": "stay_lifted",
        "stay_id": str(stay.id),
        "effective_on": "2021-08-12",
        "reason": "Levée",
    }
    record(served, lifted)
    better = record(served, {**STAY, "effective_on": "2021-08-03", "corrects": str(stay.id)})
    with pytest.raises(Invalid) as raised:
        record(served, {**lifted, "stay_id": str(better.id)})
    assert faults(raised) == {"stay_id"}
    with pytest.raises(Invalid):
        record(served, {**STAY, "effective_on": "2021-08-20", "corrects": str(better.id)})
    with database.reading() as session:
        actor = cast.actor(session, "clerk")
        later = datetime(2021, 8, 12, 8, tzinfo=UTC)
        found = assess_order(session, actor, served.id, now=later).assessment
        assert found.status is Status.running
        assert not list(check(session, Checked()))


def test_counsel_record_their_objection_and_correct_nobody_elses(
    served: m.Order, record: Record, preview: Preview
) -> None:
    mine = record(served, OBJECTION, "producing_counsel")
    again = {**OBJECTION, "ground": "Autre motif", "corrects": str(mine.id)}
    for act in (record, preview):
        with pytest.raises(NotAllowed):
            act(served, again, "requesting_counsel")
    better = record(served, again, "producing_counsel")
    assert record(served, {**again, "corrects": str(better.id)}).corrects == better.id


@pytest.mark.parametrize(
    ("role", "error"),
    [
        ("producing_counsel", NotAllowed),
        ("requesting_counsel", NotAllowed),
        ("producing_assistant", NotAllowed),
        ("counsel_elsewhere", NotFound),
        ("clerk_elsewhere", NotFound),
        ("administrator", NotFound),
        ("auditor", NotFound),
        ("nobody_yet", NotFound),
    ],
)
def test_only_a_clerk_of_the_court_records_a_stay(
    served: m.Order, record: Record, preview: Preview, role: str, error: type[Exception]
) -> None:
    for act in (record, preview):
        with pytest.raises(error):
            act(served, STAY, role)


def test_two_who_record_at_the_same_moment_get_two_places_or_a_conflict(
    database: Database, served: m.Order, record: Record
) -> None:
    together = Barrier(2)

    def act(text: str) -> int | None:
        together.wait()
        try:
            dispute = {"kind": "dispute", "text": text, "reason": "r"}
            return record(served, {**dispute, "effective_on": "2021-08-02"}).seq
        except Conflict:
            return None

    with ThreadPoolExecutor(2) as pool:
        found = sorted(seq for seq in pool.map(act, ("one", "two")) if seq is not None)
    assert found in ([2, 3], [2])
    with database.reading() as session:
        seqs = session.scalars(select(m.Event.seq).order_by(m.Event.seq)).all()
        assert seqs == [1, *found]
        assert not list(check(session, Checked()))


def test_two_who_correct_the_same_event_do_not_both_do(served: m.Order, record: Record) -> None:
    stay = record(served, STAY)
    together = Barrier(2)

    def act(on: str) -> str:
        together.wait()
        try:
            record(served, {**STAY, "effective_on": on, "corrects": str(stay.id)})
        except (Conflict, Invalid):
            return "refused"
        return "recorded"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(act, ("2021-08-03", "2021-08-04"))) == ["recorded", "refused"]


def test_an_obligor_who_owes_one_category_alone_is_listed_for_that_one(
    register: Callable[..., m.Order], database: Database, cast: Cast
) -> None:
    third = cast.party("Hébergeur tiers")
    order = register(
        a_service(third),
        categories=[
            a_category(cast.obligor, number="1"),
            a_category(cast.obligor, number="2", obligors=[str(cast.obligor), str(third)]),
        ],
    )
    with database.reading() as session:
        found = assess_order(session, cast.actor(session, "clerk"), order.id, now=NOW).assessment
    assert [(o.obligation.category.number, o.status) for o in found.obligations] == [
        ("1", Status.awaiting_service_proof),
        ("2", Status.awaiting_service_proof),
        ("2", Status.running),
    ]
