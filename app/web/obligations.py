"""The clerk's list: what is owed, why on each row, what is new above it, a row open in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from app import models as m
from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor, Place, allows
from app.domain.status import Status
from app.errors import Busy, Conflict, NotFound
from app.schemas.pages import LIMIT_DEFAULT
from app.services import charges, compliance, courts, listing, news, search
from app.services.opened import Opened, opened
from app.services.statuses import OPEN
from app.web.asked import blank_is_none
from app.web.list_address import OVERDUE, Asked, Sent, Whose, asked
from app.web.rendering import page
from app.web.security import PageRoute, policy_with_scripts
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

COUNTED_MAX = 5_000
"""Obligations up to which each filter says how many there are: counting more takes too long."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter link: which statuses it keeps, how many there are, whether it is on."""

    statuses: tuple[Status, ...]
    count: int | None
    address: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as asked, with the instant and the zone it is read in."""

    asked: Asked
    wanted: listing.Filter
    at: datetime
    zone: ZoneInfo
    court: m.Court | None
    courts: Sequence[m.Court]
    has_taken: bool


def read_list(door: PageDoor, session: Session, actor: Actor, sent: Sent) -> Listing:
    """What the address asks of this reader. ``NotFound`` for a court they do not see."""
    own = courts.courts(session, actor)
    court = courts.court_of(session, actor, sent.court) if sent.court else None
    at = door.now
    if sent.as_of is not None:
        at = courts.end_of_court_day(session, actor, sent.as_of, court)
    zones = {c.time_zone for c in ([court] if court else own)}
    zone = ZoneInfo(zones.pop() if len(zones) == 1 else "UTC")
    has_taken = charges.has_taken_any(session, actor)
    what = sent.read_by(actor, has_taken=has_taken)
    wanted = listing.Filter(
        statuses=what.statuses,
        court_id=court.id if court else None,
        matter_id=what.matter,
        sort=what.sort,
        clerk_id=actor.user_id if what.whose is Whose.mine else None,
        found=search.find(session, what.q) if what.q else None,
        late_on=what.late_on(at.astimezone(zone).date()),
    )
    return Listing(what, wanted, at, zone, court, own, has_taken)


@router.get("/")
def show_obligations(
    door: Annotated[PageDoor, page_door(Action.court_read)],
    sent: Annotated[Sent, Depends(asked)],
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    open_id: Annotated[UUID | None, blank_is_none, Query(alias="open")] = None,
) -> Response:
    """Obligations that the reader may see; a clerk's own overdue ones by default."""
    with visit(door) as (session, actor):
        if not actor.may_ever(Action.order_read):
            return page(door, "no_matters.html", roles=sorted({g.role for g in actor.grants}))
        read = read_list(door, session, actor, sent)
        answer = _list(door, session, actor, read, cursor, open_id)
        noted = news.due_for_note(session, actor, door.now)
    if noted:
        _note(door, actor, read.zone)
    return answer


def _note(door: PageDoor, actor: Actor, zone: ZoneInfo) -> None:
    """Note the visit; the page is not lost because that could not be written."""
    with suppress(Busy, Conflict), door.database.writing() as session:
        news.note_opened(session, actor.user_id, door.now, zone)


def _list(
    door: PageDoor,
    session: Session,
    actor: Actor,
    read: Listing,
    cursor: str | None,
    open_id: UUID | None,
) -> Response:
    what, at = read.asked, read.at
    after = listing.place_after(cursor, what.sort)
    found = listing.obligations(
        session, actor, read.wanted, at, limit=LIMIT_DEFAULT + 1, after=after
    )
    rows = found[:LIMIT_DEFAULT]
    more = len(found) > LIMIT_DEFAULT
    following = listing.cursor_after(rows[-1], what.sort) if more else None
    counts = listing.counts_of_few(session, actor, read.wanted, at, COUNTED_MAX)
    mine = what.whose is Whose.mine
    answer = page(
        door,
        "obligations.html",
        asked=what,
        at=at,
        zones=sorted({c.time_zone for c in ([read.court] if read.court else read.courts)}),
        zone=read.zone.key,
        courts=read.courts,
        desks=[c for c in read.courts if allows(actor, Action.closure_record, Place(c.id))],
        has_taken=read.has_taken,
        whose=list(Whose),
        rows=[compliance.listed_out(r, at, door.language) for r in _as_read(rows, what.sort)],
        all=_choice(what, tuple(Status), counts),
        owed=_choice(what, OPEN, counts),
        overdue=_choice(what, OVERDUE, counts),
        choices=[_choice(what, (s,), counts) for s in Status],
        counted_max=COUNTED_MAX,
        sorts=listing.Sort,
        news=_news(door, session, actor, read, mine=mine) if cursor is None else None,
        opened=_opened(door, session, actor, open_id, at),
        cursor=cursor,
        further=what.address(cursor=following) if following else None,
        first=what.address() if cursor else None,
    )
    answer.headers["Content-Security-Policy"] = list_policy()
    return answer


def list_policy() -> str:
    """Our own scripts, which may ask for our own pages."""
    return f"{policy_with_scripts()}; connect-src 'self'"


def _news(
    door: PageDoor, session: Session, actor: Actor, read: Listing, *, mine: bool
) -> news.News | None:
    if read.asked.as_of is not None:
        return None
    return news.news(session, actor, door.now, read.zone, mine=mine)


def _opened(
    door: PageDoor, session: Session, actor: Actor, open_id: UUID | None, at: datetime
) -> Opened | None:
    """The open row; one that is gone, or was never seen, opens nothing."""
    if open_id is None:
        return None
    try:
        return opened(session, actor, open_id, at, door.now, door.language)
    except NotFound:
        return None


def _as_read(rows: Sequence[listing.Row], sort: listing.Sort) -> list[listing.Row]:
    """Rows of one last day: an order's categories together, in the order's own sequence."""
    place = {listing.key_of(row, sort)[0]: at for at, row in enumerate(rows)}
    return sorted(
        rows,
        key=lambda r: (
            place[listing.key_of(r, sort)[0]], r.standing.order_id.hex, r.standing.category_position
        ),
    )  # fmt: skip


def _choice(
    what: Asked, statuses: tuple[Status, ...], counts: Mapping[Status, int] | None
) -> Choice:
    return Choice(
        statuses,
        None if counts is None else sum(counts.get(s, 0) for s in statuses),
        what.bearing(statuses),
        set(what.statuses) == set(statuses),
    )
