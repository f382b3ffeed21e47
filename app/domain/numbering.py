"""Numbers of exhibits (*pièces*): given once, never reused, read as lawyers write them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import total_ordering

from app.errors import Invalid

TEXT_LENGTH_MAX = 32
NUMBER_MAX = 999_999
PARTS_MAX = 4

# « bis », « ter » …: the order in which an inserted exhibit follows its neighbour.
_REPEATS = ("bis", "ter", "quater", "quinquies", "sexies", "septies", "octies", "nonies", "decies")
_PATTERN = re.compile(rf"(\d+(?:(?:-\d+)*|(?:\.\d+)*))(?:\s*({'|'.join(_REPEATS)}))?", re.ASCII)


@total_ordering
@dataclass(frozen=True, slots=True)
class ExhibitNumber:
    """``12``, ``12 bis``, ``12-1``, ``10.1``: whole numbers, and a repeat.

    In order: 3, 3 bis, 3 ter, 3-1, 3-2, 4, 10. Numbers that differ only in their separator
    are two writings of one number, and equal.
    """

    parts: tuple[int, ...]
    repeat: int = 0
    separator: str = field(default="-", compare=False)

    @property
    def text(self) -> str:
        """The canonical writing."""
        number = self.separator.join(str(part) for part in self.parts)
        return f"{number} {_REPEATS[self.repeat - 1]}" if self.repeat else number

    def __str__(self) -> str:
        return self.text

    @property
    def sort_key(self) -> tuple[int, int, tuple[int, ...], int]:
        """What numbers sort by: 3 bis comes right after 3, then 3-1."""
        if len(self.parts) == 1:
            return (self.parts[0], self.repeat, (), 0)
        return (self.parts[0], len(_REPEATS) + 1, self.parts[1:], self.repeat)

    def __lt__(self, other: ExhibitNumber) -> bool:
        return self.sort_key < other.sort_key


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that nobody gave, from ``first`` to ``last``, both included."""

    first: ExhibitNumber
    last: ExhibitNumber

    @property
    def count(self) -> int:
        """How many numbers are missing."""
        return self.last.parts[-1] - self.first.parts[-1] + 1


def parse_number(text: str, field: str = "number") -> ExhibitNumber:
    """Read the number of an exhibit.

    Raises:
        Invalid: on ``field``; it is not a number, or too long, or zero.
    """
    written = text.strip().lower()
    match = _PATTERN.fullmatch(written) if len(written) <= TEXT_LENGTH_MAX else None
    if match is None:
        raise Invalid.field(
            field, "This is not the number of an exhibit. Write 12, 12 bis, 12-1 or 10.1."
        )
    separator = "." if "." in match[1] else "-"
    parts = tuple(int(part) for part in match[1].split(separator))
    if len(parts) > PARTS_MAX or not all(1 <= part <= NUMBER_MAX for part in parts):
        raise Invalid.field(
            field,
            "Each part of a number is from 1 to {largest}, and there are at most {parts}.",
            largest=NUMBER_MAX,
            parts=PARTS_MAX,
        )
    repeat = _REPEATS.index(match[2]) + 1 if match[2] else 0
    return ExhibitNumber(parts, repeat, separator)


def next_number(taken: Iterable[ExhibitNumber]) -> ExhibitNumber:
    """The whole number after the highest one ever given, withdrawn ones included.

    Raises:
        Invalid: on ``number``, when there is none left.
    """
    highest = max((number.parts[0] for number in taken), default=0)
    if highest >= NUMBER_MAX:
        raise Invalid.field("number", "The highest number has been given.")
    return ExhibitNumber((highest + 1,))


def gaps(numbers: Iterable[ExhibitNumber]) -> tuple[Gap, ...]:
    """The holes in a numbering, in order: from 1 up, and from 1 up under each number.

    With 1, 2, 4, 4-1 and 4-3: 3, then 4-2. A number of which only sub-numbers were given
    (5-1 without 5) is not missing.
    """
    levels: dict[tuple[int, ...], set[int]] = {(): set()}
    separators: dict[tuple[int, ...], str] = {}
    for number in numbers:
        for depth, part in enumerate(number.parts):
            levels.setdefault(number.parts[:depth], set()).add(part)
            separators.setdefault(number.parts[:depth], number.separator)
    found = [
        Gap(
            ExhibitNumber((*prefix, low), 0, separators[prefix]),
            ExhibitNumber((*prefix, high), 0, separators[prefix]),
        )
        for prefix, given in levels.items()
        for low, high in _holes(given)
    ]
    return tuple(sorted(found, key=lambda gap: gap.first))


def _holes(given: set[int]) -> Iterable[tuple[int, int]]:
    expected = 1
    for number in sorted(given):
        if number > expected:
            yield expected, number - 1
        expected = number + 1
