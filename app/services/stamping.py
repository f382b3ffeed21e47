"""Stamped copies: asked for, made outside any transaction, stored once, kept on the record.

The original's bytes are never touched. A copy says of which bytes it was made and what it
bears; an exhibit of a draft that is numbered anew gets a new copy.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Action, Actor, allows
from app.domain.acts import Act, Where
from app.domain.bates import BatesNumber
from app.domain.record import StampStyle
from app.errors import Conflict, NotFound
from app.papers.stamps import PAGES_MAX, Stamp, stamp_pdf
from app.schemas.numbering import StampedOut
from app.services.access import authorize
from app.services.bates import range_of
from app.services.downloads import (
    Download,
    download_headers,
    first_for,
    refuse_withdrawn,
)
from app.services.log import say
from app.services.productions import (
    exhibit_of,
    keep_file,
    knows_file,
    production_of,
    production_place,
)
from app.services.quotas import Room
from app.storage.disk import taken_or_refused
from app.storage.store import BLOCK_BYTES, FileStore, StoredFile

_WORDS = {"fr": ("Pièce n° {number}", "tamponnée"), "en": ("Exhibit {number}", "stamped")}


@dataclass(frozen=True, slots=True)
class StampJob:
    """What to stamp, and on what."""

    exhibit_id: UUID
    matter_id: UUID
    sha256: str
    style: StampStyle
    label: str
    stamp: Stamp


@dataclass(frozen=True, slots=True)
class Stamped:
    """A copy that is durably stored, not yet on the record."""

    file: StoredFile
    breaks_signature: bool


def stamp_wanted(
    session: Session, actor: Actor, exhibit_id: UUID, style: StampStyle, *, lock: bool = False
) -> tuple[StampJob, m.StampedCopy | None]:
    """What to stamp for the exhibit's own party, and the copy that there is already.

    Raises ``Conflict`` where the exhibit has no Bates numbers to be stamped.
    """
    exhibit = exhibit_of(session, actor, exhibit_id)
    production = production_of(session, actor, exhibit.production_id, lock=lock, whole=False)
    authorize(actor, Action.production_draft, production_place(session, production))
    job = _job(session, production, exhibit, style)
    copy = _copy(session, exhibit_id, style)
    fits = copy is not None and (copy.label, copy.source_sha256) == (job.label, job.sha256)
    return job, copy if fits else None


def _job(
    session: Session, production: m.Production, exhibit: m.Exhibit, style: StampStyle
) -> StampJob:
    if style is StampStyle.bates:
        label, stamp = _bates_stamp(exhibit)
    else:
        label = _label(session, production.order_id, exhibit)
        party = session.get_one(m.Party, production.party_id)
        stamp = Stamp([label], "top", party.name)
    return StampJob(exhibit.id, exhibit.matter_id, exhibit.sha256, style, label, stamp)


def _label(session: Session, order_id: UUID, exhibit: m.Exhibit) -> str:
    words, _ = _WORDS[_language(session, order_id)]
    return words.format(number=exhibit.number)


def _language(session: Session, order_id: UUID) -> str:
    """The order's own language: papers for its court are in it."""
    language = session.scalar(select(m.Order.language).where(m.Order.id == order_id))
    return "fr" if language == "fr" else "en"


def _bates_stamp(exhibit: m.Exhibit) -> tuple[str, Stamp]:
    if exhibit.bates_first is None:
        raise Conflict("Exhibit {number} has no Bates numbers yet.", number=exhibit.number)
    span = range_of(exhibit.bates_first, exhibit.bates_last)
    if span.count > PAGES_MAX:
        raise Conflict("At most {most} pages are numbered in one copy.", most=PAGES_MAX)
    first: BatesNumber = span.first
    texts = [(first + page).text for page in range(span.count)]
    # One number for a document of many pages stands on its first page alone.
    return span.text, Stamp(texts, "bottom", each_page=span.count > 1)


def _copy(session: Session, exhibit_id: UUID, style: StampStyle) -> m.StampedCopy | None:
    return session.scalar(
        select(m.StampedCopy).where(
            m.StampedCopy.exhibit_id == exhibit_id, m.StampedCopy.style == style
        )
    )


