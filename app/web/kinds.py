"""The kinds of event on a form: which fields each has, in which words, with which units."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from app import models as m
from app.domain import events as law
from app.domain.access import Action, Actor, allows
from app.domain.deadlines import SuspensionEffect
from app.domain.events import EventKind
from app.domain.periods import Unit
from app.errors import NotAllowed
from app.services.events import _check_kind as check_kind
from app.services.orders import order_place
from app.web.rendering import msg

Shape = Literal["line", "text", "day", "hour", "tick", "choice", "number", "amount", "categories"]
Options = Literal["", "obligors", "methods", "stays", "objections", "events"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form. ``path`` is its place in the schema, list indexes left out."""

    name: str
    label: str
    shape: Shape = "line"
    path: str = ""
    hint: str = ""
    words: type[StrEnum] | None = None
    choices: tuple[tuple[str, str], ...] = ()
    options: Options = ""
    required: bool = False
    blank: str = ""
    side: Literal["", "left", "right"] = ""

    @property
    def place(self) -> str:
        """Where the field's value goes in the schema."""
        return self.path or self.name


@dataclass(frozen=True, slots=True)
class Kind:
    """What a kind's form says and asks."""

    help: str
    fields: tuple[Field, ...] = field(default=())


_COURT = Field("court", msg("Court"))
_REFERENCE = Field("reference", msg("Reference of the decision"))
_PERIOD = (
    Field(
        "period_value",
        msg("More time: how many"),
        "number",
        "period.value",
        hint=msg("With its unit, beside it. Or give a date below instead."),
        side="left",
    ),
    Field(
        "period_unit", msg("Unit of that time"), "choice", "period.unit", words=Unit,
        blank=msg("Choose…"), side="right",
    ),
)
_TERM = (
    Field(
        "term_kind",
        msg("New term"),
        "choice",
        "term.kind",
        choices=(
            ("within", msg("within a period")),
            ("until", msg("on or before a date")),
            ("none", msg("no date stated")),
        ),
        blank=msg("The term stays as it is"),
    ),
    Field("term_value", msg("Within: how many"), "number", "term.period.value", side="left"),
    Field(
        "term_unit", msg("Unit of that time"), "choice", "term.period.unit", words=Unit,
        blank=msg("Choose…"), side="right",
    ),
    Field(
        "term_trigger",
        msg("Counted from"),
        "choice",
        "term.trigger",
        choices=(
            ("service", msg("service")),
            ("decision", msg("the decision")),
            ("event", msg("the event that the order names")),
        ),
    ),
    Field("term_on", msg("On or before"), "day", "term.on", side="left"),
    Field(
        "term_at", msg("Until this hour of that day (court’s clock)"), "hour", "term.at",
        side="right",
    ),
)
_PENALTY = (
    Field("rate", msg("Rate"), "amount", "terms.rate", required=True, side="left"),
    Field(
        "currency", msg("Currency"), "line", "terms.currency", hint=msg("As in EUR."),
        side="right",
    ),
    Field(
        "per",
        msg("The rate is"),
        "choice",
        "terms.per",
        choices=(
            ("day", msg("per day")),
            ("document_day", msg("per missing document and day")),
        ),
    ),
    Field(
        "starts",
        msg("It runs from"),
        "choice",
        "terms.starts.kind",
        choices=(
            ("after_due", msg("the day after the last legal day")),
            ("on", msg("a date of the judge’s")),
            ("after_service", msg("a number of days after service")),
        ),
    ),
    Field("starts_on", msg("Date from which it runs"), "day", "terms.starts.on"),
    Field("starts_days", msg("Days after service, in days"), "number", "terms.starts.days"),
    Field("max_days", msg("Counted for at most, in days"), "number", "terms.max_days"),
    Field("cap_months", msg("Runs for at most, in months"), "number", "terms.cap_months"),
    Field("cap_amount", msg("At most this amount in all"), "amount", "terms.cap_amount"),
    Field("penalty_text", msg("As the decision words it"), "text", "terms.text"),
)

