"""Looking into files: which wait for it, and what was found.

What waits is always derived from the rows: a worker that is lost loses nothing. Two that look
into the same file find the same, and one of them keeps it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from operator import itemgetter
from typing import BinaryIO, NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import models as m
from app.db import Database
from app.domain.content import ContentFacts, Trouble, content_from_json, content_to_json
from app.storage.store import FileStore, ObjectMissing

CHECKER_VERSION = 1
"""Raised when the checker finds other things than before: everything waiting is found anew."""
BATCH_FILES = 50
BATCH_SECONDS = 1.0
"""Findings are kept a batch at a time, so that uploads do not queue behind them."""


class Waiting(NamedTuple):
    """A file that waits to be looked into, for the party that uploaded it."""

    matter_id: UUID
    party_id: UUID
    sha256: str


class Looks(Protocol):
    """Whoever looks into files: ``app.storage.inspection.runner``."""

    def inspect(self, file: BinaryIO) -> ContentFacts:
        """The facts of a file's content; raises ``InspectionUnavailable``."""
        ...


def waiting(session: Session, *, production_id: UUID | None, limit: int) -> Sequence[Waiting]:
    """Files of drafts that this checker has not looked into; the oldest upload first."""
    statement = (
        select(m.Exhibit.matter_id, m.Exhibit.party_id, m.Exhibit.sha256)
        .join(m.Production, m.Production.id == m.Exhibit.production_id)
        .outerjoin(
            m.Inspection,
            (m.Inspection.party_id == m.Exhibit.party_id)
            & (m.Inspection.sha256 == m.Exhibit.sha256),
        )
        .where(
            m.Production.deposited_at.is_(None),
            m.Exhibit.size_bytes > 0,
            or_(m.Inspection.version.is_(None), m.Inspection.version != CHECKER_VERSION),
        )
        .order_by(m.Exhibit.uploaded_at, m.Exhibit.id)
        .limit(limit)
    )
    if production_id is not None:
        statement = statement.where(m.Exhibit.production_id == production_id)
    rows = session.execute(statement).all()
    return list(dict.fromkeys(Waiting(*row) for row in rows))


def inspect_waiting(
    database: Database,
    store: FileStore,
    looks: Looks,
    clock: Callable[[], datetime],
    *,
    production_id: UUID | None = None,
    seconds: float = BATCH_SECONDS,
) -> int:
    """Look into one batch of waiting files; return how many were found out.

    No transaction is open while a file is looked into. A file that the store does not hold
    is left: that is an alarm of its own, and the table of checks says so. Raises
    ``InspectionUnavailable`` where nobody can look; what was found before is kept.
    """
    with database.reading() as session:
        batch = waiting(session, production_id=production_id, limit=BATCH_FILES)
    until = time.monotonic() + seconds
    found: list[tuple[Waiting, ContentFacts]] = []
    try:
        for file in batch:
            with suppress(ObjectMissing), store.open(file.matter_id, file.sha256) as opened:
                found.append((file, looks.inspect(opened)))
            if time.monotonic() > until:
                break
    finally:
        if found:
            # In one order for everybody, so that two who keep the same files never wait in a ring.
            _keep(database, sorted(found, key=itemgetter(0)), clock())
    return len(found)


def _keep(database: Database, found: Sequence[tuple[Waiting, ContentFacts]], now: datetime) -> None:
    try:
        with database.writing() as session:
            for file, facts in found:
                keep_inspection(session, file, facts, now)
    except IntegrityError:
        # Somebody else kept one of them in between: one by one, the others are kept.
        for file, facts in found:
            with suppress(IntegrityError), database.writing() as session:
                keep_inspection(session, file, facts, now)


def keep_inspection(session: Session, file: Waiting, facts: ContentFacts, now: datetime) -> None:
    """Keep what was found in the place of what an earlier checker found."""
    row = session.get(m.Inspection, (file.party_id, file.sha256))
    if row is None:
        row = m.Inspection(**file._asdict())
        session.add(row)
    row.version = CHECKER_VERSION
    row.checked_at = now
    row.found = content_to_json(facts)
    session.flush()


def inspected(
    session: Session, production: m.Production
) -> dict[str, tuple[ContentFacts, datetime]]:
    """What was found in the files of the production, and when, by SHA-256."""
    rows = session.scalars(
        select(m.Inspection)
        .join(
            m.Exhibit,
            (m.Inspection.party_id == m.Exhibit.party_id)
            & (m.Inspection.sha256 == m.Exhibit.sha256),
        )
        .where(m.Exhibit.production_id == production.id, m.Inspection.version == CHECKER_VERSION)
    )
    return {row.sha256: (facts_of(row), row.checked_at) for row in rows}


def facts_of(row: m.Inspection) -> ContentFacts:
    """The facts as kept; what cannot be read again could not be checked."""
    try:
        return content_from_json(row.found)
    except ValueError:
        return ContentFacts(trouble=Trouble.broke_off)
