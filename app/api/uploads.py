"""Resumable uploads: tus 1.0.0, at `/productions/{id}/uploads` and `/uploads/{id}`."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Header, Request, Response

from app import models as m
from app.api import tus
from app.api.answers import answer, problems
from app.api.bodies import check_media_type, content_length
from app.api.sending import Sending
from app.deps import ANY_SIZE, ApiDoor, api_door
from app.domain.access import Action
from app.errors import Fault, UploadRefused
from app.schemas.uploads import UploadIn, UploadOut
from app.services import archives, uploads

router = APIRouter(tags=["uploads"], route_class=tus.TusRoute)

Version = Annotated[str, Header(alias="Tus-Resumable", examples=[tus.VERSION])]
Offset = Annotated[int | None, Header(alias="Upload-Offset", ge=0, examples=[0])]
Length = Annotated[int | None, Header(alias="Upload-Length", ge=0, examples=[40960])]
Deferred = Annotated[str | None, Header(alias="Upload-Defer-Length", examples=["1"])]
Metadata = Annotated[
    str,
    Header(
        alias=tus.METADATA,
        description=(
            "Keys with base64 values: filename (required), filetype, relativePath, number, "
            "title, category_id, element_id, dated_on, confidentiality, unpack."
        ),
        examples=["filename UGnDqGNlIDEyLnBkZg==,filetype YXBwbGljYXRpb24vcGRm"],
    ),
]
Sum = Annotated[
    str | None,
    Header(
        alias="Upload-Checksum", examples=["sha256 X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE="]
    ),
]
_STREAM = {
    "requestBody": {
        "content": {tus.OFFSET_STREAM: {"schema": {"type": "string", "format": "binary"}}}
    }
}


@router.options("/productions/{production_id}/uploads", status_code=204)
@router.options("/uploads/{upload_id}", status_code=204)
def discover(door: Annotated[ApiDoor, api_door(Action.public)]) -> Response:
    """What of the protocol is spoken here, and the largest file taken."""
    return Response(status_code=204, headers=tus.discovery(door.settings.upload_bytes_max))


@router.post(
    "/productions/{production_id}/uploads",
    status_code=201,
    responses=problems(401, 403, 404, 409, 412, 413, 415, 422, 460, 507),
    max_body_size=ANY_SIZE,
    openapi_extra=_STREAM,
    response_class=Response,
)
async def create_upload(
    request: Request,
    door: Annotated[ApiDoor, api_door(Action.production_draft)],
    production_id: UUID,
    metadata: Metadata,
    length: Length = None,
    deferred: Deferred = None,
    checksum: Sum = None,
    version: Version = tus.VERSION,
) -> Response:
    """Announce a file for a draft; its first bytes may come along. `Location` is the upload.

    Everything that can be refused is refused here, before a byte is read. If the bytes that
    come along cannot be taken, no upload remains.
    """
    announced = tus.length_of(request)
    data = tus.upload_in(tus.metadata_of(metadata))
    tus.unpackable(data)
    sends = tus.has_body(request)
    if sends:
        check_media_type(request, tus.OFFSET_STREAM)
    coming = content_length(request) if sends else 0
    expected = tus.checksum_of(request)
    if announced is not None and (coming or 0) > announced:
        raise UploadRefused(
            "The body is longer than the {expected} bytes announced.", expected=announced
        )
    upload = await to_thread.run_sync(_start, door, production_id, data, announced, metadata)
    if sends or announced == 0:
        sending = Sending(door, upload.id, offset=0, coming=coming, checksum=expected)
        try:
            upload = await sending.run(request.stream() if sends else None)
        except Fault:
            await to_thread.run_sync(_end, door, upload.id)
            raise
    return Response(
        status_code=201,
        headers={"Location": f"/api/v1/uploads/{upload.id}", **tus.state_headers(upload)},
    )


def _start(
    door: ApiDoor, production_id: UUID, data: UploadIn, length: int | None, metadata: str
) -> m.Upload:
    # Parts live by the real clock, as the sweep does, whatever a sandbox says.
    expires_at = door.clock_at + timedelta(hours=door.settings.upload_hours)
    with door.writing() as (session, actor):
        return uploads.start_upload(
            session,
            actor,
            production_id,
            data,
            length,
            door.now,
            metadata_sent=metadata,
            expires_at=expires_at.replace(microsecond=0),
            bytes_max=door.settings.upload_bytes_max,
            matter_bytes_max=door.settings.matter_bytes_max,
        )


@router.head(
    "/uploads/{upload_id}",
    status_code=200,
    responses=problems(401, 403, 404, 409, 410, 412, 423),
    response_class=Response,
)
async def upload_offset(
    door: Annotated[ApiDoor, api_door(Action.production_draft)],
    upload_id: UUID,
    version: Version = tus.VERSION,
) -> Response:
    """How far the upload is. One that has all its bytes is finished first, if it was not."""
    upload = await to_thread.run_sync(_look, door, upload_id)
    if upload.finished_at is None and upload.offset_bytes == upload.length_bytes:
        upload = await Sending(door, upload_id, offset=None).run(None)
    length = upload.length_bytes
    known = {"Upload-Defer-Length": "1"} if length is None else {"Upload-Length": str(length)}
    return Response(
        headers={**tus.state_headers(upload), **known, tus.METADATA: upload.metadata_sent}
    )


@router.get("/uploads/{upload_id}", response_model=UploadOut, responses=problems(401, 403, 404))
def read_upload(
    door: Annotated[ApiDoor, api_door(Action.production_draft)], upload_id: UUID
) -> Response:
    """The upload in JSON: how far it is, what it became, and what of an archive was not taken."""
    upload = _look(door, upload_id)
    plain = (
        "id production_id length_bytes offset_bytes created_at expires_at finished_at exhibit_id"
    )
    return answer(
        UploadOut(
            **{name: getattr(upload, name) for name in plain.split()},
            filename=upload.said["filename"],
            added=(upload.outcome or {}).get("added", 0),
            refused=archives.refusals_of(upload, door.language),
        )
    )


def _look(door: ApiDoor, upload_id: UUID) -> m.Upload:
    with door.reading() as (session, actor):
        upload = uploads.live_upload(session, actor, upload_id, door.clock_at)
        session.expunge(upload)  # it is looked at when the view is over
        return upload


@router.patch(
    "/uploads/{upload_id}",
    status_code=204,
    responses=problems(401, 403, 404, 409, 410, 412, 413, 415, 422, 423, 460, 507),
    max_body_size=ANY_SIZE,
    openapi_extra=_STREAM,
)
async def append_to_upload(
    request: Request,
    door: Annotated[ApiDoor, api_door(Action.production_draft)],
    upload_id: UUID,
    offset: Offset = None,
    length: Length = None,
    checksum: Sum = None,
    version: Version = tus.VERSION,
) -> Response:
    """Send bytes from `Upload-Offset` on. The last ones make it an exhibit: `Bordereau-Exhibit`.

    Empty and at the full length, it only finishes what an interruption left open.
    """
    sending = Sending(
        door,
        upload_id,
        offset=tus.offset_of(request),
        length=tus.count_of(request, "Upload-Length"),
        coming=content_length(request) if tus.has_body(request) else 0,
        checksum=tus.checksum_of(request),
    )
    upload = await sending.run(request.stream())
    return Response(status_code=204, headers=tus.state_headers(upload))


@router.delete(
    "/uploads/{upload_id}",
    status_code=204,
    responses=problems(401, 403, 404, 409, 412),
)
def end_upload(
    door: Annotated[ApiDoor, api_door(Action.production_draft)],
    upload_id: UUID,
    version: Version = tus.VERSION,
) -> Response:
    """Give an unfinished upload up: what arrived of it is removed."""
    _end(door, upload_id)
    return Response(status_code=204)


def _end(door: ApiDoor, upload_id: UUID) -> None:
    with door.writing() as (session, actor):
        part_id = uploads.end_upload(session, actor, upload_id)
    door.store.parts.remove(part_id)
