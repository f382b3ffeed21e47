"""Who may: one ``authorize`` for every act, one ``visible`` for every list.

What an actor may not see is ``NotFound``, exactly like what does not exist; what they
see but may not do is ``NotAllowed``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from app import models as m
from app.domain.access import COURT_ROLES, Action, Actor, Place, Role, allows, sees
from app.domain.record import Confidentiality
from app.errors import NotAllowed, NotFound

S = TypeVar("S", bound="Select[*tuple[Any, ...]]")

_READERS = frozenset({Role.clerk, Role.counsel, Role.assistant})


def authorize(actor: Actor, action: Action, place: Place) -> None:
    """Let the act pass, or raise ``NotAllowed``; ``NotFound`` where the place is not seen."""
    if allows(actor, action, place):
        return
    if sees(actor, place):
        raise NotAllowed("Your role does not allow this here.")
    raise NotFound


def visible(statement: S, entity: type[m.Base], actor: Actor) -> S:
    """Keep only the rows of ``entity`` that exist for the actor. Deny by default."""
    rule = _RULES.get(entity)
    if rule is None:
        raise TypeError(f"nobody said who sees {entity.__name__}")
    return statement.where(rule(actor))


def _courts(actor: Actor, *, readers_only: bool) -> list[Any]:
    return [
        g.court_id
        for g in actor.grants
        if g.role in COURT_ROLES and (not readers_only or g.role in _READERS)
    ]


def _matters(actor: Actor) -> list[Any]:
    return [g.matter_id for g in actor.grants if g.matter_id is not None]


def _parties(actor: Actor) -> list[Any]:
    return [g.party_id for g in actor.grants if g.party_id is not None]


def _among(column: Any, values: list[Any]) -> Any:
    """``column = value`` for one value, which an index in order can serve; else ``IN``."""
    if not values:
        return false()
    return column == values[0] if len(values) == 1 else column.in_(values)


def _in_matter(actor: Actor, court: Any, matter: Any) -> ColumnElement[bool]:
    courts = _courts(actor, readers_only=True)
    matters = _matters(actor)
    if courts and matters:
        reach = or_(_among(court, courts), _among(matter, matters))
    else:
        reach = _among(court, courts) if courts else _among(matter, matters)
    if actor.matter_ids is None:
        return reach
    return and_(reach, matter.in_(actor.matter_ids))


def _matter(actor: Actor) -> ColumnElement[bool]:
    return _in_matter(actor, m.Matter.court_id, m.Matter.id)


def _order(actor: Actor) -> ColumnElement[bool]:
    return _in_matter(actor, m.Order.court_id, m.Order.matter_id)


def _standing(actor: Actor) -> ColumnElement[bool]:
    return _in_matter(actor, m.StandingRow.court_id, m.StandingRow.matter_id)


def _production(actor: Actor) -> ColumnElement[bool]:
    matters = select(m.Matter.id).where(_matter(actor))
    return and_(
        m.Production.matter_id.in_(matters),
        or_(
            m.Production.deposited_at.is_not(None),
            _among(m.Production.party_id, _parties(actor)),
        ),
    )


def _exhibit(actor: Actor) -> ColumnElement[bool]:
    productions = select(m.Production.id).where(_production(actor))
    return and_(
        m.Exhibit.production_id.in_(productions),
        or_(
            m.Exhibit.confidentiality == Confidentiality.ordinary,
            _among(m.Exhibit.party_id, _parties(actor)),
        ),
    )


def _upload(actor: Actor) -> ColumnElement[bool]:
    productions = select(m.Production.id).where(_production(actor))
    return and_(
        m.Upload.production_id.in_(productions),
        _among(m.Upload.party_id, _parties(actor)),
    )


def _court(actor: Actor) -> ColumnElement[bool]:
    by_role: ColumnElement[bool] = _among(m.Court.id, _courts(actor, readers_only=False))
    matters = _matters(actor)
    if not matters:
        return by_role  # matters that a court's role lets one read are of that court
    own = select(m.Matter.court_id).where(_among(m.Matter.id, matters))
    if actor.matter_ids is not None:
        own = own.where(m.Matter.id.in_(actor.matter_ids))
    return or_(by_role, m.Court.id.in_(own))


def _event(actor: Actor) -> ColumnElement[bool]:
    return m.Event.order_id.in_(select(m.Order.id).where(_order(actor)))


def _event_file(actor: Actor) -> ColumnElement[bool]:
    return m.EventFile.event_id.in_(select(m.Event.id).where(_event(actor)))


def _attestation(actor: Actor) -> ColumnElement[bool]:
    return m.Attestation.order_id.in_(select(m.Order.id).where(_order(actor)))


def _observation(actor: Actor) -> ColumnElement[bool]:
    """Both sides and the clerk; on an exhibit, whoever that exhibit exists for."""
    exhibits = select(m.Exhibit.id).where(_exhibit(actor))
    return and_(
        m.Observation.order_id.in_(select(m.Order.id).where(_order(actor))),
        or_(m.Observation.exhibit_id.is_(None), m.Observation.exhibit_id.in_(exhibits)),
    )


def _token(actor: Actor) -> ColumnElement[bool]:
    return m.ApiToken.user_id == actor.user_id if actor.may_ever(Action.token_own) else false()


_RULES: dict[type[m.Base], Callable[[Actor], ColumnElement[bool]]] = {
    m.Matter: _matter,
    m.Order: _order,
    m.StandingRow: _standing,
    m.Production: _production,
    m.Exhibit: _exhibit,
    m.Upload: _upload,
    m.Court: _court,
    m.Event: _event,
    m.EventFile: _event_file,
    m.Attestation: _attestation,
    m.Observation: _observation,
    m.ApiToken: _token,
}
