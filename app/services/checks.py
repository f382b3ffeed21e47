"""The table of checks of a draft, and what stands in the way of its deposit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.domain import checks as law
from app.domain.access import Action, Actor
from app.domain.checks import Check, CheckKind, CoveredPeriod, Earlier, ExhibitFacts, Severity
from app.domain.content import ContentFacts, PageKind
from app.errors import FieldFault
from app.language import Language, sentence
from app.phrases import phrase
from app.schemas.checks import CheckedExhibit, CheckOut, ChecksOut, ContentOut, PageTotal
from app.services.inspections import inspected
from app.services.manifest import contents
from app.services.presence import Presence
from app.services.productions import drafting

Inspected = dict[str, tuple[ContentFacts, datetime]]


@dataclass(frozen=True, slots=True)
class Looked:
    """What is known of a draft's files, and what was found; not yet in anybody's words."""

    production_id: UUID
    exhibits: Sequence[m.Exhibit]
    facts: list[ExhibitFacts]
    checks: list[Check]
    found: Inspected

    def by_exhibit(self) -> dict[UUID, list[Check]]:
        """What was found, exhibit by exhibit, in their order."""
        by_number: dict[str, list[Check]] = {}
        for check in self.checks:
            by_number.setdefault(check.number, []).append(check)
        return {e.id: by_number.get(e.number, []) for e in self.exhibits}


def looked(
    session: Session,
    actor: Actor,
    production_id: UUID,
    presence: Presence,
    *,
    size_bytes_max: int,
) -> Looked:
    """The checks of a draft, for its own party.

    ``presence`` is what the store said, before, of the files that were not looked into: the
    others were there (``presence.ask_to_show``).
    """
    production = drafting(
        session, actor, production_id, Action.production_draft, lock=False, whole=False
    )
    draft = contents(session, production.id)
    found = inspected(session, production)
    periods = _periods(session, production)
    facts = [
        _facts(
            exhibit,
            (periods[c] for c in draft.categories.get(exhibit.id, ()) if c in periods),
            found.get(exhibit.sha256),
            stored=exhibit.sha256 in found or exhibit.sha256 not in presence.missing,
        )
        for exhibit in draft.exhibits
    ]
    checks = law.checks(facts, _earlier(session, production), size_bytes_max)
    return Looked(production_id, draft.exhibits, facts, checks, found)


def checks_of(
    session: Session,
    actor: Actor,
    production_id: UUID,
    presence: Presence,
    *,
    size_bytes_max: int,
    language: Language,
) -> ChecksOut:
    """The table of checks of a draft, for its own party, in the reader's language."""
    found = looked(session, actor, production_id, presence, size_bytes_max=size_bytes_max)
    return _table(production_id, found.exhibits, found.facts, found.checks, found.found, language)


def blocking(
    exhibits: Sequence[m.Exhibit], missing: Collection[str], *, size_bytes_max: int | None
) -> list[FieldFault]:
    """What the deposit is refused for, exhibit by exhibit: nothing else ever blocks it.

    ``missing`` are the SHA-256 of files that the store does not hold. ``exhibits`` may be rows
    of their columns.
    """
    return [
        FieldFault(
            f"exhibits.{position}",
            phrase("Exhibit {number}: {why}.", number=exhibit.number, why=check.message),
        )
        for position, exhibit in enumerate(exhibits)
        for check in law.blocking(
            _facts(exhibit, (), None, stored=exhibit.sha256 not in missing), size_bytes_max
        )
    ]


def _facts(
    exhibit: m.Exhibit,
    answers: Iterable[CoveredPeriod],
    found: tuple[ContentFacts, datetime] | None,
    *,
    stored: bool,
) -> ExhibitFacts:
    return ExhibitFacts(
        number=exhibit.number,
        filename=exhibit.filename,
        media_type=exhibit.media_type,
        size_bytes=exhibit.size_bytes,
        sha256=exhibit.sha256,
        dated_on=exhibit.dated_on,
        answers=tuple(answers),
        stored=stored,
        content=found[0] if found is not None else None,
    )


def _periods(session: Session, production: m.Production) -> dict[UUID, CoveredPeriod]:
    rows = session.execute(
        select(
            m.Category.id, m.Category.number, m.Category.period_from_on, m.Category.period_to_on
        ).where(m.Category.order_id == production.order_id)
    )
    return {row[0]: CoveredPeriod(row[1], row[2], row[3]) for row in rows}


def _earlier(session: Session, production: m.Production) -> dict[str, Earlier]:
    """What the party deposited before, of the files in this draft: the first deposit of each."""
    here = select(m.Exhibit.sha256).where(m.Exhibit.production_id == production.id)
    rows = session.execute(
        select(m.Exhibit.sha256, m.Exhibit.number, m.Production.number)
        .join(m.Production, m.Production.id == m.Exhibit.production_id)
        .where(
            m.Exhibit.matter_id == production.matter_id,
            m.Exhibit.party_id == production.party_id,
            m.Production.deposited_at.is_not(None),
            m.Exhibit.sha256.in_(here),
        )
        .order_by(m.Production.deposited_at.desc(), m.Exhibit.position.desc())
    )
    return {sha256: Earlier(number, of or 0) for sha256, number, of in rows}


def _table(
    production_id: UUID,
    exhibits: Sequence[m.Exhibit],
    facts: list[ExhibitFacts],
    checks: list[Check],
    found: Inspected,
    language: Language,
) -> ChecksOut:
    by_number: dict[str, list[Check]] = {}
    for check in checks:
        by_number.setdefault(check.number, []).append(check)
    severities = Counter(check.severity for check in checks)
    return ChecksOut(
        production_id=production_id,
        cannot_deposit=severities[Severity.cannot_deposit],
        look_at=severities[Severity.look_at],
        waiting=sum(check.kind is CheckKind.not_checked_yet for check in checks),
        pages=_totals(facts),
        exhibits=[
            CheckedExhibit(
                exhibit_id=exhibit.id,
                number=exhibit.number,
                filename=exhibit.filename,
                size_bytes=exhibit.size_bytes,
                checked_at=found[exhibit.sha256][1] if exhibit.sha256 in found else None,
                content=_content_out(known.content),
                checks=[
                    CheckOut(
                        kind=check.kind,
                        severity=check.severity,
                        message=sentence(check.message, language),
                    )
                    for check in by_number.get(exhibit.number, ())
                ],
            )
            for exhibit, known in zip(exhibits, facts, strict=True)
        ],
    )


def _totals(facts: list[ExhibitFacts]) -> list[PageTotal]:
    counted: Counter[PageKind] = Counter()
    files: Counter[PageKind] = Counter()
    for each in facts:
        content = each.content
        if content is not None and content.page_kind is not None and content.page_count:
            counted[content.page_kind] += content.page_count
            files[content.page_kind] += 1
    return [
        PageTotal(page_kind=kind, count=counted[kind], files=files[kind])
        for kind in PageKind
        if files[kind]
    ]


def _content_out(content: ContentFacts | None) -> ContentOut | None:
    return None if content is None else ContentOut.model_validate(content)
