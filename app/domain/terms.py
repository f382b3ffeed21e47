"""Terms: by when the operative part of an order wants something done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from typing import ParamSpec, TypeVar

from app.domain.periods import PERIODS_MAX, Direction, Duration, Period, Unit, duration_phrase
from app.errors import FieldFault, Invalid
from app.phrases import Phrase, phrase

REASON_LENGTH_MAX = 1_000

P = ParamSpec("P")
T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


class TriggerKind(StrEnum):
    """The fact from which a term is counted."""

    service = "service"
    decision = "decision"
    event = "event"


@dataclass(frozen=True, slots=True)
class Within:
    """A period counted from a trigger: "within two months of service"."""

    periods: Duration
    trigger: TriggerKind = TriggerKind.service
    direction: Direction = Direction.after

    def __post_init__(self) -> None:
        if not 1 <= len(self.periods) <= PERIODS_MAX:
            raise Invalid.field(
                "period", "A term has from 1 to {largest} periods.", largest=PERIODS_MAX
            )


@dataclass(frozen=True, slots=True)
class Until:
    """A fixed date of the court's calendar, with the court-local hour when one is stated."""

    on: date
    at: time | None = None

    def __post_init__(self) -> None:
        if self.at is None:
            return
        if self.at.tzinfo is not None:
            raise Invalid.field("at", "Give the hour of the court, without an offset.")
        if self.at == time.min:
            # "By midnight on the 9th" is read both ways; the writer has to choose.
            raise Invalid.field(
                "at",
                "00:00 may be read as either end of the day: leave the hour out for the end of it.",
            )


@dataclass(frozen=True, slots=True)
class NoTerm:
    """The order states no date, or the source at hand does not say."""

    reason: str = ""


Term = Within | Until | NoTerm


def term_phrase(term: Term) -> Phrase:
    """Say a term in a clause: "within 2 months of service", "no date stated"."""
    if isinstance(term, NoTerm):
        return phrase("no date stated")
    if isinstance(term, Until):
        if term.at is None:
            return phrase("on or before {on}", on=term.on)
        return phrase("by {at} on {on}", at=f"{term.at:%H:%M}", on=term.on)
    return Phrase(
        _WITHIN_PHRASES[term.direction, term.trigger], {"duration": duration_phrase(term.periods)}
    )


_WITHIN_PHRASES = {
    (Direction.after, TriggerKind.service): "within {duration} of service",
    (Direction.after, TriggerKind.decision): "within {duration} of the decision",
    (Direction.after, TriggerKind.event): "within {duration} of the event",
    (Direction.before, TriggerKind.service): "at least {duration} before service",
    (Direction.before, TriggerKind.decision): "at least {duration} before the decision",
    (Direction.before, TriggerKind.event): "at least {duration} before the event",
}


def term_to_json(term: Term) -> dict[str, object]:
    """A term as plain data, the inverse of ``term_from_json``."""
    if isinstance(term, NoTerm):
        return {"kind": "none", "reason": term.reason}
    if isinstance(term, Until):
        at = None if term.at is None else term.at.isoformat(timespec="auto")
        return {"kind": "until", "on": term.on.isoformat(), "at": at}
    return {
        "kind": "within",
        "period": [{"value": p.value, "unit": p.unit.value} for p in term.periods],
        "trigger": term.trigger.value,
        "direction": term.direction.value,
    }


_KEYS = {
    "within": {"kind", "period", "trigger", "direction"},
    "until": {"kind", "on", "at"},
    "none": {"kind", "reason"},
}


def term_from_json(data: object, field: str = "term") -> Term:
    """Read a term from plain data.

    Args:
        data: a mapping with ``kind`` within, until or none.
        field: the path under which faults are named.

    Raises:
        Invalid: names the field; a period without its unit is refused, never guessed.
    """
    table = _table(data, field)
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in _KEYS:
        raise Invalid.field(f"{field}.kind", "The kind of a term is within, until or none.")
    unknown = [key for key in table if key not in _KEYS[kind]]
    if unknown:
        raise Invalid.all(
            FieldFault(f"{field}.{key}", phrase("A term of this kind has no such field."))
            for key in unknown
        )
    if kind == "within":
        return _within(table, field)
    if kind == "until":
        return _until(table, field)
    reason = table.get("reason", "")
    if not isinstance(reason, str) or len(reason) > REASON_LENGTH_MAX:
        raise Invalid.field(
            f"{field}.reason",
            "The reason is a text of at most {largest} characters.",
            largest=REASON_LENGTH_MAX,
        )
    return NoTerm(reason)


def _within(table: Mapping[str, object], field: str) -> Within:
    return Within(
        duration_from_json(table.get("period"), f"{field}.period"),
        _choice(TriggerKind, table.get("trigger", "service"), f"{field}.trigger"),
        _choice(Direction, table.get("direction", "after"), f"{field}.direction"),
    )


def duration_from_json(data: object, field: str = "period") -> Duration:
    """Read ``[{"value": 2, "unit": "month"}]``; faults name ``field.0.unit`` and the like."""
    if isinstance(data, int) and not isinstance(data, bool):
        raise Invalid.field(field, "Say the unit of {value}: months, days, hours?", value=data)
    if not isinstance(data, list) or not 1 <= len(data) <= PERIODS_MAX:
        raise Invalid.field(
            field,
            "A period is a list of 1 to {largest} values, each with its unit.",
            largest=PERIODS_MAX,
        )
    return tuple(_period(item, f"{field}.{index}") for index, item in enumerate(data))


def _period(data: object, field: str) -> Period:
    table = _table(data, field)
    if set(table) - {"value", "unit"}:
        raise Invalid.field(field, "A period has a value and a unit, nothing else.")
    if table.get("unit") is None:
        raise Invalid.field(f"{field}.unit", "Say the unit: a bare number is not a period.")
    unit = _choice(Unit, table["unit"], f"{field}.unit")
    value = table.get("value")
    if not isinstance(value, int):
        raise Invalid.field(f"{field}.value", "The value of a period is a whole number.")
    return at_field(f"{field}.value", Period, value, unit)


def _until(table: Mapping[str, object], field: str) -> Until:
    on, at = table.get("on"), table.get("at")
    if not isinstance(on, str):
        raise Invalid.field(f"{field}.on", "Give the date as YYYY-MM-DD.")
    try:
        day = date.fromisoformat(on)
    except ValueError:
        raise Invalid.field(f"{field}.on", "Give the date as YYYY-MM-DD.") from None
    if at is None:
        return Until(day)
    try:
        hour = time.fromisoformat(at) if isinstance(at, str) else None
    except ValueError:
        hour = None
    if hour is None:
        raise Invalid.field(f"{field}.at", "Give the hour as HH:MM.")
    return at_field(f"{field}.at", Until, day, hour)


def at_field(field: str, make: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Build a value; an ``Invalid`` that it raises is told again under ``field``."""
    try:
        return make(*args, **kwargs)
    except Invalid as fault:
        raise Invalid.all(FieldFault(field, each.message) for each in fault.faults) from None


def _table(data: object, field: str) -> Mapping[str, object]:
    if not isinstance(data, Mapping):
        raise Invalid.field(field, "This is an object with named fields.")
    return data


def _choice(kind: type[E], value: object, field: str) -> E:
    for member in kind:
        if member.value == value:
            return member
    choices = ", ".join(member.value for member in kind)
    raise Invalid.field(field, "Choose one of: {choices}.", choices=choices)
