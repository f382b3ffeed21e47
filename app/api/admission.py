"""Who may send a file, and how large it may be: asked before its first byte is read."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request

from app.deps import ApiDoor
from app.services.quotas import Admission, admit

# The largest file is a setting, checked while it streams in; this only opens the gate.
ANY_SIZE = 1 << 50


def admit_file(
    door: ApiDoor, production_id: UUID, announced_bytes: int | None, bytes_max: int | None = None
) -> Admission:
    """Authorize, and find room, in a view of its own. See ``services.quotas.admit``."""
    settings = door.settings
    with door.reading() as (session, actor):
        return admit(
            session,
            actor,
            production_id,
            announced_bytes,
            bytes_max=settings.upload_bytes_max if bytes_max is None else bytes_max,
            matter_bytes_max=settings.matter_bytes_max,
        )


def content_length(request: Request) -> int | None:
    """The length that the request announces, if it does."""
    text = request.headers.get("content-length")
    return int(text) if text is not None and text.isascii() and text.isdigit() else None
