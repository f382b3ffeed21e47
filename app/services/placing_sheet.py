"""Placing by a table: each row held against the draft, told before it is applied.

All or nothing, unless the good rows alone are asked for; a bad row is named by its line.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.domain.acts import Act
from app.domain.bates import BatesRange
from app.domain.batesreport import Numbered, collisions
from app.domain.numbering import ExhibitNumber, parse_number
from app.errors import Conflict, FieldFault, Invalid
from app.language import Language, sentence
from app.papers.placing_csv import PlacingRow, PlacingSheet, RowFault, plain, read_placing
from app.phrases import Phrase, phrase
from app.schemas.placing import SheetFault, SheetOut, SheetRow
from app.services.bates import given_ranges, range_of
from app.services.draft import Draft, DraftExhibit, draft_of, taken_elsewhere, write_draft
from app.services.placing import category_key

FAULTS_MAX = 1_000
"""How many faults a refusal lists."""
_ROUNDS = 20
_CLASHES_MAX = 100_000


@dataclass(slots=True)
class _Order:
    """What cells of a row may name: the order's categories and elements."""

    categories: dict[str, m.Category] = field(default_factory=dict)
    elements: dict[str, set[UUID]] = field(default_factory=lambda: defaultdict(set))


@dataclass(slots=True)
class SheetPlan:
    """The rows that may be applied, each with its exhibit; and the faults found."""

    draft: Draft
    after: Draft
    rows: dict[UUID, PlacingRow] = field(default_factory=dict)
    faults: list[RowFault] = field(default_factory=list)

    def refuse(self, exhibit_id: UUID, about: str, said: Phrase) -> None:
        """Take a row out: its exhibit stays as it is."""
        row = self.rows.pop(exhibit_id)
        self.after[exhibit_id] = self.draft[exhibit_id]
        self.faults.append(RowFault(row.line, about, said))


def place_by_sheet(
    session: Session,
    actor: Actor,
    production_id: UUID,
    data: bytes,
    now: datetime,
    *,
    day_first: bool | None = None,
    dry_run: bool = False,
    apply_good: bool = False,
    language: Language,
) -> SheetOut:
    """Apply the table to the draft, or with ``dry_run`` tell what each row would do.

    Raises ``Invalid`` on each bad row (``rows.<line>.<column>``) unless ``apply_good``.
    """
    production, draft = draft_of(session, actor, production_id, lock=not dry_run)
    sheet = read_placing(data, day_first)
    plan = sheet_plan(session, production, draft, sheet)
    if plan.faults and not dry_run and not apply_good:
        raise Invalid.all(
            FieldFault(f"rows.{f.line}.{f.about}", f.said) for f in plan.faults[:FAULTS_MAX]
        )
    if not dry_run:
        write_draft(session, actor, production, draft, plan.after, Act.exhibits_placed, now)
    return _out(sheet, plan, applied=not dry_run, language=language)


def sheet_plan(
    session: Session, production: m.Production, draft: Draft, sheet: PlacingSheet
) -> SheetPlan:
    """What the sheet would make of the draft, its faults in the order of the lines."""
    plan = SheetPlan(draft, dict(draft), faults=list(sheet.faults))
    order = _order(session, production.order_id)
    find = _Finder(draft)
    for row in sheet.rows:
        try:
            exhibit = find.exhibit(row.path, row.number)
            if exhibit.id in plan.rows:
                other = plan.rows[exhibit.id].line
                raise Invalid.field("filename", "Line {line} names the same file.", line=other)
            plan.after[exhibit.id] = _as_told(exhibit, row, order)
            plan.rows[exhibit.id] = row
        except Invalid as fault:
            first = fault.faults[0]
            plan.faults.append(RowFault(row.line, first.field, first.message))
    _check_numbers(plan, taken_elsewhere(session, production))
    _check_bates(plan, given_ranges(session, production.party_id, besides=production.id))
    plan.faults.sort(key=lambda fault: fault.line)
    return plan


