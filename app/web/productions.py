"""An order's productions: what was deposited, one's own drafts, and how a draft begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app import models as m
from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor, Place, allows
from app.errors import Invalid
from app.problems import status_of
from app.schemas.productions import ProductionIn
from app.services import productions
from app.services.orders import order_of
from app.web.forms import Sent, parsed
from app.web.rendering import page
from app.web.security import PageRoute, check_token
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

SHOWN_MAX = 1_000


@router.get("/orders/{order_id}/productions")
def show_productions(
    door: Annotated[PageDoor, page_door(Action.production_read)], order_id: UUID
) -> Response:
    """Deposited productions and one's own drafts; for whoever may, the form that starts one."""
    with visit(door) as (session, actor):
        return _listed(door, session, actor, order_id)


@router.post("/orders/{order_id}/productions")
def start_production(
    door: Annotated[PageDoor, page_door(Action.production_draft)], order_id: UUID, form: Sent
) -> Response:
    """Start a draft, and go to it."""
    typed = {"party_id": form.one("party_id"), "title": form.one("title")}
    try:
        with door.writing() as (session, actor):
            check_token(door, form.one("csrf"))
            # An order that one does not see is absent, whatever was typed.
            order_of(session, actor, order_id)
            data = parsed(ProductionIn, typed)
            made = productions.draft_production(session, actor, order_id, data, door.now).id
    except Invalid as fault:
        with visit(door) as (session, actor):
            return _listed(door, session, actor, order_id, typed["title"], fault)
    return RedirectResponse(f"/productions/{made}", 303)


def _listed(
    door: PageDoor,
    session: Session,
    actor: Actor,
    order_id: UUID,
    title: str = "",
    fault: Invalid | None = None,
) -> Response:
    lines = productions.productions(session, actor, order_id, limit=SHOWN_MAX)
    order = order_of(session, actor, order_id)
    return page(
        door,
        "productions_list.html",
        status=status_of(fault) if fault else 200,
        order=order,
        drafts=[(p, n) for p, n in lines if p.deposited_at is None],
        deposited=[(p, n) for p, n in lines if p.deposited_at is not None],
        parties=own_obligors(actor, order),
        title=title,
        faults=fault.faults if fault else (),
    )


def own_obligors(actor: Actor, order: m.Order) -> Sequence[m.Party]:
    """The parties that owe something under the order, for which the actor may draft."""
    found = {o.obligor.id: o.obligor for c in order.categories for o in c.obligations}
    return [
        party
        for party in found.values()
        if allows(
            actor,
            Action.production_draft,
            Place(order.court_id, order.matter_id, party.id, deposited=None),
        )
    ]
