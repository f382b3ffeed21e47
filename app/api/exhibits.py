"""Exhibits: upload as a raw stream or by form, read, change while a draft, download."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Form, Header, Query, Request, Response, UploadFile
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect

from app import models as m
from app.api.admissions import admissions
from app.api.answers import ApiRoute, IfMatch, answer, check_version, problems
from app.api.group_commit import group_commit
from app.deps import ANY_SIZE, ApiDoor, api_door
from app.domain.access import Action
from app.domain.content import announced_type
from app.domain.numbering import parse_number
from app.domain.record import Confidentiality
from app.errors import UploadCutOff
from app.receiving.bodies import content_length
from app.schemas.fields import Line
from app.schemas.productions import ExhibitChange, ExhibitOut
from app.services import productions, wording
from app.services.downloads import download
from app.storage.digests import format_content_digest, parse_content_digest
from app.storage.filenames import original_name

_REPLACES = "A deposited exhibit that this file replaces; it keeps the number."

router = APIRouter(tags=["exhibits"], route_class=ApiRoute)

ContentDigest = Annotated[
    str | None,
    Header(
        alias="Content-Digest",
        description="RFC 9530; a file that does not match is refused.",
        examples=["sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"],
    ),
]


@router.put(
    "/productions/{production_id}/exhibits/{number}",
    response_model=ExhibitOut,
    status_code=201,
    responses=problems(401, 403, 404, 409, 413, 422, 507),
    max_body_size=ANY_SIZE,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        }
    },
)
async def upload_exhibit(
    request: Request,
    door: Annotated[ApiDoor, api_door(Action.production_draft)],
    production_id: UUID,
    number: str,
    filename: Annotated[str, Query(max_length=255, description="What the file is called.")],
    title: Annotated[Line, Query()] = "",
    dated_on: Annotated[date | None, Query()] = None,
    category_id: Annotated[list[UUID] | None, Query(description="Categories it answers.")] = None,
    element_id: Annotated[list[UUID] | None, Query(description="Elements it answers.")] = None,
    confidentiality: Annotated[Confidentiality, Query()] = Confidentiality.ordinary,
    replaces: Annotated[UUID | None, Query(description=_REPLACES)] = None,
    reason: Annotated[Line, Query(description="Why it is replaced.")] = "",
    content_digest: ContentDigest = None,
) -> Response:
    """Upload a file as exhibit `number` of a draft; a repetition replaces it there.

    The body is the file itself, streamed to disk while it is hashed. Who may is decided
    before its first byte is read; 201 is answered when file and row are durable.
    """
    said = productions.Incoming(
        filename=original_name(filename),
        media_type=announced_type(request.headers.get("content-type")),
        title=title,
        number=str(parse_number(number)),
        dated_on=dated_on,
        category_ids=tuple(category_id or ()),
        element_ids=tuple(element_id or ()),
        confidentiality=confidentiality,
        replaces_id=replaces,
        replaces_reason=reason,
    )
    digest = parse_content_digest(content_digest) if content_digest is not None else None
    length = content_length(request)
    admitted = await asyncio.wrap_future(admissions(door).ask(door, production_id, length))
    try:
        file = await door.store.receive(
            admitted.matter_id,
            request.stream(),
            size_max_bytes=admitted.size_max_bytes,
            expected_size=length,
            expected_sha256=digest,
        )
    except ClientDisconnect:
        raise UploadCutOff("The connection ended before the file did.") from None
    added = group_commit(door).add(door, production_id, file, said)
    return _added(door, await asyncio.wrap_future(added))


def _added(door: ApiDoor, exhibit: m.Exhibit) -> Response:
    door.uploaded()
    response = answer(
        wording.exhibit_out(exhibit),
        status=201,
        version=exhibit.version,
        location=f"/api/v1/exhibits/{exhibit.id}",
    )
    response.headers["Content-Digest"] = format_content_digest(bytes.fromhex(exhibit.sha256))
    return response


@router.post(
    "/productions/{production_id}/exhibits",
    response_model=ExhibitOut,
    status_code=201,
    responses=problems(401, 403, 404, 409, 413, 422, 507),
    max_body_size=ANY_SIZE,
)
def upload_by_form(
    door: Annotated[ApiDoor, api_door(Action.production_draft)],
    production_id: UUID,
    file: Annotated[UploadFile, File(description="The file.")],
    title: Annotated[Line, Form()] = "",
    number: Annotated[str | None, Form(max_length=40)] = None,
    dated_on: Annotated[date | None, Form()] = None,
    category_id: Annotated[list[UUID] | None, Form()] = None,
    element_id: Annotated[list[UUID] | None, Form()] = None,
    confidentiality: Annotated[Confidentiality, Form()] = Confidentiality.ordinary,
    replaces: Annotated[UUID | None, Form(description=_REPLACES)] = None,
    reason: Annotated[Line, Form(description="Why it is replaced.")] = "",
) -> Response:
    """Upload a file by form; without a number it gets the party's next free one."""
    said = productions.Incoming(
        filename=original_name(file.filename or ""),
        media_type=announced_type(file.content_type),
        title=title,
        number=str(parse_number(number)) if number else None,
        dated_on=dated_on,
        category_ids=tuple(category_id or ()),
        element_ids=tuple(element_id or ()),
        confidentiality=confidentiality,
        replaces_id=replaces,
        replaces_reason=reason,
    )
    admitted = door.admit_file(production_id, file.size)
    stored = door.store.put(admitted.matter_id, file.file, size_max_bytes=admitted.size_max_bytes)
    return _added(door, group_commit(door).add(door, production_id, stored, said).result())


