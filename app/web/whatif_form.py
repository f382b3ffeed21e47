"""From the "what if" form to the schema that both doors share, and the faults back to fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from urllib.parse import urlencode

from pydantic import ValidationError

from app.domain.rulepacks import RulePack, WorkedExample
from app.errors import FieldFault, Incomputable, Invalid
from app.phrases import Phrase, phrase
from app.problems import faults_of
from app.schemas.deadlines import DeadlineIn
from app.web.forms import Form
from app.web.whatif_fields import (
    CLOSURE_ROWS,
    DEFAULTS,
    EXTENSION_ROWS,
    FIELDS,
    PERIOD_ROWS,
    STOP_ROWS,
    row,
)

_DIGITS_MAX = 9
_YES_NO = {"yes": True, "no": False}


@dataclass(slots=True)
class Reading:
    """A form as the schema takes it, and which field each place of the schema came from."""

    form: Form
    data: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    faults: list[FieldFault] = field(default_factory=list)

    def put(self, name: str, place: str) -> None:
        """Take a field as it was typed; a blank one says nothing."""
        self.names[place] = name
        if text := self.form.one(name):
            self.data[place] = text

    def number(self, name: str) -> int | str:
        """A number that was typed, or the text where it is none: the schema says so."""
        text = self.form.one(name)
        return int(text) if text.isdecimal() and len(text) <= _DIGITS_MAX else text

    def moment(self, place: str, day: str, hour: str) -> None:
        """A day, and perhaps an hour of it by the court's clock, as one moment."""
        self.put(day, place)
        typed = self.form.one(hour)
        if not typed:
            return
        if place not in self.data:
            self.faults.append(FieldFault(day, phrase("An hour needs its date.")))
            return
        on, at = _day(self.data[place]), _hour(typed)
        if on is None:
            self.faults.append(FieldFault(day, phrase("Give the date as YYYY-MM-DD.")))
        if at is None:
            self.faults.append(FieldFault(hour, phrase("Give the hour as HH:MM.")))
        if on is not None and at is not None:
            self.data[place] = datetime.combine(on, at).isoformat()

    def period(self, place: str, number: str, unit: str) -> dict[str, Any] | None:
        """A number and its unit; None where neither was given."""
        self.names |= {place: number, f"{place}.value": number, f"{place}.unit": unit}
        given = {"value": self.number(number), "unit": self.form.one(unit)}
        return {key: value for key, value in given.items() if value != ""} or None


def read(form: Form, closed: str) -> Reading:
    """What a form asks, place by place of ``DeadlineIn``; nothing is checked yet.

    ``closed`` is what a day is called on which the court is closed because somebody says so.
    """
    found = Reading(form)
    for name in ("pack", "calendar", "kind", "direction", "service_method", "roll", "time_zone",
                 "rule_on"):  # fmt: skip
        found.put(name, name)
    found.put("at_court", "at_court")
    if "at_court" in found.data:
        found.data["at_court"] = _YES_NO.get(found.data["at_court"], found.data["at_court"])
    found.moment("trigger", "trigger", "trigger_at")
    found.moment("fixed_date", "fixed_on", "fixed_at")
    _periods(found)
    _extensions(found)
    _stops(found)
    _closures(found, closed)
    return found


def _periods(found: Reading) -> None:
    found.names["period"] = "period"
    listed: list[dict[str, Any]] = []
    for n in range(1, PERIOD_ROWS + 1):
        one = found.period(f"period.{len(listed)}", row("period", n), row("unit", n))
        listed += [one] if one else []
    if listed:
        found.data["period"] = listed


def _extensions(found: Reading) -> None:
    found.names["extensions"] = "more"
    listed: list[dict[str, Any]] = []
    for n in range(1, EXTENSION_ROWS + 1):
        place = f"extensions.{len(listed)}"
        found.names[place] = found.names[f"{place}.period"] = row("more", n)
        one: dict[str, Any] = {}
        period = found.period(f"{place}.period.0", row("more", n), row("more_unit", n))
        if period:
            one["period"] = [period]
        for key in ("to_on", "to_at"):
            name = row(f"more_{key.removeprefix('to_')}", n)
            found.names[f"{place}.{key}"] = name
            if text := found.form.one(name):
                one[key] = text
        listed += [one] if one else []
    if listed:
        found.data["extensions"] = listed


