"""The limit of a list: the same answer by hand-written SQL through the driver alone."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from typing import Any
from uuid import UUID

from app.db import Database

_HOLDS = """
    SELECT obligation_id, valid_from, sort_at FROM standings
    WHERE court_id = {court} AND valid_from <= {at} AND {until}
      AND {no} ended{zero} AND completed_at IS NULL
      AND {no} stayed{zero} AND {no} awaiting{zero} AND sort_at <= {at}
    ORDER BY sort_at, obligation_id LIMIT 50
"""
_PAGE = """
    WITH page AS (
        SELECT * FROM (SELECT * FROM ({open}) AS o UNION ALL SELECT * FROM ({closing}) AS c) AS b
        ORDER BY sort_at, obligation_id LIMIT 50
    )
    SELECT s.obligation_id, s.order_id, o.matter_id, court.name, m.title, o.title, o.time_zone,
           c.number, c.kind, obligor.name, s.first_produced_at, s.completed_at, s.stayed_from,
           s.ended_at, s.answered_count, s.elements_count, s.finding, s.due_on, s.due_at,
           s.due_from_at, s.sort_at, s.undated, s.stayed, s.ended, s.awaiting, s.clock,
           (SELECT {join}(d.number, ' · ') FROM docket_numbers AS d WHERE d.matter_id = m.id),
           (SELECT {join}(p.name, ', ') FROM parties AS p
            WHERE p.matter_id = m.id AND p.side = 'requesting')
    FROM page
    JOIN standings AS s ON s.obligation_id = page.obligation_id AND s.valid_from = page.valid_from
    JOIN obligations AS b ON b.id = s.obligation_id
    JOIN categories AS c ON c.id = b.category_id
    JOIN parties AS obligor ON obligor.id = b.obligor_id
    JOIN orders AS o ON o.id = s.order_id
    JOIN matters AS m ON m.id = o.matter_id
    JOIN courts AS court ON court.id = m.court_id
    ORDER BY s.sort_at, s.obligation_id
"""
_COUNTS = """
    SELECT CASE
        WHEN ended THEN 'ended'
        WHEN completed_at >= due_at THEN 'met_late'
        WHEN completed_at IS NOT NULL THEN 'met_on_time'
        WHEN stayed THEN 'suspended'
        WHEN awaiting THEN 'awaiting_service_proof'
        WHEN sort_at <= {at} AND first_produced_at IS NOT NULL THEN 'overdue_partly'
        WHEN sort_at <= {at} THEN 'overdue_nothing'
        WHEN due_from_at <= {at} THEN 'due_today'
        WHEN first_produced_at IS NOT NULL THEN 'partly_produced'
        ELSE 'running' END AS status, count(*) AS n
    FROM standings
    WHERE court_id = {court} AND valid_from <= {at} AND {until}
    GROUP BY 1
"""
_OPEN = "valid_until IS NULL"


class Bare:
    """One connection of the driver's own, in autocommit, its statements prepared once."""

    def __init__(self, database: Database, court_id: UUID) -> None:
        self._lite = database.url.get_backend_name() == "sqlite"
        self._held = database.engine.raw_connection()
        driver: Any = self._held.driver_connection
        self._connection = driver
        if not self._lite:
            self._connection.autocommit = True
            self._connection.prepare_threshold = 0
        self._court = court_id.hex if self._lite else court_id
        # SQLite has no boolean: its partial indexes say "ended = 0", and so must a query.
        names = (
            {"court": ":court", "at": ":at", "no": "", "zero": " = 0"}
            if self._lite
            else {"court": "%(court)s", "at": "%(at)s", "no": "NOT", "zero": ""}
        )
        open_, closing_ = (
            _HOLDS.format(until=until, **names)
            for until in (_OPEN, f"valid_until > {names['at']} AND sort_at < valid_until")
        )
        join = "group_concat" if self._lite else "string_agg"
        self._page = _PAGE.format(open=open_, closing=closing_, join=join)
        both = " UNION ALL ".join(
            _COUNTS.format(until=until, **names)
            for until in (_OPEN, f"valid_until > {names['at']}")
        )
        self._counts = f"SELECT status, sum(n) FROM ({both}) AS b GROUP BY status"

    def page(self, at: datetime) -> list[tuple[Any, ...]]:
        """The first 50 overdue at ``at``, with all that a row shows."""
        return self._all(self._page, at)

    def counts(self, at: datetime) -> dict[str, int]:
        """How many bear each status at ``at``."""
        return {word: int(n) for word, n in self._all(self._counts, at)}

    def plan(self, at: datetime) -> list[str]:
        """How the database goes about the page."""
        said = "EXPLAIN QUERY PLAN " if self._lite else "EXPLAIN "
        return [str(row[-1]) for row in self._all(said + self._page, at)]

    def close(self) -> None:
        self._held.invalidate()

    def _all(self, statement: str, at: datetime) -> list[tuple[Any, ...]]:
        when: object = at.strftime("%Y-%m-%d %H:%M:%S.%f") if self._lite else at
        with closing(self._connection.cursor()) as cursor:
            cursor.execute(statement, {"court": self._court, "at": when})
            return list(cursor.fetchall())
