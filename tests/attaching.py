"""An event recorded with a file, by the verbs: what other tests read and tamper with."""

from __future__ import annotations

import io
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app import models as m
from app.db import Database
from app.schemas.events import EVENT_IN
from app.services.event_files import Attached, Attachment
from app.services.events import record_event
from app.storage.store import FileStore
from tests.cast import Cast

DISPUTE = {
    "kind": "dispute",
    "effective_on": "2021-09-20",
    "text": "Incomplet",
    "reason": "Conclusions",
}


def attached(store: FileStore, matter_id: UUID, *files: tuple[str, bytes]) -> Attached:
    """Files stored and about to be recorded."""
    return Attached(
        [
            Attachment(name, store.put(matter_id, io.BytesIO(body), size_max_bytes=10**6))
            for name, body in files
        ]
    )


def event_with_files(
    database: Database,
    store: FileStore,
    cast: Cast,
    order_id: UUID,
    now: datetime,
    *files: tuple[str, bytes],
) -> tuple[UUID, list[UUID]]:
    """Record a dispute as the clerk, with these files: the event, and each file's identifier."""
    with database.writing() as session:
        actor = cast.actor(session, "clerk")
        data = EVENT_IN.validate_python(DISPUTE)
        given = attached(store, cast.matter.id, *files)
        event = record_event(session, actor, order_id, data, now, given)
        ids = session.scalars(
            select(m.EventFile.id)
            .where(m.EventFile.event_id == event.id)
            .order_by(m.EventFile.position)
        )
        return event.id, list(ids)
