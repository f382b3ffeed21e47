"""A step of the new-order form as its page shows it: fields, rows, faults, what is carried."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app import models as m
from app.domain.drawing import Drawing
from app.domain.methods import method_phrase
from app.domain.terms import Term, term_from_json, term_phrase
from app.errors import FieldFault, Invalid
from app.language import Language, say, word
from app.phrases import Phrase
from app.schemas.deadlines import ComputationOut
from app.services.deadlines import computation_out
from app.services.derivations import CourtRules, try_term
from app.web.event_form import Shown
from app.web.fields import Field
from app.web.order_fields import (
    CATEGORY,
    MILESTONE,
    ORDER,
    PENALTY,
    REFERENCE_ROW,
    SAME_TERM,
    STEPS,
    TERM,
    TRY,
    Step,
    category_field,
    milestone_field,
    reference_field,
    step_of,
)
from app.web.order_form import Said, term_said
from app.web.rendering import text_in
from app.web.typed_rows import Draft

DRAWN_MAX = 4
"""Derivations drawn on one page; more are told in their steps alone."""

_SEQUENCE = [name for name, _ in STEPS]


@dataclass(frozen=True, slots=True)
class Derived:
    """What a category's term comes to on the day that is tried."""

    term: Phrase | None
    out: ComputationOut | None = None
    silent: Phrase | None = None
    drawing: Drawing | None = None


@dataclass(frozen=True, slots=True)
class CategorySheet:
    """One category on its page."""

    n: int
    number: str
    text: str
    fields: Sequence[Shown] = ()
    term: Sequence[Shown] = ()
    penalty: Sequence[Shown] = ()
    penalty_open: bool = False
    milestones: Sequence[Sequence[Shown]] = ()
    derived: Derived | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A step's page."""

    step: Step
    fields: Sequence[Shown]
    categories: Sequence[CategorySheet]
    elsewhere: Sequence[Phrase]

    @property
    def all_fields(self) -> list[Shown]:
        """Every field of the page in its sequence, for the list of faults."""
        found = list(self.fields)
        for c in self.categories:
            found += [*c.fields, *c.term, *(f for row in c.milestones for f in row), *c.penalty]
        return found

    @property
    def names(self) -> dict[str, object]:
        """The names of the fields that the page shows."""
        return {it.field.name: it for it in self.all_fields}


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the order is registered: its matter, the court's rules, who reads."""

    matter: m.Matter
    rules: CourtRules
    language: Language

    def sheet(
        self, step: Step, draft: Draft, found: Said | None = None, faults: Iterable[FieldFault] = ()
    ) -> Sheet:
        """The page of a step, each fault at its field."""
        at: dict[str, Phrase] = {}
        elsewhere: list[Phrase] = []
        for fault in faults:
            name = found.name_of(fault.field) if found else ""
            if name:
                at.setdefault(name, fault.message)
            else:
                elsewhere.append(fault.message)
        show = _Show(self, draft, at)
        return Sheet(step, show.heads(step), show.categories(step), elsewhere)


@dataclass(frozen=True, slots=True)
class _Show:
    """Builds the fields of one page."""

    setting: Setting
    draft: Draft
    at: dict[str, Phrase]

    def field(self, field: Field, elements: Sequence[str] = ()) -> Shown:
        values = self.draft.all(field.name)
        options = self._options(field, elements)
        if field.shape != "categories":
            values = values[:1]
        return Shown(field, values, options, self.at.get(field.name))

    def _options(self, field: Field, elements: Sequence[str]) -> Sequence[tuple[str, str]]:
        language = self.setting.language
        if field.name.endswith("_due"):
            return [(e, e) for e in elements]
        if field.shape == "categories":
            return [(str(p.id), p.name) for p in self.setting.matter.parties]
        if field.options == "methods":
            methods = sorted(self.setting.rules.pack.service_methods)
            return [(x, say(method_phrase(x), language)) for x in methods]
        if field.words is not None:
            return [(w.value, word(w, language)) for w in field.words]
        return [(value, text_in(language, label)) for value, label in field.choices]

    def heads(self, step: Step) -> list[Shown]:
        """The fields of a step that belong to no category."""
        if step == "order":
            rows = [
                reference_field(f, n)
                for n in range(1, self.draft.references + 1)
                for f in REFERENCE_ROW
            ]
            return [self.field(f) for f in (*ORDER, *rows)]
        if step == "terms":
            return [self.field(f) for f in (*TRY, SAME_TERM)]
        return []

    def categories(self, step: Step) -> list[CategorySheet]:
        """The categories as a step shows them."""
        if step not in ("categories", "terms"):
            return []
        tried: dict[Term, Derived] = {}
        return [self._category(step, n, tried) for n in range(1, self.draft.categories + 1)]

    def _category(self, step: Step, n: int, tried: dict[Term, Derived]) -> CategorySheet:
        draft = self.draft
        number, text = draft.one(f"c{n}_number"), draft.one(f"c{n}_text")
        if step == "categories":
            fields = [self.field(category_field(f, n)) for f in CATEGORY]
            return CategorySheet(n, number, text, fields)
        own_term = n == 1 or not draft.same_term
        penalty = [self.field(category_field(f, n)) for f in PENALTY]
        return CategorySheet(
            n,
            number,
            text,
            term=[self.field(category_field(f, n)) for f in TERM] if own_term else (),
            penalty=penalty,
            penalty_open=any(
                it.fault or (it.value and it.field.name.endswith(("_rate", "_penalty_text")))
                for it in penalty
            ),
            milestones=[
                [self.field(milestone_field(f, n, k), draft.elements(n)) for f in MILESTONE]
                for k in range(1, draft.milestones(n) + 1)
            ],
            derived=derived(self.setting, draft, n, tried) if own_term else None,
        )


def derived(setting: Setting, draft: Draft, n: int, tried: dict[Term, Derived]) -> Derived:
    """What the term of the ``n``-th category comes to; equal terms are computed once."""
    said = term_said(draft, f"c{n}_")
    try:
        term = term_from_json(said)
    except Invalid:
        return Derived(None)
    if term not in tried:
        found = try_term(
            setting.rules,
            term,
            made_on=_day(draft.one("made_on")),
            trigger_on=_day(draft.one("try_on")),
            method=draft.one("try_method") or None,
        )
        computed = found.found
        tried[term] = Derived(
            term_phrase(term),
            computation_out(computed, setting.language, setting.rules.zone) if computed else None,
            found.silent,
            found.drawing(setting.rules, term) if len(tried) < DRAWN_MAX else None,
        )
    return tried[term]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def first_faulty(faults: Iterable[FieldFault], found: Said, until: Step) -> Step | None:
    """The first step, no further than ``until``, on which something is wrong."""
    steps = {_SEQUENCE.index(_step(fault, found)) for fault in faults}
    first = min(steps, default=len(_SEQUENCE))
    return STEPS[first][0] if first <= _SEQUENCE.index(until) else None


def faults_until(faults: Iterable[FieldFault], found: Said, until: Step) -> list[FieldFault]:
    """The faults of the steps no further than ``until``: what lies ahead is not yet wrong."""
    last = _SEQUENCE.index(until)
    return [f for f in faults if _SEQUENCE.index(_step(f, found)) <= last]


def _step(fault: FieldFault, found: Said) -> Step:
    name = found.name_of(fault.field)
    if name:
        return step_of(name)
    return "categories" if fault.field.startswith("categories") else "terms"


def later(step: Step, than: Step) -> bool:
    """Whether a step comes after another."""
    return _SEQUENCE.index(step) > _SEQUENCE.index(than)
