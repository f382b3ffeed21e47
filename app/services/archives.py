"""Archives: what is in one, stored together, becomes exhibits of a draft in one transaction."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Generic, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Actor
from app.errors import UploadRefused
from app.language import Language, sentence
from app.phrases import from_json, to_json
from app.schemas.uploads import RefusedEntry
from app.services.adding import add_exhibits
from app.services.productions import Incoming, draft_row
from app.services.uploads import finishing, incoming_of, mark_finished
from app.storage.archive import Member, Refusal, read_archive, unpacked
from app.storage.store import FileStore, StoredFile

_TYPES = mimetypes.MimeTypes(filenames=())  # what the machine has installed decides nothing


T = TypeVar("T")


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
            refused.append(Refusal(_path(member), file.message))
        else:
            files.append((file, member))
    return Unpacked(tuple(files), tuple(refused))


def _path(member: Member) -> str:
    return "/".join(filter(None, (member.folder, member.filename)))


class Present(NamedTuple):
    """A file of an archive that the draft held already, and as which exhibit."""

    name: str
    exhibit_id: UUID
    number: str


class Taken(NamedTuple, Generic[T]):
    """What became of an archive's files: what is shown of exhibits made, and those there before."""

    added: list[T]
    present: list[Present]


def add_archive(
    session: Session,
    actor: Actor,
    production_id: UUID,
    unpacked: Unpacked,
    said: Incoming,
    now: datetime,
    shown: Callable[[m.Exhibit], T],
    *,
    matter_bytes_max: int,
    upload_id: UUID | None = None,
) -> Taken[T]:
    """Add an unpacked archive to the draft. What ``said`` places, it places for every file.

    A file that lies in the draft with the same folder, name and bytes is left as it is: an
    archive sent again adds nothing twice. Raises as ``adding.add_exhibit`` does.
    """
    fresh, present = _sorted_out(session, actor, production_id, unpacked)
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
        for file, member in fresh
    ]
    if not files:
        return Taken([], present)
    added = add_exhibits(
        session,
        actor,
        production_id,
        files,
        now,
        shown,
        matter_bytes_max=matter_bytes_max,
        upload_id=upload_id,
    )
    return Taken(added, present)


def _sorted_out(
    session: Session, actor: Actor, production_id: UUID, unpacked: Unpacked
) -> tuple[list[tuple[StoredFile, Member]], list[Present]]:
    """The files that the draft does not hold yet, and those that it does; the draft is held."""
    draft_row(session, production_id).open_to(actor)
    rows = session.execute(
        select(
            m.Exhibit.folder, m.Exhibit.filename, m.Exhibit.sha256, m.Exhibit.id, m.Exhibit.number
        )
        .where(m.Exhibit.production_id == production_id)
        .order_by(m.Exhibit.position.desc())
    )
    there = {(folder, name, sha256): (own, number) for folder, name, sha256, own, number in rows}
    fresh: list[tuple[StoredFile, Member]] = []
    present: list[Present] = []
    for file, member in unpacked.files:
        held = there.get((member.folder, member.filename, file.sha256))
        if held is None:
            fresh.append((file, member))
        else:
            present.append(Present(_path(member), *held))
    return fresh, present


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
    taken = add_archive(
        session,
        actor,
        upload.production_id,
        unpacked,
        said,
        now,
        lambda exhibit: None,  # its answer counts them
        matter_bytes_max=matter_bytes_max,
        upload_id=upload.id,
    )
    upload.outcome = {
        "added": len(taken.added),
        "present": len(taken.present),
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
