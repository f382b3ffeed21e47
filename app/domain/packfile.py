"""Reading a rule pack from plain data. Pure: the loader in ``app.rulepacks`` reads the file.

Unknown keys are refused, missing ones too: a misspelt parameter never falls back to a
default. Faults are ``Invalid`` and name the dotted path.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, TypeVar

from app.domain.periods import Direction, Duration, MonthAnchor, Unit
from app.domain.rulepacks import (
    Cited,
    DeadlineKind,
    DeemedService,
    ExtensionBase,
    HourCount,
    MixedOrder,
    Roll,
    RulePack,
    ServiceExtension,
    ServiceTiming,
    Source,
    TriggerDay,
    WorkedExample,
    YearlyWindow,
)
from app.domain.terms import duration_from_json
from app.errors import Invalid

DAYS_MAX = 366
TABLE_MAX = 1_000

T = TypeVar("T")
Table = Mapping[str, Any]
Read = Callable[[object, str], T]

_HEAD = {"id", "version", "title", "title_fr", "jurisdiction", "in_force_from"}
_OPTIONAL = {
    "in_force_to",
    "answers_from",
    "service",
    "deemed_service",
    "windows",
    "not_covered_fr",
}
_CITATION_OPTIONAL = {"verified", "note", "note_fr"}
_LISTS = {"sources", "not_covered", "rules", "worked_examples"}


def parse_pack(data: Mapping[str, object]) -> RulePack:
    """Build a rule pack.

    Raises:
        Invalid: names the first field that is missing, unknown or malformed.
    """
    table = _keys(data, "", required=_HEAD | _LISTS, optional=_OPTIONAL)
    rules = _keys(table["rules"], "rules", required=set(_RULES))
    return RulePack(
        id=_text(table["id"], "id"),
        version=_text(table["version"], "version"),
        title=_text(table["title"], "title"),
        title_fr=_text(table["title_fr"], "title_fr"),
        jurisdiction=_text(table["jurisdiction"], "jurisdiction"),
        in_force_from=_day(table["in_force_from"], "in_force_from"),
        in_force_to=_optional(_day, table, "in_force_to", ""),
        answers_from=_optional(_day, table, "answers_from", ""),
        sources=_each(_source, table["sources"], "sources"),
        not_covered=_each(_text, table["not_covered"], "not_covered"),
        not_covered_fr=_each(_text, table.get("not_covered_fr", []), "not_covered_fr"),
        worked_examples=_each(_example, table["worked_examples"], "worked_examples"),
        service=_named(_service, table.get("service", {}), "service"),
        deemed_service=_named(_deemed, table.get("deemed_service", {}), "deemed_service"),
        windows=_each(_window, table.get("windows", []), "windows"),
        **{name: _cited(read, rules[name], f"rules.{name}") for name, read in _RULES.items()},
    )


def _cited(read: Read[T], data: object, path: str) -> Cited[T]:
    table = _keys(data, path, required={"value", "citation"}, optional=_CITATION_OPTIONAL)
    return Cited(read(table["value"], f"{path}.value"), *_citation(table, path))


def _citation(table: Table, path: str) -> tuple[str, bool, str, str]:
    return (
        _text(table["citation"], f"{path}.citation"),
        _flag(table.get("verified", True), f"{path}.verified"),
        _text(table.get("note", ""), f"{path}.note", empty=True),
        _text(table.get("note_fr", ""), f"{path}.note_fr", empty=True),
    )


def _service(data: object, path: str) -> Cited[ServiceExtension]:
    table = _keys(
        data,
        path,
        required={"days", "citation"},
        optional={"unit", "timing", "backward"} | _CITATION_OPTIONAL,
    )
    extension = ServiceExtension(
        days=_count(table["days"], f"{path}.days"),
        unit=_day_unit(table.get("unit", "day"), f"{path}.unit"),
        timing=_member(ServiceTiming)(table.get("timing", "after_roll"), f"{path}.timing"),
        backward=_flag(table.get("backward", False), f"{path}.backward"),
    )
    return Cited(extension, *_citation(table, path))


def _deemed(data: object, path: str) -> Cited[DeemedService]:
    table = _keys(
        data,
        path,
        required={"days", "citation"},
        optional={"unit", "cut_off", "working", "first_counted"} | _CITATION_OPTIONAL,
    )
    deemed = DeemedService(
        days=_count(table["days"], f"{path}.days"),
        unit=_day_unit(table.get("unit", "day"), f"{path}.unit"),
        cut_off=_hour(table.get("cut_off", "24:00"), f"{path}.cut_off"),
        working=_flag(table.get("working", False), f"{path}.working"),
        first_counted=_flag(table.get("first_counted", False), f"{path}.first_counted"),
    )
    return Cited(deemed, *_citation(table, path))


def _window(data: object, path: str) -> Cited[YearlyWindow]:
    table = _keys(data, path, required={"from", "until", "citation"}, optional=_CITATION_OPTIONAL)
    window = YearlyWindow(
        *_month_day(table["from"], f"{path}.from"), *_month_day(table["until"], f"{path}.until")
    )
    return Cited(window, *_citation(table, path))


def _source(data: object, path: str) -> Source:
    table = _keys(data, path, required={"title", "url"})
    return Source(_text(table["title"], f"{path}.title"), _text(table["url"], f"{path}.url"))


_EXAMPLE = {"id", "rule", "trigger", "period", "direction", "calendar", "expected", "status"}
_EXAMPLE_OPTIONAL = {
    "service_method", "extensions", "rule_on", "kind", "roll", "at_court", "suspensions",
}  # fmt: skip


def _example(data: object, path: str) -> WorkedExample:
    table = _keys(
        data, path, required=_EXAMPLE | {"source_url", "note"}, optional=_EXAMPLE_OPTIONAL
    )

    def text(key: str) -> str:
        return _text(table[key], f"{path}.{key}")

    return WorkedExample(
        id=text("id"),
        rule=text("rule"),
        trigger=_moment(table["trigger"], f"{path}.trigger"),
        periods=_periods(table["period"], f"{path}.period"),
        direction=_member(Direction)(table["direction"], f"{path}.direction"),
        calendar=text("calendar"),
        expected=_moment(table["expected"], f"{path}.expected"),
        status=text("status"),
        source_url=text("source_url"),
        note=text("note"),
        service_method=_optional(_text, table, "service_method", path),
        extensions=_each(_periods, table.get("extensions", []), f"{path}.extensions"),
        rule_on=_optional(_day, table, "rule_on", path),
        kind=_member(DeadlineKind)(table.get("kind", "last_day"), f"{path}.kind"),
        roll=_on_or_off(table.get("roll", "on"), f"{path}.roll"),
        at_court=_optional(_flag, table, "at_court", path),
        suspensions=_each(_span, table.get("suspensions", []), f"{path}.suspensions"),
    )


def _span(data: object, path: str) -> tuple[date, date]:
    table = _keys(data, path, required={"from", "until"})
    return _day(table["from"], f"{path}.from"), _day(table["until"], f"{path}.until")


# Leaves: each takes what the file holds and the path to it.


def _keys(
    data: object, path: str, *, required: set[str], optional: set[str] | None = None
) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        raise Invalid.field(path or "pack", "This is a table.")
    for key in sorted(required - set(data)):
        raise Invalid.field(_under(path, key), "This is missing.")
    for key in sorted(set(data) - required - (optional or set())):
        raise Invalid.field(_under(path, key), "No rule pack has such a field.")
    return dict(data)


def _under(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key


def _named(read: Read[T], data: object, path: str) -> dict[str, T]:
    if not isinstance(data, Mapping):
        raise Invalid.field(path, "This is a table.")
    return {str(key): read(value, f"{path}.{key}") for key, value in data.items()}


def _each(read: Read[T], data: object, path: str) -> tuple[T, ...]:
    if not isinstance(data, list) or len(data) > TABLE_MAX:
        raise Invalid.field(path, "This is a list of at most {largest} items.", largest=TABLE_MAX)
    return tuple(read(item, f"{path}.{index}") for index, item in enumerate(data))


def _optional(read: Read[T], table: Table, key: str, path: str) -> T | None:
    return read(table[key], _under(path, key)) if key in table else None


def _text(data: object, path: str, *, empty: bool = False) -> str:
    if not isinstance(data, str) or not (data or empty):
        raise Invalid.field(path, "This is a text.")
    return data


def _flag(data: object, path: str) -> bool:
    if not isinstance(data, bool):
        raise Invalid.field(path, "This is true or false.")
    return data


def _count(data: object, path: str) -> int:
    if isinstance(data, bool) or not isinstance(data, int) or not 0 <= data <= DAYS_MAX:
        raise Invalid.field(path, "This is a number from 0 to {largest}.", largest=DAYS_MAX)
    return data


def _day(data: object, path: str) -> date:
    if isinstance(data, datetime) or not isinstance(data, date):
        raise Invalid.field(path, "This is a date.")
    return data


def _on_or_off(data: object, path: str) -> bool:
    if data not in ("on", "off"):
        raise Invalid.field(path, "Choose one of: {choices}.", choices="on, off")
    return data == "on"


def _moment(data: object, path: str) -> date | datetime:
    # An hour without an offset is one of the court's own clock.
    return data if isinstance(data, datetime) else _day(data, path)


def _hour(data: object, path: str) -> time | None:
    """An hour as HH:MM; 24:00, the end of the day, is None."""
    if data == "24:00":
        return None
    if not isinstance(data, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", data):
        raise Invalid.field(path, "This is an hour, HH:MM, at most 24:00.")
    return time.fromisoformat(data)


def _month_day(data: object, path: str) -> tuple[int, int]:
    try:
        # A leap year, so that 29 February can be named.
        day = date.fromisoformat(f"2000-{data}")
    except ValueError:
        raise Invalid.field(path, "This is a day of the year, MM-DD.") from None
    return day.month, day.day


def _periods(data: object, path: str) -> Duration:
    return () if data == [] else duration_from_json(data, path)


E = TypeVar("E", bound=StrEnum)


def _member(kind: type[E]) -> Read[E]:
    def read(data: object, path: str) -> E:
        for member in kind:
            if member.value == data:
                return member
        choices = ", ".join(member.value for member in kind)
        raise Invalid.field(path, "Choose one of: {choices}.", choices=choices)

    return read


def _day_unit(data: object, path: str) -> Unit:
    unit = _member(Unit)(data, path)
    if unit not in (Unit.day, Unit.working_day, Unit.court_day):
        raise Invalid.field(path, "Service adds days or working days.")
    return unit


def _unit_set(data: object, path: str) -> frozenset[Unit]:
    return frozenset(_each(_member(Unit), data, path))


def _clear_units(data: object, path: str) -> frozenset[Unit] | None:
    return None if data == "refused" else _unit_set(data, path)


_RULES: dict[str, Read[Any]] = {
    "units": _unit_set,
    "trigger_day": _member(TriggerDay),
    "month_anchor": _member(MonthAnchor),
    "month_clip": _flag,
    "mixed_order": _member(MixedOrder),
    "short_period_days_max": _count,
    "min_working_days": _count,
    "minimum_period_clear": _unit_set,
    "roll_after": _member(Roll),
    "roll_before": _member(Roll),
    "roll_only_acts_at_court": _flag,
    "fixed_dates_roll": _flag,
    "backward_clear": _clear_units,
    "franc": _flag,
    "extension_base": _member(ExtensionBase),
    "hour_count": _member(HourCount),
    "hours_roll": _flag,
    "closures_count": _flag,
    "day_end": _hour,
}
