"""Another password: the present one is asked for, and every other sign-in ends."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import Response

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.errors import Invalid, TooManyRequests
from app.schemas.people import PasswordIn
from app.services.accounts import set_password
from app.services.passwords import hash_password
from app.web.account import Refused, back, refused_page
from app.web.forms import Form, Sent, parsed
from app.web.present import check_present
from app.web.security import PageRoute

router = APIRouter(route_class=PageRoute)


@router.post("/account/password")
def change_password(
    door: Annotated[PageDoor, page_door(Action.account_own)], form: Sent
) -> Response:
    """Change it; nothing typed into this form is shown again."""
    try:
        check_present(door, form)
        hashed = hash_password(new_password(form))
        with door.writing() as (session, actor):
            this = door.signed_in.id if door.signed_in else None
            set_password(session, actor.user_id, hashed, door.clock_at, keep=this)
    except (Invalid, TooManyRequests) as fault:
        return refused_page(door, Refused("password", fault))
    return back("password")


def new_password(form: Form) -> str:
    """The password typed twice. ``Invalid`` names what is wrong with it."""
    typed = form.raw("password")
    data = parsed(PasswordIn, {"password": typed})
    if form.raw("again") != typed:
        raise Invalid.field("again", "The two are not the same.")
    return data.password.get_secret_value()
