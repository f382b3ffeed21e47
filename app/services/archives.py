"""Archives: what is in one, stored together, becomes exhibits of a draft in one transaction."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO
from uuid import UUID

from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.errors import UploadRefused
from app.language import Language, sentence
from app.phrases import from_json, to_json
from app.schemas.uploads import RefusedEntry
from app.services.adding import add_exhibits
from app.services.productions import Incoming
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


def add_archive(
    session: Session,
    actor: Actor,
    production_id: UUID,
    unpacked: Unpacked,
    said: Incoming,
    now: datetime,
    *,
    matter_bytes_max: int,
    upload_id: UUID | None = None,
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
    return add_exhibits(
        session,
        actor,
        production_id,
        files,
        now,
        matter_bytes_max=matter_bytes_max,
        upload_id=upload_id,
    )


def finish_archive(
    session: Session,
    actor: Actor,
    upload_id: UUID,
    holder: UUID,
    unpacked: Unpacked,
    now: datetime,
    *,
    matter_bytes_max: int,
) -> m.Upload:
    """Make an uploaded archive's files exhibits, and the upload finished, in one."""
    upload = finishing(session, actor, upload_id, holder)
    said = incoming_of(upload)
    added = add_archive(
        session,
        actor,
        upload.production_id,
        unpacked,
        said,
        now,
        matter_bytes_max=matter_bytes_max,
        upload_id=upload.id,
    )
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
