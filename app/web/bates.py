"""Giving Bates numbers to a draft's exhibits: looked at first, then confirmed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor
from app.errors import AlreadyDeposited, Conflict, Invalid
from app.schemas.numbering import BatesIn
from app.services import productions
from app.services.bates import number_pages
from app.services.draft import draft_of
from app.services.orders import order_of
from app.services.proposals import BatesProposal, propose_bates
from app.web.forms import Form, Sent, parsed
from app.web.numbering import BATES, Typed, numbering_page
from app.web.rendering import page
from app.web.security import PageRoute, check_token
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

SHOWN_MAX = 500
_PAGES = "pages."


@router.post("/productions/{production_id}/bates")
def give_bates(
    door: Annotated[PageDoor, page_door(Action.production_draft)], production_id: UUID, form: Sent
) -> Response:
    """Show the numbers that each exhibit would bear; with the mark of what was shown, give them."""
    moved = None
    try:
        if not form.one("mark"):
            with visit(door) as (session, actor):
                check_token(door, form.one("csrf"))
                data = _data(session, actor, production_id, form)
                found = propose_bates(session, actor, production_id, data)
                return _preview(door, session, actor, production_id, form, found)
        with door.writing() as (session, actor):
            check_token(door, form.one("csrf"))
            productions.drafting(session, actor, production_id, whole=False)
            data = _data(session, actor, production_id, form)
            found = propose_bates(session, actor, production_id, data)
            if found.mark == form.one("mark"):
                number_pages(session, actor, production_id, data, door.now)
            else:
                moved = found
    except AlreadyDeposited:
        raise
    except (Invalid, Conflict) as fault:
        typed = Typed(fault, {n: form.one(n) for n in BATES}, _pages(form))
        with visit(door) as (session, actor):
            return numbering_page(door, session, actor, production_id, typed)
    if moved is not None:
        with visit(door) as (session, actor):
            return _preview(door, session, actor, production_id, form, moved, moved=True)
    return RedirectResponse(
        f"/productions/{production_id}/numbering?given={found.changed}#bates", 303
    )


def _pages(form: Form) -> dict[str, str]:
    """The pages that were typed, by exhibit."""
    return {
        name.removeprefix(_PAGES): value.strip()
        for name, value in form.pairs
        if name.startswith(_PAGES)
    }


def _data(session: Session, actor: Actor, production_id: UUID, form: Form) -> BatesIn:
    _production, draft = draft_of(session, actor, production_id, lock=False)
    said: dict[str, Any] = {
        "prefix": form.one("prefix"),
        "purely_numeric": bool(form.one("numeric")),
        "width": form.one("width"),
        "start": form.one("start") or None,
        "per": form.one("per"),
        "pages": {i: n for i, n in _pages(form).items() if n},
    }
    if form.one("which") == "lacking":
        lacking = [i for i, e in draft.items() if e.bates_first is None]
        if not lacking:
            raise Invalid.field("which", "Every exhibit of the draft bears Bates numbers already.")
        said["exhibit_ids"] = lacking
    return parsed(BatesIn, said)


def _preview(
    door: PageDoor, session: Session, actor: Actor, production_id: UUID, form: Form,
    found: BatesProposal, *, moved: bool = False,
) -> Response:  # fmt: skip
    production, _draft = draft_of(session, actor, production_id, lock=False)
    kept: Mapping[str, str] = {n: form.one(n) for n in BATES if form.one(n)} | {
        f"{_PAGES}{i}": n for i, n in _pages(form).items() if n
    }
    return page(
        door,
        "bates_preview.html",
        status=409 if moved else 200,
        production=production,
        order=order_of(session, actor, production.order_id),
        found=found,
        shown=found.given[:SHOWN_MAX],
        kept=kept,
        moved=moved,
    )
