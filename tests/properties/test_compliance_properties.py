"""What must hold for any record: corrected, replaced, scoped, learnt late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from hypothesis import given, reject, settings
from hypothesis import strategies as st

from app.domain import events as law
from app.domain.compliance import Assessment, assess, standing_facts, worst
from app.domain.deadlines import Extension, SuspensionEffect
from app.domain.periods import Period, Unit
from app.domain.record import Declaration
from app.domain.standings import standings
from app.domain.status import Status, status_at
from app.domain.terms import NoTerm, Term, TriggerKind, Until, Within
from app.errors import Fault
from tests.unit.cases import TWO_MONTHS, Case, an_id, day

TICK = timedelta(microseconds=1)
FOREVER = datetime(2100, 1, 1, tzinfo=UTC)
TERMS: list[Term] = [
    TWO_MONTHS,
    Within((Period(1, Unit.month),), TriggerKind.decision),
    Within((Period(20, Unit.day),), TriggerKind.event),
    Within((Period(72, Unit.hour),)),
    Until(date(2021, 9, 12)),
    NoTerm(),
]
DAYS = st.dates(date(2021, 7, 6), date(2022, 3, 31))
INSTANTS = st.datetimes(datetime(2021, 7, 6, 12), datetime(2022, 4, 30)).map(
    lambda at: at.replace(tzinfo=UTC)
)


class Placed(NamedTuple):
    """An event to add: what, when, of whom."""

    kind: str
    details: law.Details
    at: datetime
    obligor: str | None
    categories: tuple[str, ...]


def _agreed(draw: st.DrawFn, extension: Extension) -> law.Extended:
    writing = draw(st.sampled_from(["", "letter"]))
    return law.Extended(extension, law.ExtensionBy.agreement, draw(DAYS), writing)


def _details(draw: st.DrawFn) -> tuple[str, law.Details]:
    on = draw(DAYS)
    period = (Period(draw(st.integers(1, 40)), Unit.day),)
    choices: list[tuple[str, law.Details]] = [
        ("trigger", law.Triggered()),
        ("extension", law.Extended(Extension.by(period))),
        ("extension", law.Extended(Extension.to(on))),
        ("extension", _agreed(draw, Extension.by(period))),
        ("stay", law.Stay(None, draw(st.sampled_from(SuspensionEffect)))),
        ("modification", law.Modification(draw(st.sampled_from(TERMS)))),
        ("modification", law.Modification()),
        ("dispute", law.Dispute("x")),
        ("finding", law.Finding(draw(st.sampled_from(law.FindingOutcome)))),
        ("appeal_decided", law.AppealDecided(draw(st.sampled_from(law.AppealOutcome)))),
        ("ruling", law.Ruling(draw(st.sampled_from(law.RulingOutcome)))),
        ("set_aside", law.Ended()),
    ]
    return draw(st.sampled_from(choices))


@st.composite
def placed(draw: st.DrawFn) -> Placed:
    """Any event that is not a service or a deposit, of anybody, at any hour."""
    kind, details = _details(draw)
    at = draw(st.one_of(INSTANTS, DAYS.map(lambda on: day(on.isoformat()))))
    if draw(st.booleans()) and isinstance(details, law.Stay):
        until = (at + timedelta(days=draw(st.integers(2, 60)))).date()
        details = law.Stay(until, details.effect)
    obligor = draw(st.sampled_from([None, "Twitter", "Other"]))
    return Placed(kind, details, at, obligor, draw(st.sampled_from([(), ("1",), ("2",)])))


PRODUCTIONS = st.sampled_from(["p", "q", "r"])
# Two exhibits of each production are named; a deposit brings at least these.
NAMED = 2


@st.composite
def deposits(draw: st.DrawFn) -> Placed:
    """A deposit by Twitter, of some elements of the first category."""
    answer = law.CategoryAnswer(
        an_id("1"),
        draw(st.sampled_from(Declaration)),
        frozenset(an_id("1" + e) for e in draw(st.sets(st.sampled_from("ab")))),
        draw(st.integers(NAMED, 9)),
        draw(st.one_of(st.none(), st.integers(0, 20))),
    )
    details = law.ProductionDeposited(an_id(draw(PRODUCTIONS)), (answer,))
    return Placed("production_deposited", details, draw(INSTANTS), "Twitter", ())


def _exhibit(draw: st.DrawFn) -> tuple[UUID, UUID]:
    production = draw(PRODUCTIONS)
    return an_id(f"{production}{draw(st.integers(1, NAMED))}"), an_id(production)


@st.composite
def withdrawals(draw: st.DrawFn) -> Placed:
    """An exhibit withdrawn, with what it alone answered."""
    gone = frozenset(an_id("1" + e) for e in draw(st.sets(st.sampled_from("ab"))))
    counted_in = frozenset(an_id(c) for c in draw(st.sets(st.sampled_from("12"))))
    details = law.ExhibitWithdrawn(*_exhibit(draw), counted_in, gone)
    return Placed("exhibit_withdrawn", details, draw(INSTANTS), "Twitter", ())


@st.composite
def replacements(draw: st.DrawFn) -> Placed:
    """An exhibit replaced by another, of its own production or of any other."""
    one, _ = _exhibit(draw)
    details = law.ExhibitReplaced(one, *_exhibit(draw), frozenset({an_id("1")}))
    return Placed("exhibit_replaced", details, draw(INSTANTS), "Twitter", ())


@st.composite
def services(draw: st.DrawFn) -> Placed:
    """A service, first or further, proved or not."""
    details = law.Service(provisional=draw(st.booleans()), further=draw(st.booleans()))
    at = draw(st.one_of(INSTANTS, DAYS.map(lambda on: day(on.isoformat()))))
    return Placed("service", details, at, draw(st.sampled_from(["Twitter", "Other"])), ())


ANY = st.one_of(placed(), services(), deposits(), withdrawals(), replacements())
OF_DOCUMENTS = st.one_of(deposits(), withdrawals(), replacements())


def put(
    case: Case, event: Placed, corrects: law.Event | None = None, known: datetime | None = None
) -> law.Event:
    return case.add(
        event.kind,
        event.details,
        event.at,
        obligor=event.obligor,
        categories=event.categories,
        corrects=corrects,
        known=known,
    )


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A record that grew day by day, some of it learnt late, corrected, lifted, replaced."""
    case = Case(
        term=draw(st.sampled_from(TERMS)), obligors=("Twitter", "Other"), categories=("1", "2")
    )
    known = day("2021-07-07")
    for event in draw(st.lists(ANY, max_size=7)):
        known += timedelta(days=draw(st.integers(0, 20)))
        added = put(case, event, known=known)
        if isinstance(added.details, law.Stay) and draw(st.booleans()):
            lifted = added.effective_at + timedelta(days=draw(st.integers(1, 60)))
            case.add("stay_lifted", law.StayLifted(added.id), lifted, known=known)
        for again in draw(st.lists(st.booleans(), max_size=3)):
            if again:
                added = put(case, event, corrects=added, known=known)
            else:
                void = law.Correction()
                added = case.add("correction", void, event.at, corrects=added, known=known)
                break
    return case


