"""What an actor's own parties owe, by order: its last days, what was given, the drafts open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from app import models as m
from app.domain.access import Action, Actor, Place, allows
from app.domain.record import CategoryKind
from app.domain.status import Status
from app.services.access import visible
from app.services.listing import status_now

S = m.StandingRow
LISTED_MAX = 500
DRAFTS_MAX = 200


@dataclass(frozen=True, slots=True)
class Debt:
    """One obligation of a party of the actor's, as it stands."""

    standing: m.StandingRow
    status: Status
    category_id: UUID
    number: str
    kind: CategoryKind
    text: str
    party_id: UUID
    party: str
    exhibits: int
    """Exhibits deposited for the category so far."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A production begun and not deposited."""

    id: UUID
    party_id: UUID
    title: str
    created_at: datetime
    exhibits: int


@dataclass(frozen=True, slots=True)
class Owing:
    """What is owed under one order by one party, the earliest last day first."""

    order: m.Order
    party_id: UUID
    party: str
    debts: Sequence[Debt]
    drafts: Sequence[Draft]
    may_draft: bool

    @property
    def open(self) -> bool:
        """Whether anything of it is still owed."""
        settled = (Status.met_on_time, Status.met_late, Status.ended)
        return any(d.status not in settled for d in self.debts)


def owing(session: Session, actor: Actor, at: datetime) -> tuple[Sequence[Owing], bool]:
    """What the actor's parties owe at ``at``, by order and party; whether there is more.

    What is still owed comes first, the earliest last day first; what is settled after it.
    """
    own = [g.party_id for g in actor.grants if g.party_id is not None]
    if not own:
        return [], False
    rows = session.execute(
        visible(select(S, m.Category, m.Obligation.obligor_id, m.Party.name), S, actor)
        .join(m.Obligation, m.Obligation.id == S.obligation_id)
        .join(m.Category, m.Category.id == m.Obligation.category_id)
        .join(m.Party, m.Party.id == m.Obligation.obligor_id)
        .where(
            m.Obligation.obligor_id.in_(own),
            S.valid_from <= at,
            or_(S.valid_until.is_(None), S.valid_until > at),
        )
        .order_by(S.sort_at, S.order_id, m.Category.position)
        .limit(LISTED_MAX + 1)
    ).all()
    more = len(rows) > LISTED_MAX
    rows = rows[:LISTED_MAX]
    given = _given(session, own)
    grouped: dict[tuple[UUID, UUID], list[Debt]] = {}
    for standing, category, party_id, party in rows:
        debt = Debt(
            standing, status_now(standing, at), category.id, category.number, category.kind,
            category.text, party_id, party, given.get((category.id, party_id), 0),
        )  # fmt: skip
        grouped.setdefault((standing.order_id, party_id), []).append(debt)
    orders = _orders(session, {order_id for order_id, _ in grouped})
    drafts = _drafts(session, actor, own)
    found = [
        Owing(
            order=(order := orders[order_id]),
            party_id=party_id,
            party=debts[0].party,
            debts=debts,
            drafts=drafts.get((order_id, party_id), ()),
            may_draft=allows(
                actor,
                Action.production_draft,
                Place(order.court_id, order.matter_id, party_id, deposited=None),
            ),
        )
        for (order_id, party_id), debts in grouped.items()
    ]
    return sorted(found, key=lambda each: not each.open), more


def _given(session: Session, own: Sequence[UUID]) -> Mapping[tuple[UUID, UUID], int]:
    rows = session.execute(
        select(m.ExhibitCategory.category_id, m.Exhibit.party_id, func.count())
        .join(m.Exhibit, m.Exhibit.id == m.ExhibitCategory.exhibit_id)
        .join(m.Production, m.Production.id == m.Exhibit.production_id)
        .where(m.Exhibit.party_id.in_(own), m.Production.deposited_at.is_not(None))
        .group_by(m.ExhibitCategory.category_id, m.Exhibit.party_id)
    )
    return {(category_id, party_id): n for category_id, party_id, n in rows}


def _orders(session: Session, ids: set[UUID]) -> Mapping[UUID, m.Order]:
    matter = selectinload(m.Order.matter).selectinload(m.Matter.docket_numbers)
    found = session.scalars(select(m.Order).where(m.Order.id.in_(ids)).options(matter))
    return {order.id: order for order in found}


def _drafts(
    session: Session, actor: Actor, own: Sequence[UUID]
) -> Mapping[tuple[UUID, UUID], Sequence[Draft]]:
    held = (
        select(func.count())
        .where(m.Exhibit.production_id == m.Production.id)
        .correlate(m.Production)
        .scalar_subquery()
    )
    production = m.Production
    rows = session.execute(
        visible(
            select(
                production.order_id,
                production.id,
                production.party_id,
                production.title,
                production.created_at,
                held,
            ),
            production,
            actor,
        )
        .where(production.party_id.in_(own), production.deposited_at.is_(None))
        .order_by(production.created_at.desc(), production.id)
        .limit(DRAFTS_MAX)
    )
    found: dict[tuple[UUID, UUID], list[Draft]] = {}
    for order_id, *columns in rows:
        draft = Draft(*columns)
        found.setdefault((order_id, draft.party_id), []).append(draft)
    return found
