"""Downloads: an exhibit's bytes for whoever may have them, headed so that nothing runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Action, Actor, Role
from app.domain.acts import Act
from app.domain.record import ExhibitState
from app.errors import Conflict, Withdrawn
from app.services.access import authorize
from app.services.fates import fate_of
from app.services.log import say
from app.services.productions import (
    exhibit_of,
    production_of,
    production_place,
    production_where,
)
from app.storage.digests import format_content_digest
from app.storage.filenames import content_disposition
from app.storage.store import BLOCK_BYTES, FileStore


@dataclass(frozen=True, slots=True)
class Download:
    """An open file, and the headers that let a browser save it and nothing else.

    ``first_for`` are the actor's parties that never fetched it before: the door records that
    (``record_first``) before it sends the bytes. Of what is no exhibit none is recorded.
    """

    file: BinaryIO
    headers: dict[str, str]
    exhibit_id: UUID | None = None
    first_for: tuple[UUID, ...] = ()

    def blocks(self) -> Iterator[bytes]:
        """The bytes, a block at a time; the file is closed at the end."""
        with self.file as file:
            while block := file.read(BLOCK_BYTES):
                yield block


def download(
    session: Session, actor: Actor, exhibit_id: UUID, store: FileStore, now: datetime
) -> Download:
    """Open an exhibit's file. ``NotFound`` when it does not exist for the actor.

    Raises ``Withdrawn`` to every party but its own once it was withdrawn; the court's clerk
    may still read it.
    """
    exhibit = exhibit_of(session, actor, exhibit_id)
    production = production_of(session, actor, exhibit.production_id, whole=False)
    authorize(actor, Action.exhibit_download, production_place(session, production))
    refuse_withdrawn(session, actor, exhibit, now)
    headers = download_headers(exhibit.filename, exhibit.size_bytes, exhibit.sha256)
    file = store.open(exhibit.matter_id, exhibit.sha256)
    return Download(file, headers, exhibit.id, first_for(session, actor, production, exhibit))


def refuse_withdrawn(session: Session, actor: Actor, exhibit: m.Exhibit, now: datetime) -> None:
    """Raise ``Withdrawn`` to every party but its own, and the clerk, once it was withdrawn."""
    if any(g.party_id == exhibit.party_id for g in actor.grants if g.party_id is not None):
        return
    fate = fate_of(session, exhibit, now)
    withdrawn = fate is not None and fate.state is ExhibitState.withdrawn
    if fate is not None and withdrawn and not any(g.role is Role.clerk for g in actor.grants):
        raise Withdrawn(
            "Exhibit {number} was withdrawn: {reason}. Its number and its SHA-256 stay.",
            number=exhibit.number,
            reason=fate.reason,
        )


def first_for(
    session: Session, actor: Actor, production: m.Production, exhibit: m.Exhibit
) -> tuple[UUID, ...]:
    """The actor's parties that never fetched the deposited exhibit before."""
    if production.deposited_at is None:
        return ()
    theirs = {
        g.party_id
        for g in actor.grants
        if g.matter_id == exhibit.matter_id and g.party_id not in (None, exhibit.party_id)
    }
    known = session.scalars(
        select(m.FirstDownload.party_id).where(m.FirstDownload.exhibit_id == exhibit.id)
    )
    return tuple(sorted(theirs.difference(known), key=str))


def record_first(
    session: Session, actor: Actor, exhibit_id: UUID, parties: tuple[UUID, ...], now: datetime
) -> None:
    """Record that these parties fetched the exhibit, once for ever.

    Raises ``Conflict`` when another request recorded it at the same moment.
    """
    exhibit = exhibit_of(session, actor, exhibit_id)
    production = production_of(session, actor, exhibit.production_id, whole=False)
    session.add_all(
        m.FirstDownload(exhibit_id=exhibit_id, party_id=party, at=now, by=actor.user_id)
        for party in parties
    )
    try:
        say(session, Act.exhibit_downloaded, actor, now, production_where(production))
    except IntegrityError:
        raise Conflict("This was recorded at the same moment by somebody else.") from None


def made_headers(body: bytes, filename: str, media_type: str) -> dict[str, str]:
    """The headers of an attachment that this service made itself."""
    return download_headers(filename, len(body), sha256(body).hexdigest(), media_type)


def download_headers(
    filename: str, size_bytes: int, sha256: str, media_type: str = "application/octet-stream"
) -> dict[str, str]:
    """The headers of an attachment: whatever the file holds, nothing in it runs."""
    return {
        "Content-Type": media_type,
        "Content-Length": str(size_bytes),
        "Content-Disposition": content_disposition(filename),
        "Content-Digest": format_content_digest(bytes.fromhex(sha256)),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
