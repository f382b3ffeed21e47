"""The new-order form: what was typed over its steps, its rows, and the order that it says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.errors import FieldFault, Invalid
from app.phrases import phrase
from app.schemas.orders import OrderIn
from app.web.forms import parsed
from app.web.order_fields import (
    CATEGORY,
    MILESTONE,
    ORDER,
    PENALTY,
    REFERENCE_ROW,
    TERM,
    category_field,
    milestone_field,
    reference_field,
)
from app.web.typed_rows import Draft

_BLANKS = str.maketrans("", "", " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")
_DIGITS_MAX = 9


@dataclass(slots=True)
class Said:
    """The order that a draft says, as the schema takes it; which field said each place."""

    data: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    def name_of(self, place: str) -> str:
        """The field of a place, or of the nearest place around it; "" for none."""
        while place:
            if place in self.names:
                return self.names[place]
            place = place.rpartition(".")[0]
        return ""


def checked(found: Said) -> OrderIn:
    """The order, as both doors take it. A form that leaves its words out is told so besides."""
    faults = list(_faults(found.data))
    try:
        order = parsed(OrderIn, found.data)
    except Invalid as fault:
        raise Invalid.all([*faults, *fault.faults]) from None
    if faults:
        raise Invalid.all(faults)
    return order


def _faults(data: Mapping[str, Any]) -> Iterator[FieldFault]:
    """What the schema lets pass, or tells only once everything else is right."""
    blank = phrase("Give the words of the decision.")
    if not data["operative_part"]:
        yield FieldFault("operative_part", blank)
    seen: set[str] = set()
    for i, category in enumerate(data["categories"]):
        if not category["text"]:
            yield FieldFault(f"categories.{i}.text", blank)
        number = category["number"]
        if number in seen:
            twice = phrase("Category {number} is there twice.", number=number)
            yield FieldFault(f"categories.{i}.number", twice)
        seen |= {number} - {""}


def said(draft: Draft) -> Said:
    """What the draft says of the order, unchecked."""
    found = Said()
    for f in ORDER:
        found.names[f.name] = f.name
        if draft.one(f.name) or f.required:
            found.data[f.name] = draft.one(f.name)
    found.data["references"] = list(references_said(draft, found.names))
    found.data["categories"] = [
        _category(draft, found.names, n) for n in range(1, draft.categories + 1)
    ]
    return found


def references_said(draft: Draft, names: dict[str, str]) -> Iterator[dict[str, str]]:
    """The references of a draft, blank rows left out; which field said each place."""
    listed = 0
    for n in range(1, draft.references + 1):
        kind, reference = (reference_field(f, n) for f in REFERENCE_ROW)
        if not draft.one(kind.name) and not draft.one(reference.name):
            continue
        names |= {
            f"references.{listed}": reference.name,
            f"references.{listed}.kind": kind.name,
            f"references.{listed}.reference": reference.name,
        }
        listed += 1
        yield {"kind": draft.one(kind.name), "reference": draft.one(reference.name)}


def _category(draft: Draft, names: dict[str, str], n: int) -> dict[str, Any]:
    place = f"categories.{n - 1}"
    data: dict[str, Any] = {"period": {}}
    for f in CATEGORY:
        placed = category_field(f, n)
        names[placed.path] = placed.name
        if f.shape == "categories":
            data[f.name] = draft.all(placed.name)
        elif f.name == "elements":
            data["elements"] = draft.elements(n)
        elif draft.one(placed.name) or f.required:
            _put(data, f.path, draft.one(placed.name))
    named_as = f"c{1 if draft.same_term else n}_"
    data["term"] = term_said(draft, named_as)
    names |= {f"{place}.{f.path}": f"{named_as}{f.name}" for f in TERM}
    names |= {f"{place}.term": f"{named_as}term", f"{place}.term.period": f"{named_as}value"}
    penalty = _penalty(draft, n)
    names |= {f"{place}.{f.path}": f"c{n}_{f.name}" for f in PENALTY}
    names |= {f"{place}.penalty_terms": f"c{n}_rate"}
    if penalty:
        data["penalty_terms"] = penalty
    data["milestones"] = [_milestone(draft, names, n, k) for k in range(1, draft.milestones(n) + 1)]
    return data


def term_said(draft: Draft, prefix: str) -> dict[str, Any]:
    """The term of the fields under ``prefix``, as plain data; {} where none was chosen."""
    kind = draft.one(f"{prefix}term")
    if kind in ("within", "before"):
        period = {"value": _whole(draft.one(f"{prefix}value"))}
        if unit := draft.one(f"{prefix}unit"):
            period["unit"] = unit
        return {
            "kind": "within",
            "period": [period],
            "trigger": draft.one(f"{prefix}trigger") or "service",
            "direction": "before" if kind == "before" else "after",
        }
    if kind == "until":
        at = draft.one(f"{prefix}at")
        return {"kind": "until", "on": draft.one(f"{prefix}on"), **({"at": at} if at else {})}
    if kind == "none":
        return {"kind": "none", "reason": draft.one(f"{prefix}no_term")}
    return {"kind": kind}


def _penalty(draft: Draft, n: int) -> dict[str, Any]:
    """The penalty terms, if anything but a default was given of them."""
    given = {f.name: draft.one(f"c{n}_{f.name}") for f in PENALTY}
    usual = {"currency": "EUR", "per": "day", "starts": "after_due"}
    if all(not text or usual.get(name) == text for name, text in given.items()):
        return {}
    data: dict[str, Any] = {"penalty_terms": {}}
    for f in PENALTY:
        text = given[f.name]
        if not text:
            continue
        value: Any = text
        if f.shape == "number":
            value = _whole(text)
        elif f.shape == "amount":
            value = _amount(text)
        _put(data, f.path, value)
    found: dict[str, Any] = data["penalty_terms"]
    return found


def _milestone(draft: Draft, names: dict[str, str], n: int, k: int) -> dict[str, Any]:
    place, prefix = f"categories.{n - 1}.milestones.{k - 1}", f"c{n}_m{k}_"
    names |= {p.path: p.name for p in (milestone_field(f, n, k) for f in MILESTONE)}
    names |= {
        place: f"{prefix}name",
        f"{place}.term": f"{prefix}term",
        f"{place}.term.period": f"{prefix}value",
    }
    data: dict[str, Any] = {"name": draft.one(f"{prefix}name"), "term": term_said(draft, prefix)}
    data["elements"] = draft.all(f"{prefix}due")
    if documents := draft.one(f"{prefix}documents"):
        data["documents"] = _whole(documents)
    return data


def _put(data: dict[str, Any], place: str, value: Any) -> None:
    *way, last = place.split(".")
    for step in way:
        data = data.setdefault(step, {})
    data[last] = value


def _whole(text: str) -> int | str:
    """A whole number that was typed, or the text where it is none: the schema says so."""
    return int(text) if text.isdecimal() and len(text) <= _DIGITS_MAX else text


def _amount(text: str) -> str:
    """An amount, however its reader writes it: "1 000,50" is 1000.50."""
    plain = text.translate(_BLANKS)
    return plain.replace(",", ".") if plain.count(",") == 1 and "." not in plain else plain


def carried(draft: Draft, shown: Mapping[str, object]) -> list[tuple[str, str]]:
    """The pairs that the page must carry beside the fields that it shows."""
    return [(name, v) for name, found in draft.values.items() if name not in shown for v in found]
