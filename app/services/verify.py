"""Verification: the record against its log, and every stored byte against its name.

``verify_record`` replays the log and compares every row of evidence with what the acts wrote;
``verify_files`` reads every file back. Each yields what does not hold, naming it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapper, Session

from app import models as m
from app.domain.heads import key_hash, parse_note
from app.domain.manifest import manifest_root, name_commitment, receipt_digest
from app.models import Base
from app.phrases import Phrase
from app.services.log import frontier, logged_rows, row_of
from app.services.replay import Replay, Wrong, hash_of, last_values, wrong
from app.storage.keys import signed
from app.storage.store import FileStore, ObjectMissing

_UNREADABLE = (SQLAlchemyError, ValueError, TypeError, KeyError, AttributeError, RecursionError)


@dataclass(slots=True)
class Verified:
    """How much was looked at."""

    entries: int = 0
    heads: int = 0
    rows: int = 0
    productions: int = 0
    files: int = 0
    bytes: int = 0
    erased: int = 0


def verify_record(
    session: Session, tally: Verified, earlier: Sequence[str] = ()
) -> Iterator[Wrong]:
    """Compare the record with its log; yield each thing that does not hold.

    ``earlier`` are signed heads kept outside: without one, nobody can see that the log's end
    was cut off together with what it says.
    """
    heads = session.scalars(select(m.LogHead).order_by(m.LogHead.size)).all()
    notes = [*earlier, *(head.note for head in heads)]
    replay = Replay()
    yield from replay.read(session, _sizes(notes))
    tally.entries, tally.erased = replay.tree.size, replay.erased
    yield from _verify_tail(session, replay)
    for n, note in enumerate(earlier, 1):
        yield from _verify_head(session, replay, note, Phrase("head {n} given", {"n": n}))
    for head in heads:
        tally.heads += 1
        where = Phrase("head of {size} entries", {"size": head.size})
        yield from _verify_head(session, replay, head.note, where)
        yield from _verify_head_row(head, where)
    yield from _verify_rows(session, replay, tally)
    yield from _verify_productions(session, replay, tally)


def _sizes(notes: Sequence[str]) -> set[int]:
    found = set()
    for note in notes:
        try:
            found.add(parse_note(note).head.size)
        except ValueError:
            continue
    return found


def _verify_tail(session: Session, replay: Replay) -> Iterator[Wrong]:
    where = Phrase("the end of the log", {})
    tail = frontier(session)
    if tail.size != replay.tree.size:
        yield wrong(
            where,
            "it should have {said} entries and has {found}",
            said=tail.size,
            found=replay.tree.size,
        )
    elif tail.peaks != replay.tree.peaks:
        yield wrong(where, "its hashes are not those of the entries")


def _verify_head(session: Session, replay: Replay, note: str, where: Phrase) -> Iterator[Wrong]:
    try:
        found = parse_note(note)
    except ValueError:
        yield wrong(where, "it is not a signed head of a log")
        return
    head = found.head
    if head.size > replay.tree.size:
        yield wrong(
            where,
            "the log has only {found} of its {said} entries: its end was cut off",
            said=head.size,
            found=replay.tree.size,
        )
    elif head.size and replay.roots.get(head.size) != head.root:
        yield wrong(where, "the log is another one: its past was changed")
    for key in session.scalars(select(m.SigningKey)):
        public = bytes.fromhex(key.public_key)
        if key_hash(head.origin, public) != found.key_hash:
            continue
        if not signed(public, found.signature, head.text.encode()):
            yield wrong(where, "its signature is not that of the key")
        elif head.at < key.valid_from or (key.valid_until and head.at > key.valid_until):
            yield wrong(where, "its key was not valid at that time")
        return
    yield wrong(where, "it is signed by no key of this service")


def _verify_head_row(row: m.LogHead, where: Phrase) -> Iterator[Wrong]:
    try:
        head = parse_note(row.note).head
    except ValueError:
        return
    if (head.size, head.at) != (row.size, row.at):
        yield wrong(where, "what stands beside it is not what it says")


# -- rows


def logged_tables() -> list[Mapper[Any]]:
    """The tables of evidence."""
    return sorted(
        (x for x in Base.registry.mappers if issubclass(x.class_, m.Logged)),
        key=lambda mapper: str(mapper.local_table.name),  # type: ignore[attr-defined]
    )


def _verify_rows(session: Session, replay: Replay, tally: Verified) -> Iterator[Wrong]:
    seen: set[tuple[str, str]] = set()
    for mapper in logged_tables():
        yield from _verify_table(session, mapper, replay, tally, seen)
    for key in sorted(replay.rows.keys() - seen):
        yield _missing(replay, key)


def _missing(replay: Replay, key: tuple[str, str]) -> Wrong:
    index = replay.rows[key][0]
    return wrong(_row(key), "it is missing; entry {index} wrote it", index=index)


def _verify_table(
    session: Session,
    mapper: Mapper[Any],
    replay: Replay,
    tally: Verified,
    seen: set[tuple[str, str]],
) -> Iterator[Wrong]:
    table = str(mapper.local_table.name)  # type: ignore[attr-defined]
    try:
        for (_, primary), values in logged_rows(session, mapper.class_):
            tally.rows += 1
            said = row_of(table, primary, values)
            key = table, str(said["k"])
            seen.add(key)
            yield from _compare(session, replay, key, said["v"])
    except _UNREADABLE as error:
        yield wrong(
            Phrase("table {table}", {"table": table}),
            "a row cannot be read: {error}",
            error=str(error).splitlines()[0],
        )
        yield from _one_by_one(session, mapper, replay, seen)


def _compare(
    session: Session, replay: Replay, key: tuple[str, str], values: Any
) -> Iterator[Wrong]:
    known = replay.rows.get(key)
    if known is None:
        yield wrong(_row(key), "no act wrote it")
        return
    index, expected = known
    if hash_of(values) == expected:
        return
    before = last_values(session, index, key)
    changed = sorted(name for name in values if before.get(name) != values[name])
    yield wrong(
        _row(key),
        "{columns} changed since entry {index} wrote it",
        columns=", ".join(changed) or "-",
        index=index,
    )


def _one_by_one(
    session: Session, mapper: Mapper[Any], replay: Replay, seen: set[tuple[str, str]]
) -> Iterator[Wrong]:
    """Name the rows that cannot be read: each that the log knows is fetched by itself."""
    table = str(mapper.local_table.name)  # type: ignore[attr-defined]
    kinds = [key.type.python_type for key in mapper.primary_key]
    for key in [key for key in replay.rows if key[0] == table and key not in seen]:
        seen.add(key)
        parts = key[1].split(":", len(kinds) - 1)
        try:
            wanted = tuple(kind(part) for kind, part in zip(kinds, parts, strict=True))
            row = session.get(mapper.class_, wanted, populate_existing=True)
        except _UNREADABLE as error:
            said = str(error).splitlines()[0]
            yield wrong(_row(key), "it cannot be read: {error}", error=said)
            continue
        if row is None:
            yield _missing(replay, key)


def _row(key: tuple[str, str]) -> Phrase:
    return Phrase("row {key} of {table}", {"table": key[0], "key": key[1]})


# -- productions


def _verify_productions(session: Session, replay: Replay, tally: Verified) -> Iterator[Wrong]:
    try:
        deposited = session.execute(
            select(
                m.Production.id,
                m.Production.receipt,
                m.Production.receipt_digest,
                m.Production.deposited_at,
            ).where(m.Production.deposited_at.is_not(None))
        ).all()
    except _UNREADABLE:
        return  # the table was named already
    for production_id, receipt, digest, _ in deposited:
        tally.productions += 1
        where = Phrase("production {id}", {"id": production_id})
        said = replay.deposits.get(str(production_id))
        try:
            yield from _verify_production(session, production_id, receipt, digest, said, where)
        except _UNREADABLE as error:
            message = str(error).splitlines()[0] if str(error) else type(error).__name__
            yield wrong(where, "its manifest or receipt cannot be read: {error}", error=message)


def _verify_production(
    session: Session,
    production_id: UUID,
    receipt: dict[str, Any] | None,
    digest: str | None,
    said: dict[str, Any] | None,
    where: Phrase,
) -> Iterator[Wrong]:
    if said is None or receipt is None:
        yield wrong(where, "no entry of the log is its deposit")
        return
    lines = []
    for line, name_salt, exhibit in session.execute(
        select(m.ManifestLine.line, m.ManifestLine.name_salt, m.Exhibit)
        .join(m.Exhibit, m.Exhibit.id == m.ManifestLine.exhibit_id)
        .where(m.ManifestLine.production_id == production_id)
        .order_by(m.ManifestLine.position)
    ):
        lines.append(line.encode())
        if not _line_holds(json.loads(line), name_salt, exhibit):
            yield wrong(
                Phrase("exhibit {number}", {"number": exhibit.number}),
                "it is not what the manifest of its deposit says",
            )
    root = manifest_root(lines)
    if {"root": root, "count": len(lines)} != said["facts"]["manifest"]:
        yield wrong(where, "its manifest is not the one that was deposited")
    computed = receipt_digest(receipt["body"], root, len(lines))
    if not computed == digest == receipt["digest"] == said["facts"]["digest"]:
        yield wrong(where, "its receipt is not the one that was given")


def _line_holds(said: dict[str, Any], name_salt: str, exhibit: m.Exhibit) -> bool:
    dated_on = exhibit.dated_on.isoformat() if exhibit.dated_on else None
    name = name_commitment(name_salt, exhibit.filename, exhibit.title, dated_on)
    columns = {
        "number": exhibit.number,
        "edition": exhibit.edition,
        "sha256": exhibit.sha256,
        "size_bytes": exhibit.size_bytes,
        "designation": exhibit.confidentiality.value,
        "bates_first": exhibit.bates_first,
        "bates_last": exhibit.bates_last,
        "name": name,
    }
    return all(said.get(column) == value for column, value in columns.items())


# -- files


def stored_files(session: Session) -> list[tuple[UUID, str, int]]:
    """Every file on the record: matter, SHA-256, size in bytes."""
    columns = (m.StoredFile.matter_id, m.StoredFile.sha256, m.StoredFile.size_bytes)
    return [
        (matter_id, sha256, size)
        for matter_id, sha256, size in session.execute(select(*columns).order_by(*columns[:2]))
    ]


def verify_files(
    files: Sequence[tuple[UUID, str, int]], store: FileStore, tally: Verified, *, threads: int = 2
) -> Iterator[Wrong]:
    """Read every stored file back; yield those that are missing or not what they were."""
    with ThreadPoolExecutor(threads) as pool:
        for (matter_id, sha256, size), what in zip(
            files, pool.map(lambda file: _unsound(store, *file), files), strict=True
        ):
            tally.files += 1
            tally.bytes += size
            if what is not None:
                where = {"sha256": sha256, "matter": matter_id}
                yield Wrong(Phrase("file {sha256} of matter {matter}", where), what)


def _unsound(store: FileStore, matter_id: UUID, sha256: str, size: int) -> Phrase | None:
    try:
        if store.size(matter_id, sha256) != size:
            return Phrase("it has not the {size} bytes that were received", {"size": size})
        if not store.verify(matter_id, sha256):
            return Phrase("its bytes are not those that were received", {})
    except ObjectMissing:
        return Phrase("it is not in the store", {})
    except (OSError, ValueError) as error:
        return Phrase("it cannot be read: {error}", {"error": str(error)})
    return None
