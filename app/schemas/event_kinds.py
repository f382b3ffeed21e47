"""Each kind of event on the wire, told apart by ``kind``.

Each turns into the law's own details by ``details()``; the same schema reads the stored
payload back, so there is one conversion.
"""

from __future__ import annotations

from abc import abstractmethod
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from app.domain import events as law
from app.domain.deadlines import Extension, SuspensionEffect
from app.domain.record import CATEGORIES_MAX
from app.schemas.fields import (
    At,
    Body,
    DurationField,
    Line,
    Name,
    PenaltyField,
    ReasonText,
    TermField,
    Wire,
    refuse,
)

EventKind = law.EventKind


MilestoneId = Annotated[
    UUID | None,
    Field(
        description="Of this milestone alone. None: an extension or a modification is of the "
        "category's own term, a trigger starts every term that it concerns."
    ),
]


class EventBase(Wire):
    """What every event says: when it counts, of whom, of which categories, and why.

    Give ``effective_on`` (a court day: it counts from its beginning) or ``effective_at``
    (an instant with its offset), not both. When it was recorded is the service's to say.
    """

    effective_on: date | None = None
    effective_at: At | None = None
    obligor_id: Annotated[UUID | None, Field(description="None: every obligor.")] = None
    category_ids: Annotated[
        list[UUID], Field(max_length=CATEGORIES_MAX, description="Empty: every category.")
    ] = []
    corrects: Annotated[
        UUID | None, Field(description="The event that this one makes void and replaces.")
    ] = None
    reason: ReasonText

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if (self.effective_on is None) == (self.effective_at is None):
            raise refuse(
                "Say when it takes effect: a court day or an instant, not both.",
                field="effective_on",
            )
        return self

    @abstractmethod
    def details(self) -> law.Details:
        """The law's own form of this kind."""

    def payload(self) -> dict[str, Any]:
        """What this kind adds to every event, as it is stored."""
        return self.model_dump(mode="json", exclude=set(EventBase.model_fields))


class ServiceIn(EventBase):
    """Service of the decision on one obligor. It starts that obligor's clock, once."""

    kind: Literal["service"]
    obligor_id: UUID
    method: Annotated[Line | None, Field(description="A method the rule pack knows.")] = None
    provisional: Annotated[bool, Field(description="The date is not proved.")] = False
    further: Annotated[bool, Field(description="A second service: moves no clock.")] = False
    proof: Line = ""

    def details(self) -> law.Service:
        return law.Service(self.method, self.provisional, self.further, self.proof)


class TriggerIn(EventBase):
    """The event from which the order lets a term run, other than service, happened."""

    kind: Literal["trigger"]
    description: Line = ""
    milestone_id: MilestoneId = None

    def details(self) -> law.Triggered:
        return law.Triggered(self.description, self.milestone_id)


class ExtensionIn(EventBase):
    """More time, by order or by agreement: by a period, or to a date (and hour).

    An agreement of after the last day is recorded, said to be there, and moves nothing.
    """

    kind: Literal["extension"]
    by: law.ExtensionBy = law.ExtensionBy.order
    period: DurationField | None = None
    to_on: date | None = None
    to_at: Annotated[time | None, Field(description="Court-local hour on that date.")] = None
    agreed_on: date | None = None
    writing: Annotated[Line, Field(description="The letter or message that shows it.")] = ""
    milestone_id: MilestoneId = None

    @model_validator(mode="after")
    def _period_or_date(self) -> Self:
        if (self.period is None) == (self.to_on is None):
            raise refuse("Extend by a period or to a date, not both.", field="period")
        if self.to_at is not None and self.to_on is None:
            raise refuse("An hour needs its date.", field="to_on")
        if self.by is law.ExtensionBy.agreement and self.agreed_on is None:
            raise refuse("Say on which day it was agreed.", field="agreed_on")
        return self

    def details(self) -> law.Extended:
        if self.period is not None:
            extension = Extension.by(self.period)
        else:
            assert self.to_on is not None  # noqa: S101  the validator says so
            extension = Extension.to(self.to_on, self.to_at)
        return law.Extended(extension, self.by, self.agreed_on, self.writing, self.milestone_id)


class StayIn(EventBase):
    """Execution is stayed from the event's day until ``until_on``, when that is known."""

    kind: Literal["stay"]
    until_on: Annotated[
        date | None, Field(description="Time runs again from this day, itself not counted.")
    ] = None
    effect: SuspensionEffect = SuspensionEffect.suspend
    stops_penalty: bool = False

    def details(self) -> law.Stay:
        return law.Stay(self.until_on, self.effect, self.stops_penalty)


