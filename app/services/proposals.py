"""What an act on many exhibits would change, told before it is done.

Nothing is written. A proposal bears a mark of all that it says: whoever confirms it sends the
mark back, and an act that would now do something else is proposed anew, never done.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.domain.bates import BatesRange
from app.language import Language
from app.schemas.numbering import BatesIn, NumberingIn
from app.schemas.placing import LeftOut, PlacingIn
from app.services.bates import paged
from app.services.draft import (
    Draft,
    DraftExhibit,
    Plan,
    check_numbers,
    chosen,
    draft_of,
    taken_elsewhere,
)
from app.services.placing import placed
from app.services.renumbering import numbered


@dataclass(frozen=True, slots=True)
class Proposal:
    """Each exhibit that would change, before and after; what is left out, and the mark."""

    changes: Sequence[tuple[DraftExhibit, DraftExhibit]]
    unchanged: int
    left_out: Sequence[LeftOut]
    mark: str


def propose_placing(
    session: Session,
    actor: Actor,
    production_id: UUID,
    data: PlacingIn,
    *,
    day_first: bool | None,
    language: Language,
) -> Proposal:
    """What ``placing.place`` would do. Raises as it does."""
    return _proposed(
        session,
        actor,
        production_id,
        lambda production, draft: placed(session, production, draft, data, day_first, language),
    )


def propose_numbering(
    session: Session, actor: Actor, production_id: UUID, data: NumberingIn, language: Language
) -> Proposal:
    """What ``renumbering.number_exhibits`` would do. Raises as it does."""
    return _proposed(
        session,
        actor,
        production_id,
        lambda production, draft: numbered(session, production, draft, data, language),
    )


@dataclass(frozen=True, slots=True)
class BatesProposal:
    """Each exhibit with the range it would bear, how the series goes on, and the mark."""

    given: Sequence[tuple[DraftExhibit, BatesRange]]
    changed: int
    next: str
    mark: str


def propose_bates(
    session: Session, actor: Actor, production_id: UUID, data: BatesIn
) -> BatesProposal:
    """What ``bates.number_pages`` would do. Raises as it does."""
    production, draft = draft_of(session, actor, production_id, lock=False)
    plan = paged(session, production, draft, data)
    changes = [(draft[i], plan.after[i]) for i in draft if plan.after[i] != draft[i]]
    return BatesProposal(plan.given, len(changes), plan.next, mark_of(changes))


def propose_removal(
    session: Session, actor: Actor, production_id: UUID, exhibit_ids: Sequence[UUID]
) -> Proposal:
    """What ``removing.remove_exhibits`` would take out: before and after are the same."""
    _production, draft = draft_of(session, actor, production_id, lock=False)
    gone = [(each, each) for each in chosen(draft, exhibit_ids)]
    return Proposal(gone, 0, (), mark_of(gone))


def _proposed(
    session: Session,
    actor: Actor,
    production_id: UUID,
    plan_of: Callable[[m.Production, Draft], Plan],
) -> Proposal:
    production, draft = draft_of(session, actor, production_id, lock=False)
    plan = plan_of(production, draft)
    changes = [(draft[i], plan.after[i]) for i in draft if plan.after[i] != draft[i]]
    if any(before.number != after.number for before, after in changes):
        check_numbers(taken_elsewhere(session, production), plan.after)
    return Proposal(changes, len(plan.selection) - len(changes), plan.left_out, mark_of(changes))


def mark_of(changes: Sequence[tuple[DraftExhibit, DraftExhibit]]) -> str:
    """A mark of all that the changes say."""
    said = hashlib.sha256()
    for pair in changes:
        for each in pair:
            # A set has no order of its own: what it holds is written in one.
            said.update(repr([_in_order(value) for value in astuple(each)]).encode())
    return said.hexdigest()


def _in_order(value: object) -> object:
    return sorted(map(str, value)) if isinstance(value, frozenset) else value
