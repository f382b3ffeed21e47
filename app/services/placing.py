"""Placing: what names suggest, and setting category, element, date on many exhibits at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.domain.acts import Act
from app.domain.numbering import ExhibitNumber, parse_number
from app.domain.placing import NameReading, Note, read_name
from app.domain.record import NAME_CHARS_MAX
from app.language import Language, sentence
from app.phrases import phrase
from app.schemas.placing import (
    LeftOut,
    PlacedOut,
    PlacingIn,
    PlacingNote,
    PlacingOut,
    PlacingSuggestion,
)
from app.services.draft import (
    Draft,
    DraftExhibit,
    Plan,
    chosen,
    draft_of,
    taken_elsewhere,
    write_draft,
)
from app.services.productions import check_places


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is sure of an exhibit's name and folder, held against the order and the party."""

    exhibit: DraftExhibit
    reading: NameReading
    category: m.Category | None

    @property
    def title(self) -> str | None:
        """The title that the name gives, if it gives a number or a date beside it."""
        sure = self.reading.number is not None or self.reading.dated_on is not None
        return self.reading.title[:NAME_CHARS_MAX] if sure else None


def suggestions(
    session: Session,
    actor: Actor,
    production_id: UUID,
    day_first: bool | None,
    language: Language,
) -> PlacingOut:
    """What names and folders say of every exhibit of the draft, and what is to be sorted."""
    production, draft = draft_of(session, actor, production_id, lock=False)
    found = suggest(session, production, draft, day_first)
    return PlacingOut(
        production_id=production.id,
        suggestions=[_out(each, language) for each in found.values()],
        to_sort=[i for i, each in found.items() if each.reading.doubts],
    )


def suggest(
    session: Session, production: m.Production, draft: Draft, day_first: bool | None
) -> dict[UUID, Suggestion]:
    """Read every name; what does not fit the order or the party's numbers becomes a doubt."""
    categories = categories_of(session, production.order_id)
    readings = {e.id: read_name(e.filename, e.folder, day_first) for e in draft.values()}
    _doubt_numbers(readings.values(), taken_elsewhere(session, production))
    found = {}
    for exhibit_id, reading in readings.items():
        exhibit = draft[exhibit_id]
        category = categories.get(reading.category or "")
        if reading.category is not None and category is None:
            said = phrase("The order has no category {number}.", number=reading.category)
            reading.doubts.append(Note("category", said))
        elif category is None and not exhibit.categories:
            said = phrase("Nothing says which category it answers.")
            reading.doubts.append(Note("category", said))
        found[exhibit_id] = Suggestion(exhibit, reading, category)
    return found


def categories_of(session: Session, order_id: UUID) -> dict[str, m.Category]:
    """The order's categories by number, as folders and tables write it: 2 for 02."""
    rows = session.scalars(select(m.Category).where(m.Category.order_id == order_id))
    return {category_key(row.number): row for row in rows}


def category_key(number: str) -> str:
    """A category's number for comparing."""
    return number.strip().lower().lstrip("0")


def _doubt_numbers(readings: Iterable[NameReading], taken: Mapping[ExhibitNumber, str]) -> None:
    """A number that two names say, or that is taken, is nobody's."""
    named: dict[ExhibitNumber, list[NameReading]] = defaultdict(list)
    for reading in readings:
        if reading.number is not None:
            named[reading.number].append(reading)
    for number, bearers in named.items():
        if number in taken:
            said = phrase(
                "The number {number} is taken; numbers are never reused.",
                number=number.text,
            )
        elif len(bearers) > 1:
            said = phrase(
                "{count} files are called exhibit {number}.",
                count=len(bearers),
                number=number.text,
            )
        else:
            continue
        for reading in bearers:
            reading.number = None
            reading.doubts.append(Note("number", said))


