"""An archive of exhibits on its way, through whatever door: what was sent of it is recorded."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress

import anyio
from anyio import to_thread
from fastapi import Request
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.deps import Door
from app.errors import Busy, Conflict
from app.services.take_stream import TakeStream
from app.services.taking import Plan, held_by, record_taken
from app.storage.filenames import content_disposition

_TRIES = 3


class TakeResponse(StreamingResponse):
    """An archive on its way. However it ends, what was sent is recorded; then whether all was.

    That the last byte was handed on is what a server can know: a line cut later than that
    is not seen from here.
    """

    def __init__(self, door: Door, request: Request, made: Plan, stream: TakeStream) -> None:
        self._door, self._request = door, request
        self._made, self._stream = made, stream
        self._complete = False
        self._blocks = self._watched()
        super().__init__(
            self._blocks,
            headers={
                "Content-Type": "application/zip",
                "Content-Disposition": content_disposition(stream.filename),
                "Content-Security-Policy": "default-src 'none'; sandbox",
                "X-Content-Type-Options": "nosniff",
                "Cache-Control": "no-store",
                # A proxy that held it back would need room for all of it.
                "X-Accel-Buffering": "no",
            },
        )

    async def _watched(self) -> AsyncGenerator[bytes]:
        async with aclosing(self._stream.blocks()) as blocks:
            async for block in blocks:
                yield block
        self._complete = not await self._request.is_disconnected()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, and record what was sent even where the line was cut."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await self._blocks.aclose()
                await to_thread.run_sync(self._record)

    def _record(self) -> None:
        door, sent = self._door, self._stream.sent
        for _ in range(_TRIES):
            # As for a single file: bytes that were sent are not taken back for it.
            with suppress(Busy, Conflict), door.writing() as (session, actor):
                record_taken(session, actor, self._made, sent, door.now, complete=self._complete)
                return


def archive_of(door: Door, request: Request, made: Plan, *, plain_names: bool) -> TakeResponse:
    """The archive of a plan, of what the store has of it. Asked once no view is open."""
    held = held_by(door.store, made)
    stream = TakeStream(
        held, door.store, door.press, door.reading, door.language, plain_names=plain_names
    )
    return TakeResponse(door, request, held, stream)
