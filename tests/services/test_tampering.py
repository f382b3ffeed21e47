"""Whoever changes a row behind the service's back is found out, and the row is named."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app import models as m
from app.db import Database
from app.domain.merkle import Frontier, leaf_hash
from app.models import Base
from app.schemas.productions import ProductionIn
from app.services import heads, productions
from app.services.verify import Verified, logged_tables, verify_record
from app.settings import Settings
from app.storage.keys import KeyRing
from tests.attaching import event_with_files
from tests.web.story import story_store, tell, utc

UUID_OF_NOBODY = UUID(int=7)
SOMETHING: dict[type, Any] = {
    str: "x",
    int: 1,
    bool: True,
    date: date(2020, 1, 1),
    datetime: datetime(2020, 1, 1, tzinfo=UTC),
}
LOG = ("log_entries", "log_records", "log_heads", "log_tail", "signing_keys")
UNLOGGED = {
    # Where somebody stands, and when: computed from the events, and compared by `check`.
    "standings",
    # Bytes on their way: an exhibit is one once it is there.
    "uploads",
    # What is found out again by looking.
    "inspections",
    # Secrets of somebody's: that they were changed is in the log, what they are is not.
    "second_factors", "recovery_codes", "half_sign_ins", "invitations",
    # What somebody wants to be told, and up to when they have read.
    "notice_settings",
    # Which deposits somebody took whole: a help to them. First downloads are the evidence.
    "takings",
    # Words written again from the record, to be found by.
    "search_terms", "search_words",
    # Up to when somebody has seen what is new: theirs alone.
    "list_visits",
    # What only helps to answer: no evidence.
    "idempotency_keys", "sign_ins", "sign_in_failures", "alembic_version",
}  # fmt: skip


@pytest.fixture
def told(database: Database, tmp_path: Path) -> Iterator[Database]:
    """The founding story, by the verbs: an order, events, a deposit, a draft."""
    store = story_store(tmp_path)
    story = tell(database, store)
    file = ("Conclusions.pdf", b"%PDF-1.4")
    event_with_files(database, store, story.cast, story.order, utc("2023-05-01T09:00"), file)
    with database.writing() as session:
        # A tail is cut off below, and its act has to be one on a single row.
        counsel = story.cast.actor(session, "producing_counsel")
        draft = ProductionIn(party_id=story.cast.obligor, title="Autre projet")
        at = utc("2023-05-02T09:00")
        productions.draft_production(session, counsel, story.order, draft, at)
    yield database
    store.close()


def faults(session: Session, earlier: tuple[str, ...] = ()) -> list[str]:
    return [f"{w.where}: {w.what}" for w in verify_record(session, Verified(), earlier)]


def test_a_record_as_the_acts_left_it_holds(told: Database) -> None:
    tally = Verified()
    with told.reading() as session:
        assert list(verify_record(session, tally)) == []
    assert tally.entries > 20
    assert tally.heads == 1
    assert tally.productions == 1
    assert tally.rows > 40


def test_every_table_is_evidence_or_says_why_not() -> None:
    logged = {str(mapper.local_table.name) for mapper in logged_tables()}  # type: ignore[attr-defined]
    known = logged | set(LOG) | UNLOGGED
    others = set(Base.metadata.tables) - known
    assert not others, "Let it be Logged, or say in this test why it is no evidence."


class Tampering:
    """Changes made past the service, and past the triggers, each undone again."""

    def __init__(self, database: Database) -> None:
        self.engine = database.engine

    def try_out(self, act: Callable[[sa.Connection], object]) -> list[str]:
        with self.engine.connect() as connection:
            transaction = connection.begin()
            self.disarm(connection)
            act(connection)
            with Session(bind=connection) as session:
                found = faults(session)
                session.expunge_all()
            transaction.rollback()
        return found

    @staticmethod
    def disarm(connection: sa.Connection) -> None:
        if connection.dialect.name == "sqlite":
            names = connection.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            )
            for (name,) in names.all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        else:
            connection.exec_driver_sql("SET session_replication_role = replica")


def another(column: sa.Column[Any], value: Any) -> Any:
    """Another value that the column takes."""
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, UUID) or (value is None and isinstance(column.type, sa.Uuid)):
        return UUID_OF_NOBODY
    if value is None:
        return SOMETHING.get(column.type.python_type, NotImplemented)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, dict | list):
        return {"altered": "yes"}
    if isinstance(value, str):
        text = str(value)
        return ("0" if text[:1] != "0" else "1") + text[1:]
    return NotImplemented


def test_every_column_of_every_row_of_evidence_is_watched(told: Database) -> None:
    tampering, tried = Tampering(told), 0
    missed = []
    for mapper in logged_tables():
        table: sa.Table = mapper.local_table  # type: ignore[assignment]
        with told.engine.connect() as connection:
            row = connection.execute(sa.select(table).limit(1)).first()
        if row is None:
            continue
        for column in table.columns:
            if column.name in mapper.class_.not_logged or column.primary_key:
                continue
            value = another(column, getattr(row, column.name))
            if value is NotImplemented:
                continue
            mine = sa.and_(*(c == getattr(row, c.name) for c in table.primary_key.columns))

            def alter(connection: sa.Connection) -> None:
                connection.execute(sa.update(table).where(mine).values({column.name: value}))  # noqa: B023

            try:
                found = tampering.try_out(alter)
            except (sa.exc.IntegrityError, sa.exc.StatementError, sa.exc.DataError):
                continue  # the column does not even take it
            tried += 1
            if not any(table.name in line for line in found):
                missed.append(f"{table.name}.{column.name}")
    assert missed == []
    assert tried > 120


def test_a_row_taken_away_is_named_and_so_is_one_put_in(told: Database) -> None:
    tampering = Tampering(told)
    for mapper in logged_tables():
        table: sa.Table = mapper.local_table  # type: ignore[assignment]
        with told.engine.connect() as connection:
            row = connection.execute(sa.select(table).limit(1)).first()
        if row is None:
            continue
        mine = sa.and_(*(c == getattr(row, c.name) for c in table.primary_key.columns))
        found = tampering.try_out(lambda c: c.execute(sa.delete(table).where(mine)))  # noqa: B023
        assert any(f"of {table.name}: it is missing" in line for line in found), table.name
    user = {"id": UUID_OF_NOBODY, "email": "n@example.org", "name": "N", "password_hash": "-"}
    put = sa.insert(m.User).values(**user, created_at=datetime(2021, 1, 1, tzinfo=UTC))
    found = tampering.try_out(lambda c: c.execute(put))
    assert [line for line in found if "users" in line] == [
        f"row {UUID_OF_NOBODY} of users: no act wrote it"
    ]


AN_ENTRY = 'UPDATE log_entries SET {} WHERE "index" = 3'
WITHIN = "{0} = replace({0}, '{1}', '{2}')"
FIRST_DIGIT = "{0} = CASE WHEN substr({0}, 1, 1) = '0' THEN '1' ELSE '0' END || substr({0}, 2)"
"""Another first digit, whichever it is: keys and hashes differ at each run."""
LONG_AGO = "'2020-01-01 00:00:00'"


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (AN_ENTRY.format(WITHIN.format("leaf", '"v":1', '"v":2')), "entry 3 "),
        (AN_ENTRY.format("act = 'user.closed'"), "entry 3 "),
        (AN_ENTRY.format(f"at = {LONG_AGO}"), "entry 3 "),
        (AN_ENTRY.format(FIRST_DIGIT.format("nodes")), "entry 3 "),
        (
            f'UPDATE log_records SET {WITHIN.format("record", "rows", "rowz")} WHERE "index" = 3',
            "entry 3 ",
        ),
        ('DELETE FROM log_entries WHERE "index" = 3', "entry 4 "),
        ('DELETE FROM log_entries WHERE "index" > 3', "the end of the log"),
        ("UPDATE log_tail SET size = size + 1", "the end of the log"),
        (f"UPDATE log_tail SET {FIRST_DIGIT.format('frontier')}", "the end of the log"),
        (f"UPDATE log_heads SET {WITHIN.format('note', 'au/log', 'aux/log')}", "head of"),
        (f"UPDATE log_heads SET at = {LONG_AGO}", "head of"),
        (f"UPDATE signing_keys SET {FIRST_DIGIT.format('public_key')}", "head of"),
        (f"UPDATE signing_keys SET valid_until = {LONG_AGO}", "of signing_keys"),
        (f"UPDATE manifest_lines SET {WITHIN.format('line', 'number', 'numbr')}", "production "),
        (f"UPDATE productions SET {FIRST_DIGIT.format('receipt_digest')}", "production "),
    ],
)
def test_the_log_itself_is_watched(told: Database, statement: str, named: str) -> None:
    found = Tampering(told).try_out(lambda c: c.exec_driver_sql(statement))
    assert any(named in line for line in found), found


def test_a_cut_tail_is_seen_by_whoever_kept_a_head(told: Database) -> None:
    """Cut the log's end and all that it says, and write its frontier anew: only a head tells."""
    with told.writing() as session:
        kept = heads.sign_head(session, KeyRing(Settings().keys_dir), datetime.now(UTC)).note
    with told.engine.connect() as connection:
        transaction = connection.begin()
        Tampering.disarm(connection)
        _cut(connection)
        with Session(bind=connection) as session:
            assert faults(session) == []
            [named] = faults(session, (kept,))
        transaction.rollback()
    assert "its end was cut off" in named


