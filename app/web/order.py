"""The order page: what it orders, where each obligation stands as of any day, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID, uuid4

from fastapi import APIRouter, Query
from starlette.responses import Response

from app import models as m
from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor, allows
from app.domain.events import Event
from app.domain.record import EVENTS_MAX
from app.domain.terms import term_from_json, term_phrase
from app.schemas.compliance import AssessmentOut
from app.schemas.observations import ObservationOut
from app.services import (
    compliance,
    courses,
    events,
    matters,
    observations,
)
from app.services.attestations import attestations_of
from app.services.compliance import Assessed
from app.services.drawings import drawings
from app.services.facts import events_of
from app.services.glances import glances
from app.services.orders import order_place
from app.web import timeline
from app.web.asked import CourtDay, CourtHour, court_moment
from app.web.course import CourseDrawing, drawing
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
    as_of_hour: CourtHour = None,
    known_at: CourtDay = None,
    known_at_hour: CourtHour = None,
    recorded: Annotated[int | None, Query(ge=1, le=EVENTS_MAX)] = None,
) -> Response:
    """The order as of a day or hour, as the record showed it at another; both default to now."""
    with visit(door) as (session, actor):
        found = compliance.assess_order(
            session,
            actor,
            order_id,
            now=door.now,
            as_of=court_moment(as_of, as_of_hour),
            known_at=court_moment(known_at, known_at_hour),
        )
        order, out = found.order, compliance.assessment_out(found, door.language)
        rows = events.event_rows(session, actor, order_id, limit=EVENTS_MAX)
        record = compliance.event_outs(session, order, rows, door.language)
        observed = [
            one
            for one in observations.observations(session, actor, order_id).items
            if one.made_at <= out.as_of
        ]
        deposited, drafts, hidden = glances(
            session, actor, order_id, out.as_of, exhibits_max=EXHIBITS_SHOWN
        )
        # Last, for it loads who represents whom on parties that the others loaded without.
        matter = matters.matter_of(session, actor, order.matter_id)
        of_category = timeline.of_category(out)
        return page(
            door,
            "order.html",
            order=order,
            matter=matter,
            found=out,
            course=_course(found, events_of(session, order_id)),
            drawings=drawings(found, months_max=MONTHS_MAX),
            of_category=of_category,
            category_of={o.obligation_id: n for n, owed in of_category.items() for o in owed},
            terms={c.id: term_phrase(term_from_json(c.term)) for c in order.categories},
            entries=timeline.entries(record, out.as_of, out.known_at),
            by_id={e.id: e for e in record},
            days=timeline.days(record, out),
            as_of=as_of,
            as_of_hour=as_of_hour if as_of else None,
            known_at=known_at,
            known_at_hour=known_at_hour if known_at else None,
            on_day=lambda on: _address(order_id, on, known_at, known_at_hour),
            attestations=attestations_of(session, actor, order_id).items,
            may_attest=_may_attest(actor, order, out, door.now),
            once=uuid4().hex,
            deposited=deposited,
            drafts=drafts if as_of is None else [],
            hidden=hidden,
            names=_names(order),
            kinds=open_kinds(actor, order),
            observations=observed,
            observed=_by_category(observed),
            observations_shown=OBSERVATIONS_SHOWN,
            may_observe=bool(observations.observers(actor, order)),
            may_draft=bool(own_obligors(actor, order)),
            notice=next((e for e in record if e.seq == recorded), None),
        )


def _course(found: Assessed, record: Sequence[Event]) -> CourseDrawing:
    """Until the day asked about, or the last one due where that is later."""
    lanes = courses.lanes(found, record)
    due = [lane.due_on for lane in lanes if lane.due_on]
    as_of = found.court.day(found.assessment.as_of)
    return drawing(lanes, found.order.made_on, as_of, max([as_of, *due]))


def _may_attest(actor: Actor, order: m.Order, out: AssessmentOut, now: datetime) -> bool:
    """Whether what the page shows can be attested by its reader: nothing that is to come."""
    past = out.as_of <= now and out.known_at <= now
    return past and allows(actor, Action.attestation_issue, order_place(order))


def _by_category(observed: Iterable[ObservationOut]) -> dict[UUID, list[ObservationOut]]:
    """The observations on each category, without answers."""
    found: dict[UUID, list[ObservationOut]] = {}
    for one in observed:
        if one.category_id is not None and one.answers_id is None:
            found.setdefault(one.category_id, []).append(one)
    return found


def _address(
    order_id: UUID, on: date | None, known_on: date | None, known_hour: time | None
) -> str:
    hour = known_hour if known_on else None
    asked = {"as_of": on, "known_at": known_on, "known_at_hour": hour}
    query = urlencode({k: v.isoformat() for k, v in asked.items() if v is not None})
    return f"/orders/{order_id}?{query}" if query else f"/orders/{order_id}"


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
