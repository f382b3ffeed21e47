"""Resumable uploads from a page: the API's protocol (docs/uploads.md) under the session."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from anyio import to_thread
from fastapi import APIRouter, Header, Request
from starlette.responses import Response

from app.deps import ANY_SIZE
from app.domain.access import Action
from app.receiving import flow, tus
from app.web.script import ScriptDoor, ScriptRoute, script_door

router = APIRouter(route_class=ScriptRoute)

Drafting = Annotated[ScriptDoor, script_door(Action.production_draft)]


@router.post("/productions/{production_id}/uploads", max_body_size=ANY_SIZE)
async def announce_upload(
    request: Request,
    door: Drafting,
    production_id: UUID,
    metadata: Annotated[str, Header(alias=tus.METADATA)] = "",
) -> Response:
    """Announce a file for the draft: ``Location`` is where its bytes go."""
    upload = await flow.announce(request, door, production_id, metadata)
    await to_thread.run_sync(door.touch)
    where = {"Location": f"/uploads/{upload.id}"}
    return Response(status_code=201, headers=where | tus.state_headers(upload))


@router.head("/uploads/{upload_id}")
async def upload_stands_at(door: Drafting, upload_id: UUID) -> Response:
    """How far the upload is."""
    return Response(headers=await flow.offset(door, upload_id))


@router.get("/uploads/{upload_id}")
def upload_told(door: Drafting, upload_id: UUID) -> Response:
    """The upload in JSON: above all, what of an archive was not taken and why."""
    told = flow.told(door, upload_id)
    return Response(told.model_dump_json(), media_type="application/json")


@router.patch("/uploads/{upload_id}", max_body_size=ANY_SIZE)
async def append_to_upload(request: Request, door: Drafting, upload_id: UUID) -> Response:
    """Send bytes from ``Upload-Offset`` on; the last ones make it an exhibit."""
    upload = await flow.append(request, door, upload_id)
    await to_thread.run_sync(door.touch)
    return Response(status_code=204, headers=tus.state_headers(upload))


@router.delete("/uploads/{upload_id}")
def give_upload_up(door: Drafting, upload_id: UUID) -> Response:
    """Give an unfinished upload up: what arrived of it is removed."""
    flow.end(door, upload_id)
    return Response(status_code=204)