def _out(found: Suggestion, language: Language) -> PlacingSuggestion:
    reading, exhibit = found.reading, found.exhibit
    return PlacingSuggestion(
        exhibit_id=exhibit.id,
        number=exhibit.number,
        filename=exhibit.filename,
        folder=exhibit.folder,
        suggested_number=reading.number.text if reading.number else None,
        suggested_title=found.title,
        suggested_dated_on=reading.dated_on,
        suggested_category_id=found.category.id if found.category else None,
        suggested_category_number=found.category.number if found.category else None,
        evidence=_notes(reading.evidence, language),
        doubts=_notes(reading.doubts, language),
    )


def _notes(notes: Iterable[Note], language: Language) -> list[PlacingNote]:
    return [PlacingNote(about=n.about, text=sentence(n.said, language)) for n in notes]


def place(
    session: Session,
    actor: Actor,
    production_id: UUID,
    data: PlacingIn,
    day_first: bool | None,
    language: Language,
    now: datetime,
) -> PlacedOut:
    """Set what is asked on the selection, or what the names say; all or nothing."""
    production, draft = draft_of(session, actor, production_id)
    plan = placed(session, production, draft, data, day_first, language)
    changed = write_draft(session, actor, production, draft, plan.after, Act.exhibits_placed, now)
    unchanged = len(plan.selection) - len(changed)
    return PlacedOut(changed=changed, unchanged=unchanged, left_out=plan.left_out)


def placed(
    session: Session,
    production: m.Production,
    draft: Draft,
    data: PlacingIn,
    day_first: bool | None,
    language: Language,
) -> Plan:
    """The draft as it would be placed; nothing is written."""
    selection = chosen(draft, data.exhibit_ids)
    plan = Plan(selection, dict(draft), [])
    if data.by == "names":
        found = suggest(session, production, draft, day_first)
        for exhibit in selection:
            plan.after[exhibit.id] = _as_named(exhibit, found[exhibit.id], data)
            plan.left_out.extend(_left_out(found[exhibit.id], data, language))
    else:
        check_places(session, production, data.category_ids or (), data.element_ids or ())
        for exhibit in selection:
            plan.after[exhibit.id] = _as_asked(exhibit, data)
    return plan


def _as_named(exhibit: DraftExhibit, found: Suggestion, data: PlacingIn) -> DraftExhibit:
    reading = found.reading
    number, title, on, categories = (
        exhibit.number, exhibit.title, exhibit.dated_on, exhibit.categories
    )  # fmt: skip
    if "number" in data.fields and reading.number is not None:
        # Another writing of the number it bears (10.1, 10-1) is no other number.
        number = number if parse_number(number) == reading.number else reading.number.text
    if "title" in data.fields and found.title:
        title = found.title
    if "dated_on" in data.fields and reading.dated_on is not None:
        on = reading.dated_on
    if "category" in data.fields and found.category is not None:
        own = frozenset({found.category.id})
        categories = own if data.mode == "replace" else categories | own
    return replace(exhibit, number=number, title=title, dated_on=on, categories=categories)


def _left_out(found: Suggestion, data: PlacingIn, language: Language) -> list[LeftOut]:
    return [
        LeftOut(
            exhibit_id=found.exhibit.id,
            filename=found.exhibit.filename,
            text=sentence(note.said, language),
        )
        for note in found.reading.doubts
        if note.about == "file" or note.about in data.fields
    ]


def _as_asked(exhibit: DraftExhibit, data: PlacingIn) -> DraftExhibit:
    on: date | None = exhibit.dated_on
    if "dated_on" in data.model_fields_set:
        on = data.dated_on
    return replace(
        exhibit,
        dated_on=on,
        confidentiality=data.confidentiality or exhibit.confidentiality,
        categories=_merged(exhibit.categories, data.category_ids, data.mode),
        elements=_merged(exhibit.elements, data.element_ids, data.mode),
    )


def _merged(own: frozenset[UUID], asked: list[UUID] | None, mode: str) -> frozenset[UUID]:
    if asked is None:
        return own
    return frozenset(asked) if mode == "replace" else own | frozenset(asked)
