"""Orders on the wire: the operative part, its categories, their elements and terms."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from app.domain.record import CATEGORIES_MAX, ELEMENTS_MAX, PARTIES_MAX, CategoryKind
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
    obligors: Annotated[
        list[UUID], Field(min_length=1, max_length=PARTIES_MAX, description="Parties that owe it.")
    ]
    beneficiaries: Annotated[list[UUID], Field(max_length=PARTIES_MAX)] = []


class CategoryOut(CategoryFields):
    """A category as recorded."""

    id: UUID
    elements: list[ElementOut]
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
