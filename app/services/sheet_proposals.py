"""A draft as a sheet to fill in, and what a filled one would change, told before it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.papers.placing_csv import PlacingSheet, RowFault, read_placing
from app.papers.placing_written import SheetLine
from app.services.draft import DraftExhibit, draft_of
from app.services.placing import category_key
from app.services.placing_sheet import sheet_plan
from app.services.proposals import mark_of


@dataclass(frozen=True, slots=True)
class SheetChange:
    """What one row would change: its line in the sheet, the exhibit before and after."""

    line: int
    before: DraftExhibit
    after: DraftExhibit


@dataclass(frozen=True, slots=True)
class SheetProposal:
    """How the sheet was read, what it would change, what is wrong in it, and the mark."""

    sheet: PlacingSheet
    changes: Sequence[SheetChange]
    unchanged: int
    faults: Sequence[RowFault]
    mark: str

    def column(self, about: str) -> str:
        """How the sheet itself heads the column of a fault; empty where it is the whole row."""
        columns = self.sheet.columns
        return columns.get(about) or (columns.get("path", "") if about == "filename" else "")


def propose_sheet(
    session: Session, actor: Actor, production_id: UUID, data: bytes, *, day_first: bool | None
) -> SheetProposal:
    """What ``placing_sheet.place_by_sheet`` would do; nothing is written.

    Raises ``Invalid`` on ``csv`` where this is no such table at all.
    """
    production, draft = draft_of(session, actor, production_id, lock=False)
    sheet = read_placing(data, day_first)
    plan = sheet_plan(session, production, draft, sheet)
    changes = [
        SheetChange(row.line, draft[i], plan.after[i])
        for i, row in plan.rows.items()
        if plan.after[i] != draft[i]
    ]
    return SheetProposal(
        sheet,
        changes,
        len(plan.rows) - len(changes),
        plan.faults,
        mark_of([(change.before, change.after) for change in changes]),
    )


def sheet_lines(session: Session, actor: Actor, production_id: UUID) -> list[SheetLine]:
    """The draft's files as lines of a sheet, in their order."""
    production, draft = draft_of(session, actor, production_id, lock=False)
    categories, elements = _written(session, production.order_id)
    return [
        SheetLine(
            path=f"{e.folder}/{e.filename}" if e.folder else e.filename,
            number=e.number,
            title=e.title,
            dated_on=e.dated_on,
            categories=[text for i, text in categories.items() if i in e.categories],
            elements=[text for i, text in elements.items() if i in e.elements],
            confidentiality=e.confidentiality,
            bates_first=e.bates_first,
            bates_last=e.bates_last,
        )
        for e in draft.values()
    ]


def _written(session: Session, order_id: UUID) -> tuple[dict[UUID, str], dict[UUID, str]]:
    """The order's categories, and its elements as 2.3, the third of category 2."""
    rows = session.execute(
        select(m.Category.id, m.Category.number, m.Element.id)
        .outerjoin(m.Element, m.Element.category_id == m.Category.id)
        .where(m.Category.order_id == order_id)
        .order_by(m.Category.position, m.Element.position)
    )
    categories: dict[UUID, str] = {}
    elements: dict[UUID, str] = {}
    nth = 0
    for category_id, number, element_id in rows:
        nth = nth + 1 if category_id in categories else 1
        categories[category_id] = number
        if element_id is not None:
            elements[element_id] = f"{category_key(number)}.{nth}"
    return categories, elements
