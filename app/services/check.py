"""The check: recompute every projection from the events, and name each difference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.errors import Fault
from app.services.facts import LAW, events_of, project, projected
from app.services.lawbook import court_time

_BATCH = 200


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the projection and the events disagree."""

    order_id: UUID
    obligation_id: UUID | None
    column: str
    kept: object
    computed: object

    def __str__(self) -> str:
        where = f"order {self.order_id}"
        if self.obligation_id is not None:
            where += f", obligation {self.obligation_id}"
        return f"{where}: {self.column} is {self.kept!r}, the events give {self.computed!r}"


@dataclass(slots=True)
class Checked:
    """How much was compared."""

    orders: int = 0
    obligations: int = 0
    events: int = 0


def check(session: Session, tally: Checked) -> Iterator[Difference]:
    """Recompute every order, in batches; yield each difference, and count in ``tally``."""
    last: UUID | None = None
    while True:
        query = select(m.Order).options(*LAW).order_by(m.Order.id).limit(_BATCH)
        if last is not None:
            query = query.where(m.Order.id > last)
        orders = session.scalars(query).all()
        if not orders:
            return
        for order in orders:
            yield from _check_order(session, order, tally)
        last = orders[-1].id
        session.expunge_all()


def project_all(session: Session, tally: Checked, *, after: UUID | None) -> UUID | None:
    """Write the projections of one batch of orders anew; the last order, or None at the end.

    Orders are taken by identifier, those after ``after``.
    """
    query = select(m.Order).options(*LAW).order_by(m.Order.id).limit(_BATCH)
    if after is not None:
        query = query.where(m.Order.id > after)
    orders = session.scalars(query.with_for_update(of=m.Order)).all()
    for order in orders:
        events = events_of(session, order.id)
        project(session, order, events)
        tally.orders += 1
        tally.events += len(events)
    return orders[-1].id if orders else None


def _check_order(session: Session, order: m.Order, tally: Checked) -> Iterator[Difference]:
    events = events_of(session, order.id)
    tally.orders += 1
    tally.events += len(events)
    if len(events) != order.events_count or [e.seq for e in events] != [*range(1, len(events) + 1)]:
        yield Difference(order.id, None, "events_count", order.events_count, len(events))
    try:
        computed = projected(order, court_time(session, order, events), events)
    except Fault as fault:
        yield Difference(order.id, None, "projection", "kept", f"refused: {fault}")
        return
    kept = {
        (row.obligation_id, row.valid_from): row
        for row in session.scalars(select(m.StandingRow).where(m.StandingRow.order_id == order.id))
    }
    tally.obligations += len({row["obligation_id"] for row in computed})
    for row in computed:
        key = (cast("UUID", row["obligation_id"]), cast("datetime", row["valid_from"]))
        yield from _compare(order.id, row, kept.pop(key, None))
    for obligation_id, valid_from in kept:
        yield Difference(order.id, obligation_id, "standing", valid_from, None)


def _compare(
    order_id: UUID, computed: dict[str, object], kept: m.StandingRow | None
) -> Iterator[Difference]:
    obligation_id = computed["obligation_id"]
    assert isinstance(obligation_id, UUID)  # noqa: S101  a column of the projection
    if kept is None:
        yield Difference(order_id, obligation_id, "standing", None, computed["valid_from"])
        return
    for column, value in computed.items():
        found = getattr(kept, column)
        if found != value:
            yield Difference(order_id, obligation_id, column, found, value)
