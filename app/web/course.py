"""The course of an order as a drawing: lanes of days, with long empty stretches cut short.

Made on the server, of words and shapes; what it shows stands in words in the record below it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from app.domain.course import Lane, Mark, SpanKind
from app.domain.events import EventKind, Finding, FindingOutcome

WIDTH, LEFT, RIGHT = 960, 170, 40
LANE, TOP, BAR = 46, 34, 12
GAP_DAYS_MAX = 150
"""The longest stretch without anything in it that is drawn to scale."""
_DATE_WIDTH = 92

SIGNS = {
    EventKind.service: "▶",
    EventKind.extension: "↦",
    EventKind.stay: "‖",
    EventKind.stay_lifted: "▷",
    EventKind.appeal: "§",
    EventKind.appeal_decided: "§",
    EventKind.objection: "?",
    EventKind.dispute: "?",
    EventKind.ruling: "!",
    EventKind.penalty_set: "¤",
    EventKind.penalty_liquidated: "¤",
    EventKind.withdrawal: "×",
    EventKind.set_aside: "×",
    EventKind.exhibit_withdrawn: "×",
    EventKind.exhibit_replaced: "→",
}
OTHER, ON_TIME, LATE, SUFFICIENT, INSUFFICIENT = "·", "●", "◆", "✓", "✗"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A span, in units of the drawing."""

    kind: SpanKind
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Sign:
    """A mark: its sign, where it stands, how far it is moved down beside others of its day."""

    mark: Mark
    sign: str
    x: float
    lift: int


@dataclass(frozen=True, slots=True)
class DrawnLane:
    """A lane, its upper edge at ``y``."""

    lane: Lane
    y: int
    spans: tuple[Drawn, ...]
    signs: tuple[Sign, ...]
    due_x: float | None


@dataclass(frozen=True, slots=True)
class Tick:
    """A day named above the lanes."""

    on: date
    x: float


@dataclass(frozen=True, slots=True)
class CourseDrawing:
    """All of it; sizes in the units of the view box."""

    width: int
    height: int
    left: int
    right: int
    lanes: tuple[DrawnLane, ...]
    ticks: tuple[Tick, ...]
    breaks: tuple[float, ...]
    until: Tick
    as_of: Tick

    @property
    def kinds(self) -> list[SpanKind]:
        """The kinds of span that are there, for the legend."""
        there = {s.kind for lane in self.lanes for s in lane.spans}
        return [k for k in SpanKind if k in there]

    @property
    def signs(self) -> list[str]:
        """The signs that are there, for the legend."""
        return list(dict.fromkeys(s.sign for lane in self.lanes for s in lane.signs))


def drawing(lanes: Sequence[Lane], made_on: date, as_of: date, until_on: date) -> CourseDrawing:
    """The lanes drawn from the day the order was made until ``until_on``; ``as_of`` is marked."""
    days = sorted(set(_days(lanes, as_of)) | {made_on, as_of, until_on})
    scale = _Scale(days)
    return CourseDrawing(
        width=WIDTH,
        left=LEFT,
        right=RIGHT,
        height=TOP + LANE * len(lanes) + 6,
        lanes=tuple(_lane(lane, i, scale, as_of) for i, lane in enumerate(lanes)),
        ticks=tuple(_ticks(days, scale, as_of)),
        breaks=tuple(scale.breaks),
        until=Tick(until_on, scale.x(until_on)),
        as_of=Tick(as_of, scale.x(as_of)),
    )


def _days(lanes: Iterable[Lane], as_of: date) -> Iterator[date]:
    for lane in lanes:
        yield from (mark.on for mark in lane.marks)
        for span in lane.spans:
            yield span.from_on
            yield span.until_on or as_of


class _Scale:
    """Where a day stands: to scale, but for long stretches in which nothing stands."""

    def __init__(self, days: Sequence[date]) -> None:
        self._days = list(days)
        widths = [min((b - a).days, GAP_DAYS_MAX) for a, b in pairwise(days)]
        unit = (WIDTH - LEFT - RIGHT) / max(1, sum(widths))
        self._at = [float(LEFT)]
        for width in widths:
            self._at.append(self._at[-1] + width * unit)

    @property
    def breaks(self) -> Iterator[float]:
        """The middles of the stretches cut short."""
        for i, (a, b) in enumerate(pairwise(self._days)):
            if (b - a).days > GAP_DAYS_MAX:
                yield round((self._at[i] + self._at[i + 1]) / 2, 1)

    def x(self, on: date) -> float:
        """The day's place, within the drawing."""
        i = bisect_right(self._days, on) - 1
        if i < 0:
            return self._at[0]
        if i + 1 >= len(self._days):
            return round(self._at[-1], 1)
        first, second = self._days[i], self._days[i + 1]
        share = (on - first).days / (second - first).days
        return round(self._at[i] + share * (self._at[i + 1] - self._at[i]), 1)


def _lane(lane: Lane, position: int, scale: _Scale, as_of: date) -> DrawnLane:
    return DrawnLane(
        lane,
        TOP + LANE * position,
        tuple(_spans(lane, scale, as_of)),
        tuple(_signs(lane, scale)),
        scale.x(lane.due_on) if lane.due_on else None,
    )


def _spans(lane: Lane, scale: _Scale, as_of: date) -> Iterator[Drawn]:
    for span in lane.spans:
        x = scale.x(span.from_on)
        end = scale.x(max(span.until_on or as_of, span.from_on) + timedelta(days=1))
        yield Drawn(span.kind, x, round(max(end - x, 1.5), 1))


def _signs(lane: Lane, scale: _Scale) -> Iterator[Sign]:
    last, lift = float("-inf"), 0
    for mark in lane.marks:
        x = scale.x(mark.on)
        lift = (lift + 1) % 3 if x - last < BAR else 0
        last = x
        yield Sign(mark, sign_of(mark), x, lift)


def sign_of(mark: Mark) -> str:
    """The sign of an event; on time and late, found sufficient and insufficient, differ."""
    if mark.event.kind is EventKind.production_deposited:
        return LATE if mark.late else ON_TIME
    match mark.event.details:
        case Finding(outcome=FindingOutcome.sufficient):
            return SUFFICIENT
        case Finding():
            return INSUFFICIENT
    return SIGNS.get(mark.event.kind, OTHER)


def _ticks(days: Sequence[date], scale: _Scale, as_of: date) -> Iterator[Tick]:
    """Days named where there is room, the first one and the one asked about always."""
    asked, last = scale.x(as_of), float("-inf")
    for on in days:
        x = scale.x(on)
        if on != as_of and x - last >= _DATE_WIDTH and abs(asked - x) >= _DATE_WIDTH:
            last = x
            yield Tick(on, x)
