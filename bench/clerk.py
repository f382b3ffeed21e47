"""The clerk's list as a page: server time with filters, search, news, and an opened row."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from sqlalchemy import select
from starlette.testclient import TestClient

from app import models as m
from app.db import Database
from app.deps import NOW_HEADER, clock
from app.main import create_app
from app.services import charges, signing_in
from app.settings import Settings
from bench import stamp
from bench.docket import NOW
from bench.lists import KINDS, fresh_urls
from bench.measure import Report, as_served, duration

GOAL = 0.050
TAKEN = 200
"""Orders of which the clerk is in charge."""

PAGES = {
    "mine, overdue, newest first (default)": "/",
    "all, overdue, newest first": "/?status=overdue_nothing&status=overdue_partly&whose=all",
    "all, still owed, earliest first": "/?status=owed&sort=due&whose=all",
    "all, suspended": "/?status=suspended&whose=all",
    "at least 90 days late": "/?late=90&whose=all",
    "by docket number": "/?status=owed&sort=docket&whose=all",
    "as of a year ago": "/?as_of=2025-11-23&whose=all",
    "search: a docket number": "/?q=24/00042",
    "search: part of a word of every order": "/?q=lateform",
    "search: a number and such a part": "/?q=lateform 00042",
    "search: two words that never meet": "/?q=exemple 99999",
}

COUNTED = {
    "statistics of the court": "/courts/tj-paris/statistics",
    "statistics as of a year ago": "/courts/tj-paris/statistics?as_of=2025-11-23",
    "statistics of a period": "/courts/tj-paris/statistics?from=2026-01-01&to=2026-06-30",
}
COUNTED_GOAL = 5.0
"""All of a court is counted, seldom: what it takes grows with the court, and is watched here."""
COUNTED_ROUNDS = 10


def run(
    report: Report,
    *,
    orders: int = 100_000,
    rounds: int = 60,
    kinds: tuple[str, ...] = KINDS,
) -> None:
    """Measure each page on each database in turn, in process: no network is counted."""
    for kind in kinds:
        report.title(f"the clerk's page: {orders:,} orders × 4 categories on {kind}")
        with ExitStack() as held:
            url = next(held.enter_context(fresh_urls(kind)))
            folder = Path(held.enter_context(TemporaryDirectory(prefix="bordereau-clerk-")))
            http, opened = _visitor(url, folder, orders)
            as_served()
            state = http.app.state  # type: ignore[attr-defined]
            # A server that is stopped waits for whoever is still connected.
            held.callback(state.database.close)
            held.callback(state.store.close)
            for said, address in {**PAGES, "an opened row": opened}.items():
                _measure(report, kind, http, said, address, rounds)
            few = min(rounds, COUNTED_ROUNDS)
            for said, address in COUNTED.items():
                _measure(report, kind, http, said, address, few, COUNTED_GOAL)


def _visitor(url: str, folder: Path, orders: int) -> tuple[TestClient, str]:
    database = Database(url)
    court, actor = stamp.open_court(database)
    stamp.fill(database, court, actor, orders)
    with database.writing() as session:
        taken = session.scalars(select(m.Order.id).limit(TAKEN)).all()
        for order_id in taken:
            charges.take_charge(session, actor, order_id, NOW)
        session.add(
            m.ListVisit(
                user_id=actor.user_id, seen_at=NOW - timedelta(days=3),
                opened_at=NOW - timedelta(days=1),
            )
        )  # fmt: skip
        secret = signing_in.start_sign_in(session, actor.user_id, clock(), 12)
        owed = session.scalars(
            select(m.Obligation.id).where(m.Obligation.order_id == taken[0])
        ).first()
    database.close()
    app = create_app(
        Settings(database_url=url, data_dir=folder, public_url="http://testserver", sandbox=True)
    )
    http = TestClient(app, headers={NOW_HEADER: NOW.isoformat(), "Accept-Language": "fr"})
    http.cookies.set("bordereau", secret, domain="testserver.local", path="/")
    return http, f"/?open={owed}"


def _measure(
    report: Report,
    kind: str,
    http: TestClient,
    said: str,
    address: str,
    rounds: int,
    goal: float = GOAL,
) -> None:
    taken, worked = [], []
    for turn in range(rounds + 5):
        start, work = perf_counter(), process_time()
        answer = http.get(address)
        if turn >= 5:
            taken.append(perf_counter() - start)
            worked.append(process_time() - work)
        if answer.status_code != 200:
            raise AssertionError(f"{address} answered {answer.status_code}")
    p50, p95 = _share(taken, 0.5), _share(taken, 0.95)
    # On a busy machine the processor's time says more: of this process, and so without a server's.
    cpu = f"CPU p50 {duration(_share(worked, 0.5))}, p95 {duration(_share(worked, 0.95))}"
    size = f"{len(answer.content):,} bytes"
    report.figure(said, f"p50 {duration(p50)}, p95 {duration(p95)}; {cpu}; {size}")
    report.goal(f"{kind}: {said}: p95 ≤ {duration(goal)}", met=p95 <= goal, figure=duration(p95))


def _share(samples: list[float], share: float) -> float:
    return sorted(samples)[min(len(samples) - 1, int(len(samples) * share))]
