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


def length(name: str, label: str, path: str, *, hint: str = "") -> tuple[Field, Field]:
    """A number and, beside it, its unit: a period is never a bare number."""
    return (
        Field(f"{name}value", label, "number", f"{path}.value", hint=hint, side="left"),
        Field(
            f"{name}unit",
            msg("Unit of that time"),
            "choice",
            f"{path}.unit",
            words=Unit,
            blank=msg("Choose…"),
            side="right",
        ),
    )


def counted_from(name: str = "") -> tuple[Field, ...]:
    """From what a term is counted, or the date and hour that end it."""
    return (
        Field(
            f"{name}trigger",
            msg("Counted from"),
            "choice",
            "term.trigger",
            choices=(
                ("service", msg("service")),
                ("decision", msg("the decision")),
                ("event", msg("the event that the order names")),
            ),
        ),
        Field(f"{name}on", msg("On or before"), "day", "term.on", side="left"),
        Field(
            f"{name}at",
            msg("Until this hour of that day (court’s clock)"),
            "hour",
            "term.at",
            side="right",
        ),
    )


def penalty(path: str, *, required: bool = False) -> tuple[Field, ...]:
    """The terms of a periodic penalty, which stand at ``path`` in the schema."""
    return (
        Field("rate", msg("Rate"), "amount", f"{path}.rate", required=required, side="left"),
        Field("currency", msg("Currency"), path=f"{path}.currency", hint=msg("As in EUR."),
              side="right"),
        Field(
            "per",
            msg("The rate is"),
            "choice",
            f"{path}.per",
            choices=(
                ("day", msg("per day")),
                ("document_day", msg("per missing document and day")),
            ),
        ),
        Field(
            "starts",
            msg("It runs from"),
            "choice",
            f"{path}.starts.kind",
            choices=(
                ("after_due", msg("the day after the last legal day")),
                ("on", msg("a date of the judge’s")),
                ("after_service", msg("a number of days after service")),
            ),
        ),
        Field("starts_on", msg("Date from which it runs"), "day", f"{path}.starts.on",
              side="left"),
        Field("starts_days", msg("Days after service, in days"), "number",
              f"{path}.starts.days", side="right"),
        Field("max_days", msg("Counted for at most, in days"), "number", f"{path}.max_days",
              side="left"),
        Field("cap_months", msg("Runs for at most, in months"), "number", f"{path}.cap_months",
              side="right"),
        Field("cap_amount", msg("At most this amount in all"), "amount", f"{path}.cap_amount"),
        Field("penalty_text", msg("As the decision words it"), "text", f"{path}.text"),
    )  # fmt: skip


COURT = Field("court", msg("Court"))
REFERENCE = Field("reference", msg("Reference of the decision"))
TO_HOUR = Field("to_at", msg("Until this hour of that day (court’s clock)"), "hour", side="right")
PERIOD = length(
    "period_",
    msg("More time (number)"),
    "period",
    hint=msg("With its unit, beside it. Or give a date below instead."),
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
    *length("term_", msg("Within (number)"), "term.period"),
    *counted_from("term_"),
)
PENALTY = penalty("terms", required=True)

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
