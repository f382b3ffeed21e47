"""New versions of the rules or a calendar: what they would move, and a clerk's decision."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor
from app.errors import Conflict, Fault, Incomputable, Invalid, NotFound
from app.problems import faults_of, status_of
from app.schemas.closures import LawDecisionIn
from app.schemas.fields import CourtCode
from app.services import versions
from app.services.courts import court_of
from app.services.previews import order_law_out
from app.web.forms import Form, Sent
from app.web.rendering import page
from app.web.security import PageRoute, check_token
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

SHOWN_MAX = 50
_TOLD = (Invalid, Incomputable, Conflict, NotFound)


@router.get("/courts/{code}/law-changes")
def show_law_changes(
    door: Annotated[PageDoor, page_door(Action.event_record)],
    code: CourtCode,
    decided: int | None = None,
) -> Response:
    """The orders that wait for a decision, each with old and new dates."""
    with visit(door) as (session, actor):
        return _listed(door, session, actor, code, decided=decided)


@router.post("/courts/{code}/law-changes")
def decide_law_changes(
    door: Annotated[PageDoor, page_door(Action.event_record)], code: CourtCode, form: Sent
) -> Response:
    """Apply the versions at hand to the orders ticked, or ignore them."""
    try:
        with door.writing() as (session, actor):
            check_token(door, form.one("csrf"))
            count = len(versions.decide(session, actor, code, _decision(form), door.now))
    except _TOLD as fault:
        with visit(door) as (session, actor):
            return _listed(door, session, actor, code, form=form, fault=fault)
    return RedirectResponse(f"/courts/{code}/law-changes?decided={count}#notice", 303)


def _decision(form: Form) -> LawDecisionIn:
    try:
        return LawDecisionIn.model_validate(
            {
                "decision": form.one("decision"),
                "order_ids": form.all("order_id"),
                "reason": form.one("reason"),
            }
        )
    except ValidationError as error:
        raise Invalid.all(faults_of(error.errors())) from None


def _listed(
    door: PageDoor,
    session: Session,
    actor: Actor,
    code: str,
    *,
    form: Form | None = None,
    fault: Fault | None = None,
    decided: int | None = None,
) -> Response:
    court = court_of(session, actor, code)
    found = versions.waiting(session, actor, code, door.now, limit=SHOWN_MAX, after=None)
    orders = [(law.order, order_law_out(law, door.language)) for law in found]
    return page(
        door,
        "law_changes.html",
        status=status_of(fault) if fault else 200,
        court=court,
        orders=orders,
        ticked=set(form.all("order_id")) if form else {str(order.id) for order, _ in orders},
        reason=form.one("reason") if form else "",
        faults={f.field.split(".")[0]: f.message for f in fault.faults}
        if isinstance(fault, Invalid)
        else {},
        elsewhere=fault.message if fault and not isinstance(fault, Invalid) else None,
        decided=decided,
        more=len(found) == SHOWN_MAX,
    )