def _order(session: Session, order_id: UUID) -> _Order:
    found = _Order()
    rows = session.execute(
        select(m.Category, m.Element)
        .outerjoin(m.Element, m.Element.category_id == m.Category.id)
        .where(m.Category.order_id == order_id)
        .order_by(m.Category.position, m.Element.position)
    )
    nth: dict[UUID, int] = defaultdict(int)
    for category, element in rows:
        found.categories[category_key(category.number)] = category
        if element is not None:
            nth[category.id] += 1
            found.elements[plain(element.text)].add(element.id)
            found.elements[_nth(category.number, nth[category.id])].add(element.id)
    return found


def _nth(number: str, position: int) -> str:
    """``2.3``: the third element of category 2. No text reads so once it is made plain."""
    return f"{category_key(number)}.{position}"


class _Finder:
    """Finds the exhibit that a row's path means, whatever its case and composition."""

    def __init__(self, draft: Draft) -> None:
        self.by_name: dict[str, list[tuple[list[str], DraftExhibit]]] = defaultdict(list)
        for exhibit in draft.values():
            parts = _parts(f"{exhibit.folder}/{exhibit.filename}")
            self.by_name[parts[-1]].append((parts, exhibit))

    def exhibit(self, path: str, number: str | None) -> DraftExhibit:
        """The exhibit whose folder and name end as ``path`` does, or the other way round.

        Of files that are called the same, the one that bears the row's number already.
        """
        wanted = _parts(path)
        candidates = self.by_name.get(wanted[-1], []) if wanted else []
        fitting = [e for parts, e in candidates if _agree(parts, wanted)]
        if not fitting:
            raise Invalid.field("filename", "No file of the draft is called “{name}”.", name=path)
        if len(fitting) > 1 and number:
            wanted_number = parse_number(number)
            bearers = [e for e in fitting if parse_number(e.number) == wanted_number]
            fitting = bearers or fitting
        if len(fitting) > 1:
            raise Invalid.field(
                "filename", "{count} files of the draft are called so.", count=len(fitting)
            )
        return fitting[0]


def _parts(path: str) -> list[str]:
    folded = unicodedata.normalize("NFC", path.replace("\\", "/")).casefold()
    return [part for part in folded.split("/") if part not in {"", "."}]


def _agree(parts: list[str], wanted: list[str]) -> bool:
    shared = min(len(parts), len(wanted))
    return parts[-shared:] == wanted[-shared:]


def _as_told(exhibit: DraftExhibit, row: PlacingRow, order: _Order) -> DraftExhibit:
    categories = {_category(number, order) for number in row.categories}
    elements = {_element(text, order) for text in row.elements}
    number = exhibit.number
    if row.number and parse_number(row.number) != parse_number(number):
        number = row.number
    return replace(
        exhibit,
        number=number,
        title=row.title or exhibit.title,
        dated_on=row.dated_on or exhibit.dated_on,
        confidentiality=row.confidentiality or exhibit.confidentiality,
        categories=frozenset(categories) or exhibit.categories,
        elements=frozenset(elements) or exhibit.elements,
        bates_first=row.bates.first.text if row.bates else exhibit.bates_first,
        bates_last=row.bates.last.text if row.bates else exhibit.bates_last,
    )


def _category(number: str, order: _Order) -> UUID:
    found = order.categories.get(category_key(number))
    if found is None:
        raise Invalid.field("category", "The order has no category {number}.", number=number)
    return found.id


def _element(text: str, order: _Order) -> UUID:
    found = order.elements.get(text.strip().lower()) or order.elements.get(plain(text))
    if not found:
        raise Invalid.field(
            "element",
            "The order has no element “{text}”; write 2.3 for the third of category 2.",
            text=text,
        )
    if len(found) > 1:
        raise Invalid.field(
            "element",
            "More than one element is called “{text}”; write 2.3 for the third of category 2.",
            text=text,
        )
    return next(iter(found))


