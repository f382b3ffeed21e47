"""What happened on my matters: one line each, which leads to it; read or not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.domain.notices import TURNS, Line
from app.services import courts, notice_settings, notifications
from app.web.account import zone_of
from app.web.asked import CourtDay
from app.web.forms import Sent
from app.web.rendering import page
from app.web.security import PageRoute, check_token
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

_DAYS = timedelta(days=14)
_DISTANT = timedelta(days=365 * 30)


@router.get("/notifications")
def show_notifications(
    door: Annotated[PageDoor, page_door(Action.account_own)],
    since: CourtDay = None,
    before: str = "",
) -> Response:
    """The newest lines since a day, a hundred at a time."""
    with visit(door) as (session, actor):
        zone = zone_of({c.time_zone for c in courts.courts(session, actor)})
        start = (door.now - _DAYS) if since is None else courts.zone_start(since, zone)
        until = _instant(before, door.now)
        chosen = notice_settings.settings_of(session, actor, door.now)
        lines = notifications.happened(
            session, actor, start, until, limit=notifications.LINES_MAX + 1
        )
        shown = lines[: notifications.LINES_MAX]
        read_at = chosen.read_at
        return page(
            door,
            "notifications.html",
            zone=zone,
            since=since,
            start=start,
            until=until,
            lines=[(line, _unread(line, read_at)) for line in shown],
            turns=TURNS,
            following=shown[-1].at.isoformat() if len(lines) > len(shown) else None,
            notices=notice_settings.notices_to(session, actor),
            mails=bool(door.settings.smtp_host),
        )


def _unread(line: Line, read_at: datetime | None) -> bool:
    return not line.own and (read_at is None or line.at > read_at)


def _instant(text: str, now: datetime) -> datetime:
    """An instant that the page itself wrote; now for any other text, or for one to come."""
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        return now
    if said.tzinfo is None or said > now or said < now - _DISTANT:
        return now
    return said.astimezone(UTC)


@router.post("/notifications/read")
def mark_read(door: Annotated[PageDoor, page_door(Action.account_own)], form: Sent) -> Response:
    """What the page showed is read: up to when it was made, not up to now."""
    until = _instant(form.one("until"), door.now)
    with door.writing() as (session, actor):
        check_token(door, form.one("csrf"))
        notice_settings.mark_read(session, actor, until, door.now)
    return RedirectResponse("/notifications", 303)
