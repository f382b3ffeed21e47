"""A deposit of many exhibits with its receipt; and the verification of every byte stored."""

from __future__ import annotations

import io
import os
import random
import resource
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from uuid import UUID

from app.db import Database
from app.domain.access import Actor
from app.papers.press import Press
from app.schemas.orders import OrderIn
from app.schemas.productions import ProductionIn
from app.services.adding import add_exhibits
from app.services.deposit import deposit
from app.services.orders import register_order
from app.services.papers import receipt_paper
from app.services.produced import produced
from app.services.productions import Incoming, draft_production
from app.services.receipts import receipt_of
from app.services.verify import Verified, verify_files, verify_record
from app.storage.keys import KeyRing
from app.storage.local import LocalStore
from bench.docket import NOW
from bench.lists import KINDS, fresh_urls
from bench.measure import Report, Samples, alternate, duration
from tests.cast import Cast, assemble
from tests.factories import a_category, an_order

DEPOSIT_SECONDS_MAX, PDF_SECONDS_MAX = 3.0, 15.0
VERIFY_RATIO_MIN = 0.8
MIB = 1024 * 1024


def run(
    report: Report,
    *,
    exhibits: int = 10_000,
    file_bytes: int = 2_048,
    tree_bytes: int = 1024 * MIB,
    rounds: int = 3,
    pdf: bool = True,
    kinds: tuple[str, ...] = KINDS,
) -> None:
    """Deposit ``exhibits`` at once, on each database; then verify a tree of ``tree_bytes``."""
    for kind in kinds:
        with ExitStack() as held:
            folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="bordereau-")))
            urls = held.enter_context(fresh_urls(kind))
            database = Database(next(urls))
            held.callback(database.close)
            report.title(f"deposit of {exhibits:,} exhibits on {kind}")
            bench = _Bench(database, folder)
            held.callback(bench.store.close)
            _deposits(report, bench, exhibits, file_bytes, rounds, pdf=pdf and kind == kinds[0])
    _verify(report, tree_bytes, rounds)


