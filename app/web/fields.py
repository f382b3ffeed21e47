"""The fields of an event's form: their words, their units, their place in the schema."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from app.domain.periods import Unit
from app.web.rendering import msg

Shape = Literal["line", "text", "day", "hour", "tick", "choice", "number", "amount", "categories"]
Options = Literal["", "obligors", "methods", "milestones", "stays", "objections", "events"]


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


COURT = Field("court", msg("Court"))
REFERENCE = Field("reference", msg("Reference of the decision"))
TO_HOUR = Field("to_at", msg("Until this hour of that day (court’s clock)"), "hour", side="right")
PERIOD = (
    Field(
        "period_value",
        msg("More time (number)"),
        "number",
        "period.value",
        hint=msg("With its unit, beside it. Or give a date below instead."),
        side="left",
    ),
    Field(
        "period_unit",
        msg("Unit of that time"),
        "choice",
        "period.unit",
        words=Unit,
        blank=msg("Choose…"),
        side="right",
    ),
)
TERM = (
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
    Field("term_value", msg("Within (number)"), "number", "term.period.value", side="left"),
    Field(
        "term_unit",
        msg("Unit of that time"),
        "choice",
        "term.period.unit",
        words=Unit,
        blank=msg("Choose…"),
        side="right",
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
        "term_at",
        msg("Until this hour of that day (court’s clock)"),
        "hour",
        "term.at",
        side="right",
    ),
)
PENALTY = (
    Field("rate", msg("Rate"), "amount", "terms.rate", required=True, side="left"),
    Field(
        "currency",
        msg("Currency"),
        "line",
        "terms.currency",
        hint=msg("As in EUR."),
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
    msg("Hour, if it matters (court’s clock)"),
    "hour",
    "effective_at",
    side="right",
)
MILESTONE = Field(
    "milestone_id",
    msg("Milestone"),
    "choice",
    options="milestones",
    blank=msg("None: the category’s own term"),
    hint=msg("Choose one to move that interim date alone; its category need not be ticked."),
)
OBLIGOR = Field(
    "obligor_id",
    msg("Party that owes the production"),
    "choice",
    options="obligors",
    blank=msg("Every obligor"),
)
SERVED = Field("obligor_id", msg("Served on"), "choice", options="obligors", required=True)
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
