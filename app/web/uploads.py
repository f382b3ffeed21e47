"""Files sent by a form without JavaScript: any number of them, each straight into the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Request
from starlette.requests import ClientDisconnect
from starlette.responses import RedirectResponse, Response

from app.deps import ANY_SIZE, PageDoor, page_door
from app.domain.access import Action
from app.domain.content import announced_type
from app.errors import Busy, Conflict, Invalid, StorageFull, UploadCutOff, UploadRefused
from app.services import adding, productions
from app.storage.filenames import original_name
from app.storage.store import StoredFile
from app.web.draft import Refused, Told
from app.web.parts import Part, parts_of
from app.web.production import production_page
from app.web.security import PageRoute, check_same_site, check_token
from app.web.visits import visit

router = APIRouter(route_class=PageRoute)

_OF_THE_FILE = (Invalid, Conflict, UploadRefused, StorageFull, Busy)


@dataclass(slots=True)
class _Sent:
    """What came of a form so far: the categories ticked before the files, and the files."""

    trusted: bool = False
    category_ids: list[UUID] = field(default_factory=list)
    added: int = 0
    refused: list[Refused] = field(default_factory=list)


@router.post("/productions/{production_id}/exhibits", max_body_size=ANY_SIZE)
async def upload_exhibits(
    request: Request,
    door: Annotated[PageDoor, page_door(Action.production_draft)],
    production_id: UUID,
) -> Response:
    """Store each file of the form and add it to the draft; say which could not be taken.

    Who may is decided before the body is read. The form's token is its first field, and is
    checked before the first byte of a file: an address with a token in it would be logged.
    """
    check_same_site(request)
    await to_thread.run_sync(door.admit_file, production_id, None)
    sent = _Sent()
    try:
        async for part in parts_of(request):
            await _take(door, production_id, part, sent)
    except ClientDisconnect:
        raise UploadCutOff("The connection ended before the file did.") from None
    if not sent.trusted:
        check_token(door, "")
    return await to_thread.run_sync(_answer, door, production_id, sent)


async def _take(door: PageDoor, production_id: UUID, part: Part, sent: _Sent) -> None:
    if not sent.trusted:
        check_token(door, await part.text() if part.name == "csrf" else "")
        sent.trusted = True
    elif part.name == "category_id":
        sent.category_ids.append(_category(await part.text()))
    elif part.filename:
        try:
            await _store(door, production_id, part, sent)
            sent.added += 1
        except _OF_THE_FILE as fault:
            sent.refused.append(Refused(part.filename, fault))


def _category(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid.field("category_id", "This category is not in this order.") from None


async def _store(door: PageDoor, production_id: UUID, part: Part, sent: _Sent) -> None:
    said = productions.Incoming(
        filename=original_name(part.filename or ""),
        media_type=announced_type(part.media_type),
        category_ids=tuple(sent.category_ids),
    )
    admitted = await to_thread.run_sync(door.admit_file, production_id, None)
    file = await door.store.receive(
        admitted.matter_id, part.chunks(), size_max_bytes=admitted.size_max_bytes
    )
    await to_thread.run_sync(_add, door, production_id, file, said)


def _add(door: PageDoor, production_id: UUID, file: StoredFile, said: productions.Incoming) -> None:
    with door.writing() as (session, actor):
        adding.add_exhibit(
            session,
            actor,
            production_id,
            file,
            said,
            door.now,
            matter_bytes_max=door.settings.matter_bytes_max,
        )
    door.uploaded()


def _answer(door: PageDoor, production_id: UUID, sent: _Sent) -> Response:
    if sent.refused:
        presence = door.presence_to_show(production_id, unseen=True)
        with visit(door) as (session, actor):
            return production_page(
                door,
                session,
                actor,
                production_id,
                presence,
                told=Told(added=sent.added or None, refused=sent.refused),
            )
    notice = f"?added={sent.added}#notice" if sent.added else "#upload"
    return RedirectResponse(f"/productions/{production_id}{notice}", 303)
