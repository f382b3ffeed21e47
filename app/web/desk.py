"""The order an event is being recorded on: what one can choose there, what changed meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from app import models as m
from app.deps import PageDoor
from app.domain.access import Actor
from app.domain.events import EventKind, standing_record
from app.domain.methods import method_phrase
from app.domain.record import EVENTS_MAX
from app.errors import StaleVersion
from app.language import Language, long_date, say, word
from app.schemas.event_kinds import EventBase
from app.schemas.events import EventOut
from app.services.compliance import event_outs
from app.services.events import event_rows
from app.services.facts import law_event
from app.services.lawbook import court_time
from app.services.orders import order_of
from app.web.fields import Field
from app.web.forms import Form
from app.web.kinds import open_kinds
from app.web.rendering import text_in

# Recorded by an act of their own: the verb refuses to correct them by hand.
_ACTS = frozenset(
    {
        EventKind.production_deposited,
        EventKind.exhibit_replaced,
        EventKind.exhibit_withdrawn,
        EventKind.law_change,
        EventKind.correction,
    }
)


@dataclass(frozen=True, slots=True)
class Desk:
    """An order, its record, and who is at work on it."""

    door: PageDoor
    order: m.Order
    record: Sequence[EventOut]
    kinds: Sequence[EventKind]
    methods: Sequence[str]

    @property
    def language(self) -> Language:
        """The reader's."""
        return self.door.language

    @property
    def zone(self) -> ZoneInfo:
        """The court's, by which every hour typed is read."""
        return ZoneInfo(self.order.time_zone)

    @property
    def names(self) -> dict[UUID, str]:
        """What the obligors, categories and milestones are called."""
        categories = {c.id: c.number for c in self.order.categories}
        categories |= {x.id: x.name for c in self.order.categories for x in c.milestones}
        return {
            o.obligor_id: o.obligor.name for c in self.order.categories for o in c.obligations
        } | categories

    @property
    def only_obligor(self) -> str | None:
        """The one party that owes, where there is but one."""
        found = self._obligors()
        return found[0][0] if len(found) == 1 else None

    def event(self, event_id: UUID) -> EventOut | None:
        """An event of the record."""
        return next((e for e in self.record if e.id == event_id), None)

    def named(self, text: str) -> EventOut | None:
        """The event that a form's text names, if it names one."""
        return next((e for e in self.record if str(e.id) == text), None)

    def effective_on(self, data: EventBase) -> date | None:
        """The court day on which the event would count."""
        if data.effective_at is not None:
            return data.effective_at.astimezone(self.zone).date()
        return data.effective_on

    def since(self, form: Form) -> list[EventOut]:
        """What was recorded since the form was opened."""
        seen = form.one("seen")
        last = int(seen) if seen.isdecimal() and len(seen) <= 9 else 0
        return [e for e in self.record if e.seq > last]

    def options(self, field: Field) -> Sequence[tuple[str, str]]:
        """What one can choose in a field: value, and words."""
        if field.words is not None:
            return [(w.value, word(w, self.language)) for w in field.words]
        if field.choices:
            return [(value, text_in(self.language, label)) for value, label in field.choices]
        if field.shape == "categories":
            return [
                (str(c.id), f"{c.number} · {word(c.kind, self.language)}")
                for c in self.order.categories
            ]
        if field.options == "obligors":
            return self._obligors()
        if field.options == "methods":
            return [(x, say(method_phrase(x), self.language)) for x in self.methods]
        return self._milestones() if field.options == "milestones" else self._events(field)

    def _obligors(self) -> list[tuple[str, str]]:
        found = {o.obligor_id: o.obligor.name for c in self.order.categories for o in c.obligations}
        return [(str(k), name) for k, name in found.items()]

    def _milestones(self) -> list[tuple[str, str]]:
        return [
            (str(x.id), f"{c.number} · {x.name}")
            for c in self.order.categories
            for x in c.milestones
        ]

    def _events(self, field: Field) -> list[tuple[str, str]]:
        kind = {"stays": EventKind.stay, "objections": EventKind.objection}.get(field.options)
        if not field.options:
            return []
        return [
            (str(e.id), f"{e.seq} · {long_date(e.effective_on, self.language)} · {e.said}")
            for e in self.record
            if e.corrected_by is None and e.kind not in _ACTS and kind in (None, e.kind)
        ]


def check_version(order: m.Order, form: Form) -> None:
    """Refuse a form that was opened before somebody changed the order."""
    if form.one("version") != str(order.version):
        raise StaleVersion("It is at version {version} now; read it again.", version=order.version)


def desk_of(door: PageDoor, session: Session, actor: Actor, order_id: UUID) -> Desk:
    """The desk for an order that exists for the actor; else ``NotFound``."""
    order = order_of(session, actor, order_id)
    rows = event_rows(session, actor, order_id, limit=EVENTS_MAX)
    events = [law_event(row) for row in rows]
    court = court_time(session, order, events).under(standing_record(events))
    return Desk(
        door,
        order,
        event_outs(session, order, rows, door.language),
        open_kinds(actor, order),
        sorted(court.pack.service_methods),
    )
