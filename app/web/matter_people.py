"""The people of a matter's parties: counsel and assistants, let in and out by its clerk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor, Role
from app.errors import Conflict, Fault, Invalid
from app.problems import status_of
from app.schemas.people import GuestIn
from app.services import court_people, invitations
from app.services.matters import matter_of
from app.web.account import Refused
from app.web.forms import Form, Sent
from app.web.people_forms import Link, change_role, guest_of, link_of, typed_guest
from app.web.powers import POWERS
from app.web.rendering import page
from app.web.security import PageRoute, check_token
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

_ROLES = (Role.counsel, Role.assistant)


@router.get("/matters/{matter_id}/people")
def show_people(
    door: Annotated[PageDoor, page_door(Action.matter_change)], matter_id: UUID, done: str = ""
) -> Response:
    """Who acts for each party, and the form to let somebody in."""
    with visit(door) as (session, actor):
        return _page(door, session, actor, matter_id, done=done)


def _page(
    door: PageDoor,
    session: Session,
    actor: Actor,
    matter_id: UUID,
    *,
    done: str = "",
    refused: Refused | None = None,
    link: Link | None = None,
) -> Response:
    matter = matter_of(session, actor, matter_id)
    return page(
        door,
        "matter_people.html",
        status=status_of(refused.fault) if refused else 200,
        here=f"/matters/{matter_id}/people" if door.request.method == "GET" else "",
        matter=matter,
        court=matter.court,
        held=court_people.of_matter(session, actor, matter),
        roles=_ROLES,
        powers=POWERS,
        refused=refused,
        typed=refused.typed if refused else typed_guest(Form(())),
        link=link,
        done=done,
        gives=True,
        action=f"/matters/{matter_id}/people",
    )


@router.post("/matters/{matter_id}/people")
def add_person(
    door: Annotated[PageDoor, page_door(Action.matter_change)], matter_id: UUID, form: Sent
) -> Response:
    """Let somebody in for a party; the answer shows the link of a new account, once."""
    typed = typed_guest(form)
    try:
        with door.writing() as (session, actor):
            check_token(door, form.one("csrf"))
            matter_of(session, actor, matter_id)
            invited = invitations.invite(session, actor, _guest(typed, matter_id), door.clock_at)
            link = link_of(door, invited)
    except (Invalid, Conflict) as fault:
        return _refused(door, matter_id, fault, typed)
    if link is None:
        return RedirectResponse(f"/matters/{matter_id}/people?done=granted#notice", 303)
    with visit(door) as (session, actor):
        return _page(door, session, actor, matter_id, link=link)


def _guest(typed: Mapping[str, str], matter_id: UUID) -> GuestIn:
    role = {"role": typed["role"], "matter_id": matter_id, "party_id": typed["party_id"] or None}
    return guest_of(typed, role)


def _refused(door: PageDoor, matter_id: UUID, fault: Fault, typed: Mapping[str, str]) -> Response:
    with visit(door) as (session, actor):
        return _page(door, session, actor, matter_id, refused=Refused("people", fault, typed))


@router.post("/matters/{matter_id}/people/change")
def change_person(
    door: Annotated[PageDoor, page_door(Action.matter_change)], matter_id: UUID, form: Sent
) -> Response:
    """End a role, or make another link for somebody who never opened their account."""
    with door.writing() as (session, actor):
        check_token(door, form.one("csrf"))
        matter_of(session, actor, matter_id)
        link = change_role(door, session, actor, form)
    if link is None:
        return RedirectResponse(f"/matters/{matter_id}/people?done=ended#notice", 303)
    with visit(door) as (session, actor):
        return _page(door, session, actor, matter_id, link=link)
