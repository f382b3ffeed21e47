"""(a) The status list of one court, beside a bare query and naive loading."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from app import models as m
from app.db import Database
from app.domain.access import Actor
from app.domain.status import Status
from app.schemas.compliance import ListedObligation
from app.services import listing
from app.services.compliance import listed_out
from bench import stamp
from bench.bare import Bare
from bench.docket import NOW
from bench.measure import Report, alternate, duration
from bench.naive import OVERDUE, naive
from tests.databases import PostgresServer, migrate, postgres_binaries

SMALL = 1_000
DAYS_AGO = (1, 30, 365)
KINDS = ("sqlite", "postgresql")


@dataclass
class Docket:
    """A court with its orders in one database, and both ways to ask."""

    database: Database
    court: m.Court
    actor: Actor
    bare: Bare
    orders: int

    def page(self, at: datetime = NOW) -> list[ListedObligation]:
        """The first page of 50 overdue by last day, ready to be sent."""
        wanted = listing.Filter(statuses=OVERDUE, court_id=self.court.id)
        with self.database.reading() as session:
            rows = listing.obligations(session, self.actor, wanted, at, limit=50)
            return [listed_out(row, at, "fr") for row in rows]

    def rows(self, at: datetime = NOW) -> int:
        """The page before it is put into words."""
        wanted = listing.Filter(statuses=OVERDUE, court_id=self.court.id)
        with self.database.reading() as session:
            return len(listing.obligations(session, self.actor, wanted, at, limit=50))

    def counts(self, at: datetime = NOW) -> dict[Status, int]:
        wanted = listing.Filter(court_id=self.court.id)
        with self.database.reading() as session:
            return listing.counts(session, self.actor, wanted, at)

    def naive(self, orders: int) -> Any:
        with self.database.reading() as session:
            return naive(session, self.court.id, NOW, orders)


def run(
    report: Report,
    *,
    orders: int = 100_000,
    rounds: int = 25,
    calls: int = 4,
    sample: int = 1_000,
    naive_full: bool = False,
    kinds: tuple[str, ...] = KINDS,
) -> None:
    """Measure on each database in turn."""
    for kind in kinds:
        report.title(f"lists: {orders:,} orders × 4 categories on {kind}")
        with ExitStack() as held:
            urls = held.enter_context(fresh_urls(kind))
            small = held.enter_context(_docket(report, next(urls), min(SMALL, orders)))
            tally = stamp.checked(small.database)
            report.note(
                f"  checked: {tally.orders:,} orders and {tally.obligations:,} obligations "
                "recomputed from their events: no difference"
            )
            big = held.enter_context(_docket(report, next(urls), orders))
            _same_answers(small, big)
            _pages(report, kind, small, big, rounds, calls)
            _past(report, kind, big, rounds)
            _counts(report, kind, big, max(3, rounds // 4))
            _naive(report, big, orders if naive_full else min(sample, orders))


def _pages(report: Report, kind: str, small: Docket, big: Docket, rounds: int, calls: int) -> None:
    found = alternate(
        {
            "page": big.page,
            "rows": big.rows,
            "small": small.page,
            "bare": lambda: big.bare.page(NOW),
            "bare small": lambda: small.bare.page(NOW),
        },
        rounds=rounds,
        calls=calls,
    )
    page, bare = found["page"].median, found["bare"].median
    report.time("page of 50 overdue, verb + listed_out", found["page"])
    report.time("  of which the verb (queries and rows)", found["rows"])
    report.time("bare SQL, same page", found["bare"])
    report.time(f"page at {small.orders:,} orders", found["small"])
    report.time(f"bare SQL at {small.orders:,} orders", found["bare small"])
    most = 1.5 * bare + 0.003
    report.goal(
        f"{kind}: page ≤ 1.5 × bare + 3 ms",
        met=page <= most,
        figure=f"{duration(page)} to {duration(most)} ({page / bare:.1f} × bare)",
    )
    flat = page / found["small"].median
    report.goal(
        f"{kind}: page flat from {small.orders:,} to {big.orders:,} orders (≤ 3 ×)",
        met=flat <= 3,
        figure=f"{flat:.2f} ×",
    )


def _past(report: Report, kind: str, big: Docket, rounds: int) -> None:
    past = {f"{ago} days ago": NOW - timedelta(days=ago) for ago in DAYS_AGO}
    found = alternate(
        {
            "now": big.page,
            **{said: partial(big.page, at) for said, at in past.items()},
            **{f"bare {said}": partial(big.bare.page, at) for said, at in past.items()},
        },
        rounds=max(3, rounds // 2),
    )
    for said, samples in found.items():
        report.time(f"page as of {said}" if "bare" not in said else f"{said}, SQL", samples)
    worst = max(found[said].median for said in past) / found["now"].median
    report.goal(f"{kind}: page as of a past day ≤ 5 × now", met=worst <= 5, figure=f"{worst:.2f} ×")


def _counts(report: Report, kind: str, big: Docket, rounds: int) -> None:
    found = alternate({"counts": big.counts, "bare": lambda: big.bare.counts(NOW)}, rounds=rounds)
    report.time("counts by status", found["counts"])
    report.time("bare SQL, same counts", found["bare"])
    ratio = found["counts"].median / found["bare"].median
    report.goal(f"{kind}: counts ≤ 2 × bare", met=ratio <= 2, figure=f"{ratio:.2f} ×")


def _naive(report: Report, big: Docket, sample: int) -> None:
    big.naive(min(50, sample))
    start = perf_counter()
    big.naive(sample)
    taken = perf_counter() - start
    whole = taken * big.orders / sample
    how = "in full" if sample == big.orders else f"{sample:,} in {duration(taken)}, extrapolated"
    report.figure("naive: every order by ORM, assessed in Python", duration(whole))
    report.note(f"    ({how}; {whole / max(_once(big), 1e-9):,.0f} × page and counts together)")


def _once(big: Docket) -> float:
    start = perf_counter()
    big.page()
    big.counts()
    return perf_counter() - start


def _same_answers(small: Docket, big: Docket) -> None:
    """Product, bare SQL and naive loading must say the same, or nothing is measured."""
    for docket in (small, big):
        for at in (NOW, *(NOW - timedelta(days=ago) for ago in DAYS_AGO)):
            page = [x.obligation_id.hex for x in docket.page(at)]
            bare = [str(x[0]).replace("-", "") for x in docket.bare.page(at)]
            if page != bare or docket.counts(at) != docket.bare.counts(at):
                raise AssertionError(f"product and bare SQL differ at {at}")
    page, counts = small.naive(small.orders)
    if [x.obligation_id for x in small.page()] != page or small.counts() != counts:
        raise AssertionError("product and naive loading differ")


@contextmanager
def _docket(report: Report, url: str, orders: int) -> Iterator[Docket]:
    database = Database(url)
    try:
        court, actor = stamp.open_court(database)
        start = perf_counter()
        rows = stamp.fill(database, court, actor, orders)
        taken = perf_counter() - start
        report.note(f"  seeded: {orders:,} orders, {rows:,} rows, in {taken:,.0f} s")
        bare = Bare(database, court.id)
        try:
            yield Docket(database, court, actor, bare, orders)
        finally:
            bare.close()
    finally:
        database.close()


@contextmanager
def fresh_urls(kind: str) -> Iterator[Iterator[str]]:
    """Addresses of fresh, migrated databases, gone at the end."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="bordereau-bench-") as folder:
            yield _sqlite_urls(Path(folder))
        return
    binaries = postgres_binaries()
    if binaries is None:
        raise SystemExit("bench lists needs a PostgreSQL server")
    server = PostgresServer(binaries)
    try:
        yield iter(server.create, None)
    finally:
        server.stop()


def _sqlite_urls(folder: Path) -> Iterator[str]:
    for name in ("small", "big"):
        url = f"sqlite:///{folder / name}.db"
        migrate(url)
        yield url
