"""(h) The pages of a production: a draft of 1,000 exhibits, a deposit of 10,000, counsel's home."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import Engine, Table, insert, text, update
from starlette.testclient import TestClient

from app import models as m
from app.deps import clock
from app.main import create_app
from app.schemas.orders import OrderIn
from app.schemas.productions import ProductionIn
from app.services import signing_in
from app.services.orders import register_order
from app.services.productions import draft_production
from app.settings import Settings
from app.web.draft import EXHIBITS_SHOWN
from bench.docket import NOW
from bench.lists import KINDS, fresh_urls
from bench.measure import Report, as_served, duration
from tests.cast import Cast, assemble
from tests.factories import an_order

DRAFT, DEPOSITED = 1_000, 10_000
SECONDS_MAX = 0.150
WHOLE = "gaps of"
WHOLE_SECONDS_MAX = 0.500
"""A report looks at every exhibit, and is not cut into pages."""
BYTES_MAX = 100_000


def run(report: Report, *, rounds: int = 40, kinds: tuple[str, ...] = KINDS) -> None:
    """Ask each page in this process, over the application's own interface, without a network."""
    for kind in kinds:
        report.title(f"pages: server time on {kind}, {rounds} requests each")
        with ExitStack() as held:
            folder = Path(held.enter_context(tempfile.TemporaryDirectory()))
            url = next(held.enter_context(fresh_urls(kind)))
            app = create_app(
                Settings(
                    database_url=url,
                    data_dir=folder,
                    public_url="http://testserver",
                    _env_file=None,
                )
            )
            held.callback(app.state.database.close)
            held.callback(app.state.store.close)
            cast_ = assemble(app.state.database, NOW)
            order, productions = _fill(app, cast_)
            asking = _signed_in(app, cast_)
            if kind == "postgresql":  # its own daemon does within a minute of so many rows
                _analyse(app.state.database.engine)
            as_served()
            for what, path in _pages(order, productions).items():
                _measure(report, kind, asking, what, path, rounds)


def _pages(order: UUID, productions: Mapping[int, UUID]) -> Mapping[str, str]:
    draft, deposited = productions[DRAFT], productions[DEPOSITED]
    last = -(-DRAFT // 2 // EXHIBITS_SHOWN)
    return {
        f"draft of {DRAFT:,}, first page": f"/productions/{draft}",
        f"draft of {DRAFT:,}, to sort, last page": f"/productions/{draft}?in=to-sort&page={last}",
        f"draft of {DRAFT:,}, by check": f"/productions/{draft}?check=waiting",
        f"summary of {DRAFT:,}": f"/productions/{draft}/deposit",
        f"numbering of {DRAFT:,}": f"/productions/{draft}/numbering",
        f"deposit of {DEPOSITED:,}, first page": f"/productions/{deposited}",
        f"deposit of {DEPOSITED:,}, last page": f"/productions/{deposited}?page=100",
        f"order with {DEPOSITED:,} produced": f"/orders/{order}",
        f"what was produced, {DEPOSITED:,}": f"/orders/{order}/produced",
        f"gaps of {DEPOSITED:,}": f"/orders/{order}/gaps",
        "counsel's home": "/owed",
    }


def _measure(
    report: Report, kind: str, asking: TestClient, what: str, path: str, rounds: int
) -> None:
    taken, worked = [], []
    for turn in range(rounds + 2):
        start, begun = perf_counter(), process_time()
        answer = asking.get(path)
        if turn >= 2:
            taken.append(perf_counter() - start)
            worked.append(process_time() - begun)
        if answer.status_code != 200:
            raise AssertionError(f"{path} answers {answer.status_code}")
    middle, most = quantiles(taken, n=100)[49], quantiles(taken, n=100)[94]
    weight = len(answer.content)
    report.figure(
        what,
        f"p50 {duration(middle)}, p95 {duration(most)}, {weight / 1000:,.0f} kB; "
        f"of the processor p50 {duration(median(worked))}",
    )
    allowed = WHOLE_SECONDS_MAX if what.startswith(WHOLE) else SECONDS_MAX
    report.goal(
        f"{kind}: {what}: p95 ≤ {duration(allowed)}, ≤ 100 kB",
        met=most <= allowed and weight <= BYTES_MAX,
        figure=f"{duration(most)}, {weight / 1000:,.0f} kB",
    )


def _fill(app: Any, cast_: Cast) -> tuple[UUID, dict[int, UUID]]:
    """A draft and a deposit; every second exhibit is in a category, none was looked into."""
    made = {}
    with app.state.database.writing() as session:
        clerk, counsel = (cast_.actor(session, r) for r in ("clerk", "producing_counsel"))
        data = OrderIn.model_validate(an_order(cast_.obligor))
        order = register_order(session, clerk, cast_.matter.id, data, NOW)
        for n in range(DRAFT):
            held = io.BytesIO(f"{DRAFT} {n}".encode())
            app.state.store.put(cast_.matter.id, held, size_max_bytes=100)
        for size in (DRAFT, DEPOSITED):
            asked = ProductionIn(party_id=cast_.obligor)
            production = draft_production(session, counsel, order.id, asked, NOW).id
            rows = [_row(cast_, production, counsel.user_id, size, n) for n in range(size)]
            session.execute(insert(cast("Table", m.Exhibit.__table__)), rows)
            placed = [
                {"exhibit_id": row["id"], "category_id": order.categories[0].id}
                for row in rows[::2]
            ]
            session.execute(insert(cast("Table", m.ExhibitCategory.__table__)), placed)
            made[size] = production
        session.execute(
            update(m.Production)
            .where(m.Production.id == made[DEPOSITED])
            .values(deposited_at=NOW, number=1)
        )
    return order.id, made


def _analyse(engine: Engine) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _row(cast_: Cast, production: UUID, by: UUID, size: int, n: int) -> dict[str, Any]:
    return {
        "id": uuid4(), "production_id": production, "matter_id": cast_.matter.id,
        "party_id": cast_.obligor, "position": n, "number": str(size * 10 + n),
        "title": f"Contrat du {n % 28 + 1} mars 2021 avec la société {n}",
        "filename": f"Pièce {n} - Contrat avec la société {n}.pdf", "folder": f"Chef {n % 2 + 1}",
        "media_type": "application/pdf", "size_bytes": 40_000,
        "sha256": hashlib.sha256(f"{size} {n}".encode()).hexdigest(),
        "confidentiality": "ordinary", "uploaded_at": NOW, "uploaded_by": by, "version": 1,
    }  # fmt: skip


def _signed_in(app: Any, cast_: Cast) -> TestClient:
    asking = TestClient(app, follow_redirects=False)
    with app.state.database.writing() as session:
        user = cast_.users["producing_counsel"]
        secret = signing_in.start_sign_in(session, user, clock(), 12)
    asking.cookies.set("bordereau", secret, domain="testserver.local", path="/")
    return asking
