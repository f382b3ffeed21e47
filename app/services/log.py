"""The log of all acts: each is written in its own transaction, last of all.

An act is what a verb did. ``say`` writes it with the rows that it wrote; whoever writes rows
of evidence and says no act is refused at the commit (``db.ActUnsaid``).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from enum import Enum
from hashlib import sha256
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Table, bindparam, insert, inspect, select, update
from sqlalchemy.orm import Session

from app import models as m
from app.db import unsaid
from app.domain.access import Actor
from app.domain.acts import SALT_BYTES, Act, Entry, Where
from app.domain.canonical import Value, canonical
from app.domain.heads import instant
from app.domain.merkle import Frontier, NodeAt, leaf_hash


def table_of(entity: type[m.Base]) -> Table:
    """The entity's table, for statements that go past the session."""
    return cast("Table", entity.__table__)


HASH_CHARS = 64
_TAIL = select(m.LogTail.size, m.LogTail.frontier).where(m.LogTail.id == 1)
_TAIL_HELD = _TAIL.with_for_update()
_TAIL_MOVED = (
    update(m.LogTail)
    .where(m.LogTail.id == 1)
    .values(size=bindparam("new_size"), frontier=bindparam("new_frontier"))
)
_ENTRY = insert(table_of(m.LogEntry))
_RECORD = insert(table_of(m.LogRecord))
Row = Mapping[str, Value]
Key = tuple[str, tuple[Any, ...]]
SOMEWHERE = Where()
CHANGES = frozenset(
    {
        Act.user_changed,
        Act.matter_changed,
        Act.order_changed,
        Act.exhibit_changed,
        Act.exhibits_placed,
        Act.exhibits_numbered,
        Act.numbers_skipped,
        Act.exhibit_stamped,
        Act.answer_stated,
    }
)
NOBODY = UUID(int=0)
"""The operator at the machine: no account."""


def say(
    session: Session,
    act: Act,
    actor: Actor | UUID | None,
    now: datetime,
    where: Where = SOMEWHERE,
    facts: Mapping[str, Value] | None = None,
    more: Iterable[Row] = (),
) -> int | None:
    """Write the act into the log with the rows it wrote; its index.

    An act that is a change and changed nothing is none: then None.

    ``more`` are rows written past the session, in their form in the log (``row_of``). Say it
    last: the end of the log is held from here to the commit, and nobody else can act.
    """
    session.flush()
    if not unsaid(session) and not facts and act in CHANGES:
        return None
    rows = [*take_rows(session), *more]
    return append(session, [Said(act, actor, now, where, rows, facts or {})])


@dataclass(frozen=True, slots=True)
class Said:
    """An act about to be written, with the rows that it wrote as the log writes them."""

    act: Act
    actor: Actor | UUID | None
    at: datetime
    where: Where
    rows: Sequence[Row]
    facts: Mapping[str, Value] = field(default_factory=dict)

    @property
    def actor_id(self) -> UUID | None:
        """Whose account acted; None for the operator."""
        actor_id = self.actor.user_id if isinstance(self.actor, Actor) else self.actor
        return None if actor_id == NOBODY else actor_id


def append(session: Session, acts: Sequence[Said]) -> int:
    """Write acts into the log, an entry each; the index of the last.

    Say them last: the end of the log is held from here to the commit.
    """
    tail = frontier(session, hold=True)
    entries, records = [], []
    for said in acts:
        rows = sorted(said.rows, key=_table_and_key)
        record = canonical({"salt": secrets.token_hex(SALT_BYTES), "rows": rows})
        records.append({"index": tail.size, "record": record.decode()})
        entries.append(_entry(said, record, tail))
    connection = session.connection()
    connection.execute(_ENTRY, entries)
    connection.execute(_RECORD, records)
    connection.execute(_TAIL_MOVED, {"new_size": tail.size, "new_frontier": _joined(tail.peaks)})
    return tail.size - 1


def _entry(said: Said, record: bytes, tail: Frontier) -> dict[str, Any]:
    entry = Entry(
        index=tail.size,
        act=said.act,
        at=said.at,
        actor_id=said.actor_id,
        where=said.where,
        record=sha256(record).hexdigest(),
        salt=secrets.token_bytes(SALT_BYTES),
        facts=said.facts,
    )
    leaf = entry.leaf
    return {
        "index": entry.index,
        "act": entry.act,
        "at": entry.at,
        "actor_id": entry.actor_id,
        **asdict(entry.where),
        "leaf": leaf.decode(),
        "nodes": _joined(tail.add(leaf_hash(leaf))),
    }


def frontier(session: Session, *, hold: bool = False) -> Frontier:
    """The end of the log as this transaction sees it; ``hold`` keeps others from appending."""
    size, peaks = session.connection().execute(_TAIL_HELD if hold else _TAIL).one()
    return Frontier(size, hashes(peaks))


