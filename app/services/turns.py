"""When time alone changes a list: the next turn of what an actor sees."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, func, not_, select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.services.access import visible

S = m.StandingRow

_AT = bindparam("at", type_=S.sort_at.type)
_QUARTER = timedelta(minutes=15)


def holds_until(session: Session, actor: Actor, at: datetime) -> datetime:
    """Until when any list as of now stays as it is at ``at``, while nothing is recorded.

    The first of: a standing that the actor sees ends; a last moment passes; a quarter of an
    hour of UTC. At a quarter falls every zone's midnight since 1980: where days late are counted
    on, a last day begins, and an order's first standing begins. Later standings begin where the
    ones before them end.
    """
    turns: Sequence[datetime | None] = session.connection().execute(_turns(actor), {"at": at}).one()
    try:
        quarter = at + _QUARTER - (at - datetime.min.replace(tzinfo=UTC)) % _QUARTER
    except OverflowError:
        return at
    return min([quarter, *(turn for turn in turns if turn is not None)])


@lru_cache(maxsize=512)
def _turns(actor: Actor) -> Select[*tuple[Any, ...]]:
    """When the next visible standing ends, and the next last moments pass, after ``at``."""
    ends = visible(select(func.min(S.valid_until)), S, actor).where(S.valid_until > _AT)
    lapses = visible(select(func.min(S.sort_at)), S, actor).where(
        not_(S.ended), S.completed_at.is_(None), S.sort_at > _AT
    )
    of_open, of_closing = S.valid_until.is_(None), S.valid_until > _AT
    return select(
        ends.scalar_subquery(),
        lapses.where(of_open).scalar_subquery(),
        lapses.where(of_closing).scalar_subquery(),
    )
