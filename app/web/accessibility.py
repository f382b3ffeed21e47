"""What accessibility holds and does not: a statement with its date, and whom to write to."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter
from starlette.responses import Response

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.web.rendering import page
from app.web.security import PageRoute

router = APIRouter(route_class=PageRoute)

STATED_ON = date(2026, 11, 25)
"""The day on which what the page says of the product was last held against the product."""


@router.get("/accessibility")
def show_statement(door: Annotated[PageDoor, page_door(Action.public)]) -> Response:
    """The statement; who is signed in keeps their navigation."""
    with door.database.reading() as session:
        door.actor(session)
    contact = door.settings.accessibility_contact
    return page(
        door,
        "accessibility.html",
        stated_on=STATED_ON,
        audit=door.settings.accessibility_audit,
        audited_on=door.settings.accessibility_audited_on,
        contact=contact,
        address=_address(contact),
    )


def _address(contact: str) -> str:
    """Where the contact leads: a web address, or mail."""
    if urlsplit(contact).scheme in ("https", "http"):
        return contact
    return f"mailto:{contact}" if "@" in contact else ""
