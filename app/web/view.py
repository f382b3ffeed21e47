"""An exhibit to look at: what is recorded of it, its neighbours, and the document in a frame.

The frame may do nothing (``sandbox``), and what is in it is an image: a page of a PDF is drawn
by a limited process, because a browser's own reader does not work where nothing may run.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session
from starlette.responses import Response

from app.deps import PageDoor, page_door
from app.domain.access import Action, Actor
from app.errors import Busy, Fault, NotFound
from app.phrases import Phrase, phrase
from app.problems import status_of
from app.services import observations, produced
from app.services.orders import order_of
from app.services.productions import production_of
from app.services.register import By, Entry, Register, register
from app.services.register_lines import Line, lines
from app.services.stamping import stamps_of
from app.services.viewing import Viewable, looked_into, viewable
from app.storage.inspection.pages import DrawnPage, NotDrawn
from app.storage.inspection.runner import InspectionUnavailable
from app.web.asked import CourtDay
from app.web.produced import Section, asked
from app.web.rendering import page
from app.web.security import PageRoute, policy_with_frame
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

PAGES_MAX = 100_000
DocumentPage = Annotated[int, Query(alias="page", ge=1, le=PAGES_MAX)]
_SHOWN = {
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'self'",
    "Content-Disposition": "inline",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_TENTHS = range(4, 31)
"""Heights of the frame, in tenths of its width: produced.css has a rule for each."""


@router.get("/exhibits/{exhibit_id}/view")
def show(
    door: Annotated[PageDoor, page_door(Action.exhibit_download)],
    exhibit_id: UUID,
    by: By = By.deposit,
    section: Section = "",
    as_of: CourtDay = None,
    number: DocumentPage = 1,
) -> Response:
    """The exhibit in a page; what cannot be shown says why, and can be downloaded."""
    return exhibit_page(door, exhibit_id, by, section, as_of, number)


def exhibit_page(
    door: PageDoor,
    exhibit_id: UUID,
    by: By = By.deposit,
    section: str = "",
    as_of: date | None = None,
    number: int = 1,
    *,
    fault: Fault | None = None,
) -> Response:
    """The page; ``fault`` is why no stamped copy could be made."""
    with _seen(door, exhibit_id) as seen:
        drawn, why = _drawn(door, seen, number)
    with visit(door) as (session, actor):
        stamps, may_stamp = stamps_of(session, actor, exhibit_id)
        response = page(
            door,
            "view.html",
            status=status_of(fault) if fault else 200,
            seen=seen,
            stamps=stamps,
            may_stamp=may_stamp,
            fault=fault,
            drawn=drawn,
            why=why,
            shown=f"/exhibits/{exhibit_id}/shown" + (f"?page={number}" if seen.is_pdf else ""),
            tenths=_tenths(seen, drawn),
            number_shown=number,
            pages=drawn.pages if drawn else 1,
            page_at=lambda n: _address(exhibit_id, by, section, as_of, n),
            by=by,
            section=section,
            as_of=as_of,
            within=asked(by, section, as_of),
            **_place(door, session, actor, seen, by, section, as_of),
        )
        response.headers["Content-Security-Policy"] = policy_with_frame()
        return response


def _address(exhibit_id: UUID, by: By, section: str, as_of: date | None, n: int) -> str:
    within = asked(by, section, as_of, 1).removeprefix("?")
    said = "&".join(part for part in (within, urlencode({"page": n}) if n > 1 else "") if part)
    return f"/exhibits/{exhibit_id}/view{'?' if said else ''}{said}#document"


@contextmanager
def _seen(door: PageDoor, exhibit_id: UUID) -> Iterator[Viewable]:
    """The exhibit, looked into if nobody has; its file is closed at the end."""
    with visit(door) as (session, actor):
        seen = viewable(session, actor, exhibit_id, door.store, door.now)
    if seen.file is None:
        yield seen
        return
    with seen.file.file as file:
        if seen.facts is None:
            with suppress(InspectionUnavailable, Busy):
                facts = looked_into(seen.exhibit, file, door.database, door.inspectors, door.now)
                seen = replace(seen, facts=facts)
        yield seen


def _drawn(door: PageDoor, seen: Viewable, number: int) -> tuple[DrawnPage | None, Phrase | None]:
    """The page of a PDF, drawn; else why there is none."""
    if not seen.is_pdf:
        return None, seen.why_not
    exhibit = seen.exhibit
    try:
        return door.pages.draw(
            exhibit.sha256, number, lambda: door.store.open(exhibit.matter_id, exhibit.sha256)
        ), None
    except NotDrawn as failed:
        if failed.why == "no_such_page":
            raise NotFound from None
        return None, phrase("this page cannot be drawn")
    except Busy:
        return None, phrase("too many pages are being drawn; open it again in a moment")


def _tenths(seen: Viewable, drawn: DrawnPage | None) -> int:
    width, height = (drawn.width, drawn.height) if drawn else (0, 0)
    if not drawn and seen.facts:
        width, height = seen.facts.width or 0, seen.facts.height or 0
    tenths = round(10 * height / width) if width else 14
    return min(max(tenths, _TENTHS.start), _TENTHS.stop - 1)


def _place(
    door: PageDoor,
    session: Session,
    actor: Actor,
    seen: Viewable,
    by: By,
    section: str,
    as_of: date | None,
) -> dict[str, Any]:
    """Where the exhibit stands: its line, its neighbours, what was observed on it."""
    exhibit = seen.exhibit
    production = production_of(session, actor, exhibit.production_id, whole=False)
    order = order_of(session, actor, production.order_id)
    told: dict[str, Any] = {
        "order": order,
        "zone": order.time_zone,
        "production": production,
        "line": None,
        "found": None,
        "before": None,
        "after": None,
        "firsts": [],
        "observed": [],
        "may_observe": False,
        "numbers": {c.id: c.number for c in order.categories},
    }
    if production.deposited_at is None:
        return told
    found = register(session, actor, order.id, door.now, by=by, as_of=as_of)
    line, before, after = _neighbours(session, found, exhibit.id, section)
    return told | {
        "found": found,
        "line": line,
        "before": before,
        "after": after,
        "firsts": produced.history(session, actor, exhibit.id, door.now).first_downloads,
        "observed": observations.observations(
            session, actor, order.id, exhibit_id=exhibit.id
        ).items,
        "may_observe": bool(observations.observers(actor, order)),
    }


def _neighbours(
    session: Session, found: Register, exhibit_id: UUID, section: str
) -> tuple[Line | None, Entry | None, Entry | None]:
    """The exhibit's line, and the readable exhibits before and after it in what is shown."""
    every = [(g, e) for g, e in found.chosen(section) if e.readable and not e.withheld]
    at = next((i for i, (_, e) in enumerate(every) if e.id == exhibit_id), None)
    if at is None:
        return None, None, None
    (line,) = lines(session, found, [every[at]])
    before = every[at - 1][1] if at else None
    after = every[at + 1][1] if at + 1 < len(every) else None
    return line, before, after


@router.get("/exhibits/{exhibit_id}/shown")
def shown(
    door: Annotated[PageDoor, page_door(Action.exhibit_download)],
    exhibit_id: UUID,
    number: DocumentPage = 1,
) -> Response:
    """What stands in the frame: an image of a kind that was looked into, or a drawn page.

    ``NotFound`` for all else. The first time is recorded as a first download is.
    """
    with _seen(door, exhibit_id) as seen:
        drawn, _ = _drawn(door, seen, number)
    if seen.file is None or not (drawn or seen.image_type):
        raise NotFound
    exhibit = seen.exhibit
    if drawn:
        door.note_download(seen.file)
        return Response(drawn.png, headers=_SHOWN, media_type="image/png")
    file = replace(seen.file, file=door.store.open(exhibit.matter_id, exhibit.sha256))
    headers = _SHOWN | {"Content-Length": str(exhibit.size_bytes)}
    return door.send(file, headers, seen.image_type)
