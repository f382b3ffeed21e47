"""The papers of a production, to save: receipt and list of exhibits as PDF, the list as CSV."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter
from starlette.responses import Response

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.papers.bordereau import bordereau_csv
from app.services import papers
from app.services.downloads import made_headers
from app.web.security import PageRoute
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

PDF, CSV = "application/pdf", "text/csv; charset=utf-8"


@router.get("/productions/{production_id}/receipt.pdf")
async def receipt_pdf(
    door: Annotated[PageDoor, page_door(Action.production_read)], production_id: UUID
) -> Response:
    """The receipt, PDF/A-3, its JSON inside; the same bytes each time."""
    return await printed(door, await to_thread.run_sync(_receipt, door, production_id))


def _receipt(door: PageDoor, production_id: UUID) -> papers.Paper:
    with visit(door) as (session, actor):
        url = door.settings.verify_url
        return papers.receipt_paper(session, actor, production_id, door.language, url)


@router.get("/productions/{production_id}/bordereau.pdf")
async def bordereau_pdf(
    door: Annotated[PageDoor, page_door(Action.production_read)], production_id: UUID
) -> Response:
    """The list of exhibits, to be dated and signed; of a draft it says that it is one."""
    return await printed(door, await to_thread.run_sync(_bordereau, door, production_id))


def _bordereau(door: PageDoor, production_id: UUID) -> papers.Paper:
    with visit(door) as (session, actor):
        listed, digest = papers.bordereau_of(session, actor, production_id)
        return papers.bordereau_paper(listed, door.language, digest)


@router.get("/productions/{production_id}/bordereau.csv")
def bordereau_table(
    door: Annotated[PageDoor, page_door(Action.production_read)], production_id: UUID
) -> Response:
    """The list of exhibits for a spreadsheet, its formulas disarmed."""
    with visit(door) as (session, actor):
        listed, _ = papers.bordereau_of(session, actor, production_id)
        name = papers.bordereau_filename(listed, door.language)
    body = bordereau_csv(listed, "spreadsheet")
    return Response(body, headers=made_headers(body, f"{name}.csv", CSV))


async def printed(door: PageDoor, paper: papers.Paper) -> Response:
    """Have it made, or found on its shelf, and hand it out."""
    body = await door.press.print(paper.make, paper.shelf)
    return Response(body, headers=made_headers(body, paper.filename, PDF))
