"""The clerk's list: what is owed, the earliest last day first, and why on each row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor, Place, allows
from app.domain.status import Status
from app.schemas.courts import Code
from app.schemas.pages import LIMIT_DEFAULT, read_place, write_cursor
from app.services import compliance, courts, listing
from app.services.statuses import OPEN
from app.web.asked import CourtDay, blank_is_none
from app.web.rendering import page
from app.web.security import PageRoute
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

_OVERDUE = (Status.overdue_nothing, Status.overdue_partly)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks the list for; every link changes one thing of it."""

    statuses: tuple[Status, ...]
    court: str | None
    sort: listing.Sort
    as_of: date | None

    def address(
        self, *, statuses: Sequence[Status] | None = None, sort: listing.Sort | None = None,
        cursor: str | None = None,
    ) -> str:  # fmt: skip
        """The address of the same list with other statuses, another order, or further on."""
        chosen = self.statuses if statuses is None else statuses
        pairs = [("status", s.value) for s in chosen]
        pairs += [("court", self.court)] if self.court else []
        way = sort or self.sort
        pairs += [("sort", way.value)] if way is not listing.Sort.due else []
        pairs += [("as_of", self.as_of.isoformat())] if self.as_of else []
        pairs += [("cursor", cursor)] if cursor else []
        return f"/?{urlencode(pairs)}" if pairs else "/"


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter link: which statuses it keeps, how many there are, whether it is on."""

    statuses: tuple[Status, ...]
    count: int
    address: str
    chosen: bool


@router.get("/")
def show_obligations(
    door: Annotated[PageDoor, page_door(Action.court_read)],
    status: Annotated[list[Status] | None, Query()] = None,
    court: Annotated[Code | None, blank_is_none, Query()] = None,
    sort: listing.Sort = listing.Sort.due,
    as_of: CourtDay = None,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
) -> Response:
    """Obligations that the reader may see; by default those still owed."""
    asked = Asked(tuple(status or ()), court, sort, as_of)
    with visit(door) as (session, actor):
        if not actor.may_ever(Action.order_read):
            return page(door, "no_matters.html", roles=sorted({g.role for g in actor.grants}))
        return _list(door, session, actor, asked, cursor)


def _list(
    door: PageDoor, session: Session, actor: Actor, asked: Asked, cursor: str | None
) -> Response:
    own = courts.courts(session, actor)
    court = courts.court_of(session, actor, asked.court) if asked.court else None
    at = door.now
    if asked.as_of is not None:
        at = courts.end_of_court_day(session, actor, asked.as_of, court)
    wanted = listing.Filter(
        statuses=asked.statuses, court_id=court.id if court else None, sort=asked.sort
    )
    found = listing.obligations(
        session, actor, wanted, at, limit=LIMIT_DEFAULT + 1, after=read_place(cursor)
    )
    rows = found[:LIMIT_DEFAULT]
    following = _following(rows) if len(found) > LIMIT_DEFAULT else None
    counts = listing.counts(session, actor, wanted, at)
    zones = sorted({c.time_zone for c in ([court] if court else own)})
    return page(
        door,
        "obligations.html",
        asked=asked,
        at=at,
        zones=zones,
        courts=own,
        desks=[c for c in own if allows(actor, Action.closure_record, Place(c.id))],
        rows=[compliance.listed_out(r, at, door.language) for r in _as_read(rows, asked.sort)],
        owed=_choice(asked, OPEN, counts, default=True),
        overdue=_choice(asked, _OVERDUE, counts),
        choices=[_choice(asked, (s,), counts) for s in Status],
        latest_first=asked.sort is listing.Sort.due_desc,
        turned=asked.address(sort=_other(asked.sort)),
        further=asked.address(cursor=following) if following else None,
        first=asked.address() if cursor else None,
    )


def _as_read(rows: Sequence[listing.Row], sort: listing.Sort) -> list[listing.Row]:
    """Rows of one last day: an order's categories together, in the order's own sequence."""
    latest = sort is listing.Sort.due_desc
    together = sorted(rows, key=lambda r: (r.standing.order_id.hex, r.standing.category_position))
    return sorted(together, key=lambda r: r.standing.sort_at, reverse=latest)


def _choice(
    asked: Asked,
    statuses: tuple[Status, ...],
    counts: Mapping[Status, int],
    *,
    default: bool = False,
) -> Choice:
    on = set(asked.statuses) == set(statuses) or (default and not asked.statuses)
    return Choice(
        statuses,
        sum(counts.get(s, 0) for s in statuses),
        asked.address(statuses=() if default else statuses),
        on,
    )


def _other(sort: listing.Sort) -> listing.Sort:
    return listing.Sort.due_desc if sort is listing.Sort.due else listing.Sort.due


def _following(rows: Sequence[listing.Row]) -> str:
    last = rows[-1].standing
    return write_cursor(last.sort_at.isoformat(), str(last.obligation_id))
