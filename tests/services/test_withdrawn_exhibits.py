"""Exhibits withdrawn and replaced, as the record keeps them: check, assessment and list agree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from app import models as m
from app.db import Database
from app.domain.acts import Act
from app.domain.status import Status
from app.schemas.acts import (
    CategoryAnswerFacts,
    ExhibitReplacedIn,
    ExhibitWithdrawnIn,
    ProductionDepositedIn,
)
from app.schemas.compliance import ObligationOut
from app.schemas.event_kinds import EventBase
from app.services import listing
from app.services.check import Checked, check
from app.services.compliance import assess_order, assessment_out
from app.services.events import append, new_event
from app.services.facts import events_of
from app.services.log import say
from app.services.orders import order_of
from tests.cast import Cast
from tests.factories import a_category, a_service

FIRST, SECOND = uuid4(), uuid4()
ONE, OTHER, NEW = uuid4(), uuid4(), uuid4()


def _act(database: Database, cast: Cast, order: m.Order, at: str, data: EventBase) -> None:
    """What an act records, as the act would."""
    with database.writing() as session:
        counsel = cast.actor(session, "producing_counsel")
        row = order_of(session, counsel, order.id, lock=True)
        past = events_of(session, row.id)
        when = datetime.fromisoformat(at).replace(tzinfo=UTC)
        append(session, counsel, row, past, new_event(row, past, data, when), data)
        say(session, Act.exhibit_withdrawn, counsel, when)


def _said(cast: Cast, at: str, **more: Any) -> dict[str, Any]:
    when = datetime.fromisoformat(at).replace(tzinfo=UTC)
    return {"effective_at": when, "obligor_id": cast.obligor, "reason": "Acte de l’avocat", **more}


def _deposit(database: Database, cast: Cast, order: m.Order, at: str, **answer: Any) -> None:
    production = answer.pop("production")
    facts = CategoryAnswerFacts(category_id=order.categories[0].id, **answer)
    said = _said(cast, at, production_id=production, answers=[facts])
    data = ProductionDepositedIn(kind="production_deposited", **said)
    _act(database, cast, order, at, data)


def _one(database: Database, cast: Cast, order: m.Order, as_of: str) -> ObligationOut:
    now = datetime(2021, 12, 31, tzinfo=UTC)
    at = datetime.fromisoformat(as_of).replace(tzinfo=UTC)
    with database.reading() as session:
        clerk = cast.actor(session, "clerk")
        found = assess_order(session, clerk, order.id, now=now, as_of=at)
        return assessment_out(found, "en").obligations[0]


def _listed(database: Database, cast: Cast, as_of: str) -> Status:
    at = datetime.fromisoformat(as_of).replace(tzinfo=UTC)
    with database.reading() as session:
        actor = cast.actor(session, "clerk")
        wanted = listing.Filter(statuses=tuple(Status), court_id=None, sort=listing.Sort.due)
        (row,) = listing.obligations(session, actor, wanted, at, limit=2, after=None)
        return row.status


def test_check_list_and_assessment_agree_on_what_was_withdrawn_and_replaced(
    database: Database, register: Callable[..., m.Order], cast: Cast
) -> None:
    order = register(
        a_service(cast.obligor), categories=[a_category(cast.obligor, number="1", elements=[])]
    )
    here = [order.categories[0].id]
    _deposit(database, cast, order, "2021-09-10T08:00", production=FIRST, documents=2,
             declaration="complete", declared_total=2)  # fmt: skip
    _deposit(database, cast, order, "2021-09-20T08:00", production=SECOND, documents=1,
             declaration="complete")  # fmt: skip
    said = _said(cast, "2021-09-20T08:01", exhibit_id=ONE, by_exhibit_id=NEW,
                 production_id=SECOND, counted_in=here)  # fmt: skip
    _act(database, cast, order, "2021-09-20T08:01", ExhibitReplacedIn(
        kind="exhibit_replaced", **said))  # fmt: skip
    for at, exhibit, production in (
        ("2021-10-04T08:00", OTHER, FIRST),
        ("2021-10-05T08:00", ONE, FIRST),
        ("2021-10-06T08:00", NEW, SECOND),
    ):
        said = _said(cast, at, exhibit_id=exhibit, production_id=production, counted_in=here)
        gone = ExhibitWithdrawnIn(kind="exhibit_withdrawn", **said)
        _act(database, cast, order, at, gone)
    with database.reading() as session:
        assert list(check(session, Checked())) == []
    shares = {
        on: _one(database, cast, order, f"{on}T12:00").shares.model_dump(
            include={"on_time", "late", "missing", "withdrawn", "replaced"}
        )
        for on in ("2021-09-30", "2021-10-04", "2021-10-05", "2021-10-06")
    }
    names = ("on_time", "late", "missing", "withdrawn", "replaced")
    assert shares == {
        "2021-09-30": dict(zip(names, (2, 0, 0, 0, 1), strict=True)),
        "2021-10-04": dict(zip(names, (1, 0, 1, 1, 1), strict=True)),
        "2021-10-05": dict(zip(names, (0, 1, 1, 2, 0), strict=True)),
        "2021-10-06": dict(zip(names, (0, 0, 2, 3, 0), strict=True)),
    }
    for on, status in (
        ("2021-10-04", "met_on_time"),
        ("2021-10-05", "met_late"),
        ("2021-10-06", "overdue_partly"),
    ):
        assert _one(database, cast, order, f"{on}T12:00").status == status
        assert _listed(database, cast, f"{on}T12:00") == status