def _stops(found: Reading) -> None:
    found.names["suspensions"] = "stop_from"
    listed: list[dict[str, Any]] = []
    for n in range(1, STOP_ROWS + 1):
        place, one = f"suspensions.{len(listed)}", {}
        for key in ("from", "until"):
            name = row(f"stop_{key}", n)
            found.names[f"{place}.{key}_on"] = name
            if text := found.form.one(name):
                one[f"{key}_on"] = text
        listed += [one] if one else []
    if listed:
        found.data["suspensions"] = listed


def _closures(found: Reading, name: str) -> None:
    found.names["closures"] = "closed"
    listed: list[dict[str, str]] = []
    for n in range(1, CLOSURE_ROWS + 1):
        if text := found.form.one(row("closed", n)):
            place, kind = f"closures.{len(listed)}", found.form.one(row("closed_as", n))
            found.names |= {place: row("closed", n), f"{place}.kind": row("closed_as", n)}
            listed.append({"on": text, "name": name} | ({"kind": kind} if kind else {}))
    if listed:
        found.data["closures"] = listed


def asked_of(found: Reading) -> DeadlineIn:
    """The deadline that was asked for.

    Raises:
        Invalid: naming fields of the form or places of the schema; ``told`` knows both.
    """
    try:
        asked = DeadlineIn.model_validate(found.data)
    except ValidationError as error:
        raise Invalid.all([*found.faults, *faults_of(error.errors())]) from None
    if found.faults:
        raise Invalid.all(found.faults)
    return asked


def told(found: Reading, fault: Invalid | Incomputable) -> list[FieldFault]:
    """What is refused, at the fields of the form; under no name what belongs to none."""
    faults = (
        fault.faults if isinstance(fault, Invalid) else [FieldFault(fault.field, fault.message)]
    )
    return [FieldFault(name_of(found.names, f.field), f.message) for f in faults]


def name_of(names: Mapping[str, str], place: str) -> str:
    """The field of a place of the schema, or of the nearest place around it; "" for none.

    What is a field of the form already stays.
    """
    while place:
        if place in FIELDS:
            return place
        if place in names:
            return names[place]
        place = place.rpartition(".")[0]
    return ""


def by_field(faults: Iterable[FieldFault]) -> tuple[dict[str, Phrase], list[Phrase]]:
    """The first fault of each field, and those that belong to no field."""
    at: dict[str, Phrase] = {}
    elsewhere: list[Phrase] = []
    for fault in faults:
        if fault.field in FIELDS:
            at.setdefault(fault.field, fault.message)
        else:
            elsewhere.append(fault.message)
    return at, elsewhere


def plain_address(path: str, form: Form) -> str | None:
    """The same question without blank or usual answers, to be shared; None if it is that already.

    A form that says nothing stays as it was sent: it is told what it lacks.
    """
    kept = [
        (name, value)
        for name, value in form.pairs
        if value.strip() and DEFAULTS.get(name) != value.strip()
    ]
    if not kept or len(kept) == len(form.pairs):
        return None
    return f"{path}?{urlencode(kept)}"


def example_query(pack: RulePack, example: WorkedExample) -> str:
    """The query that asks a pack's worked example of the form."""
    fixed = not example.periods and example.kind.value == DEFAULTS["kind"]
    moment = example.trigger.isoformat()
    day = "fixed_on" if fixed else "trigger"
    asked = {
        "pack": pack.id,
        "calendar": example.calendar,
        "kind": example.kind.value,
        "direction": example.direction.value,
        day: moment[:10],
        f"{day.removesuffix('_on')}_at": moment[11:16],
        "service_method": example.service_method or "",
        "at_court": {None: "", True: "yes", False: "no"}[example.at_court],
        "roll": "on" if example.roll else "off",
        "rule_on": example.rule_on.isoformat() if example.rule_on else "",
    }
    for n, period in enumerate(example.periods, 1):
        asked |= {row("period", n): str(period.value), row("unit", n): period.unit.value}
    for n, periods in enumerate(example.extensions, 1):
        asked |= {row("more", n): str(periods[0].value), row("more_unit", n): periods[0].unit.value}
    for n, (first, last) in enumerate(example.suspensions, 1):
        asked |= {row("stop_from", n): first.isoformat(), row("stop_until", n): last.isoformat()}
    return urlencode({k: v for k, v in asked.items() if v and DEFAULTS.get(k) != v})


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _hour(text: str) -> time | None:
    try:
        at = time.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is None else None
