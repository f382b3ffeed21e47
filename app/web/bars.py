"""A figure of statistics: the rows of a table, and the same rows as bars to one scale."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.statistics import FEW, DueState

_ROW, _SHORT_ROW = 38, 24
_LABEL, _SCALE = 30.0, 54.0
"""Per cent of the width: of a month's name, and of the longest bar beside it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a line: what it is, and how many. ``kind`` is its class in the drawing."""

    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a figure; ``parts`` answer to its columns. ``address``: who they are."""

    label: str
    parts: tuple[Part, ...]
    mark: str = ""
    share: str | None = None
    address: str | None = None

    @property
    def count(self) -> int:
        """All of its parts."""
        return sum(part.count for part in self.parts)


@dataclass(frozen=True, slots=True)
class Bar:
    """A part as drawn: place and width in per cent of the drawing's width."""

    kind: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line as drawn, its upper edge at ``y``."""

    line: Line
    y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """What is counted, of how many, and row by row.

    ``measures`` are figures that stand above it (a median), each with its words. ``legend``
    are the kinds of part that a word tells apart.
    """

    name: str
    title: str
    first: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    about: str
    measures: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    short: bool = False
    legend: tuple[DueState, ...] = ()

    @property
    def count(self) -> int:
        """How many it is of."""
        return sum(line.count for line in self.lines)

    @property
    def few(self) -> bool:
        """Whether it is of so few that no share is given."""
        return self.count < FEW

    @property
    def shares(self) -> bool:
        """Whether there are enough for shares in per cent."""
        return any(line.share for line in self.lines)

    @property
    def height(self) -> int:
        """Of the drawing, in pixels."""
        return len(self.lines) * self._row + 2

    @property
    def _row(self) -> int:
        return _SHORT_ROW if self.short else _ROW

    def drawn(self) -> Iterable[DrawnLine]:
        """The lines as bars: to one scale, a part that is there never too thin to be seen."""
        most = max((line.count for line in self.lines), default=0) or 1
        left, scale = (_LABEL, _SCALE) if self.short else (0.0, 100.0)
        for at, line in enumerate(self.lines):
            bars, x = [], left
            for part in line.parts:
                if part.count:
                    width = max(0.4, part.count * scale / most)
                    bars.append(Bar(part.kind, round(x, 2), round(width, 2)))
                    x += width
            yield DrawnLine(line, at * self._row, tuple(bars))
