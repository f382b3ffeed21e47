"""The documents of a category: which count, since when, and with which deposit they came.

A withdrawn exhibit counts no more from the withdrawal's effect on; as of a day before, it
still did. A replaced one and what replaces it are one document, counted once, with the
first of them that was not withdrawn (docs/decisions/0010).

CPC art. 132 and 135: a party communicates each *pièce* at its own time, and only a judge
sets aside what was not communicated in due time. To replace takes nothing back, so what
came in time stays in time; to withdraw does. Whether what came first was worth anything is
for a judge to find, never for a count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.domain.details import CategoryAnswer, ExhibitReplaced, ExhibitWithdrawn


class MoveKind(StrEnum):
    """Why the number of documents that count changed."""

    came = "came"
    withdrawn = "withdrawn"
    replaced = "replaced"


@dataclass(frozen=True, slots=True)
class Move:
    """``documents`` more, or fewer, of those that came at ``delivered_at`` count from ``at`` on.

    ``declared_total`` is what the deposit said of how many there are, when it said so.
    """

    at: datetime
    delivered_at: datetime
    documents: int
    why: MoveKind = MoveKind.came
    declared_total: int | None = None


@dataclass(slots=True)
class DocumentCount:
    """The count of one category's documents, as its events follow each other in time."""

    category_id: UUID
    moves: list[Move] = field(default_factory=list)
    # How many count, by when they came: kept, for a long record asks at each event.
    _of: dict[datetime, int] = field(default_factory=dict)
    # Each production's time; each named exhibit's production; what came before each.
    _came_at: dict[UUID, datetime] = field(default_factory=dict)
    _came_with: dict[UUID, UUID] = field(default_factory=dict)
    _earlier: dict[UUID, list[UUID]] = field(default_factory=dict)
    _later: dict[UUID, list[UUID]] = field(default_factory=dict)
    _withdrawn: set[UUID] = field(default_factory=set)
    _out: dict[UUID, MoveKind] = field(default_factory=dict)

    @property
    def now(self) -> int:
        """How many count."""
        return sum(self._of.values())

    def by(self, at: datetime) -> int:
        """How many of those count that came by ``at``."""
        return sum(n for delivered_at, n in self._of.items() if delivered_at <= at)

    def deposit(self, at: datetime, production_id: UUID, answer: CategoryAnswer) -> None:
        """Count what one deposit brings."""
        self._came_at.setdefault(production_id, at)
        self._move(Move(at, at, answer.documents, declared_total=answer.declared_total))

    def withdraw(self, at: datetime, said: ExhibitWithdrawn) -> None:
        """Count a withdrawn exhibit no more; what replaced it now counts for itself."""
        if self._counted(said.production_id, said.counted_in):
            self._came_with[said.exhibit_id] = said.production_id
            self._withdrawn.add(said.exhibit_id)
            self._settle(at, said.exhibit_id)

    def replace(self, at: datetime, said: ExhibitReplaced) -> None:
        """Count an exhibit and the later one in its place as one document."""
        one, other = said.exhibit_id, said.by_exhibit_id
        if one in {other, *_walk(self._later, other)}:
            return  # nothing is replaced by what it replaced itself
        if self._counted(said.production_id, said.counted_in):
            self._came_with[other] = said.production_id
            self._earlier.setdefault(other, []).append(one)
            self._later.setdefault(one, []).append(other)
            self._settle(at, other)

    def _counted(self, production_id: UUID, categories: Iterable[UUID]) -> bool:
        return self.category_id in categories and production_id in self._came_at

    def _settle(self, at: datetime, exhibit_id: UUID) -> None:
        """Bring the count of an exhibit, and of those that replaced it, up to date."""
        for each in (exhibit_id, *_walk(self._later, exhibit_id)):
            held, holds = self._out.get(each), self._why_out(each)
            if held is holds:
                continue
            delivered_at = self._came_at[self._came_with[each]]
            if held is not None:
                self._move(Move(at, delivered_at, 1, held))
                del self._out[each]
            if holds is not None:
                self._move(Move(at, delivered_at, -1, holds))
                self._out[each] = holds

    def _move(self, move: Move) -> None:
        self.moves.append(move)
        self._of[move.delivered_at] = self._of.get(move.delivered_at, 0) + move.documents

    def _why_out(self, exhibit_id: UUID) -> MoveKind | None:
        if exhibit_id in self._withdrawn:
            return MoveKind.withdrawn
        stands = any(e not in self._withdrawn for e in _walk(self._earlier, exhibit_id))
        return MoveKind.replaced if stands else None


def _walk(links: dict[UUID, list[UUID]], start: UUID) -> Iterator[UUID]:
    """All that the links lead to from ``start``, each once."""
    seen: set[UUID] = set()
    waiting = list(links.get(start, ()))
    while waiting:
        found = waiting.pop()
        if found not in seen:
            seen.add(found)
            yield found
            waiting += links.get(found, ())
