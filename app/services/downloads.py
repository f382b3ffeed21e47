"""Downloads: an exhibit's bytes for whoever may have them, headed so that nothing runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

from sqlalchemy.orm import Session

from app import models as m
from app.domain.access import Action, Actor
from app.services.access import authorize
from app.services.productions import exhibit_of, production_of, production_place
from app.storage.digests import format_content_digest
from app.storage.filenames import content_disposition
from app.storage.store import BLOCK_BYTES, FileStore


@dataclass(frozen=True, slots=True)
class Download:
    """An open file, and the headers that let a browser save it and nothing else."""

    file: BinaryIO
    headers: dict[str, str]

    def blocks(self) -> Iterator[bytes]:
        """The bytes, a block at a time; the file is closed at the end."""
        with self.file as file:
            while block := file.read(BLOCK_BYTES):
                yield block


def download(session: Session, actor: Actor, exhibit_id: UUID, store: FileStore) -> Download:
    """Open an exhibit's file. ``NotFound`` when it does not exist for the actor."""
    exhibit = exhibit_of(session, actor, exhibit_id)
    production = production_of(session, actor, exhibit.production_id)
    authorize(actor, Action.exhibit_download, production_place(session, production))
    headers = _headers(exhibit)
    return Download(store.open(exhibit.matter_id, exhibit.sha256), headers)


def _headers(exhibit: m.Exhibit) -> dict[str, str]:
    digest = bytes.fromhex(exhibit.sha256)
    return inert_headers(exhibit.filename, exhibit.size_bytes, digest)


def inert_headers(
    name: str, size_bytes: int, sha256: bytes, media_type: str = "application/octet-stream"
) -> dict[str, str]:
    """The headers of an attachment: whatever the file holds, nothing in it runs."""
    return {
        "Content-Type": media_type,
        "Content-Length": str(size_bytes),
        "Content-Disposition": content_disposition(name),
        "Content-Digest": format_content_digest(sha256),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
