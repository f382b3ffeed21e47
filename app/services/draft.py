"""A draft's exhibits as a whole: read at once, changed in memory, written at once.

For acts on hundreds or thousands of exhibits. All is checked before anything is written, and
the numbers of a party are unique at the end, not at each step, so two may change places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Table, bindparam, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.domain.acts import Act
from app.domain.numbering import ExhibitNumber, parse_number
from app.domain.record import Confidentiality
from app.errors import Conflict, FieldFault, Invalid
from app.phrases import phrase
from app.schemas.placing import ChangedExhibit, LeftOut
from app.services.log import note_gone, note_rows, say, table_of
from app.services.productions import drafting, production_where

NOTED_AT_ONCE = 5_000
NAMED_MAX = 5
"""How many numbers or files a refusal names."""

_EXHIBITS = table_of(m.Exhibit)
_CATEGORIES = table_of(m.ExhibitCategory)
_ELEMENTS = table_of(m.ExhibitElement)
_WRITTEN = ("number", "title", "dated_on", "confidentiality", "bates_first", "bates_last")


@dataclass(frozen=True, slots=True)
class DraftExhibit:
    """An exhibit of a draft, as it is or as it is to be."""

    id: UUID
    position: int
    number: str
    title: str
    dated_on: date | None
    filename: str
    folder: str
    confidentiality: Confidentiality
    bates_first: str | None
    bates_last: str | None
    version: int
    categories: frozenset[UUID] = frozenset()
    elements: frozenset[UUID] = frozenset()


Draft = dict[UUID, DraftExhibit]
"""The exhibits of a draft by identifier, in their order."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an act on a selection would make of the draft, and what of it was left out and why."""

    selection: Sequence[DraftExhibit]
    after: Draft
    left_out: list[LeftOut]


def draft_of(
    session: Session, actor: Actor, production_id: UUID, *, lock: bool = True
) -> tuple[m.Production, Draft]:
    """The draft and its exhibits, for its own party to change; locked until the act ends.

    The party's row is locked too: numbers are given in one draft at a time.
    """
    production = drafting(session, actor, production_id, lock=lock, whole=False)
    if lock:
        session.execute(
            select(m.Party.id)
            .where(m.Party.id == production.party_id)
            .with_for_update(key_share=True)
        )
    return production, _exhibits(session, production.id)


def _exhibits(session: Session, production_id: UUID) -> Draft:
    columns = (
        m.Exhibit.id, m.Exhibit.position, m.Exhibit.number, m.Exhibit.title, m.Exhibit.dated_on,
        m.Exhibit.filename, m.Exhibit.folder, m.Exhibit.confidentiality, m.Exhibit.bates_first,
        m.Exhibit.bates_last, m.Exhibit.version,
    )  # fmt: skip
    rows = session.execute(
        select(*columns)
        .where(m.Exhibit.production_id == production_id)
        .order_by(m.Exhibit.position, m.Exhibit.id)
    )
    own = select(m.Exhibit.id).where(m.Exhibit.production_id == production_id)
    categories = _links(
        session,
        select(m.ExhibitCategory.exhibit_id, m.ExhibitCategory.category_id).where(
            m.ExhibitCategory.exhibit_id.in_(own)
        ),
    )
    elements = _links(
        session,
        select(m.ExhibitElement.exhibit_id, m.ExhibitElement.element_id).where(
            m.ExhibitElement.exhibit_id.in_(own)
        ),
    )
    none: frozenset[UUID] = frozenset()
    return {
        row.id: DraftExhibit(
            **row._mapping,
            categories=categories.get(row.id, none),
            elements=elements.get(row.id, none),
        )
        for row in rows
    }


def _links(session: Session, query: Select[UUID, UUID]) -> dict[UUID, frozenset[UUID]]:
    found: dict[UUID, set[UUID]] = {}
    for exhibit_id, other_id in session.execute(query):
        found.setdefault(exhibit_id, set()).add(other_id)
    return {exhibit_id: frozenset(others) for exhibit_id, others in found.items()}


def chosen(draft: Draft, exhibit_ids: Sequence[UUID] | None) -> list[DraftExhibit]:
    """The selection, in its own order; without one, the whole draft.

    Raises ``Invalid`` on each identifier that is not in the draft, or is there twice.
    """
    if exhibit_ids is None:
        return list(draft.values())
    faults = [
        FieldFault(f"exhibit_ids.{i}", phrase("This exhibit is not in this draft."))
        for i, exhibit_id in enumerate(exhibit_ids)
        if exhibit_id not in draft
    ]
    seen: set[UUID] = set()
    for i, exhibit_id in enumerate(exhibit_ids):
        if exhibit_id in seen:
            faults.append(FieldFault(f"exhibit_ids.{i}", phrase("This exhibit is named twice.")))
        seen.add(exhibit_id)
    if faults:
        raise Invalid.all(faults)
    return [draft[exhibit_id] for exhibit_id in exhibit_ids]


