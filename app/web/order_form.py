"""The new-order form: what was typed over its steps, its rows, and the order that it says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.limbs import cut
from app.domain.record import PartySide
from app.web.event_form import typed
from app.web.forms import Form
from app.web.order_fields import (
    CATEGORIES_ON_PAGE,
    CATEGORY,
    MILESTONE,
    MILESTONES_ON_PAGE,
    ORDER,
    PENALTY,
    REFERENCE_ROW,
    REFERENCES_ON_PAGE,
    TERM,
    category_field,
    milestone_field,
    reference_field,
)

_BLANKS = str.maketrans("", "", " \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}")
_DIGITS_MAX = 9
_OF_CATEGORY = re.compile(r"c(\d{1,2})_(.+)")
_CONTROL = frozenset({"csrf", "act", "step"})


@dataclass(slots=True)
class Draft:
    """What was typed so far. The form carries all of it from step to step."""

    values: dict[str, list[str]]

    @classmethod
    def of(cls, form: Form) -> Draft:
        """The draft that a form carries; its line ends as they were written."""
        values = {
            name: [v.replace("\r\n", "\n") for v in found]
            for name, found in typed(form).items()
            if name not in _CONTROL
        }
        return cls(values)

    def one(self, name: str) -> str:
        """A field's text, without the blanks around it."""
        found = self.values.get(name)
        return found[0].strip() if found else ""

    def all(self, name: str) -> list[str]:
        """Every value of a field of ticks."""
        return self.values.get(name, [])

    def count(self, name: str, most: int, least: int = 0) -> int:
        """How many rows of a kind the form has; never more than it takes."""
        text = self.one(name)
        said = int(text) if text.isdecimal() and len(text) <= _DIGITS_MAX else 0
        return max(least, min(most, said))

    @property
    def categories(self) -> int:
        """How many categories there are."""
        return self.count("categories", CATEGORIES_ON_PAGE)

    @property
    def references(self) -> int:
        """How many rows of references there are."""
        return self.count("references", REFERENCES_ON_PAGE, least=2)

    def milestones(self, n: int) -> int:
        """How many interim dates the ``n``-th category has."""
        return self.count(f"c{n}_milestones", MILESTONES_ON_PAGE)

    def set_count(self, name: str, count: int) -> None:
        """Have so many rows of a kind."""
        self.values[name] = [str(count)]

    @property
    def same_term(self) -> bool:
        """Whether every category has the first one's term."""
        return bool(self.one("same_term"))

    def elements(self, n: int) -> list[str]:
        """The elements of the ``n``-th category, a line each."""
        return [e.strip() for e in self.one(f"c{n}_elements").split("\n") if e.strip()]

    def cut(self, parties: Iterable[tuple[str, PartySide]]) -> None:
        """Propose categories from the operative part, in the place of those there are.

        ``parties`` are those of the matter, by identifier: who produces owes, to who asks.
        """
        for name in [n for n in self.values if _OF_CATEGORY.fullmatch(n)]:
            del self.values[name]
        sides = list(parties)
        limbs = cut(self.one("operative_part"))[:CATEGORIES_ON_PAGE]
        self.set_count("categories", len(limbs))
        for n, limb in enumerate(limbs, 1):
            self.values |= {
                f"c{n}_number": [limb.number],
                f"c{n}_kind": [limb.kind.value],
                f"c{n}_text": [limb.text],
                f"c{n}_elements": ["\n".join(limb.elements)],
                f"c{n}_obligors": [i for i, side in sides if side is PartySide.producing],
                f"c{n}_beneficiaries": [i for i, side in sides if side is PartySide.requesting],
            }

    def drop_category(self, gone: int) -> None:
        """Take a category out; those after it move up."""
        last = self.categories
        if not 1 <= gone <= last:
            return
        kept: dict[str, list[str]] = {}
        for name, found in self.values.items():
            of = _OF_CATEGORY.fullmatch(name)
            n = int(of[1]) if of else 0
            if of is None or n < gone:
                kept[name] = found
            elif gone < n <= last:
                kept[f"c{n - 1}_{of[2]}"] = found
        self.values = kept
        self.set_count("categories", last - 1)


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
