"""The register of what was produced under an order: every number in its place, as of a day.

Exhibits, and placeholders of what is withheld, in the order of their numbers, by deposit or
by category. Of an exhibit that the reader may not read, its number alone. The order of all
lines is read by few columns; what a line says, only for the page that is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Action, Actor
from app.domain.lateness import Lateness, lateness
from app.errors import NotFound
from app.services.access import authorize, visible
from app.services.compliance import Assessed, Moment, assess_order
from app.services.numbers_read import number_read
from app.services.orders import order_place

PAGE_LINES = 80
PLACED_NOWHERE = "elsewhere"
"""In an address: exhibits of no category, and those of which only the number may be known."""


class By(StrEnum):
    """How lines are put together."""

    deposit = "deposit"
    category = "category"


class Deposit(NamedTuple):
    """A deposited production, by the columns that a list needs."""

    id: UUID
    number: int
    title: str
    party_id: UUID
    party: str
    deposited_at: datetime


class Entry(NamedTuple):
    """A number in the register: whose place is known before what it says."""

    id: UUID
    number: str
    edition: int
    production_id: UUID
    readable: bool
    withheld: bool = False
    category_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that stand together. ``name`` is what an address calls them."""

    name: str
    deposit: Deposit | None
    category: m.Category | None
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Register:
    """All that was produced by an instant, in order; nothing of what it says is loaded yet."""

    assessed: Assessed
    by: By
    deposits: Mapping[UUID, Deposit]
    groups: Sequence[Group]
    in_category: Mapping[UUID, int]
    exhibits: int
    """Exhibits that the reader may read."""
    unreadable: int
    withheld: int

    @property
    def order(self) -> m.Order:
        """The order under which it was produced."""
        return self.assessed.order

    @property
    def as_of(self) -> datetime:
        """As of which instant."""
        return self.assessed.assessment.as_of

    @property
    def known_at(self) -> datetime:
        """As the record showed it at which instant."""
        return self.assessed.assessment.known_at

    def chosen(self, name: str) -> Sequence[tuple[Group, Entry]]:
        """Every line of the group that an address names, or of all; ``NotFound``: no such."""
        if name and name not in {g.name for g in self.groups}:
            raise NotFound
        return [(g, e) for g in self.groups if name in ("", g.name) for e in g.entries]

    def late(self, category_id: UUID, deposit: Deposit) -> Lateness | None:
        """How the deposit stands to the category's last legal day."""
        for one in self.assessed.assessment.obligations:
            owed = one.obligation
            if (owed.category.id, owed.obligor_id) == (category_id, deposit.party_id):
                clock, zone = one.standing.clock, ZoneInfo(self.order.time_zone)
                return lateness(deposit.deposited_at, clock.due_on, clock.due_at, zone)
        return None


def register(
    session: Session,
    actor: Actor,
    order_id: UUID,
    now: datetime,
    *,
    by: By = By.deposit,
    as_of: Moment = None,
) -> Register:
    """What was deposited by a moment; by now where none is asked."""
    assessed = assess_order(session, actor, order_id, now=now, as_of=as_of)
    order, until = assessed.order, assessed.assessment.as_of
    authorize(actor, Action.production_read, order_place(order))
    there = deposited_by(order_id, min(until, now))
    deposits = {d.id: d for d in _deposits(session, actor, there)}
    entries = [*_exhibits(session, actor, there), *_withheld(session, there)]
    entries.sort(key=_place)
    pairs = _pairs(session, there) if by is By.category else {}
    return Register(
        assessed=assessed,
        by=by,
        deposits=deposits,
        groups=_by_deposit(deposits, entries)
        if by is By.deposit
        else _by_category(order.categories, entries, pairs),
        in_category=_counts(session, actor, there),
        exhibits=sum(e.readable and not e.withheld for e in entries),
        unreadable=sum(not e.readable for e in entries),
        withheld=sum(e.withheld for e in entries),
    )


def deposited_by(order_id: UUID, at: datetime) -> ColumnElement[bool]:
    """The order's productions that were deposited by an instant: drafts are never among them."""
    return (m.Production.order_id == order_id) & (m.Production.deposited_at <= at)


