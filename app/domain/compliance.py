"""Compliance: a pure function of the order, its events, and two instants.

``assess(order, events, as_of, known_at)`` answers "was it executed, as of when, and how
do you know?". The computed status and a judge's finding stand side by side; neither
overwrites the other. What is unknown is a value, never quietly compliant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from uuid import UUID

from app.domain import reasons
from app.domain.accruals import theoretical
from app.domain.clocks import CourtTime, ObligationFacts
from app.domain.documents import Move, MoveKind
from app.domain.events import (
    Dispute,
    Event,
    Finding,
    FindingOutcome,
    standing_record,
)
from app.domain.milestones import (
    BEHIND,
    MilestoneAssessment,
    assess_milestone,
    missed_said,
)
from app.domain.penalties import PenaltyTerms, TheoreticalAccrual
from app.domain.standings import Standing, standing_at
from app.domain.status import FindingStatus, StandingFacts, Status, status_at
from app.phrases import Phrase


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """An order as the law needs it."""

    court: CourtTime
    obligations: tuple[ObligationFacts, ...]


@dataclass(frozen=True, slots=True)
class Shares:
    """How many documents came on time and how many late, and how late.

    A document that was withdrawn counts in neither, from the withdrawal's effect on; one
    that was replaced counts once, by when the first of its versions came that was not
    withdrawn (``domain.documents``, docs/decisions/0010). ``withdrawn`` and ``replaced``
    say how many deposited exhibits the shares leave out for that. ``declared_total`` is the
    largest number of documents the producing party ever said there were; None when it
    never said.
    """

    on_time: int
    late: int
    late_by_days: tuple[tuple[int, int], ...]
    declared_total: int | None
    withdrawn: int = 0
    replaced: int = 0

    @property
    def missing(self) -> int | None:
        """What the party said there is and has not come, or was withdrawn."""
        if self.declared_total is None:
            return None
        return max(0, self.declared_total - self.on_time - self.late)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an assessment says what it says: a sentence, its event, its rule."""

    said: Phrase
    event_id: UUID | None = None
    citation: str = ""


