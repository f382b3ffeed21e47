"""Productions on the wire: the same for every door, less what the actor may not see."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.domain.record import Confidentiality
from app.schemas.productions import (
    AnswerOut,
    ElementValue,
    ExhibitOut,
    ProductionLine,
    ProductionOut,
    WithheldOut,
)


def exhibit_out(exhibit: m.Exhibit) -> ExhibitOut:
    """The exhibit on the wire."""
    plain = (
        "id production_id title dated_on confidentiality number filename media_type "
        "size_bytes sha256 uploaded_at version folder bates_first bates_last edition replaces_id"
    )
    return ExhibitOut.model_validate(
        {
            **{name: getattr(exhibit, name) for name in plain.split()},
            "category_ids": [c.category_id for c in exhibit.categories],
            "element_ids": [e.element_id for e in exhibit.elements],
        }
    )


def answer_out(answer: m.Answer) -> AnswerOut:
    """The answer on the wire."""
    return AnswerOut(
        category_id=answer.category_id,
        declaration=answer.declaration,
        ground=answer.ground,
        statement=answer.statement,
        declared_total=answer.declared_total,
        values=[ElementValue(element_id=UUID(k), value=v) for k, v in answer.values.items()],
    )


def production_out(
    session: Session,
    actor: Actor,
    production: m.Production,
    exhibits: Iterable[m.Exhibit] | None = None,
) -> ProductionOut:
    """The production on the wire; an exhibit that does not exist for the actor is not there.

    ``exhibits``: these alone, where not all of them were loaded.
    """
    own = any(g.party_id == production.party_id for g in actor.grants)
    return ProductionOut(
        id=production.id,
        order_id=production.order_id,
        party_id=production.party_id,
        party=production.party.name,
        title=production.title,
        number=production.number,
        created_at=production.created_at,
        deposited_at=production.deposited_at,
        exhibits=[
            exhibit_out(e)
            for e in (production.exhibits if exhibits is None else exhibits)
            if own or e.confidentiality is Confidentiality.ordinary
        ],
        answers=[answer_out(a) for a in production.answers],
        withheld_items=[WithheldOut.model_validate(w) for w in production.withheld_items],
        version=production.version,
    )


def production_line(production: m.Production, exhibits_count: int) -> ProductionLine:
    """The production in a list."""
    plain = "id order_id party_id title number deposited_at version"
    return ProductionLine.model_validate(
        {
            **{name: getattr(production, name) for name in plain.split()},
            "party": production.party.name,
            "exhibits_count": exhibits_count,
        }
    )
