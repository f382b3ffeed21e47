"""Orders on the wire: the operative part, its categories, their elements and terms."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from app.domain.record import (
    CATEGORIES_MAX,
    ELEMENTS_MAX,
    EXHIBITS_MAX,
    MILESTONES_MAX,
    PARTIES_MAX,
    CategoryKind,
)
from app.domain.terms import NoTerm, Term
from app.schemas.fields import (
    Body,
    Instant,
    Line,
    Name,
    Number,
    PenaltyField,
    TermField,
    Wire,
    refuse,
)
from app.schemas.matters import Reference, ReferenceKind


class OrderReference(Wire):
    """A reference the decision bears. None of them is a key."""

    kind: ReferenceKind
    reference: Reference


class PeriodCovered(Wire):
    """The time that what is ordered concerns."""

    from_on: date | None = None
    to_on: date | None = None
    note: Line = ""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.from_on and self.to_on and self.to_on < self.from_on:
            raise refuse("The period covered ends before it begins.", field="to_on")
        return self


class ElementOut(Wire):
    """Something the category asks for, to tick off."""

    id: UUID
    text: str


def _dated(term: Term) -> Term:
    if isinstance(term, NoTerm):
        raise refuse("A milestone has a date or a period of its own.", field="kind")
    return term


class MilestoneFields(Wire):
    """An interim date on the way to a category's own last day.

    Say what is due by it: some of the category's elements, how many documents at least in
    all, or both. With neither, production must have begun by then.
    """

    name: Name
    term: Annotated[
        TermField, AfterValidator(_dated), Field(description="A period or a date, never none.")
    ]
    documents: Annotated[
        int | None,
        Field(ge=1, le=EXHIBITS_MAX, description="At least so many in all, by then."),
    ] = None


class MilestoneIn(MilestoneFields):
    """A milestone to register."""

    elements: Annotated[
        list[Name],
        Field(max_length=ELEMENTS_MAX, description="Due by then, as the category words them."),
    ] = []


class MilestoneOut(MilestoneFields):
    """A milestone as recorded."""

    id: UUID
    elements: list[ElementOut]


class CategoryFields(Wire):
    """A numbered limb of the operative part (*chef de demande*)."""

    number: Number
    kind: CategoryKind
    text: Body
    period: PeriodCovered = PeriodCovered()
    redaction: Body = ""
    term: TermField
    penalty_terms: PenaltyField | None = None


class CategoryIn(CategoryFields):
    """A category to register, with who owes it and to whom."""

    elements: Annotated[list[Name], Field(max_length=ELEMENTS_MAX)] = []
    milestones: Annotated[list[MilestoneIn], Field(max_length=MILESTONES_MAX)] = []
    obligors: Annotated[
        list[UUID], Field(min_length=1, max_length=PARTIES_MAX, description="Parties that owe it.")
    ]
    beneficiaries: Annotated[list[UUID], Field(max_length=PARTIES_MAX)] = []

    @model_validator(mode="after")
    def _milestones_fit(self) -> Self:
        seen: set[str] = set()
        for i, milestone in enumerate(self.milestones):
            if milestone.name in seen:
                raise refuse(
                    "Milestone “{name}” is there twice.",
                    field=f"milestones.{i}.name",
                    name=milestone.name,
                )
            seen.add(milestone.name)
            for j, text in enumerate(milestone.elements):
                self._one_element(text, field=f"milestones.{i}.elements.{j}")
        return self

    def _one_element(self, text: str, field: str) -> None:
        found = self.elements.count(text)
        if found == 0:
            raise refuse("Category {number} has no such element.", field=field, number=self.number)
        if found > 1:
            raise refuse(
                "Category {number} words two elements like this: tell them apart.",
                field=field,
                number=self.number,
            )


class CategoryOut(CategoryFields):
    """A category as recorded."""

    id: UUID
    elements: list[ElementOut]
    milestones: list[MilestoneOut]
    obligors: list[UUID]
    beneficiaries: list[UUID]


class OrderFields(Wire):
    """What a decision says of itself."""

    title: Name
    made_on: date
    legal_basis: Line = ""
    operative_part: Body
    language: Literal["en", "fr"] = "en"
    note: Body = ""
    references: Annotated[list[OrderReference], Field(max_length=50)] = []


class OrderIn(OrderFields):
    """A decision that orders production.

    The rule pack, calendar and time zone default to the court's; the versions in force
    at registration are pinned.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Ordonnance de référé du 6 juillet 2021",
                    "made_on": "2021-07-06",
                    "legal_basis": "art. 145 CPC",
                    "operative_part": "Ordonne à la société Twitter International Company de …",
                    "language": "fr",
                    "references": [{"kind": "RG", "reference": "20/53181"}],
                    "categories": [
                        {
                            "number": "2",
                            "kind": "figures",
                            "text": "Nombre, localisation, nationalité, langue …",
                            "elements": ["nombre", "localisation", "nationalité", "langue"],
                            "obligors": ["6f0c8f0e-0d3c-4b3a-9f0e-3d2b1a0c9d8e"],
                            "term": {
                                "kind": "within",
                                "period": [{"value": 2, "unit": "month"}],
                                "trigger": "service",
                            },
                            "milestones": [
                                {
                                    "name": "premiers chiffres",
                                    "term": {
                                        "kind": "within",
                                        "period": [{"value": 1, "unit": "month"}],
                                        "trigger": "service",
                                    },
                                    "elements": ["nombre"],
                                }
                            ],
                        }
                    ],
                }
            ]
        }
    )

    rule_pack: Annotated[str, Field(max_length=60)] | None = None
    calendar: Annotated[str, Field(max_length=60)] | None = None
    time_zone: Annotated[str, Field(max_length=60)] | None = None
    categories: Annotated[list[CategoryIn], Field(min_length=1, max_length=CATEGORIES_MAX)]

    @model_validator(mode="after")
    def _numbers_once(self) -> Self:
        seen: set[str] = set()
        for index, category in enumerate(self.categories):
            if category.number in seen:
                raise refuse(
                    "Category {number} is there twice.",
                    field=f"categories.{index}.number",
                    number=category.number,
                )
            seen.add(category.number)
        return self


class ChargeOut(Wire):
    """Who looks after an order; nobody where ``user_id`` is null. It gives no right."""

    order_id: UUID
    user_id: UUID | None
    name: Annotated[str, Field(description="The clerk's name; empty for nobody.")]


class OrderChange(Wire):
    """What can be changed of an order: how it is referred to. What it orders changes by events."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"title": "Référé du 6 juillet 2021", "note": ""}]}
    )

    title: Name
    note: Body = ""
    references: Annotated[list[OrderReference], Field(max_length=50)] = []


class OrderOut(OrderFields):
    """An order as recorded."""

    id: UUID
    matter_id: UUID
    rule_pack: str
    rule_pack_version: str
    calendar: str
    calendar_version: str
    time_zone: str
    categories: list[CategoryOut]
    created_at: Instant
    version: int