def _deposits(session: Session, actor: Actor, there: ColumnElement[bool]) -> Iterable[Deposit]:
    columns = (
        m.Production.id,
        m.Production.number,
        m.Production.title,
        m.Production.party_id,
        m.Party.name,
        m.Production.deposited_at,
    )
    rows = session.execute(
        visible(select(*columns), m.Production, actor)
        .join(m.Party, m.Party.id == m.Production.party_id)
        .where(there)
        .order_by(m.Production.deposited_at, m.Production.id)
    )
    # What is deposited has its number and its time.
    return [Deposit(*row) for row in rows]  # type: ignore[arg-type]


def _exhibits(session: Session, actor: Actor, there: ColumnElement[bool]) -> Iterable[Entry]:
    readable = m.Exhibit.id.in_(visible(select(m.Exhibit.id), m.Exhibit, actor).where(of(there)))
    rows = session.execute(
        select(
            m.Exhibit.id,
            m.Exhibit.number,
            m.Exhibit.edition,
            m.Exhibit.production_id,
            readable.label("readable"),
        ).where(of(there))
    )
    return [Entry(*row[:4], readable=bool(row[4])) for row in rows]


def of(there: ColumnElement[bool]) -> ColumnElement[bool]:
    """The exhibits of these productions."""
    return m.Exhibit.production_id.in_(select(m.Production.id).where(there))


def _withheld(session: Session, there: ColumnElement[bool]) -> Iterable[Entry]:
    w = m.WithheldItem
    rows = session.execute(
        select(w.id, w.number, w.production_id, w.category_id).where(
            w.production_id.in_(select(m.Production.id).where(there))
        )
    )
    return [
        Entry(row[0], row[1], 1, row[2], readable=True, withheld=True, category_id=row[3])
        for row in rows
    ]


def _pairs(session: Session, there: ColumnElement[bool]) -> Mapping[UUID, list[UUID]]:
    rows = session.execute(
        select(m.ExhibitCategory.exhibit_id, m.ExhibitCategory.category_id).where(
            m.ExhibitCategory.exhibit_id.in_(select(m.Exhibit.id).where(of(there)))
        )
    )
    found: dict[UUID, list[UUID]] = {}
    for exhibit_id, category_id in rows:
        found.setdefault(exhibit_id, []).append(category_id)
    return found


def _counts(session: Session, actor: Actor, there: ColumnElement[bool]) -> Mapping[UUID, int]:
    own = visible(select(m.Exhibit.id), m.Exhibit, actor).where(of(there))
    rows = session.execute(
        select(m.ExhibitCategory.category_id, func.count())
        .where(m.ExhibitCategory.exhibit_id.in_(own))
        .group_by(m.ExhibitCategory.category_id)
    )
    return {row[0]: row[1] for row in rows}


def sort_key(number: str) -> tuple[int, int, tuple[int, ...], int]:
    """Where a number stands among others: 3, 3 bis, 3-1, 4, 10."""
    return number_read(number).sort_key


def _place(entry: Entry) -> tuple[object, int, str]:
    return (sort_key(entry.number), entry.edition, entry.id.hex)


def _by_deposit(deposits: Mapping[UUID, Deposit], entries: Sequence[Entry]) -> Sequence[Group]:
    held: dict[UUID, list[Entry]] = {production_id: [] for production_id in deposits}
    for entry in entries:
        held[entry.production_id].append(entry)
    return [Group(str(d.id), d, None, held[d.id]) for d in deposits.values()]


def _by_category(
    categories: Sequence[m.Category],
    entries: Sequence[Entry],
    pairs: Mapping[UUID, Sequence[UUID]],
) -> Sequence[Group]:
    """What a number that may not be read answers is not told: it stands apart, with the rest."""
    held: dict[UUID | None, list[Entry]] = {c.id: [] for c in categories}
    held[None] = []
    for entry in entries:
        if entry.withheld:
            held[entry.category_id].append(entry)
            continue
        for category_id in (pairs.get(entry.id) if entry.readable else None) or (None,):
            held[category_id].append(entry)
    groups = [Group(str(c.id), None, c, held[c.id]) for c in categories if held[c.id]]
    if held[None]:
        groups.append(Group(PLACED_NOWHERE, None, None, held[None]))
    return groups
