"""(c) Small JSON requests, signed in, beside a trivial FastAPI endpoint served alike."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from app.db import Database
from app.services import signing_in
from bench import stamp
from bench.client import Drive, Request, client, drive
from bench.measure import Report, Samples
from bench.served import product, served, trivial
from tests.databases import migrate

GOAL = 0.15


def run(
    report: Report,
    *,
    orders: int = 2_000,
    requests: int = 400,
    connections: int = 16,
    rounds: int = 5,
) -> None:
    """Product and trivial endpoint in turn, the same client, 16 kept-alive connections."""
    report.title(
        f"requests: h11, one worker, {connections} connections, SQLite with {orders:,} orders"
    )
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="bordereau-bench-")))
        signed = (("Authorization", f"Bearer {_prepare(folder, orders)}"),)
        ours = held.enter_context(served(product, folder)).port
        theirs = held.enter_context(served(trivial, folder)).port
        pool = held.enter_context(client())
        page = "/api/v1/obligations?status=overdue_nothing&status=overdue_partly&court=tj-paris"
        asked = {
            "trivial": (Request(theirs, "GET", "/"), requests * 8),
            "me": (Request(ours, "GET", "/api/v1/me", signed), requests * 2),
            "page": (Request(ours, "GET", page, signed), requests * 2),
            # Each as of an instant of its own: no answer kept from another can serve.
            "anew": (
                Request(ours, "GET", f"{page}&as_of=2026-11-23T09:00:00.{{n}}7Z", signed),
                requests,
            ),
            "counts": (
                Request(ours, "GET", "/api/v1/obligations/counts?court=tj-paris", signed),
                requests,
            ),
        }
        taken: dict[str, list[float]] = {name: [] for name in asked}
        for turn in range(-1, rounds):
            for name, (request, count) in asked.items():
                several = count if turn >= 0 else connections
                first = (turn + 1) * count
                driven = Drive(request, several, connections, first)
                seconds = pool.submit(drive, driven).result()
                if turn >= 0:
                    taken[name].append(seconds / several)
        found = {name: Samples(tuple(values)) for name, values in taken.items()}
    report.rate("trivial FastAPI endpoint", found["trivial"])
    report.rate("GET /api/v1/me, with a token", found["me"])
    report.rate("GET /api/v1/obligations, page of 50, with a token", found["page"])
    report.rate("  … each as of another instant: none kept", found["anew"])
    report.rate(f"GET /api/v1/obligations/counts of {orders * 4:,}, with a token", found["counts"])
    one = found["trivial"].median
    report.figure("me ÷ trivial", f"{one / found['me'].median:.3f}")
    report.figure("page, none kept ÷ trivial", f"{one / found['anew'].median:.3f}")
    ratio = one / found["page"].median
    report.goal(f"page of 50 ≥ {GOAL} of trivial", met=ratio >= GOAL, figure=f"{ratio:.3f}")


def _prepare(folder: Path, orders: int) -> str:
    """The product's database in ``folder``; a token of the clerk's."""
    url = f"sqlite:///{folder / 'bordereau.db'}"
    migrate(url)
    database = Database(url)
    try:
        court, actor = stamp.open_court(database)
        stamp.fill(database, court, actor, orders)
        with database.writing() as session:
            return signing_in.start_token(session, actor.user_id, datetime.now(UTC), 24)[1]
    finally:
        database.close()
