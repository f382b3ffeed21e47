"""How much room a matter has left for files.

Admission asks before a byte is read, so that nobody sends in vain; the moment of adding decides.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.errors import MatterFull, UploadTooLarge
from app.services.productions import draft_row

NOBODY = UUID(int=0)
_MATTER = bindparam("matter_id", type_=m.Matter.id.type)
_STORED = select(func.coalesce(func.sum(m.StoredFile.size_bytes), 0)).where(
    m.StoredFile.matter_id == _MATTER
)
_COMING = select(
    func.coalesce(func.sum(func.coalesce(m.Upload.length_bytes, m.Upload.offset_bytes)), 0)
).where(
    m.Upload.matter_id == _MATTER,
    m.Upload.finished_at.is_(None),
    m.Upload.id != bindparam("beside", type_=m.Upload.id.type),
)
_HELD = select(_STORED.scalar_subquery(), _COMING.scalar_subquery())
# Not against a foreign key to the matter, which every row in it has.
_MATTERS_HELD = (
    select(m.Matter.id)
    .where(m.Matter.id.in_(bindparam("ids", expanding=True, type_=m.Matter.id.type)))
    .order_by(m.Matter.id)
    .with_for_update(key_share=True)
)


def room_for(
    session: Session,
    matter_id: UUID,
    announced_bytes: int | None,
    bytes_max: int,
    *,
    beside: UUID | None = None,
) -> int | None:
    """The bytes left in the matter, or None where no limit is set (``bytes_max`` 0).

    What is stored counts once, and so does what uploads under way announced, without the one
    that asks (``beside``). Raises ``MatterFull`` when ``announced_bytes``, or a single byte,
    would not fit.
    """
    if bytes_max == 0:
        return None
    held = _held_bytes(session, matter_id, beside)
    left = bytes_max - held
    if left <= 0 or (announced_bytes or 0) > left:
        raise _full(held, bytes_max)
    return left


def _held_bytes(session: Session, matter_id: UUID, beside: UUID | None) -> int:
    asked = {"matter_id": matter_id, "beside": beside or NOBODY}
    stored, coming = session.connection().execute(_HELD, asked).one()
    return int(stored) + int(coming)


def _full(held: int, bytes_max: int) -> MatterFull:
    return MatterFull(
        "The matter may hold {limit} bytes and holds {held}: this would be too much.",
        limit=bytes_max,
        held=held,
    )


def hold_room(session: Session, matter_ids: Collection[UUID], bytes_max: int) -> None:
    """Keep others from taking room in these matters until the transaction ends.

    Productions are held before matters, matters in one order for everybody, and the end of the
    log after them: so nobody waits in a ring. Nothing is held where no limit is set. SQLite has
    one writer anyway.
    """
    if bytes_max == 0:
        return
    session.connection().execute(_MATTERS_HELD, {"ids": list(matter_ids)}).all()


def reserve(
    session: Session,
    matter_id: UUID,
    length: int | None,
    *,
    bytes_max: int,
    matter_bytes_max: int,
    beside: UUID | None = None,
) -> None:
    """Let an upload announce its length, if it is known; from here on it counts.

    Raises ``UploadTooLarge``, ``MatterFull``. ``beside`` as in ``room_for``.
    """
    if length is not None and length > bytes_max:
        raise UploadTooLarge(
            "The file is larger than the {limit} bytes taken here.", limit=bytes_max
        )
    hold_room(session, [matter_id], matter_bytes_max)
    room_for(session, matter_id, length, matter_bytes_max, beside=beside)


class Room:
    """What a matter has left at the moment of adding: the racing ones ask one after the other.

    ``beside`` is the upload that is being finished: its bytes are those that are added.
    ``is_held``: the matter is held already (``hold_room``).
    """

    def __init__(
        self,
        session: Session,
        matter_id: UUID,
        bytes_max: int,
        *,
        beside: UUID | None = None,
        is_held: bool = False,
    ) -> None:
        self._session = session
        self._matter_id = matter_id
        self._bytes_max = bytes_max
        self._beside = beside
        self._is_held = is_held
        self._held: int | None = None

    def ask(self, size_bytes: int) -> None:
        """Hold the matter, and raise ``MatterFull`` if so many bytes more would not fit."""
        if self._bytes_max == 0:
            return
        if self._held is None:
            if not self._is_held:
                hold_room(self._session, [self._matter_id], self._bytes_max)
            self._held = _held_bytes(self._session, self._matter_id, self._beside)
        if self._held + size_bytes > self._bytes_max:
            raise _full(self._held, self._bytes_max)

    def fill(self, size_bytes: int) -> None:
        """Count bytes that were asked for and are being added."""
        if self._held is not None:
            self._held += size_bytes


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
