"""Uploads that come at the same moment are admitted in one view of the record.

Opening a view costs more than asking in it. One reader takes who waits, up to ``GROUP_MAX``, and
only then opens the view: nobody is judged by a record older than their request.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

from sqlalchemy.orm import Session

from app.db import Database
from app.deps import ApiDoor
from app.errors import Fault
from app.services.quotas import Admission

GROUP_MAX = 64


@dataclass(frozen=True, slots=True)
class Asking:
    """An upload whose first byte is not read yet, and what it is told."""

    door: ApiDoor
    production_id: UUID
    announced_bytes: int | None
    told: Future[Admission] = field(default_factory=Future)

    def answer(self, session: Session) -> None:
        """Judge it by itself: what it is refused for leaves the others alone."""
        try:
            admitted = self.door.admit_file_in(session, self.production_id, self.announced_bytes)
        except Fault as fault:
            self.told.set_exception(fault)
        else:
            self.told.set_result(admitted)


class Admissions:
    """The one reader of this process that admits single uploads. Used from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asking: deque[Asking] = deque()
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="admissions")

    def ask(
        self, door: ApiDoor, production_id: UUID, announced_bytes: int | None
    ) -> Future[Admission]:
        """As ``Door.admit_file``, and it raises the same."""
        asking = Asking(door, production_id, announced_bytes)
        self._asking.append(asking)
        self._reader.submit(self._answer_asking)
        return asking.told

    def close(self) -> None:
        """Answer who waits, then end."""
        self._reader.shutdown()

    def _answer_asking(self) -> None:
        # Called once for each that asks: whom an earlier call took along, a later does not find.
        group = self._next_group()
        if not group:
            return
        try:
            with self._database.reading() as session:
                for each in group:
                    each.answer(session)
        except Exception as error:
            _tell(group, error)

    def _next_group(self) -> list[Asking]:
        group: list[Asking] = []
        while self._asking and len(group) < GROUP_MAX:
            first = self._asking.popleft()
            if first.told.set_running_or_notify_cancel():
                group.append(first)
        return group


def _tell(group: Sequence[Asking], error: Exception) -> None:
    for each in group:
        if not each.told.done():
            each.told.set_exception(error)


def admissions(door: ApiDoor) -> Admissions:
    """The reader of the door's application."""
    return cast("Admissions", door.request.app.state.admissions)
