"""What a request of the protocol does, whichever door it came by."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from anyio import to_thread
from fastapi import Request

from app import models as m
from app.deps import Door
from app.errors import Fault, UploadRefused
from app.receiving import tus
from app.receiving.bodies import check_media_type, content_length
from app.receiving.sending import Sending
from app.schemas.uploads import UploadIn, UploadOut
from app.services import archives, uploads


async def announce(request: Request, door: Door, production_id: UUID, metadata: str) -> m.Upload:
    """Start an upload; its first bytes may come along.

    Everything that can be refused is refused before a byte is read. If the bytes that come
    along cannot be taken, no upload remains.
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
            await to_thread.run_sync(end, door, upload.id)
            raise
    return upload


def _start(
    door: Door, production_id: UUID, data: UploadIn, length: int | None, metadata: str
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


async def offset(door: Door, upload_id: UUID) -> dict[str, str]:
    """The headers that say how far an upload is.

    One that has all its bytes is finished first, if it was not.
    """
    upload = await to_thread.run_sync(_look, door, upload_id)
    if upload.finished_at is None and upload.offset_bytes == upload.length_bytes:
        upload = await Sending(door, upload_id, offset=None).run(None)
    length = upload.length_bytes
    known = {"Upload-Defer-Length": "1"} if length is None else {"Upload-Length": str(length)}
    return {**tus.state_headers(upload), **known, tus.METADATA: upload.metadata_sent}


def told(door: Door, upload_id: UUID) -> UploadOut:
    """The upload: how far it is, what it became, and what of an archive was not taken."""
    upload = _look(door, upload_id)
    plain = (
        "id production_id length_bytes offset_bytes created_at expires_at finished_at exhibit_id"
    )
    return UploadOut(
        **{name: getattr(upload, name) for name in plain.split()},
        filename=upload.said["filename"],
        added=(upload.outcome or {}).get("added", 0),
        present=(upload.outcome or {}).get("present", 0),
        refused=archives.refusals_of(upload, door.language),
    )


def _look(door: Door, upload_id: UUID) -> m.Upload:
    with door.reading() as (session, actor):
        upload = uploads.live_upload(session, actor, upload_id, door.clock_at)
        session.expunge(upload)  # it is looked at when the view is over
        return upload


async def append(request: Request, door: Door, upload_id: UUID) -> m.Upload:
    """Write the request's bytes from ``Upload-Offset`` on; the last ones make it an exhibit."""
    sending = Sending(
        door,
        upload_id,
        offset=tus.offset_of(request),
        length=tus.count_of(request, "Upload-Length"),
        coming=content_length(request) if tus.has_body(request) else 0,
        checksum=tus.checksum_of(request),
    )
    return await sending.run(request.stream())


def end(door: Door, upload_id: UUID) -> None:
    """Give an unfinished upload up: what arrived of it is removed."""
    with door.writing() as (session, actor):
        part_id = uploads.end_upload(session, actor, upload_id)
    door.store.parts.remove(part_id)
