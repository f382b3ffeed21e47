"""An exhibit of a draft: its title, date and place, and how it is taken out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app import models as m
from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor
from app.errors import Conflict, Fault, Invalid, StaleVersion
from app.problems import status_of
from app.schemas.productions import ExhibitChange
from app.services import productions
from app.services.orders import order_of
from app.web.forms import Form, Sent, parsed
from app.web.production_fields import EXHIBIT, shown
from app.web.rendering import page
from app.web.security import PageRoute, check_token
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)


@router.get("/exhibits/{exhibit_id}")
def show_exhibit(
    door: Annotated[PageDoor, page_door(Action.production_draft)], exhibit_id: UUID
) -> Response:
    """The form of a draft's exhibit."""
    with visit(door) as (session, actor):
        exhibit = productions.exhibit_of(session, actor, exhibit_id)
        productions.drafting(session, actor, exhibit.production_id, lock=False)
        return _form(door, session, actor, exhibit, _recorded(exhibit))


@router.post("/exhibits/{exhibit_id}")
def change_exhibit(
    door: Annotated[PageDoor, page_door(Action.production_draft)], exhibit_id: UUID, form: Sent
) -> Response:
    """Keep what was changed, or take the exhibit out of the draft."""
    try:
        with door.writing() as (session, actor):
            check_token(door, form.one("csrf"))
            exhibit = productions.exhibit_of(session, actor, exhibit_id)
            production_id = exhibit.production_id
            productions.drafting(session, actor, production_id)
            if form.one("act") == "remove":
                productions.remove_exhibit(session, actor, exhibit, door.now)
            else:
                _check_version(exhibit, form)
                data = parsed(ExhibitChange, _data(form))
                productions.change_exhibit(session, actor, exhibit, data, door.now)
    except (Invalid, StaleVersion) as fault:
        with visit(door) as (session, actor):
            exhibit = productions.exhibit_of(session, actor, exhibit_id)
            return _form(door, session, actor, exhibit, _data(form), fault)
    return RedirectResponse(f"/productions/{production_id}#exhibits", 303)


def _check_version(exhibit: m.Exhibit, form: Form) -> None:
    if form.one("version") != str(exhibit.version):
        raise StaleVersion(
            "Somebody changed this exhibit since you opened it. What you typed is below; "
            "keep it again to put it in place of theirs."
        )


def _data(form: Form) -> dict[str, Any]:
    said: dict[str, Any] = {name: form.one(name) for name in ("title", "confidentiality")}
    said["dated_on"] = form.one("dated_on") or None
    return said | {name: form.all(name) for name in ("category_ids", "element_ids")}


def _recorded(exhibit: m.Exhibit) -> dict[str, Any]:
    return {
        "title": exhibit.title,
        "dated_on": exhibit.dated_on.isoformat() if exhibit.dated_on else None,
        "confidentiality": exhibit.confidentiality.value,
        "category_ids": [str(c.category_id) for c in exhibit.categories],
        "element_ids": [str(e.element_id) for e in exhibit.elements],
    }


def _form(
    door: PageDoor,
    session: Session,
    actor: Actor,
    exhibit: m.Exhibit,
    said: Mapping[str, Any],
    fault: Fault | None = None,
) -> Response:
    production = productions.production_of(session, actor, exhibit.production_id, whole=False)
    order = order_of(session, actor, production.order_id)
    values = {f.name: said[f.name] or "" for f in EXHIBIT}
    faults = fault.faults if isinstance(fault, Invalid) else ()
    fields, elsewhere = shown(EXHIBIT, values, faults, door.language)
    return page(
        door,
        "exhibit_form.html",
        status=status_of(fault) if fault else 200,
        exhibit=exhibit,
        production=production,
        order=order,
        owed=[c for c in order.categories if _owes(c, production)],
        fields=fields,
        ticked={*said["category_ids"], *said["element_ids"]},
        elsewhere=[fault.message] if isinstance(fault, Conflict) else list(elsewhere.values()),
    )


def _owes(category: m.Category, production: m.Production) -> bool:
    return any(o.obligor_id == production.party_id for o in category.obligations)
