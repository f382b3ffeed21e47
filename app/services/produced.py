"""What was produced, as of any instant: exhibits, what became of them, who fetched them when."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, tuple_
from sqlalchemy.orm import Session, selectinload

from app import models as m
from app.domain.access import Action, Actor, Role
from app.domain.record import ExhibitState
from app.errors import Invalid, NotFound
from app.schemas.pages import read_cursor, write_cursor
from app.schemas.produced import (
    ExhibitHistory,
    FirstDownloadOut,
    Produced,
    ProducedExhibit,
)
from app.services.access import authorize, visible
from app.services.fates import Fate, fates
from app.services.orders import order_of, order_place
from app.services.productions import exhibit_of, production_of

LIMIT_MAX = 1_000


def produced(
    session: Session,
    actor: Actor,
    order_id: UUID,
    as_of: datetime,
    known_at: datetime,
    *,
    limit: int = LIMIT_MAX,
    cursor: str | None = None,
) -> Produced:
    """The exhibits deposited by ``as_of`` that exist for the actor, in the order of deposit.

    ``known_at`` asks what the record showed then; an exhibit is known from its deposit on.
    """
    order = order_of(session, actor, order_id)
    authorize(actor, Action.production_read, order_place(order))
    there = and_(
        m.Production.order_id == order.id,
        m.Production.deposited_at <= min(as_of, known_at),
    )
    total = session.scalar(
        visible(select(func.count()), m.Exhibit, actor)
        .select_from(m.Exhibit)
        .join(m.Production, m.Production.id == m.Exhibit.production_id)
        .where(there)
    )
    rows = _rows(session, actor, there, limit + 1, cursor)
    became = fates(session, order.id, as_of, known_at)
    last = rows[limit - 1] if len(rows) > limit else None
    return Produced(
        order_id=order.id,
        as_of=as_of,
        known_at=known_at,
        time_zone=order.time_zone,
        total=total or 0,
        items=[_said(e, p, became.get(e.id)) for e, p in rows[:limit]],
        next_cursor=_after(*last) if last else None,
    )


def _rows(
    session: Session, actor: Actor, there: ColumnElement[bool], limit: int, cursor: str | None
) -> list[tuple[m.Exhibit, m.Production]]:
    place = (m.Production.deposited_at, m.Exhibit.position, m.Exhibit.id)
    query = (
        visible(select(m.Exhibit, m.Production), m.Exhibit, actor)
        .join(m.Production, m.Production.id == m.Exhibit.production_id)
        .where(there)
        .options(selectinload(m.Exhibit.categories), selectinload(m.Production.party))
        .order_by(*place)
        .limit(limit)
    )
    if cursor:
        at, position, last = read_cursor(cursor, 3)
        try:
            after = datetime.fromisoformat(at), int(position), UUID(last)
        except ValueError:
            raise Invalid.field("cursor", "This cursor is not one that a page gave.") from None
        query = query.where(tuple_(*place) > tuple_(*after))
    return [(exhibit, production) for exhibit, production in session.execute(query)]


def _after(exhibit: m.Exhibit, production: m.Production) -> str:
    assert production.deposited_at is not None  # noqa: S101  the query says so
    at = production.deposited_at.isoformat()
    return write_cursor(at, str(exhibit.position), str(exhibit.id))


def _said(exhibit: m.Exhibit, production: m.Production, fate: Fate | None) -> ProducedExhibit:
    assert production.deposited_at is not None  # noqa: S101  the query says so
    assert production.number is not None  # noqa: S101  given with the deposit
    return ProducedExhibit(
        id=exhibit.id,
        production_id=production.id,
        production_number=production.number,
        party=production.party.name,
        number=exhibit.number,
        edition=exhibit.edition,
        title=exhibit.title,
        dated_on=exhibit.dated_on,
        filename=exhibit.filename,
        size_bytes=exhibit.size_bytes,
        sha256=exhibit.sha256,
        confidentiality=exhibit.confidentiality,
        category_ids=[c.category_id for c in exhibit.categories],
        available_at=production.deposited_at,
        state=fate.state if fate else ExhibitState.produced,
        since=fate.at if fate else production.deposited_at,
        reason=fate.reason if fate else "",
        replaced_by=fate.replaced_by if fate else None,
    )


def history(session: Session, actor: Actor, exhibit_id: UUID, now: datetime) -> ExhibitHistory:
    """What happened to a deposited exhibit. Who fetched it is told to its party and the clerk;
    another party learns when it first did so itself.
    """
    exhibit = exhibit_of(session, actor, exhibit_id)
    production = production_of(session, actor, exhibit.production_id, whole=False)
    if production.deposited_at is None:
        raise NotFound
    became = fates(session, production.order_id, now, now).get(exhibit.id)
    mine = {g.party_id for g in actor.grants}
    every = exhibit.party_id in mine or any(g.role is Role.clerk for g in actor.grants)
    rows = session.execute(
        select(m.FirstDownload.party_id, m.Party.name, m.FirstDownload.at)
        .join(m.Party, m.Party.id == m.FirstDownload.party_id)
        .where(m.FirstDownload.exhibit_id == exhibit.id)
        .order_by(m.FirstDownload.at)
    )
    return ExhibitHistory(
        exhibit=_said(exhibit, production, became),
        first_downloads=[
            FirstDownloadOut(party=name, at=at)
            for party_id, name, at in rows
            if every or party_id in mine
        ],
    )
