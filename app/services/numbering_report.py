"""The numbers of a party across its productions: what is missing, twice, or odd.

Over what is deposited it is the same for both sides: numbers alone, no titles, so that it may
count restricted exhibits too. The party itself is also told how its drafts would change it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.domain.bates import BatesRange
from app.domain.batesreport import FINDINGS_MAX, Numbered, bates_findings
from app.domain.numbering import ExhibitNumber, gaps
from app.domain.record import NumberScheme
from app.domain.spans import Explained, cut, disjoint
from app.errors import Invalid
from app.schemas.numbering import (
    BatesFindingOut,
    NumberGap,
    NumberingFindings,
    NumberingReport,
)
from app.services.bates import page_counts, range_of
from app.services.fates import EVER
from app.services.numbers_read import number_read
from app.services.orders import order_of


@dataclass(slots=True)
class _Given:
    """Every number of a set of productions."""

    exhibits: list[str] = field(default_factory=list)
    withheld: list[str] = field(default_factory=list)
    skips: list[m.SkippedNumbers] = field(default_factory=list)
    numbered: list[Numbered] = field(default_factory=list)
    withheld_ranges: list[BatesRange] = field(default_factory=list)


def numbering_report(
    session: Session, actor: Actor, order_id: UUID, party_id: UUID
) -> NumberingReport:
    """The report on a party of the order's matter, over all its productions there."""
    order = order_of(session, actor, order_id)
    party = session.scalar(
        select(m.Party).where(m.Party.id == party_id, m.Party.matter_id == order.matter_id)
    )
    if party is None:
        raise Invalid.field("party_id", "This party is not in this matter.")
    every = select(m.Production.id).where(m.Production.party_id == party_id)
    own = any(g.party_id == party_id for g in actor.grants)
    return NumberingReport(
        order_id=order_id,
        party_id=party_id,
        party=party.name,
        deposited=deposited_findings(session, party_id, EVER),
        with_drafts=_findings(_given(session, every)) if own else None,
    )


def deposited_findings(session: Session, party_id: UUID, at: datetime) -> NumberingFindings:
    """What was odd in the numbers that the party had deposited by then: the same for everybody."""
    deposited = select(m.Production.id).where(
        m.Production.party_id == party_id, m.Production.deposited_at <= at
    )
    return _findings(_given(session, deposited))


def _given(session: Session, productions: Select[UUID]) -> _Given:
    given = _Given()
    pages: dict[UUID, int | None] = {}
    for production in session.scalars(
        select(m.Production).where(m.Production.id.in_(productions), _has_bates())
    ):
        pages |= page_counts(session, production)
    exhibits = select(m.Exhibit.number).where(m.Exhibit.production_id.in_(productions))
    given.exhibits += session.scalars(exhibits.order_by(m.Exhibit.number, m.Exhibit.id))
    numbered = (
        select(m.Exhibit.id, m.Exhibit.number, m.Exhibit.bates_first, m.Exhibit.bates_last)
        .where(m.Exhibit.production_id.in_(productions), m.Exhibit.bates_first.is_not(None))
        .order_by(m.Exhibit.number, m.Exhibit.id)
    )
    for exhibit_id, number, first, last in session.execute(numbered):
        if first is not None:
            given.numbered.append(Numbered(number, range_of(first, last), pages.get(exhibit_id)))
    withheld = (
        select(m.WithheldItem.number, m.WithheldItem.bates_first, m.WithheldItem.bates_last)
        .where(m.WithheldItem.production_id.in_(productions))
        .order_by(m.WithheldItem.number)
    )
    for number, first, last in session.execute(withheld):
        given.withheld.append(number)
        if first is not None:
            given.withheld_ranges.append(range_of(first, last))
    skips = select(m.SkippedNumbers).where(m.SkippedNumbers.production_id.in_(productions))
    given.skips += session.scalars(skips)
    return given


def _has_bates() -> ColumnElement[bool]:
    return (
        select(m.Exhibit.id)
        .where(m.Exhibit.production_id == m.Production.id, m.Exhibit.bates_first.is_not(None))
        .exists()
    )


def _findings(given: _Given) -> NumberingFindings:
    bates_skips = [range_of(s.first, s.last) for s in given.skips if s.scheme is NumberScheme.bates]
    odd = bates_findings(given.numbered, given.withheld_ranges, bates_skips)
    exhibits = [number_read(text) for text in given.exhibits]
    withheld = [number_read(text) for text in given.withheld]
    holes = list(islice(_gaps(exhibits, _reasons(withheld, given.skips)), FINDINGS_MAX))
    return NumberingFindings(
        exhibits=len(given.exhibits),
        gaps=holes,
        duplicates=_duplicates([*exhibits, *withheld], [*given.exhibits, *given.withheld]),
        bates=[
            BatesFindingOut(
                kind=f.kind,
                first=f.first,
                last=f.last,
                count=f.count,
                exhibits=list(f.exhibits),
            )
            for f in odd
        ],
        truncated=max(len(odd), len(holes)) >= FINDINGS_MAX,
    )


def _duplicates(numbers: Sequence[ExhibitNumber], texts: Sequence[str]) -> list[str]:
    """Numbers given twice: to an exhibit and a withheld item, or in two writings."""
    seen: set[ExhibitNumber] = set()
    twice: dict[ExhibitNumber, str] = {}
    for number, text in zip(numbers, texts, strict=True):
        if number in seen:
            twice[number] = text
        seen.add(number)
    return [twice[number] for number in sorted(twice)]


def _gaps(
    exhibits: Sequence[ExhibitNumber], reasons: Mapping[tuple[int, ...], Sequence[Explained]]
) -> Iterator[NumberGap]:
    """The holes between the exhibits' numbers, cut by what explains them."""
    for gap in gaps(exhibits):
        *above, low = gap.first.parts
        explained = reasons.get(tuple(above), [])
        for first, last, why in cut(low, gap.last.parts[-1], explained):
            yield NumberGap(
                first=ExhibitNumber((*above, first), 0, gap.first.separator).text,
                last=ExhibitNumber((*above, last), 0, gap.first.separator).text,
                count=last - first + 1,
                explained=why is not None,
                reason=why or "",
            )


def _reasons(
    withheld: Sequence[ExhibitNumber], skips: Sequence[m.SkippedNumbers]
) -> Mapping[tuple[int, ...], Sequence[Explained]]:
    """What explains a missing number, row by row (12-1, 12-2 are one): withheld, or skipped."""
    found: dict[tuple[int, ...], list[Explained]] = {}
    for number in withheld:
        *above, last = number.parts
        found.setdefault(tuple(above), []).append((last, last, ""))
    for skip in skips:
        if skip.scheme is NumberScheme.exhibit:
            *above, low = number_read(skip.first).parts
            high = number_read(skip.last).parts[-1]
            found.setdefault(tuple(above), []).append((low, high, skip.reason))
    return {above: disjoint(spans) for above, spans in found.items()}
