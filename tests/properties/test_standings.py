"""Standings follow each other without gap, and agree with the assessment at any instant."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain import events as law
from app.domain.compliance import standing_facts
from app.domain.deadlines import Extension, SuspensionEffect
from app.domain.periods import Period, Unit
from app.domain.standings import Standing, standing_at, standings
from app.domain.status import status_at
from app.domain.terms import NoTerm, Term, Until
from tests.unit.cases import TWO_MONTHS, Case, day

TICK = timedelta(microseconds=1)
DAYS = st.dates(date(2021, 7, 6), date(2022, 6, 30)).map(lambda on: day(on.isoformat()))

MONTH = Extension.by((Period(1, Unit.month),))
DETAILS: st.SearchStrategy[tuple[str, law.Details]] = st.one_of(
    st.just(("service", law.Service())),
    st.just(("service", law.Service(further=True))),
    st.just(("extension", law.Extended(MONTH))),
    st.dates(date(2021, 9, 1), date(2022, 6, 30)).map(
        lambda on: ("extension", law.Extended(Extension.to(on)))
    ),
    st.sampled_from(SuspensionEffect).map(lambda e: ("stay", law.Stay(None, e))),
    st.just(("modification", law.Modification(Until(date(2021, 12, 1))))),
    st.just(("dispute", law.Dispute("x"))),
    st.just(("finding", law.Finding(law.FindingOutcome.insufficient))),
    st.just(("withdrawal", law.Ended())),
)
PLACED = st.tuples(DETAILS, DAYS)
DEPOSITS = st.tuples(
    st.sampled_from(["complete", "partial", "nothing_responsive", "objection"]),
    st.sampled_from(["", "a", "b", "ab"]),
    st.dates(date(2021, 7, 6), date(2022, 6, 30)),
)
STAYS = st.tuples(DAYS, st.integers(1, 60))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """An order with random events on it: possible ones, in any order."""
    terms: list[Term] = [TWO_MONTHS, Until(date(2021, 9, 9)), NoTerm()]
    term = draw(st.sampled_from(terms))
    case = Case(term=term)
    for (kind, details), at in draw(st.lists(PLACED, max_size=6)):
        obligor = "Twitter" if kind == "service" else None
        event = case.add(kind, details, at, obligor=obligor)
        if isinstance(details, law.Stay) and draw(st.booleans()):
            after = at + timedelta(days=draw(st.integers(1, 90)))
            case.add("stay_lifted", law.StayLifted(event.id), after)
    for at, length in draw(st.lists(STAYS, max_size=2)):
        until = (at + timedelta(days=length, hours=3)).date() + timedelta(days=1)
        case.add("stay", law.Stay(until), at)
    for declaration, elements, on in draw(st.lists(DEPOSITS, max_size=3)):
        case.deposit(f"{on}T10:00:00", declaration, elements)
    return case


def spans(case: Case) -> tuple[Standing, ...]:
    record = law.standing_record(case.events)
    return standings(case.order.obligations[0], case.court, record)


@settings(max_examples=150, deadline=None)
@given(cases())
def test_standings_cover_all_time_from_the_order_on_without_gap_or_overlap(case: Case) -> None:
    found = spans(case)
    assert found[0].valid_from == day("2021-07-06")
    assert found[-1].valid_until is None
    for before, after in pairwise(found):
        assert before.valid_until == after.valid_from
        assert before.valid_from < after.valid_from


@settings(max_examples=150, deadline=None)
@given(cases(), st.datetimes(datetime(2021, 7, 6, 12), datetime(2022, 12, 31)))
def test_the_standing_that_holds_gives_the_status_of_the_assessment(
    case: Case, moment: datetime
) -> None:
    found = spans(case)
    turns = [s.valid_from for s in found]
    turns += [s.clock.due_at for s in found if s.clock.due_at is not None]
    for at in [moment.replace(tzinfo=UTC), *(t + d for t in turns for d in (-TICK, TICK * 0))]:
        held = [
            s for s in found if s.valid_from <= at and (s.valid_until is None or at < s.valid_until)
        ]
        if at < found[0].valid_from:
            continue
        (one,) = held
        assert status_at(standing_facts(one, case.court), at) == case.assess(at).status


@settings(max_examples=150, deadline=None)
@given(cases())
def test_each_standing_is_what_the_events_until_then_make_taken_together(case: Case) -> None:
    record = law.standing_record(case.events)
    for one in spans(case):
        alone = standing_at(case.order.obligations[0], case.court, record, one.valid_from)
        assert replace(one, valid_until=None) == alone


@settings(max_examples=100, deadline=None)
@given(cases(), PLACED)
def test_what_takes_effect_later_changes_nothing_before(
    case: Case, placed: tuple[tuple[str, law.Details], datetime]
) -> None:
    (_, _), at = placed
    before = case.assess(at - TICK)
    case.add("dispute", law.Dispute("later"), at)
    case.add("withdrawal", law.Ended(), at)
    after = case.assess(at - TICK)
    assert (after.status, after.counts, after.finding) == (
        before.status,
        before.counts,
        before.finding,
    )
