"""(d) Uploads through the real API, beside a bare ASGI reference and a plain script."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from statistics import quantiles
from typing import Any
from uuid import UUID
from zipfile import ZipFile

from app.db import Database
from app.schemas.orders import OrderIn
from app.schemas.people import MembershipIn, UserIn
from app.schemas.productions import ProductionIn
from app.services import matters, orders, people, productions, signing_in
from bench import plain
from bench.assess import an_order, the_matter
from bench.client import Drive, Request, client, drive, timed
from bench.docket import NOW
from bench.measure import Report, Samples, duration
from bench.served import Server, product, reference, served
from bench.stamp import open_court
from tests.databases import migrate

KIB, MIB = 1024, 1024 * 1024
RISE_MAX_BYTES = 64 * MIB
_STRIDE = 40_000
"""Numbers that a round may use: a number has six digits, and archives take those between."""


@dataclass(frozen=True)
class Side:
    """A server, and how one puts a file there."""

    server: Server
    request: Request
    numbers: Iterator[int]

    def put(self, pool: Any, files: int, size: int, connections: int) -> float:
        return self.timed(pool, files, size, connections)[0]

    def timed(
        self, pool: Any, files: int, size: int, connections: int
    ) -> tuple[float, list[float]]:
        """The seconds that all took, and each."""
        first = next(self.numbers) * _STRIDE + 1
        request = replace(self.request, body_bytes=size)
        taken: tuple[float, list[float]] = pool.submit(
            timed, Drive(request, files, connections, first)
        ).result()
        return taken


@dataclass(frozen=True)
class Sizes:
    """How much is sent: ``files`` a round, ``many`` at once and in one archive."""

    files: int = 400
    many: int = 5_000
    file_bytes: int = 40 * KIB
    large_bytes: int = 1024 * MIB
    huge_bytes: int = 2048 * MIB
    connections: int = 8
    crowd: int = 32
    rounds: int = 5

    @property
    def few(self) -> int:
        """Rounds of what takes long."""
        return min(3, self.rounds)


@dataclass(frozen=True)
class Bench:
    """Both servers, and who drives them."""

    report: Report
    sizes: Sizes
    folder: Path
    drafts: Drafts
    ours: Server
    reference: Side
    pool: Any
    numbers: Iterator[int]

    def side(self, draft: int) -> Side:
        """The product, with a draft of its own to fill."""
        return Side(self.ours, self.drafts.request(self.ours.port, draft), self.numbers)


def run(report: Report, sizes: Sizes | None = None) -> None:
    """Small files over several connections, thousands, an archive, large ones; beside limits."""
    sizes = sizes or Sizes()
    report.title(f"uploads: files of {sizes.file_bytes // KIB} KiB, SQLite")
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="bordereau-bench-")))
        drafts = _prepare(folder, sizes.rounds + sizes.few + 6)
        bench = Bench(
            report, sizes, folder, drafts,
            ours=held.enter_context(served(product, folder)),
            reference=_reference(held.enter_context(served(reference, folder))),
            pool=held.enter_context(client()),
            numbers=count(),
        )  # fmt: skip
        _small(bench)
        _crowd(bench)
        _many(bench)
        _archive(bench)
        _large(bench)
        _huge(bench)


def _reference(server: Server) -> Side:
    return Side(server, Request(server.port, "PUT", "/{n}", expect=201), count())


def _small(bench: Bench) -> None:
    sizes, pool = bench.sizes, bench.pool
    taken: dict[str, list[float]] = {"ours": [], "reference": [], "plain": []}
    for turn in range(-1, sizes.rounds):
        side = bench.side(turn + 1)
        found = {
            "ours": side.put(pool, sizes.files, sizes.file_bytes, sizes.connections),
            "reference": bench.reference.put(
                pool, sizes.files, sizes.file_bytes, sizes.connections
            ),
            "plain": plain.write_files(bench.folder / "plain", sizes.files, sizes.file_bytes),
        }
        for name, seconds in found.items() if turn >= 0 else ():
            taken[name].append(seconds / sizes.files)
    over = f"over {sizes.connections} connections"
    share = _say(bench.report, taken, 1, "files", over)
    bench.report.goal(f"{over}: at least 0.60 of it", met=share >= 0.6, figure=f"{share:.2f}")


def _crowd(bench: Bench) -> None:
    sizes = bench.sizes
    side = bench.side(sizes.rounds + 1)
    _, each = side.timed(bench.pool, sizes.files, sizes.file_bytes, sizes.crowd)
    middle, worst = (quantiles(each, n=100, method="inclusive")[n - 1] for n in (50, 99))
    bench.report.figure(f"{sizes.crowd} connections: p50", duration(middle))
    bench.report.figure(f"{sizes.crowd} connections: p99", duration(worst))
    bench.report.goal(
        f"p99 ÷ p50 over {sizes.crowd} connections: 5 at most",
        met=worst / middle <= 5,
        figure=f"{worst / middle:.1f}",
    )


def _many(bench: Bench) -> None:
    """Thousands of files, one after the other: does memory grow with them?"""
    sizes, ours = bench.sizes, bench.ours
    ours.forget_peak()
    before = ours.resident_bytes()
    side = bench.side(sizes.rounds + 2)
    seconds = side.put(bench.pool, sizes.many, sizes.file_bytes, sizes.connections)
    script = plain.write_files(bench.folder / "many", sizes.many, sizes.file_bytes)
    said = f"{sizes.many:,} files over {sizes.connections} connections"
    bench.report.rate(said, Samples((seconds / sizes.many,)), 1, "files")
    bench.report.figure("÷ a script that writes and syncs as many", f"{script / seconds:.2f}")
    _goal_of_memory(bench, said, before)


def _archive(bench: Bench) -> None:
    sizes = bench.sizes
    path = bench.folder / "many.zip"
    taken: dict[str, list[float]] = {"ours": [], "reference": []}
    before = bench.ours.resident_bytes()
    bench.ours.forget_peak()
    for turn in range(sizes.few):
        _write_archive(path, sizes.many, sizes.file_bytes, turn)
        request = bench.drafts.archive(bench.ours.port, sizes.rounds + 3 + turn, path)
        seconds = bench.pool.submit(drive, Drive(request, 1, 1)).result()
        taken["ours"].append(seconds / sizes.many)
        seconds = bench.reference.put(bench.pool, sizes.files, sizes.file_bytes, sizes.connections)
        taken["reference"].append(seconds / sizes.files)
    path.unlink()
    share = _say(bench.report, taken, 1, "files", f"{sizes.many:,} in one ZIP")
    bench.report.goal("a ZIP: at least 1.0 of it", met=share >= 1, figure=f"{share:.2f}")
    rise = bench.ours.peak_bytes() - before
    bench.report.figure(f"memory at a ZIP of {sizes.many:,} files", f"+ {rise / MIB:.1f} MiB")


def _write_archive(path: Path, count: int, size: int, turn: int) -> None:
    """Files that no other turn holds, not compressed."""
    with ZipFile(path, "w") as archive:
        for n in range(count):
            body = (turn * count + n).to_bytes(8, "little") + bytes(size - 8)
            archive.writestr(f"Chef {n % 4 + 1}/Contrat {n}.pdf", body)


def _large(bench: Bench) -> None:
    size = bench.sizes.large_bytes
    side = bench.side(bench.sizes.rounds + bench.sizes.few + 3)
    source = bench.folder / "source"
    plain.write_large(source, size)
    sides = {
        "ours": lambda: side.put(bench.pool, 1, size, 1),
        "reference": lambda: bench.reference.put(bench.pool, 1, size, 1),
        "plain": lambda: plain.copy_and_sum(source, bench.folder / "copy"),
    }
    taken: dict[str, list[float]] = {name: [] for name in sides}
    names = list(sides)
    for turn in range(bench.sizes.few):
        # Each round begins with another one: what the last one wrote, the disk is still at.
        for name in names[turn % 3 :] + names[: turn % 3]:
            with _emptied(bench.folder, source):
                taken[name].append(sides[name]())
    source.unlink()
    said = f"{size // MIB:,} MiB"
    share = _say(bench.report, taken, size / MIB, "MiB", said)
    bench.report.goal(f"{said}: at least 0.85 of it", met=share >= 0.85, figure=f"{share:.2f}")


def _huge(bench: Bench) -> None:
    size = bench.sizes.huge_bytes
    bench.ours.forget_peak()
    before = bench.ours.resident_bytes()
    side = bench.side(bench.sizes.rounds + bench.sizes.few + 4)
    with _emptied(bench.folder):
        side.put(bench.pool, 1, size, 1)
    _goal_of_memory(bench, f"a file of {size // MIB:,} MiB", before)


def _goal_of_memory(bench: Bench, said: str, before: int) -> None:
    rise = bench.ours.peak_bytes() - before
    bench.report.goal(
        f"memory at {said}: + 64 MiB at most",
        met=rise <= RISE_MAX_BYTES,
        figure=f"+ {rise / MIB:.1f} MiB",
    )


_SIDES = {
    "ours": "product",
    "reference": "bare ASGI reference",
    "plain": "a script, or cp, sha256sum, sync",
}


def _say(
    report: Report, taken: dict[str, list[float]], units: float, unit: str, said: str
) -> float:
    """Tell the rates; the product's share of the reference."""
    found = {name: Samples(tuple(values)) for name, values in taken.items()}
    for name, samples in found.items():
        report.rate(f"{said}: {_SIDES[name]}", samples, units, unit)
    for name, samples in found.items():
        if name != "ours":
            share = samples.median / found["ours"].median
            report.figure(f"product ÷ {_SIDES[name]}", f"{share:.2f}")
    return found["reference"].median / found["ours"].median


