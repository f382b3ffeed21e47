"""Two thousand exhibits are numbered and placed in a few statements, whole or not at all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Table, func, insert, select

from app import models as m
from app.db import Database
from app.errors import Conflict
from app.schemas.numbering import NumberingIn
from app.schemas.placing import PlacingIn
from app.schemas.productions import ProductionIn
from app.services.placing import place
from app.services.productions import draft_production
from app.services.renumbering import number_exhibits
from tests.cast import Cast
from tests.statements import counting

NOW = datetime(2021, 7, 20, tzinfo=UTC)
MANY = 2_000
STATEMENTS_MAX = 28


class Draft:
    """A draft full of files named in the opposite order of their numbers."""

    def __init__(self, database: Database, cast_: Cast, order: m.Order, first: int = 1) -> None:
        self.database, self.cast = database, cast_
        with database.writing() as session:
            actor = cast_.actor(session, "producing_counsel")
            data = ProductionIn(party_id=cast_.obligor)
            self.id = draft_production(session, actor, order.id, data, NOW).id
            self.exhibits = [uuid4() for _ in range(MANY)]
            rows = [
                self._row(order, actor.user_id, i, n, first) for n, i in enumerate(self.exhibits)
            ]
            session.execute(insert(cast("Table", m.Exhibit.__table__)), rows)

    def _row(self, order: m.Order, by: UUID, i: UUID, n: int, first: int) -> dict[str, Any]:
        return {
            "id": i, "production_id": self.id, "matter_id": order.matter_id,
            "party_id": self.cast.obligor, "position": n, "number": str(first + n), "title": "",
            "filename": f"Pièce {first + MANY - 1 - n} - Contrat.pdf",
            "folder": f"Chef {n % 2 + 1}",
            "media_type": "", "size_bytes": 1, "sha256": "0" * 64, "confidentiality": "ordinary",
            "uploaded_at": NOW, "uploaded_by": by, "version": 1,
        }  # fmt: skip

    def numbers(self) -> list[int]:
        with self.database.reading() as session:
            query = select(m.Exhibit.number).where(m.Exhibit.production_id == self.id)
            return [int(n) for n in session.scalars(query.order_by(m.Exhibit.position))]

    def number(self, **data: Any) -> Any:
        with self.database.writing() as session:
            actor = self.cast.actor(session, "producing_counsel")
            asked = NumberingIn.model_validate(data)
            return number_exhibits(session, actor, self.id, asked, "en", NOW)


def test_all_change_places_in_a_few_statements(
    database: Database, cast: Cast, served: m.Order
) -> None:
    draft = Draft(database, cast, served)
    with counting(database.engine) as said:
        done = draft.number(by="names")
    assert len(said) <= STATEMENTS_MAX
    assert len(done.changed) == MANY
    assert draft.numbers() == list(range(MANY, 0, -1))


def test_names_place_all_in_a_few_statements(
    database: Database, cast: Cast, served: m.Order
) -> None:
    draft = Draft(database, cast, served)
    with counting(database.engine) as said, database.writing() as session:
        actor = cast.actor(session, "producing_counsel")
        done = place(session, actor, draft.id, PlacingIn(by="names"), None, "fr", NOW)
    assert len(said) <= STATEMENTS_MAX
    assert (len(done.changed), done.left_out) == (MANY, [])
    with database.reading() as session:
        counts = session.execute(
            select(m.Category.number, func.count())
            .join(m.ExhibitCategory, m.ExhibitCategory.category_id == m.Category.id)
            .group_by(m.Category.number)
            .order_by(m.Category.number)
        ).all()
        versions = set(session.scalars(select(m.Exhibit.version)))
    assert [tuple(row) for row in counts] == [("1", MANY // 2), ("2", MANY // 2)]
    assert versions == {2}


def test_one_number_that_is_taken_leaves_all_as_it_was(
    database: Database, cast: Cast, served: m.Order
) -> None:
    first, second = Draft(database, cast, served), Draft(database, cast, served, MANY + 1)
    with pytest.raises(Conflict, match=r"never reused: 2000"):
        second.number(start=str(MANY))
    assert second.numbers() == list(range(MANY + 1, 2 * MANY + 1))
    assert first.numbers() == list(range(1, MANY + 1))


def test_two_drafts_numbered_at_once_share_no_number(
    database: Database, cast: Cast, served: m.Order
) -> None:
    drafts = [Draft(database, cast, served), Draft(database, cast, served, MANY + 1)]
    with ThreadPoolExecutor(2) as threads:
        done = list(threads.map(lambda draft: draft.number(), drafts))
    assert {len(each.changed) + each.unchanged for each in done} == {MANY}
    numbers = [n for draft in drafts for n in draft.numbers()]
    assert len(set(numbers)) == 2 * MANY
