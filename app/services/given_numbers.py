"""The exhibit numbers that a party gave: which are free for files that come into a draft."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Integer, bindparam, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from app import models as m
from app.domain.numbering import ExhibitNumber, next_number, parse_number
from app.services.productions import DraftRow, number_taken

MANY = 20
"""From so many files on, the party's numbers are read once, not asked for one by one."""

_PARTY = bindparam("party_id", type_=m.Exhibit.party_id.type)
_TEXTS = bindparam("texts", expanding=True, type_=m.Exhibit.number.type)
_EXHIBITS = select(m.Exhibit.number, m.Exhibit.production_id, m.Exhibit.edition).where(
    m.Exhibit.party_id == _PARTY
)
_WITHHELD = select(m.WithheldItem.number, m.WithheldItem.production_id, literal(0)).where(
    m.WithheldItem.party_id == _PARTY
)
_ALL = union_all(_EXHIBITS, _WITHHELD)
_SOME = union_all(
    _EXHIBITS.where(m.Exhibit.number.in_(_TEXTS)),
    _WITHHELD.where(m.WithheldItem.number.in_(_TEXTS)),
)


class GivenNumbers:
    """The numbers that a party gave, as far as files of one draft ask for them."""

    def __init__(
        self, session: Session, production: DraftRow, asked: Iterable[str], *, many: bool
    ) -> None:
        self._session = session
        self._production = production
        self._whole = many
        self._asked = {parse_number(text) for text in asked}
        self._taken: set[ExhibitNumber] = set()
        self._here: set[str] = set()
        self._given: set[ExhibitNumber] = set()
        self._top: ExhibitNumber | None = None
        if many or self._asked:
            self._read()

    def _read(self) -> None:
        for text, production_id, edition in self._rows(None if self._whole else self._asked):
            self._taken.add(parse_number(text))
            if production_id == self._production.id and edition == 1:
                self._here.add(text)

    def _rows(self, numbers: Iterable[ExhibitNumber] | None) -> Iterable[Any]:
        party: dict[str, Any] = {"party_id": self._production.party_id}
        connection = self._session.connection()
        if numbers is None:
            return connection.execute(_ALL, party)
        texts = [text for number in numbers for text in _writings(number)]
        return connection.execute(_SOME, party | {"texts": texts})

    def in_draft(self, text: str) -> bool:
        """Whether an exhibit of the draft bears this number, which was asked for."""
        return text in self._here

    def take(self, text: str) -> str:
        """Give the number that was asked for; ``Conflict`` when it was given before."""
        number = parse_number(text)
        if self._has(number):
            raise number_taken(str(number))
        self._give(number)
        return str(number)

    def free(self, named: ExhibitNumber | None) -> str:
        """Give the number that the name says, if it is free; else the next one."""
        if named is None or self._has(named):
            if self._top is None:
                self._top = _top([*(self._taken if self._whole else self._highest()), *self._given])
            named = next_number([self._top] if self._top else [])
        self._give(named)
        return str(named)

    def _give(self, number: ExhibitNumber) -> None:
        self._given.add(number)
        if self._top is not None:
            self._top = _top([self._top, number])

    def _has(self, number: ExhibitNumber) -> bool:
        if number in self._given:
            return True
        if self._whole or number in self._asked:
            return number in self._taken
        return any(True for _ in self._rows([number]))

    def _highest(self) -> list[ExhibitNumber]:
        """The highest whole number there is: texts begin with it."""
        lite = self._session.get_bind().dialect.name == "sqlite"
        found = []
        for entity in (m.Exhibit, m.WithheldItem):
            # SQLite's own cast reads the digits that a text begins with.
            text = entity.number if lite else func.substring(entity.number, "^[0-9]+")
            query = select(func.max(cast(text, Integer))).where(
                entity.party_id == self._production.party_id
            )
            highest = self._session.scalar(query)
            if highest:
                found.append(ExhibitNumber((highest,)))
        return found


def _top(numbers: Iterable[ExhibitNumber]) -> ExhibitNumber | None:
    return max(numbers, key=lambda number: number.parts[0], default=None)


def _writings(number: ExhibitNumber) -> set[str]:
    """Every way in which the number may stand in the record."""
    written = number.text
    return {written, written.replace("-", "."), written.replace(".", "-")}
