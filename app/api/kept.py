"""Answers kept, and given again while they are certainly still true.

A kept answer is given only to who asks the same of the same record (``Database.mark``, which
any commit changes), with the same roles and language, and only until the next instant at
which time alone changes it. Who asks is read from the database at every request, before
anything kept is looked at.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from fastapi import Response
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.api.answers import JSON
from app.deps import ApiDoor
from app.domain.access import Actor


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer's bytes, true from ``since`` on, until ``until`` (None: as long as the record)."""

    body: bytes
    since: datetime
    until: datetime | None

    def holds(self, now: datetime) -> bool:
        """Whether it is still the answer at ``now``, of the record it was given on."""
        return self.until is None or self.since <= now < self.until


class KeptAnswers:
    """Answers by what they answer, in a bounded number of bytes; the longest unused go first."""

    def __init__(self, bytes_max: int) -> None:
        self._bytes_max = bytes_max
        self._bytes = 0
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._lock = Lock()

    def find(self, question: Hashable, now: datetime) -> bytes | None:
        """The answer to the question, if one is kept that holds at ``now``."""
        with self._lock:
            kept = self._kept.get(question)
            if kept is None or not kept.holds(now):
                return None
            self._kept.move_to_end(question)
            return kept.body

    def keep(self, question: Hashable, kept: Kept) -> None:
        """Keep an answer, and drop what there is no room for."""
        with self._lock:
            before = self._kept.pop(question, None)
            self._bytes += len(kept.body) - (len(before.body) if before else 0)
            self._kept[question] = kept
            while self._bytes > self._bytes_max:
                _, dropped = self._kept.popitem(last=False)
                self._bytes -= len(dropped.body)


def answer_kept(
    door: ApiDoor,
    session: Session,
    actor: Actor,
    asked: tuple[Hashable, ...],
    answer: Callable[[], tuple[BaseModel, datetime | None]],
) -> Response:
    """Answer from what is kept, or by ``answer``, which also says until when that holds.

    ``asked`` must name the route and everything that the answer depends on besides the
    record, the actor, the language and the time.
    """
    answers: KeptAnswers = door.request.app.state.answers
    # The mark comes first: what is read after it is never older than it says.
    question = (door.database.mark(session), actor, door.language, asked)
    body = answers.find(question, door.now)
    if body is None:
        found, until = answer()
        body = found.model_dump_json().encode()
        answers.keep(question, Kept(body, door.now, until))
    return Response(body, media_type=JSON)