def assessed(case: Case, as_of: datetime, known_at: datetime = FOREVER) -> Assessment:
    try:
        return case.assess(as_of, known_at)
    except Fault:
        # Such a record is refused when its last event is recorded: there is no such order.
        reject()


@settings(max_examples=300, deadline=None)
@given(cases())
def test_exactly_one_standing_holds_at_any_instant_and_agrees_with_the_assessment(
    case: Case,
) -> None:
    record = law.standing_record(case.events)
    try:
        found = [standings(o, case.court, record) for o in case.order.obligations]
    except Fault:
        reject()
    turns = {s.valid_from for spans in found for s in spans}
    turns |= {
        t
        for spans in found
        for s in spans
        if s.clock.due_on is not None and s.clock.due_at is not None
        for t in (s.clock.due_at.astimezone(UTC), case.court.midnight(s.clock.due_on))
    }
    start = day("2021-07-06")
    assert all(spans[0].valid_from == start for spans in found)
    for at in sorted({t + d for t in turns for d in (-TICK, 0 * TICK, TICK)}):
        if at < start:
            continue
        told = case.assess(at)
        for spans, one in zip(found, told.obligations, strict=True):
            (held,) = [
                s
                for s in spans
                if s.valid_from <= at and (s.valid_until is None or at < s.valid_until)
            ]
            assert status_at(standing_facts(held, case.court), at) is one.status
            assert (held.clock, held.answered, held.completed_at) == (
                one.standing.clock,
                one.standing.answered,
                one.standing.completed_at,
            )


