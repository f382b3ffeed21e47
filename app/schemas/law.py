"""Rule packs and calendars on the wire, whole: open data with citations."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from app.schemas.fields import Wire


class CitedOut(Wire):
    """A parameter of the rules, the text it is read from, and whether that text was read."""

    value: Any
    citation: str
    verified: bool
    note: str


class SourceOut(Wire):
    """Where a rule can be read."""

    title: str
    url: str


class WorkedExampleOut(Wire):
    """A published result that the rules must give, and that the test-suite runs."""

    id: str
    rule: str
    kind: str
    trigger: date | datetime
    period: list[dict[str, Any]]
    direction: str
    calendar: str
    service_method: str | None
    expected: date | datetime
    status: str
    source_url: str
    note: str


class RulePackOut(Wire):
    """One jurisdiction's rules of time: every parameter with its citation."""

    id: Annotated[str, Field(examples=["fr-civil"])]
    version: Annotated[str, Field(examples=["2026.1"])]
    title: str
    jurisdiction: str
    in_force_from: date
    in_force_to: date | None
    sources: list[SourceOut]
    not_covered: list[str]
    rules: dict[str, CitedOut]
    service: dict[str, CitedOut]
    deemed_service: dict[str, CitedOut]
    windows: list[CitedOut]
    worked_examples: list[WorkedExampleOut]


class CalendarHeadOut(Wire):
    """A court calendar: what it is called and the years it covers."""

    code: Annotated[str, Field(examples=["FR"])]
    aliases: list[str]
    name: str
    version: Annotated[str, Field(examples=["1+holidays-0.109"])]
    first_year: int
    last_year: int
    time_zones: list[str]


class CalendarDayOut(Wire):
    """A day off, the text that makes it one, and whether that text was read."""

    on: date
    name: str
    source: str
    verified: bool
    note: str
    forward_only: Annotated[
        bool, Field(description="Counts only when time runs forward (FRCP 6(a)(6)(C)).")
    ]


class CalendarOut(CalendarHeadOut):
    """A court calendar, whole: outside its years nothing is answered."""

    sources: list[str]
    weekend: Annotated[list[int], Field(description="Weekdays off, Monday being 1.")]
    days: list[CalendarDayOut]
