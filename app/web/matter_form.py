"""The form by which a matter is registered: its fields, its rows, the matter that it says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.domain.record import PartySide
from app.errors import FieldFault
from app.language import Language, word
from app.phrases import Phrase
from app.web.event_form import Shown
from app.web.fields import Field
from app.web.rendering import msg
from app.web.typed_rows import Draft

ROWS_ON_PAGE = {"dockets": 10, "parties": 40, "counsels": 5}
"""Rows that the form takes; a larger matter is registered through the API."""

COURT = Field("court", msg("Court"), "choice", required=True)
TITLE = Field("title", msg("Title"), required=True, hint=msg("As in “Claimants v. Respondent”."))
DOCKET = (
    Field("docket_kind", msg("Kind"), side="left", path="kind"),
    Field("docket", msg("Docket number"), side="right", path="number"),
)
PARTY = (
    Field("party", msg("Name of the party"), required=True, path="name"),
    Field("side", msg("Stands as"), "choice", words=PartySide, required=True, side="left"),
    Field("seat", msg("Seat"), side="right"),
)
COUNSEL = (
    Field("counsel", msg("Represented by"), side="left"),
    Field("bar", msg("Bar"), side="right"),
    Field("since", msg("Since"), "day", side="left", path="since_on"),
    Field("until", msg("Until"), "day", side="right", path="until_on"),
)


@dataclass(frozen=True, slots=True)
class PartyRows:
    """A party's fields, and those of each of its counsel."""

    n: int
    fields: Sequence[Shown]
    counsels: Sequence[Sequence[Shown]]


@dataclass(slots=True)
class MatterSheet:
    """The form as its page shows it."""

    heads: Sequence[Shown]
    dockets: Sequence[Sequence[Shown]]
    parties: Sequence[PartyRows]
    elsewhere: list[Phrase] = field(default_factory=list)

    @property
    def all_fields(self) -> list[Shown]:
        """Every field in the page's sequence."""
        found = [*self.heads, *(f for row in self.dockets for f in row)]
        for party in self.parties:
            found += [*party.fields, *(f for row in party.counsels for f in row)]
        return found


def rows(draft: Draft, kind: str, n: int = 0) -> int:
    """How many rows of a kind the form has: numbers, parties, or counsel of the n-th party."""
    name, least = (f"counsels{n}", 1) if n else (kind, 2 if kind == "parties" else 1)
    return draft.count(name, ROWS_ON_PAGE[kind], least)


def one_more(draft: Draft, kind: str, n: int = 0) -> None:
    """Add a row of a kind."""
    count = min(rows(draft, kind, n) + 1, ROWS_ON_PAGE[kind])
    draft.set_count(f"counsels{n}" if n else kind, count)


def matter_said(draft: Draft) -> tuple[dict[str, Any], dict[str, str]]:
    """What the form says of the matter, and which field says each place. Blank rows say nothing."""
    names = {"court": "court", "title": "title", "parties": "party1"}
    data: dict[str, Any] = {"court": draft.one("court"), "title": draft.one("title")}
    data["docket_numbers"] = list(_dockets(draft, names))
    data["parties"] = list(_parties(draft, names))
    return data, names


def _dockets(draft: Draft, names: dict[str, str]) -> Iterator[dict[str, str]]:
    listed = 0
    for n in range(1, rows(draft, "dockets") + 1):
        said = row_said(draft, DOCKET, str(n), f"docket_numbers.{listed}", names)
        if "number" in said:
            listed += 1
            yield said


def _parties(draft: Draft, names: dict[str, str]) -> Iterator[dict[str, Any]]:
    listed = 0
    for n in range(1, rows(draft, "parties") + 1):
        place = f"parties.{listed}"
        said: dict[str, Any] = row_said(draft, PARTY, str(n), place, names)
        counsels: list[dict[str, str]] = []
        for k in range(1, rows(draft, "counsels", n) + 1):
            at = f"{place}.representations.{len(counsels)}"
            one = row_said(draft, COUNSEL, f"{n}_{k}", at, names)
            counsels += [one] if one else []
        # A row that only says on which side somebody stands names nobody.
        if counsels or set(said) - {"side"}:
            listed += 1
            yield {**said, "representations": counsels}


def row_said(
    draft: Draft, fields: Sequence[Field], suffix: str, place: str, names: dict[str, str]
) -> dict[str, str]:
    """What a row's fields say; ``names`` learns which field says each place."""
    said: dict[str, str] = {}
    for f in fields:
        names[f"{place}.{f.place}"] = f"{f.name}{suffix}"
        if text := draft.one(f"{f.name}{suffix}"):
            said[f.place] = text
    names.setdefault(place, f"{fields[0].name}{suffix}")
    return said


def matter_sheet(
    draft: Draft,
    courts: Sequence[tuple[str, str]],
    language: Language,
    names: dict[str, str],
    faults: Sequence[FieldFault],
) -> MatterSheet:
    """The form with what was typed, each fault at its field."""
    at: dict[str, Phrase] = {}
    elsewhere: list[Phrase] = []
    for fault in faults:
        if fault.field in names:
            at.setdefault(names[fault.field], fault.message)
        else:
            elsewhere.append(fault.message)

    def show(f: Field, suffix: str = "") -> Shown:
        named = replace(f, name=f"{f.name}{suffix}")
        options = courts if f.name == "court" else ()
        if f.words is not None:
            options = [(w.value, word(w, language)) for w in f.words]
        return Shown(named, draft.all(named.name)[:1], options, at.get(named.name))

    parties = [
        PartyRows(
            n,
            [show(f, str(n)) for f in PARTY],
            [
                [show(f, f"{n}_{k}") for f in COUNSEL]
                for k in range(1, rows(draft, "counsels", n) + 1)
            ],
        )
        for n in range(1, rows(draft, "parties") + 1)
    ]
    dockets = [[show(f, str(n)) for f in DOCKET] for n in range(1, rows(draft, "dockets") + 1)]
    return MatterSheet([show(COURT), show(TITLE)], dockets, parties, elsewhere)
