"""What is in a production, read a page at a time: exhibits by category, answers, placeholders.

A production of thousands is never loaded whole to be shown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, selectinload

from app import models as m
from app.domain.access import Action, Actor, Role, allows
from app.domain.record import ExhibitState
from app.services.access import visible
from app.services.fates import fates
from app.services.presence import Presence
from app.services.productions import production_place

DEPOSITORS_SHOWN_MAX = 20


@dataclass(frozen=True, slots=True)
class Inventory:
    """What a production holds, counted over the exhibits that exist for the reader."""

    exhibits: int
    size_bytes: int
    unsorted: int
    """Exhibits that answer no category: they count for none."""
    in_category: Mapping[UUID, int]
    ticked: frozenset[UUID]
    """Elements that an exhibit answers."""
    answers: Mapping[UUID, m.Answer]
    withheld: Sequence[m.WithheldItem]

    @property
    def empty(self) -> bool:
        """Whether there is nothing to deposit."""
        return not (self.exhibits or self.answers or self.withheld)


def inventory(session: Session, actor: Actor, production: m.Production) -> Inventory:
    """Count what the production holds; the production itself was found visible before."""
    own = _exhibit_ids(actor, production.id)
    count, size = session.execute(
        select(func.count(), func.coalesce(func.sum(m.Exhibit.size_bytes), 0)).where(
            m.Exhibit.id.in_(own)
        )
    ).one()
    in_category = session.execute(
        select(m.ExhibitCategory.category_id, func.count())
        .where(m.ExhibitCategory.exhibit_id.in_(own))
        .group_by(m.ExhibitCategory.category_id)
    )
    placed = select(m.ExhibitCategory.exhibit_id)
    unsorted = session.scalar(
        select(func.count()).where(m.Exhibit.id.in_(own), m.Exhibit.id.not_in(placed))
    )
    ticked = session.scalars(
        select(m.ExhibitElement.element_id).where(m.ExhibitElement.exhibit_id.in_(own)).distinct()
    )
    answers = session.scalars(select(m.Answer).where(m.Answer.production_id == production.id))
    withheld = session.scalars(
        select(m.WithheldItem)
        .where(m.WithheldItem.production_id == production.id)
        .order_by(m.WithheldItem.position)
    )
    return Inventory(
        exhibits=count,
        size_bytes=int(size),
        unsorted=unsorted or 0,
        in_category={row[0]: row[1] for row in in_category},
        ticked=frozenset(ticked),
        answers={a.category_id: a for a in answers},
        withheld=withheld.all(),
    )


def _exhibit_ids(actor: Actor, production_id: UUID) -> Select[UUID]:
    return visible(select(m.Exhibit.id), m.Exhibit, actor).where(
        m.Exhibit.production_id == production_id
    )


def exhibits_in(
    session: Session,
    actor: Actor,
    production_id: UUID,
    *,
    category_id: UUID | None = None,
    unsorted: bool = False,
    first: int,
    limit: int,
) -> Sequence[m.Exhibit]:
    """Some of the production's exhibits in their order, from the ``first``-th (0 is the first).

    Of one category, or those of none, where asked.
    """
    query = _of(select(m.Exhibit), actor, production_id, category_id, unsorted=unsorted)
    return session.scalars(
        query.options(selectinload(m.Exhibit.categories)).offset(first).limit(limit)
    ).all()


def ids_in(
    session: Session,
    actor: Actor,
    production_id: UUID,
    *,
    category_id: UUID | None = None,
    unsorted: bool = False,
) -> Sequence[UUID]:
    """Which exhibits ``exhibits_in`` would tell of, all of them, in their order."""
    query = _of(select(m.Exhibit.id), actor, production_id, category_id, unsorted=unsorted)
    return session.scalars(query).all()


def exhibits_of(
    session: Session, actor: Actor, production_id: UUID, ids: Collection[UUID]
) -> Sequence[m.Exhibit]:
    """These exhibits of the production, in their order; one page's worth at most."""
    query = _of(select(m.Exhibit), actor, production_id, None, unsorted=False)
    return session.scalars(
        query.where(m.Exhibit.id.in_(ids)).options(selectinload(m.Exhibit.categories))
    ).all()


def _of(
    query: Select[Any],
    actor: Actor,
    production_id: UUID,
    category_id: UUID | None,
    *,
    unsorted: bool,
) -> Select[Any]:
    query = visible(query, m.Exhibit, actor).where(m.Exhibit.production_id == production_id)
    if category_id is not None:
        of_it = select(m.ExhibitCategory.exhibit_id).where(
            m.ExhibitCategory.category_id == category_id
        )
        query = query.where(m.Exhibit.id.in_(of_it))
    if unsorted:
        query = query.where(m.Exhibit.id.not_in(select(m.ExhibitCategory.exhibit_id)))
    return query.order_by(m.Exhibit.position, m.Exhibit.id)


@dataclass(frozen=True, slots=True)
class Missing:
    """An exhibit on the record of whose file the store has no byte."""

    id: UUID
    number: str
    filename: str
    sha256: str


def missing(session: Session, production: m.Production, presence: Presence) -> Sequence[Missing]:
    """Exhibits of one's own draft whose file the store said it lacks, in their order."""
    if not presence.missing:
        return []
    rows = session.execute(
        select(m.Exhibit.id, m.Exhibit.number, m.Exhibit.filename, m.Exhibit.sha256)
        .where(m.Exhibit.production_id == production.id)
        .order_by(m.Exhibit.position)
    )
    return [Missing(*row) for row in rows if row.sha256 in presence.missing]


@dataclass(frozen=True, slots=True)
class FateShown:
    """What became of a deposited exhibit since: replaced or withdrawn, when and why."""

    withdrawn: bool
    at: datetime
    reason: str
    by_exhibit: m.Exhibit | None


def fates_shown(
    session: Session, actor: Actor, order_id: UUID, exhibit_ids: Collection[UUID], now: datetime
) -> Mapping[UUID, FateShown]:
    """What became of these exhibits by ``now``; nothing for those that stand."""
    became = fates(session, order_id, now, now)
    told = {i: became[i] for i in exhibit_ids if i in became}
    later = {fate.replaced_by for fate in told.values() if fate.replaced_by is not None}
    found = session.scalars(
        visible(select(m.Exhibit), m.Exhibit, actor).where(m.Exhibit.id.in_(later))
    )
    by_id = {e.id: e for e in found}
    return {
        exhibit_id: FateShown(
            withdrawn=fate.state is ExhibitState.withdrawn,
            at=fate.at,
            reason=fate.reason,
            by_exhibit=by_id.get(fate.replaced_by) if fate.replaced_by else None,
        )
        for exhibit_id, fate in told.items()
    }


def may_deposit(session: Session, actor: Actor, production: m.Production) -> bool:
    """Whether the actor may deposit this draft."""
    return allows(actor, Action.production_deposit, production_place(session, production))


def depositors(session: Session, production: m.Production) -> Sequence[str]:
    """Who may deposit it: the names of the party's counsel, some twenty at most."""
    return session.scalars(
        select(m.User.name)
        .join(m.Membership, m.Membership.user_id == m.User.id)
        .where(
            m.Membership.party_id == production.party_id,
            m.Membership.role == Role.counsel,
            m.Membership.ended_at.is_(None),
            m.User.disabled_at.is_(None),
        )
        .distinct()
        .order_by(m.User.name)
        .limit(DEPOSITORS_SHOWN_MAX)
    ).all()
