"""Which files the record knows: what a sweep asks, and what it finds missing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import groupby
from uuid import UUID

from sqlalchemy import select, tuple_
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


def missing_files(
    reading: Callable[[], AbstractContextManager[Session]], store: FileStore
) -> Iterator[tuple[UUID, str]]:
    """Files on the record that are not in the store: an alarm, never healed by itself.

    The record is read some at a time, and each view is left before the store is asked: it may
    answer slowly. No row of this record is ever deleted, so what was read stays true.
    """
    last: tuple[UUID, str] | None = None
    while True:
        with reading() as session:
            files = _files_after(session, last)
        for matter_id, own in groupby(files, key=lambda file: file[0]):
            for sha256 in sorted(store.missing(matter_id, [sha256 for _, sha256 in own])):
                yield matter_id, sha256
        if len(files) < ASKED_AT_ONCE:
            return
        last = files[-1]


def _files_after(session: Session, last: tuple[UUID, str] | None) -> Sequence[tuple[UUID, str]]:
    place = m.StoredFile.matter_id, m.StoredFile.sha256
    query = select(*place).order_by(*place).limit(ASKED_AT_ONCE)
    if last is not None:
        query = query.where(tuple_(*place) > tuple_(*last))
    return [(matter_id, sha256) for matter_id, sha256 in session.execute(query)]
