"""A change preview on the wire: what an event would move, and what would have to be said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.language import Language, sentence
from app.schemas import closures as closing
from app.schemas import compliance as wire
from app.services.closures import Moved
from app.services.events import Change
from app.services.versions import OrderLaw


def preview_out(
    changes: Iterable[Change], data_kind: str, as_of: datetime, zone: ZoneInfo, language: Language
) -> wire.Preview:
    """A change preview on the wire: what moves, old and new, and how many do not."""
    listed = list(changes)
    moved = [c for c in listed if c.moves]
    return wire.Preview.model_validate(
        {
            "kind": data_kind,
            "as_of": max([as_of, *(c.as_of for c in listed)]),
            "moved": [moved_out(c, zone, language) for c in moved],
            "unmoved": len(listed) - len(moved),
            "warnings": [w for c in listed for w in _warned(c, zone, language)],
        }
    )


def _warned(change: Change, zone: ZoneInfo, language: Language) -> Iterable[wire.Warned]:
    of = change.new.obligation
    for warning in change.warnings:
        yield wire.Warned(
            obligation_id=of.id,
            category_number=of.category.number,
            obligor=of.obligor,
            said=sentence(warning.said, language, zone),
        )


def moved_out(change: Change, zone: ZoneInfo, language: Language) -> wire.Moved:
    """What moves for one obligation, old and new."""
    old, new = change.old, change.new
    return wire.Moved(
        obligation_id=new.obligation.id,
        category_number=new.obligation.category.number,
        obligor=new.obligation.obligor,
        old_due_on=old.standing.clock.due_on,
        new_due_on=new.standing.clock.due_on,
        old_due_at=old.standing.clock.due_at,
        new_due_at=new.standing.clock.due_at,
        old_status=old.status,
        new_status=new.status,
        old_finding=old.finding,
        new_finding=new.finding,
        old_sentence=sentence(old.sentence, language, zone),
        new_sentence=sentence(new.sentence, language, zone),
        milestones=[
            wire.MovedMilestone(
                milestone_id=then.milestone.id,
                name=then.milestone.name,
                old_due_on=now.clock.due_on,
                new_due_on=then.clock.due_on,
                old_due_at=now.clock.due_at,
                new_due_at=then.clock.due_at,
                old_state=now.state,
                new_state=then.state,
            )
            for now, then in change.milestones
        ],
        penalty=_penalty(change),
    )


def _penalty(change: Change) -> wire.MovedPenalty | None:
    """What moves of the theoretical accrual, if anything does."""
    if not change.moves_penalty:
        return None
    old, new = change.old.penalty, change.new.penalty
    known = new or old
    assert known is not None  # noqa: S101  one of them moves
    return wire.MovedPenalty(
        currency=known.currency,
        old_theoretical_accrual=old.theoretical_accrual if old else None,
        new_theoretical_accrual=new.theoretical_accrual if new else None,
        old_counted_days=old.counted_days if old else 0,
        new_counted_days=new.counted_days if new else 0,
    )


def closure_preview_out(
    on: date, moved: Moved, as_of: datetime, language: Language
) -> closing.ClosurePreview:
    """What a closure moves, on the wire."""
    return closing.ClosurePreview(
        on=on,
        as_of=as_of,
        moved=[
            _in_order(order, change, language)
            for order, changes in moved.orders
            for change in changes
        ],
        moved_count=moved.moved_count,
        unmoved_count=moved.unmoved_count,
    )


def _in_order(order: m.Order, change: Change, language: Language) -> closing.MovedInOrder:
    told = moved_out(change, ZoneInfo(order.time_zone), language)
    return closing.MovedInOrder(
        **dict(told),
        order_id=order.id,
        order_title=order.title,
        docket_numbers=[d.number for d in order.matter.docket_numbers],
    )


def order_law_out(law: OrderLaw, language: Language) -> closing.OrderLaw:
    """An order's law on the wire, and what the versions at hand would move."""
    order, zone = law.order, ZoneInfo(law.order.time_zone)
    in_force, at_hand = (
        closing.LawVersions(
            rule_pack=order.rule_pack,
            rule_pack_version=versions[0],
            calendar=order.calendar,
            calendar_version=versions[1],
        )
        for versions in (law.in_force, law.at_hand)
    )
    moved = [moved_out(change, zone, language) for change in law.changes if change.moves]
    return closing.OrderLaw(
        order_id=order.id,
        order_title=order.title,
        in_force=in_force,
        at_hand=at_hand,
        differs=law.differs,
        decided=law.decided,
        moved=moved,
        unmoved=len(law.changes) - len(moved),
    )


def closure_outs(session: Session, rows: Sequence[m.Closure]) -> list[closing.ClosureOut]:
    """Closures on the wire, each with who recorded and who withdrew it."""
    ids = {person for row in rows for person in (row.recorded_by, row.withdrawn_by) if person}
    people = select(m.User.id, m.User.name).where(m.User.id.in_(ids))
    names = dict(list(session.execute(people)))
    return [
        closing.ClosureOut(
            id=row.id,
            on=row.closed_on,
            kind=row.kind,
            name=row.name,
            source=row.source,
            recorded_at=row.recorded_at,
            recorded_by=names[row.recorded_by],
            withdrawn_at=row.withdrawn_at,
            withdrawn_by=names[row.withdrawn_by] if row.withdrawn_by else None,
            withdrawal_reason=row.withdrawal_reason,
        )
        for row in rows
    ]
