"""Taking all of an order's exhibits at once, or a part: what goes in, and that it was taken.

What may not be had is listed with its reason, never left out in silence.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Action, Actor, Role
from app.domain.acts import Act
from app.domain.record import ExhibitState
from app.errors import Conflict, NotFound
from app.phrases import Phrase, phrase
from app.services.access import authorize
from app.services.fates import Fate, fates
from app.services.log import insert_rows, say
from app.services.orders import order_of, order_place, order_where
from app.services.register import (
    PLACED_NOWHERE,
    By,
    Deposit,
    Entry,
    Register,
    deposited_by,
    of,
    register,
)
from app.storage.store import FileStore

_IDS_AT_ONCE = 5_000


class What(StrEnum):
    """What is taken."""

    all = "all"
    since = "since"
    """Deposits that the actor has not taken whole yet."""
    deposit = "deposit"
    category = "category"


class File(NamedTuple):
    """An exhibit's file that goes into the archive."""

    id: UUID
    party_id: UUID
    number: str
    edition: int
    title: str
    filename: str
    size_bytes: int
    sha256: str


class LeftOut(NamedTuple):
    """A number of which no file goes in, and why."""

    number: str
    edition: int
    why: Phrase


@dataclass(frozen=True, slots=True)
class Part:
    """What goes in of one deposit."""

    deposit: Deposit
    files: Sequence[File]
    left_out: Sequence[LeftOut]


@dataclass(frozen=True, slots=True)
class Plan:
    """All that goes into one archive. ``whole``: these deposits are taken whole by it."""

    order_id: UUID
    matter_id: UUID
    order_title: str
    docket_numbers: Sequence[str]
    time_zone: str
    category: str
    parts: Sequence[Part]
    whole: bool
    at: datetime

    @property
    def files_count(self) -> int:
        """How many files."""
        return sum(len(part.files) for part in self.parts)

    @property
    def size_bytes(self) -> int:
        """How many bytes they have in all."""
        return sum(file.size_bytes for part in self.parts for file in part.files)


@dataclass(frozen=True, slots=True)
class Taken:
    """What somebody has taken of an order: when last, and the deposits not taken whole yet."""

    last_at: datetime | None
    new: Sequence[Deposit]


def taken(session: Session, actor: Actor, found: Register) -> Taken:
    """What the actor took of the order already, through whatever door."""
    times = _times(session, actor, found.deposits)
    new = [d for d in found.deposits.values() if d.id not in times]
    return Taken(max(times.values(), default=None), new)


def _times(
    session: Session, actor: Actor, production_ids: Collection[UUID]
) -> Mapping[UUID, datetime]:
    rows = session.execute(
        select(m.Taking.production_id, m.Taking.taken_at).where(
            m.Taking.user_id == actor.user_id, m.Taking.production_id.in_(production_ids)
        )
    )
    return {row[0]: row[1] for row in rows}


def plan(
    session: Session,
    actor: Actor,
    order_id: UUID,
    now: datetime,
    *,
    what: What = What.all,
    name: str = "",
) -> Plan:
    """What goes into the archive. ``name``: which deposit or category, as a register calls it.

    Whether the store has each file is another question: ``held_by``. Raises ``Conflict`` where
    there is nothing to take.
    """
    by = By.category if what is What.category else By.deposit
    found = register(session, actor, order_id, now, by=by)
    authorize(actor, Action.exhibit_download, order_place(found.order))
    chosen, category = _chosen(session, actor, found, what, name)
    if not chosen:
        raise Conflict(
            "Nothing was deposited since you last took all."
            if what is What.since and found.deposits
            else "Nothing has been deposited."
        )
    parts = _parts(session, actor, found, chosen)
    return Plan(
        order_id=order_id,
        matter_id=found.order.matter_id,
        order_title=found.order.title,
        docket_numbers=[f"{d.kind} {d.number}" for d in found.order.matter.docket_numbers],
        time_zone=found.order.time_zone,
        category=category,
        parts=parts,
        whole=what is not What.category,
        at=now,
    )


def held_by(store: FileStore, made: Plan) -> Plan:
    """The plan without the files that the store lacks: those are left out, with that reason.

    Asked outside any view of the record: a bucket takes a request for each file.
    """
    every = {file.sha256 for part in made.parts for file in part.files}
    gone = set(store.missing(made.matter_id, every))
    return replace(made, parts=[_without(part, gone) for part in made.parts]) if gone else made


def _without(part: Part, gone: Collection[str]) -> Part:
    why = phrase("not in the store: ask the court that keeps it")
    lost = [LeftOut(f.number, f.edition, why) for f in part.files if f.sha256 in gone]
    kept = [file for file in part.files if file.sha256 not in gone]
    return Part(part.deposit, kept, [*part.left_out, *lost])


