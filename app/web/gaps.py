"""What is missing from what an order asks, as of any day: the same page for both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.domain.batesreport import BatesOddity
from app.schemas.gaps import GapReport
from app.services.downloads import made_headers
from app.services.gaps import gap_report
from app.services.gaps_csv import gaps_csv
from app.services.orders import order_of
from app.web.asked import CourtDay
from app.web.papers import CSV
from app.web.rendering import msg, page
from app.web.security import PageRoute
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

SHOWN_MAX = 200
"""Lines of each kind on the page; the CSV has them all."""

ODDITIES: Mapping[BatesOddity, str] = {
    BatesOddity.gap: msg("missing page numbers"),
    BatesOddity.explained_gap: msg("missing page numbers, explained"),
    BatesOddity.overlap: msg("page numbers given twice"),
    BatesOddity.duplicate: msg("the same page numbers twice"),
    BatesOddity.reversed: msg("page numbers that run backwards"),
    BatesOddity.width_change: msg("another number of digits"),
    BatesOddity.prefix_case: msg("another spelling of the prefix"),
    BatesOddity.page_count: msg("not as many numbers as pages"),
}


@router.get("/orders/{order_id}/gaps")
def show_gaps(
    door: Annotated[PageDoor, page_door(Action.production_read)],
    order_id: UUID,
    as_of: CourtDay = None,
) -> Response:
    """Elements without an answer, missing numbers, what is late, held back or changed."""
    with visit(door) as (session, actor):
        report = gap_report(session, actor, order_id, now=door.now, as_of=as_of)
        return page(
            door,
            "gaps.html",
            order=order_of(session, actor, order_id),
            zone=report.time_zone,
            report=report,
            as_of=as_of,
            oddities=ODDITIES,
            shown_max=SHOWN_MAX,
            several=len(report.numbers) > 1,
            counts=_counts(report),
        )


def _counts(report: GapReport) -> Sequence[tuple[str, str, int]]:
    """What there is of each kind: where on the page, what it is called, how many."""
    found = [party.findings for party in report.numbers]
    holes = [gap for one in found for gap in one.gaps]
    return [
        ("elements", msg("Elements without an answer"),
         sum(len(c.unanswered) for c in report.categories)),
        ("declared", msg("Documents declared and not received"),
         sum(c.missing or 0 for c in report.categories)),
        ("numbers", msg("Missing numbers without an explanation"),
         sum(gap.count for gap in holes if not gap.explained)),
        ("withheld", msg("Withheld items"), len(report.withheld)),
        ("late", msg("Late exhibits"), len({(x.party, x.number, x.edition) for x in report.late})),
        ("replaced", msg("Replaced exhibits"), len(report.replaced)),
        ("withdrawn", msg("Withdrawn exhibits"), len(report.withdrawn)),
    ]  # fmt: skip


@router.get("/orders/{order_id}/gaps.csv")
def gaps_table(
    door: Annotated[PageDoor, page_door(Action.production_read)],
    order_id: UUID,
    as_of: CourtDay = None,
) -> Response:
    """The same report for a spreadsheet."""
    with visit(door) as (session, actor):
        report = gap_report(session, actor, order_id, now=door.now, as_of=as_of)
    body = gaps_csv(report)
    return Response(body, headers=made_headers(body, f"{_day(as_of)}gaps.csv", CSV))


def _day(as_of: date | None) -> str:
    return f"{as_of.isoformat()}-" if as_of else ""
