"""Field types that several schemas share, each with its limits and its JSON schema."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from app import phrases
from app.domain.penalties import PenaltyTerms, penalty_from_json, penalty_to_json
from app.domain.periods import Duration, Unit, parse_duration
from app.domain.record import NAME_CHARS_MAX, REASON_CHARS_MAX, TEXT_CHARS_MAX
from app.domain.terms import Term, at_field, duration_from_json, term_from_json, term_to_json
from app.errors import Invalid

SAID = "said"
"""The error type of a fault that is already a phrase: ``ctx`` holds it, and its field."""


class Wire(BaseModel):
    """What every schema shares: unknown fields are refused, values are not changed later."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)


def refuse(message: str, /, field: str = "", **values: object) -> PydanticCustomError:
    """A validator's refusal, as a phrase that the door can say in its reader's language."""
    said = phrases.to_json(phrases.phrase(message, **values))
    return PydanticCustomError(
        SAID, "{english}", {"english": message, "said": said, "field": field}
    )


def _reading(read: Callable[[Any, str], Any]) -> Callable[[Any], Any]:
    """Run one of the law's readers, and tell its faults under the field being read."""

    def validate(value: Any) -> Any:
        try:
            return read(value, "$")
        except Invalid as fault:
            first = fault.faults[0]
            raise refuse(
                first.message.template,
                field=first.field.removeprefix("$").removeprefix("."),
                **first.message.values,
            ) from None

    return validate


def no_control(text: str) -> str:
    """The text, if it holds no control character but a line break or a tab."""
    if any((ord(c) < 32 and c not in "\n\t") or c == "\x7f" for c in text):
        raise refuse("Control characters cannot be kept in a text.")
    return text


def one_line(text: str) -> str:
    """The text, if it is one line without control characters."""
    if "\n" in text or "\t" in text:
        raise refuse("This is one line: it cannot hold a line break or a tab.")
    return no_control(text)


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=NAME_CHARS_MAX),
    AfterValidator(one_line),
]
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=NAME_CHARS_MAX),
    AfterValidator(one_line),
]
Body = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=TEXT_CHARS_MAX),
    AfterValidator(no_control),
]
ReasonText = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=REASON_CHARS_MAX),
    AfterValidator(no_control),
]
Number = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=20),
    AfterValidator(one_line),
]
CourtCode = Annotated[str, StringConstraints(max_length=60), AfterValidator(one_line)]
"""A court's code, as somebody asks for it."""

At = Annotated[datetime, AwareDatetime]
"""An instant given, with its offset."""

Instant = Annotated[datetime, AfterValidator(lambda at: at.astimezone(UTC))]
"""An instant told: in UTC, always."""

_PERIOD_SCHEMA: dict[str, Any] = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["value", "unit"],
        "additionalProperties": False,
        "properties": {
            "value": {"type": "integer", "minimum": 1},
            "unit": {"enum": [unit.value for unit in Unit]},
        },
    },
}


def _read_duration(value: Any, field: str) -> Duration:
    if isinstance(value, str):
        return at_field(field, parse_duration, value)
    return duration_from_json(value, field)


DurationField = Annotated[
    Duration,
    PlainValidator(_reading(_read_duration)),
    PlainSerializer(lambda d: [{"value": p.value, "unit": p.unit.value} for p in d]),
    WithJsonSchema(
        {
            "anyOf": [_PERIOD_SCHEMA, {"type": "string", "description": "ISO 8601"}],
            "examples": [[{"value": 2, "unit": "month"}], "P2M"],
        }
    ),
]

TermField = Annotated[
    Term,
    PlainValidator(_reading(lambda v, f: v if isinstance(v, Term) else term_from_json(v, f))),
    PlainSerializer(term_to_json),
    WithJsonSchema(
        {
            "description": "By when: within a period, until a date, or none stated.",
            "oneOf": [
                {
                    "type": "object",
                    "required": ["kind", "period"],
                    "additionalProperties": False,
                    "properties": {
                        "kind": {"const": "within"},
                        "period": _PERIOD_SCHEMA,
                        "trigger": {"enum": ["service", "decision", "event"]},
                        "direction": {"enum": ["after", "before"]},
                    },
                },
                {
                    "type": "object",
                    "required": ["kind", "on"],
                    "additionalProperties": False,
                    "properties": {
                        "kind": {"const": "until"},
                        "on": {"type": "string", "format": "date"},
                        "at": {"type": ["string", "null"], "examples": ["17:00"]},
                    },
                },
                {
                    "type": "object",
                    "required": ["kind"],
                    "additionalProperties": False,
                    "properties": {"kind": {"const": "none"}, "reason": {"type": "string"}},
                },
            ],
            "examples": [
                {"kind": "within", "period": [{"value": 2, "unit": "month"}], "trigger": "service"}
            ],
        }
    ),
]

PenaltyField = Annotated[
    PenaltyTerms,
    PlainValidator(
        _reading(lambda v, f: v if isinstance(v, PenaltyTerms) else penalty_from_json(v, f))
    ),
    PlainSerializer(penalty_to_json),
    WithJsonSchema(
        {
            "type": "object",
            "description": "A periodic penalty (astreinte): its amount stays theoretical until "
            "a decision liquidates it.",
            "examples": [{"rate": "1000", "currency": "EUR", "per": "day"}],
        }
    ),
]


class Described(BaseModel):
    """A sentence in the reader's language."""

    text: Annotated[str, Field(description="In the language of Accept-Language.")]
