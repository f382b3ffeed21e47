"""Whether an event is fit for the record: each fault, with the field that has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from app import models as m
from app.domain import events as law
from app.domain.clocks import CourtTime
from app.errors import FieldFault
from app.phrases import Phrase
from app.schemas import event_kinds as wire
from app.services.lawbook import current_law, versions_of

# Recorded by an act of their own, never by hand, and so never corrected by hand.
_ACTS = frozenset(
    {
        law.EventKind.production_deposited,
        law.EventKind.exhibit_replaced,
        law.EventKind.exhibit_withdrawn,
    }
)


def unfit(
    order: m.Order,
    event: law.Event,
    data: wire.EventBase,
    past: Sequence[law.Event],
    court: CourtTime,
) -> Iterable[FieldFault]:
    """Every reason why the event cannot follow what the record shows."""
    others = [e for e in law.standing_record(past) if e.id != event.corrects]
    yield from _scope_faults(order, data)
    yield from _milestone_faults(order, event, data)
    yield from _time_faults(event, data, court)
    yield from _correction_faults(event, past)
    yield from _kind_faults(order, event, others, court)


def _fault(field: str, message: str, /, **values: object) -> FieldFault:
    return FieldFault(field, Phrase(message, values))


def _scope_faults(order: m.Order, data: wire.EventBase) -> Iterable[FieldFault]:
    obligors = {o.obligor_id for c in order.categories for o in c.obligations}
    if data.obligor_id is not None and data.obligor_id not in obligors:
        yield _fault("obligor_id", "This party owes nothing under this order.")
    known = {c.id for c in order.categories}
    for i, category_id in enumerate(data.category_ids):
        if category_id not in known:
            yield _fault(f"category_ids.{i}", "This category is not in this order.")


def _milestone_faults(
    order: m.Order, event: law.Event, data: wire.EventBase
) -> Iterable[FieldFault]:
    named = law.milestone_named(event)
    if named is None:
        return
    category = next((c for c in order.categories if named in {x.id for x in c.milestones}), None)
    if category is None:
        yield _fault("milestone_id", "There is no such milestone in this order.")
    elif data.category_ids != [category.id]:
        yield _fault(
            "category_ids", "This milestone is one of category {number}.", number=category.number
        )


def _time_faults(event: law.Event, data: wire.EventBase, court: CourtTime) -> Iterable[FieldFault]:
    field = "effective_at" if data.effective_at is not None else "effective_on"
    if event.effective_at < court.midnight(court.made_on):
        yield _fault(
            field, "This is before the order, which was made on {made_on}.", made_on=court.made_on
        )
    if not date(1900, 1, 1) <= court.day(event.effective_at) <= date(2200, 1, 1):
        yield _fault(field, "This date is out of any reasonable range.")


def _correction_faults(event: law.Event, past: Sequence[law.Event]) -> Iterable[FieldFault]:
    if event.corrects is None:
        return
    named = next((e for e in past if e.id == event.corrects), None)
    if named is None:
        yield _fault("corrects", "There is no such event on this order.")
    elif named.kind in _ACTS:
        yield _fault("corrects", "A deposit is undone by its own act, not by a correction.")
    elif any(e.corrects == named.id for e in past):
        yield _fault("corrects", "This event was corrected already.")
    elif event.kind not in (named.kind, law.EventKind.correction):
        yield _fault("corrects", "A correction replaces an event by one of the same kind.")


def _kind_faults(
    order: m.Order, event: law.Event, stands: Sequence[law.Event], court: CourtTime
) -> Iterable[FieldFault]:
    match event.details:
        case law.Service(further=False):
            yield from _service_faults(event, stands, court)
        case law.Stay(until_on=date() as until_on) if until_on <= court.day(event.effective_at):
            yield _fault("until_on", "This stay ends before it starts.")
        case law.StayLifted() as lifted:
            yield from _lifted_faults(event, lifted, stands)
        case law.LawChange() as change:
            yield from _law_faults(order, event, change)
        case law.Outage(until_at=until_at) if until_at <= event.effective_at:
            yield _fault("until_at", "This outage ends before it starts.")
        case law.Ruling(objection_id=UUID() as objection_id) if not any(
            e.id == objection_id and e.kind is law.EventKind.objection for e in stands
        ):
            yield _fault("objection_id", "There is no such objection on this order.")


def _law_faults(order: m.Order, event: law.Event, change: law.LawChange) -> Iterable[FieldFault]:
    if event.obligor_id is not None or event.category_ids:
        yield _fault("category_ids", "A version of the law is decided on for the whole order.")
    at_hand = versions_of(current_law(order))
    for field, said, known in zip(
        ("rule_pack_version", "calendar_version"), change.versions, at_hand, strict=True
    ):
        if said != known:
            yield _fault(field, "The version at hand is {version}.", version=known)


def _service_faults(
    event: law.Event, stands: Sequence[law.Event], court: CourtTime
) -> Iterable[FieldFault]:
    assert event.obligor_id is not None  # noqa: S101  the schema says so
    first = law.first_service([e for e in stands if _overlap(e, event)], event.obligor_id)
    if first is not None:
        yield _fault(
            "kind",
            "Service on this party is recorded already, on {on}: the first regular service "
            "counts. Record a further service, or correct the first.",
            on=court.day(first.effective_at),
        )
    method = event.details.method if isinstance(event.details, law.Service) else None
    known = court.pack.service_methods
    if method is not None and method not in known:
        yield _fault(
            "method",
            "The rules of this order know no service by {method}; they know: {methods}.",
            method=method,
            methods=", ".join(sorted(known)) or "-",
        )


def _overlap(one: law.Event, other: law.Event) -> bool:
    """Whether some category is in the scope of both."""
    return not (one.category_ids and other.category_ids) or not one.category_ids.isdisjoint(
        other.category_ids
    )


def _lifted_faults(
    event: law.Event, lifted: law.StayLifted, stands: Sequence[law.Event]
) -> Iterable[FieldFault]:
    stay = next(
        (e for e in stands if e.id == lifted.stay_id and e.kind is law.EventKind.stay), None
    )
    if stay is None:
        yield _fault("stay_id", "There is no such stay on this order.")
    elif event.effective_at <= stay.effective_at:
        yield _fault("effective_on", "This stay ends before it starts.")
    elif any(
        isinstance(e.details, law.StayLifted) and e.details.stay_id == stay.id for e in stands
    ):
        yield _fault("stay_id", "This stay was lifted already.")
