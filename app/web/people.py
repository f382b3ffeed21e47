"""The people of a court and their roles: listed, added by address, ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor, Role
from app.errors import Conflict, Fault, Invalid
from app.problems import status_of
from app.schemas.fields import CourtCode
from app.schemas.people import GuestIn
from app.services import court_people, invitations
from app.services.courts import court_of
from app.web.account import Refused
from app.web.forms import Form, Sent
from app.web.people_forms import Link, change_role, guest_of, link_of, typed_guest
from app.web.powers import POWERS
from app.web.rendering import page
from app.web.security import PageRoute, check_token
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

_ROLES = (Role.clerk, Role.court_administrator, Role.auditor)


@router.get("/courts/{code}/people")
def show_people(
    door: Annotated[PageDoor, page_door(Action.people_manage)],
    code: CourtCode,
    docket: Annotated[str, Query(max_length=120)] = "",
    done: str = "",
) -> Response:
    """The court's people; its clerk finds a matter here, to see the people of its parties."""
    with visit(door) as (session, actor):
        return _page(door, session, actor, code, docket=docket.strip(), done=done)


def _page(
    door: PageDoor,
    session: Session,
    actor: Actor,
    code: str,
    *,
    docket: str = "",
    done: str = "",
    refused: Refused | None = None,
    link: Link | None = None,
) -> Response:
    court = court_of(session, actor, code)
    held = court_people.of_court(session, actor, court)
    roles_here = {g.role for g in actor.grants if g.court_id == court.id}
    return page(
        door,
        "people.html",
        status=status_of(refused.fault) if refused else 200,
        here=f"/courts/{code}/people" if door.request.method == "GET" else "",
        court=court,
        held=held,
        gives=Role.court_administrator in roles_here,
        finds=Role.clerk in roles_here,
        docket=docket,
        matters=court_people.matters_numbered(session, actor, court, docket) if docket else (),
        roles=_ROLES,
        powers=POWERS,
        refused=refused,
        typed=refused.typed if refused else typed_guest(Form(())),
        link=link,
        done=done,
        action=f"/courts/{code}/people",
    )


@router.post("/courts/{code}/people")
def add_person(
    door: Annotated[PageDoor, page_door(Action.people_manage)], code: CourtCode, form: Sent
) -> Response:
    """Give a role by address; the answer shows the link of a new account, once."""
    typed = typed_guest(form)
    try:
        with door.writing() as (session, actor):
            check_token(door, form.one("csrf"))
            court_of(session, actor, code)
            data = _guest(typed, code)
            invited = invitations.invite(session, actor, data, door.clock_at)
            link = link_of(door, invited)
    except (Invalid, Conflict) as fault:
        return _refused(door, code, fault, typed)
    if link is None:
        return RedirectResponse(f"/courts/{code}/people?done=granted#notice", 303)
    with visit(door) as (session, actor):
        return _page(door, session, actor, code, link=link)


def _guest(typed: Mapping[str, str], code: str) -> GuestIn:
    role = {"role": typed["role"], "court": code}
    return guest_of(typed, role)


def _refused(door: PageDoor, code: str, fault: Fault, typed: Mapping[str, str]) -> Response:
    with visit(door) as (session, actor):
        return _page(door, session, actor, code, refused=Refused("people", fault, typed))


@router.post("/courts/{code}/people/change")
def change_person(
    door: Annotated[PageDoor, page_door(Action.people_manage)], code: CourtCode, form: Sent
) -> Response:
    """End a role, or make another link for somebody who never opened their account."""
    with door.writing() as (session, actor):
        check_token(door, form.one("csrf"))
        court_of(session, actor, code)
        link = change_role(door, session, actor, form)
    if link is None:
        return RedirectResponse(f"/courts/{code}/people?done=ended#notice", 303)
    with visit(door) as (session, actor):
        return _page(door, session, actor, code, link=link)
