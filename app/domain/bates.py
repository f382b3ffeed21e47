"""Bates numbers: a prefix and a number of fixed width, given in ranges, never twice.

Read as e-discovery writes them: the last run of digits is the number, unless a page suffix is
seen throughout (``ABC0005.001``). Order and gaps use what was read, never the text. Limits
on what is given out: Everlaw's (a prefix of letters, digits, hyphen, underscore, space that
does not end in a digit) and the FTC's (no space, leading zeros).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import total_ordering

from app.errors import Invalid

TEXT_LENGTH_MAX = 60
PREFIX_LENGTH_MAX = 40
WIDTH_MAX = 12
PAGES_MAX = 1_000_000

_NUMBER = re.compile(r"(?P<prefix>.*?)(?P<digits>[0-9]+)", re.DOTALL)
_PAGED = re.compile(r"(?P<prefix>.*?)(?P<digits>[0-9]+)(?P<suffix>[._-][0-9]+)", re.DOTALL)
_PREFIX = re.compile(r"[^\W_](?:[^\W]|[-.])*", re.ASCII)
_READABLE = re.compile(r"[^\x00-\x1f\x7f\[\](){}<>]*")


@total_ordering
@dataclass(frozen=True, slots=True)
class BatesNumber:
    """``ABC-000123``: prefix, value, width of the digits, page suffix if there is one.

    Two that differ in the prefix's case or in leading zeros name the same page.
    """

    prefix: str
    value: int
    width: int = 1
    suffix: str = ""

    @property
    def text(self) -> str:
        """The writing, with its leading zeros."""
        return f"{self.prefix}{self.value:0{self.width}d}{self.suffix}"

    def __str__(self) -> str:
        return self.text

    @property
    def series(self) -> str:
        """What numbers must share to follow each other."""
        return self.prefix.casefold()

    @property
    def sort_key(self) -> tuple[str, int, str]:
        """What numbers sort by: 9 before 10."""
        return (self.series, self.value, self.suffix)

    def __lt__(self, other: BatesNumber) -> bool:
        return self.sort_key < other.sort_key

    def __add__(self, pages: int) -> BatesNumber:
        return BatesNumber(self.prefix, self.value + pages, self.width, self.suffix)


@dataclass(frozen=True, slots=True)
class BatesRange:
    """From ``first`` to ``last``, both included, in one series."""

    first: BatesNumber
    last: BatesNumber

    @property
    def count(self) -> int:
        """How many numbers it spans; of a reversed one, none."""
        return max(self.last.value - self.first.value + 1, 0)

    @property
    def text(self) -> str:
        """``ABC0001 - ABC0005``, or the one number."""
        return self.first.text if self.count == 1 else f"{self.first.text} - {self.last.text}"

    def overlaps(self, other: BatesRange) -> bool:
        """Whether some number lies in both."""
        return (
            self.first.series == other.first.series
            and self.first.value <= other.last.value
            and other.first.value <= self.last.value
        )


def parse_bates(text: str, field: str = "bates", *, page_suffix: bool = False) -> BatesNumber:
    """Read a Bates number.

    Raises:
        Invalid: on ``field``; it does not end in digits (a letter suffix is not read), is too
            long, or holds brackets or control characters.
    """
    text = text.strip()
    pattern = _PAGED if page_suffix else _NUMBER
    match = pattern.fullmatch(text) if len(text) <= TEXT_LENGTH_MAX else None
    if match is None or not _READABLE.fullmatch(match["prefix"]):
        raise Invalid.field(
            field, "This is not a Bates number: a prefix, then digits, as in ABC000123."
        )
    if not page_suffix:
        # The last run of digits, whole: a lazy prefix stops before the first.
        digits = re.search(r"[0-9]+$", text)
        assert digits is not None  # noqa: S101  it ends in digits
        return _number(text[: digits.start()], digits[0], "", field)
    return _number(match["prefix"], match["digits"], match["suffix"], field)


def _number(prefix: str, digits: str, suffix: str, field: str) -> BatesNumber:
    if len(digits) > 18:
        raise Invalid.field(field, "A Bates number has at most {most} digits.", most=18)
    return BatesNumber(prefix, int(digits), len(digits), suffix)


def page_suffix_seen(texts: Iterable[str]) -> bool:
    """Whether every number bears a page suffix (``ABC0005.001``), so that it is one.

    Of one width, and behind numbers that differ: a constant head (``2021-0001``) is a prefix.
    """
    matches = [_PAGED.fullmatch(text.strip()) for text in texts]
    found = [match for match in matches if match is not None]
    return (
        bool(found)
        and len(found) == len(matches)
        and len({len(match["suffix"]) for match in found}) == 1
        and len({match["digits"] for match in found}) > 1
    )


def parse_range(
    first: str, last: str | None, field: str = "bates", *, page_suffix: bool = False
) -> BatesRange:
    """Read a range; without ``last`` it is one number.

    Raises:
        Invalid: on ``field``; not numbers, of two series, or reversed.
    """
    start = parse_bates(first, field, page_suffix=page_suffix)
    end = parse_bates(last, field, page_suffix=page_suffix) if last else start
    if start.series != end.series:
        raise Invalid.field(field, "A range of Bates numbers has one prefix.")
    if end.value < start.value:
        raise Invalid.field(
            field, "This range is reversed: {first} comes after {last}.", first=first, last=last
        )
    return BatesRange(start, end)


def check_prefix(prefix: str, *, purely_numeric: bool = False, field: str = "prefix") -> str:
    """A prefix fit to be given out, or ``Invalid`` on ``field``.

    Numbers without one are told apart from others' only when asked for (``purely_numeric``).
    """
    if purely_numeric and not prefix:
        return prefix
    fits = len(prefix) <= PREFIX_LENGTH_MAX and _PREFIX.fullmatch(prefix)
    if not fits or prefix[-1].isdigit():
        raise Invalid.field(
            field,
            "A prefix has letters, digits, hyphens, underscores or points, no space or bracket, "
            "begins with a letter or digit, does not end in a digit, and has at most {most} "
            "characters.",
            most=PREFIX_LENGTH_MAX,
        )
    return prefix


def next_start(prefix: str, given: Iterable[BatesRange]) -> int:
    """The number after the highest ever given with the prefix, in any case; 1 without any."""
    series = prefix.casefold()
    return max((r.last.value for r in given if r.first.series == series), default=0) + 1


def allot(prefix: str, width: int, start: int, counts: Iterable[int]) -> tuple[BatesRange, ...]:
    """Consecutive ranges from ``start``, one for each count (1 or more).

    Raises:
        Invalid: on ``width``, when the last number has more digits than that.
    """
    ranges = []
    for count in counts:
        ranges.append(
            BatesRange(
                BatesNumber(prefix, start, width), BatesNumber(prefix, start + count - 1, width)
            )
        )
        start += count
    if start - 1 >= 10**width:
        raise Invalid.field(
            "width", "{last} does not fit into {width} digits.", last=start - 1, width=width
        )
    return tuple(ranges)
