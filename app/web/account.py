"""One's own account: what is shown of it, and name and language changed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app.deps import LANGUAGE_COOKIE, PageDoor, page_door
from app.domain.access import TOKEN_SCOPES, Action, Actor, Place, allows
from app.errors import Fault, Invalid
from app.phrases import Phrase
from app.problems import retry_seconds, status_of
from app.schemas.people import ProfileIn
from app.services import accounts, courts, second_factor, signing_in
from app.services.own_tokens import dockets_of
from app.web.forms import Sent, parsed
from app.web.rendering import msg, page
from app.web.security import PageRoute, check_token
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

DONE = {
    "profile": msg("Your name and language are kept."),
    "password": msg("Your password is changed. Every other sign-in of yours is over."),
    "off": msg("The second step is off. From now on your password is enough to sign in."),
    "sign-in": msg("That sign-in is over."),
    "others": msg("Every other sign-in of yours is over."),
    "revoked": msg("The token is revoked. It is refused from now on."),
}
SCOPES = {
    Action.court_read: msg("see the courts you belong to"),
    Action.people_manage: msg("manage people and their roles"),
    Action.matter_register: msg("register matters"),
    Action.matter_read: msg("read matters"),
    Action.matter_change: msg("change matters"),
    Action.order_register: msg("register orders"),
    Action.order_read: msg("read orders and the status of obligations"),
    Action.order_change: msg("change orders"),
    Action.event_preview: msg("preview events"),
    Action.event_record: msg("record events"),
    Action.closure_record: msg("record closed days"),
    Action.attestation_issue: msg("issue attestations"),
    Action.statistics_read: msg("read a court's statistics"),
    Action.production_read: msg("read productions"),
    Action.production_draft: msg("prepare productions"),
    Action.production_deposit: msg("deposit productions"),
    Action.exhibit_download: msg("download exhibits"),
    Action.observation_make: msg("make observations"),
}
_PLACE = re.compile(r"\.\d+$")
"""A place in a list is no field of a form."""
DAYS = (7, 30, 90, 180, 366)


@dataclass(frozen=True, slots=True)
class Refused:
    """A form of the page that could not be taken: which, why, and what was typed into it."""

    section: str
    fault: Fault
    typed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, Phrase]:
        """What is wrong, by field."""
        faults = self.fault.faults if isinstance(self.fault, Invalid) else ()
        return {_PLACE.sub("", f.field): f.message for f in faults}


@router.get("/account")
def show_account(
    door: Annotated[PageDoor, page_door(Action.account_own)], done: str = ""
) -> Response:
    """The account: name, password, second step, where one is signed in, tokens."""
    with visit(door) as (session, actor):
        return account_page(door, session, actor, done=DONE.get(done))


def account_page(
    door: PageDoor,
    session: Session,
    actor: Actor,
    *,
    refused: Refused | None = None,
    done: str | None = None,
    made: tuple[str, str] | None = None,
) -> Response:
    """The page, with what a form on it was refused for, or the secret of a token just made."""
    own = courts.courts(session, actor)
    tokens = signing_in.tokens(session, actor)
    over = [t for t in tokens if t.revoked_at or t.expires_at <= door.clock_at]
    asks = second_factor.asks_code(session, actor.user_id)
    response = page(
        door,
        "account.html",
        status=status_of(refused.fault) if refused else 200,
        user=accounts.own_account(session, actor),
        refused=refused,
        done=done,
        made=made,
        zone=zone_of({c.time_zone for c in own}),
        courts=[c for c in own if allows(actor, Action.people_manage, Place(c.id))],
        asks=asks,
        codes_left=second_factor.codes_left(session, actor.user_id) if asks else 0,
        sign_ins=accounts.sign_ins(
            session, actor, door.clock_at, idle_minutes=door.settings.session_idle_minutes
        ),
        this=door.signed_in.id if door.signed_in else None,
        tokens=[t for t in tokens if t not in over],
        over=over,
        dockets=dockets_of(session, actor, tokens),
        at=door.clock_at,
        scopes=[(a, text) for a, text in SCOPES.items() if a in TOKEN_SCOPES and actor.may_ever(a)],
        days=DAYS,
    )
    retry = retry_seconds(refused.fault) if refused else None
    if retry is not None:
        response.headers["Retry-After"] = str(retry)
    return response


def zone_of(zones: set[str]) -> str:
    """The zone in which somebody reads hours: their courts', if it is one; else UTC."""
    return next(iter(zones)) if len(zones) == 1 else "UTC"


def refused_page(door: PageDoor, refused: Refused) -> Response:
    """The page again, in a view of its own."""
    with visit(door) as (session, actor):
        return account_page(door, session, actor, refused=refused)


def back(done: str) -> RedirectResponse:
    """To the page, which says what was done."""
    return RedirectResponse(f"/account?done={done}#notice", 303)


@router.post("/account/profile")
def change_profile(
    door: Annotated[PageDoor, page_door(Action.account_own)], form: Sent
) -> Response:
    """Keep another name or language."""
    typed = {"name": form.one("name"), "language": form.one("language") or None}
    try:
        with door.writing() as (session, actor):
            check_token(door, form.one("csrf"))
            data = parsed(ProfileIn, typed)
            accounts.change_profile(session, actor, data, door.clock_at)
    except Invalid as fault:
        return refused_page(door, Refused("profile", fault, typed))
    response = back("profile")
    _speak(door, response, data)
    return response


def _speak(door: PageDoor, response: RedirectResponse, data: ProfileIn) -> None:
    """A language chosen for the account counts at once, over the browser's earlier choice."""
    if data.language is None:
        response.delete_cookie(LANGUAGE_COOKIE, secure=door.settings.secure)
    else:
        response.set_cookie(
            LANGUAGE_COOKIE,
            data.language,
            max_age=31_536_000,
            httponly=True,
            samesite="lax",
            secure=door.settings.secure,
        )
