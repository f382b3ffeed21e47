"""(h) A deposit of thousands of exhibits, and what is read of it afterwards, as JSON."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import Database
from app.domain.access import Actor
from app.domain.manifest import manifest_root
from app.schemas.orders import OrderIn
from app.schemas.productions import ProductionIn
from app.services.adding import add_exhibits
from app.services.deposit import deposit
from app.services.orders import register_order
from app.services.produced import produced
from app.services.productions import Incoming, draft_production, production_of
from app.services.receipts import receipt_of
from app.services.wording import production_out
from app.storage.keys import KeyRing
from app.storage.local import LocalStore
from app.storage.store import StoredFile
from bench.docket import NOW
from bench.lists import KINDS, fresh_urls
from bench.measure import Report, Samples, alternate, duration
from tests.cast import Cast, assemble
from tests.factories import an_order

DEPOSIT_MAX_SECONDS = 3.0


def run(
    report: Report, *, size: int = 10_000, rounds: int = 3, kinds: tuple[str, ...] = KINDS
) -> None:
    """Several drafts of that size, deposited one after the other, each beside its limit."""
    for kind in kinds:
        report.title(f"deposit: {size:,} exhibits on {kind}")
        with ExitStack() as held:
            folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="bordereau-")))
            database = Database(next(held.enter_context(fresh_urls(kind))))
            held.callback(database.close)
            _measure(report, _Full(database, folder, size), rounds)


class _Full:
    """Drafts full of small files that the store holds; each answers one of two categories."""

    def __init__(self, database: Database, folder: Path, size: int) -> None:
        self.database = database
        self.size = size
        self.store = LocalStore(folder / "data")
        self.ring = KeyRing(folder / "keys")
        self.cast: Cast = assemble(database, NOW)
        with database.writing() as session:
            clerk = self.cast.actor(session, "clerk")
            data = OrderIn.model_validate(an_order(self.cast.obligor))
            self.order = register_order(session, clerk, self.cast.matter.id, data, NOW)
            self.categories = [c.id for c in self.order.categories][:2]
        self.drafts: list[UUID] = []

    def fill(self) -> float:
        """A new draft with all its exhibits, as an archive adds them; the seconds it took."""
        files = [self._file(len(self.drafts), n) for n in range(self.size)]
        start = perf_counter()
        with self.database.writing() as session:
            counsel = self.cast.actor(session, "producing_counsel")
            asked = ProductionIn(party_id=self.cast.obligor)
            draft = draft_production(session, counsel, self.order.id, asked, NOW)
            add_exhibits(session, counsel, draft.id, files, NOW, lambda _: None, matter_bytes_max=0)
        self.drafts.append(draft.id)
        return perf_counter() - start

    def _file(self, draft: int, n: int) -> tuple[StoredFile, Incoming]:
        """A file put where the store looks for it: not synced, for only its presence is asked."""
        body = f"{draft} {n}".encode()
        sha256 = hashlib.sha256(body).hexdigest()
        path = self.store.path_of(self.cast.matter.id, sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        said = Incoming(
            filename=f"Contrat avec la société {n}.pdf",
            media_type="application/pdf",
            category_ids=(self.categories[n % 2],),
        )
        return StoredFile(sha256, len(body), newly_stored=True), said

    def deposit(self, draft: UUID) -> float:
        """Deposit it, commit, and write the receipt as the API does; the seconds it took."""
        start = perf_counter()
        with self.database.writing() as session:
            counsel = self.cast.actor(session, "producing_counsel")
            deposit(session, counsel, draft, self.store, self.ring, NOW).model_dump_json()
        return perf_counter() - start

    def limit(self, draft: UUID) -> float:
        """The same lines without the product: files looked for, hashed, written, committed."""
        ask = text("SELECT line, name_salt FROM manifest_lines WHERE production_id = :id")
        whose = draft.hex if self.database.url.get_backend_name() == "sqlite" else draft
        with self.database.reading() as session:
            lines = session.connection().execute(ask, {"id": whose}).all()
        rows = [{"n": n, "line": line, "salt": salt} for n, (line, salt) in enumerate(lines)]
        folder = self.store.root / "objects" / str(self.cast.matter.id)
        paths = [path for path in folder.rglob("*") if path.is_file()][: self.size]
        start = perf_counter()
        with self.database.engine.begin() as connection:
            assert all(path.is_file() for path in paths)
            manifest_root([row["line"].encode() for row in rows])
            connection.execute(text("CREATE TABLE bare (n INTEGER, line TEXT, salt TEXT)"))
            connection.execute(text("INSERT INTO bare VALUES (:n, :line, :salt)"), rows)
        taken = perf_counter() - start
        with self.database.engine.begin() as connection:
            connection.execute(text("DROP TABLE bare"))
        return taken


def _measure(report: Report, full: _Full, rounds: int) -> None:
    filled, deposited, limits = [], [], []
    for _ in range(rounds):
        filled.append(full.fill())
        deposited.append(full.deposit(full.drafts[-1]))
        limits.append(full.limit(full.drafts[-1]))
    report.time("exhibits added to the draft, in one act", Samples(tuple(filled)))
    ours, bare = Samples(tuple(deposited)), Samples(tuple(limits))
    report.time("deposit: verb, commit, receipt as JSON", ours)
    report.time("limit: files looked for, lines hashed and written, commit", bare)
    report.figure("deposit ÷ limit", f"{ours.median / bare.median:.1f}")
    report.goal(
        f"deposit with its receipt: < {DEPOSIT_MAX_SECONDS:.0f} s",
        met=ours.median < DEPOSIT_MAX_SECONDS,
        figure=duration(ours.median),
    )
    _read(report, full, rounds)


def _read(report: Report, full: _Full, rounds: int) -> None:
    """What is read of the last deposit, by either side, in views of their own."""
    draft, order = full.drafts[-1], full.order.id

    def page(session: Session, actor: Actor) -> Any:
        return produced(session, actor, order, NOW, NOW)

    def pages(session: Session, actor: Actor) -> Any:
        found = produced(session, actor, order, NOW, NOW)
        for _ in range(full.size // len(found.items) - 1):
            found = produced(session, actor, order, NOW, NOW, cursor=found.next_cursor)
        return found

    reads: dict[str, Callable[[Session, Actor], Any]] = {
        "the receipt once more": lambda s, a: receipt_of(s, a, draft),
        "the production": lambda s, a: production_out(s, a, production_of(s, a, draft)),
        "what was produced: a page of 1,000": page,
        "what was produced: as many as a deposit holds, by pages": pages,
    }

    def done(read: Callable[[Session, Actor], Any]) -> None:
        with full.database.reading() as session:
            read(session, full.cast.actor(session, "requesting_counsel")).model_dump_json()

    sides = {what: (lambda read=read: done(read)) for what, read in reads.items()}
    for what, samples in alternate(sides, rounds=rounds, warm=0).items():
        report.time(f"{what}, as JSON", samples)
