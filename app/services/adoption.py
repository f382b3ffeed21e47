"""A record that was kept before there was a log: taken into it as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.acts import Act
from app.services.log import Row, frontier, row_of, say
from app.services.verify import logged_tables

BATCH = 2_000


def adopt(session: Session, now: datetime) -> int:
    """Write every row of evidence into an empty log; how many rows there were.

    The entries say that the rows were found so, not who wrote them or when. Does nothing when
    the log has begun: from then on every act writes its own rows.
    """
    if frontier(session, hold=True).size:
        return 0
    rows: list[Row] = []
    count = 0
    for row in _every_row(session):
        rows.append(row)
        count += 1
        if len(rows) == BATCH:
            say(session, Act.record_adopted, None, now, more=rows)
            rows = []
    if rows:
        say(session, Act.record_adopted, None, now, more=rows)
    return count


def _every_row(session: Session) -> Iterator[Row]:
    for mapper in logged_tables():
        table = str(mapper.local_table.name)  # type: ignore[attr-defined]
        columns = [c.key for c in mapper.column_attrs if c.key not in mapper.class_.not_logged]
        keys = [key.name for key in mapper.primary_key]
        query = select(*(getattr(mapper.class_, c) for c in columns))
        for row in session.execute(query.execution_options(yield_per=BATCH)):
            values = dict(zip(columns, row, strict=True))
            yield row_of(table, [values[key] for key in keys], values)
