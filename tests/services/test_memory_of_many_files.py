"""Memory while an archive's files become exhibits: it does not grow as they do."""

from __future__ import annotations

import hashlib
import tracemalloc
from datetime import UTC, datetime
from uuid import UUID

from app.db import Database
from app.schemas.orders import OrderIn
from app.schemas.productions import ProductionIn
from app.services.adding import FILES_AN_ACT, add_exhibits
from app.services.orders import register_order
from app.services.productions import Incoming, draft_production
from app.storage.store import StoredFile
from tests.cast import Cast
from tests.factories import an_order

NOW = datetime(2021, 7, 7, 9, tzinfo=UTC)


def test_four_times_as_many_files_take_little_more_memory(database: Database, cast: Cast) -> None:
    with database.writing() as session:
        data = OrderIn.model_validate(an_order(cast.obligor))
        order = register_order(session, cast.actor(session, "clerk"), cast.matter.id, data, NOW).id
    few, many = (_peak(database, cast, order, n * FILES_AN_ACT) for n in (1, 4))
    # Of each file its name, hash and number: some two kilobytes. Entities and the log's rows
    # alone are ten (bench/RESULTS.md).
    assert many - few < 3 * FILES_AN_ACT * 4_000


def _peak(database: Database, cast: Cast, order: UUID, count: int) -> int:
    """The most memory held beside the list of files, in bytes."""
    files = [_file(order, count, n) for n in range(count)]
    with database.writing() as session:
        counsel = cast.actor(session, "producing_counsel")
        asked = ProductionIn(party_id=cast.obligor)
        draft = draft_production(session, counsel, order, asked, NOW).id
        tracemalloc.start()
        added = add_exhibits(
            session, counsel, draft, files, NOW, lambda e: e.number, matter_bytes_max=0
        )
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert len(set(added)) == count
    return peak


def _file(order: UUID, count: int, n: int) -> tuple[StoredFile, Incoming]:
    sha256 = hashlib.sha256(f"{order} {count} {n}".encode()).hexdigest()
    said = Incoming(filename=f"Contrat avec la société {n}.pdf", media_type="application/pdf")
    return StoredFile(sha256, 40_000, newly_stored=True), said
