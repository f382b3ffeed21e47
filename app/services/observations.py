"""Observations: what one side remarks on a category or an exhibit, and the other answers.

Dated, of one party, never changed. Both sides and the clerk read them; one that is taken back
stays, with its withdrawal. They decide nothing: a judge does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, aliased

from app import models as m
from app.domain.access import Action, Actor, Place, Role, allows
from app.domain.acts import Act
from app.domain.record import OBSERVATIONS_MAX
from app.errors import Conflict, Invalid, NotAllowed, NotFound
from app.schemas.observations import ObservationIn, ObservationOut, Observations, WithdrawnOut
from app.services.access import visible
from app.services.log import say
from app.services.orders import order_of, order_where


def observe(
    session: Session, actor: Actor, order_id: UUID, data: ObservationIn, now: datetime
) -> m.Observation:
    """Record an observation for the actor's party.

    Raises:
        Invalid: on what the order does not have, or for which party is not said.
        NotAllowed: the actor is counsel of no party of the matter.
        Conflict: what is answered was taken back, or there are too many.
    """
    order = order_of(session, actor, order_id, lock=True)
    party_id = _for_party(actor, order, data.party_id)
    made = m.Observation(
        matter_id=order.matter_id,
        order_id=order.id,
        party_id=party_id,
        text=data.text,
        made_at=now,
        made_by=actor.user_id,
        **_subject(session, actor, order, data),
    )
    count = session.scalar(select(func.count()).where(m.Observation.order_id == order.id))
    if (count or 0) >= OBSERVATIONS_MAX:
        raise Conflict("An order bears at most {most} observations.", most=OBSERVATIONS_MAX)
    session.add(made)
    say(session, Act.observation_made, actor, now, order_where(order))
    return made


def observers(actor: Actor, order: m.Order) -> Sequence[m.Party]:
    """The parties of the matter for which the actor may observe."""
    return [p for p in order.matter.parties if _may(actor, order, p.id)]


def _may(actor: Actor, order: m.Order, party_id: UUID | None) -> bool:
    place = Place(order.court_id, order.matter_id, party_id)
    return allows(actor, Action.observation_make, place)


def _for_party(actor: Actor, order: m.Order, party_id: UUID | None) -> UUID:
    own = [p.id for p in observers(actor, order)]
    if not own:
        raise NotAllowed("Only counsel of a party of this matter may observe.")
    if party_id is None and len(own) == 1:
        return own[0]
    if party_id is None or party_id not in own:
        raise Invalid.field("party_id", "Say for which of your parties you observe.")
    return party_id


def _subject(
    session: Session, actor: Actor, order: m.Order, data: ObservationIn
) -> dict[str, UUID | None]:
    if data.answers_id is not None:
        return _answered(session, actor, order, data.answers_id)
    if data.exhibit_id is not None:
        there = session.scalar(
            visible(select(m.Exhibit.id), m.Exhibit, actor)
            .join(m.Production, m.Production.id == m.Exhibit.production_id)
            .where(
                m.Exhibit.id == data.exhibit_id,
                m.Production.order_id == order.id,
                m.Production.deposited_at.is_not(None),
            )
        )
        if there is None:
            raise Invalid.field("exhibit_id", "This exhibit was not produced under this order.")
    elif data.category_id not in {c.id for c in order.categories}:
        raise Invalid.field("category_id", "This category is not in this order.")
    return {"category_id": data.category_id, "exhibit_id": data.exhibit_id, "answers_id": None}


def _answered(
    session: Session, actor: Actor, order: m.Order, answers_id: UUID
) -> dict[str, UUID | None]:
    """What an answer bears on: always the first observation, however long the exchange is."""
    first = session.scalar(
        visible(select(m.Observation), m.Observation, actor).where(
            m.Observation.id == answers_id, m.Observation.order_id == order.id
        )
    )
    if first is None:
        raise Invalid.field("answers_id", "There is no such observation on this order.")
    if session.get(m.ObservationWithdrawal, first.id) is not None:
        raise Conflict("This observation was taken back: there is nothing to answer.")
    return {
        "category_id": first.category_id,
        "exhibit_id": first.exhibit_id,
        "answers_id": first.answers_id or first.id,
    }


def withdraw_observation(
    session: Session, actor: Actor, observation_id: UUID, reason: str, now: datetime
) -> m.Observation:
    """Take an observation back, for the party that made it; it stays, with its withdrawal.

    Raises ``Conflict`` where it was taken back already.
    """
    made = observation_of(session, actor, observation_id)
    order = order_of(session, actor, made.order_id)
    if not _may(actor, order, made.party_id):
        raise NotAllowed("Only counsel of the party that made an observation takes it back.")
    if session.get(m.ObservationWithdrawal, made.id) is not None:
        raise Conflict("This observation was taken back already.")
    session.add(
        m.ObservationWithdrawal(
            observation_id=made.id, reason=reason, withdrawn_at=now, withdrawn_by=actor.user_id
        )
    )
    try:
        say(session, Act.observation_withdrawn, actor, now, order_where(order))
    except IntegrityError:
        raise Conflict("This observation was taken back already.") from None
    return made


def observation_of(session: Session, actor: Actor, observation_id: UUID) -> m.Observation:
    """The observation, if it exists for the actor; else ``NotFound``."""
    found = session.scalar(
        visible(select(m.Observation), m.Observation, actor).where(
            m.Observation.id == observation_id
        )
    )
    if found is None:
        raise NotFound
    return found


def observations(
    session: Session, actor: Actor, order_id: UUID, *, exhibit_id: UUID | None = None
) -> Observations:
    """The order's observations that exist for the actor, or those on one exhibit."""
    order = order_of(session, actor, order_id)
    where = m.Observation.order_id == order.id
    if exhibit_id is not None:
        where &= m.Observation.exhibit_id == exhibit_id
    items = _read(session, actor, where)
    return Observations(
        order_id=order.id,
        time_zone=order.time_zone,
        open_count=sum(one.open for one in items),
        items=items,
    )


