"""A court's docket to measure on: orders × 4 categories, in a realistic mix.

Nothing here invents the shape of a row. A few hundred *model* orders are built with the
product's own schemas, and their standings computed by the product's own ``projected()``;
each order of the docket is a copy of one of them under new identifiers, written in bulk.
``stamp.checked`` lets the product's own check recompute what was written.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from app import models as m
from app.calendars import court_calendar
from app.domain.clocks import CourtTime
from app.domain.record import CategoryKind, PartySide
from app.domain.searching import words
from app.rulepacks import rule_pack
from app.schemas.event_kinds import EventBase
from app.schemas.events import ANY_EVENT
from app.services.events import new_event
from app.services.facts import projected
from app.services.lawbook import current_law

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""The day on which everything is measured: Monday 23 November 2026, 10:00 in Paris."""

OBLIGOR, CLAIMANT = "Plateforme Exemple SAS", "Association Exemple"
TWO_MONTHS = {
    "kind": "within",
    "period": [{"value": 2, "unit": "month"}],
    "trigger": "service",
    "direction": "after",
}
KINDS = (
    (CategoryKind.documents, 0),
    (CategoryKind.figures, 2),
    (CategoryKind.list, 1),
    (CategoryKind.statement, 1),
)

Row = dict[str, Any]


@dataclass(frozen=True)
class Model:
    """The rows of one matter with its order, by table, and every identifier in them."""

    rows: dict[str, list[Row]]
    ids: tuple[UUID, ...]


def models(count: int, court: m.Court, clerk_id: UUID, seed: int = 1) -> Iterator[Model]:
    """``count`` model orders: about two thirds met, the rest in every state there is."""
    draw = random.Random(seed)
    for i in range(count):
        yield _Draft(draw, court, clerk_id, i).model()


def running(count: int, court: m.Court, clerk_id: UUID, seed: int = 1) -> Iterator[Model]:
    """``count`` model orders of which every category runs; one in fifty was extended."""
    draw = random.Random(seed)
    for i in range(count):
        yield _Running(draw, court, clerk_id, i).model()


