"""The link of a new account: whoever holds it chooses a password, once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import RedirectResponse, Response

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.errors import Invalid
from app.problems import status_of
from app.services import invitations
from app.services.passwords import hash_password
from app.web.account import Refused
from app.web.account_password import new_password
from app.web.forms import Sent
from app.web.security import PageRoute, check_token
from app.web.visitor import visitor_page

router = APIRouter(route_class=PageRoute)

Secret = Annotated[str, Path(max_length=100)]


@router.get("/invitations/{secret}")
def show_invitation(
    door: Annotated[PageDoor, page_door(Action.sign_in)], secret: Secret
) -> Response:
    """The form. A link that was used, is over or never was answers as absent."""
    door.spend()
    return _form(door, secret)


def _form(door: PageDoor, secret: str, refused: Refused | None = None) -> Response:
    with door.database.reading() as session:
        return visitor_page(
            door,
            "invitation.html",
            status=status_of(refused.fault) if refused else 200,
            here=f"/invitations/{secret}" if refused is None else "",
            user=invitations.invited(session, secret, door.clock_at),
            secret=secret,
            refused=refused,
        )


@router.post("/invitations/{secret}")
def accept(
    door: Annotated[PageDoor, page_door(Action.sign_in)], secret: Secret, form: Sent
) -> Response:
    """Keep the password, end the link, and lead to sign in with it."""
    door.spend()
    check_token(door, form.one("csrf"))
    with door.database.reading() as session:
        invitations.invited(session, secret, door.clock_at)
    try:
        hashed = hash_password(new_password(form))
    except Invalid as fault:
        return _form(door, secret, Refused("invitation", fault))
    with door.database.writing() as session:
        invitations.open_account(session, secret, hashed, door.clock_at)
    return RedirectResponse("/sign-in", 303)
