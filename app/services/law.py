"""Rule packs and calendars as they are told: open data, whole."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any

from app.calendars import calendar_heads, court_calendar
from app.domain.calendars import CourtCalendar
from app.domain.rulepacks import Cited, RulePack, WorkedExample, YearlyWindow
from app.errors import CalendarUnknown, NotFound, RulePackUnknown
from app.language import Language
from app.papers.icalendar import calendar_feed
from app.rulepacks import rule_pack, rule_packs
from app.schemas.law import (
    CalendarDayOut,
    CalendarHeadOut,
    CalendarOut,
    CitedOut,
    RulePackOut,
    SourceOut,
    WorkedExampleOut,
)


def packs_out(language: Language) -> list[RulePackOut]:
    """Every rule pack, by id."""
    return [pack_out(pack, language) for pack in rule_packs()]


def pack_out_of(pack_id: str, language: Language) -> RulePackOut:
    """The rule pack of that id; ``NotFound`` when there is none."""
    try:
        return pack_out(rule_pack(pack_id), language)
    except RulePackUnknown:
        raise NotFound from None


def pack_out(pack: RulePack, language: Language) -> RulePackOut:
    """A rule pack on the wire, its remarks in ``language`` where it has them."""
    french = language == "fr"
    rules = {
        field.name: value
        for field in dataclasses.fields(pack)
        if isinstance(value := getattr(pack, field.name), Cited)
    }
    return RulePackOut(
        id=pack.id,
        version=pack.version,
        title=pack.title_fr if french else pack.title,
        jurisdiction=pack.jurisdiction,
        in_force_from=pack.in_force_from,
        in_force_to=pack.in_force_to,
        sources=[SourceOut(title=s.title, url=s.url) for s in pack.sources],
        not_covered=list((french and pack.not_covered_fr) or pack.not_covered),
        rules={name: cited_out(cited, language) for name, cited in rules.items()},
        service={name: cited_out(cited, language) for name, cited in pack.service.items()},
        deemed_service={n: cited_out(cited, language) for n, cited in pack.deemed_service.items()},
        windows=[cited_out(cited, language) for cited in pack.windows],
        worked_examples=[_example_out(example) for example in pack.worked_examples],
    )


def cited_out(cited: Cited[Any], language: Language) -> CitedOut:
    """A parameter on the wire."""
    return CitedOut(
        value=_plain(cited.value),
        citation=cited.citation,
        verified=cited.verified,
        note=(language == "fr" and cited.note_fr) or cited.note,
    )


def _plain(value: object) -> Any:
    """A parameter as JSON holds it; an hour as HH:MM, the end of the day as 24:00."""
    if isinstance(value, YearlyWindow):
        return {
            "from": f"{value.from_month:02}-{value.from_day:02}",
            "until": f"{value.until_month:02}-{value.until_day:02}",
        }
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, frozenset):
        return sorted(_plain(each) for each in value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return "24:00" if value is None else value


def _example_out(example: WorkedExample) -> WorkedExampleOut:
    return WorkedExampleOut(
        id=example.id,
        rule=example.rule,
        kind=example.kind.value,
        trigger=example.trigger,
        period=[{"value": p.value, "unit": p.unit.value} for p in example.periods],
        direction=example.direction.value,
        calendar=example.calendar,
        service_method=example.service_method,
        expected=example.expected,
        status=example.status,
        source_url=example.source_url,
        note=example.note,
    )


def calendars_out(language: Language) -> list[CalendarHeadOut]:
    """Every calendar by code, without its days."""
    return [
        CalendarHeadOut(
            code=head.code,
            aliases=list(head.aliases),
            name=head.name_fr if language == "fr" else head.name,
            version=head.version,
            first_year=head.first_year,
            last_year=head.last_year,
            time_zones=list(head.zones),
        )
        for head in calendar_heads()
    ]


def calendar_out(
    code: str, language: Language, first: int | None = None, last: int | None = None
) -> CalendarOut:
    """A calendar with the days off of the years asked for, by default of all it covers.

    Raises:
        NotFound: there is no such calendar.
        CalendarNotCovered: a year asked for lies outside it.
    """
    calendar, years = _years(code, first, last)
    return CalendarOut(
        code=calendar.code,
        aliases=list(calendar.aliases),
        name=calendar.name_fr if language == "fr" else calendar.name,
        version=calendar.version,
        first_year=calendar.first_year,
        last_year=calendar.last_year,
        time_zones=list(calendar.zones),
        sources=list(calendar.sources),
        weekend=sorted(day + 1 for day in calendar.weekend),
        days=[
            CalendarDayOut(
                on=on,
                name=named.name,
                source=named.source,
                verified=named.verified,
                note=(language == "fr" and named.note_fr) or named.note,
                forward_only=on in calendar.forward_only,
            )
            for on, named in calendar.holidays.items()
            if on.year in years
        ],
    )


def calendar_feed_of(
    code: str, language: Language, first: int | None, last: int | None, now: datetime
) -> tuple[str, bytes]:
    """A calendar's code, and its days off of those years as iCalendar, made at ``now``.

    Raises what ``calendar_out`` does.
    """
    calendar, years = _years(code, first, last)
    return calendar.code, calendar_feed(calendar, years.start, years.stop - 1, language, now)


def _years(code: str, first: int | None, last: int | None) -> tuple[CourtCalendar, range]:
    try:
        calendar = court_calendar(code)
    except CalendarUnknown:
        raise NotFound from None
    years = range(first or calendar.first_year, (last or calendar.last_year) + 1)
    for year in (years.start, years.stop - 1):
        calendar.require(date(year, 1, 1))
    return calendar, years
