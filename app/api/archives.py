"""Archives: many files in one ZIP, each an exhibit of a draft."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated
from uuid import UUID, uuid4

from anyio import to_thread
from fastapi import APIRouter, Query, Request, Response
from starlette.requests import ClientDisconnect

from app.api.answers import ApiRoute, answer, problems
from app.api.exhibits import ContentDigest
from app.deps import ANY_SIZE, ApiDoor, api_door
from app.domain.access import Action
from app.domain.record import Confidentiality
from app.errors import DigestMismatch, UploadCutOff
from app.language import sentence
from app.receiving.bodies import check_media_type, content_length
from app.schemas.uploads import ArchiveOut, PresentEntry, RefusedEntry
from app.services import archives, wording
from app.services.productions import Incoming
from app.services.quotas import Admission
from app.storage.digests import parse_content_digest
from app.storage.incoming import Tally

router = APIRouter(tags=["exhibits"], route_class=ApiRoute)

ZIP_TYPES = ("application/zip", "application/x-zip-compressed", "application/octet-stream")


@router.post(
    "/productions/{production_id}/archive",
    response_model=ArchiveOut,
    status_code=201,
    responses=problems(401, 403, 404, 409, 413, 415, 422, 507),
    max_body_size=ANY_SIZE,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def upload_archive(
    request: Request,
    door: Annotated[ApiDoor, api_door(Action.production_draft)],
    production_id: UUID,
    dated_on: Annotated[date | None, Query()] = None,
    category_id: Annotated[list[UUID] | None, Query(description="Categories all answer.")] = None,
    element_id: Annotated[list[UUID] | None, Query(description="Elements all answer.")] = None,
    confidentiality: Annotated[Confidentiality, Query()] = Confidentiality.ordinary,
    content_digest: ContentDigest = None,
) -> Response:
    """Upload a ZIP: each file in it becomes an exhibit, under the party's next free numbers.

    It is read in place; nothing is written under a name that it gives. What cannot be taken
    is told with its reason, and the others are taken. An archive that attacks is refused.
    Sent again, it adds nothing twice: what the draft holds already is told as `present`.
    """
    check_media_type(request, *ZIP_TYPES)
    said = Incoming(
        filename="",
        media_type="",
        dated_on=dated_on,
        category_ids=tuple(category_id or ()),
        element_ids=tuple(element_id or ()),
        confidentiality=confidentiality,
    )
    digest = parse_content_digest(content_digest) if content_digest is not None else None
    length = content_length(request)
    admitted = await to_thread.run_sync(
        door.admit_file, production_id, length, door.settings.archive_bytes_max
    )
    part_id = uuid4()
    try:
        size = await _spool(request, door, part_id, Tally(admitted.size_max_bytes, length))
        return await asyncio.to_thread(
            _unpack, door, production_id, admitted, part_id, size, digest, said
        )
    finally:
        await asyncio.shield(asyncio.to_thread(door.store.parts.remove, part_id))


async def _spool(request: Request, door: ApiDoor, part_id: UUID, tally: Tally) -> int:
    tally.announced()
    parts = door.store.parts
    part = await parts.opened(part_id, 0)
    try:
        await parts.append(part, request.stream(), tally, None)
    except ClientDisconnect:
        raise UploadCutOff("The connection ended before the file did.") from None
    return tally.received_bytes


def _unpack(
    door: ApiDoor,
    production_id: UUID,
    admitted: Admission,
    part_id: UUID,
    size: int,
    digest: bytes | None,
    said: Incoming,
) -> Response:
    parts = door.store.parts
    computed = bytes.fromhex(parts.sha256(part_id, size)) if digest is not None else None
    if digest != computed and digest is not None and computed is not None:
        raise DigestMismatch(
            "The SHA-256 announced is {announced}, that of the bytes received {computed}.",
            announced=digest.hex(),
            computed=computed.hex(),
        )
    with parts.read(part_id) as archive:
        unpacked = archives.unpack(
            door.store,
            admitted.matter_id,
            archive,
            file_bytes_max=door.settings.upload_bytes_max,
            total_bytes_max=admitted.size_max_bytes,
        )
    with door.writing() as (session, actor):
        taken = archives.add_archive(
            session,
            actor,
            production_id,
            unpacked,
            said,
            door.now,
            wording.exhibit_out,
            matter_bytes_max=door.settings.matter_bytes_max,
        )
        response = answer(
            ArchiveOut(
                added=taken.added,
                present=[PresentEntry(**each._asdict()) for each in taken.present],
                refused=[
                    RefusedEntry(name=r.name, reason=sentence(r.reason, door.language))
                    for r in unpacked.refused
                ],
            ),
            status=201,
        )
    door.uploaded()
    return response
