"""Spans of whole numbers, and what explains the missing ones."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter

Explained = tuple[int, int, str]
"""From, to, both included, and why."""


def disjoint(spans: Iterable[Explained]) -> list[Explained]:
    """The spans in order, none overlapping another: what two explain, the earlier one does.

    Neighbours with the same reason are one.
    """
    found: list[Explained] = []
    for first, last, why in sorted(spans):
        start = max(first, found[-1][1] + 1) if found else first
        if start > last:
            continue
        if found and found[-1][1:] == (start - 1, why):
            start = found.pop()[0]
        found.append((start, last, why))
    return found


def cut(
    low: int, high: int, explained: Sequence[Explained]
) -> Iterator[tuple[int, int, str | None]]:
    """The hole from ``low`` to ``high`` in pieces, each with what explains it, or None.

    ``explained`` is disjoint and in order.
    """
    at = bisect_left(explained, low, key=itemgetter(1))
    while at < len(explained) and explained[at][0] <= high:
        first, last, why = explained[at]
        at += 1
        if first > low:
            yield low, first - 1, None
            low = first
        yield low, min(last, high), why
        low = last + 1
    if low <= high:
        yield low, high, None
