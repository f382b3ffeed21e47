"""Giving Bates numbers to a draft's exhibits, and the numbers it declares skipped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.domain.acts import Act
from app.domain.bates import (
    BatesNumber,
    BatesRange,
    allot,
    check_prefix,
    next_start,
    parse_bates,
    parse_range,
)
from app.domain.numbering import parse_number
from app.domain.record import NumberScheme
from app.errors import Conflict, FieldFault, Invalid
from app.phrases import phrase
from app.schemas.numbering import BatesGiven, BatesIn, BatesOut, SkipIn, SkipOut, SkipsIn, SkipsOut
from app.services.draft import Draft, DraftExhibit, chosen, draft_of, write_draft
from app.services.inspections import inspected
from app.services.log import say
from app.services.productions import drafting, production_where

_FAULTS_MAX = 100


def page_counts(session: Session, production: m.Production) -> dict[UUID, int | None]:
    """How many pages each exhibit of the production has; None where nobody could count them.

    From what was found inside the files (``services.inspections``); files not looked into yet
    have no count.
    """
    exhibits = session.execute(
        select(m.Exhibit.id, m.Exhibit.sha256).where(m.Exhibit.production_id == production.id)
    ).all()
    found = inspected(session, production)
    return {
        exhibit_id: found[sha256][0].page_count if sha256 in found else None
        for exhibit_id, sha256 in exhibits
    }


def number_pages(
    session: Session, actor: Actor, production_id: UUID, data: BatesIn, now: datetime
) -> BatesOut:
    """Give the selection consecutive Bates numbers, per page or per document.

    In the order of the exhibits' numbers. Raises ``Invalid`` on a prefix or width that does
    not do and on exhibits whose pages are not known; ``Conflict`` when a number was given.
    """
    production, draft = draft_of(session, actor, production_id)
    plan = paged(session, production, draft, data)
    changed = write_draft(session, actor, production, draft, plan.after, Act.exhibits_numbered, now)
    versions = {c.exhibit_id: c.version for c in changed}
    return BatesOut(
        given=[
            BatesGiven(
                exhibit_id=e.id,
                number=e.number,
                bates_first=span.first.text,
                bates_last=span.last.text,
                version=versions.get(e.id, e.version),
            )
            for e, span in plan.given
        ],
        next=plan.next,
    )


@dataclass(frozen=True, slots=True)
class BatesPlan:
    """The draft as it would be numbered, the range of each, and how the series goes on."""

    after: Draft
    given: Sequence[tuple[DraftExhibit, BatesRange]]
    next: str


def paged(session: Session, production: m.Production, draft: Draft, data: BatesIn) -> BatesPlan:
    """The draft as its pages would be numbered; nothing is written. Raises as ``number_pages``."""
    prefix = check_prefix(data.prefix, purely_numeric=data.purely_numeric)
    selection = sorted(chosen(draft, data.exhibit_ids), key=lambda e: parse_number(e.number))
    given = given_ranges(session, production.party_id, besides=production.id)
    chosen_ids = {e.id for e in selection}
    given += [
        range_of(e.bates_first, e.bates_last)
        for e in draft.values()
        if e.bates_first is not None and e.id not in chosen_ids
    ]
    start = data.start if data.start is not None else next_start(prefix, given)
    counts = _counts(session, production, draft, selection, data)
    ranges = allot(prefix, data.width, start, counts)
    if ranges:
        check_free(BatesRange(ranges[0].first, ranges[-1].last), given)
    after = dict(draft)
    for exhibit, span in zip(selection, ranges, strict=True):
        after[exhibit.id] = replace(exhibit, bates_first=span.first.text, bates_last=span.last.text)
    following = BatesNumber(prefix, start + sum(counts), data.width).text
    return BatesPlan(after, list(zip(selection, ranges, strict=True)), following)


def series_given(session: Session, party_id: UUID) -> list[BatesNumber]:
    """The highest number that the party gave in each series, drafts and all, by prefix."""
    highest: dict[str, BatesNumber] = {}
    for each in given_ranges(session, party_id):
        known = highest.get(each.last.series)
        if known is None or each.last.value > known.value:
            highest[each.last.series] = each.last
    return [highest[series] for series in sorted(highest)]


def skips_declared(session: Session, production_id: UUID) -> list[SkipOut]:
    """The numbers that the production says nobody bears, in the order in which it says so."""
    rows = session.scalars(
        select(m.SkippedNumbers)
        .where(m.SkippedNumbers.production_id == production_id)
        .order_by(m.SkippedNumbers.position)
    )
    return [SkipOut(scheme=r.scheme, first=r.first, last=r.last, reason=r.reason) for r in rows]


def given_ranges(
    session: Session, party_id: UUID, *, besides: UUID | None = None
) -> list[BatesRange]:
    """Every range that the party gave, to exhibits and withheld items.

    Those of exhibits of the production ``besides`` are left out.
    """
    exhibits = select(m.Exhibit.bates_first, m.Exhibit.bates_last).where(
        m.Exhibit.party_id == party_id, m.Exhibit.bates_first.is_not(None)
    )
    if besides is not None:
        exhibits = exhibits.where(m.Exhibit.production_id != besides)
    withheld = select(m.WithheldItem.bates_first, m.WithheldItem.bates_last).where(
        m.WithheldItem.party_id == party_id, m.WithheldItem.bates_first.is_not(None)
    )
    found = [*session.execute(exhibits), *session.execute(withheld)]
    return [range_of(first, last) for first, last in found if first is not None]


def range_of(first: str, last: str | None) -> BatesRange:
    """A range as it is recorded; what is odd in it is for the report to say."""
    start = parse_bates(first)
    return BatesRange(start, parse_bates(last) if last else start)


def _counts(
    session: Session,
    production: m.Production,
    draft: Draft,
    selection: Sequence[DraftExhibit],
    data: BatesIn,
) -> list[int]:
    strangers = [i for i in data.pages if i not in draft]
    if strangers:
        raise Invalid.all(
            FieldFault(f"pages.{i}", phrase("This exhibit is not in this draft."))
            for i in strangers[:_FAULTS_MAX]
        )
    if data.per == "document":
        return [1] * len(selection)
    known: Mapping[UUID, int | None] = {**page_counts(session, production), **data.pages}
    counts = [known.get(e.id) for e in selection]
    faults = [
        FieldFault(
            f"pages.{e.id}",
            phrase(
                "How many pages exhibit {number} has is not known: say it, or number per document.",
                number=e.number,
            ),
        )
        for e, count in zip(selection, counts, strict=True)
        if count is None
    ]
    if faults:
        raise Invalid.all(faults[:_FAULTS_MAX])
    return [count for count in counts if count is not None]


def check_free(wanted: BatesRange, given: Iterable[BatesRange]) -> None:
    """Refuse a range of which a number was given already (``Conflict``)."""
    for each in given:
        if wanted.overlaps(each):
            raise Conflict("{taken} was given already; numbers are never reused.", taken=each.text)


def declare_skips(
    session: Session, actor: Actor, production_id: UUID, data: SkipsIn, now: datetime
) -> SkipsOut:
    """Say which numbers no exhibit bears, and why; replaces what the draft said before."""
    production = drafting(session, actor, production_id, whole=False)
    faults: list[FieldFault] = []
    skips: list[SkipOut] = []
    for i, skip in enumerate(data.skips):
        try:
            skips.append(_skip(skip, f"skips.{i}.first"))
        except Invalid as fault:
            faults += fault.faults
    if faults:
        raise Invalid.all(faults)
    of_it = m.SkippedNumbers.production_id == production.id
    for before in session.scalars(select(m.SkippedNumbers).where(of_it)):
        session.delete(before)
    session.add_all(
        m.SkippedNumbers(
            production_id=production.id,
            party_id=production.party_id,
            position=i,
            **skip.model_dump(),
        )
        for i, skip in enumerate(skips)
    )
    say(session, Act.numbers_skipped, actor, now, production_where(production))
    return SkipsOut(skips=skips)


def _skip(skip: SkipIn, field: str) -> SkipOut:
    if skip.scheme is NumberScheme.bates:
        span = parse_range(skip.first, skip.last, field)
        first, last = span.first.text, span.last.text
    else:
        low = parse_number(skip.first, field)
        high = parse_number(skip.last, field) if skip.last else low
        if low.repeat or high.repeat or low.parts[:-1] != high.parts[:-1] or high < low:
            raise Invalid.field(
                field, "Numbers are skipped from one to another of one row, as from 7 to 9."
            )
        first, last = low.text, high.text
    return SkipOut(scheme=skip.scheme, first=first, last=last, reason=skip.reason)