@router.get("/exhibits/{exhibit_id}", response_model=ExhibitOut, responses=problems(401, 404))
def read_exhibit(
    door: Annotated[ApiDoor, api_door(Action.production_read)], exhibit_id: UUID
) -> Response:
    """What is recorded of an exhibit."""
    with door.reading() as (session, actor):
        exhibit = productions.exhibit_of(session, actor, exhibit_id)
        return answer(wording.exhibit_out(exhibit), version=exhibit.version)


@router.patch(
    "/exhibits/{exhibit_id}",
    response_model=ExhibitOut,
    responses=problems(401, 403, 404, 409, 412, 422, 428),
)
def change_exhibit(
    door: Annotated[ApiDoor, api_door(Action.production_draft)],
    exhibit_id: UUID,
    data: ExhibitChange,
    if_match: IfMatch = None,
) -> Response:
    """Change the title, date or place of an exhibit of a draft."""
    with door.writing() as (session, actor):
        exhibit = productions.exhibit_of(session, actor, exhibit_id)
        check_version(if_match, exhibit.version)
        exhibit = productions.change_exhibit(session, actor, exhibit, data, door.now)
        return answer(wording.exhibit_out(exhibit), version=exhibit.version)


@router.delete(
    "/exhibits/{exhibit_id}",
    status_code=204,
    responses=problems(401, 403, 404, 409, 412, 428),
)
def remove_exhibit(
    door: Annotated[ApiDoor, api_door(Action.production_draft)],
    exhibit_id: UUID,
    if_match: IfMatch = None,
) -> Response:
    """Take an exhibit out of a draft. After the deposit nothing is ever removed."""
    with door.writing() as (session, actor):
        exhibit = productions.exhibit_of(session, actor, exhibit_id)
        check_version(if_match, exhibit.version)
        productions.remove_exhibit(session, actor, exhibit, door.now)
    return Response(status_code=204)


@router.get(
    "/exhibits/{exhibit_id}/content",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"application/octet-stream": {}}, "description": "The file's bytes."},
        **problems(401, 404),
    },
)
def download_exhibit(
    door: Annotated[ApiDoor, api_door(Action.exhibit_download)], exhibit_id: UUID
) -> Response:
    """The bytes of an exhibit, exactly as they were uploaded."""
    with door.reading() as (session, actor):
        found = download(session, actor, exhibit_id, door.store, door.now)
    return door.send(found)