def _check_numbers(plan: SheetPlan, taken: Mapping[ExhibitNumber, str]) -> None:
    """Take out the rows whose number another exhibit bears in the end."""
    wanting: dict[ExhibitNumber, set[UUID]] = defaultdict(set)
    for exhibit in plan.after.values():
        wanting[parse_number(exhibit.number)].add(exhibit.id)
    waiting = [number for number, those in wanting.items() if len(those) > 1 or number in taken]
    while waiting:
        number = waiting.pop()
        movers = [
            i
            for i in sorted(wanting[number])
            if i in plan.rows and plan.after[i].number != plan.draft[i].number
        ]
        if number not in taken and len(wanting[number]) < 2:
            continue
        for exhibit_id in movers:
            said = phrase("The number {number} is another exhibit’s.", number=number.text)
            plan.refuse(exhibit_id, "number", said)
            # It keeps the number it had, which somebody else may have been given.
            wanting[number].discard(exhibit_id)
            kept = parse_number(plan.draft[exhibit_id].number)
            wanting[kept].add(exhibit_id)
            waiting.append(kept)


def _check_bates(plan: SheetPlan, elsewhere: Sequence[BatesRange]) -> None:
    """Take out the rows whose Bates numbers somebody else has in the end."""
    fixed = [Numbered("", each) for each in elsewhere]
    for _ in range(_ROUNDS):
        clashes = _clashes(plan, fixed)
        if not clashes:
            return
        # A row taken out has its old numbers again, which another may have been given.
        for exhibit_id, taken in clashes.items():
            said = phrase("{taken} was given already; numbers are never reused.", taken=taken)
            plan.refuse(exhibit_id, "bates_first", said)
    raise Conflict("These Bates numbers change places too often: give them anew, in order.")


def _clashes(plan: SheetPlan, fixed: Sequence[Numbered]) -> dict[UUID, str]:
    """The rows that give a number somebody else has, each with the first such number."""
    if not any(row.bates for row in plan.rows.values()):
        return {}
    own = [
        Numbered(str(e.id), range_of(e.bates_first, e.bates_last))
        for e in plan.after.values()
        if e.bates_first is not None
    ]
    found: dict[UUID, str] = {}
    for clash in islice(collisions([*fixed, *own]), _CLASHES_MAX):
        for name in clash.exhibits:
            if name and (row := plan.rows.get(UUID(name))) is not None and row.bates:
                found.setdefault(UUID(name), clash.first)
    return found


def _out(sheet: PlacingSheet, plan: SheetPlan, *, applied: bool, language: Language) -> SheetOut:
    names = {"\t": "TAB", "\x14": "DC4"}
    return SheetOut(
        applied=applied,
        encoding=sheet.read.encoding,
        delimiter=names.get(sheet.read.dialect.delimiter, sheet.read.dialect.delimiter),
        columns=sheet.columns,
        ignored_columns=sheet.ignored,
        warnings=[sentence(said, language) for said in sheet.read.warnings],
        rows=[
            SheetRow(
                line=row.line,
                path=row.path,
                exhibit_id=exhibit_id,
                changes=_changes(plan.draft[exhibit_id], plan.after[exhibit_id], row),
            )
            for exhibit_id, row in plan.rows.items()
        ],
        faults=[
            SheetFault(line=f.line, about=f.about, text=sentence(f.said, language))
            for f in plan.faults[:FAULTS_MAX]
        ],
    )


def _changes(before: DraftExhibit, after: DraftExhibit, row: PlacingRow) -> dict[str, str]:
    """What the row changes, as it was written or will be recorded."""
    shown = {
        "number": after.number,
        "title": after.title,
        "dated_on": after.dated_on.isoformat() if after.dated_on else "",
        "confidentiality": after.confidentiality.value,
        "bates_first": after.bates_first or "",
        "bates_last": after.bates_last or "",
        "categories": "; ".join(row.categories),
        "elements": "; ".join(row.elements),
    }
    return {
        name: text for name, text in shown.items() if getattr(before, name) != getattr(after, name)
    }