def taken_elsewhere(session: Session, production: m.Production) -> dict[ExhibitNumber, str]:
    """Numbers of the party that this draft's exhibits can never have, as they are written.

    Those of its other productions, deposited or not, and of every withheld item.
    """
    exhibits = select(m.Exhibit.number).where(
        m.Exhibit.party_id == production.party_id, m.Exhibit.production_id != production.id
    )
    withheld = select(m.WithheldItem.number).where(m.WithheldItem.party_id == production.party_id)
    texts = [*session.scalars(exhibits), *session.scalars(withheld)]
    return {parse_number(text): text for text in texts}


def check_numbers(taken: Mapping[ExhibitNumber, str], after: Draft) -> None:
    """Refuse a draft in which a number is borne twice, or taken elsewhere (``Conflict``)."""
    owners: dict[ExhibitNumber, DraftExhibit] = {}
    twice, used = [], []
    for exhibit in after.values():
        number = parse_number(exhibit.number)
        if number in owners:
            twice.append(exhibit.number)
        elif number in taken:
            used.append(exhibit.number)
        owners[number] = exhibit
    if used:
        raise Conflict(
            "Taken by other exhibits of this party, and never reused: {numbers}.",
            numbers=_named(used),
        )
    if twice:
        raise Conflict("Borne by more than one exhibit: {numbers}.", numbers=_named(twice))


def _named(texts: Sequence[str]) -> str:
    return ", ".join(texts[:NAMED_MAX]) + (" …" if len(texts) > NAMED_MAX else "")


def write_draft(
    session: Session,
    actor: Actor,
    production: m.Production,
    before: Draft,
    after: Draft,
    act: Act,
    now: datetime,
) -> list[ChangedExhibit]:
    """Write what differs, each exhibit once and with its next version; tell what changed.

    ``act`` is what the log calls it.

    Raises ``Conflict`` when the numbers do not fit; then nothing is written.
    """
    changed = [after[i] for i in before if after[i] != before[i]]
    renumbered = [e for e in changed if e.number != before[e.id].number]
    if renumbered:
        check_numbers(taken_elsewhere(session, production), after)
    try:
        _free_numbers(session, renumbered)
        _update(session, changed)
    except IntegrityError:
        raise Conflict("A number was taken while this was being done; do it again.") from None
    _relink(session, _CATEGORIES, "category_id", before, changed, "categories")
    _relink(session, _ELEMENTS, "element_id", before, changed, "elements")
    _note(session, before, changed)
    say(session, act, actor, now, production_where(production))
    # What the session read before is no longer so.
    session.expire_all()
    return [
        ChangedExhibit(
            exhibit_id=e.id,
            number=e.number,
            number_before=before[e.id].number,
            version=e.version + 1,
        )
        for e in changed
    ]


def _note(session: Session, before: Draft, changed: Sequence[DraftExhibit]) -> None:
    """For the log: the rows as they now are, and the links that are gone."""
    ids = [e.id for e in changed]
    for start in range(0, len(ids), NOTED_AT_ONCE):
        some = ids[start : start + NOTED_AT_ONCE]
        note_rows(session, m.Exhibit, m.Exhibit.id.in_(some))
        note_rows(session, m.ExhibitCategory, m.ExhibitCategory.exhibit_id.in_(some))
        note_rows(session, m.ExhibitElement, m.ExhibitElement.exhibit_id.in_(some))
    for entity, name in ((m.ExhibitCategory, "categories"), (m.ExhibitElement, "elements")):
        gone = ((e.id, o) for e in changed for o in getattr(before[e.id], name) - getattr(e, name))
        note_gone(session, entity, gone)


def _free_numbers(session: Session, renumbered: Sequence[DraftExhibit]) -> None:
    """Nobody else sees this: a database looks at uniqueness row by row, not at the end."""
    if renumbered:
        session.connection().execute(
            update(_EXHIBITS)
            .where(_EXHIBITS.c.id == bindparam("of"))
            .values(number=bindparam("to")),
            [{"of": e.id, "to": f"~{e.id.hex}"} for e in renumbered],
        )


def _update(session: Session, changed: Sequence[DraftExhibit]) -> None:
    if changed:
        values: dict[str, Any] = {name: bindparam(f"to_{name}") for name in _WRITTEN}
        session.connection().execute(
            update(_EXHIBITS)
            .where(_EXHIBITS.c.id == bindparam("of"))
            .values(version=_EXHIBITS.c.version + 1, **values),
            [
                {"of": e.id, **{f"to_{name}": getattr(e, name) for name in _WRITTEN}}
                for e in changed
            ],
        )


def _relink(
    session: Session,
    table: Table,
    column: str,
    before: Draft,
    changed: Sequence[DraftExhibit],
    name: str,
) -> None:
    moved = [e for e in changed if getattr(e, name) != getattr(before[e.id], name)]
    if not moved:
        return
    session.connection().execute(
        delete(table).where(table.c.exhibit_id == bindparam("of")), [{"of": e.id} for e in moved]
    )
    rows = [{"exhibit_id": e.id, column: other} for e in moved for other in getattr(e, name)]
    if rows:
        session.connection().execute(insert(table), rows)
