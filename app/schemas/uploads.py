"""Resumable uploads and archives on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.domain.record import CATEGORIES_MAX, ELEMENTS_MAX, Confidentiality
from app.schemas.fields import Instant, Line, Wire
from app.schemas.productions import ExhibitOut

MediaType = Annotated[str, Field(max_length=120)]


class UploadIn(Wire):
    """What is said of a file before its bytes come, or of a ZIP to unpack."""

    filename: str
    folder: str = ""
    media_type: MediaType = "application/octet-stream"
    title: Line = ""
    number: str | None = None
    dated_on: date | None = None
    category_ids: Annotated[list[UUID], Field(max_length=CATEGORIES_MAX)] = []
    element_ids: Annotated[list[UUID], Field(max_length=ELEMENTS_MAX)] = []
    confidentiality: Confidentiality = Confidentiality.ordinary
    unpack: bool = False


class RefusedEntry(Wire):
    """A file in an archive that was not taken."""

    name: Annotated[str, Field(description="Its path in the archive.")]
    reason: str


class PresentEntry(Wire):
    """A file in an archive that the draft held already: same folder, name and bytes."""

    name: Annotated[str, Field(description="Its path in the archive.")]
    exhibit_id: UUID
    number: Annotated[str, Field(description="The number that its exhibit has now.")]


class ArchiveOut(Wire):
    """What an archive came to: the exhibits made of it, what was there, what was not taken."""

    added: list[ExhibitOut]
    present: Annotated[
        list[PresentEntry], Field(description="In the draft before; nothing is added twice.")
    ]
    refused: list[RefusedEntry]


class UploadOut(Wire):
    """A resumable upload: how far it is, and what it became."""

    id: UUID
    production_id: UUID
    filename: str
    length_bytes: Annotated[int | None, Field(description="null: not announced yet.")]
    offset_bytes: Annotated[int, Field(description="Bytes that are safe.")]
    created_at: Instant
    expires_at: Instant
    finished_at: Instant | None
    exhibit_id: UUID | None
    added: Annotated[int, Field(description="Exhibits made of an archive.")]
    present: Annotated[int, Field(description="Files of an archive that were in the draft before.")]
    refused: list[RefusedEntry]
