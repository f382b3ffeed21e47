"""A mark stands for one state of the record, whoever wrote and whichever connection reads."""

from __future__ import annotations

import random
from collections.abc import Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Lock
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from app import models as m
from app.db import Database
from app.domain.acts import Act
from app.errors import Busy
from app.services.log import say

AT = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.fixture
def user_id(database: Database) -> UUID:
    with database.writing() as session:
        user = m.User(email="a@example.org", name="0", password_hash="-", created_at=AT)
        session.add(user)
        say(session, Act.user_added, None, AT)
        return user.id


@pytest.fixture
def other(database: Database, database_url: str) -> Iterator[Database]:
    """The same database, opened by somebody else."""
    opened = Database(database_url)
    yield opened
    opened.close()


def _mark(database: Database) -> Hashable:
    with database.reading() as session:
        session.scalar(select(m.User.name))
        return database.mark(session)


def _write(database: Database, name: str) -> None:
    with database.writing() as session:
        session.execute(update(m.User).values(name=name))


def test_it_stays_the_same_while_nothing_is_committed(database: Database, user_id: UUID) -> None:
    assert _mark(database) == _mark(database) == _mark(database)


def test_any_commit_makes_another(database: Database, other: Database, user_id: UUID) -> None:
    seen = [_mark(database)]
    for n, writer in enumerate((database, other, database, other, other, database)):
        _write(writer, str(n))
        seen.append(_mark(database))
    with other.writing() as session:
        session.execute(delete(m.User))
    seen.append(_mark(database))
    assert len(set(seen)) == len(seen)


def test_what_was_rolled_back_may_change_it_and_what_is_read_never_does(
    database: Database, user_id: UUID
) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        session.execute(update(m.User).values(name="never"))
        raise ZeroDivisionError
    before = _mark(database)
    with database.reading() as session:
        assert session.scalar(select(m.User.name)) == "0"
    assert _mark(database) == before


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)  # SQLite has one writer
def test_a_view_keeps_its_own_while_others_commit(
    database: Database, other: Database, user_id: UUID
) -> None:
    with database.reading() as session:
        mark = database.mark(session)
        with other.writing() as writing:
            writing.execute(update(m.User).values(name="1"))
            during = _mark(database)
        assert database.mark(session) == mark
        assert session.scalar(select(m.User.name)) == "0"
    # What is not committed is not on the record: meanwhile it is still the same.
    assert during == mark != _mark(database)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_postgresql_refuses_to_write_in_a_view(database: Database, user_id: UUID) -> None:
    with pytest.raises(DBAPIError, match="read-only"), database.reading() as session:
        session.execute(update(m.User).values(name="1"))


def test_one_mark_never_stands_for_two_states_however_reads_and_writes_mix(
    database: Database, other: Database, user_id: UUID
) -> None:
    shown: dict[Hashable, str] = {}
    reads, lock = [0], Lock()

    def mix(nth: int) -> None:
        dice = random.Random(nth)
        for n in range(60):
            try:
                if dice.random() < 0.3:
                    _write(dice.choice((database, other)), f"{nth}.{n}")
                    continue
                with database.reading() as session:
                    mark = database.mark(session)
                    name = session.scalar(select(m.User.name))
            except Busy:
                continue
            assert name is not None
            with lock:
                reads[0] += 1
                assert shown.setdefault(mark, name) == name

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(mix, range(4)))
    assert reads[0] > 100
    assert len(set(shown.values())) > 10
