"""The summary, the one button, and the page that says in other words that it failed."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.errors import Fault
from app.services import inventory, uploads
from app.services.deposit import deposit
from app.web.errors import not_deposited
from app.web.forms import Sent
from app.web.owed import Sight, lacking, sight
from app.web.rendering import page
from app.web.security import PageRoute, check_token, policy_with_fetch
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

ARRIVED_SHOWN = 100
ARRIVING_SHOWN = 20


@router.get("/productions/{production_id}/deposit")
def show_summary(
    door: Annotated[PageDoor, page_door(Action.production_draft)], production_id: UUID
) -> Response:
    """What would be deposited, what is missing, who may; the button for whoever may."""
    presence = door.presence_to_show(production_id)
    with visit(door) as (session, actor):
        found = sight(door, session, actor, production_id)
        if found.production.deposited_at is not None:
            return _receipt(production_id)
        # Parts live by the real clock, whatever a sandbox says.
        on_the_way, arriving = uploads.on_the_way(
            session, production_id, door.clock_at, limit=ARRIVING_SHOWN
        )
        response = page(
            door,
            "deposit_summary.html",
            found=found,
            on_the_way=on_the_way,
            arriving=arriving,
            lacking=lacking(found),
            missing=inventory.missing(session, found.production, presence),
            may_deposit=inventory.may_deposit(session, actor, found.production),
            depositors=inventory.depositors(session, found.production),
        )
    response.headers["Content-Security-Policy"] = policy_with_fetch()
    return response


@router.post("/productions/{production_id}/deposit")
def deposit_production(
    door: Annotated[PageDoor, page_door(Action.production_deposit)],
    production_id: UUID,
    form: Sent,
) -> Response:
    """Deposit, and go to the receipt; pressed again, go to the same one.

    Whatever goes wrong is told as NOT DEPOSITED, never in words that a receipt could bear.
    """
    try:
        presence = door.presence(production_id)
        with door.writing() as (session, actor):
            check_token(door, form.one("csrf"))
            deposit(
                session,
                actor,
                production_id,
                door.store,
                door.keys,
                door.now,
                signed_at=door.clock_at,
                size_bytes_max=door.settings.upload_bytes_max,
                although_suspended=bool(form.one("although_suspended")),
                presence=presence,
            )
    except Fault as fault:
        return _failed(door, production_id, fault)
    return _receipt(production_id)


def _receipt(production_id: UUID) -> Response:
    return RedirectResponse(f"/productions/{production_id}/receipt", 303)


def _failed(door: PageDoor, production_id: UUID, fault: Fault) -> Response:
    """NOT DEPOSITED, with what the draft holds; the receipt where it is deposited after all.

    A connection lost after the commit looks like one lost before it, and somebody else may
    have pressed first: the record is asked again.
    """
    found: Sight | None = None
    # Asking again fails as well where nobody is signed in, or the database is still busy.
    with suppress(Fault):
        presence = door.presence_to_show(production_id)
        with door.reading() as (session, actor):
            found = sight(door, session, actor, production_id)
            if found.production.deposited_at is not None:
                return _receipt(production_id)
            exhibits = inventory.exhibits_in(
                session, actor, production_id, first=0, limit=ARRIVED_SHOWN
            )
            missing = inventory.missing(session, found.production, presence)
            return not_deposited(
                door.request, fault, door=door, found=found, exhibits=exhibits, missing=missing
            )
    return not_deposited(door.request, fault, door=door)
