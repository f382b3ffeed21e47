"""What the address of the list asks for; every link changes one thing of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query

from app.domain.access import Actor, Role
from app.domain.status import Status
from app.schemas.courts import Code
from app.services.listing import Sort
from app.services.statuses import OPEN
from app.web.asked import CourtDay, blank_is_none

QUESTION_CHARS_MAX = 200
LATE_DAYS_MAX = 36_500
OVERDUE = (Status.overdue_nothing, Status.overdue_partly)


class Owed(StrEnum):
    """Not one status, but all that leave something owed."""

    owed = "owed"


class Whose(StrEnum):
    """Whose orders: those that the reader is in charge of, or all they may see."""

    mine = "mine"
    all = "all"


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as its address asks for it, what is not said filled in."""

    statuses: tuple[Status, ...]
    sort: Sort
    whose: Whose
    court: str | None = None
    matter: UUID | None = None
    as_of: date | None = None
    late: int | None = None
    q: str = ""

    def pairs(self) -> list[tuple[str, str]]:
        """The address's query, everything said, so that it means the same to anybody."""
        owed = set(self.statuses) == set(OPEN)
        pairs = [("status", s) for s in ([Owed.owed.value] if owed else self.statuses)]
        pairs += [("sort", self.sort.value), ("whose", self.whose.value)]
        rest = {
            "court": self.court,
            "matter": self.matter,
            "as_of": self.as_of,
            "late": self.late,
            "q": self.q,
        }
        return pairs + [(name, str(value)) for name, value in rest.items() if value]

    def address(self, path: str = "/", **more: str | None) -> str:
        """The address of this list, or of another form of it at ``path``."""
        return f"{path}?{urlencode(self.pairs() + [(k, v) for k, v in more.items() if v])}"

    def bearing(self, statuses: Sequence[Status]) -> str:
        """The address of the same list with other statuses."""
        return replace(self, statuses=tuple(statuses)).address()

    def of(self, whose: Whose) -> str:
        """The address of the same list of the reader's orders, or of everybody's."""
        return replace(self, whose=whose).address()

    def by(self, first: Sort, other: Sort) -> str:
        """The address of the same list sorted by ``first``, or by ``other`` where it is so."""
        return replace(self, sort=other if self.sort is first else first).address()

    def without(self, *names: str) -> str:
        """The address of the same list less narrowed."""
        kept = [pair for pair in self.pairs() if pair[0] not in names]
        return f"/?{urlencode(kept)}"

    def late_on(self, today: date) -> date | None:
        """The last day on or before which what is so many days late was due."""
        return None if self.late is None else today - timedelta(days=self.late)


@dataclass(frozen=True, slots=True)
class Sent:
    """The query as sent: what it does not say, the reader's role decides."""

    status: tuple[Status | Owed, ...]
    sort: Sort | None
    whose: Whose | None
    court: str | None
    matter: UUID | None
    as_of: date | None
    late: int | None
    q: str

    def read_by(self, actor: Actor, *, has_taken: bool) -> Asked:
        """The list for this reader.

        A clerk's is *mine, overdue, newest first*; where they have taken charge of nothing,
        mine is all. Anybody else's is what is still owed, the earliest first. Who searches,
        or asks for a matter, looks among all that is owed or was.
        """
        clerk = any(g.role is Role.clerk for g in actor.grants)
        looks = bool(self.q or self.matter)
        usual = tuple(Status) if looks else OVERDUE if clerk or self.late else OPEN
        statuses = [s for s in self.status if isinstance(s, Status)]
        statuses += [s for s in OPEN if Owed.owed in self.status and s not in statuses]
        mine = has_taken and not looks
        return Asked(
            statuses=tuple(statuses) or usual,
            sort=self.sort or (Sort.due_desc if clerk else Sort.due),
            whose=self.whose or (Whose.mine if mine else Whose.all),
            court=self.court,
            matter=self.matter,
            as_of=self.as_of,
            late=self.late,
            q=self.q,
        )


def asked(
    status: Annotated[list[Status | Owed] | None, Query(max_length=20)] = None,
    sort: Annotated[Sort | None, blank_is_none, Query()] = None,
    whose: Annotated[Whose | None, blank_is_none, Query()] = None,
    court: Annotated[Code | None, blank_is_none, Query()] = None,
    matter: Annotated[UUID | None, blank_is_none, Query()] = None,
    as_of: CourtDay = None,
    late: Annotated[int | None, blank_is_none, Query(ge=1, le=LATE_DAYS_MAX)] = None,
    q: Annotated[str, Query(max_length=QUESTION_CHARS_MAX)] = "",
) -> Sent:
    """Read the query of a list."""
    return Sent(tuple(status or ()), sort, whose, court, matter, as_of, late, q.strip())
