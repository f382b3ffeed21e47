"""Stored files become exhibits of drafts: one, thousands from an archive, or those of several
uploads together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.domain.acts import Act
from app.errors import Fault, NotFound
from app.services.filling import Added, Filling
from app.services.log import Said, append, say
from app.services.productions import DraftRow, Incoming, draft_row, production_where
from app.services.quotas import Room, hold_room
from app.storage.store import StoredFile

T = TypeVar("T")

FILES_AN_ACT = 500
"""Files that one entry of the log tells, at most."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A file that somebody sent for a draft: durably stored, and on no record yet."""

    actor: Actor
    production_id: UUID
    file: StoredFile
    said: Incoming
    at: datetime


def add_exhibit(
    session: Session,
    actor: Actor,
    production_id: UUID,
    file: StoredFile,
    said: Incoming,
    now: datetime,
    *,
    matter_bytes_max: int,
    upload_id: UUID | None = None,
) -> m.Exhibit:
    """Add a stored file to the draft, or put it in the place of the same number there.

    The bytes are already durable; this row comes last. What is not said is read from the name,
    where the name is sure: a number that is free, a title, a date. Without one the party's next
    free number is taken. A number of another production is never reused, except by what
    replaces its exhibit. The exhibit returned is a picture of its row.

    Raises ``MatterFull`` where the matter would hold more than ``matter_bytes_max`` bytes (0 sets
    no limit), those counted that other uploads announced: ``upload_id`` is the file's own.
    """
    [exhibit] = add_exhibits(
        session,
        actor,
        production_id,
        [(file, said)],
        now,
        lambda exhibit: exhibit,
        matter_bytes_max=matter_bytes_max,
        upload_id=upload_id,
    )
    return exhibit


def add_exhibits(
    session: Session,
    actor: Actor,
    production_id: UUID,
    files: Sequence[tuple[StoredFile, Incoming]],
    now: datetime,
    shown: Callable[[m.Exhibit], T],
    *,
    matter_bytes_max: int,
    upload_id: UUID | None = None,
) -> list[T]:
    """Add many stored files to the draft, as ``add_exhibit`` does one; all or none.

    The log tells them in acts of ``FILES_AN_ACT``, and of each exhibit no more is kept than what
    is ``shown`` of it: what it takes grows little with their number.
    """
    production = draft_row(session, production_id)
    production.open_to(actor)
    room = Room(session, production.matter_id, matter_bytes_max, beside=upload_id)
    filling = Filling(session, production, files, room)
    told: list[T] = []
    for start in range(0, len(files), FILES_AN_ACT):
        some = files[start : start + FILES_AN_ACT]
        added = [filling.take(actor, file, said, now) for file, said in some]
        filling.write()
        rewritten = [row for each in added for row in each.rewritten or ()]
        where = production_where(production)
        say(session, Act.exhibit_uploaded, actor, now, where, more=rewritten)
        told += [shown(each.exhibit) for each in added]
    return told


def add_together(
    session: Session, arrived: Sequence[Arrived], *, matter_bytes_max: int
) -> list[m.Exhibit | Fault]:
    """Add files that were sent apart, each for its own actor and in an act of its own.

    What one is refused for is its own answer and leaves the others alone. No two may ask for
    one number of one draft. Raises where the database refuses what looked well: then nothing
    is to be kept, and each is to be tried by itself.
    """
    became: dict[int, m.Exhibit | Fault] = {}
    acts: list[Said] = []
    drafts: list[tuple[DraftRow, dict[int, Arrived]]] = []
    # In one order for everybody, so that two groups that hold the same drafts never wait in a ring.
    for production_id in sorted({each.production_id for each in arrived}):
        own = {n: x for n, x in enumerate(arrived) if x.production_id == production_id}
        try:
            drafts.append((draft_row(session, production_id), own))
        except NotFound as fault:
            became |= dict.fromkeys(own, fault)
    hold_room(session, {production.matter_id for production, _ in drafts}, matter_bytes_max)
    for production, own in drafts:
        room = Room(session, production.matter_id, matter_bytes_max, is_held=True)
        for n, added in _fill(session, production, own, room, became).items():
            act, each = Act.exhibit_uploaded, own[n]
            rows = added.take_rows(session)
            acts.append(Said(act, each.actor, each.at, production_where(production), rows))
            became[n] = added.exhibit
    if acts:
        append(session, acts)
    return [became[n] for n in range(len(arrived))]


def _fill(
    session: Session,
    production: DraftRow,
    arrived: Mapping[int, Arrived],
    room: Room,
    refused: dict[int, m.Exhibit | Fault],
) -> dict[int, Added]:
    files = [(each.file, each.said) for each in arrived.values()]
    filling = Filling(session, production, files, room)
    added: dict[int, Added] = {}
    for n, each in arrived.items():
        try:
            production.open_to(each.actor)
            added[n] = filling.take(each.actor, each.file, each.said, each.at)
        except Fault as fault:
            refused[n] = fault
    filling.write()
    return added
