"""Which files the record knows: what a sweep asks, and what it finds missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.storage.store import FileStore


def known_among(session: Session, matter_id: UUID, hashes: Collection[str]) -> Collection[str]:
    """Those of the hashes that the matter's record knows."""
    return set(
        session.scalars(
            select(m.StoredFile.sha256).where(
                m.StoredFile.matter_id == matter_id, m.StoredFile.sha256.in_(hashes)
            )
        )
    )


def missing_files(session: Session, store: FileStore) -> Iterator[tuple[UUID, str]]:
    """Files on the record that are not in the store: an alarm, never healed by itself."""
    rows = session.execute(
        select(m.StoredFile.matter_id, m.StoredFile.sha256).execution_options(yield_per=1000)
    )
    for matter_id, sha256 in rows:
        if not store.exists(matter_id, sha256):
            yield matter_id, sha256
