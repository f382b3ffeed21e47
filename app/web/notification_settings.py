"""Whether, when and of which courts somebody is written to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor
from app.domain.notices import Frequency
from app.errors import Invalid
from app.problems import status_of
from app.schemas.notices import NoticeSettingsIn
from app.services import accounts, courts, notice_settings
from app.web.account import Refused, zone_of
from app.web.forms import Form, Sent, parsed
from app.web.rendering import page
from app.web.security import PageRoute, check_token
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

_COURTS_MAX = 200


@router.get("/notifications/settings")
def show_settings(
    door: Annotated[PageDoor, page_door(Action.account_own)], done: str = ""
) -> Response:
    """What holds now. Where a mail's List-Unsubscribe leads."""
    with visit(door) as (session, actor):
        row = notice_settings.settings_of(session, actor, door.now)
        typed = {
            "frequency": row.frequency.value,
            "hour": str(row.hour),
            "every_court": row.every_court,
            "court_ids": list(row.court_ids),
        }
        return _page(door, session, actor, typed, done=bool(done))


def _page(
    door: PageDoor,
    session: Session,
    actor: Actor,
    typed: Mapping[str, Any],
    *,
    done: bool = False,
    refused: Refused | None = None,
) -> Response:
    own = courts.courts(session, actor)
    return page(
        door,
        "notification_settings.html",
        status=status_of(refused.fault) if refused else 200,
        typed=typed,
        done=done,
        refused=refused,
        courts=own,
        zone=zone_of({c.time_zone for c in own}),
        frequencies=list(Frequency),
        email=accounts.own_account(session, actor).email,
        mails=bool(door.settings.smtp_host),
    )


@router.post("/notifications/settings")
def change_settings(
    door: Annotated[PageDoor, page_door(Action.account_own)], form: Sent
) -> Response:
    """Keep what was chosen."""
    typed = _typed(form)
    try:
        with door.writing() as (session, actor):
            check_token(door, form.one("csrf"))
            data = parsed(NoticeSettingsIn, typed)
            notice_settings.change_settings(session, actor, data, door.clock_at)
    except Invalid as fault:
        with visit(door) as (session, actor):
            return _page(door, session, actor, typed, refused=Refused("mail", fault, typed))
    return RedirectResponse("/notifications/settings?done=1#notice", 303)


def _typed(form: Form) -> dict[str, Any]:
    return {
        "frequency": form.one("frequency"),
        "hour": form.one("hour"),
        "every_court": form.one("courts") != "some",
        "court_ids": form.all("court_ids")[:_COURTS_MAX],
    }
