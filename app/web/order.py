"""The order page: what it orders, where each obligation stands as of any day, and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from app import models as m
from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor
from app.domain.record import EVENTS_MAX
from app.domain.terms import term_from_json, term_phrase
from app.schemas.observations import ObservationOut
from app.schemas.pages import LIMIT_MAX
from app.schemas.productions import ProductionOut
from app.services import compliance, events, matters, observations, productions, wording
from app.services.drawings import drawings
from app.web import timeline
from app.web.asked import CourtDay
from app.web.kinds import open_kinds
from app.web.productions import own_obligors
from app.web.rendering import page
from app.web.security import PageRoute
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

MONTHS_MAX = 120
"""Months drawn on one page: some twenty ordinary computations. A page is to be read."""


OBSERVATIONS_SHOWN = 20
"""Observations on the order's page, the latest; their own page has them all."""

EXHIBITS_SHOWN = 20
"""Exhibits of each production on the order's page; the production's own page has them all."""


@router.get("/orders/{order_id}")
def show_order(
    door: Annotated[PageDoor, page_door(Action.order_read)],
    order_id: UUID,
    as_of: CourtDay = None,
    known_at: CourtDay = None,
    recorded: Annotated[int | None, Query(ge=1, le=EVENTS_MAX)] = None,
) -> Response:
    """The order as of a court day, as the record showed it at another; both default to now."""
    with visit(door) as (session, actor):
        found = compliance.assess_order(
            session, actor, order_id, now=door.now, as_of_on=as_of, known_on=known_at
        )
        order, out = found.order, compliance.assessment_out(found, door.language)
        rows = events.event_rows(session, actor, order_id, limit=EVENTS_MAX)
        record = compliance.event_outs(session, order, rows, door.language)
        observed = [
            one
            for one in observations.observations(session, actor, order_id).items
            if one.made_at <= out.as_of
        ]
        deposited, drafts, hidden = _productions(session, actor, order_id, out.as_of)
        # Last, for it loads who represents whom on parties that the others loaded without.
        matter = matters.matter_of(session, actor, order.matter_id)
        return page(
            door,
            "order.html",
            order=order,
            matter=matter,
            found=out,
            drawings=drawings(found, months_max=MONTHS_MAX),
            of_category=timeline.of_category(out),
            terms={c.id: term_phrase(term_from_json(c.term)) for c in order.categories},
            entries=timeline.entries(record, out.as_of, out.known_at),
            by_id={e.id: e for e in record},
            days=timeline.days(record, out),
            as_of=as_of,
            known_at=known_at,
            on_day=lambda on: _address(order_id, on, known_at),
            deposited=deposited,
            drafts=drafts if as_of is None else [],
            hidden=hidden,
            names=_names(order),
            kinds=open_kinds(actor, order),
            exhibits_shown=EXHIBITS_SHOWN,
            observations=observed,
            observed=_by_category(observed),
            observations_shown=OBSERVATIONS_SHOWN,
            may_observe=bool(observations.observers(actor, order)),
            may_draft=bool(own_obligors(actor, order)),
            notice=next((e for e in record if e.seq == recorded), None),
        )


def _by_category(observed: Iterable[ObservationOut]) -> dict[UUID, list[ObservationOut]]:
    """The observations on each category, without answers."""
    found: dict[UUID, list[ObservationOut]] = {}
    for one in observed:
        if one.category_id is not None and one.answers_id is None:
            found.setdefault(one.category_id, []).append(one)
    return found


def _address(order_id: UUID, on: date | None, known_on: date | None) -> str:
    asked = {"as_of": on, "known_at": known_on}
    query = urlencode({k: v.isoformat() for k, v in asked.items() if v is not None})
    return f"/orders/{order_id}?{query}" if query else f"/orders/{order_id}"


def _productions(
    session: Session, actor: Actor, order_id: UUID, as_of: datetime
) -> tuple[list[ProductionOut], list[ProductionOut], int]:
    """What was deposited by ``as_of``, the reader's own drafts, and how many came later."""
    lines = productions.productions(session, actor, order_id, limit=LIMIT_MAX)
    whole = [
        wording.production_out(session, actor, productions.production_of(session, actor, line.id))
        for line, _count in lines
        if line.deposited_at is None or line.deposited_at <= as_of
    ]
    deposited = [p for p in whole if p.deposited_at is not None]
    drafts = [p for p in whole if p.deposited_at is None]
    return deposited, drafts, len(lines) - len(whole)


def _names(order: m.Order) -> dict[UUID, str]:
    """What the identifiers on the page are called: parties, categories, elements."""
    return dict(_named(order))


def _named(order: m.Order) -> Iterable[tuple[UUID, str]]:
    for party in order.matter.parties:
        yield party.id, party.name
    for category in order.categories:
        yield category.id, category.number
        for element in category.elements:
            yield element.id, element.text