def _chosen(
    session: Session, actor: Actor, found: Register, what: What, name: str
) -> tuple[Sequence[Entry], str]:
    if what in (What.deposit, What.category) and name in ("", PLACED_NOWHERE):
        raise NotFound
    wanted = found.chosen(name if what in (What.deposit, What.category) else "")
    if what is What.since:
        new = {d.id for d in taken(session, actor, found).new}
        wanted = [(group, entry) for group, entry in wanted if entry.production_id in new]
    category = wanted[0][0].category if what is What.category and wanted else None
    return [entry for _, entry in wanted], category.number if category else ""


def _parts(
    session: Session, actor: Actor, found: Register, chosen: Sequence[Entry]
) -> Sequence[Part]:
    order = found.order
    said = _said(session, order.id, found.as_of)
    became = fates(session, order.id, found.as_of, found.known_at)
    own = {g.party_id for g in actor.grants}
    clerk = any(g.role is Role.clerk for g in actor.grants)
    held = _grounds(session, [e.id for e in chosen if e.withheld])
    files: dict[UUID, list[File]] = {}
    left_out: dict[UUID, list[LeftOut]] = {}
    for entry in chosen:
        file = said.get(entry.id) if entry.readable else None
        mine = clerk or (file is not None and file.party_id in own)
        why = _why_not(entry, file, None if mine else became.get(entry.id), held)
        if why is None and file is not None:
            files.setdefault(entry.production_id, []).append(file)
        elif why is not None:
            missing = LeftOut(entry.number, entry.edition, why)
            left_out.setdefault(entry.production_id, []).append(missing)
    concerned = {e.production_id for e in chosen}
    return [
        Part(d, files.get(d.id, ()), left_out.get(d.id, ()))
        for d in found.deposits.values()
        if d.id in concerned
    ]


def _why_not(
    entry: Entry,
    file: File | None,
    fate: Fate | None,
    grounds: Mapping[UUID, str],
) -> Phrase | None:
    if entry.withheld:
        return phrase("withheld: {ground}", ground=grounds[entry.id])
    if file is None:
        return phrase("confidential: you may know its number alone")
    if fate is not None and fate.state is ExhibitState.withdrawn:
        return phrase("withdrawn: {reason}", reason=fate.reason)
    return None


def _said(session: Session, order_id: UUID, until: datetime) -> Mapping[UUID, File]:
    columns = [getattr(m.Exhibit, name) for name in File._fields]
    rows = session.execute(select(*columns).where(of(deposited_by(order_id, until))))
    return {row[0]: File(*row) for row in rows}


def _grounds(session: Session, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    found: dict[UUID, str] = {}
    for start in range(0, len(ids), _IDS_AT_ONCE):
        w = m.WithheldItem
        query = select(w.id, w.ground).where(w.id.in_(ids[start : start + _IDS_AT_ONCE]))
        found |= {row[0]: row[1] for row in session.execute(query)}
    return found


# -- that it was taken


def record_taken(
    session: Session,
    actor: Actor,
    made: Plan,
    sent: Sequence[File],
    now: datetime,
    *,
    complete: bool,
) -> None:
    """Record the first downloads among the files sent; once complete, the deposits taken whole.

    Raises ``Conflict`` when another request recorded one at the same moment: ask again.
    """
    order = order_of(session, actor, made.order_id)
    rows = _firsts(session, actor, made.matter_id, sent, now)
    try:
        if rows:
            insert_rows(session, m.FirstDownload, rows)
            say(session, Act.exhibit_downloaded, actor, now, order_where(order))
        if complete and made.whole:
            _note_whole(session, actor, made, now)
    except IntegrityError:
        raise Conflict("This was recorded at the same moment by somebody else.") from None


def _firsts(
    session: Session, actor: Actor, matter_id: UUID, sent: Sequence[File], now: datetime
) -> Sequence[m.FirstDownload]:
    parties = {g.party_id for g in actor.grants if g.matter_id == matter_id and g.party_id}
    known: set[tuple[UUID, UUID]] = set()
    for start in range(0, len(sent), _IDS_AT_ONCE):
        some = [file.id for file in sent[start : start + _IDS_AT_ONCE]]
        query = select(m.FirstDownload.exhibit_id, m.FirstDownload.party_id).where(
            m.FirstDownload.exhibit_id.in_(some), m.FirstDownload.party_id.in_(parties)
        )
        known |= {(row[0], row[1]) for row in session.execute(query)}
    return [
        m.FirstDownload(exhibit_id=file.id, party_id=party, at=now, by=actor.user_id)
        for file in sent
        for party in sorted(parties, key=str)
        if party != file.party_id and (file.id, party) not in known
    ]


def _note_whole(session: Session, actor: Actor, made: Plan, now: datetime) -> None:
    ids = [part.deposit.id for part in made.parts]
    known = _times(session, actor, ids)
    session.add_all(
        m.Taking(user_id=actor.user_id, production_id=each, taken_at=now)
        for each in ids
        if each not in known
    )
    session.flush()