class _Bench:
    """A court, a matter, an order and counsel, by real verbs; a store in a folder."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.store = LocalStore(folder / "files")
        self.ring = KeyRing(folder / "keys")
        self.cast: Cast = assemble(database, NOW)
        with database.writing() as session:
            clerk = self.cast.actor(session, "clerk")
            limb = a_category(self.cast.obligor, number="1", kind="documents")
            data = OrderIn.model_validate(an_order(self.cast.obligor, categories=[limb]))
            self.order = register_order(session, clerk, self.cast.matter.id, data, NOW)
            self.counsel: Actor = self.cast.actor(session, "producing_counsel")

    def filled(self, exhibits: int, file_bytes: int, first: int) -> tuple[UUID, float]:
        """A draft full of files that are really stored; seconds to store and to add them."""
        category = self.order.categories[0].id
        start = perf_counter()
        stored = self.store.put_many(
            self.cast.matter.id, ([os.urandom(file_bytes)] for _ in range(exhibits))
        )
        files = [
            (file, Incoming(f"Pièce {first + n} - Relevé.pdf", "application/pdf",
                            category_ids=(category,)))
            for n, file in enumerate(stored)
        ]  # fmt: skip
        with self.database.writing() as session:
            data = ProductionIn(party_id=self.cast.obligor, title="Communication")
            draft = draft_production(session, self.counsel, self.order.id, data, NOW)
            add_exhibits(session, self.counsel, draft.id, files, NOW)  # type: ignore[arg-type]
        return draft.id, perf_counter() - start

    def press(self, production_id: UUID) -> str:
        """Deposit, commit, and write the receipt as the API answers it."""
        with self.database.writing() as session:
            receipt = deposit(session, self.counsel, production_id, self.store, self.ring, NOW)
            return receipt.model_dump_json()


def _deposits(
    report: Report, bench: _Bench, exhibits: int, file_bytes: int, rounds: int, *, pdf: bool
) -> None:
    taken, filled = [], []
    for turn in range(rounds):
        draft, seconds = bench.filled(exhibits, file_bytes, 1 + turn * exhibits)
        filled.append(seconds / exhibits)
        start = perf_counter()
        text = bench.press(draft)
        taken.append(perf_counter() - start)
    report.rate("stored together and added to a draft, files", Samples(tuple(filled)), 1, "files")
    samples = Samples(tuple(taken))
    report.time("deposit, committed, receipt as JSON", samples)
    report.figure("receipt as JSON", f"{len(text) / MIB:.1f} MiB")
    report.goal(
        f"deposit of {exhibits:,}: < {DEPOSIT_SECONDS_MAX:.0f} s",
        met=samples.median < DEPOSIT_SECONDS_MAX,
        figure=duration(samples.median),
    )
    with bench.database.reading() as session:
        start = perf_counter()
        receipt_of(session, bench.counsel, draft).model_dump_json()
        report.figure("the same receipt, asked for again", duration(perf_counter() - start))
        start = perf_counter()
        produced(session, bench.counsel, bench.order.id, NOW, NOW, limit=200)
        report.figure("what was produced, a page of 200", duration(perf_counter() - start))
        start = perf_counter()
        assert not list(verify_record(session, Verified()))
        report.figure("the record compared with its log", duration(perf_counter() - start))
    if pdf:
        _print(report, bench, draft, exhibits)


def _print(report: Report, bench: _Bench, production_id: UUID, exhibits: int) -> None:
    press = Press(bench.folder / "papers")
    try:
        with bench.database.reading() as session:
            paper = receipt_paper(session, bench.counsel, production_id, "fr", "http://x/verify")
        start = perf_counter()
        press.printed(paper.make, paper.shelf)
        seconds = perf_counter() - start
    finally:
        press.close()
    report.goal(
        f"receipt of {exhibits:,} as PDF: < {PDF_SECONDS_MAX:.0f} s",
        met=seconds < PDF_SECONDS_MAX,
        figure=duration(seconds),
    )


def _verify(report: Report, tree_bytes: int, rounds: int) -> None:
    report.title(f"every byte of {tree_bytes // MIB:,} MiB read back, beside sha256sum")
    with tempfile.TemporaryDirectory(prefix="bordereau-bench-") as name:
        store = LocalStore(Path(name) / "files")
        matter, files = UUID(int=1), []
        for body in _bodies(tree_bytes):
            file = store.put(matter, io.BytesIO(body), size_max_bytes=tree_bytes)
            files.append((matter, file.sha256, file.size_bytes))

        def ours() -> None:
            assert not list(verify_files(files, store, Verified()))

        def theirs() -> None:
            command = f"find {store.root / 'objects'} -type f -print0 | xargs -0 sha256sum"
            subprocess.run(["sh", "-c", command], check=True, stdout=subprocess.DEVNULL)

        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        measured = alternate({"ours": ours, "sha256sum": theirs}, rounds=rounds)
        rise = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
        report.rate("verify", measured["ours"], tree_bytes / MIB, "MiB")
        report.rate("sha256sum", measured["sha256sum"], tree_bytes / MIB, "MiB")
        ratio = measured["sha256sum"].median / measured["ours"].median
        report.goal(
            f"verify ≥ {VERIFY_RATIO_MIN} of sha256sum",
            met=ratio >= VERIFY_RATIO_MIN,
            figure=f"{ratio:.2f}",
        )
        report.figure("memory while verifying, more", f"{max(0, rise) / MIB:.1f} MiB")
        store.close()


def _bodies(total: int) -> Iterator[bytes]:
    """Files of many sizes: half of the bytes in large ones."""
    chance = random.Random(1)
    while total > 0:
        size = chance.choice((4_096, 40_960, 400_000, 32 * MIB))
        yield chance.randbytes(min(size, total))
        total -= size
