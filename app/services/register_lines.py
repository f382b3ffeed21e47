"""What the lines of a register say: read for the page that is shown, and for no other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.record import Confidentiality
from app.services.fates import Fate, fates
from app.services.register import Deposit, Entry, Group, Register


class Said(NamedTuple):
    """What is recorded of an exhibit, by the columns that a line shows."""

    id: UUID
    title: str
    filename: str
    size_bytes: int
    sha256: str
    dated_on: date | None
    confidentiality: Confidentiality
    replaces_id: UUID | None
    replaces_reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the register, whole. ``exhibit`` is None for a placeholder or a bare number."""

    group: Group
    entry: Entry
    deposit: Deposit
    exhibit: Said | None
    category_ids: Sequence[UUID]
    fate: Fate | None
    later: Entry | None
    """The edition that replaced it, if the reader may read that."""
    earlier: Entry | None
    withheld: m.WithheldItem | None


def lines(
    session: Session, found: Register, chosen: Sequence[tuple[Group, Entry]]
) -> Sequence[Line]:
    """What these lines of the register say: a few statements, however many there are."""
    ids = [e.id for _, e in chosen if e.readable and not e.withheld]
    columns = [getattr(m.Exhibit, name) for name in Said._fields]
    rows = session.execute(select(*columns).where(m.Exhibit.id.in_(ids)))
    said = {row[0]: Said(*row) for row in rows}
    answered: dict[UUID, list[UUID]] = {}
    for exhibit_id, category_id in session.execute(
        select(m.ExhibitCategory.exhibit_id, m.ExhibitCategory.category_id).where(
            m.ExhibitCategory.exhibit_id.in_(ids)
        )
    ):
        answered.setdefault(exhibit_id, []).append(category_id)
    held = [e.id for _, e in chosen if e.withheld]
    withheld = {
        w.id: w for w in session.scalars(select(m.WithheldItem).where(m.WithheldItem.id.in_(held)))
    }
    became = fates(session, found.order.id, found.as_of, found.known_at)
    every = {e.id: e for g in found.groups for e in g.entries if e.readable}
    order = [c.id for c in found.order.categories]
    return [
        _line(found, group, entry, said, sorted(answered.get(entry.id, ()), key=order.index),
              became.get(entry.id), every, withheld)
        for group, entry in chosen
    ]  # fmt: skip


def _line(
    found: Register,
    group: Group,
    entry: Entry,
    said: Mapping[UUID, Said],
    category_ids: Sequence[UUID],
    fate: Fate | None,
    every: Mapping[UUID, Entry],
    withheld: Mapping[UUID, m.WithheldItem],
) -> Line:
    exhibit = said.get(entry.id)
    by = fate.replaced_by if fate else None
    return Line(
        group=group,
        entry=entry,
        deposit=found.deposits[entry.production_id],
        exhibit=exhibit,
        category_ids=category_ids,
        fate=fate,
        later=every.get(by) if by else None,
        earlier=every.get(exhibit.replaces_id) if exhibit and exhibit.replaces_id else None,
        withheld=withheld.get(entry.id),
    )
