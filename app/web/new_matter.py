"""Registering a matter, and choosing the matter in which an order is registered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor, Place, allows
from app.errors import Conflict, Invalid
from app.problems import status_of
from app.schemas.matters import MatterIn
from app.services import courts, matters
from app.web.forms import Form, Sent, once, parsed
from app.web.matter_form import matter_said, matter_sheet, one_more
from app.web.rendering import page
from app.web.security import PageRoute, check_token
from app.web.typed_rows import Draft
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

MATTERS_SHOWN = 50
_MORE = re.compile(r"more-(dockets|parties|counsels)(?:-(\d{1,2}))?")


@router.get("/orders/new")
def choose_matter(
    door: Annotated[PageDoor, page_door(Action.order_register)],
    q: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """The clerk's matters, newest first, found by number, title or party."""
    with visit(door) as (session, actor):
        found = matters.matters_found(session, actor, q.strip(), limit=MATTERS_SHOWN + 1)
        return page(
            door,
            "matter_choice.html",
            matters=found[:MATTERS_SHOWN],
            more=len(found) > MATTERS_SHOWN,
            q=q.strip(),
        )


@router.get("/matters/new")
def show_new_matter(
    door: Annotated[PageDoor, page_door(Action.matter_register)],
) -> Response:
    """The form, blank but for what is usual at the clerk's court."""
    draft = Draft({"key": [str(uuid4())], "side1": ["requesting"], "side2": ["producing"]})
    with visit(door) as (session, actor):
        own = _courts(session, actor)
        if len(own) == 1:
            draft.values["court"] = [own[0][0]]
        return _show(door, draft, own)


@router.post("/matters/new")
def new_matter(
    door: Annotated[PageDoor, page_door(Action.matter_register)], form: Sent
) -> Response:
    """Add a row, or register the matter and go on to its first order."""
    draft = Draft.of(form)
    more = _MORE.fullmatch(form.one("act"))
    if more is not None:
        with visit(door) as (session, actor):
            check_token(door, form.one("csrf"))
            one_more(draft, more[1], int(more[2] or 0))
            return _show(door, draft, _courts(session, actor))
    return _register(door, form, draft)


def _courts(session: Session, actor: Actor) -> list[tuple[str, str]]:
    return [
        (c.code, c.name)
        for c in courts.courts(session, actor)
        if allows(actor, Action.matter_register, Place(c.id))
    ]


def _register(door: PageDoor, form: Form, draft: Draft) -> Response:
    data, names = matter_said(draft)
    try:
        with door.writing() as (session, actor):
            check_token(door, form.one("csrf"))

            def act() -> str:
                matter = matters.register_matter(session, actor, parsed(MatterIn, data), door.now)
                return f"/matters/{matter.id}/orders/new"

            address = once(door, session, actor, draft.one("key"), repr(data), act)
    except (Invalid, Conflict) as fault:
        with visit(door) as (session, actor):
            return _show(door, draft, _courts(session, actor), names, fault)
    return RedirectResponse(address, 303)


def _show(
    door: PageDoor,
    draft: Draft,
    own: Sequence[tuple[str, str]],
    names: dict[str, str] | None = None,
    fault: Invalid | Conflict | None = None,
) -> Response:
    faults = fault.faults if isinstance(fault, Invalid) else ()
    sheet = matter_sheet(draft, own, door.language, names or {}, faults)
    if isinstance(fault, Conflict):
        sheet.elsewhere.append(fault.message)
    shown = {it.field.name for it in sheet.all_fields}
    return page(
        door,
        "matter_new.html",
        status=status_of(fault) if fault else 200,
        sheet=sheet,
        carried=[(n, v) for n, found in draft.values.items() if n not in shown for v in found],
    )
