"""Checks before the deposit: one table."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response

from app.api.answers import ApiRoute, answer, problems
from app.deps import ApiDoor, api_door
from app.domain.access import Action
from app.schemas.checks import ChecksOut
from app.services import checks, inspections, productions
from app.storage.inspection.runner import InspectionUnavailable

router = APIRouter(tags=["productions"], route_class=ApiRoute)

LOOK_SECONDS = 10.0
"""How long a request waits for files to be looked into; then it answers what is known."""


@router.get(
    "/productions/{production_id}/checks",
    response_model=ChecksOut,
    responses=problems(401, 403, 404, 409),
)
def read_checks(
    door: Annotated[ApiDoor, api_door(Action.production_draft)], production_id: UUID
) -> Response:
    """What cannot be deposited and what to look at, exhibit by exhibit, while it is a draft."""
    return _table(door, production_id)


@router.post(
    "/productions/{production_id}/checks",
    response_model=ChecksOut,
    responses=problems(401, 403, 404, 409),
)
def run_checks(
    door: Annotated[ApiDoor, api_door(Action.production_draft)], production_id: UUID
) -> Response:
    """Look into the files that still wait, for ten seconds at most, and answer the table."""
    with door.reading() as (session, actor):
        productions.drafting(session, actor, production_id, lock=False)
    until = time.monotonic() + LOOK_SECONDS
    with suppress(InspectionUnavailable):  # the table then says what waits
        while time.monotonic() < until and _look(door, production_id):
            pass
    return _table(door, production_id)


def _look(door: ApiDoor, production_id: UUID) -> int:
    return inspections.inspect_waiting(
        door.database, door.store, door.inspectors, lambda: door.now, production_id=production_id
    )


def _table(door: ApiDoor, production_id: UUID) -> Response:
    presence = door.presence_to_show(production_id, unseen=True)
    with door.reading() as (session, actor):
        return answer(
            checks.checks_of(
                session,
                actor,
                production_id,
                presence,
                size_bytes_max=door.settings.upload_bytes_max,
                language=door.language,
            )
        )
