"""From chunks of any size, as a server hands them on, to blocks worth a trip to a thread."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterable, Callable

from app.storage.incoming import Tally
from app.storage.store import BLOCK_BYTES


async def pour(
    chunks: AsyncIterable[bytes],
    tally: Tally,
    write: Callable[[bytearray], asyncio.Future[None]],
) -> bytearray:
    """Write full blocks, each while the next arrives; return the last, not yet written.

    Holds two blocks at most. Raises what ``tally``, ``write`` or ``chunks`` raise.
    """
    writing: asyncio.Future[None] | None = None
    block = bytearray()
    try:
        async for chunk in chunks:
            tally.add(len(chunk))
            left = memoryview(chunk)
            while left:
                taken = left[: BLOCK_BYTES - len(block)]
                block += taken
                left = left[len(taken) :]
                if len(block) == BLOCK_BYTES:
                    if writing is not None:
                        await writing
                    writing, block = write(block), bytearray()
        tally.end()
        if writing is not None:
            await writing
    except BaseException:
        if writing is not None:
            writing.cancel()
        raise
    return block
