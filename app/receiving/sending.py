"""One request that writes to a resumable upload: lease, bytes, records, and the end.

Bytes are hashed and written by the store's threads; the record is asked from there too,
each time after the disk confirmed them. Whatever happens, what was recorded holds.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import suppress
from uuid import UUID, uuid4

from anyio import CancelScope, to_thread
from starlette.requests import ClientDisconnect

from app import models as m
from app.deps import Door, clock
from app.errors import UploadCutOff, UploadGone, UploadRefused
from app.schemas.uploads import UploadIn
from app.services import archives, uploads
from app.services.quotas import room_for
from app.storage.incoming import Remainder
from app.storage.parts import Checksum
from app.storage.store import PartLost

HOLD_ON_SECONDS = 5.0
"""A lease is renewed at most this often, while bytes arrive."""


class Sending:
    """A request that sends to an upload, or only finishes one that has all its bytes."""

    def __init__(
        self,
        door: Door,
        upload_id: UUID,
        *,
        offset: int | None,
        length: int | None = None,
        coming: int | None = None,
        checksum: Checksum | None = None,
    ) -> None:
        self.door = door
        self.upload_id = upload_id
        self.offset = offset
        self.length = length
        self.coming = coming
        self.checksum = checksum
        self.holder = uuid4()
        self.part_id = uuid4()
        self.left: int | None = None
        self.recorded = 0
        self.cut = False
        self._held_at = time.monotonic()

    async def run(self, chunks: AsyncIterable[bytes] | None) -> m.Upload:
        """Take the upload, write ``chunks``, finish it if it is whole; tell how it stands."""
        upload = await to_thread.run_sync(self._take)
        if upload.finished_at is not None:
            self._refuse_more(upload)
            return upload
        try:
            self._refuse_more(upload)
            if chunks is not None and upload.offset_bytes != upload.length_bytes:
                await self._append(upload, chunks)
                upload.offset_bytes = self.recorded
            if upload.offset_bytes == upload.length_bytes:
                return await asyncio.to_thread(self._finish, upload)
        except PartLost:
            await self._let_go()
            raise UploadGone("What had arrived is no longer there; start it again.") from None
        except BaseException:
            await self._let_go()
            raise
        if self.cut:
            raise UploadCutOff("The connection ended before the file did.")
        return upload

    def _take(self) -> m.Upload:
        settings = self.door.settings
        with self.door.writing() as (session, actor):
            upload = uploads.take(
                session, actor, self.upload_id, self.holder, clock(), offset=self.offset
            )
            if self.length is not None:
                uploads.announce_length(
                    session,
                    upload,
                    self.length,
                    bytes_max=settings.upload_bytes_max,
                    matter_bytes_max=settings.matter_bytes_max,
                )
            if upload.length_bytes is None:
                limit = settings.matter_bytes_max
                self.left = room_for(session, upload.matter_id, self.coming, limit)
        self.part_id, self.recorded = upload.part_id, upload.offset_bytes
        return upload

    def _refuse_more(self, upload: m.Upload) -> None:
        """Refuse a body that says itself that it is too long, before it is read."""
        if upload.length_bytes is not None and self.coming is not None:
            left = upload.length_bytes - upload.offset_bytes
            if self.coming > left:
                raise UploadRefused(
                    "The body is longer than the {expected} bytes announced.", expected=left
                )

    async def _append(self, upload: m.Upload, chunks: AsyncIterable[bytes]) -> None:
        parts = self.door.store.parts
        part = await parts.opened(upload.part_id, upload.offset_bytes)
        if part.id != upload.part_id:
            self.part_id = part.id
            try:
                await to_thread.run_sync(self._progress)
            except BaseException:
                part.close()
                raise
        limit = self.door.settings.upload_bytes_max - upload.offset_bytes
        if self.left is not None:
            limit = min(limit, self.left)
        left = None if upload.length_bytes is None else upload.length_bytes - upload.offset_bytes
        self.length = upload.length_bytes
        await parts.append(
            part, self._until_cut(chunks), Remainder(limit, left), self._record, self.checksum
        )

    async def _until_cut(self, chunks: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
        """The chunks, up to a lost connection: what arrived before it counts."""
        try:
            async for chunk in chunks:
                if time.monotonic() - self._held_at > HOLD_ON_SECONDS:
                    await to_thread.run_sync(self._progress)
                yield chunk
        except ClientDisconnect:
            self.cut = True

    def _record(self, offset: int, last: bool) -> None:
        going_on = not last or offset == self.length
        with self.door.writing() as (session, _):
            until = clock() + uploads.LEASE if going_on else None
            uploads.progress(session, self.upload_id, self.holder, until, offset=offset)
        self.recorded = offset
        self._held_at = time.monotonic()

    def _progress(self) -> None:
        self._held_at = time.monotonic()
        with self.door.writing() as (session, _):
            until = clock() + uploads.LEASE
            uploads.progress(session, self.upload_id, self.holder, until, part_id=self.part_id)

    def _hold_on(self) -> None:
        if time.monotonic() - self._held_at > HOLD_ON_SECONDS:
            self._progress()

    def _finish(self, upload: m.Upload) -> m.Upload:
        """Link, then the row and the end of the upload in one; the part goes last.

        A crash in between is healed by the next request: the part still has all its bytes.
        """
        store, now = self.door.store, self.door.now
        limit = self.door.settings.matter_bytes_max
        if UploadIn.model_validate(upload.said).unpack:
            found = self._unpack(upload)
            with self.door.writing() as (session, actor):
                finished = archives.finish_archive(
                    session,
                    actor,
                    self.upload_id,
                    self.holder,
                    found,
                    now,
                    matter_bytes_max=limit,
                )
        else:
            file = store.keep_part(upload.matter_id, self.part_id, upload.offset_bytes)
            with self.door.writing() as (session, actor):
                finished = uploads.finish(
                    session,
                    actor,
                    self.upload_id,
                    self.holder,
                    file,
                    now,
                    matter_bytes_max=limit,
                )
        store.parts.remove(self.part_id)
        self.door.uploaded()
        return finished

    def _unpack(self, upload: m.Upload) -> archives.Unpacked:
        settings = self.door.settings
        with self.door.reading() as (session, _):
            limit = settings.matter_bytes_max
            left = room_for(session, upload.matter_id, None, limit, beside=upload.id)
        total = (
            settings.archive_bytes_max if left is None else min(settings.archive_bytes_max, left)
        )
        with self.door.store.parts.read(self.part_id) as archive:
            return archives.unpack(
                self.door.store,
                upload.matter_id,
                archive,
                file_bytes_max=settings.upload_bytes_max,
                total_bytes_max=total,
                at_each=self._hold_on,
            )

    async def _let_go(self) -> None:
        """Let others write at once; if the record cannot be asked, the lease runs out."""
        with CancelScope(shield=True), suppress(Exception):
            await to_thread.run_sync(self._let_go_now)

    def _let_go_now(self) -> None:
        with self.door.database.writing() as session:
            uploads.let_go(session, self.upload_id, self.holder)
