"""The log of all acts: each is written in its own transaction, last of all.

An act is what a verb did. ``say`` writes it with the rows that it wrote; whoever writes rows
of evidence and says no act is refused at the commit (``db.ActUnsaid``).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from enum import Enum
from hashlib import sha256
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, insert, inspect, select, update
from sqlalchemy.orm import Session

from app import models as m
from app.db import unsaid
from app.domain.access import Actor
from app.domain.acts import SALT_BYTES, Act, Entry, Where
from app.domain.canonical import Value, canonical
from app.domain.heads import instant
from app.domain.merkle import Frontier, NodeAt, leaf_hash

HASH_CHARS = 64
Row = Mapping[str, Value]
SOMEWHERE = Where()
CHANGES = frozenset(
    {
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
    rows = sorted([*written_rows(session), *more], key=_table_and_key)
    unsaid(session).clear()
    tail = frontier(session, hold=True)
    record = canonical({"salt": secrets.token_hex(SALT_BYTES), "rows": rows})
    actor_id = actor.user_id if isinstance(actor, Actor) else actor
    entry = Entry(
        index=tail.size,
        act=act,
        at=now,
        actor_id=None if actor_id == NOBODY else actor_id,
        where=where,
        record=sha256(record).hexdigest(),
        salt=secrets.token_bytes(SALT_BYTES),
        facts=facts or {},
    )
    leaf = entry.leaf
    nodes = tail.add(leaf_hash(leaf))
    _write(session, entry, leaf, nodes, record)
    session.execute(
        update(m.LogTail)
        .where(m.LogTail.id == 1)
        .values(size=tail.size, frontier=_joined(tail.peaks))
        .execution_options(synchronize_session=False)
    )
    return entry.index


def _write(
    session: Session, entry: Entry, leaf: bytes, nodes: Sequence[bytes], record: bytes
) -> None:
    row = {
        "index": entry.index,
        "act": entry.act,
        "at": entry.at,
        "actor_id": entry.actor_id,
        **asdict(entry.where),
        "leaf": leaf.decode(),
        "nodes": _joined(nodes),
    }
    session.execute(insert(m.LogEntry), [row])
    session.execute(insert(m.LogRecord), [{"index": entry.index, "record": record.decode()}])


def frontier(session: Session, *, hold: bool = False) -> Frontier:
    """The end of the log as this transaction sees it; ``hold`` keeps others from appending."""
    query = select(m.LogTail.size, m.LogTail.frontier).where(m.LogTail.id == 1)
    size, peaks = session.execute(query.with_for_update() if hold else query).one()
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
    return [
        row_of(table, key, row if row is None or isinstance(row, dict) else values_of(row))
        for (table, key), row in unsaid(session).items()
    ]


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
    session.execute(insert(entity), values)
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
