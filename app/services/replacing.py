"""Which deposited exhibit a file of a draft may replace."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.domain.numbering import parse_number
from app.domain.record import ExhibitState
from app.errors import Conflict, Invalid
from app.services.access import visible
from app.services.fates import EVER, fates
from app.services.productions import DraftRow, Incoming


def replaced_exhibit(
    session: Session, actor: Actor, production: DraftRow, said: Incoming
) -> m.Exhibit:
    """The deposited exhibit that the file replaces; refused unless it is the newest edition."""
    before = session.scalar(
        visible(select(m.Exhibit), m.Exhibit, actor).where(
            m.Exhibit.id == said.replaces_id, m.Exhibit.party_id == production.party_id
        )
    )
    if before is None:
        raise Invalid.field("replaces", "There is no such exhibit of this party.")
    if not said.replaces_reason:
        raise Invalid.field("reason", "Say why the exhibit is replaced.")
    if said.number is not None and parse_number(said.number) != parse_number(before.number):
        raise Invalid.field(
            "number", "What replaces exhibit {number} bears its number.", number=before.number
        )
    deposited = session.get(m.Production, before.production_id)
    if deposited is None or deposited.deposited_at is None:
        raise Conflict("This exhibit is in a draft: change it there.")
    if deposited.order_id != production.order_id:
        raise Invalid.field("replaces", "This exhibit was produced under another order.")
    fate = fates(session, production.order_id, EVER, EVER).get(before.id)
    if fate is not None and fate.state is ExhibitState.withdrawn:
        raise Conflict("This exhibit was withdrawn already.")
    newest = session.scalar(
        select(func.max(m.Exhibit.edition)).where(
            m.Exhibit.party_id == before.party_id, m.Exhibit.number == before.number
        )
    )
    if newest != before.edition:
        raise Conflict("Exhibit {number} was replaced already.", number=before.number)
    return before
