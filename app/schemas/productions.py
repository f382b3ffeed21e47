"""Productions, exhibits, answers, withheld items and receipts on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, model_validator

from app.domain.bates import TEXT_LENGTH_MAX
from app.domain.record import (
    CATEGORIES_MAX,
    ELEMENTS_MAX,
    EXHIBITS_MAX,
    Confidentiality,
    Declaration,
)
from app.schemas.fields import Body, Instant, Line, Name, Wire, one_line, refuse

BatesText = Annotated[
    str, Field(min_length=1, max_length=TEXT_LENGTH_MAX), AfterValidator(one_line)
]
ExhibitNumberText = Annotated[str, Field(min_length=1, max_length=40), AfterValidator(one_line)]


class ProductionIn(Wire):
    """A production to draft, for one party of the matter."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "party_id": "6f0c8f0e-0d3c-4b3a-9f0e-3d2b1a0c9d8e",
                    "title": "Première communication",
                }
            ]
        }
    )

    party_id: UUID
    title: Line = ""


class ElementValue(Wire):
    """The figure, list or criteria stated for one element."""

    element_id: UUID
    value: Body


class AnswerIn(Wire):
    """What the party declares of one category in this production."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "declaration": "partial",
                    "statement": "",
                    "values": [
                        {
                            "element_id": "5f3f3a52-4f5e-4a57-9f0d-2f1f3b0f6a11",
                            "value": "1 867 personnes",
                        }
                    ],
                }
            ]
        }
    )

    declaration: Declaration
    ground: Body = ""
    statement: Body = ""
    declared_total: Annotated[
        int | None,
        Field(ge=0, le=10_000_000, description="How many documents there are in all, if said."),
    ] = None
    values: Annotated[list[ElementValue], Field(max_length=ELEMENTS_MAX)] = []

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if self.declaration is Declaration.objection and not self.ground:
            raise refuse("An objection needs its ground.", field="ground")
        if self.declaration is Declaration.nothing_responsive and not self.statement:
            raise refuse("Nothing responsive needs a signed statement.", field="statement")
        return self


class AnswerOut(AnswerIn):
    """An answer as recorded."""

    category_id: UUID


class WithheldIn(Wire):
    """A numbered placeholder for what is held back."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "category_id": "5f3f3a52-4f5e-4a57-9f0d-2f1f3b0f6a11",
                    "ground": "Secret des affaires",
                    "legal_text": "C. com. L151-1",
                    "description": "Contrat avec un prestataire de modération",
                }
            ]
        }
    )

    category_id: UUID
    ground: Name
    legal_text: Line = ""
    description: Body = ""
    number: ExhibitNumberText | None = None
    bates_first: BatesText | None = None
    bates_last: BatesText | None = None


class WithheldOut(WithheldIn):
    """A withheld item as recorded."""

    id: UUID
    number: str


class ExhibitFields(Wire):
    """What can be said of an exhibit while its production is a draft."""

    title: Name
    dated_on: date | None = None
    category_ids: Annotated[list[UUID], Field(max_length=CATEGORIES_MAX)] = []
    element_ids: Annotated[list[UUID], Field(max_length=ELEMENTS_MAX)] = []
    confidentiality: Confidentiality = Confidentiality.ordinary


class ExhibitChange(ExhibitFields):
    """A new title, date, or place of a draft exhibit."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "title": "Contrat de prestation",
                    "dated_on": "2021-02-01",
                    "category_ids": ["5f3f3a52-4f5e-4a57-9f0d-2f1f3b0f6a11"],
                }
            ]
        }
    )


class ExhibitOut(ExhibitFields):
    """An exhibit as recorded."""

    id: UUID
    production_id: UUID
    number: str
    edition: Annotated[int, Field(description="1, and one more for each that replaces it.")] = 1
    replaces_id: UUID | None = None
    filename: str
    folder: Annotated[str, Field(description="The folder it came in, `a/b`; empty if none.")] = ""
    bates_first: str | None = None
    bates_last: str | None = None
    media_type: str
    size_bytes: int
    sha256: str
    uploaded_at: Instant
    version: int


class ProductionOut(Wire):
    """A production: a draft that only its party sees, or deposited for good."""

    id: UUID
    order_id: UUID
    party_id: UUID
    party: str
    title: str
    number: int | None
    created_at: Instant
    deposited_at: Instant | None
    exhibits: Annotated[list[ExhibitOut], Field(max_length=EXHIBITS_MAX)]
    answers: list[AnswerOut]
    withheld_items: list[WithheldOut]
    version: int


class ProductionLine(Wire):
    """A production in a list."""

    id: UUID
    order_id: UUID
    party_id: UUID
    party: str
    title: str
    number: int | None
    deposited_at: Instant | None
    exhibits_count: int
    version: int
