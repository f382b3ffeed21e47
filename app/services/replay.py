"""The log read from its beginning: does each entry hold, and what do they say there is?

``Replay`` goes through the entries in order and keeps, for each row of evidence, the entry
that wrote it last. What the tables hold is compared with that (``services.verify``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import models as m
from app.domain.acts import Act
from app.domain.canonical import canonical
from app.domain.merkle import Frontier, leaf_hash
from app.phrases import Phrase
from app.services.log import hashes, written

BATCH = 1_000

RowKey = tuple[str, str]


class Wrong(NamedTuple):
    """Something does not hold: where, and what."""

    where: Phrase
    what: Phrase


def wrong(where: Phrase, what: str, /, **values: object) -> Wrong:
    """At ``where``, that."""
    return Wrong(where, Phrase(what, values))


@dataclass(slots=True)
class Replay:
    """The log up to where it was read."""

    tree: Frontier = field(default_factory=Frontier)
    rows: dict[RowKey, tuple[int, bytes]] = field(default_factory=dict)
    """Each row of evidence that stands: the entry that wrote it, the hash of its values."""
    roots: dict[int, bytes] = field(default_factory=dict)
    """The root at each size at which a head was signed."""
    deposits: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What the entry of each production's deposit says."""
    erased: int = 0

    def read(self, session: Session, sizes: set[int]) -> Iterator[Wrong]:
        """Read every entry; what does not hold. ``sizes`` are those whose roots to keep."""
        last = -1
        while True:
            batch = session.execute(
                select(m.LogEntry, m.LogRecord.record)
                .outerjoin(m.LogRecord, m.LogRecord.index == m.LogEntry.index)
                .where(m.LogEntry.index > last)
                .order_by(m.LogEntry.index)
                .limit(BATCH)
            ).all()
            if not batch:
                return
            for entry, record in batch:
                yield from self._entry(entry, record)
                if self.tree.size in sizes:
                    self.roots[self.tree.size] = self.tree.root
            last = batch[-1][0].index
            session.expunge_all()

    def _entry(self, entry: m.LogEntry, record: str | None) -> Iterator[Wrong]:
        where = Phrase("entry {index} of the log", {"index": entry.index})
        if entry.index != self.tree.size:
            yield wrong(where, "entries before it are missing")
            self.tree.size = entry.index
        nodes = self.tree.add(leaf_hash(entry.leaf.encode()))
        if hashes(entry.nodes) != nodes:
            yield wrong(where, "the entry, or one before it, is not the one that was written")
        said = _parsed(entry.leaf)
        if said is None or not _repeats(entry, said):
            yield wrong(where, "what stands beside the entry is not what it says")
            return
        if said["act"] == Act.production_deposited:
            self.deposits[str(said["production"])] = said
        if record is None:
            self.erased += 1
            return
        if sha256(record.encode()).hexdigest() != said.get("record"):
            yield wrong(where, "the rows kept beside the entry are not those it was written for")
        for row in _rows_of(record):
            self._row(entry.index, row)

    def _row(self, index: int, row: dict[str, Any]) -> None:
        key = row["t"], row["k"]
        if row["v"] is None:
            self.rows.pop(key, None)
        else:
            self.rows[key] = index, hash_of(row["v"])


def hash_of(values: Any) -> bytes:
    """What tells two rows' values apart."""
    return sha256(canonical(values)).digest()


def _rows_of(record: str) -> list[dict[str, Any]]:
    """The rows in a record; those that are none are left out, their hash was told already."""
    rows = (_parsed(record) or {}).get("rows")
    found = rows if isinstance(rows, list) else []
    return [row for row in found if isinstance(row, dict) and {"t", "k", "v"} <= row.keys()]


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def _repeats(entry: m.LogEntry, said: dict[str, Any]) -> bool:
    columns = {
        "index": entry.index,
        "act": entry.act,
        "at": entry.at,
        "actor": entry.actor_id,
        "court": entry.court_id,
        "matter": entry.matter_id,
        "order": entry.order_id,
        "production": entry.production_id,
    }
    return all(said.get(name) == written(value) for name, value in columns.items())


def last_values(session: Session, index: int, key: RowKey) -> dict[str, Any]:
    """The values that the entry wrote of a row."""
    record = session.scalar(select(m.LogRecord.record).where(m.LogRecord.index == index))
    rows = _rows_of(record or "")
    return next((dict(r["v"] or {}) for r in rows if (r["t"], r["k"]) == key), {})
