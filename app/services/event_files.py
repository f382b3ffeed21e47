"""Files of events: the act itself, recorded with what it proves, for whoever sees the order."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.domain.record import EVENT_FILES_MAX
from app.errors import Invalid, NotFound
from app.schemas.events import EventFileOut
from app.services.access import visible
from app.services.downloads import Download, download_headers
from app.services.productions import keep_file, knows_file
from app.services.quotas import Room
from app.storage.store import FileStore, StoredFile

FIELD = "files"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file about to be recorded with an event, and what its sender calls it."""

    filename: str
    file: StoredFile


@dataclass(frozen=True, slots=True)
class Attached:
    """The files of an event about to be recorded, and the room that its matter has for any.

    ``matter_bytes_max`` is the matter's limit in bytes, 0 for none.
    """

    files: Sequence[Attachment] = ()
    matter_bytes_max: int = 0


NO_FILES = Attached()


def attach(
    session: Session, order: m.Order, event: m.Event, attached: Attached, now: datetime
) -> None:
    """Write the files' rows; the event's verb says the act, with these rows in it.

    The bytes are durable already. Raises ``Invalid`` on ``files`` for too many, ``MatterFull``.
    """
    if len(attached.files) > EVENT_FILES_MAX:
        raise too_many()
    matter_id = order.matter_id
    room = Room(session, matter_id, attached.matter_bytes_max)
    for position, one in enumerate(attached.files, 1):
        if not knows_file(session, matter_id, one.file.sha256):
            # What is known already counts once: only what is new asks for room.
            room.ask(one.file.size_bytes)
            room.fill(one.file.size_bytes)
            keep_file(session, matter_id, one.file, now)
        session.add(
            m.EventFile(
                event_id=event.id,
                position=position,
                filename=one.filename,
                size_bytes=one.file.size_bytes,
                sha256=one.file.sha256,
            )
        )
        session.flush()


def too_many() -> Invalid:
    """The fault of more files than an event bears."""
    return Invalid.field(FIELD, "An event bears at most {most} files.", most=EVENT_FILES_MAX)


def files_of(
    session: Session, event_ids: Collection[UUID]
) -> Mapping[UUID, Sequence[EventFileOut]]:
    """The files of events that were found visible before, each event's in their order."""
    found: dict[UUID, list[EventFileOut]] = {}
    for one in session.scalars(
        select(m.EventFile)
        .where(m.EventFile.event_id.in_(event_ids))
        .order_by(m.EventFile.event_id, m.EventFile.position)
    ):
        found.setdefault(one.event_id, []).append(
            EventFileOut(
                id=one.id, filename=one.filename, size_bytes=one.size_bytes, sha256=one.sha256
            )
        )
    return found


def event_file(
    session: Session, actor: Actor, event_id: UUID, file_id: UUID, store: FileStore
) -> Download:
    """Open a file of an event. ``NotFound`` when either does not exist for the actor."""
    row = session.execute(
        visible(
            select(m.EventFile.filename, m.EventFile.size_bytes, m.EventFile.sha256,
                   m.Order.matter_id),
            m.EventFile,
            actor,
        )
        .join(m.Event, m.Event.id == m.EventFile.event_id)
        .join(m.Order, m.Order.id == m.Event.order_id)
        .where(m.EventFile.id == file_id, m.EventFile.event_id == event_id)
    ).one_or_none()  # fmt: skip
    if row is None:
        raise NotFound
    headers = download_headers(row.filename, row.size_bytes, row.sha256)
    return Download(store.open(row.matter_id, row.sha256), headers)
