"""Whether the store holds a draft's files: asked while no transaction is open.

A store may answer slowly (a bucket far away), and a transaction that waited for it would keep
everybody else waiting: on SQLite a writer holds back all writers, and a reader their commits.
So a door asks first, and the deposit asks for what arrived since, alone. A page or a table of a
draft tells what was answered before it: what arrived since came a moment ago, and is there.

An answer "there" stays true: a file in the store is only ever taken away by the sweep, which
spares what the matter's record of files names, and no row of that record is ever deleted, not
even when an exhibit is taken out of its draft.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Action, Actor
from app.errors import NotAllowed, NotFound
from app.services.inspections import CHECKER_VERSION
from app.services.productions import draft_row
from app.storage.store import FileStore

ROUNDS_MAX = 5
"""How often one asks again for what arrived during the last answer."""


@dataclass(frozen=True, slots=True)
class Presence:
    """What a store said: the SHA-256 of the files asked for, and those that are not there."""

    asked: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()

    def along(self, store: FileStore, matter_id: UUID, hashes: Collection[str]) -> Presence:
        """With an answer for each of ``hashes``; the store is asked for the new ones alone."""
        new = frozenset(hashes) - self.asked
        if not new:
            return self
        gone = frozenset(store.missing(matter_id, new))
        return Presence(self.asked | new, self.missing | gone)


NOTHING_ASKED = Presence()

Reading = Callable[[], AbstractContextManager[tuple[Session, Actor]]]


def ask_before(reading: Reading, store: FileStore, production_id: UUID) -> Presence:
    """Ask the store for the draft's files, each view left before it is asked.

    What arrives during an answer is asked for in the next round, so that little is left for
    the deposit. Of a deposited production nothing is asked: its receipt is given again.
    Raises ``NotFound``, ``NotAllowed`` as the deposit does.
    """
    found = NOTHING_ASKED
    for _ in range(ROUNDS_MAX):
        with reading() as (session, actor):
            action = Action.production_deposit
            matter_id, hashes = _files_of(session, actor, production_id, action)
        if hashes <= found.asked:
            break
        found = found.along(store, matter_id, hashes)
    return found


def ask_to_show(
    reading: Reading, store: FileStore, production_id: UUID, *, unseen: bool = False
) -> Presence:
    """Ask the store once, to tell the draft's own party; the view is left before it is asked.

    ``unseen``: only for files that were not looked into, the others were there. Whoever may not
    see the draft has nothing asked for them: what they read next tells them so.
    """
    try:
        with reading() as (session, actor):
            action = Action.production_draft
            matter_id, hashes = _files_of(session, actor, production_id, action, unseen=unseen)
    except (NotFound, NotAllowed):
        return NOTHING_ASKED
    return NOTHING_ASKED.along(store, matter_id, hashes)


def _files_of(
    session: Session, actor: Actor, production_id: UUID, action: Action, *, unseen: bool = False
) -> tuple[UUID, frozenset[str]]:
    draft = draft_row(session, production_id, lock=False)
    if draft.deposited_at is not None:
        return draft.matter_id, frozenset()
    draft.open_to(actor, action)
    own = select(m.Exhibit.sha256).where(m.Exhibit.production_id == production_id)
    if unseen:
        seen = select(m.Inspection.sha256).where(
            m.Inspection.party_id == draft.party_id, m.Inspection.version == CHECKER_VERSION
        )
        own = own.where(m.Exhibit.sha256.not_in(seen))
    return draft.matter_id, frozenset(session.scalars(own))
