"""The database: engine, session, the one commit.

Only this module says begin, commit or rollback. A request that writes gets one session
from ``Database.writing()``: everything or nothing, committed before the answer leaves.
Rows of evidence that it writes are noted, and a transaction that does not say which act
wrote them is refused (``unsaid``; ``services.log`` says acts).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    ExceptionContext,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.dialects.sqlite.base import SQLiteCompiler
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, UOWTransaction, sessionmaker
from sqlalchemy.pool import ConnectionPoolEntry

from app.errors import Busy, DatabaseUnavailable, Fault, StorageFull

# The WAL-reset race is fixed from these versions on (sqlite.org/wal.html#walresetbug).
_WAL_SAFE = ((3, 44, 6), (3, 50, 7), (3, 51, 3))


_SNAPSHOT = text("SELECT CAST(pg_current_snapshot() AS text)")
_NTH = "bordereau_nth"
_CONNECTIONS = count()


Unsaid = dict[tuple[str, tuple[Any, ...]], Any]
"""Rows of evidence written and in no act yet: by table and key, the row, or None if deleted."""


class ActUnsaid(RuntimeError):
    """Rows of evidence were written and nobody said which act it was."""


class RecordUnsure(Exception):
    """The disk did not confirm a write of the SQLite database.

    Nothing may be acknowledged, and nothing tried again: a second sync may lie. The database
    takes no more writes; the process should end. SQLite looks at its journal at the next start.
    """


def unsaid(session: Session) -> Unsaid:
    """The rows of evidence that this transaction wrote and that are in no act yet."""
    found: Unsaid = session.info.setdefault("bordereau_unsaid", {})
    return found


def _note_written(session: Session, _: UOWTransaction) -> None:
    for row, gone in (
        *((row, False) for row in session.new),
        *((row, False) for row in session.dirty if _changed(row)),
        *((row, True) for row in session.deleted),
    ):
        if hasattr(row, "not_logged"):
            mapper = inspect(row).mapper
            key = mapper.local_table.name, tuple(mapper.primary_key_from_instance(row))
            unsaid(session)[key] = None if gone else row


def _changed(row: Any) -> bool:
    """Whether a column that is evidence was given another value."""
    state = inspect(row)
    return any(
        state.attrs[column.key].history.has_changes()
        for column in state.mapper.column_attrs
        if column.key not in getattr(row, "not_logged", ())
    )


class Database:
    """One database, SQLite or PostgreSQL, and the sessions on it."""

    def __init__(self, url: str, *, busy_seconds: int = 10) -> None:
        self.url = make_url(url)
        self.engine = _engine(url, busy_seconds)
        self._writing = sessionmaker(self.engine, expire_on_commit=False)
        event.listen(self._writing, "after_flush", _note_written)
        self._lite = self.url.get_backend_name() == "sqlite"
        self.writable = True
        event.listen(self.engine, "handle_error", self._told, retval=True)
        reads: dict[str, Any] = {"bordereau_reads": True}
        if not self._lite:
            reads |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        self._reading = sessionmaker(self.engine.execution_options(**reads), expire_on_commit=False)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises.

        Raises ``Busy``, ``DatabaseUnavailable``, ``StorageFull``; ``RecordUnsure`` once a sync
        failed.
        """
        if not self.writable:
            raise RecordUnsure("A sync of the database failed before.")
        with self._writing() as session:
            with _busy():
                session.connection()  # SQLite takes its write lock here, not half-way
            try:
                yield session
                session.flush()
                if unsaid(session):
                    tables = ", ".join(sorted({table for table, _ in unsaid(session)}))
                    raise ActUnsaid(f"rows of {tables} were written in no act: services.log.say")
            except BaseException:
                session.rollback()
                raise
            with _busy():
                session.commit()

    @contextmanager
    def migrating(self) -> Iterator[Session]:
        """As ``writing``, to change the schema.

        SQLite makes a table anew to change it, which its foreign keys would forbid: they are
        looked at as a whole before the commit.
        """
        with self.engine.connect() as connection:
            lite = connection.connection.driver_connection if self._lite else None
            if lite is not None:
                lite.execute("PRAGMA foreign_keys=OFF")
            try:
                with _busy(), Session(bind=connection) as session, session.begin():
                    yield session
                    if lite is not None:
                        broken = lite.execute("PRAGMA foreign_key_check").fetchall()
                        if broken:
                            raise RuntimeError(f"rows point to nothing: {broken[:5]}")
            finally:
                if lite is not None:
                    lite.execute("PRAGMA foreign_keys=ON")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent view; nothing done in it is kept. PostgreSQL refuses to write in it."""
        with self._reading() as session:
            with _busy():
                session.connection()
            try:
                yield session
            except BaseException:
                session.rollback()
                raise
            self._leave(session)

    def _leave(self, session: Session) -> None:
        if self._lite:
            session.rollback()
            return
        # READ ONLY leaves nothing to undo, and a ROLLBACK makes psycopg forget every prepared
        # statement: PostgreSQL would plan a page anew each time, longer than it runs.
        session.expunge_all()
        with _busy():
            session.commit()

    def mark(self, session: Session) -> Hashable:
        """A mark of the record as ``session`` sees it; any commit by anybody changes it.

        Where two marks are equal, both views show the same record. Ask for it before reading
        what is to be known by it. It costs no write and no table: PostgreSQL names the
        transactions that a view sees; SQLite counts the commits of others that a connection
        saw (``data_version``) and the rows that it changed itself (``total_changes``).
        """
        connection = session.connection()
        if not self._lite:
            snapshot: str = connection.scalar(_SNAPSHOT)
            return snapshot
        held = connection.connection
        driver = held.driver_connection
        assert isinstance(driver, sqlite3.Connection)  # noqa: S101  what SQLite's dialect gives
        (others,) = driver.execute("PRAGMA data_version").fetchone()
        return held.info[_NTH], others, driver.total_changes

    def _told(self, context: ExceptionContext) -> BaseException | None:
        """What is raised in place of a driver's error; None leaves that as it is."""
        error = context.original_exception
        if isinstance(error, sqlite3.Error):
            code = getattr(error, "sqlite_errorcode", 0)
            if code in _SYNCS:
                self.writable = False
                return RecordUnsure(str(error))
            return _lite_fault(code & 0xFF)
        if context.is_pre_ping:  # the pool wants to know by itself that a connection is dead
            return None
        return _postgres_fault(getattr(error, "sqlstate", None) or "", context.is_disconnect)

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


