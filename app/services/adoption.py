"""A record that was kept before there was a log: taken into it as it stands."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.acts import Act
from app.services.log import Row, frontier, logged_rows, row_of, say
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
        for (table, key), values in logged_rows(session, mapper.class_):
            yield row_of(table, key, values)
