"""Looking at an exhibit: what of it can be shown inside a page, as an image and nothing else.

Only what an inspection found to be a PDF or a plain image is shown, whatever its name says. To
look at an exhibit is to have it: the first look is recorded as the first download is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import BinaryIO, NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from app import models as m
from app.db import Database
from app.domain.access import Actor
from app.domain.content import ContentFacts, ContentKind, Lock
from app.domain.record import Confidentiality
from app.errors import Withdrawn
from app.phrases import Phrase, phrase
from app.services.downloads import Download, download
from app.services.inspections import CHECKER_VERSION, Looks, Waiting, facts_of, keep_inspection
from app.services.productions import exhibit_of
from app.storage.store import FileStore

IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
IMAGE_BYTES_MAX = 50 * 1024 * 1024
PIXELS_MAX = 60_000_000


class ExhibitRow(NamedTuple):
    """What is recorded of an exhibit, read once: its transaction ends before it is drawn."""

    id: UUID
    matter_id: UUID
    party_id: UUID
    production_id: UUID
    number: str
    edition: int
    title: str
    dated_on: date | None
    confidentiality: Confidentiality
    filename: str
    size_bytes: int
    sha256: str
    replaces_reason: str
    bates_first: str | None
    bates_last: str | None


@dataclass(frozen=True, slots=True)
class Viewable:
    """How an exhibit is shown: as drawn pages, as the image it is, or not, and why."""

    exhibit: ExhibitRow
    file: Download | None
    """Open; None for whom it was withdrawn."""
    facts: ContentFacts | None
    """None: nobody has looked into the file yet."""
    withdrawn: Phrase | None = None

    @property
    def is_pdf(self) -> bool:
        """Whether its pages are drawn."""
        return (
            self.why_not is None and self.facts is not None and (self.facts.kind is ContentKind.pdf)
        )

    @property
    def image_type(self) -> str:
        """The image's own media type; empty where it is none that is shown."""
        shown = self.why_not is None and self.facts is not None and not self.is_pdf
        return self.facts.media_type if shown and self.facts else ""

    @property
    def why_not(self) -> Phrase | None:
        """Why it is not shown; None where it is."""
        facts = self.facts
        if self.withdrawn is not None:
            return self.withdrawn
        if facts is None or facts.trouble is not None:
            return phrase("this file could not be checked")
        if facts.kind is ContentKind.pdf:
            return _no_pdf(facts)
        if facts.kind is ContentKind.image:
            return _no_image(facts, self.exhibit.size_bytes)
        return phrase("only PDFs and images (PNG, JPEG, GIF, WebP) are shown")


def _no_pdf(facts: ContentFacts) -> Phrase | None:
    if facts.lock is Lock.closed:
        return phrase("a password is needed to open it")
    if facts.corrupt:
        return phrase("this PDF is damaged")
    return None


def _no_image(facts: ContentFacts, size_bytes: int) -> Phrase | None:
    if facts.media_type not in IMAGES:
        return phrase("only PDFs and images (PNG, JPEG, GIF, WebP) are shown")
    if facts.corrupt or not facts.width or not facts.height:
        return phrase("this image is damaged")
    if size_bytes > IMAGE_BYTES_MAX or facts.width * facts.height > PIXELS_MAX:
        return phrase("this image is too large to be shown in a page")
    return None


def viewable(
    session: Session, actor: Actor, exhibit_id: UUID, store: FileStore, now: datetime
) -> Viewable:
    """The exhibit with its file open, for whoever may download it; ``NotFound`` as there.

    Who asks closes the file.
    """
    row = exhibit_of(session, actor, exhibit_id)
    exhibit = ExhibitRow(*(getattr(row, name) for name in ExhibitRow._fields))
    try:
        found = download(session, actor, exhibit_id, store, now)
    except Withdrawn as fault:
        return Viewable(exhibit, None, None, fault.message)
    kept = session.get(m.Inspection, (exhibit.party_id, exhibit.sha256))
    known = kept is not None and kept.version == CHECKER_VERSION
    return Viewable(exhibit, found, facts_of(kept) if kept is not None and known else None)


def looked_into(
    exhibit: ExhibitRow, file: BinaryIO, database: Database, looks: Looks, now: datetime
) -> ContentFacts:
    """Look into a file that nobody has looked into, and keep what was found.

    No transaction is open meanwhile. Raises ``InspectionUnavailable``.
    """
    facts = looks.inspect(file)
    with database.writing() as session:
        kept = Waiting(exhibit.matter_id, exhibit.party_id, exhibit.sha256)
        keep_inspection(session, kept, facts, now)
    return facts
