"""Taking exhibits out of a draft, many in one act."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from app import models as m
from app.domain.access import Actor
from app.domain.acts import Act
from app.services.draft import chosen, draft_of
from app.services.log import say
from app.services.productions import production_where

_AT_ONCE = 500


def remove_exhibits(
    session: Session,
    actor: Actor,
    production_id: UUID,
    exhibit_ids: Sequence[UUID],
    now: datetime,
) -> int:
    """Take these out of the draft, all or none; how many. ``Invalid`` on one not in it.

    What was deposited is only ever withdrawn, by an act.
    """
    production, draft = draft_of(session, actor, production_id)
    ids = [each.id for each in chosen(draft, exhibit_ids)]
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        copies = select(m.StampedCopy).where(m.StampedCopy.exhibit_id.in_(some))
        for copy in session.scalars(copies):
            session.delete(copy)
        session.flush()
        exhibits = select(m.Exhibit).where(m.Exhibit.id.in_(some))
        links = (selectinload(m.Exhibit.categories), selectinload(m.Exhibit.elements))
        for exhibit in session.scalars(exhibits.options(*links)):
            session.delete(exhibit)
    say(session, Act.exhibit_removed, actor, now, production_where(production))
    return len(ids)
