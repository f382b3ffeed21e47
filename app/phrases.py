"""A sentence before it has a language.

The law and the errors speak in phrases: an English template and its values. A door
renders them in its reader's language (``app.language``); nothing below a door knows
which language that is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import NamedTuple


class Phrase(NamedTuple):
    """An English template in ``str.format`` style, and the values it names.

    Values are strings, numbers, enum members, dates, datetimes, phrases, or tuples of
    these. A date may ask for its weekday: ``{raw_on:weekday}``. (A tuple, because every
    step of a million computations makes one: look for phrases before looking for tuples.)
    """

    template: str
    values: Mapping[str, object] = MappingProxyType({})

    def __str__(self) -> str:
        """Render in plain English, dates in ISO form; for logs and test failures."""
        return self.template.format_map({k: _Plain(v) for k, v in self.values.items()})


class _Plain:
    """A value that ignores any format it is asked for."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __format__(self, _spec: str) -> str:
        if isinstance(self.value, tuple) and not isinstance(self.value, Phrase):
            return ", ".join(str(part) for part in self.value)
        return str(self.value)


def phrase(template: str, /, **values: object) -> Phrase:
    """Say ``template`` with ``values``. The template is the key of its translation."""
    return Phrase(template, values)


def to_json(said: Phrase) -> dict[str, object]:
    """Write a phrase so that ``from_json`` reads the same values back, types included."""
    return {
        "phrase": said.template,
        "values": {k: _value_to_json(v) for k, v in said.values.items()},
    }


def from_json(data: Mapping[str, object]) -> Phrase:
    """Read what ``to_json`` wrote; raises ``ValueError`` on anything else."""
    template, values = data.get("phrase"), data.get("values")
    if not isinstance(template, str) or not isinstance(values, Mapping):
        raise ValueError("not a phrase")
    return Phrase(template, {k: _value_from_json(v) for k, v in values.items()})


def _value_to_json(value: object) -> object:  # noqa: PLR0911  one a type
    if isinstance(value, Phrase):
        return to_json(value)
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    if isinstance(value, Decimal):
        return {"number": str(value)}
    if isinstance(value, tuple):
        return [_value_to_json(v) for v in value]
    if isinstance(value, bool | int):
        return value
    return str(value)


def _value_from_json(value: object) -> object:
    if isinstance(value, list):
        return tuple(_value_from_json(v) for v in value)
    if not isinstance(value, dict):
        return value
    if "phrase" in value:
        return from_json(value)
    if "at" in value:
        return datetime.fromisoformat(value["at"])
    if "on" in value:
        return date.fromisoformat(value["on"])
    return Decimal(value["number"])
