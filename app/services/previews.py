"""A change preview on the wire: what an event would move, and what would have to be said."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from app.language import Language, sentence
from app.schemas import compliance as wire
from app.services.events import Change


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
            "moved": [_moved(c, zone, language) for c in moved],
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


def _moved(change: Change, zone: ZoneInfo, language: Language) -> wire.Moved:
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
    )
