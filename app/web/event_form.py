"""From an event's form to the schema that both doors share, and the faults back to fields."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from app.domain.events import EventKind
from app.errors import FieldFault, Invalid
from app.phrases import Phrase
from app.problems import faults_of
from app.schemas.events import EVENT_IN, EventBase, EventOut
from app.web.forms import Form
from app.web.kinds import Field, fields_of

Values = Mapping[str, Sequence[str]]
Options = Callable[[Field], Sequence[tuple[str, str]]]

_BLANKS = str.maketrans("", "", " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")
_DIGITS_MAX = 9


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as the form shows it: what was typed, what one can choose, what is wrong."""

    field: Field
    values: Sequence[str]
    options: Sequence[tuple[str, str]]
    fault: Phrase | None

    @property
    def value(self) -> str:
        """The field's one value."""
        return self.values[0] if self.values else ""


def event_of(kind: EventKind, form: Form, zone: ZoneInfo) -> EventBase:
    """The event that the form describes. Raises ``Invalid``, naming places of the schema."""
    data = _data(kind, form, zone)
    try:
        return EVENT_IN.validate_python(data)
    except ValidationError as error:
        raise Invalid.all(faults_of(error.errors())) from None  # type: ignore[arg-type]


def _data(kind: EventKind, form: Form, zone: ZoneInfo) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": kind.value}
    for field in fields_of(kind):
        value = _value(field, form)
        if value is not None:
            _put(data, field.place, value)
    if kind is not EventKind.correction and form.one("corrects"):
        data["corrects"] = form.one("corrects")
    hour = data.pop("effective_at", None)
    if hour is not None:
        data["effective_at"] = _instant(data.pop("effective_on", ""), hour, zone, "effective")
    else:
        # Blank is told at its field at once, with whatever else is wrong.
        data.setdefault("effective_on", "")
    if kind is EventKind.outage:
        data["until_at"] = _instant(
            data.get("until_at", ""), data.pop("until_hour", ""), zone, "until"
        )
    _as_lists(data)
    return data


def _value(field: Field, form: Form) -> Any:
    if field.shape == "categories":
        return form.all(field.name)
    text = form.one(field.name)
    if not text:
        return None
    if field.shape == "tick":
        return True
    if field.shape == "number":
        return int(text) if text.isdecimal() and len(text) <= _DIGITS_MAX else text
    if field.shape == "amount":
        # "1 000,50" is how half of our readers write it.
        plain = text.translate(_BLANKS)
        return plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain
    return text


def _put(data: dict[str, Any], place: str, value: Any) -> None:
    *way, last = place.split(".")
    for step in way:
        data = data.setdefault(step, {})
    data[last] = value


def _instant(on: str, at: str, zone: ZoneInfo, name: str) -> datetime:
    try:
        day = date.fromisoformat(on)
    except ValueError:
        field = "effective_on" if name == "effective" else "until_at"
        raise Invalid.field(field, "Give the date as YYYY-MM-DD.") from None
    try:
        hour = time.fromisoformat(at)
    except ValueError:
        hour = None
    if hour is None or hour.tzinfo is not None:
        field = "effective_at" if name == "effective" else "until_hour"
        raise Invalid.field(field, "Give the hour as HH:MM.")
    return datetime.combine(day, hour, zone)


def _as_lists(data: dict[str, Any]) -> None:
    """A period is a list of values with units; a term of one kind has not another's fields."""
    if "period" in data:
        data["period"] = [data["period"]]
    term = data.get("term")
    if term is not None:
        if term.get("kind") != "within":
            term.pop("trigger", None)
        if "period" in term:
            term["period"] = [term["period"]]
        if not term:
            del data["term"]


def shown(
    kind: EventKind, values: Values, options: Options, faults: Iterable[FieldFault]
) -> tuple[list[Shown], list[Phrase]]:
    """The form's fields with their faults, and the faults that belong to no field of it."""
    fields = fields_of(kind)
    at: dict[str, Phrase] = {}
    elsewhere: list[Phrase] = []
    for fault in faults:
        field = _field_at(fields, fault.field)
        if field is None:
            elsewhere.append(fault.message)
        else:
            at.setdefault(field.name, fault.message)
    return [
        Shown(f, values.get(f.name, ()), options(f), at.get(f.name)) for f in fields
    ], elsewhere


def _field_at(fields: Iterable[Field], path: str) -> Field | None:
    """The field nearest to a place of the schema; list indexes do not tell fields apart."""
    plain = ".".join(part for part in path.split(".") if not part.isdecimal())
    listed = list(fields)
    for fits in (
        lambda place: place == plain,
        lambda place: plain.startswith(f"{place}."),
        lambda place: place.startswith(f"{plain}."),
    ):
        found = next((f for f in listed if fits(f.place)), None)
        if found is not None:
            return found
    return None


def typed(form: Form) -> dict[str, list[str]]:
    """What was typed, to show again."""
    values: dict[str, list[str]] = {}
    for name, value in form.pairs:
        values.setdefault(name, []).append(value)
    return values


def recorded(kind: EventKind, event: EventOut, zone: ZoneInfo) -> dict[str, list[str]]:
    """What an event says, as its form would hold it, to be corrected."""
    local = event.effective_at.astimezone(zone)
    values = {
        "effective_on": [event.effective_on.isoformat()],
        "obligor_id": [str(event.obligor_id or "")],
        "category_ids": [str(c) for c in event.category_ids],
    }
    if local.time() != time.min:
        values["effective_hour"] = [local.strftime("%H:%M")]
    for field in fields_of(kind):
        found = _found(event.payload, field.place)
        if field.name not in values and found not in (None, False, ""):
            values[field.name] = [_as_typed(found)]
    if kind is EventKind.outage:
        until = datetime.fromisoformat(event.payload["until_at"]).astimezone(zone)
        values["outage_on"] = [until.date().isoformat()]
        values["outage_at"] = [until.strftime("%H:%M")]
    return values


def _found(data: Any, place: str) -> Any:
    for step in place.split("."):
        if isinstance(data, list):
            # A form has room for one period; a longer one is typed anew.
            data = data[0] if len(data) == 1 else None
        data = data.get(step) if isinstance(data, Mapping) else None
    return data


def _as_typed(value: Any) -> str:
    return "1" if value is True else str(value)
