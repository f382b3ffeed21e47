"""The papers of a production: receipt and list of exhibits as PDF, the list as CSV."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Query, Response

from app.api.answers import ApiRoute, problems
from app.deps import ApiDoor, api_door
from app.domain.access import Action
from app.language import Language
from app.papers.bordereau import Dialect, bordereau_csv
from app.services import papers
from app.services.downloads import made_headers

router = APIRouter(tags=["papers"], route_class=ApiRoute)

Spoken = Annotated[Language | None, Query(description="Else that of `Accept-Language`.")]
PDF, CSV = "application/pdf", "text/csv; charset=utf-8"


def attachment(media_type: str, described: str, *statuses: int) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of a route that answers with a file."""
    content = {media_type.partition(";")[0]: {"schema": {"type": "string", "format": "binary"}}}
    return {200: {"content": content, "description": described}, **problems(401, 404, *statuses)}


@router.get(
    "/productions/{production_id}/receipt.pdf",
    response_class=Response,
    responses=attachment(PDF, "The receipt, PDF/A-3; its JSON is attached in it.", 409),
)
async def read_receipt_pdf(
    door: Annotated[ApiDoor, api_door(Action.production_read)],
    production_id: UUID,
    language: Spoken = None,
) -> Response:
    """The receipt as a document, with receipt.json inside; the same bytes each time."""
    paper = await to_thread.run_sync(_receipt, door, production_id, language or door.language)
    return await printed(door, paper)


def _receipt(door: ApiDoor, production_id: UUID, language: Language) -> papers.Paper:
    with door.reading() as (session, actor):
        url = door.settings.verify_url
        return papers.receipt_paper(session, actor, production_id, language, url)


@router.get(
    "/productions/{production_id}/bordereau.pdf",
    response_class=Response,
    responses=attachment(PDF, "The list of exhibits, PDF/A."),
)
async def read_bordereau_pdf(
    door: Annotated[ApiDoor, api_door(Action.production_read)],
    production_id: UUID,
    language: Spoken = None,
) -> Response:
    """The list of exhibits to be signed: of a draft for its own party, then for all."""
    paper = await to_thread.run_sync(_bordereau, door, production_id, language or door.language)
    return await printed(door, paper)


def _bordereau(door: ApiDoor, production_id: UUID, language: Language) -> papers.Paper:
    with door.reading() as (session, actor):
        listed, digest = papers.bordereau_of(session, actor, production_id)
        return papers.bordereau_paper(listed, language, digest)


@router.get(
    "/productions/{production_id}/bordereau.csv",
    response_class=Response,
    responses=attachment(CSV, "The list of exhibits, RFC 4180."),
)
def read_bordereau_csv(
    door: Annotated[ApiDoor, api_door(Action.production_read)],
    production_id: UUID,
    dialect: Annotated[
        Dialect,
        Query(description="`spreadsheet` disarms formulas; `record` is without loss."),
    ] = "spreadsheet",
    language: Spoken = None,
) -> Response:
    """The list of exhibits as a table."""
    with door.reading() as (session, actor):
        listed, _ = papers.bordereau_of(session, actor, production_id)
    name = papers.bordereau_filename(listed, language or door.language)
    body = bordereau_csv(listed, dialect)
    return Response(body, headers=made_headers(body, f"{name}.csv", CSV))


async def printed(door: ApiDoor, paper: papers.Paper) -> Response:
    """Have it made, or found on its shelf, and hand it out."""
    body = await door.press.print(paper.make, paper.shelf)
    return Response(body, headers=made_headers(body, paper.filename, PDF))