KINDS: dict[EventKind, Kind] = {
    EventKind.service: Kind(
        msg("The decision was served on an obligor. Its clock starts, once."),
        (
            Field(
                "method",
                msg("Method of service"),
                "choice",
                options="methods",
                blank=msg("Not stated"),
            ),
            Field("provisional", msg("Provisional: the date is not proved"), "tick"),
            Field("further", msg("A further service: it moves no clock"), "tick"),
            Field("proof", msg("Proof of service")),
        ),
    ),
    EventKind.trigger: Kind(
        msg("The event from which the order lets time run happened."),
        (Field("description", msg("What happened")),),
    ),
    EventKind.extension: Kind(
        msg("More time, by order or by agreement: by a period, or to a date."),
        (
            Field("by", msg("Given by"), "choice", words=law.ExtensionBy),
            *_PERIOD,
            Field("to_on", msg("Or to this date"), "day", side="left"),
            Field("to_at", msg("Until this hour of that day (court’s clock)"), "hour", side="right"),
            Field("agreed_on", msg("Agreed on, if by agreement"), "day"),
        ),
    ),
    EventKind.stay: Kind(
        msg("Execution is stayed from this day on."),
        (
            Field(
                "until_on",
                msg("Time runs again from"),
                "day",
                hint=msg("The first day that counts again. Leave blank while nobody knows."),
            ),
            Field("effect", msg("Effect on the time"), "choice", words=SuspensionEffect),
            Field("stops_penalty", msg("The decision also stops the periodic penalty"), "tick"),
        ),
    ),
    EventKind.stay_lifted: Kind(
        msg("A stay ends; time runs again from this day."),
        (Field("stay_id", msg("Which stay"), "choice", options="stays", required=True),),
    ),
    EventKind.appeal: Kind(
        msg("An appeal was lodged. By itself it suspends nothing."), (_COURT, _REFERENCE)
    ),
    EventKind.appeal_decided: Kind(
        msg("What became of an appeal."),
        (
            Field("outcome", msg("Outcome"), "choice", words=law.AppealOutcome),
            _COURT,
            _REFERENCE,
        ),
    ),
    EventKind.withdrawal: Kind(msg("The requesting party gives up what it asked for.")),
    EventKind.set_aside: Kind(
        msg("The court sets the order aside, wholly or for some categories."),
        (_COURT, _REFERENCE),
    ),
    EventKind.modification: Kind(
        msg("The judge widens, narrows or rectifies; a new term replaces the old one."),
        (*_TERM, Field("description", msg("What changes"), "text")),
    ),
    EventKind.objection: Kind(
        msg("The obligor objects to producing."),
        (Field("ground", msg("Ground of the objection"), required=True),),
    ),
    EventKind.ruling: Kind(
        msg("The judge rules on an objection. Upheld, nothing more is owed in its scope."),
        (
            Field("outcome", msg("Outcome"), "choice", words=law.RulingOutcome),
            Field(
                "objection_id",
                msg("Which objection"),
                "choice",
                options="objections",
                blank=msg("Not stated"),
            ),
            _REFERENCE,
        ),
    ),
    EventKind.dispute: Kind(
        msg("A party disputes what was produced."),
        (Field("dispute_text", msg("What is disputed"), "text", "text", required=True),),
    ),
    EventKind.finding: Kind(
        msg("A judge finds the production sufficient or insufficient."),
        (
            Field("outcome", msg("Outcome"), "choice", words=law.FindingOutcome),
            _COURT,
            _REFERENCE,
        ),
    ),
    EventKind.consequence: Kind(
        msg("A procedural consequence of non-execution."),
        (
            Field("consequence", msg("Consequence"), "choice", words=law.ConsequenceKind),
            _COURT,
            _REFERENCE,
        ),
    ),
    EventKind.penalty_set: Kind(
        msg("A periodic penalty is ordered or replaced. Its amount stays theoretical."), _PENALTY
    ),
    EventKind.penalty_liquidated: Kind(
        msg("A decision liquidates the penalty: only now is a sum due."),
        (
            Field(
                "liquidated_amount", msg("Liquidated amount"), "amount", required=True, side="left"
            ),
            Field("currency", msg("Currency"), required=True, hint=msg("As in EUR."), side="right"),
            _COURT,
            _REFERENCE,
        ),
    ),
    EventKind.outage: Kind(
        msg("The service could not be reached."),
        (
            Field(
                "outage_on", msg("Until this day"), "day", "until_at", required=True, side="left"
            ),
            Field(
                "outage_at", msg("Until this hour of that day (court’s clock)"), "hour",
                "until_hour", required=True, side="right",
            ),
        ),
    ),
    EventKind.correction: Kind(
        msg("An earlier entry was wrong, and nothing takes its place."),
        (Field("corrects", msg("Which entry"), "choice", options="events", required=True),),
    ),
}  # fmt: skip

EFFECTIVE_ON = Field(
    "effective_on",
    msg("Takes effect on"),
    "day",
    hint=msg("The court day on which it counts in law. When it is recorded is noted apart."),
    required=True,
    side="left",
)
EFFECTIVE_AT = Field(
    "effective_hour",
    msg("At this hour, if it matters (court’s clock)"),
    "hour",
    "effective_at",
    side="right",
)
OBLIGOR = Field(
    "obligor_id",
    msg("Party that owes the production"),
    "choice",
    options="obligors",
    blank=msg("Every obligor"),
)
SERVED = Field(
    "obligor_id", msg("Served on"), "choice", options="obligors", required=True
)
CATEGORIES = Field(
    "category_ids", msg("Categories"), "categories", hint=msg("None ticked: every category.")
)
REASON = Field(
    "reason",
    msg("Reason"),
    "text",
    hint=msg("Why this is recorded: the decision, the letter, the proof. Always needed."),
    required=True,
)


def fields_of(kind: EventKind) -> tuple[Field, ...]:
    """Every field of the kind's form, in its order."""
    before = () if kind is EventKind.correction else (
        SERVED if kind is EventKind.service else OBLIGOR, CATEGORIES)  # fmt: skip
    return (EFFECTIVE_ON, EFFECTIVE_AT, *before, *KINDS[kind].fields, REASON)


def open_kinds(actor: Actor, order: m.Order) -> list[EventKind]:
    """The kinds that the reader may record here, by the policy and the verb's own rule."""
    if not allows(actor, Action.event_record, order_place(order)):
        return []
    return [kind for kind in KINDS if _may(actor, order, kind)]


def _may(actor: Actor, order: m.Order, kind: EventKind) -> bool:
    try:
        check_kind(actor, order, kind)
    except NotAllowed:
        return False
    return True
