"""The days on which a court works.

A ``CourtCalendar`` knows the years it covers and refuses every day outside them; each
day on which the court does not work has a name and a source.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from app.errors import CalendarNotCovered, Incomputable
from app.phrases import Phrase, phrase

ROLL_DAYS_MAX = 60
SATURDAY, SUNDAY = 5, 6
WEEKEND = frozenset({SATURDAY, SUNDAY})


class DayKind(StrEnum):
    """Why a court does not work on a day."""

    weekend = "weekend"
    holiday = "holiday"
    closure = "closure"


class ClosureKind(StrEnum):
    """What makes a court's day one on which it does not work, on top of its calendar.

    ``office_closed``: the court or its office was closed that day; whether this moves a last
    day is for each set of rules to say. ``declared_holiday``: a law or a regulation made it a
    holiday at the court's seat; it counts like those of the calendar.
    """

    office_closed = "office_closed"
    declared_holiday = "declared_holiday"


@dataclass(frozen=True, slots=True)
class DayName:
    """What a day off is called, in the language of its law, and the text that makes it one.

    Attributes:
        verified: False where that text was not read, or where two texts disagree.
        note, note_fr: what is doubtful, or where in the territory the day counts.
    """

    name: str
    source: str
    verified: bool = True
    note: str = ""
    note_fr: str = ""

    def and_also(self, other: DayName) -> DayName:
        """Both holidays of one date, under both names. One verified name suffices."""
        return DayName(
            name=f"{self.name}; {other.name}",
            source="; ".join(dict.fromkeys(s for s in (self.source, other.source) if s)),
            verified=self.verified or other.verified,
            note=" ".join(note for note in (self.note, other.note) if note),
            note_fr=" ".join(note for note in (self.note_fr, other.note_fr) if note),
        )


@dataclass(frozen=True, slots=True)
class DayOff:
    """One day on which the court does not work. A weekend day has no name of its own."""

    on: date
    kind: DayKind
    name: str = ""
    source: str = ""
    verified: bool = True
    note: str = ""
    note_fr: str = ""

    @property
    def why(self) -> Phrase:
        """The day, and what makes it a day off."""
        if self.kind is DayKind.weekend:
            return phrase("{on:weekday}", on=self.on)
        if not self.source:
            # As somebody asked: there is no text to name.
            closed = self.kind is DayKind.closure
            said = "{on:weekday} (court closed: {name})" if closed else "{on:weekday} ({name})"
            return phrase(said, on=self.on, name=self.name)
        if self.kind is DayKind.closure:
            return phrase(
                "{on:weekday} (court closed: {name}; {source})",
                on=self.on,
                name=self.name,
                source=self.source,
            )
        if not self.verified:
            return phrase(
                "{on:weekday} ({name}; {source}; unverified)",
                on=self.on,
                name=self.name,
                source=self.source,
            )
        return phrase(
            "{on:weekday} ({name}; {source})", on=self.on, name=self.name, source=self.source
        )


@dataclass(frozen=True, eq=False)
class CourtCalendar:
    """The working days of a court's seat, from 1 January of one year to 31 December of another.

    Attributes:
        code, version: name this content; store both with each computed date.
        weekend: weekdays off, Monday being 0.
        holidays: every public holiday of the covered years.
        forward_only: holidays that count only when time runs forward, as those of a state
            do under FRCP 6(a)(6)(C).
        closures: days on which this court was closed, on top of the holidays.
        published_version: the version without what was added to it, where something was.
        aliases: other codes of this calendar.
        zones: IANA time zones of the courts on it; the first is meant when none is stated.
        notes, notes_fr: what a court on it must know, such as days left out and why.
    """

    code: str
    name: str
    version: str
    sources: tuple[str, ...]
    first_year: int
    last_year: int
    holidays: Mapping[date, DayName] = field(repr=False)
    weekend: frozenset[int] = WEEKEND
    forward_only: frozenset[date] = frozenset()
    closures: Mapping[date, DayName] = field(default_factory=dict, repr=False)
    name_fr: str = ""
    aliases: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    notes_fr: tuple[str, ...] = ()
    published_version: str = ""

    @cached_property
    def _first(self) -> int:
        return date(self.first_year, 1, 1).toordinal()

    @cached_property
    def _last(self) -> int:
        return date(self.last_year, 12, 31).toordinal()

    @cached_property
    def _off(self) -> frozenset[int]:
        """Ordinals of the days off. Ordinal 1 was a Monday."""
        weekends = {n for n in range(self._first, self._last + 1) if (n - 1) % 7 in self.weekend}
        named = {day.toordinal() for day in (*self.holidays, *self.closures)}
        return frozenset(weekends | named)

    @cached_property
    def _working(self) -> tuple[int, ...]:
        return tuple(n for n in range(self._first, self._last + 1) if n not in self._off)

    @cached_property
    def backward(self) -> CourtCalendar:
        """This calendar as a period counted backward sees it: without forward-only days."""
        if not self.forward_only:
            return self
        kept = {day: name for day, name in self.holidays.items() if day not in self.forward_only}
        return replace(self, holidays=kept, forward_only=frozenset())

    @cached_property
    def as_published(self) -> CourtCalendar:
        """This calendar without the court's own closures."""
        if not self.closures:
            return self
        return replace(self, closures={}, version=self.published_version, published_version="")

    def covers(self, day: date) -> bool:
        """Whether ``day`` is in a covered year."""
        return self.first_year <= day.year <= self.last_year

    def require(self, day: date) -> None:
        """Raise ``CalendarNotCovered``, naming the year, unless ``day`` is covered."""
        if not self.first_year <= day.year <= self.last_year:
            raise self._not_covered(day.year)

    def _not_covered(self, year: int) -> CalendarNotCovered:
        return CalendarNotCovered(
            "The calendar {calendar} covers the years {first_year} to {last_year}, not {year}.",
            calendar=self.code,
            first_year=self.first_year,
            last_year=self.last_year,
            year=year,
        ).at("calendar")

    def is_working(self, day: date) -> bool:
        """Whether the court works on ``day``."""
        if not self.first_year <= day.year <= self.last_year:
            raise self._not_covered(day.year)
        return day.toordinal() not in self._off

    def day_off(self, day: date) -> DayOff | None:
        """What makes ``day`` a day off, or None when the court works."""
        if self.is_working(day):
            return None
        closed, named = self.closures.get(day), self.holidays.get(day)
        if named is not None:
            return DayOff(
                on=day,
                kind=DayKind.holiday,
                name=named.name,
                source=named.source,
                verified=named.verified,
                note=named.note,
                note_fr=named.note_fr,
            )
        if day.weekday() in self.weekend or closed is None:
            return DayOff(day, DayKind.weekend)
        return DayOff(day, DayKind.closure, closed.name, closed.source)

    def why_not_working(self, day: date) -> Phrase | None:
        """Say why the court does not work on ``day``; None when it does."""
        off = self.day_off(day)
        return None if off is None else off.why

    def next_working(self, day: date) -> date:
        """The first working day on or after ``day``, at most 60 days on."""
        return self._nearest(day, 1)

    def previous_working(self, day: date) -> date:
        """The last working day on or before ``day``, at most 60 days back."""
        return self._nearest(day, -1)

    def _nearest(self, day: date, step: int) -> date:
        self.require(day)
        start = day.toordinal()
        for ordinal in range(start, start + step * (ROLL_DAYS_MAX + 1), step):
            if not self._first <= ordinal <= self._last:
                raise self._not_covered(date.fromordinal(ordinal).year)
            if ordinal not in self._off:
                return date.fromordinal(ordinal)
        raise Incomputable(
            "The calendar {calendar} has no working day within {days} days of {day}.",
            calendar=self.code,
            days=ROLL_DAYS_MAX,
            day=day,
        )

    def add_working(self, day: date, days: int) -> date:
        """The ``days``-th working day after ``day`` (before it, when negative).

        ``day`` itself is never counted. Zero gives ``day`` back.
        """
        self.require(day)
        if days == 0:
            return day
        ordinals, here = self._working, day.toordinal()
        if days > 0:
            index = bisect_right(ordinals, here) + days - 1
        else:
            index = bisect_left(ordinals, here) + days
        if not 0 <= index < len(ordinals):
            raise self._not_covered(self.last_year + 1 if days > 0 else self.first_year - 1)
        return date.fromordinal(ordinals[index])

    def count_working(self, first: date, last: date) -> int:
        """How many working days there are from ``first`` to ``last``, both included."""
        self.require(first)
        self.require(last)
        ordinals = self._working
        count = bisect_right(ordinals, last.toordinal()) - bisect_left(ordinals, first.toordinal())
        return max(count, 0)

    def days_off_between(self, first: date, last: date) -> tuple[DayOff, ...]:
        """The days off from ``first`` to ``last``, both included, in order."""
        days = range(first.toordinal(), last.toordinal() + 1)
        found = (self.day_off(date.fromordinal(ordinal)) for ordinal in days)
        return tuple(off for off in found if off is not None)

    def with_closures(
        self,
        closures: Mapping[date, DayName],
        *,
        version: str,
        declared: Mapping[date, DayName] | None = None,
    ) -> CourtCalendar:
        """A new calendar with days on which the court does not work, on top of those known.

        Args:
            closures: days on which the court was closed, each with its name and its source.
            version: what tells these days apart, appended as ``+version``.
            declared: days that a law or a regulation made holidays at the court's seat.

        All days are in covered years.
        """
        more = declared or {}
        for day in (*closures, *more):
            self.require(day)
        holidays = {**self.holidays, **{on: more[on] for on in more if on not in self.holidays}}
        return replace(
            self,
            version=f"{self.version}+{version}",
            published_version=self.published_version or self.version,
            holidays=dict(sorted(holidays.items())) if more else self.holidays,
            closures={**self.closures, **closures},
        )
