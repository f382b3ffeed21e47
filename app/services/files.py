"""Which files the record knows: what a sweep asks, and what it finds missing."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import groupby, islice
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.storage.store import FileStore

ASKED_AT_ONCE = 1000


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
        select(m.StoredFile.matter_id, m.StoredFile.sha256)
        .order_by(m.StoredFile.matter_id)
        .execution_options(yield_per=ASKED_AT_ONCE)
    )
    for matter_id, group in groupby(rows, key=lambda row: row.matter_id):
        while hashes := [row.sha256 for row in islice(group, ASKED_AT_ONCE)]:
            for sha256 in sorted(store.missing(matter_id, hashes)):
                yield matter_id, sha256
