"""What is odd in the Bates numbers that a party gave: found across all its productions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import heappop, heappush

from app.domain.bates import BatesNumber, BatesRange
from app.domain.spans import cut, disjoint

FINDINGS_MAX = 10_000


class BatesOddity(StrEnum):
    """What may be wrong with a range of Bates numbers."""

    gap = "gap"
    explained_gap = "explained_gap"
    overlap = "overlap"
    duplicate = "duplicate"
    reversed = "reversed"
    width_change = "width_change"
    prefix_case = "prefix_case"
    page_count = "page_count"


@dataclass(frozen=True, slots=True)
class Numbered:
    """An exhibit with its range, and how many pages it has; None: not known, never none."""

    exhibit: str
    range: BatesRange
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class BatesFinding:
    """One oddity: of which numbers, how many, and the exhibits concerned."""

    kind: BatesOddity
    first: str
    last: str
    count: int
    exhibits: tuple[str, ...] = ()


def bates_findings(
    numbered: Iterable[Numbered],
    withheld: Iterable[BatesRange] = (),
    skipped: Iterable[BatesRange] = (),
) -> tuple[BatesFinding, ...]:
    """Everything odd, series by series, in the order of the numbers; at most ``FINDINGS_MAX``.

    A gap is the missing numbers between the least and the greatest of one prefix. What
    ``withheld`` items and declared skips cover is explained. That page counts disagree with
    spans is a warning: real productions do (a document of 12 pages numbered as one).
    """
    series: dict[str, list[Numbered]] = defaultdict(list)
    for item in numbered:
        series[item.range.first.series].append(item)
    explained: dict[str, list[BatesRange]] = defaultdict(list)
    for each in (*withheld, *skipped):
        explained[each.first.series].append(each)
    found: list[BatesFinding] = []
    for name in sorted(series):
        for finding in _in_series(series[name], explained[name]):
            found.append(finding)
            if len(found) == FINDINGS_MAX:
                return tuple(found)
    return tuple(found)


def collisions(numbered: Iterable[Numbered]) -> Iterator[BatesFinding]:
    """The overlaps and duplicates alone, however many there are."""
    series: dict[str, list[Numbered]] = defaultdict(list)
    for item in numbered:
        if item.range.count:
            series[item.range.first.series].append(item)
    for items in series.values():
        yield from _collisions(sorted(items, key=_place))


def _place(item: Numbered) -> tuple[int, int, str]:
    return (item.range.first.value, item.range.last.value, item.exhibit)


def _in_series(items: list[Numbered], explained: Sequence[BatesRange]) -> Iterator[BatesFinding]:
    items.sort(key=_place)
    forward = [item for item in items if item.range.count]
    yield from _gaps([item.range for item in forward], explained)
    yield from _collisions(forward)
    base = items[0].range.first
    for item in items:
        yield from _of_item(item, base)


def _gaps(ranges: Sequence[BatesRange], explained: Sequence[BatesRange]) -> Iterator[BatesFinding]:
    if not ranges:
        return
    like = ranges[0].first
    covered = ranges[0].last.value
    spans = disjoint((r.first.value, r.last.value, "") for r in explained)
    for each in ranges[1:]:
        if each.first.value > covered + 1:
            for low, high, why in cut(covered + 1, each.first.value - 1, spans):
                kind = BatesOddity.gap if why is None else BatesOddity.explained_gap
                yield _finding(kind, like, low, high)
        covered = max(covered, each.last.value)


def _finding(
    kind: BatesOddity, like: BatesNumber, low: int, high: int, *exhibits: str
) -> BatesFinding:
    first, last = (BatesNumber(like.prefix, value, like.width).text for value in (low, high))
    return BatesFinding(kind, first, last, high - low + 1, exhibits)


def _collisions(items: Sequence[Numbered]) -> Iterator[BatesFinding]:
    """Each pair that shares a number: the same range twice, or parts of two."""
    still_open: list[tuple[int, int]] = []
    for index, item in enumerate(items):
        first, last = item.range.first.value, item.range.last.value
        while still_open and still_open[0][0] < first:
            heappop(still_open)
        for end, other in sorted(still_open, key=lambda pair: pair[1]):
            earlier = items[other]
            same = earlier.range.first.value == first and end == last
            kind = BatesOddity.duplicate if same else BatesOddity.overlap
            shared = min(end, last)
            yield _finding(kind, item.range.first, first, shared, earlier.exhibit, item.exhibit)
        heappush(still_open, (last, index))


def _of_item(item: Numbered, base: BatesNumber) -> Iterator[BatesFinding]:
    first, last = item.range.first, item.range.last
    whole = (first.text, last.text, item.range.count, (item.exhibit,))
    if not item.range.count:
        yield BatesFinding(BatesOddity.reversed, *whole)
    if {first.prefix, last.prefix} != {base.prefix}:
        yield BatesFinding(BatesOddity.prefix_case, *whole)
    # Past 9999 the fifth digit is no change of width: leading zeros are what counts.
    if any(n.width != max(base.width, len(str(n.value))) for n in (first, last)):
        yield BatesFinding(BatesOddity.width_change, *whole)
    if item.pages is not None and item.range.count and item.pages != item.range.count:
        yield BatesFinding(BatesOddity.page_count, *whole)
