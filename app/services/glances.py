"""Productions at a glance: what each answers and withholds, and its first exhibits.

An order's page shows some exhibits of each production and leads to the others: of ten thousand it
loads no more than it shows.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from app import models as m
from app.domain.access import Actor
from app.schemas.pages import LIMIT_MAX
from app.schemas.productions import ProductionOut
from app.services.access import visible
from app.services.productions import productions
from app.services.wording import production_out


@dataclass(frozen=True, slots=True)
class Glance:
    """A production with its first exhibits, and how many there are that exist for the reader."""

    production: ProductionOut
    exhibits_count: int


def glances(
    session: Session, actor: Actor, order_id: UUID, at: datetime, *, exhibits_max: int
) -> tuple[list[Glance], list[Glance], int]:
    """What was deposited by ``at``, the reader's own drafts, and how many were deposited later."""
    lines = productions(session, actor, order_id, limit=LIMIT_MAX)
    counts = {
        line.id: count
        for line, count in lines
        if line.deposited_at is None or line.deposited_at <= at
    }
    first = _first_exhibits(session, actor, counts, exhibits_max)
    query = (
        select(m.Production)
        .where(m.Production.id.in_(counts))
        .options(
            selectinload(m.Production.party),
            selectinload(m.Production.answers),
            selectinload(m.Production.withheld_items),
        )
        .execution_options(populate_existing=True)
    )
    loaded = {row.id: row for row in session.scalars(query)}
    found = [
        Glance(production_out(session, actor, loaded[own], first.get(own, ())), count)
        for own, count in counts.items()
    ]
    deposited = [g for g in found if g.production.deposited_at is not None]
    drafts = [g for g in found if g.production.deposited_at is None]
    return deposited, drafts, len(lines) - len(found)


def _first_exhibits(
    session: Session, actor: Actor, production_ids: Collection[UUID], at_most: int
) -> dict[UUID, list[m.Exhibit]]:
    """The first exhibits of each that exist for the actor, in their sequence."""
    place = func.row_number().over(
        partition_by=m.Exhibit.production_id, order_by=m.Exhibit.position
    )
    ranked = (
        visible(select(m.Exhibit.id, place.label("place")), m.Exhibit, actor)
        .where(m.Exhibit.production_id.in_(production_ids))
        .subquery()
    )
    query = (
        select(m.Exhibit)
        .join(ranked, ranked.c.id == m.Exhibit.id)
        .where(ranked.c.place <= at_most)
        .order_by(m.Exhibit.production_id, m.Exhibit.position)
        .options(selectinload(m.Exhibit.categories), selectinload(m.Exhibit.elements))
    )
    rows = session.scalars(query).all()
    return {own: list(group) for own, group in groupby(rows, key=lambda e: e.production_id)}
