"""What a draft holds back: numbered placeholders, each with its ground."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor
from app.errors import AlreadyDeposited, Conflict, Fault, Invalid, NotFound
from app.language import word
from app.problems import status_of
from app.schemas.productions import WithheldIn
from app.services import answers, productions
from app.services.orders import order_of
from app.web.forms import Sent, parsed
from app.web.production_fields import WITHHELD, shown
from app.web.rendering import page
from app.web.security import PageRoute, check_token
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)


@router.get("/productions/{production_id}/withheld")
def show_withheld(
    door: Annotated[PageDoor, page_door(Action.production_draft)], production_id: UUID
) -> Response:
    """The form of a placeholder, and those that the draft has."""
    with visit(door) as (session, actor):
        return _form(door, session, actor, production_id, {})


@router.post("/productions/{production_id}/withheld")
def withhold(
    door: Annotated[PageDoor, page_door(Action.production_draft)], production_id: UUID, form: Sent
) -> Response:
    """Put a placeholder into the draft, or take one out of it."""
    typed = {f.name: form.one(f.name) for f in WITHHELD}
    try:
        with door.writing() as (session, actor):
            check_token(door, form.one("csrf"))
            productions.drafting(session, actor, production_id)
            if dropped := form.one("drop"):
                answers.drop_withheld(session, actor, production_id, _id(dropped), door.now)
            else:
                data = parsed(WithheldIn, {k: v for k, v in typed.items() if v})
                answers.withhold(session, actor, production_id, data, door.now)
    except AlreadyDeposited:
        raise
    except (Invalid, Conflict) as fault:
        with visit(door) as (session, actor):
            return _form(door, session, actor, production_id, typed, fault)
    return RedirectResponse(f"/productions/{production_id}#withheld", 303)


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def _form(
    door: PageDoor,
    session: Session,
    actor: Actor,
    production_id: UUID,
    values: Mapping[str, str],
    fault: Fault | None = None,
) -> Response:
    production = productions.drafting(session, actor, production_id, lock=False)
    order = order_of(session, actor, production.order_id)
    owed = [
        (str(c.id), f"{c.number} · {word(c.kind, door.language)}")
        for c in order.categories
        if any(o.obligor_id == production.party_id for o in c.obligations)
    ]
    faults = fault.faults if isinstance(fault, Invalid) else ()
    fields, elsewhere = shown(WITHHELD, values, faults, door.language, {"category_id": owed})
    return page(
        door,
        "withheld_form.html",
        status=status_of(fault) if fault else 200,
        production=production,
        order=order,
        numbers={c.id: c.number for c in order.categories},
        fields=fields,
        elsewhere=[fault.message] if isinstance(fault, Conflict) else list(elsewhere.values()),
    )
