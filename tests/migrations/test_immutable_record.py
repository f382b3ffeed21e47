"""The triggers: the database itself refuses to change an event or a deposited production."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError

from app.db import Database
from app.models import Base

PARTS = [
    "exhibits", "answers", "withheld_items", "exhibit_categories", "exhibit_elements",
    "skipped_numbers",
]  # fmt: skip
Ids = dict[str, UUID]


class Rows:
    """Rows written straight into the tables: the least that the schema takes."""

    def __init__(self, database: Database, now: datetime) -> None:
        self.database = database
        self.now = now
        self.first: Ids = {}

    def insert(self, table: str, **values: Any) -> UUID:
        """Insert a row; columns not given take a plain value, foreign keys the first row made."""
        row = {c.name: self._value(c) for c in Base.metadata.tables[table].columns} | values
        self.run(sa.insert(Base.metadata.tables[table]).values(row))
        identity: UUID = row.get("id") or uuid4()
        self.first.setdefault(table, identity)
        return identity

    def run(self, statement: sa.Executable) -> None:
        with self.database.writing() as session:
            session.execute(statement)

    def _value(self, column: sa.Column[Any]) -> Any:
        if column.foreign_keys:
            (key,) = column.foreign_keys
            target = key.column.table.name
            return None if column.nullable else self.first.get(target)
        if column.nullable:
            return None
        if words := getattr(column.type, "words", None):
            return next(iter(words))
        kind = getattr(column.type, "impl", column.type).python_type
        plain = {int: 1, bool: False, date: self.now.date(), datetime: self.now, dict: {}}
        room = getattr(column.type, "length", None)
        return uuid4() if kind is UUID else plain.get(kind, uuid4().hex[:room])


@pytest.fixture
def rows(database: Database, now: datetime) -> Rows:
    rows = Rows(database, now)
    for table in ("courts", "users", "matters", "parties", "orders", "categories", "elements"):
        rows.insert(table)
    return rows


@pytest.fixture
def production(rows: Rows) -> UUID:
    """A draft with one row of each kind in it."""
    made = rows.insert("productions", version=1)
    for table in PARTS:
        rows.insert(table)
    return made


def deposit(rows: Rows, production: UUID) -> None:
    """The one act: a single UPDATE, as the verb writes it."""
    productions = Base.metadata.tables["productions"]
    rows.run(
        sa.update(productions)
        .where(productions.c.id == production)
        .values(deposited_at=rows.now, number=1, receipt={"digest": "…"}, version=2)
    )


def touch(table: str) -> sa.Update:
    """An UPDATE of every row, that changes nothing."""
    column = next(iter(Base.metadata.tables[table].primary_key))
    return sa.update(Base.metadata.tables[table]).values({column.name: column})


def wipe(table: str) -> sa.Delete:
    return sa.delete(Base.metadata.tables[table])


@pytest.mark.parametrize("act", [touch, wipe])
def test_an_event_cannot_be_changed_or_deleted(
    rows: Rows, act: Callable[[str], sa.Executable]
) -> None:
    rows.insert("events")
    with pytest.raises(IntegrityError, match="never changed or deleted"):
        rows.run(act("events"))


@pytest.mark.parametrize("act", [touch, wipe])
@pytest.mark.parametrize("table", ["milestones", "milestone_elements"])
def test_a_milestone_cannot_be_changed_or_deleted(
    rows: Rows, table: str, act: Callable[[str], sa.Executable]
) -> None:
    for each in ("milestones", "milestone_elements"):
        rows.insert(each)
    with pytest.raises(IntegrityError, match="changes by events alone"):
        rows.run(act(table))


@pytest.mark.parametrize("act", [touch, wipe])
def test_a_file_of_an_event_cannot_be_changed_or_deleted(
    rows: Rows, act: Callable[[str], sa.Executable]
) -> None:
    rows.insert("events")
    rows.insert("event_files")
    with pytest.raises(IntegrityError, match="never changed or deleted"):
        rows.run(act("event_files"))


def test_a_draft_and_what_is_in_it_may_change(rows: Rows, production: UUID) -> None:
    for table in [*PARTS, "productions"]:
        rows.run(touch(table))
    for table in [*reversed(PARTS), "productions"]:
        rows.run(wipe(table))


@pytest.mark.parametrize("act", [touch, wipe])
@pytest.mark.parametrize("table", ["productions", *PARTS])
def test_a_deposited_production_and_what_is_in_it_cannot(
    rows: Rows, production: UUID, table: str, act: Callable[[str], sa.Executable]
) -> None:
    deposit(rows, production)
    with pytest.raises(IntegrityError, match="deposited production never changes"):
        rows.run(act(table))


@pytest.mark.parametrize("table", PARTS)
def test_nothing_can_be_added_to_a_deposited_production(
    rows: Rows, production: UUID, table: str
) -> None:
    if table.startswith("exhibit_"):
        rows.run(wipe(table))
    deposit(rows, production)
    with pytest.raises(IntegrityError, match="deposited production never changes"):
        rows.insert(table)


@pytest.mark.parametrize("table", ["exhibits", "answers", "withheld_items"])
def test_nothing_can_be_moved_into_a_deposited_production(
    rows: Rows, production: UUID, table: str
) -> None:
    deposit(rows, production)
    draft = rows.insert("productions")
    moved = {"category_id": rows.insert("categories")} if table == "answers" else {}
    made = rows.insert(table, production_id=draft, **moved)
    columns = Base.metadata.tables[table].c
    with pytest.raises(IntegrityError, match="deposited production never changes"):
        rows.run(
            sa.update(columns.id.table).where(columns.id == made).values(production_id=production)
        )


def test_a_second_deposit_of_the_same_production_is_refused(rows: Rows, production: UUID) -> None:
    deposit(rows, production)
    with pytest.raises(IntegrityError, match="deposited production never changes"):
        deposit(rows, production)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has no TRUNCATE
def test_the_record_cannot_be_emptied_at_a_stroke(rows: Rows, production: UUID) -> None:
    for table in ("events", "event_files", "productions", *PARTS):
        with pytest.raises(IntegrityError, match="never emptied"):
            rows.run(sa.text(f"TRUNCATE {table} CASCADE"))
    for table in ("milestones", "milestone_elements"):
        with pytest.raises(IntegrityError, match="changes by events alone"):
            rows.run(sa.text(f"TRUNCATE {table} CASCADE"))


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer
def test_a_deposit_waits_for_an_exhibit_on_its_way_in(rows: Rows, production: UUID) -> None:
    exhibit = sa.text("UPDATE exhibits SET position = 2")
    deposited = sa.text("UPDATE productions SET deposited_at = now(), number = 1")
    impatient = sa.text("SET LOCAL lock_timeout = '100ms'")
    for first, second in [(exhibit, deposited), (deposited, exhibit)]:
        with rows.database.engine.connect() as early, rows.database.engine.connect() as late:
            early.execute(first)
            late.execute(impatient)
            with pytest.raises(OperationalError, match="lock timeout"):
                late.execute(second)