# https://sqlite.org/rescode.html: the low byte of a code is its kind.
_SYNCS = (sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC)
_LITE_DISK = (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_DISK_FULL = "53100"
_TRANSACTION_ROLLBACK = "40"
_OUT_OF_ORDER = ("08", "53", "57P", "58")


def _lite_fault(kind: int) -> Fault | None:
    if kind == sqlite3.SQLITE_FULL:
        return _full()
    return _unavailable() if kind in _LITE_DISK else None


def _postgres_fault(state: str, lost: bool) -> Fault | None:
    if state == _DISK_FULL:
        return _full()
    if state.startswith(_TRANSACTION_ROLLBACK):
        return Busy("The database did not answer in time.")
    return _unavailable() if lost or state.startswith(_OUT_OF_ORDER) else None


def _full() -> Fault:
    return StorageFull("There is no room left for the record. Nothing of this request was kept.")


def _unavailable() -> Fault:
    return DatabaseUnavailable(
        "The database did not confirm this. Look whether it was kept before you repeat it."
    )


@contextmanager
def _busy() -> Iterator[None]:
    """Turn a database that did not answer in time into ``Busy``."""
    try:
        yield
    except (OperationalError, PoolTimeout) as error:
        raise Busy("The database did not answer in time.") from error


class _SqliteCompiler(SQLiteCompiler):
    """Says a statement's hints: SQLite keeps no statistics unless told to (``INDEXED BY``)."""

    def get_from_hint_text(self, table: Any, text: str | None) -> str | None:
        """The hint as it was given."""
        return text


def _engine(url: str, busy_seconds: int) -> Engine:
    if make_url(url).get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args={"timeout": busy_seconds})
        engine.dialect.statement_compiler = _SqliteCompiler
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
        return engine
    # REPEATABLE READ is not needed: a verb locks the rows that it decides upon.
    return create_engine(url, pool_pre_ping=True, pool_timeout=busy_seconds)


def _sqlite_connect(connection: sqlite3.Connection, record: ConnectionPoolEntry) -> None:
    record.info[_NTH] = next(_CONNECTIONS)
    # The driver's own BEGIN comes too late and is never IMMEDIATE; ours is in _sqlite_begin.
    connection.isolation_level = None
    wal_safe = any(
        sqlite3.sqlite_version_info[:2] == v[:2] and sqlite3.sqlite_version_info >= v
        for v in _WAL_SAFE
    ) or sqlite3.sqlite_version_info >= (3, 51, 3)
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA journal_mode={'WAL' if wal_safe else 'DELETE'}")
    cursor.execute(f"PRAGMA synchronous={'FULL' if wal_safe else 'EXTRA'}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    reads = connection.get_execution_options().get("bordereau_reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