def _read(session: Session, actor: Actor, where: ColumnElement[bool]) -> list[ObservationOut]:
    rows = [_Read(*row) for row in session.execute(_query(actor).where(where))]
    parties = {row.made.id: row.made.party_id for row in rows}
    met: set[UUID] = {
        row.made.answers_id
        for row in rows
        if row.made.answers_id is not None
        and row.withdrawn is None
        and parties.get(row.made.answers_id) != row.made.party_id
    }
    answers: dict[UUID, list[ObservationOut]] = {}
    first: list[ObservationOut] = []
    for row in rows:
        out = row.out(answered=row.made.id in met)
        if out.answers_id is None:
            first.append(out)
        else:
            answers.setdefault(out.answers_id, []).append(out)
    return [each for one in first for each in (one, *answers.get(one.id, ()))]


def _query(actor: Actor) -> Select[*tuple[Any, ...]]:
    by = aliased(m.User)
    o, w = m.Observation, m.ObservationWithdrawal
    return (
        visible(
            select(o, m.Party, m.User.name, m.Category.number, m.Exhibit.number,
                   m.Exhibit.edition, w, by.name),
            o,
            actor,
        )
        .join(m.Party, m.Party.id == o.party_id)
        .join(m.User, m.User.id == o.made_by)
        .outerjoin(m.Category, m.Category.id == o.category_id)
        .outerjoin(m.Exhibit, m.Exhibit.id == o.exhibit_id)
        .outerjoin(w, w.observation_id == o.id)
        .outerjoin(by, by.id == w.withdrawn_by)
        .order_by(o.made_at, o.id)
        .limit(OBSERVATIONS_MAX)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Read:
    made: m.Observation
    party: m.Party
    by: str
    category_number: str | None
    exhibit_number: str | None
    edition: int | None
    withdrawn: m.ObservationWithdrawal | None
    withdrawn_by: str | None

    def out(self, *, answered: bool) -> ObservationOut:
        made, back = self.made, self.withdrawn
        return ObservationOut(
            id=made.id,
            order_id=made.order_id,
            category_id=made.category_id,
            category_number=self.category_number,
            exhibit_id=made.exhibit_id,
            exhibit_number=self.exhibit_number,
            exhibit_edition=self.edition,
            answers_id=made.answers_id,
            party_id=made.party_id,
            party=self.party.name,
            side=self.party.side,
            text=made.text,
            made_at=made.made_at,
            made_by=self.by,
            withdrawn=None
            if back is None
            else WithdrawnOut(at=back.withdrawn_at, by=self.withdrawn_by or "", reason=back.reason),
            open=made.answers_id is None and back is None and not answered,
        )


# -- what needs a look, across orders


@dataclass(frozen=True, slots=True)
class OpenObservation:
    """An observation that nobody of another side has answered yet, and where it stands."""

    id: UUID
    order_id: UUID
    order_title: str
    time_zone: str
    party: str
    text: str
    made_at: datetime


def open_observations(session: Session, actor: Actor, *, limit: int) -> Sequence[OpenObservation]:
    """Open observations on every order that the actor may read, the newest first."""
    if not any(g.role in (Role.clerk, Role.counsel, Role.assistant) for g in actor.grants):
        return []
    o, answer, w, back = (
        m.Observation,
        aliased(m.Observation),
        m.ObservationWithdrawal,
        aliased(m.ObservationWithdrawal),
    )
    answered = (
        select(answer.id)
        .outerjoin(back, back.observation_id == answer.id)
        .where(
            answer.answers_id == o.id,
            answer.party_id != o.party_id,
            back.observation_id.is_(None),
        )
        .exists()
    )
    rows = session.execute(
        visible(
            select(o.id, o.order_id, m.Order.title, m.Order.time_zone, m.Party.name, o.text,
                   o.made_at),
            o,
            actor,
        )
        .join(m.Order, m.Order.id == o.order_id)
        .join(m.Party, m.Party.id == o.party_id)
        .outerjoin(w, w.observation_id == o.id)
        .where(o.answers_id.is_(None), w.observation_id.is_(None), ~answered)
        .order_by(o.made_at.desc(), o.id)
        .limit(limit)
    )  # fmt: skip
    return [OpenObservation(*row) for row in rows]
