"""What somebody wants to be told by mail."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.domain.notices import Frequency
from app.schemas.fields import Wire


class NoticeSettingsIn(Wire):
    """How often, at which hour of the court's, of which courts."""

    frequency: Frequency
    hour: Annotated[int, Field(ge=0, le=23)] = 7
    every_court: bool = True
    court_ids: Annotated[list[UUID], Field(max_length=200)] = []
