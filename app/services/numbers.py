"""The numbers of a party: given once, to an exhibit or a withheld item, and never again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Integer, cast, func, select, union_all
from sqlalchemy.orm import Session

from app import models as m
from app.domain.numbering import ExhibitNumber, next_number, parse_number
from app.services.productions import number_taken


class PartyNumbers:
    """The numbers that a party gave: asked for one by one or, with ``many``, read at once."""

    def __init__(self, session: Session, party_id: UUID, *, many: bool = False) -> None:
        self.session = session
        self.party_id = party_id
        self._taken: set[ExhibitNumber] | None = None
        if many:
            self._taken = {parse_number(text) for text in session.scalars(self._texts())}
        self._given: set[ExhibitNumber] = set()

    def _texts(self, *texts: str) -> Any:
        exhibits = select(m.Exhibit.number).where(m.Exhibit.party_id == self.party_id)
        withheld = select(m.WithheldItem.number).where(m.WithheldItem.party_id == self.party_id)
        if texts:
            exhibits = exhibits.where(m.Exhibit.number.in_(texts))
            withheld = withheld.where(m.WithheldItem.number.in_(texts))
        return union_all(exhibits, withheld)

    def has(self, number: ExhibitNumber) -> bool:
        """Whether the party gave this number, however it is written."""
        if number in self._given:
            return True
        if self._taken is not None:
            return number in self._taken
        written = number.text
        texts = {written, written.replace("-", "."), written.replace(".", "-")}
        return self.session.execute(self._texts(*texts).limit(1)).first() is not None

    def take(self, text: str) -> str:
        """Give the number that was asked for; ``Conflict`` when it was given before."""
        number = parse_number(text)
        if self.has(number):
            raise number_taken(str(number))
        self._given.add(number)
        return str(number)

    def free(self, named: ExhibitNumber | None) -> str:
        """Give the number that the name says, if it is free; else the next one."""
        if named is None or self.has(named):
            named = self._next()
        self._given.add(named)
        return str(named)

    def _next(self) -> ExhibitNumber:
        highest = self._taken if self._taken is not None else self._highest()
        return next_number([*highest, *self._given])

    def _highest(self) -> list[ExhibitNumber]:
        """The highest whole number there is: texts begin with it."""
        lite = self.session.get_bind().dialect.name == "sqlite"
        found = []
        for entity in (m.Exhibit, m.WithheldItem):
            # SQLite's own cast reads the digits that a text begins with.
            text = entity.number if lite else func.substring(entity.number, "^[0-9]+")
            query = select(func.max(cast(text, Integer))).where(entity.party_id == self.party_id)
            highest = self.session.scalar(query)
            if highest:
                found.append(ExhibitNumber((highest,)))
        return found
