"""Penalty terms as plain data, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import TypeVar

from app.domain.penaltyterms import (
    PenaltyBasis,
    PenaltyNature,
    PenaltyTerms,
    StartKind,
    StartRule,
)
from app.errors import FieldFault, Invalid
from app.phrases import phrase

AMOUNT_LENGTH_MAX = 32

E = TypeVar("E", bound=StrEnum)

_FIELDS = {
    "rate",
    "currency",
    "per",
    "starts",
    "nature",
    "max_days",
    "cap_amount",
    "cap_months",
    "first_day_inclusive",
    "last_day_inclusive",
    "text",
}


def penalty_to_json(terms: PenaltyTerms) -> dict[str, object]:
    """Penalty terms as plain data; amounts as text, so that no digit is lost."""
    starts: dict[str, object] = {"kind": terms.starts.kind.value}
    if terms.starts.on is not None:
        starts["on"] = terms.starts.on.isoformat()
    if terms.starts.days is not None:
        starts["days"] = terms.starts.days
    return {
        "rate": f"{terms.rate:f}",
        "currency": terms.currency,
        "per": terms.per.value,
        "starts": starts,
        "nature": terms.nature.value,
        "max_days": terms.max_days,
        "cap_amount": None if terms.cap_amount is None else f"{terms.cap_amount:f}",
        "cap_months": terms.cap_months,
        "first_day_inclusive": terms.first_day_inclusive,
        "last_day_inclusive": terms.last_day_inclusive,
        "text": terms.text,
    }


def penalty_from_json(data: object, field: str = "penalty") -> PenaltyTerms:
    """Read penalty terms; only ``rate`` has no default.

    Raises:
        Invalid: names each field that cannot be taken, under ``field``.
    """
    table = _table(data, field, _FIELDS)
    rate = _amount(table.get("rate"), f"{field}.rate")
    if rate is None:
        raise Invalid.field(f"{field}.rate", "Give the rate.")
    starts = _starts(table.get("starts", {}), f"{field}.starts")
    try:
        return PenaltyTerms(
            rate=rate,
            currency=_text(table.get("currency", "EUR"), f"{field}.currency"),
            per=_choice(PenaltyBasis, table.get("per", "day"), f"{field}.per"),
            starts=starts,
            nature=_choice(PenaltyNature, table.get("nature", "provisional"), f"{field}.nature"),
            max_days=_whole(table.get("max_days"), f"{field}.max_days"),
            cap_amount=_amount(table.get("cap_amount"), f"{field}.cap_amount"),
            cap_months=_whole(table.get("cap_months"), f"{field}.cap_months"),
            first_day_inclusive=_flag(table, "first_day_inclusive", field),
            last_day_inclusive=_flag(table, "last_day_inclusive", field),
            text=_text(table.get("text", ""), f"{field}.text"),
        )
    except Invalid as fault:
        raise _under(fault, field) from None


def _under(fault: Invalid, field: str) -> Invalid:
    """The same faults, each named under ``field`` once."""
    return Invalid.all(
        each
        if each.field.startswith(f"{field}.")
        else FieldFault(f"{field}.{each.field}", each.message)
        for each in fault.faults
    )


def _starts(data: object, field: str) -> StartRule:
    table = _table(data, field, {"kind", "on", "days"})
    kind = _choice(StartKind, table.get("kind", "after_due"), f"{field}.kind")
    on, days = table.get("on"), _whole(table.get("days"), f"{field}.days")
    try:
        day = None if on is None else date.fromisoformat(_text(on, f"{field}.on"))
    except ValueError:
        raise Invalid.field(f"{field}.on", "Give the date as YYYY-MM-DD.") from None
    try:
        return StartRule(kind, day, days)
    except Invalid as fault:
        raise _under(fault, field) from None


def _table(data: object, field: str, known: set[str]) -> Mapping[str, object]:
    if not isinstance(data, Mapping):
        raise Invalid.field(field, "This is an object with named fields.")
    unknown = [str(key) for key in data if key not in known]
    if unknown:
        raise Invalid.all(
            FieldFault(f"{field}.{key}", phrase("A penalty has no such field.")) for key in unknown
        )
    return data


def _text(value: object, field: str) -> str:
    if not isinstance(value, str):
        raise Invalid.field(field, "This is a text.")
    return value


def _amount(value: object, field: str) -> Decimal | None:
    if value is None:
        return None
    # A binary fraction is not an amount of money: text or a whole number only.
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise Invalid.field(field, "Give the amount as text, as in 1000 or 99.50.")
    if len(str(value)) > AMOUNT_LENGTH_MAX:
        raise Invalid.field(field, "This is too long to be an amount.")
    try:
        return Decimal(value)
    except InvalidOperation:
        raise Invalid.field(field, "Give the amount as text, as in 1000 or 99.50.") from None


def _whole(value: object, field: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        raise Invalid.field(field, "This is a whole number.")
    return value


def _flag(table: Mapping[str, object], key: str, field: str) -> bool:
    value = table.get(key, True)
    if not isinstance(value, bool):
        raise Invalid.field(f"{field}.{key}", "This is true or false.")
    return value


def _choice(kind: type[E], value: object, field: str) -> E:
    for member in kind:
        if member.value == value:
            return member
    choices = ", ".join(member.value for member in kind)
    raise Invalid.field(field, "Choose one of: {choices}.", choices=choices)
