"""Writing a docket in bulk: model rows under new identifiers, by executemany or COPY."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite

from app import models as m
from app.db import Database
from app.domain.access import Actor
from app.domain.searching import endings
from app.schemas.courts import CourtIn
from app.schemas.people import MembershipIn, UserIn
from app.services import courts, people
from app.services.check import Checked, check
from bench.docket import NOW, Model, models

MODELS_MAX = 1_000
_BATCH = 2_000
_TABLES = (
    "matters", "docket_numbers", "parties", "orders", "categories", "elements",
    "obligations", "events", "standings", "search_terms",
)  # fmt: skip
_LITE = sqlite.dialect()

Values = tuple[Any, ...]


class Stencil:
    """A model order whose rows can be stamped under any identifiers."""

    def __init__(self, model: Model) -> None:
        self._count = len(model.ids)
        place = {id_.hex: i for i, id_ in enumerate(model.ids)}
        # Where JSON text names an identifier, it is written with its hyphens.
        hyphened = re.compile("|".join(str(id_) for id_ in model.ids))
        self.tables = {
            table: [self._row(table, row, place, hyphened) for row in rows]
            for table, rows in model.rows.items()
        }

    def _row(
        self, table: str, row: dict[str, Any], place: dict[str, int], hyphened: re.Pattern[str]
    ) -> tuple[list[Any], list[tuple[int, int]], list[tuple[int, str]]]:
        """The row's values; where an identifier goes; where a text with identifiers goes."""
        plain: list[Any] = []
        own: list[tuple[int, int]] = []
        texts: list[tuple[int, str]] = []
        for at, column in enumerate(m.Base.metadata.tables[table].columns):
            value = _bound(column, row.get(column.name))
            plain.append(value)
            if isinstance(value, str) and value in place:
                own.append((at, place[value]))
            elif isinstance(value, str) and hyphened.search(value):
                text = value.replace("{", "{{").replace("}", "}}")
                texts.append(
                    (at, hyphened.sub(lambda f: f"{{{place[f[0].replace('-', '')]}}}", text))
                )
        return plain, own, texts

    def stamp(self, draw: random.Random, into: dict[str, list[Values]]) -> None:
        """Add the rows to ``into``, under identifiers of their own."""
        ids = [f"{draw.getrandbits(128):032x}" for _ in range(self._count)]
        hyphened: list[UUID] | None = None
        for table, rows in self.tables.items():
            for plain, own, texts in rows:
                values = plain.copy()
                for at, which in own:
                    values[at] = ids[which]
                for at, text in texts:
                    hyphened = hyphened or [UUID(x) for x in ids]
                    values[at] = text.format(*hyphened)
                into[table].append(tuple(values))


def _bound(column: sa.Column[Any], value: Any) -> Any:
    """The value as SQLite's driver takes it; PostgreSQL's COPY reads the very same text."""
    if value is None:
        return None
    process = column.type.dialect_impl(_LITE).bind_processor(_LITE)
    value = process(value) if process else value
    return int(value) if isinstance(value, bool) else value


def open_court(database: Database) -> tuple[m.Court, Actor]:
    """The court and its clerk, by the product's own verbs."""
    said = CourtIn(
        code="tj-paris", name="Tribunal judiciaire de Paris", rule_pack="fr-civil",
        calendar="FR", time_zone="Europe/Paris", language="fr",
    )  # fmt: skip
    clerk = UserIn.model_validate(
        {"email": "greffe@example.org", "name": "Greffe", "password": "a long enough password"}
    )
    with database.writing() as session:
        court = courts.register_court(session, said, NOW)
        user = people.add_user(session, clerk, NOW)
        role = MembershipIn.model_validate({"role": "clerk", "court": court.code})
        people.grant_role(session, None, user.id, role, NOW)
        return court, people.actor_of(session, user)


def fill(
    database: Database,
    court: m.Court,
    actor: Actor,
    orders: int,
    drawn: Callable[..., Iterator[Model]] = models,
) -> int:
    """Write ``orders`` orders, copies of those that ``drawn`` gives; how many rows that made."""
    drawn_models = [*drawn(min(orders, MODELS_MAX), court, actor.user_id)]
    _write_words(database, {r["word"] for x in drawn_models for r in x.rows["search_terms"]})
    stencils = [Stencil(x) for x in drawn_models]
    batches = _batches(stencils, orders)
    write = _write_sqlite if database.url.get_backend_name() == "sqlite" else _write_postgresql
    return write(database, batches)


def _write_words(database: Database, borne: set[str]) -> None:
    """The words that the docket's orders are found by."""
    ends = [{"ending": e, "word": w} for w in sorted(borne) for e in endings(w)]
    with database.engine.begin() as connection:
        connection.execute(sa.insert(m.SearchWord), ends)


def _batches(stencils: Sequence[Stencil], orders: int) -> Iterator[dict[str, list[Values]]]:
    draw = random.Random(2)
    which = (stencils[i % len(stencils)] for i in range(orders))
    while some := list(islice(which, _BATCH)):
        rows: dict[str, list[Values]] = {table: [] for table in _TABLES}
        for stencil in some:
            stencil.stamp(draw, rows)
        yield rows


def _columns(table: str) -> list[str]:
    return [c.name for c in m.Base.metadata.tables[table].columns]


def _indexes() -> list[sa.Index]:
    return [ix for t in _TABLES for ix in m.Base.metadata.tables[t].indexes if not ix.unique]


def _write_sqlite(database: Database, batches: Iterator[dict[str, list[Values]]]) -> int:
    written = 0
    with database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        for pragma in ("foreign_keys=OFF", "synchronous=OFF", "cache_size=-400000"):
            raw.execute(f"PRAGMA {pragma}")
        raw.execute("BEGIN IMMEDIATE")
        for index in _indexes():
            raw.execute(f"DROP INDEX {index.name}")
        for rows in batches:
            for table, values in rows.items():
                holes = ",".join("?" * len(_columns(table)))
                names = ",".join(f'"{c}"' for c in _columns(table))
                raw.executemany(f"INSERT INTO {table} ({names}) VALUES ({holes})", values)
                written += len(values)
        for index in _indexes():
            raw.execute(str(sa.schema.CreateIndex(index).compile(dialect=_LITE)))
        raw.execute("COMMIT")
        connection.invalidate()  # its pragmas go with it
    return written


def _write_postgresql(database: Database, batches: Iterator[dict[str, list[Values]]]) -> int:
    written = 0
    with database.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        with raw.cursor() as cursor:
            # No foreign key is checked row by row; instants are read as UTC.
            cursor.execute("SET session_replication_role = replica; SET TimeZone = 'UTC'")
            for index in _indexes():
                cursor.execute(f"DROP INDEX {index.name}")
            for rows in batches:
                for table, values in rows.items():
                    names = ",".join(f'"{c}"' for c in _columns(table))
                    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                        for row in values:
                            copy.write_row(row)
                    written += len(values)
            for index in _indexes():
                made = sa.schema.CreateIndex(index).compile(dialect=connection.dialect)
                cursor.execute(str(made))
            raw.commit()
            raw.autocommit = True
            # What autovacuum does within the minute after such a load.
            cursor.execute("VACUUM ANALYZE")
        connection.invalidate()
    return written


def checked(database: Database) -> Checked:
    """Let the product's own check recompute every order; any difference is an error."""
    tally = Checked()
    with database.reading() as session:
        for difference in check(session, tally):
            raise AssertionError(f"not what the product writes: {difference}")
    return tally
