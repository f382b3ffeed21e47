"""What each kind of event says beside its times and its scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.domain.deadlines import Extension, SuspensionEffect
from app.domain.penalties import PenaltyTerms
from app.domain.record import Declaration
from app.domain.terms import Term


class EventKind(StrEnum):
    """The kinds of dated fact an order can bear."""

    service = "service"
    trigger = "trigger"
    extension = "extension"
    stay = "stay"
    stay_lifted = "stay_lifted"
    appeal = "appeal"
    appeal_decided = "appeal_decided"
    withdrawal = "withdrawal"
    set_aside = "set_aside"
    modification = "modification"
    objection = "objection"
    ruling = "ruling"
    dispute = "dispute"
    finding = "finding"
    consequence = "consequence"
    penalty_set = "penalty_set"
    penalty_liquidated = "penalty_liquidated"
    production_deposited = "production_deposited"
    exhibit_replaced = "exhibit_replaced"
    exhibit_withdrawn = "exhibit_withdrawn"
    outage = "outage"
    law_change = "law_change"
    correction = "correction"


class ExtensionBy(StrEnum):
    """Who granted an extension."""

    order = "order"
    agreement = "agreement"


class AppealOutcome(StrEnum):
    """What became of an appeal."""

    confirmed = "confirmed"
    reversed = "reversed"
    partly_reversed = "partly_reversed"
    struck_from_roll = "struck_from_roll"
    withdrawn = "withdrawn"


class RulingOutcome(StrEnum):
    """What became of an objection."""

    rejected = "rejected"
    upheld = "upheld"


class FindingOutcome(StrEnum):
    """What a judge found of a production. Only a judge decides sufficiency."""

    sufficient = "sufficient"
    insufficient = "insufficient"


class ConsequenceKind(StrEnum):
    """What followed from non-execution, tracked apart from status (law.md C)."""

    struck_from_roll = "struck_from_roll"
    exclusion = "exclusion"
    adverse_inference = "adverse_inference"
    sanction = "sanction"


@dataclass(frozen=True, slots=True)
class Service:
    """Service of the decision on one obligor. ``provisional``: the date is not proved."""

    method: str | None = None
    provisional: bool = False
    further: bool = False
    proof: str = ""


@dataclass(frozen=True, slots=True)
class Triggered:
    """The event from which the order lets a term run happened; or one milestone's alone."""

    description: str = ""
    milestone_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Extended:
    """An extension to a date or by a period: of the category's term, or of one milestone's.

    Of an agreement: the day on which it was concluded, and the writing that shows it.
    """

    extension: Extension
    by: ExtensionBy = ExtensionBy.order
    agreed_on: date | None = None
    writing: str = ""
    milestone_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Stay:
    """Execution is stayed from the event's day.

    ``until_on`` is the day from which time runs again (like the day of a trigger it is not
    itself counted); none while nobody knows it.
    """

    until_on: date | None = None
    effect: SuspensionEffect = SuspensionEffect.suspend
    stops_penalty: bool = False


@dataclass(frozen=True, slots=True)
class StayLifted:
    """The stay named ends; time runs again from the event's day."""

    stay_id: UUID


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal. By default it changes nothing (CPC 514)."""

    court: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class AppealDecided:
    """The appeal's outcome. A reversal ends the obligation from the start."""

    outcome: AppealOutcome
    court: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """Withdrawn by the requesting party, or set aside by the court."""


@dataclass(frozen=True, slots=True)
class Modification:
    """The judge widens, narrows or rectifies; a new term replaces the old one.

    It is the category's own, or that of the one milestone named.
    """

    term: Term | None = None
    description: str = ""
    milestone_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Objection:
    """The obligor objects (*contestation*, *empêchement légitime*)."""

    ground: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """The judge rules on an objection. Upheld, it ends the obligation in its scope."""

    outcome: RulingOutcome
    objection_id: UUID | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Dispute:
    """A party disputes what was produced."""

    text: str


@dataclass(frozen=True, slots=True)
class Finding:
    """A judge finds the production sufficient or insufficient."""

    outcome: FindingOutcome
    court: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Consequence:
    """A procedural consequence of non-execution."""

    consequence: ConsequenceKind
    court: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class PenaltySet:
    """A periodic penalty (*astreinte*) is ordered or replaced."""

    terms: PenaltyTerms


@dataclass(frozen=True, slots=True)
class PenaltyLiquidated:
    """A decision liquidates the penalty: only now is a sum due."""

    liquidated_amount: Decimal
    currency: str
    court: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class CategoryAnswer:
    """What one deposited production says of one category.

    ``documents`` counts its exhibits; ``declared_total`` is how many documents the party
    says there are in all, when it says so.
    """

    category_id: UUID
    declaration: Declaration
    element_ids: frozenset[UUID] = frozenset()
    documents: int = 0
    declared_total: int | None = None


@dataclass(frozen=True, slots=True)
class ProductionDeposited:
    """A production was deposited; its answers are frozen with it."""

    production_id: UUID
    answers: tuple[CategoryAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class ExhibitReplaced:
    """A later exhibit replaces one already produced; both stay, the number stays.

    ``production_id`` is the production with which the later one came, ``counted_in`` the
    categories of which both are documents: there the two are one.
    """

    exhibit_id: UUID
    by_exhibit_id: UUID
    production_id: UUID
    counted_in: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class ExhibitWithdrawn:
    """An exhibit is withdrawn: its place, number and hash stay.

    ``production_id`` is the production with which it came, ``counted_in`` the categories
    of which it is a document; ``element_ids`` are the elements that nothing else answers
    any more.
    """

    exhibit_id: UUID
    production_id: UUID
    counted_in: frozenset[UUID] = frozenset()
    element_ids: frozenset[UUID] = frozenset()


@dataclass(frozen=True, slots=True)
class Outage:
    """The service could not be reached from the event's instant until ``until_at``."""

    until_at: datetime


@dataclass(frozen=True, slots=True)
class LawChange:
    """A clerk's answer to a new version of the rules or the calendar: applied, or ignored.

    Applied, the order's last days are derived anew under it, from the event's effect on.
    """

    rule_pack_version: str
    calendar_version: str
    applied: bool = True

    @property
    def versions(self) -> tuple[str, str]:
        """The two versions, as a key."""
        return self.rule_pack_version, self.calendar_version


@dataclass(frozen=True, slots=True)
class Correction:
    """The event named is void; nothing takes its place."""


Details = (
    Service
    | Triggered
    | Extended
    | Stay
    | StayLifted
    | Appeal
    | AppealDecided
    | Ended
    | Modification
    | Objection
    | Ruling
    | Dispute
    | Finding
    | Consequence
    | PenaltySet
    | PenaltyLiquidated
    | ProductionDeposited
    | ExhibitReplaced
    | ExhibitWithdrawn
    | Outage
    | LawChange
    | Correction
)
