"""Resumable uploads: start one, take it to write, record how far it is, finish or end it.

The recorded offset is the truth. Who writes holds a lease, and every record of progress
names its holder: whoever was overtaken records nothing more, whatever it still writes.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Action, Actor
from app.errors import (
    Conflict,
    Invalid,
    NotFound,
    OffsetMismatch,
    UploadGone,
    UploadInUse,
)
from app.schemas.uploads import UploadIn
from app.services.access import authorize, visible
from app.services.adding import add_exhibit
from app.services.productions import (
    Incoming,
    check_number,
    check_places,
    drafting,
    production_of,
    production_place,
)
from app.services.quotas import reserve
from app.storage.store import StoredFile

LEASE = timedelta(seconds=20)
"""How long a request may be silent before another may take its upload over."""


def start_upload(
    session: Session,
    actor: Actor,
    production_id: UUID,
    data: UploadIn,
    length_bytes: int | None,
    now: datetime,
    *,
    metadata_sent: str,
    expires_at: datetime,
    bytes_max: int,
    matter_bytes_max: int,
) -> m.Upload:
    """Announce a file for the draft; ``length_bytes`` is None when its length comes later.

    Whatever can be refused before a byte is sent, is: ``UploadTooLarge``, ``MatterFull``,
    ``Invalid`` categories, a number that another production has.
    """
    production = drafting(session, actor, production_id, whole=False)
    reserve(
        session,
        production.matter_id,
        length_bytes,
        bytes_max=bytes_max,
        matter_bytes_max=matter_bytes_max,
    )
    check_places(session, production, data.category_ids, data.element_ids)
    if data.number is not None:
        check_number(session, production, data.number)
    upload = m.Upload(
        production_id=production.id,
        matter_id=production.matter_id,
        party_id=production.party_id,
        created_at=now,
        created_by=actor.user_id,
        expires_at=expires_at,
        metadata_sent=metadata_sent,
        said=data.model_dump(mode="json"),
        length_bytes=length_bytes,
        offset_bytes=0,
        part_id=uuid4(),
    )
    session.add(upload)
    session.flush()
    return upload


def upload_of(session: Session, actor: Actor, upload_id: UUID, *, lock: bool = False) -> m.Upload:
    """The upload, if it is one of the actor's own party; else ``NotFound``."""
    query = visible(select(m.Upload), m.Upload, actor).where(m.Upload.id == upload_id)
    if lock:
        query = query.with_for_update(of=m.Upload)
    upload = session.scalar(query.execution_options(populate_existing=True))
    if upload is None:
        raise NotFound
    production = production_of(session, actor, upload.production_id, whole=False)
    authorize(actor, Action.production_draft, production_place(session, production))
    return upload


def live_upload(
    session: Session, actor: Actor, upload_id: UUID, at: datetime, *, lock: bool = False
) -> m.Upload:
    """As ``upload_of``; raises ``UploadGone`` once it expired unfinished."""
    upload = upload_of(session, actor, upload_id, lock=lock)
    if upload.finished_at is None and upload.expires_at <= at:
        raise UploadGone("This upload was not finished in time; start it again.")
    return upload


def take(
    session: Session,
    actor: Actor,
    upload_id: UUID,
    holder: UUID,
    at: datetime,
    *,
    offset: int | None,
) -> m.Upload:
    """Give ``holder`` the right to write at ``offset`` (None: wherever it stands) from ``at``.

    A finished upload is answered as it is. Raises ``UploadInUse`` while another holder's
    lease lasts, ``OffsetMismatch``, ``UploadGone``, ``AlreadyDeposited``.
    """
    upload = live_upload(session, actor, upload_id, at, lock=True)
    drafting(session, actor, upload.production_id, lock=False, whole=False)
    if upload.finished_at is None:
        _refuse_held(upload, at)
    if offset is not None and offset != upload.offset_bytes:
        raise OffsetMismatch(
            "The upload stands at {offset}, not at {said}.", offset=upload.offset_bytes, said=offset
        )
    if upload.finished_at is None:
        upload.holder = holder
        upload.held_until = at + LEASE
        session.flush()
    return upload


def _refuse_held(upload: m.Upload, at: datetime) -> None:
    if upload.holder is not None and upload.held_until is not None and upload.held_until > at:
        wait = max(1, math.ceil((upload.held_until - at).total_seconds()))
        raise UploadInUse(
            "Another request is sending to this upload; try again in {seconds} seconds.",
            wait_seconds=wait,
            seconds=wait,
        )


def announce_length(
    session: Session, upload: m.Upload, length: int, *, bytes_max: int, matter_bytes_max: int
) -> None:
    """Say how long an upload is whose length was to come later; once."""
    if upload.length_bytes == length:
        return
    if upload.length_bytes is not None:
        raise Invalid.field("Upload-Length", "The length was announced already; it stays.")
    if length < upload.offset_bytes:
        raise Invalid.field("Upload-Length", "More than this has arrived already.")
    reserve(
        session,
        upload.matter_id,
        length,
        bytes_max=bytes_max,
        matter_bytes_max=matter_bytes_max,
        beside=upload.id,
    )
    upload.length_bytes = length
    session.flush()