class _Draft:
    """One matter and its order, told event by event."""

    def __init__(self, draw: random.Random, court: m.Court, clerk_id: UUID, nth: int) -> None:
        self.draw = draw
        self.clerk_id = clerk_id
        self.matter = m.Matter(
            id=uuid4(), version=1, court_id=court.id, title=f"{CLAIMANT} c. {OBLIGOR}",
            created_at=NOW,
        )  # fmt: skip
        self.claimant = self._party(0, CLAIMANT, PartySide.requesting)
        self.obligor = self._party(1, OBLIGOR, PartySide.producing)
        self.docket = m.DocketNumber(
            id=uuid4(), matter_id=self.matter.id, position=0, kind="RG", number=f"24/{nth:05}"
        )
        self.order = self._order(court)
        self.events: list[m.Event] = []
        self.known: list[Any] = []

    def model(self) -> Model:
        self._live()
        order, categories = self.order, self.order.categories
        order.events_count = len(self.events)
        below: dict[str, list[m.Base]] = {
            "matters": [self.matter],
            "docket_numbers": [self.docket],
            "parties": [self.claimant, self.obligor],
            "orders": [order],
            "categories": [*categories],
            "elements": [e for c in categories for e in c.elements],
            "obligations": [o for c in categories for o in c.obligations],
            "events": [*self.events],
        }
        rows = {table: [_columns(row) for row in listed] for table, listed in below.items()}
        said = [order.title, self.matter.title, self.docket.number, CLAIMANT, OBLIGOR]
        rows["search_terms"] = [{"word": w, "order_id": order.id} for w in words(said)]
        rows["standings"] = [*projected(order, self._court_time(), self.known)]
        ids = tuple(r["id"] for listed in rows.values() for r in listed if "id" in r)
        return Model(rows, ids)

    def _court_time(self) -> CourtTime:
        order = self.order
        pack, calendar = current_law(order)
        return CourtTime(ZoneInfo(order.time_zone), pack, calendar, order.made_on)

    # -- what happens to an order

    def _live(self) -> None:
        """Its fate, drawn once: how old it is, and what came of each category."""
        fate = self.draw.random()
        if fate < 0.07:
            self.made(self.draw.randint(5, 120))
            return None  # no proof of service: the clock does not run
        recent = fate < 0.20
        served = self.draw.randint(1, 58) if recent else self.draw.randint(75, 900)
        self.made(served + self.draw.randint(3, 12))
        self.tell("service", served, obligor_id=self.obligor.id)
        if 0.20 <= fate < 0.23:
            return self.tell("stay", served - 20)
        if 0.23 <= fate < 0.28:
            return self.tell("withdrawal", served - self.draw.randint(5, 70))
        if fate > 0.97:
            self.tell("extension", served - 30, period=[{"value": 1, "unit": "month"}])
        if recent:
            self.deposits([0.2, 0.2, 0.0], served, first=served - self.draw.randint(0, served))
        else:
            self.deposits([0.76, 0.06, 0.09], served, first=served - self.draw.randint(20, 59))
        return None

    def deposits(self, shares: list[float], served: int, *, first: int) -> None:
        """What comes: whole at first, in part at first, or whole but late; else nothing."""
        whole, part, late = shares
        answers: dict[int, list[Row]] = {}
        for category in self.order.categories:
            chance = self.draw.random()
            if chance < whole:
                answers.setdefault(first, []).append(_answer(category, "complete"))
            elif chance < whole + part:
                answers.setdefault(first, []).append(_answer(category, "partial"))
            elif chance < whole + part + late:
                answers.setdefault(served - 74, []).append(_answer(category, "complete"))
        for ago in sorted(answers, reverse=True):
            self.tell(
                "production_deposited",
                ago,
                obligor_id=self.obligor.id,
                production_id=str(uuid4()),
                answers=answers[ago],
            )

    def made(self, ago: int) -> None:
        self.order.made_on = _day(ago)

    def tell(self, kind: str, ago: int, **said: Any) -> None:
        """Record an event in the way the product does; what lies ahead is not recorded yet."""
        if ago < 0:
            return
        at = datetime(*_day(ago).timetuple()[:3], 8, 30, tzinfo=UTC)
        when = {"effective_on": _day(ago)} if kind == "service" else {"effective_at": at}
        data: EventBase = ANY_EVENT.validate_python(
            {"kind": kind, "reason": "Selon l'acte versé au dossier", **when, **said}
        )
        event = new_event(self.order, self.known, data, min(at, NOW))
        self.known.append(event)
        self.events.append(
            m.Event(
                id=event.id,
                order_id=self.order.id,
                seq=event.seq,
                kind=event.kind,
                effective_at=event.effective_at,
                recorded_at=event.recorded_at,
                recorded_by=self.clerk_id,
                obligor_id=event.obligor_id,
                category_ids=[str(c) for c in data.category_ids],
                corrects=None,
                reason=data.reason,
                payload=data.payload(),
            )
        )

    # -- what there is

    def _party(self, position: int, name: str, side: PartySide) -> m.Party:
        return m.Party(
            id=uuid4(), matter_id=self.matter.id, position=position, name=name, side=side, seat=""
        )

    def _order(self, court: m.Court) -> m.Order:
        order_id = uuid4()
        return m.Order(
            id=order_id, version=1, matter_id=self.matter.id, court_id=court.id,
            title="Ordonnance de référé", made_on=_day(0), legal_basis="art. 145 CPC",
            operative_part="Ordonne la communication, dans les deux mois, de ce qui suit …",
            language="fr", note="", rule_pack=court.rule_pack,
            rule_pack_version=rule_pack(court.rule_pack).version, calendar=court.calendar,
            calendar_version=court_calendar(court.calendar).version,
            time_zone=court.time_zone, events_count=0, created_at=NOW, created_by=self.clerk_id,
            source_sha256=None, source_name=None,
            categories=[self._category(order_id, i) for i in range(len(KINDS))],
        )  # fmt: skip

    def _category(self, order_id: UUID, position: int) -> m.Category:
        kind, elements = KINDS[position]
        category_id = uuid4()
        return m.Category(
            id=category_id, order_id=order_id, position=position, number=str(position + 1),
            kind=kind, text="Tout document relatif aux moyens mis en œuvre", period_from_on=None,
            period_to_on=None, period_note="", redaction="", term=TWO_MONTHS, penalty_terms=None,
            elements=[
                m.Element(id=uuid4(), category_id=category_id, position=i, text=f"élément {i + 1}")
                for i in range(elements)
            ],
            obligations=[
                m.Obligation(
                    id=uuid4(), order_id=order_id, category_id=category_id, position=0,
                    obligor_id=self.obligor.id, obligor=self.obligor,
                )
            ],
        )  # fmt: skip


class _Running(_Draft):
    """An order served within the last two months: all of its deadlines are open."""

    def _live(self) -> None:
        served = self.draw.randint(1, 58)
        self.made(served + self.draw.randint(3, 12))
        self.tell("service", served, obligor_id=self.obligor.id, method="person")
        if self.draw.random() < 0.02:
            self.tell("extension", served // 2, period=[{"value": 1, "unit": "month"}])


def _answer(category: m.Category, declaration: str) -> Row:
    elements = [str(e.id) for e in category.elements]
    return {
        "category_id": str(category.id),
        "declaration": declaration,
        "element_ids": elements if declaration == "complete" else elements[:1],
        "documents": 3,
    }


def _day(ago: int) -> date:
    return NOW.date() - timedelta(days=ago)


def _columns(row: m.Base) -> Row:
    return {c.name: getattr(row, c.key) for c in row.__table__.columns}
