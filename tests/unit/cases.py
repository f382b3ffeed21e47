"""Small cases for the law of compliance: one order, its obligations, and events on it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from app.calendars import court_calendar
from app.domain import events as law
from app.domain.clocks import CategoryFacts, CourtTime, MilestoneFacts, ObligationFacts
from app.domain.compliance import Assessment, ObligationAssessment, OrderFacts, assess
from app.domain.periods import Period, Unit
from app.domain.record import CategoryKind, Declaration
from app.domain.terms import Term, Within
from app.rulepacks import rule_pack

_SPACE = UUID("00000000-0000-4000-8000-000000000000")
PARIS = ZoneInfo("Europe/Paris")
TWO_MONTHS = Within((Period(2, Unit.month),))


def an_id(name: str) -> UUID:
    """An identifier that a name stands for."""
    return uuid5(_SPACE, name)


def day(text: str) -> datetime:
    """The instant at which a court day in Paris begins, in UTC."""
    return datetime.combine(date.fromisoformat(text), datetime.min.time(), PARIS).astimezone(UTC)


def instant(text: str) -> datetime:
    """An instant on the clocks of Paris, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS).astimezone(UTC)


@dataclass
class Case:
    """An order of 6 July 2021 and what happened to it."""

    term: Term = TWO_MONTHS
    elements: tuple[str, ...] = ("a", "b")
    obligors: tuple[str, ...] = ("Twitter",)
    categories: tuple[str, ...] = ("1",)
    penalty: Any = None
    milestones: tuple[MilestoneFacts, ...] = ()
    made_on: date = date(2021, 7, 6)
    zone: ZoneInfo = PARIS
    pack: str = "fr-civil"
    calendar: str = "FR"
    events: list[law.Event] = field(default_factory=list)

    @property
    def court(self) -> CourtTime:
        return CourtTime(
            self.zone, rule_pack(self.pack), court_calendar(self.calendar), self.made_on
        )

    @property
    def order(self) -> OrderFacts:
        return OrderFacts(
            self.court,
            tuple(
                ObligationFacts(an_id(number + name), self._category(number), an_id(name), name)
                for number in self.categories
                for name in self.obligors
            ),
        )

    def _category(self, number: str) -> CategoryFacts:
        elements = tuple(an_id(number + e) for e in self.elements)
        return CategoryFacts(
            an_id(number),
            number,
            CategoryKind.figures,
            elements,
            self.term,
            self.penalty,
            self.milestones,
        )

    def add(
        self,
        kind: str,
        details: law.Details,
        at: datetime,
        *,
        obligor: str | None = None,
        categories: tuple[str, ...] = (),
        corrects: law.Event | None = None,
        known: datetime | None = None,
    ) -> law.Event:
        """Record an event; known as it took effect, unless said otherwise."""
        event = law.Event(
            id=an_id(f"event {len(self.events)}"),
            seq=len(self.events) + 1,
            kind=law.EventKind(kind),
            effective_at=at,
            recorded_at=known or at,
            details=details,
            obligor_id=an_id(obligor) if obligor else None,
            category_ids=frozenset(an_id(c) for c in categories),
            corrects=corrects.id if corrects else None,
        )
        self.events.append(event)
        return event

    def serve(self, on: str = "2021-07-12", obligor: str = "Twitter", **more: Any) -> law.Event:
        """Service on an obligor."""
        known = more.pop("known", None)
        return self.add("service", law.Service(**more), day(on), obligor=obligor, known=known)

    def deposit(
        self,
        at: str,
        declaration: str,
        elements: str = "",
        *,
        category: str = "1",
        documents: int = 0,
        total: int | None = None,
        production: str | None = None,
    ) -> law.Event:
        """A production that answers one category."""
        answer = law.CategoryAnswer(
            an_id(category),
            Declaration(declaration),
            frozenset(an_id(category + e) for e in elements),
            documents,
            total,
        )
        production = production or f"production {len(self.events)}"
        details = law.ProductionDeposited(an_id(production), (answer,))
        return self.add("production_deposited", details, instant(at), obligor="Twitter")

    def withdraw(self, at: str, exhibit: str, production: str, **more: Any) -> law.Event:
        """An exhibit of a production, a document of category 1, is withdrawn."""
        counted_in = frozenset({an_id(more.pop("category", "1"))})
        gone = law.ExhibitWithdrawn(an_id(exhibit), an_id(production), counted_in, **more)
        return self.add("exhibit_withdrawn", gone, instant(at), obligor="Twitter")

    def replace(self, at: str, exhibit: str, by: str, production: str) -> law.Event:
        """A later exhibit, of the production named, takes the place of one in category 1."""
        counted_in = frozenset({an_id("1")})
        said = law.ExhibitReplaced(an_id(exhibit), an_id(by), an_id(production), counted_in)
        return self.add("exhibit_replaced", said, instant(at), obligor="Twitter")

    def assess(self, as_of: datetime, known_at: datetime | None = None) -> Assessment:
        return assess(self.order, self.events, as_of, known_at or datetime(2100, 1, 1, tzinfo=UTC))

    def one(self, as_of: str, known_at: datetime | None = None) -> ObligationAssessment:
        """The first obligation at the end of a day."""
        from app.domain.clocks import last_instant

        at = last_instant(self.court, date.fromisoformat(as_of))
        return self.assess(at, known_at).obligations[0]

    def status(self, *days: str) -> list[str]:
        """Its status at the end of each day."""
        return [self.one(d).status.value for d in days]