def progress(
    session: Session,
    upload_id: UUID,
    holder: UUID,
    until: datetime | None,
    *,
    offset: int | None = None,
    part_id: UUID | None = None,
) -> None:
    """Record what is on the disk, and hold on until ``until`` (None: let go).

    Raises ``UploadInUse`` when another holder took over: the caller stops, and nothing of
    it counts.
    """
    values: dict[str, object] = {"held_until": until}
    if until is None:
        values["holder"] = None
    if offset is not None:
        values["offset_bytes"] = offset
    if part_id is not None:
        values["part_id"] = part_id
    statement = update(m.Upload).where(
        m.Upload.id == upload_id, m.Upload.holder == holder, m.Upload.finished_at.is_(None)
    )
    if offset is not None:
        statement = statement.where(m.Upload.offset_bytes <= offset)
    changed = session.execute(
        statement.values(values).returning(m.Upload.id).execution_options(synchronize_session=False)
    ).all()
    if not changed:
        raise UploadInUse("Another request took this upload over.", wait_seconds=1)


def let_go(session: Session, upload_id: UUID, holder: UUID) -> None:
    """End a lease, if it is still the holder's."""
    session.execute(
        update(m.Upload)
        .where(m.Upload.id == upload_id, m.Upload.holder == holder)
        .values(holder=None, held_until=None)
    )


def finish(
    session: Session,
    actor: Actor,
    upload_id: UUID,
    holder: UUID,
    file: StoredFile,
    now: datetime,
    *,
    matter_bytes_max: int,
) -> m.Upload:
    """Make the stored file an exhibit, and the upload finished, in one."""
    upload = finishing(session, actor, upload_id, holder)
    said = incoming_of(upload)
    exhibit = add_exhibit(
        session,
        actor,
        upload.production_id,
        file,
        said,
        now,
        matter_bytes_max=matter_bytes_max,
        upload_id=upload.id,
    )
    upload.exhibit_id = exhibit.id
    mark_finished(session, upload, now)
    return upload


def finishing(session: Session, actor: Actor, upload_id: UUID, holder: UUID) -> m.Upload:
    """The upload, locked, for its holder to finish; raises ``UploadInUse`` for any other.

    The production is locked first, as every verb does that changes what is in one.
    """
    upload = upload_of(session, actor, upload_id)
    drafting(session, actor, upload.production_id, whole=False)
    upload = upload_of(session, actor, upload_id, lock=True)
    if upload.holder != holder or upload.finished_at is not None:
        raise UploadInUse("Another request took this upload over.", wait_seconds=1)
    return upload


def mark_finished(session: Session, upload: m.Upload, now: datetime) -> None:
    """Nothing more can come: what the upload became stands in the same transaction."""
    upload.finished_at = now
    upload.holder = upload.held_until = None
    session.flush()


def incoming_of(upload: m.Upload) -> Incoming:
    """What was said of the file when the upload was announced."""
    data = UploadIn.model_validate(upload.said)
    return Incoming(
        filename=data.filename,
        folder=data.folder,
        media_type=data.media_type,
        title=data.title,
        number=data.number,
        dated_on=data.dated_on,
        category_ids=tuple(data.category_ids),
        element_ids=tuple(data.element_ids),
        confidentiality=data.confidentiality,
    )


def end_upload(session: Session, actor: Actor, upload_id: UUID) -> UUID:
    """Give an unfinished upload up; return the part to remove.

    Whoever is sending to it stops at its next record. A finished one is refused: what it
    became is an exhibit.
    """
    upload = upload_of(session, actor, upload_id, lock=True)
    drafting(session, actor, upload.production_id, lock=False, whole=False)
    if upload.finished_at is not None:
        raise Conflict("This upload is finished; remove its exhibit instead.")
    part_id = upload.part_id
    session.delete(upload)
    session.flush()
    return part_id


def forget_expired(session: Session, now: datetime) -> Sequence[UUID]:
    """Remove uploads past their time, finished or not; return the parts to remove.

    One that somebody is sending to stays for now.
    """
    held = (m.Upload.holder.is_not(None)) & (m.Upload.held_until > now)
    return list(
        session.scalars(
            delete(m.Upload).where(m.Upload.expires_at <= now, ~held).returning(m.Upload.part_id)
        )
    )


class OnTheWay(NamedTuple):
    """A file announced for a draft that has not arrived whole."""

    said: dict[str, Any]
    length_bytes: int | None
    offset_bytes: int


def on_the_way(
    session: Session, production_id: UUID, at: datetime, *, limit: int
) -> tuple[int, Sequence[OnTheWay]]:
    """Files announced for the draft that have not arrived whole at ``at``: how many, and some.

    A deposit made now would leave them out. The production was found visible before.
    """
    unfinished = (
        m.Upload.production_id == production_id,
        m.Upload.finished_at.is_(None),
        m.Upload.expires_at > at,
    )
    count = session.scalar(select(func.count()).select_from(m.Upload).where(*unfinished)) or 0
    rows = session.execute(
        select(m.Upload.said, m.Upload.length_bytes, m.Upload.offset_bytes)
        .where(*unfinished)
        .order_by(m.Upload.created_at, m.Upload.id)
        .limit(limit)
    )
    return count, [OnTheWay(*row) for row in rows]


def parts_known(session: Session, part_ids: Collection[UUID]) -> Collection[UUID]:
    """Those of the parts that belong to an upload not finished."""
    return set(
        session.scalars(
            select(m.Upload.part_id).where(
                m.Upload.part_id.in_(part_ids), m.Upload.finished_at.is_(None)
            )
        )
    )
