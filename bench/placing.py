"""(g) Thousands of exhibits of one draft: read by their names, numbered, placed, by a table."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, cast
from uuid import UUID, uuid4

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from app import models as m
from app.db import Database
from app.domain.access import Actor
from app.schemas.numbering import BatesIn, NumberingIn
from app.schemas.orders import OrderIn
from app.schemas.placing import PlacingIn
from app.schemas.productions import ProductionIn
from app.services.bates import number_pages
from app.services.numbering_report import numbering_report
from app.services.orders import register_order
from app.services.placing import place, suggestions
from app.services.placing_sheet import place_by_sheet
from app.services.productions import draft_production
from app.services.renumbering import number_exhibits
from bench.docket import NOW
from bench.lists import KINDS, fresh_urls
from bench.measure import Report, alternate
from tests.cast import Cast, assemble
from tests.factories import an_order

Act = Callable[[Session, Actor], object]


def run(
    report: Report, *, sizes: tuple[int, ...] = (2_000, 10_000), kinds: tuple[str, ...] = KINDS
) -> None:
    """Each act once on a draft of each size, committed; every number changes each time."""
    for kind in kinds:
        with ExitStack() as held:
            urls = held.enter_context(fresh_urls(kind))
            for size in sizes:
                report.title(f"placing: a draft of {size:,} exhibits on {kind}, committed")
                database = Database(next(urls))
                held.callback(database.close)
                _measure(report, database, _Full(database, size))


class _Full:
    """A draft full of files, named in the opposite order of their numbers."""

    def __init__(self, database: Database, size: int) -> None:
        self.size = size
        self.cast: Cast = assemble(database, NOW)
        self.ids = [uuid4() for _ in range(size)]
        with database.writing() as session:
            clerk, counsel = (self.cast.actor(session, r) for r in ("clerk", "producing_counsel"))
            data = OrderIn.model_validate(an_order(self.cast.obligor))
            self.order = register_order(session, clerk, self.cast.matter.id, data, NOW)
            asked = ProductionIn(party_id=self.cast.obligor)
            self.id = draft_production(session, counsel, self.order.id, asked, NOW).id
            rows = [self._row(counsel.user_id, i, n) for n, i in enumerate(self.ids)]
            session.execute(insert(cast("Table", m.Exhibit.__table__)), rows)

    def name(self, n: int) -> str:
        return f"Pièce {self.size - n} - Contrat du {n % 28 + 1} mars 2021 avec Société {n}.pdf"

    def _row(self, by: UUID, i: UUID, n: int) -> dict[str, Any]:
        return {
            "id": i, "production_id": self.id, "matter_id": self.cast.matter.id,
            "party_id": self.cast.obligor, "position": n, "number": str(n + 1), "title": "",
            "filename": self.name(n), "folder": f"Chef {n % 2 + 1}", "media_type": "",
            "size_bytes": 1, "sha256": "0" * 64, "confidentiality": "ordinary",
            "uploaded_at": NOW, "uploaded_by": by, "version": 1,
        }  # fmt: skip

    def table(self) -> bytes:
        rows = (f"{self.name(n)};{n + 1};Titre {n};2\r\n" for n in range(self.size))
        return ("Fichier;Pièce n°;Intitulé;Chef\r\n" + "".join(rows)).encode("cp1252")


def _measure(report: Report, database: Database, draft: _Full) -> None:
    table, at = draft.table(), draft.id
    acts: dict[str, Act] = {
        "suggestions from the names": lambda s, a: suggestions(s, a, at, None, "fr"),
        "names applied: number, title, date, category": lambda s, a: place(
            s, a, at, PlacingIn(by="names"), None, "fr", NOW
        ),
        "numbered in the opposite order": lambda s, a: number_exhibits(
            s, a, at, NumberingIn(exhibit_ids=draft.ids, start="1"), "fr", NOW
        ),
        "a table, dry run": lambda s, a: place_by_sheet(
            s, a, at, table, NOW, dry_run=True, language="fr"
        ),
        "a table, applied": lambda s, a: place_by_sheet(s, a, at, table, NOW, language="fr"),
        "Bates numbers, 3 pages each": lambda s, a: number_pages(
            s, a, at, BatesIn(prefix="TIC-", pages=dict.fromkeys(draft.ids, 3)), NOW
        ),
        "the report on numbers": lambda s, a: numbering_report(
            s, a, draft.order.id, draft.cast.obligor
        ),
    }
    for what, act in acts.items():

        def done(act: Act = act) -> None:
            with database.writing() as session:
                act(session, draft.cast.actor(session, "producing_counsel"))

        report.time(what, alternate({what: done}, rounds=1, warm=0)[what])
