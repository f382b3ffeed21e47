"""Numbering a draft: in order, by the files' names, or as given; two may change places.

A number of another production or of a withheld item is taken for ever. The draft is numbered
whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.domain.acts import Act
from app.domain.numbering import NUMBER_MAX, ExhibitNumber, next_number, parse_number
from app.errors import FieldFault, Invalid
from app.language import Language, sentence
from app.schemas.numbering import NumberingIn
from app.schemas.placing import LeftOut, PlacedOut
from app.services.draft import (
    Draft,
    DraftExhibit,
    Plan,
    chosen,
    draft_of,
    taken_elsewhere,
    write_draft,
)
from app.services.placing import suggest


def number_exhibits(
    session: Session,
    actor: Actor,
    production_id: UUID,
    data: NumberingIn,
    language: Language,
    now: datetime,
) -> PlacedOut:
    """Number the selection as asked.

    Raises ``Invalid`` on what cannot be a number or is not in the draft, ``Conflict`` when a
    number is borne twice or taken elsewhere.
    """
    production, draft = draft_of(session, actor, production_id)
    plan = numbered(session, production, draft, data, language)
    changed = write_draft(session, actor, production, draft, plan.after, Act.exhibits_numbered, now)
    unchanged = len(plan.selection) - len(changed)
    return PlacedOut(changed=changed, unchanged=unchanged, left_out=plan.left_out)


def numbered(
    session: Session, production: m.Production, draft: Draft, data: NumberingIn, language: Language
) -> Plan:
    """The draft as it would be numbered; nothing is written. Raises as ``number_exhibits``."""
    left: list[LeftOut] = []
    if data.by == "given":
        selection = chosen(draft, list(data.numbers))
        wanted = _given(data.numbers)
    elif data.by == "names":
        selection = chosen(draft, data.exhibit_ids)
        found = suggest(session, production, draft, None)
        wanted = {}
        for exhibit in selection:
            reading = found[exhibit.id].reading
            if reading.number is not None:
                wanted[exhibit.id] = reading.number
            left += [
                LeftOut(
                    exhibit_id=exhibit.id,
                    filename=exhibit.filename,
                    text=sentence(note.said, language),
                )
                for note in reading.doubts
                if note.about in {"file", "number"}
            ]
    else:
        selection = chosen(draft, data.exhibit_ids)
        wanted = _in_order(draft, selection, data.start, taken_elsewhere(session, production))
    after = dict(draft)
    for exhibit_id, number in wanted.items():
        after[exhibit_id] = _numbered(draft[exhibit_id], number)
    return Plan(selection, after, left)


def _numbered(exhibit: DraftExhibit, number: ExhibitNumber) -> DraftExhibit:
    return replace(exhibit, number=number.text)


def _given(numbers: Mapping[UUID, str]) -> dict[UUID, ExhibitNumber]:
    wanted, faults = {}, []
    for exhibit_id, text in numbers.items():
        try:
            wanted[exhibit_id] = parse_number(text)
        except Invalid as fault:
            faults.append(FieldFault(f"numbers.{exhibit_id}", fault.message))
    if faults:
        raise Invalid.all(faults)
    return wanted


def _in_order(
    draft: Draft,
    selection: Sequence[DraftExhibit],
    start: str | None,
    taken: Mapping[ExhibitNumber, str],
) -> dict[UUID, ExhibitNumber]:
    """Consecutive numbers from ``start``, or after the highest that will be borne besides."""
    if start is None:
        own = {e.id for e in selection}
        others = [parse_number(e.number) for e in draft.values() if e.id not in own]
        first = next_number([*others, *taken])
    else:
        first = parse_number(start, "start")
    *above, last = first.parts
    if first.repeat:
        raise Invalid.field("start", "Numbers are counted on from 12 or 12-1, not from 12 bis.")
    if last + len(selection) - 1 > NUMBER_MAX:
        raise Invalid.field("start", "The highest number has been given.")
    return {
        exhibit.id: ExhibitNumber((*above, last + i), 0, first.separator)
        for i, exhibit in enumerate(selection)
    }
