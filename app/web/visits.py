"""A signed-in visit: the transaction it reads in, and "last seen" when that is due."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy.orm import Session

from app.deps import PageDoor
from app.domain.access import Actor
from app.errors import Busy, StorageFull
from app.services import signing_in


@contextmanager
def visit(door: PageDoor) -> Iterator[tuple[Session, Actor]]:
    """One consistent view for a page, for somebody who may.

    At most every five minutes the visit is noted afterwards, in a transaction of its own;
    a page is not lost because that could not be written.
    """
    with door.reading() as (session, actor):
        yield session, actor
    signed_in = door.signed_in
    if signed_in is not None and signing_in.due_for_touch(signed_in, door.clock_at):
        with suppress(Busy, StorageFull), door.database.writing() as session:
            signing_in.touch(session, signed_in.id, door.clock_at)