def make_stamp(job: StampJob, store: FileStore, *, size_max_bytes: int) -> Stamped:
    """Make the copy and store it; takes its time, so no transaction is open.

    Raises ``NotStampable`` with the reason, ``Busy``, and what the store raises.
    """
    with TemporaryDirectory(prefix="bordereau-stamp-") as folder:
        source, target = Path(folder, "source.pdf"), Path(folder, "target.pdf")
        original = store.open(job.matter_id, job.sha256)
        with taken_or_refused(), original, source.open("wb") as copy:
            shutil.copyfileobj(original, copy, BLOCK_BYTES)
        made = stamp_pdf(source, target, job.stamp)
        with target.open("rb") as file:
            stored = store.put(job.matter_id, file, size_max_bytes=size_max_bytes)
    return Stamped(stored, made.signed)


def keep_stamp(
    session: Session,
    actor: Actor,
    job: StampJob,
    made: Stamped,
    now: datetime,
    *,
    matter_bytes_max: int,
) -> m.StampedCopy:
    """Put the copy on the record; if another was kept meanwhile, that one stays.

    Raises ``Conflict`` when the exhibit was numbered anew or replaced while it was made,
    ``MatterFull`` when the matter has no room for the copy.
    """
    now_wanted, kept = stamp_wanted(session, actor, job.exhibit_id, job.style, lock=True)
    if kept is not None:
        return kept
    if (now_wanted.label, now_wanted.sha256) != (job.label, job.sha256):
        raise Conflict("The exhibit changed while its copy was being made; ask again.")
    if not knows_file(session, job.matter_id, made.file.sha256):
        Room(session, job.matter_id, matter_bytes_max).ask(made.file.size_bytes)
    copy = _copy(session, job.exhibit_id, job.style)
    if copy is None:
        copy = m.StampedCopy(exhibit_id=job.exhibit_id, style=job.style)
        session.add(copy)
    copy.label = job.label
    copy.source_sha256 = job.sha256
    copy.sha256 = made.file.sha256
    copy.size_bytes = made.file.size_bytes
    copy.breaks_signature = made.breaks_signature
    copy.made_at = now
    copy.made_by = actor.user_id
    keep_file(session, job.matter_id, made.file, now)
    where = Where(matter_id=job.matter_id)
    say(session, Act.exhibit_stamped, actor, now, where)
    return copy


def stamped_out(copy: m.StampedCopy) -> StampedOut:
    """The copy on the wire."""
    return StampedOut.model_validate(copy)


@dataclass(frozen=True, slots=True)
class StampShown:
    """A style of copy: what it bears or would bear (None: no Bates numbers), and the copy."""

    style: StampStyle
    label: str | None
    copy: m.StampedCopy | None


def stamps_of(
    session: Session, actor: Actor, exhibit_id: UUID
) -> tuple[Sequence[StampShown], bool]:
    """The exhibit's copies that hold, style by style, and whether the actor may have them made."""
    exhibit = exhibit_of(session, actor, exhibit_id)
    production = production_of(session, actor, exhibit.production_id, whole=False)
    shown = []
    for style in StampStyle:
        try:
            label = _job(session, production, exhibit, style).label
        except Conflict:
            shown.append(StampShown(style, None, None))
            continue
        copy = _copy(session, exhibit.id, style)
        fits = copy is not None and (copy.label, copy.source_sha256) == (label, exhibit.sha256)
        shown.append(StampShown(style, label, copy if fits else None))
    return shown, allows(actor, Action.production_draft, production_place(session, production))


def stamped_download(
    session: Session,
    actor: Actor,
    exhibit_id: UUID,
    style: StampStyle,
    store: FileStore,
    now: datetime,
) -> Download:
    """Open the stamped copy, for whoever may download the exhibit; ``Withdrawn`` as of that.

    ``NotFound`` where none was made, or only one of a number that the exhibit no longer has.
    """
    exhibit = exhibit_of(session, actor, exhibit_id)
    production = production_of(session, actor, exhibit.production_id, whole=False)
    authorize(actor, Action.exhibit_download, production_place(session, production))
    refuse_withdrawn(session, actor, exhibit, now)
    copy = _copy(session, exhibit_id, style)
    if copy is None or copy.source_sha256 != exhibit.sha256:
        raise NotFound
    if copy.label != _job(session, production, exhibit, style).label:
        raise NotFound
    _, stamped = _WORDS[_language(session, production.order_id)]
    name = f"{exhibit.filename.removesuffix('.pdf')[:200]} - {stamped}.pdf"
    return Download(
        store.open(exhibit.matter_id, copy.sha256),
        download_headers(name, copy.size_bytes, copy.sha256),
        exhibit.id,
        first_for(session, actor, production, exhibit),
    )
