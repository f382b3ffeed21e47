"""The fields of the new-order form: their words, their step, their place in the schema."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from app.domain.record import CategoryKind
from app.web.fields import Field, counted_from, length, penalty
from app.web.rendering import msg

Step = Literal["order", "categories", "terms", "summary"]
STEPS: tuple[tuple[Step, str], ...] = (
    ("order", msg("The order")),
    ("categories", msg("Its categories")),
    ("terms", msg("By when, and at what penalty")),
    ("summary", msg("Summary")),
)
"""The steps in their sequence, and what each is about."""

ORDER = (
    Field("title", msg("Title"), required=True, hint=msg("As in “Order of 6 July 2021”.")),
    Field("made_on", msg("Made on"), "day", required=True, side="left"),
    Field(
        "language",
        msg("Language of the order"),
        "choice",
        choices=(("fr", msg("French")), ("en", msg("English"))),
        side="right",
    ),
    Field("legal_basis", msg("Legal basis"), hint=msg("As the decision cites it.")),
    Field(
        "operative_part",
        msg("Operative part, as written"),
        "text",
        required=True,
        hint=msg("Paste it whole. The next step proposes a category for each numbered limb."),
    ),
    Field("note", msg("Note"), "text"),
)
REFERENCE_ROW = (
    Field("ref_kind", msg("Kind"), side="left"),
    Field("ref", msg("Reference"), side="right"),
)
CATEGORY = (
    Field("number", msg("Number"), path="number", required=True, side="left"),
    Field("kind", msg("Asks for"), "choice", "kind", words=CategoryKind, side="right"),
    Field("text", msg("Text of the category"), "text", "text", required=True),
    Field(
        "elements",
        msg("Elements to tick off"),
        "text",
        "elements",
        hint=msg("One per line. Leave blank where there is nothing to tick off."),
    ),
    Field("from_on", msg("Period covered, from"), "day", "period.from_on", side="left"),
    Field("to_on", msg("Period covered, to"), "day", "period.to_on", side="right"),
    Field("period_note", msg("Period, in the order’s words"), path="period.note"),
    Field("obligors", msg("Owed by"), "categories", "obligors", required=True),
    Field("beneficiaries", msg("Owed to"), "categories", "beneficiaries"),
    Field("redaction", msg("Redaction"), "text", "redaction",
          hint=msg("What may or must be blacked out.")),
)  # fmt: skip
TERM = (
    Field(
        "term",
        msg("Term"),
        "choice",
        "term.kind",
        choices=(
            ("within", msg("within a period of")),
            ("before", msg("at least a period before")),
            ("until", msg("on or before a date")),
            ("none", msg("no date stated")),
        ),
        required=True,
    ),
    *length("", msg("Period (number)"), "term.period.0"),
    *counted_from(),
    Field("no_term", msg("Why no date is stated"), path="term.reason"),
)
PENALTY = penalty("penalty_terms")
MILESTONE = (
    Field("name", msg("What it is called"), path="name", required=True),
    *(replace(f, choices=f.choices[:3]) if f.name == "term" else f for f in TERM[:-1]),
    Field("documents", msg("At least so many documents in all, by then"), "number", "documents"),
    Field("due", msg("Elements due by then"), "categories", "elements"),
)
TRY = (
    Field("try_on", msg("Try it: served, or triggered, on"), "day", side="left"),
    Field(
        "try_method", msg("Served by"), "choice", options="methods", blank=msg("not said"),
        side="right",
    ),
)  # fmt: skip
SAME_TERM = Field("same_term", msg("The same term for every category"), "tick")

CATEGORIES_ON_PAGE = 40
REFERENCES_ON_PAGE = 20
MILESTONES_ON_PAGE = 6
"""Rows that the form takes; a longer order is registered through the API."""

_CATEGORY_NAMES = frozenset(f.name for f in CATEGORY)
_NAME = re.compile(r"c(?P<n>\d{1,2})_(?:m(?P<k>\d)_)?(?P<field>[a-z_]+)")
_ORDER_NAMES = frozenset(f.name for f in ORDER)


def category_field(field: Field, n: int) -> Field:
    """A field of the ``n``-th category, from 1."""
    return replace(field, name=f"c{n}_{field.name}", path=f"categories.{n - 1}.{field.path}")


def milestone_field(field: Field, n: int, k: int) -> Field:
    """A field of the ``k``-th milestone of the ``n``-th category, both from 1."""
    place = f"categories.{n - 1}.milestones.{k - 1}.{field.path}"
    return replace(field, name=f"c{n}_m{k}_{field.name}", path=place)


def reference_field(field: Field, n: int) -> Field:
    """A field of the ``n``-th reference, from 1."""
    part = "kind" if field.name == "ref_kind" else "reference"
    return replace(field, name=f"{field.name}{n}", path=f"references.{n - 1}.{part}")


def step_of(name: str) -> Step:
    """The step on which a field is shown."""
    if name in _ORDER_NAMES or re.fullmatch(r"ref(?:_kind)?\d{1,2}", name):
        return "order"
    found = _NAME.fullmatch(name)
    own = found is not None and not found["k"] and found["field"] in _CATEGORY_NAMES
    return "categories" if own else "terms"
