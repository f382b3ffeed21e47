"""Group commit: uploads that wait at the same moment are added in one transaction.

A commit costs several syncs of the disk, whatever it holds. One writer takes what waits, up to
``GROUP_MAX``, while more arrive; each is answered once that transaction is durable.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

from app import models as m
from app.db import Database
from app.deps import ApiDoor
from app.errors import Fault
from app.services.adding import Arrived, add_together
from app.services.productions import Incoming
from app.storage.store import StoredFile

GROUP_MAX = 64


class NotCommitted(Exception):
    """The database refused the group before its commit."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An upload that waits to be added, and what becomes of it."""

    door: ApiDoor
    production_id: UUID
    file: StoredFile
    said: Incoming
    became: Future[m.Exhibit] = field(default_factory=Future)


class GroupCommit:
    """The one writer of this process that adds single uploads. Used from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: deque[Waiting] = deque()
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="group-commit")

    def add(
        self, door: ApiDoor, production_id: UUID, file: StoredFile, said: Incoming
    ) -> Future[m.Exhibit]:
        """The exhibit, once its row is durable; or the fault that it is refused with."""
        waiting = Waiting(door, production_id, file, said)
        self._waiting.append(waiting)
        self._writer.submit(self._commit_waiting)
        return waiting.became

    def close(self) -> None:
        """Add what waits, then end."""
        self._writer.shutdown()

    def _commit_waiting(self) -> None:
        # Called once for each that waits: what an earlier call took along, a later does not find.
        group = self._next_group()
        if not group:
            return
        try:
            self._commit(group)
        except NotCommitted:
            # Nothing was kept, and the commit was not tried: what one spoilt the others may do.
            for each in group:
                self._commit_alone(each)
        except Exception as error:
            # Whether the commit was kept is not known: each asks again, and nobody does it twice.
            for each in group:
                each.became.set_exception(error)

    def _next_group(self) -> list[Waiting]:
        """The oldest that wait; of two for the same number of a draft, the later waits on."""
        group: list[Waiting] = []
        asked: set[tuple[UUID, str]] = set()
        while self._waiting and len(group) < GROUP_MAX:
            first = self._waiting[0]
            if first.said.number is not None:
                place = first.production_id, first.said.number
                if place in asked:
                    break
                asked.add(place)
            self._waiting.popleft()
            if first.became.set_running_or_notify_cancel():
                group.append(first)
        return group

    def _commit_alone(self, waiting: Waiting) -> None:
        try:
            self._commit([waiting])
        except NotCommitted as spoilt:
            waiting.became.set_exception(spoilt.__cause__ or spoilt)
        except Exception as error:
            waiting.became.set_exception(error)

    def _commit(self, group: Sequence[Waiting]) -> None:
        """One transaction; nobody is answered before it is committed."""
        became: dict[int, m.Exhibit | Fault] = {}
        arrived: dict[int, Arrived] = {}
        limit = group[0].door.settings.matter_bytes_max  # one application, one limit
        with self._database.writing() as session:
            for n, each in enumerate(group):
                try:
                    actor = each.door.admit(session)
                except Fault as fault:
                    became[n] = fault
                else:
                    at = each.door.now
                    arrived[n] = Arrived(actor, each.production_id, each.file, each.said, at)
            try:
                added = add_together(session, list(arrived.values()), matter_bytes_max=limit)
            except Exception as error:
                raise NotCommitted from error
            became |= dict(zip(arrived, added, strict=True))
        for n, each in enumerate(group):
            what = became[n]
            if isinstance(what, Fault):
                each.became.set_exception(what)
            else:
                each.became.set_result(what)


def group_commit(door: ApiDoor) -> GroupCommit:
    """The writer of the door's application."""
    return cast("GroupCommit", door.request.app.state.group_commit)
