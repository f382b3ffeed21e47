"""The table of checks of a draft on the wire."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from app.domain.checks import CheckKind, Severity
from app.domain.content import ContentKind, Lock, PageKind, Trouble
from app.domain.record import EXHIBITS_MAX
from app.schemas.fields import Instant, Wire


class CheckOut(Wire):
    """One thing found. Only `cannot_deposit` stands in the way of the deposit."""

    kind: CheckKind
    severity: Severity
    message: Annotated[str, Field(description="In the reader's language.")]


class ContentOut(Wire):
    """What a file was found to hold. What is not known is null, never 0."""

    kind: ContentKind
    media_type: Annotated[str, Field(description="By its bytes, whatever was declared.")]
    trouble: Annotated[
        Trouble | None, Field(description="Why it could not be checked; then the rest is unknown.")
    ]
    page_count: int | None
    page_kind: PageKind | None
    lock: Annotated[
        Lock | None,
        Field(description="`closed`: a password opens it. `rights`: it opens, with limits."),
    ]
    corrupt: bool
    damaged: bool
    two_in_one: Annotated[bool, Field(description="It can be read as two different documents.")]
    textless_pages: Annotated[int, Field(description="Pages of a PDF with images and no text.")]
    javascript: bool
    attachments: int
    form: bool
    signatures: int
    macros: bool
    active: Annotated[bool, Field(description="It can run something when it is opened.")]
    hidden_text: Annotated[
        dict[int, int],
        Field(description="Page to the number of opaque boxes with text still under them."),
    ]
    pages_examined: Annotated[
        int | None, Field(description="How many pages were looked into, if not all.")
    ]
    created_on: Annotated[date | None, Field(description="What the file says of itself.")]
    modified_on: date | None
    width: Annotated[int | None, Field(description="Of an image, in pixels.")]
    height: int | None


class CheckedExhibit(Wire):
    """An exhibit of the draft with what was found."""

    exhibit_id: UUID
    number: str
    filename: str
    size_bytes: int
    checked_at: Annotated[Instant | None, Field(description="Null while it waits.")]
    content: ContentOut | None
    checks: list[CheckOut]


class PageTotal(Wire):
    """How many pages of a kind, in how many files: only of files whose count is known."""

    page_kind: PageKind
    count: int
    files: int


class ChecksOut(Wire):
    """The table of checks of a draft."""

    production_id: UUID
    cannot_deposit: Annotated[int, Field(description="Findings that stand in the way.")]
    look_at: Annotated[int, Field(description="Findings to look at; none stands in the way.")]
    waiting: Annotated[int, Field(description="Exhibits whose content is not checked yet.")]
    pages: list[PageTotal]
    exhibits: Annotated[list[CheckedExhibit], Field(max_length=EXHIBITS_MAX)]