class StayLiftedIn(EventBase):
    """The stay named ends; time runs again from the event's day."""

    kind: Literal["stay_lifted"]
    stay_id: UUID

    def details(self) -> law.StayLifted:
        return law.StayLifted(self.stay_id)


class AppealIn(EventBase):
    """An appeal. It changes nothing by itself (CPC 514)."""

    kind: Literal["appeal"]
    court: Line = ""
    reference: Line = ""

    def details(self) -> law.Appeal:
        return law.Appeal(self.court, self.reference)


class AppealDecidedIn(EventBase):
    """What became of the appeal. A reversal ends what was owed."""

    kind: Literal["appeal_decided"]
    outcome: law.AppealOutcome
    court: Line = ""
    reference: Line = ""

    def details(self) -> law.AppealDecided:
        return law.AppealDecided(self.outcome, self.court, self.reference)


class WithdrawalIn(EventBase):
    """The requesting party gives up what it asked for."""

    kind: Literal["withdrawal"]

    def details(self) -> law.Ended:
        return law.Ended()


class SetAsideIn(EventBase):
    """The court sets the order aside, wholly or for some categories."""

    kind: Literal["set_aside"]
    court: Line = ""
    reference: Line = ""

    def details(self) -> law.Ended:
        return law.Ended()


class ModificationIn(EventBase):
    """The judge widens, narrows or rectifies; a new term replaces the old one."""

    kind: Literal["modification"]
    term: TermField | None = None
    description: Body = ""
    milestone_id: MilestoneId = None

    def details(self) -> law.Modification:
        return law.Modification(self.term, self.description, self.milestone_id)


class ObjectionIn(EventBase):
    """The obligor objects (*contestation*, *empêchement légitime*)."""

    kind: Literal["objection"]
    ground: Name

    def details(self) -> law.Objection:
        return law.Objection(self.ground)


class RulingIn(EventBase):
    """The judge rules on an objection. Upheld, nothing more is owed in its scope."""

    kind: Literal["ruling"]
    outcome: law.RulingOutcome
    objection_id: UUID | None = None
    reference: Line = ""

    def details(self) -> law.Ruling:
        return law.Ruling(self.outcome, self.objection_id, self.reference)


class DisputeIn(EventBase):
    """A party disputes what was produced."""

    kind: Literal["dispute"]
    text: Body

    def details(self) -> law.Dispute:
        return law.Dispute(self.text)


class FindingIn(EventBase):
    """A judge finds the production sufficient or insufficient."""

    kind: Literal["finding"]
    outcome: law.FindingOutcome
    court: Line = ""
    reference: Line = ""

    def details(self) -> law.Finding:
        return law.Finding(self.outcome, self.court, self.reference)


class ConsequenceIn(EventBase):
    """A procedural consequence of non-execution, tracked apart from status."""

    kind: Literal["consequence"]
    consequence: law.ConsequenceKind
    court: Line = ""
    reference: Line = ""

    def details(self) -> law.Consequence:
        return law.Consequence(self.consequence, self.court, self.reference)


class PenaltySetIn(EventBase):
    """A periodic penalty (*astreinte*) is ordered or replaced."""

    kind: Literal["penalty_set"]
    terms: PenaltyField

    def details(self) -> law.PenaltySet:
        return law.PenaltySet(self.terms)


class PenaltyLiquidatedIn(EventBase):
    """A decision liquidates the penalty: only now is a sum due."""

    kind: Literal["penalty_liquidated"]
    liquidated_amount: Annotated[Decimal, Field(ge=0, max_digits=15, decimal_places=2)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    court: Line = ""
    reference: Line = ""

    def details(self) -> law.PenaltyLiquidated:
        return law.PenaltyLiquidated(
            self.liquidated_amount, self.currency, self.court, self.reference
        )


class OutageIn(EventBase):
    """The service could not be reached from the event's instant until ``until_at``."""

    kind: Literal["outage"]
    until_at: At

    def details(self) -> law.Outage:
        return law.Outage(self.until_at)


class LawChangeIn(EventBase):
    """A new version of the rules or the calendar is applied to the order, or ignored.

    The versions are those in force now (``GET /orders/{order_id}/law``), said back, so that
    nobody applies another than they looked at.
    """

    kind: Literal["law_change"]
    decision: Literal["apply", "ignore"]
    rule_pack_version: Annotated[str, Field(max_length=60)]
    calendar_version: Annotated[str, Field(max_length=60)]

    def details(self) -> law.LawChange:
        return law.LawChange(
            self.rule_pack_version, self.calendar_version, self.decision == "apply"
        )


class CorrectionIn(EventBase):
    """The event named by ``corrects`` is void; nothing takes its place."""

    kind: Literal["correction"]
    corrects: UUID

    def details(self) -> law.Correction:
        return law.Correction()
