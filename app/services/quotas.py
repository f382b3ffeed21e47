"""How much room a matter has left for files, as admission asks before a byte is read."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.errors import MatterFull
from app.services.productions import draft_row


def room_for(
    session: Session, matter_id: UUID, announced_bytes: int | None, bytes_max: int
) -> int | None:
    """The bytes left in the matter, or None where no limit is set (``bytes_max`` 0).

    What is stored counts once, and so does what uploads under way announced. Raises
    ``MatterFull`` when ``announced_bytes``, or a single byte, would not fit.
    """
    if bytes_max == 0:
        return None
    stored = select(func.coalesce(func.sum(m.StoredFile.size_bytes), 0)).where(
        m.StoredFile.matter_id == matter_id
    )
    coming = select(
        func.coalesce(func.sum(func.coalesce(m.Upload.length_bytes, m.Upload.offset_bytes)), 0)
    ).where(m.Upload.matter_id == matter_id, m.Upload.finished_at.is_(None))
    held = int(session.scalar(stored) or 0) + int(session.scalar(coming) or 0)
    left = bytes_max - held
    if left <= 0 or (announced_bytes or 0) > left:
        raise MatterFull(
            "The matter may hold {limit} bytes and holds {held}: this would be too much.",
            limit=bytes_max,
            held=held,
        )
    return left


@dataclass(frozen=True, slots=True)
class Admission:
    """Where a file goes, and how large it may be."""

    matter_id: UUID
    size_max_bytes: int


def admit(
    session: Session,
    actor: Actor,
    production_id: UUID,
    announced_bytes: int | None,
    *,
    bytes_max: int,
    matter_bytes_max: int,
) -> Admission:
    """Authorize, and find room; the first is asked again when the row is written.

    Raises ``NotFound``, ``NotAllowed``, ``AlreadyDeposited``, ``MatterFull``.
    """
    draft = draft_row(session, production_id, lock=False)
    draft.open_to(actor)
    left = room_for(session, draft.matter_id, announced_bytes, matter_bytes_max)
    return Admission(draft.matter_id, bytes_max if left is None else min(bytes_max, left))