def _cut(connection: sa.Connection) -> None:
    """Take the last act back as an insider would: its rows, entry, head, and the frontier."""
    entries = connection.execute(
        sa.select(m.LogEntry.__table__.c.index, m.LogEntry.__table__.c.leaf).order_by(
            m.LogEntry.__table__.c.index
        )
    ).all()
    last = entries[-1].index
    record = connection.execute(
        sa.select(m.LogRecord.__table__.c.record).where(m.LogRecord.__table__.c.index == last)
    ).scalar_one()
    for row in json.loads(record)["rows"]:
        table = Base.metadata.tables[row["t"]]
        assert row["v"] is not None
        key = list(table.primary_key.columns)
        assert len(key) == 1, "the story ends with an act on one row"
        identity = UUID(row["k"]) if isinstance(key[0].type, sa.Uuid) else row["k"]
        connection.execute(sa.delete(table).where(key[0] == identity))
    tree = Frontier()
    for entry in entries[:-1]:
        tree.add(leaf_hash(entry.leaf.encode()))
    for name in ("log_entries", "log_records"):
        connection.exec_driver_sql(f'DELETE FROM {name} WHERE "index" = {last}')
    connection.exec_driver_sql(f"DELETE FROM log_heads WHERE size > {last}")
    connection.execute(
        sa.update(m.LogTail).values(size=last, frontier="".join(peak.hex() for peak in tree.peaks))
    )
