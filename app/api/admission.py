"""Who may send a file, and how large it may be: asked before its first byte is read."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from fastapi import Request

from app.deps import ApiDoor
from app.services import productions
from app.services.quotas import room_for

# The largest file is a setting, checked while it streams in; this only opens the gate.
ANY_SIZE = 1 << 50


@dataclass(frozen=True, slots=True)
class Admission:
    """Where a file goes, and how large it may be."""

    matter_id: UUID
    size_max_bytes: int


def admit_file(
    door: ApiDoor, production_id: UUID, announced_bytes: int | None, bytes_max: int | None = None
) -> Admission:
    """Authorize, and find room; the first is asked again when the row is written.

    Raises ``NotFound``, ``NotAllowed``, ``AlreadyDeposited``, ``MatterFull``.
    """
    largest = door.settings.upload_bytes_max if bytes_max is None else bytes_max
    with door.reading() as (session, actor):
        draft = productions.draft_row(session, production_id, lock=False)
        draft.open_to(actor)
        left = room_for(session, draft.matter_id, announced_bytes, door.settings.matter_bytes_max)
        return Admission(draft.matter_id, largest if left is None else min(largest, left))


def content_length(request: Request) -> int | None:
    """The length that the request announces, if it does."""
    text = request.headers.get("content-length")
    return int(text) if text is not None and text.isascii() and text.isdigit() else None
