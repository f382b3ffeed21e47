"""The receipt as a page and as the JSON that ``verify.py`` reads."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.domain.heads import parse_note
from app.services.receipts import receipt_of
from app.storage.filenames import content_disposition
from app.web.production import PageNumber
from app.web.rendering import page
from app.web.security import PageRoute
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

FILES_SHOWN = 80
_RECEIPT = "/productions/{production_id}/receipt"


@router.get(_RECEIPT)
def show_receipt(
    door: Annotated[PageDoor, page_door(Action.production_read)],
    production_id: UUID,
    number: PageNumber = 1,
) -> Response:
    """All that the receipt says; of many files, some hundred on a page."""
    with visit(door) as (session, actor):
        receipt = receipt_of(session, actor, production_id)
    first = (number - 1) * FILES_SHOWN
    return page(
        door,
        "receipt.html",
        receipt=receipt,
        head=parse_note(receipt.proof.head).head,
        files=receipt.files[first : first + FILES_SHOWN],
        size_bytes=sum(f.size_bytes or 0 for f in receipt.files),
        hidden=sum(1 for f in receipt.files if f.salt is None),
        page_shown=number,
        pages=max(1, -(-len(receipt.files) // FILES_SHOWN)),
    )


@router.get(f"{_RECEIPT}.json")
def download_receipt(
    door: Annotated[PageDoor, page_door(Action.production_read)], production_id: UUID
) -> Response:
    """The receipt, to keep: the file that ``verify.py`` checks."""
    with visit(door) as (session, actor):
        receipt = receipt_of(session, actor, production_id)
    name = f"receipt-{receipt.number}-{receipt.digest[:8]}.json"
    return Response(
        receipt.model_dump_json(),
        media_type="application/json",
        headers={"Content-Disposition": content_disposition(name)},
    )
