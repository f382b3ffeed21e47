"""What was produced under an order, number by number, as of any day; and how to take it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from starlette.responses import Response

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.domain.record import EXHIBITS_MAX
from app.errors import NotFound
from app.services.register import PAGE_LINES, By, Entry, Group, register
from app.services.register_lines import Line, lines
from app.services.taking import taken
from app.web.asked import CourtDay
from app.web.rendering import page
from app.web.security import PageRoute
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

PageNumber = Annotated[int, Query(alias="page", ge=1, le=EXHIBITS_MAX)]
Section = Annotated[str, Query(alias="in", max_length=40)]


def asked(by: By, section: str, as_of: date | None, number: int = 1) -> str:
    """The query of a page that shows the register so: what it does not need is left out."""
    said = {"by": by.value} if by is not By.deposit else {}
    said |= {"in": section} if section else {}
    said |= {"as_of": as_of.isoformat()} if as_of else {}
    said |= {"page": str(number)} if number > 1 else {}
    return f"?{urlencode(said)}" if said else ""


@router.get("/orders/{order_id}/produced")
def show_produced(
    door: Annotated[PageDoor, page_door(Action.production_read)],
    order_id: UUID,
    by: By = By.deposit,
    section: Section = "",
    as_of: CourtDay = None,
    number: PageNumber = 1,
) -> Response:
    """Each number that was produced by the end of a court day, and what became of it."""
    with visit(door) as (session, actor):
        found = register(session, actor, order_id, door.now, by=by, as_of=as_of)
        every = found.chosen(section)
        pages = max(1, -(-len(every) // PAGE_LINES))
        if number > pages:
            raise NotFound
        first = (number - 1) * PAGE_LINES
        shown = lines(session, found, every[first : first + PAGE_LINES])
        address, zone = f"/orders/{order_id}/produced", ZoneInfo(found.order.time_zone)
        return page(
            door,
            "produced.html",
            found=found,
            order=found.order,
            zone=found.order.time_zone,
            by=by,
            section=section,
            as_of=as_of,
            total=len(every),
            grouped=_grouped(every[:first], shown),
            numbers={c.id: c.number for c in found.order.categories},
            page_shown=number,
            pages=pages,
            within=asked(by, section, as_of),
            at=lambda way, name, n: f"{address}{asked(way, name, as_of, n)}#exhibits",
            ways=By,
            taken=taken(session, actor, found),
            local_day=lambda moment: moment.astimezone(zone).date(),
        )


def _grouped(
    before: Sequence[tuple[Group, Entry]], shown: Sequence[Line]
) -> Sequence[tuple[Group, bool, Sequence[Line]]]:
    """Lines under the heading of their group; whether it began on an earlier page."""
    begun = before[-1][0].name if before else None
    told: list[tuple[Group, bool, list[Line]]] = []
    for line in shown:
        if not told or told[-1][0].name != line.group.name:
            told.append((line.group, line.group.name == begun, []))
        told[-1][2].append(line)
    return told
