"""Whether the service is there and its database answers."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter
from starlette.responses import PlainTextResponse

from app.deps import PageDoor, page_door
from app.domain.access import Action
from app.services.courts import court_by_code
from app.web.security import PageRoute

router = APIRouter(route_class=PageRoute)


@router.get("/health")
def health(door: Annotated[PageDoor, page_door(Action.public)]) -> PlainTextResponse:
    """Answer "ok" after one small query; 503 when the database does not answer."""
    with door.database.reading() as session:
        court_by_code(session, "")
    return PlainTextResponse("ok")