@dataclass(frozen=True, slots=True)
class ObligationAssessment:
    """What the record lets one say of one obligation at one instant.

    ``warnings`` are those of the reasons that a reader must not miss: what was recorded and
    does not count, or counts without its proof.
    """

    obligation: ObligationFacts
    status: Status
    finding: FindingStatus
    finding_event: Event | None
    standing: Standing
    sentence: Phrase
    reasons: tuple[Reason, ...]
    warnings: tuple[Reason, ...]
    answered: tuple[UUID, ...]
    unanswered: tuple[UUID, ...]
    late_days: int
    shares: Shares
    penalty_terms: PenaltyTerms | None
    penalty: TheoreticalAccrual | None
    milestones: tuple[MilestoneAssessment, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """An order's compliance as of ``as_of``, as the record showed it at ``known_at``."""

    as_of: datetime
    known_at: datetime
    status: Status
    counts: tuple[tuple[Status, int], ...]
    finding: FindingStatus
    obligations: tuple[ObligationAssessment, ...]


def assess(
    order: OrderFacts, events: Iterable[Event], as_of: datetime, known_at: datetime
) -> Assessment:
    """Assess every obligation of the order, and roll them up to the worst.

    Raises ``Incomputable`` where the law or the calendar does not answer.
    """
    record = [e for e in standing_record(events, known_at) if e.effective_at <= as_of]
    found = tuple(_assess_one(o, order.court, record, as_of) for o in order.obligations)
    counts = Counter(f.status for f in found)
    return Assessment(
        as_of=as_of,
        known_at=known_at,
        status=worst(counts),
        counts=tuple((s, counts[s]) for s in Status if counts[s]),
        finding=_worst_finding(f.finding for f in found),
        obligations=found,
    )


def worst(statuses: Iterable[Status]) -> Status:
    """The status an order bears: the worst of its obligations'. Nothing owed is ``ended``."""
    order = list(Status)
    return min(statuses, key=order.index, default=Status.ended)


_FINDINGS_WORST_FIRST = (
    FindingStatus.found_insufficient,
    FindingStatus.dispute_open,
    FindingStatus.no_finding,
    FindingStatus.found_sufficient,
)


def _worst_finding(findings: Iterable[FindingStatus]) -> FindingStatus:
    return min(findings, key=_FINDINGS_WORST_FIRST.index, default=FindingStatus.no_finding)


def _assess_one(
    obligation: ObligationFacts, court: CourtTime, events: Sequence[Event], as_of: datetime
) -> ObligationAssessment:
    own = [e for e in events if e.concerns(obligation.obligor_id, obligation.category.id)]
    standing = standing_at(obligation, court, own, as_of)
    status = status_at(standing_facts(standing, court), as_of)
    finding, finding_event = finding_of(own)
    elements = obligation.category.element_ids
    terms, accrual = theoretical(obligation, court, own, standing, as_of)
    milestones = tuple(_milestones(obligation, standing, court, as_of))
    return ObligationAssessment(
        obligation=obligation,
        status=status,
        finding=finding,
        finding_event=finding_event,
        standing=standing,
        sentence=missed_said(
            reasons.sentence(
                status,
                reasons.clock_said(standing.clock, obligation.obligor, court.zone),
                received(obligation, standing),
                court.zone,
            ),
            milestones,
        ),
        reasons=(
            *_reasons(own, standing, {m.id: m.name for m in obligation.category.milestones}),
            *(Reason(m.said) for m in milestones if m.state in BEHIND),
        ),
        warnings=tuple(_warnings(standing)),
        answered=tuple(e for e in elements if e in standing.answered),
        unanswered=tuple(e for e in elements if e not in standing.answered),
        late_days=late_days(standing, court, as_of),
        shares=shares(standing.documents, standing, court),
        penalty_terms=terms,
        penalty=accrual,
        milestones=milestones,
    )


def _milestones(
    obligation: ObligationFacts, standing: Standing, court: CourtTime, as_of: datetime
) -> Iterable[MilestoneAssessment]:
    for one in standing.milestones:
        # A milestone stands as the obligation would if this were all of it.
        own = replace(standing, clock=one.clock, first_produced_at=None, completed_at=one.met_at)
        yield assess_milestone(
            one,
            status_at(standing_facts(own, court), as_of),
            late_days(own, court, as_of),
            received(obligation, standing),
            tuple(e for e in one.milestone.element_ids if e in standing.answered),
            sum(move.documents for move in standing.documents),
            reasons.clock_said(one.clock, obligation.obligor, court.zone),
        )


def finding_of(events: Iterable[Event]) -> tuple[FindingStatus, Event | None]:
    """What a human said last: a judge's finding, or a dispute still open after it."""
    status, by = FindingStatus.no_finding, None
    for event in events:
        match event.details:
            case Finding(outcome=FindingOutcome.sufficient):
                status, by = FindingStatus.found_sufficient, event
            case Finding():
                status, by = FindingStatus.found_insufficient, event
            case Dispute():
                status, by = FindingStatus.dispute_open, event
    return status, by


def late_days(standing: Standing, court: CourtTime, as_of: datetime) -> int:
    """Whole court days after the last legal day: until completion, or until ``as_of``."""
    if standing.clock.due_on is None or standing.ended_by is not None:
        return 0
    until = standing.completed_at or as_of
    return max(0, (court.day(until) - standing.clock.due_on).days)


def shares(moves: Iterable[Move], standing: Standing, court: CourtTime) -> Shares:
    """Split the documents that count into on time and late, by the last day that holds now."""
    on_time = 0
    late: Counter[int] = Counter()
    left_out: Counter[MoveKind] = Counter()
    declared: int | None = None
    for move in moves:
        if move.declared_total is not None:
            declared = max(declared or 0, move.declared_total)
        if move.why is not MoveKind.came:
            left_out[move.why] -= move.documents
        if standing.clock.due_at is None or move.delivered_at < standing.clock.due_at:
            on_time += move.documents
        else:
            late[_days_after(move.delivered_at, standing.clock.due_on, court)] += move.documents
    late = +late  # of a day of which every document was withdrawn, nothing is said
    return Shares(
        on_time,
        late.total(),
        tuple(sorted(late.items())),
        declared,
        withdrawn=left_out[MoveKind.withdrawn],
        replaced=left_out[MoveKind.replaced],
    )


def _days_after(at: datetime, due_on: date | None, court: CourtTime) -> int:
    return (court.day(at) - due_on).days if due_on else 0


def received(obligation: ObligationFacts, standing: Standing) -> reasons.Received:
    """What came, as the sentence needs it."""
    category = obligation.category
    return reasons.Received(
        category_number=category.number,
        first_at=standing.first_produced_at,
        completed_at=standing.completed_at,
        answered_count=len(standing.answered.intersection(category.element_ids)),
        elements_count=len(category.element_ids),
        stayed_from=standing.stayed_by.effective_at if standing.stayed_by else None,
        ended_at=standing.ended_event.effective_at if standing.ended_event else None,
    )


def standing_facts(standing: Standing, court: CourtTime) -> StandingFacts:
    """The facts that a status compares with the clock; the projection keeps these same."""
    clock = standing.clock
    return StandingFacts(
        undated=clock.undated,
        due_from_at=court.midnight(clock.due_on) if clock.due_on else None,
        # In UTC: Python compares instants of one zone by their wall clocks.
        due_at=clock.due_at.astimezone(UTC) if clock.due_at else None,
        first_produced_at=standing.first_produced_at,
        completed_at=standing.completed_at,
        stayed=standing.stayed_by is not None,
        ended=standing.ended_by is not None,
        awaiting=clock.computation is None and clock.interrupted is None and not clock.undated,
    )


def _reasons(
    events: Iterable[Event], standing: Standing, milestones: Mapping[UUID, str]
) -> Iterable[Reason]:
    """The events, then the rule texts, that led here, in the order they were applied."""
    doubted = {warning.event_id: warning for warning in _warnings(standing)}
    for event in events:
        yield Reason(reasons.event_said(event, milestones), event.id)
        if event.id in doubted:
            yield doubted[event.id]
    if standing.clock.computation is not None:
        for step in standing.clock.computation.steps:
            yield Reason(step.why, None, step.citation)


def _warnings(standing: Standing) -> Iterable[Reason]:
    for doubt in standing.clock.doubts:
        yield Reason(reasons.doubt_said(doubt), doubt.event.id)
