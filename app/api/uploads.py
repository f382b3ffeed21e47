"""Resumable uploads: tus 1.0.0, at `/productions/{id}/uploads` and `/uploads/{id}`."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response

from app.api.answers import ApiRoute, answer, problem_response, problems
from app.deps import ANY_SIZE, ApiDoor, api_door
from app.domain.access import Action
from app.receiving import flow, tus
from app.schemas.uploads import UploadOut


class TusRoute(ApiRoute):
    """A route of the protocol: every answer, a refusal too, says which version it speaks."""

    def get_route_handler(self) -> tus.Handler:  # type: ignore[override]
        """The route's handler, with the headers of every answer of the protocol."""
        return tus.speaking(super().get_route_handler(), problem_response)


router = APIRouter(tags=["uploads"], route_class=TusRoute)

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
    upload = await flow.announce(request, door, production_id, metadata)
    return Response(
        status_code=201,
        headers={"Location": f"/api/v1/uploads/{upload.id}", **tus.state_headers(upload)},
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
    return Response(headers=await flow.offset(door, upload_id))


@router.get("/uploads/{upload_id}", response_model=UploadOut, responses=problems(401, 403, 404))
def read_upload(
    door: Annotated[ApiDoor, api_door(Action.production_draft)], upload_id: UUID
) -> Response:
    """The upload in JSON: how far it is, what it became, and what of an archive was not taken."""
    return answer(flow.told(door, upload_id))


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
    upload = await flow.append(request, door, upload_id)
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
    flow.end(door, upload_id)
    return Response(status_code=204)
