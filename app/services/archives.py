"""Archives: what is in one, stored together, becomes exhibits of a draft in one transaction."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.domain.numbering import ExhibitNumber, next_number, parse_number
from app.domain.record import EXHIBITS_MAX
from app.errors import Conflict, UploadRefused
from app.language import Language, sentence
from app.phrases import from_json, to_json
from app.schemas.uploads import RefusedEntry
from app.services.productions import Incoming, check_places, drafting
from app.services.uploads import finishing, incoming_of, mark_finished
from app.storage.archive import Member, Refusal, read_archive, unpacked
from app.storage.store import FileStore, StoredFile

_TYPES = mimetypes.MimeTypes(filenames=())  # what the machine has installed decides nothing


@dataclass(frozen=True, slots=True)
class Unpacked:
    """An archive's files, stored but on no record yet, and what was not taken."""

    files: tuple[tuple[StoredFile, Member], ...]
    refused: tuple[Refusal, ...]


def unpack(
    store: FileStore,
    matter_id: UUID,
    archive: BinaryIO,
    *,
    file_bytes_max: int,
    total_bytes_max: int,
    at_each: Callable[[], None] = lambda: None,
) -> Unpacked:
    """Store every file of the archive that can be taken. Needs no session, and takes long.

    ``at_each`` is called before each file, so that a lease can be held on to.
    Raises ``ArchiveRefused``, ``UploadTooLarge``, ``StorageFull``: then nothing is kept.
    """
    members, refused = read_archive(
        archive, file_bytes_max=file_bytes_max, total_bytes_max=total_bytes_max
    )

    def sources() -> Iterator[Iterator[bytes]]:
        for member in members:
            at_each()
            yield unpacked(archive, member)

    stored = store.put_many(matter_id, sources())
    files: list[tuple[StoredFile, Member]] = []
    for member, file in zip(members, stored, strict=True):
        if isinstance(file, UploadRefused):
            refused.append(Refusal("/".join(filter(None, _path(member))), file.message))
        else:
            files.append((file, member))
    return Unpacked(tuple(files), tuple(refused))


def _path(member: Member) -> tuple[str, str]:
    return member.folder, member.filename


def add_files(
    session: Session,
    actor: Actor,
    production_id: UUID,
    files: Sequence[tuple[StoredFile, Incoming]],
    now: datetime,
) -> list[m.Exhibit]:
    """Add many stored files to the draft, each under the party's next free number.

    As ``productions.add_exhibit`` does for one; all or none.
    """
    production = drafting(session, actor, production_id)
    position = max((e.position for e in production.exhibits), default=-1)
    if len(production.exhibits) + len(files) > EXHIBITS_MAX:
        raise Conflict("A production holds at most {largest} exhibits.", largest=EXHIBITS_MAX)
    for places in {(s.category_ids, s.element_ids) for _, s in files}:
        check_places(session, production, *places)
    _keep_files(session, production.matter_id, [file for file, _ in files], now)
    number = _first_number(session, production)
    exhibits = []
    for nth, (file, said) in enumerate(files):
        exhibits.append(_exhibit(production, actor, file, said, now))
        exhibits[-1].number = str(ExhibitNumber((number + nth,)))
        exhibits[-1].position = position + 1 + nth
    session.add_all(exhibits)
    session.flush()
    return exhibits


def _exhibit(
    production: m.Production, actor: Actor, file: StoredFile, said: Incoming, now: datetime
) -> m.Exhibit:
    return m.Exhibit(
        id=uuid4(),
        production_id=production.id,
        matter_id=production.matter_id,
        party_id=production.party_id,
        title=said.title or said.filename,
        dated_on=said.dated_on,
        filename=said.filename,
        folder=said.folder,
        media_type=said.media_type,
        size_bytes=file.size_bytes,
        sha256=file.sha256,
        confidentiality=said.confidentiality,
        uploaded_at=now,
        uploaded_by=actor.user_id,
        categories=[m.ExhibitCategory(category_id=c) for c in dict.fromkeys(said.category_ids)],
        elements=[m.ExhibitElement(element_id=e) for e in dict.fromkeys(said.element_ids)],
    )


def _first_number(session: Session, production: m.Production) -> int:
    exhibits = select(m.Exhibit.number).where(m.Exhibit.party_id == production.party_id)
    withheld = select(m.WithheldItem.number).where(m.WithheldItem.party_id == production.party_id)
    taken = [*session.scalars(exhibits), *session.scalars(withheld)]
    return next_number([parse_number(n) for n in taken]).parts[0]


def _keep_files(
    session: Session, matter_id: UUID, files: Sequence[StoredFile], now: datetime
) -> None:
    by_hash = {file.sha256: file for file in files}
    known = set(
        session.scalars(select(m.StoredFile.sha256).where(m.StoredFile.matter_id == matter_id))
    )
    session.add_all(
        m.StoredFile(
            matter_id=matter_id, sha256=file.sha256, size_bytes=file.size_bytes, stored_at=now
        )
        for sha256, file in by_hash.items()
        if sha256 not in known
    )


def add_archive(
    session: Session,
    actor: Actor,
    production_id: UUID,
    unpacked: Unpacked,
    said: Incoming,
    now: datetime,
) -> list[m.Exhibit]:
    """Add an unpacked archive to the draft. What ``said`` places, it places for every file."""
    files = [
        (
            file,
            Incoming(
                filename=member.filename,
                folder=member.folder,
                media_type=_TYPES.guess_type(member.filename)[0] or "application/octet-stream",
                dated_on=said.dated_on,
                category_ids=said.category_ids,
                element_ids=said.element_ids,
                confidentiality=said.confidentiality,
            ),
        )
        for file, member in unpacked.files
    ]
    return add_files(session, actor, production_id, files, now)


def finish_archive(
    session: Session,
    actor: Actor,
    upload_id: UUID,
    holder: UUID,
    unpacked: Unpacked,
    now: datetime,
) -> m.Upload:
    """Make an uploaded archive's files exhibits, and the upload finished, in one."""
    upload = finishing(session, actor, upload_id, holder)
    said = incoming_of(upload)
    added = add_archive(session, actor, upload.production_id, unpacked, said, now)
    upload.outcome = {
        "added": len(added),
        "refused": [{"name": r.name, "reason": to_json(r.reason)} for r in unpacked.refused],
    }
    mark_finished(session, upload, now)
    return upload


def refusals_of(upload: m.Upload, language: Language) -> list[RefusedEntry]:
    """What a finished archive's upload left out, in the reader's language."""
    refused = (upload.outcome or {}).get("refused", [])
    return [
        RefusedEntry(name=r["name"], reason=sentence(from_json(r["reason"]), language))
        for r in refused
    ]
