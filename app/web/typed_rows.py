"""What was typed into a form of many rows, carried by the form itself from page to page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.limbs import cut
from app.domain.record import PartySide
from app.web.event_form import typed
from app.web.forms import Form
from app.web.order_fields import CATEGORIES_ON_PAGE, MILESTONES_ON_PAGE, REFERENCES_ON_PAGE

_DIGITS_MAX = 9
_OF_CATEGORY = re.compile(r"c(\d{1,2})_(.+)")
_CONTROL = frozenset({"csrf", "act", "step"})


@dataclass(slots=True)
class Draft:
    """What was typed so far. The form carries all of it from step to step."""

    values: dict[str, list[str]]

    @classmethod
    def of(cls, form: Form) -> Draft:
        """The draft that a form carries."""
        values = {name: v for name, v in typed(form).items() if name not in _CONTROL}
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
