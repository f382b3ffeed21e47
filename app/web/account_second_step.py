"""The second step of signing in: set up with an authenticator, confirmed, turned off."""

from __future__ import annotations

from typing import Annotated

import segno
from fastapi import APIRouter
from markupsafe import Markup
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app import models as m
from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor
from app.errors import Conflict, Fault, Invalid, TooManyRequests
from app.problems import retry_seconds, status_of
from app.services import accounts, second_factor, signing_in
from app.web.account import Refused, back, refused_page
from app.web.forms import Form, Sent
from app.web.present import check_present
from app.web.rendering import page
from app.web.security import PageRoute, check_token
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

_REFUSED = (Invalid, TooManyRequests)


@router.post("/account/second-step/start")
def start(door: Annotated[PageDoor, page_door(Action.account_own)], form: Sent) -> Response:
    """Make the secret that the authenticator will share; nothing is asked for yet."""
    with door.writing() as (session, actor):
        check_token(door, form.one("csrf"))
        second_factor.start_second_step(session, actor, door.clock_at)
    return RedirectResponse("/account/second-step", 303)


@router.get("/account/second-step")
def show_setup(door: Annotated[PageDoor, page_door(Action.account_own)]) -> Response:
    """The QR code and the key, and the form that confirms them."""
    with visit(door) as (session, actor):
        return _setup(door, session, actor)


def _setup(door: PageDoor, session: Session, actor: Actor, fault: Fault | None = None) -> Response:
    row = session.get(m.SecondFactor, actor.user_id)
    if row is None or row.confirmed_at is not None:
        return RedirectResponse("/account#second-step", 303)
    uri = second_factor.provisioning_uri(row.secret, accounts.own_account(session, actor).email)
    response = page(
        door,
        "second_step.html",
        status=status_of(fault) if fault else 200,
        qr=qr_code(uri),
        key=[row.secret[i : i + 4] for i in range(0, len(row.secret), 4)],
        refused=Refused("confirm", fault) if fault else None,
    )
    retry = retry_seconds(fault) if fault else None
    if retry is not None:
        response.headers["Retry-After"] = str(retry)
    return response


def qr_code(text: str) -> Markup:
    """A QR code as SVG, black on white whatever the page's colours: cameras need that."""
    drawn = segno.make(text, error="m", micro=False)
    svg = drawn.svg_inline(dark="#000", light="#fff", border=4, svgclass="qr", omitsize=True)
    # Of segno's making: paths and numbers, nothing of the text itself.
    return Markup(svg)  # noqa: S704


@router.post("/account/second-step")
def confirm(door: Annotated[PageDoor, page_door(Action.account_own)], form: Sent) -> Response:
    """Turning it on by a first code; the recovery codes are shown once, by this answer."""
    try:
        check_present(door, form)
        with door.writing() as (session, actor):
            _throttle(door, session, actor)
            codes = second_factor.confirm_second_step(
                session, actor, form.one("code"), door.clock_at
            )
    except _REFUSED as fault:
        _note(door, fault)
        with visit(door) as (session, actor):
            return _setup(door, session, actor, fault)
    return page(door, "recovery_codes.html", codes=codes, here="")


@router.post("/account/second-step/change")
def change(door: Annotated[PageDoor, page_door(Action.account_own)], form: Sent) -> Response:
    """Turning it off, or making new recovery codes: by the password and a code, both."""
    codes: list[str] = []
    try:
        check_present(door, form)
        with door.writing() as (session, actor):
            _throttle(door, session, actor)
            codes = _changed(door, session, actor, form)
    except _REFUSED as fault:
        _note(door, fault)
        return refused_page(door, Refused("second-step", fault))
    return page(door, "recovery_codes.html", codes=codes, here="") if codes else back("off")


def _changed(door: PageDoor, session: Session, actor: Actor, form: Form) -> list[str]:
    if not second_factor.asks_code(session, actor.user_id):
        raise Conflict("The second step is off already.")
    if not second_factor.code_taken(session, actor.user_id, form.one("code"), door.clock_at):
        raise Invalid.field("code", "This code is not right, or was used already.")
    if form.one("act") == "codes":
        return second_factor.renew_codes(session, actor, door.clock_at)
    second_factor.remove_second_step(session, actor.user_id, actor, door.clock_at)
    return []


def _throttle(door: PageDoor, session: Session, actor: Actor) -> None:
    signing_in.check_attempts(
        session,
        f"code:{actor.user_id}",
        door.address,
        door.clock_at,
        at_most=door.settings.sign_in_attempts,
    )


def _note(door: PageDoor, fault: Fault) -> None:
    """Count a wrong code, in a transaction of its own: the one it was found in is undone."""
    signed_in = door.signed_in
    wrong = isinstance(fault, Invalid) and fault.faults[0].field == "code"
    if wrong and signed_in is not None:
        key = f"code:{signed_in.actor.user_id}"
        with door.database.writing() as session:
            signing_in.note_failure(session, key, door.address, door.clock_at)
