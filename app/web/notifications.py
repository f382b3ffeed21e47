"""What happened on my matters: one line each, which leads to it; read or not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.domain.notices import TURNS, Line
from app.services import courts, notice_settings, notifications
from app.services.notifications import LINES_MAX, Span
from app.web.account import zone_of
from app.web.asked import CourtDay
from app.web.forms import Sent
from app.web.rendering import page
from app.web.security import PageRoute, check_token
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

_DAYS = timedelta(days=14)
_DISTANT = timedelta(days=365 * 30)
PAGES_MAX = 20
"""Further back one gives a day."""


@router.get("/notifications")
def show_notifications(
    door: Annotated[PageDoor, page_door(Action.account_own)],
    since: CourtDay = None,
    until: str = "",
    page_number: Annotated[int, Query(alias="page", ge=1, le=PAGES_MAX)] = 1,
) -> Response:
    """The newest lines since a day, a hundred at a time, up to when the first page was made."""
    with visit(door) as (session, actor):
        zone = zone_of({c.time_zone for c in courts.courts(session, actor)})
        start = (door.now - _DAYS) if since is None else courts.zone_start(since, zone)
        end = _instant(until, door.now)
        chosen = notice_settings.settings_of(session, actor, door.now)
        first = (page_number - 1) * LINES_MAX
        lines = notifications.happened(
            session, actor, Span(start, end), limit=first + LINES_MAX + 1
        )[first:]
        more = len(lines) > LINES_MAX and page_number < PAGES_MAX
        return page(
            door,
            "notifications.html",
            zone=zone,
            since=since,
            start=start,
            until=end,
            lines=[(line, _unread(line, chosen.read_at)) for line in lines[:LINES_MAX]],
            turns=TURNS,
            following=page_number + 1 if more else None,
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
