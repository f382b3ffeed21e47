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
from app.phrases import Phrase, phrase
from app.problems import faults_of
from app.schemas.event_kinds import EventBase
from app.schemas.events import EVENT_IN, EventOut
from app.web.fields import Field
from app.web.forms import Form
from app.web.kinds import fields_of

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
    groups: Sequence[tuple[str, Sequence[tuple[str, str]]]] = ()

    @property
    def value(self) -> str:
        """The field's one value."""
        return self.values[0] if self.values else ""


def event_of(kind: EventKind, form: Form, zone: ZoneInfo) -> EventBase:
    """The event that the form describes. Raises ``Invalid``, naming places of the schema."""
    faults: list[FieldFault] = []
    data = _data(kind, form)
    _set_instants(data, kind, zone, faults)
    _as_lists(data)
    try:
        event = EVENT_IN.validate_python(data)
    except ValidationError as error:
        faults += faults_of(error.errors())
        raise Invalid.all(faults) from None
    if faults:
        raise Invalid.all(faults)
    return event


def _data(kind: EventKind, form: Form) -> dict[str, Any]:
    data: dict[str, Any] = {"kind": kind.value}
    for field in fields_of(kind):
        value = _value(field, form)
        if value is not None:
            _put(data, field.place, value)
    if kind is not EventKind.correction and form.one("corrects"):
        data["corrects"] = form.one("corrects")
    # Blank is told at its field at once, with whatever else is wrong.
    data.setdefault("effective_on", "")
    return data


def _set_instants(
    data: dict[str, Any], kind: EventKind, zone: ZoneInfo, faults: list[FieldFault]
) -> None:
    """A day and an hour on the court's clock are one instant."""
    hour = data.pop("effective_at", None)
    if hour is not None:
        at = _instant(data["effective_on"], hour, zone, ("effective_on", "effective_at"), faults)
        if at is not None:
            del data["effective_on"]
            data["effective_at"] = at
    if kind is EventKind.outage:
        on, hour = data.pop("until_at", ""), data.pop("until_hour", "")
        at = _instant(on, hour, zone, ("until_at", "until_hour"), faults)
        if at is not None:
            data["until_at"] = at


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


def _instant(
    on: str, at: str, zone: ZoneInfo, places: tuple[str, str], faults: list[FieldFault]
) -> datetime | None:
    try:
        day = date.fromisoformat(on)
    except ValueError:
        faults.append(FieldFault(places[0], phrase("Give the date as YYYY-MM-DD.")))
        return None
    try:
        hour = time.fromisoformat(at)
    except ValueError:
        hour = None
    if hour is None or hour.tzinfo is not None:
        faults.append(FieldFault(places[1], phrase("Give the hour as HH:MM.")))
        return None
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
    # Most orders have no interim dates: nobody is asked about them there.
    fields = [f for f in fields_of(kind) if f.options != "milestones" or options(f)]
    at: dict[str, Phrase] = {}
    elsewhere: list[Phrase] = []
    for fault in faults:
        field = _field_at(fields, fault.field)
        if field is None:
            elsewhere.append(fault.message)
        else:
            at.setdefault(field.name, fault.message)
    return [Shown(f, values.get(f.name, ()), options(f), at.get(f.name)) for f in fields], elsewhere


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
