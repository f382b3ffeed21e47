"""Matters on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, model_validator

from app.domain.record import PARTIES_MAX, PartySide
from app.schemas.fields import CourtCode, Line, Name, Wire, one_line, refuse

DOCKETS_MAX = 50
COUNSEL_MAX = 50
"""How many counsel a party can have."""

Reference = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=120),
    AfterValidator(one_line),
]
ReferenceKind = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=40),
    AfterValidator(one_line),
]


class DocketNumber(Wire):
    """A number by which the court knows the matter."""

    kind: ReferenceKind = "RG"
    number: Reference


class RepresentationIn(Wire):
    """Counsel of a party, since when and until when."""

    counsel: Name
    bar: Line = ""
    since_on: date | None = None
    until_on: date | None = None


class PartyIn(Wire):
    """A party, the side on which it stands, and who represents it."""

    name: Name
    side: PartySide
    seat: Line = ""
    representations: Annotated[list[RepresentationIn], Field(max_length=COUNSEL_MAX)] = []


class PartyOut(PartyIn):
    """A party as recorded."""

    id: UUID


class MatterIn(Wire):
    """A case before a court."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "court": "tj-paris",
                    "title": "UEJF et autres c. Twitter International Company",
                    "docket_numbers": [{"kind": "RG", "number": "20/53181"}],
                    "parties": [
                        {"name": "UEJF", "side": "requesting"},
                        {
                            "name": "Twitter International Company",
                            "side": "producing",
                            "seat": "Dublin",
                        },
                    ],
                }
            ]
        }
    )

    court: Annotated[CourtCode, Field(description="The court's code.")]
    title: Name
    docket_numbers: Annotated[list[DocketNumber], Field(max_length=DOCKETS_MAX)] = []
    parties: Annotated[list[PartyIn], Field(min_length=1, max_length=PARTIES_MAX)]


class MatterOut(Wire):
    """A matter as recorded."""

    id: UUID
    court: str
    title: str
    docket_numbers: list[DocketNumber]
    parties: list[PartyOut]
    version: int


class MatterChange(Wire):
    """What can be changed of a matter: its title. What happened is recorded as events."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "UEJF c. Twitter"}]})

    title: Name


class RepresentationAdded(RepresentationIn):
    """Counsel of a party that the matter has already."""

    party_id: UUID


class MatterAdditions(Wire):
    """What comes to a matter later. What is recorded of it stays as it is."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "docket_numbers": [{"kind": "RG", "number": "21/14325"}],
                    "parties": [{"name": "J’accuse", "side": "requesting"}],
                }
            ]
        }
    )

    docket_numbers: Annotated[list[DocketNumber], Field(max_length=DOCKETS_MAX)] = []
    parties: Annotated[list[PartyIn], Field(max_length=PARTIES_MAX)] = []
    representations: Annotated[list[RepresentationAdded], Field(max_length=PARTIES_MAX)] = []

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not (self.docket_numbers or self.parties or self.representations):
            raise refuse("Say what is to be added.", field="parties")
        return self
