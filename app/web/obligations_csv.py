"""The whole list as its address asks for it, for a spreadsheet."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.responses import Response

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.language import Language, long_instant, number, word
from app.papers.list_csv import list_csv
from app.schemas.compliance import ListedObligation
from app.services import listing
from app.services.compliance import listed_out
from app.services.downloads import made_headers
from app.web.list_address import Sent, asked
from app.web.obligations import read_list
from app.web.papers import CSV
from app.web.rendering import text_in
from app.web.security import PageRoute
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

ROWS_MAX = 10_000


@router.get("/obligations.csv")
def obligations_table(
    door: Annotated[PageDoor, page_door(Action.order_read)],
    sent: Annotated[Sent, Depends(asked)],
) -> Response:
    """A row an obligation, at most ``ROWS_MAX``; the last row says when there are more."""
    language = door.language
    with visit(door) as (session, actor):
        read = read_list(door, session, actor, sent)
        rows = listing.obligations(session, actor, read.wanted, read.at, limit=ROWS_MAX + 1)
    as_of = long_instant(read.at, language, read.zone)
    notes = [text_in(language, "As of {instant}", instant=as_of)]
    if len(rows) > ROWS_MAX:
        most = number(ROWS_MAX, language)
        notes.append(
            text_in(language, "Not whole: only the first {n} obligations are here.", n=most)
        )
    listed = [listed_out(row, read.at, language) for row in rows[:ROWS_MAX]]
    body = list_csv((_cells(row, language) for row in listed), notes)
    name = f"obligations-{read.at.astimezone(read.zone):%Y-%m-%d}.csv"
    return Response(body, headers=made_headers(body, name, CSV))


def _cells(row: ListedObligation, language: Language) -> list[str]:
    return [
        row.court,
        " · ".join(row.docket_numbers),
        row.matter_title,
        row.order_title,
        ", ".join(row.requesting),
        row.obligor,
        row.category_number,
        word(row.category_kind, language),
        row.due_on.isoformat() if row.due_on else "",
        row.due_hour or "",
        row.time_zone,
        str(row.late_days or ""),
        word(row.status, language),
        word(row.finding, language),
        row.sentence,
    ]