@settings(max_examples=150, deadline=None)
@given(cases(), INSTANTS, ANY)
def test_what_takes_effect_after_the_day_asked_about_changes_nothing_of_it(
    case: Case, as_of: datetime, later: Placed
) -> None:
    before = assessed(case, as_of)
    put(case, later._replace(at=max(later.at, as_of + TICK)))
    assert case.assess(as_of) == before


@settings(max_examples=150, deadline=None)
@given(cases(), INSTANTS, INSTANTS, ANY)
def test_what_was_learnt_later_changes_nothing_of_what_the_record_showed(
    case: Case, as_of: datetime, known_at: datetime, later: Placed
) -> None:
    before = assessed(case, as_of, known_at)
    corrects = case.events[-1] if case.events else None
    if corrects is not None and later.kind != "correction":
        put(case, later, corrects=corrects, known=known_at + TICK)
    put(case, later, known=known_at + TICK)
    assert case.assess(as_of, known_at) == before


@settings(max_examples=100, deadline=None)
@given(cases(), INSTANTS, INSTANTS)
def test_what_the_record_showed_is_what_those_events_alone_give(
    case: Case, as_of: datetime, known_at: datetime
) -> None:
    found = assessed(case, as_of, known_at)
    alone = [e for e in case.events if e.recorded_at <= known_at]
    again = assess(case.order, alone, as_of, FOREVER)
    assert again.obligations == found.obligations


@settings(max_examples=100, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_in_which_events_are_handed_over_does_not_matter(
    case: Case, dice: object
) -> None:
    record = law.standing_record(case.events)
    dice.shuffle(case.events)  # type: ignore[attr-defined]
    assert law.standing_record(case.events) == record
    assert len({e.id for e in record}) == len(record)
    assert not {e.corrects for e in record if e.corrects} & {e.id for e in record}


@settings(max_examples=150, deadline=None)
@given(cases(), INSTANTS)
def test_an_order_is_the_sum_and_the_worst_of_its_obligations(case: Case, as_of: datetime) -> None:
    found = assessed(case, as_of)
    assert sum(n for _, n in found.counts) == len(found.obligations) == 4
    assert found.status is worst(o.status for o in found.obligations)
    for one in found.obligations:
        elements = set(one.obligation.category.element_ids)
        assert set(one.answered) | set(one.unanswered) == elements
        assert not set(one.answered) & set(one.unanswered)
        if one.status in (Status.met_on_time, Status.met_late):
            assert not one.unanswered
        if isinstance(one.standing.clock.term, NoTerm):
            assert not one.status.startswith("overdue")
        came = sum(d.answer.documents for d in one.standing.deliveries)
        counted = one.shares.on_time + one.shares.late
        assert counted + one.shares.withdrawn + one.shares.replaced == came
        assert one.shares.late == sum(n for _, n in one.shares.late_by_days)


@settings(max_examples=300, deadline=None)
@given(st.lists(OF_DOCUMENTS, max_size=12), DAYS)
def test_documents_that_count_are_those_that_came_without_the_withdrawn_and_the_replaced(
    happened: list[Placed], due_on: date
) -> None:
    case = Case(term=Until(due_on), elements=())
    for event in sorted(happened, key=lambda e: e.at):
        put(case, event)
    one = case.assess(FOREVER).obligations[0]
    shares = one.shares
    came = sum(d.answer.documents for d in one.standing.deliveries)
    assert shares.on_time + shares.late + shares.withdrawn + shares.replaced == came
    assert shares.late == sum(n for _, n in shares.late_by_days)
    numbers = [shares.on_time, shares.withdrawn, shares.replaced]
    assert min([*numbers, *(n for _, n in shares.late_by_days)]) >= 0