def node_at(session: Session) -> NodeAt:
    """The tree's nodes, read where they stand: with the entry that completed each."""
    known: dict[int, list[bytes]] = {}

    def node(level: int, index: int) -> bytes:
        at = ((index + 1) << level) - 1
        if at not in known:
            written = session.scalar(select(m.LogEntry.nodes).where(m.LogEntry.index == at))
            known[at] = hashes(written or "")
        return known[at][level]

    return node


def hashes(written: str) -> list[bytes]:
    """Hashes written one after the other, 64 hexadecimal digits each."""
    return [bytes.fromhex(written[i : i + HASH_CHARS]) for i in range(0, len(written), HASH_CHARS)]


def _joined(nodes: Iterable[bytes]) -> str:
    return "".join(node.hex() for node in nodes)


def written_rows(session: Session) -> list[Row]:
    """The rows of evidence that are in no act yet, as the log writes them."""
    return [_written_row(key, row) for key, row in unsaid(session).items()]


def take_rows(session: Session, keys: Iterable[Key] | None = None) -> list[Row]:
    """As ``written_rows``, for an act that is about to be said: all of them, or those named."""
    noted = unsaid(session)
    return [_written_row(key, noted.pop(key)) for key in (list(noted) if keys is None else keys)]


def _written_row(key: Key, row: Any) -> Row:
    table, primary = key
    values = row if row is None or isinstance(row, dict) else values_of(row)
    return row_of(table, primary, values)


def key_of(row: m.Base) -> Key:
    """Where a row stands: its table and its primary key."""
    mapper = inspect(type(row))
    return str(row.__tablename__), tuple(mapper.primary_key_from_instance(row))


def note_rows(session: Session, entity: type[m.Base], condition: ColumnElement[bool]) -> None:
    """Note the rows as they now are: written past the session, by a statement of their own."""
    for key, values in logged_rows(session, entity, condition):
        unsaid(session)[key] = values


def insert_rows(session: Session, entity: type[m.Base], rows: Sequence[m.Base]) -> None:
    """Insert rows by one statement and note them; the objects stay outside the session."""
    if not rows:
        return
    names = [column.key for column in inspect(entity).column_attrs]
    values = [{name: getattr(row, name) for name in names} for row in rows]
    session.connection().execute(insert(table_of(entity)), values)
    left_out: frozenset[str] = getattr(entity, "not_logged", frozenset())
    keys = [str(key.name) for key in inspect(entity).primary_key]
    for each in values:
        kept = {name: value for name, value in each.items() if name not in left_out}
        unsaid(session)[str(entity.__tablename__), tuple(each[key] for key in keys)] = kept


def note_gone(session: Session, entity: type[m.Base], keys: Iterable[Sequence[Any]]) -> None:
    """Note rows that a statement of its own deleted."""
    table = str(entity.__tablename__)
    for key in keys:
        unsaid(session)[table, tuple(key)] = None


def logged_rows(
    session: Session, entity: type[m.Base], condition: ColumnElement[bool] | None = None
) -> Iterator[tuple[tuple[str, tuple[Any, ...]], dict[str, Any]]]:
    """Rows of a table of evidence: where each stands, and its columns that are evidence."""
    mapper = inspect(entity)
    left_out: frozenset[str] = getattr(entity, "not_logged", frozenset())
    columns = [c.key for c in mapper.column_attrs if c.key not in left_out]
    names = [str(key.name) for key in mapper.primary_key]
    query = select(*(getattr(entity, c) for c in columns)).execution_options(yield_per=2_000)
    for row in session.execute(query if condition is None else query.where(condition)):
        values = dict(zip(columns, row, strict=True))
        yield (str(entity.__tablename__), tuple(values[n] for n in names)), values


def row_of(table: str, key: Sequence[Any], values: Mapping[str, Any] | None) -> Row:
    """A row as the log writes it; without values it was deleted."""
    return {"t": table, "k": written_key(key), "v": None if values is None else written(values)}


def _table_and_key(row: Row) -> tuple[str, str]:
    return str(row["t"]), str(row["k"])


def values_of(row: Any) -> dict[str, Any]:
    """A row of evidence as the log writes it, without the columns that are none."""
    mapper = inspect(row).mapper
    return {
        column.key: getattr(row, column.key)
        for column in mapper.column_attrs
        if column.key not in row.not_logged
    }


def written_key(key: Sequence[Any]) -> str:
    """A primary key as the log writes it."""
    return ":".join(str(written(part)) for part in key)


def written(value: Any) -> Value:
    """A column's value as the log writes it."""
    if isinstance(value, Enum):
        return str(value.value)
    if value is None or isinstance(value, bool | int | str):
        return value
    for kind, write in _WRITINGS:
        if isinstance(value, kind):
            return write(value)
    raise TypeError(f"a {type(value).__name__} has no writing in the log")


_WRITINGS: tuple[tuple[type, Callable[[Any], Value]], ...] = (
    (UUID, str),
    (datetime, instant),
    (date, date.isoformat),
    (bytes, bytes.hex),
    (Mapping, lambda value: {key: written(each) for key, each in value.items()}),
    (Sequence, lambda value: [written(each) for each in value]),
)
