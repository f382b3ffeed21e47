"""Courts on the wire."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints

from app.schemas.fields import Name, Wire

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,58}[a-z0-9]$")]


class CourtIn(Wire):
    """A court, and the law by which its time is counted."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "tj-paris",
                    "name": "Tribunal judiciaire de Paris",
                    "rule_pack": "fr-civil",
                    "calendar": "FR",
                    "time_zone": "Europe/Paris",
                    "language": "fr",
                }
            ]
        }
    )

    code: Code
    name: Name
    rule_pack: Annotated[str, Field(max_length=60)]
    calendar: Annotated[str, Field(max_length=60)]
    time_zone: Annotated[str, Field(max_length=60)]
    language: Literal["en", "fr"] = "en"


class CourtOut(CourtIn):
    """A court as recorded."""

    id: UUID
