"""(d) Uploads through the real API, beside a bare ASGI reference. Report only."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from app.db import Database
from app.schemas.orders import OrderIn
from app.schemas.people import MembershipIn, UserIn
from app.schemas.productions import ProductionIn
from app.services import matters, orders, people, productions, signing_in
from bench.assess import an_order, the_matter
from bench.client import Drive, Request, client, drive
from bench.docket import NOW
from bench.measure import Report, Samples
from bench.served import Server, product, reference, served
from bench.stamp import open_court
from tests.databases import migrate

KIB, MIB = 1024, 1024 * 1024
RISE_MAX_BYTES = 64 * MIB


@dataclass(frozen=True)
class Side:
    """A server, and how one puts a file there."""

    server: Server
    request: Request
    numbers: Iterator[int]

    def put(self, pool: Any, files: int, size: int, connections: int) -> float:
        first = next(self.numbers) * 100_000 + 1
        request = replace(self.request, body_bytes=size)
        return float(pool.submit(drive, Drive(request, files, connections, first)).result())


def run(
    report: Report,
    *,
    files: int = 300,
    file_bytes: int = 40 * KIB,
    large_bytes: int = 1024 * MIB,
    huge_bytes: int = 2048 * MIB,
    connections: int = 8,
    rounds: int = 5,
) -> None:
    """Small files over several connections, then large ones over one, in turn."""
    report.title(f"uploads: {file_bytes // KIB} KiB × {connections}, {large_bytes // MIB} MiB × 1")
    with ExitStack() as held:
        folder = Path(held.enter_context(tempfile.TemporaryDirectory(prefix="bordereau-bench-")))
        drafts = _prepare(folder, rounds + 4)
        ours = held.enter_context(served(product, folder))
        theirs = held.enter_context(served(reference, folder))
        pool = held.enter_context(client())
        reference_side = Side(theirs, Request(theirs.port, "PUT", "/{n}", expect=201), count())
        numbers = count()
        small: dict[str, list[float]] = {"ours": [], "reference": []}
        for turn in range(-1, rounds):
            # A draft each round: the product reads a draft whole when it takes an exhibit.
            side = Side(ours, drafts.request(ours.port, turn + 1), numbers)
            taken = {
                "ours": side.put(pool, files, file_bytes, connections),
                "reference": reference_side.put(pool, files, file_bytes, connections),
            }
            for name, seconds in taken.items() if turn >= 0 else ():
                small[name].append(seconds / files)
        _say(report, small, 1, "files")
        side = Side(ours, drafts.request(ours.port, rounds + 1), numbers)
        large: dict[str, list[float]] = {"ours": [], "reference": []}
        for _ in range(min(3, rounds)):
            with _emptied(folder):
                large["ours"].append(side.put(pool, 1, large_bytes, 1))
            with _emptied(folder):
                large["reference"].append(reference_side.put(pool, 1, large_bytes, 1))
        _say(report, large, large_bytes / MIB, "MiB")
        ours.forget_peak()
        before = ours.resident_bytes()
        with _emptied(folder):
            side.put(pool, 1, huge_bytes, 1)
        rise = ours.peak_bytes() - before
        report.goal(
            f"memory at {huge_bytes // MIB:,} MiB: + 64 MiB at most",
            met=rise <= RISE_MAX_BYTES,
            figure=f"+ {rise / MIB:.1f} MiB",
        )


def _say(report: Report, taken: dict[str, list[float]], units: float, unit: str) -> None:
    ours, limit = (Samples(tuple(taken[name])) for name in ("ours", "reference"))
    report.rate(f"PUT, product, {unit}", ours, units, unit)
    report.rate(f"PUT, bare ASGI reference, {unit}", limit, units, unit)
    report.figure("product ÷ reference", f"{limit.median / ours.median:.2f}")


@contextmanager
def _emptied(folder: Path) -> Iterator[None]:
    """Take large files away after each round; the next one is sent whole either way."""
    yield
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_size >= MIB and path.suffix != ".db":
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
