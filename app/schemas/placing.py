"""Where exhibits belong, on the wire: what names suggest, what is set, what a table says."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import ConfigDict, Field, model_validator

from app.domain.record import CATEGORIES_MAX, ELEMENTS_MAX, EXHIBITS_MAX, Confidentiality
from app.schemas.fields import Wire, refuse

ExhibitIds = Annotated[list[UUID], Field(min_length=1, max_length=EXHIBITS_MAX)]


class PlacingNote(Wire):
    """Why something was read so, or why it was not."""

    about: str = Field(description="file, number, title, dated_on or category.")
    text: str


class PlacingSuggestion(Wire):
    """What an exhibit's name and folder say; null where they say nothing that is sure."""

    exhibit_id: UUID
    number: str = Field(description="The number it has now.")
    filename: str
    folder: str
    suggested_number: str | None
    suggested_title: str | None
    suggested_dated_on: date | None
    suggested_category_id: UUID | None
    suggested_category_number: str | None
    evidence: list[PlacingNote]
    doubts: list[PlacingNote]


class PlacingOut(Wire):
    """Suggestions for every exhibit of a draft; ``to_sort`` are those with a doubt."""

    production_id: UUID
    suggestions: Annotated[list[PlacingSuggestion], Field(max_length=EXHIBITS_MAX)]
    to_sort: list[UUID]


PlacedField = Literal["number", "title", "dated_on", "category"]


class PlacingIn(Wire):
    """What to set on a selection of exhibits; what is not named stays as it is.

    ``by: names`` applies what names and folders say and are sure of; then nothing else is set.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "exhibit_ids": ["4d3c2b1a-0f9e-4d8c-b7a6-958473625140"],
                    "category_ids": ["5f3f3a52-4f5e-4a57-9f0d-2f1f3b0f6a11"],
                    "mode": "add",
                    "confidentiality": "restricted",
                }
            ]
        }
    )

    exhibit_ids: Annotated[
        ExhibitIds | None, Field(description="Absent: every exhibit of the draft.")
    ] = None
    by: Literal["names"] | None = None
    fields: Annotated[
        list[PlacedField], Field(min_length=1, description="What to take from the names.")
    ] = ["number", "title", "dated_on", "category"]
    mode: Annotated[Literal["add", "replace"], Field(description="Of categories and elements.")] = (
        "add"
    )
    category_ids: Annotated[list[UUID] | None, Field(max_length=CATEGORIES_MAX)] = None
    element_ids: Annotated[list[UUID] | None, Field(max_length=ELEMENTS_MAX)] = None
    confidentiality: Confidentiality | None = None
    dated_on: Annotated[date | None, Field(description="null takes the date away.")] = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        for name in ("category_ids", "element_ids", "confidentiality", "dated_on"):
            if self.by == "names" and name in self.model_fields_set:
                raise refuse("Either the names say it, or you do.", field=name)
        return self


class LeftOut(Wire):
    """An exhibit that was left as it is, and why."""

    exhibit_id: UUID
    filename: str
    text: str


class ChangedExhibit(Wire):
    """An exhibit that was changed: its number now and before, and its version."""

    exhibit_id: UUID
    number: str
    number_before: str
    version: int


class PlacedOut(Wire):
    """What an act on many exhibits did."""

    changed: list[ChangedExhibit]
    unchanged: int
    left_out: list[LeftOut]


class SheetRow(Wire):
    """What one row does, or would do: what changes, by field, as it will be told."""

    line: int
    path: str
    exhibit_id: UUID
    changes: dict[str, str]


class SheetFault(Wire):
    """A row that cannot be taken: its line, which column, and why."""

    line: int
    about: str
    text: str


class SheetOut(Wire):
    """How a table was understood, and what it does or would do."""

    applied: bool
    encoding: str
    delimiter: str
    columns: Annotated[dict[str, str], Field(description="Meaning of each column, by its name.")]
    ignored_columns: list[str]
    warnings: list[str]
    rows: list[SheetRow]
    faults: list[SheetFault]
