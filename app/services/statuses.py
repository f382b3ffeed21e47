"""The comparison of a standing with the clock, in SQL.

``status_of`` says in SQL what ``domain.status.status_at`` says in Python, and ``bears`` says
it of one status in the terms of the indexes; tests hold them together.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, literal, not_, or_

from app import models as m
from app.domain.status import Status

S = m.StandingRow

At = datetime | ColumnElement[Any]
"""An instant, or the place of one in a statement that is built once."""

OPEN = tuple(s for s in Status if s not in (Status.met_on_time, Status.met_late, Status.ended))
"""What is still owed; the list's default."""
OVERDUE = frozenset({Status.overdue_nothing, Status.overdue_partly})


def status_of(at: At) -> ColumnElement[str]:
    """The status of a standing at ``at``, as SQL."""
    moment = literal(at, S.due_at.type) if isinstance(at, datetime) else at
    produced = S.first_produced_at.is_not(None)
    return case(
        (S.ended, literal(Status.ended.value)),
        (
            S.completed_at.is_not(None),
            case(
                (
                    and_(S.due_at.is_not(None), S.completed_at >= S.due_at),
                    literal(Status.met_late.value),
                ),
                else_=literal(Status.met_on_time.value),
            ),
        ),
        (S.stayed, literal(Status.suspended.value)),
        (S.awaiting, literal(Status.awaiting_service_proof.value)),
        (
            S.sort_at <= moment,
            case(
                (produced, literal(Status.overdue_partly.value)),
                else_=literal(Status.overdue_nothing.value),
            ),
        ),
        (S.due_from_at <= moment, literal(Status.due_today.value)),
        (produced, literal(Status.partly_produced.value)),
        else_=literal(Status.running.value),
    )


def bears(status: Status, at: At) -> ColumnElement[bool]:
    """Whether a standing bears the status at ``at``, in the terms of the indexes."""
    if status is Status.ended:
        return and_(S.ended)
    if status is Status.met_late:
        return and_(not_(S.ended), S.completed_at >= S.due_at)
    if status is Status.met_on_time:
        on_time = or_(S.due_at.is_(None), S.completed_at < S.due_at)
        return and_(not_(S.ended), S.completed_at.is_not(None), on_time)
    still = and_(not_(S.ended), S.completed_at.is_(None))
    if status is Status.suspended:
        return and_(still, S.stayed)
    if status is Status.awaiting_service_proof:
        return and_(still, not_(S.stayed), S.awaiting)
    counting = and_(still, not_(S.stayed), not_(S.awaiting))
    nothing, some = S.first_produced_at.is_(None), S.first_produced_at.is_not(None)
    over, today = S.sort_at <= at, and_(S.sort_at > at, S.due_from_at <= at)
    ahead = and_(S.sort_at > at, or_(S.due_from_at.is_(None), S.due_from_at > at))
    return {
        Status.overdue_nothing: and_(counting, over, nothing),
        Status.overdue_partly: and_(counting, over, some),
        Status.due_today: and_(counting, today),
        Status.running: and_(counting, ahead, nothing),
        Status.partly_produced: and_(counting, ahead, some),
    }[status]


def among(statuses: Collection[Status], at: At) -> ColumnElement[bool]:
    """Whether a standing bears one of the statuses at ``at``; none named: what is owed."""
    if not statuses or set(statuses) == set(OPEN):
        return and_(not_(S.ended), S.completed_at.is_(None))
    if set(statuses) == OVERDUE:
        counting = and_(not_(S.stayed), not_(S.awaiting), S.sort_at <= at)
        return and_(not_(S.ended), S.completed_at.is_(None), counting)
    return or_(*(bears(s, at) for s in statuses))
