"""Downloads: an exhibit's bytes for whoever may have them, headed so that nothing runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from uuid import UUID

from sqlalchemy.orm import Session

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
    headers = download_headers(exhibit.filename, exhibit.size_bytes, exhibit.sha256)
    return Download(store.open(exhibit.matter_id, exhibit.sha256), headers)


def download_headers(filename: str, size_bytes: int, sha256: str) -> dict[str, str]:
    """Whatever the file holds, nothing in it runs."""
    return {
        "Content-Type": "application/octet-stream",
        "Content-Length": str(size_bytes),
        "Content-Disposition": content_disposition(filename),
        "Content-Digest": format_content_digest(bytes.fromhex(sha256)),
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
