"""(b) ``assess()`` of an order with 4 categories and 100 events, with and without loading."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from app import models as m
from app.db import Database
from app.domain.access import Actor
from app.domain.acts import Act
from app.domain.compliance import assess
from app.domain.events import standing_record
from app.domain.standings import standings
from app.schemas.acts import ProductionDepositedIn
from app.schemas.events import EVENT_IN
from app.schemas.matters import MatterIn
from app.schemas.orders import OrderIn
from app.services import events, matters, orders
from app.services.compliance import assess_order, assessment_out
from app.services.facts import events_of, order_facts
from app.services.lawbook import court_time
from app.services.log import say
from bench.docket import KINDS, NOW
from bench.measure import Report, alternate, duration
from bench.stamp import open_court
from tests.databases import migrate


def run(report: Report, *, count: int = 100, rounds: int = 15, calls: int = 20) -> None:
    """Measure on SQLite: the law itself knows no database."""
    report.title(f"assess: one order, 4 categories, {count} events")
    with tempfile.TemporaryDirectory(prefix="bordereau-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'assess.db'}"
        migrate(url)
        database = Database(url)
        try:
            _measure(report, database, count, rounds, calls)
        finally:
            database.close()


def _measure(report: Report, database: Database, count: int, rounds: int, calls: int) -> None:
    told = _tell(database, count)
    with database.reading() as session:
        order = orders.order_of(session, told.actor, told.order_id)
        past = events_of(session, told.order_id)
        facts = order_facts(order, court_time(session, order, past))
    record = standing_record(past)

    def loaded() -> object:
        with database.reading() as session:
            return assess_order(session, told.actor, told.order_id, now=NOW)

    def answered() -> object:
        with database.reading() as session:
            found = assess_order(session, told.actor, told.order_id, now=NOW)
            return assessment_out(found, "fr").model_dump_json()

    def projection() -> object:
        return [standings(o, facts.court, record) for o in facts.obligations]

    found = alternate(
        {
            "assess() alone": lambda: assess(facts, past, NOW, NOW),
            "assess() with loading": loaded,
            "assess() with loading, as JSON": answered,
            "standings() of 4 obligations": projection,
        },
        rounds=rounds,
        calls=calls,
    )
    for said, samples in found.items():
        report.time(said, samples)
    report.rate("events through standings(), each for 4", found["standings() of 4 obligations"],
                len(record), "events")  # fmt: skip
    alone, whole = (found[f"assess() {x}"].median for x in ("alone", "with loading"))
    report.note(f"    (loading is {(whole - alone) / whole:.0%} of {duration(whole)})")


@dataclass(frozen=True)
class Told:
    """The order whose story was told."""

    actor: Actor
    order_id: UUID


def _tell(database: Database, count: int) -> Told:
    """Register the order and tell its events, by the product's own verbs."""
    court, actor = open_court(database)
    start = NOW - timedelta(days=3 * count + 60)
    with database.writing() as session:
        matter = matters.register_matter(session, actor, the_matter(court), start)
        producing = next(p for p in matter.parties if p.side == "producing")
        made = (start - timedelta(days=1)).date()
        data = OrderIn.model_validate(an_order(producing.id, made.isoformat()))
        order = orders.register_order(session, actor, matter.id, data, start)
        for nth in range(count):
            at = start + timedelta(days=3 * nth)
            said = _said(order, producing.id, nth)
            if said["kind"] == "production_deposited":
                deposit = ProductionDepositedIn.model_validate({**said, "effective_at": at})
                past = events_of(session, order.id)
                event = events.new_event(order, past, deposit, at)
                events.append(session, actor, order, past, event, deposit)
                say(session, Act.production_deposited, actor, at)
            else:
                given = EVENT_IN.validate_python({**said, "effective_at": at})
                events.record_event(session, actor, order.id, given, at)
        return Told(actor, order.id)


def _said(order: m.Order, obligor_id: UUID, nth: int) -> dict[str, Any]:
    """Service, then a long correspondence: deposits, extensions, disputes, findings."""
    said: dict[str, Any] = {"reason": "Selon l'acte versé au dossier"}
    if nth == 0:
        return {**said, "kind": "service", "obligor_id": obligor_id}
    category = order.categories[nth % len(order.categories)]
    match nth % 5:
        case 0:
            day = {"value": 1, "unit": "day"}
            return {**said, "kind": "extension", "period": [day], "category_ids": [category.id]}
        case 1:
            return {**said, "kind": "dispute", "text": "Incomplet", "category_ids": [category.id]}
        case 2:
            return {**said, "kind": "finding", "outcome": "insufficient", "court": "TJ",
                    "category_ids": [category.id]}  # fmt: skip
    answer = {"category_id": category.id, "declaration": "partial", "documents": 2}
    return {**said, "kind": "production_deposited", "production_id": uuid4(), "answers": [answer],
            "obligor_id": obligor_id}  # fmt: skip


def the_matter(court: m.Court) -> MatterIn:
    return MatterIn.model_validate(
        {
            "court": court.code,
            "title": "Association Exemple c. Plateforme Exemple SAS",
            "docket_numbers": [{"kind": "RG", "number": "24/00001"}],
            "parties": [
                {"name": "Association Exemple", "side": "requesting"},
                {"name": "Plateforme Exemple SAS", "side": "producing"},
            ],
        }
    )


def an_order(obligor_id: UUID, made_on: str) -> dict[str, Any]:
    period = [{"value": 2, "unit": "month"}]
    return {
        "title": "Ordonnance de référé",
        "made_on": made_on,
        "legal_basis": "art. 145 CPC",
        "operative_part": "Ordonne la communication de ce qui suit …",
        "language": "fr",
        "categories": [
            {
                "number": str(i + 1),
                "kind": kind,
                "text": "Tout document relatif aux moyens mis en œuvre",
                "elements": [f"élément {n + 1}" for n in range(elements)],
                "obligors": [str(obligor_id)],
                "term": {"kind": "within", "period": period, "trigger": "service"},
            }
            for i, (kind, elements) in enumerate(KINDS)
        ],
    }