@contextmanager
def _emptied(folder: Path, keep: Path | None = None) -> Iterator[None]:
    """Take large files away after each round; the next one is sent whole either way."""
    yield
    for path in folder.rglob("*"):
        if path != keep and path.is_file() and path.stat().st_size >= MIB and path.suffix != ".db":
            path.unlink()


@dataclass(frozen=True)
class Drafts:
    """Drafts of productions, and the token of the counsel who drafts them."""

    token: str
    ids: list[UUID]

    def request(self, port: int, which: int) -> Request:
        place = f"/api/v1/productions/{self.ids[which]}/exhibits/{{n}}?filename=f.pdf"
        signed = ("Authorization", f"Bearer {self.token}")
        return Request(port, "PUT", place, (signed, ("Content-Type", "application/pdf")),
                       expect=201)  # fmt: skip

    def archive(self, port: int, which: int, path: Path) -> Request:
        place = f"/api/v1/productions/{self.ids[which]}/archive"
        signed = ("Authorization", f"Bearer {self.token}")
        return Request(port, "POST", place, (signed, ("Content-Type", "application/zip")),
                       expect=201, body_file=path)  # fmt: skip


def _prepare(folder: Path, several: int) -> Drafts:
    """A court, a matter, an order, counsel of the obligor and their drafts, by real verbs."""
    url = f"sqlite:///{folder / 'bordereau.db'}"
    migrate(url)
    database = Database(url)
    said = {"email": "avocat@example.org", "name": "Avocat", "password": "a long enough password"}
    try:
        court, clerk = open_court(database)
        with database.writing() as session:
            matter = matters.register_matter(session, clerk, the_matter(court), NOW)
            party = next(p for p in matter.parties if p.side == "producing")
            given = OrderIn.model_validate(an_order(party.id, "2026-11-02"))
            order = orders.register_order(session, clerk, matter.id, given, NOW)
            user = people.add_user(session, UserIn.model_validate(said), NOW)
            role = {"role": "counsel", "matter_id": matter.id, "party_id": party.id}
            people.grant_role(session, clerk, user.id, MembershipIn.model_validate(role), NOW)
            counsel = people.actor_of(session, user)
            data = ProductionIn(party_id=party.id, title="Communication")
            made = [
                productions.draft_production(session, counsel, order.id, data, NOW)
                for _ in range(several)
            ]
            _, token = signing_in.start_token(session, user.id, datetime.now(UTC), 24)
            return Drafts(token, [p.id for p in made])
    finally:
        database.close()
