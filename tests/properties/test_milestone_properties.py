"""What must hold of milestones, whatever happened on the order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.domain import events as law
from app.domain.clocks import MilestoneFacts
from app.domain.deadlines import Extension
from app.domain.milestones import MilestoneState as State
from app.domain.periods import Period, Unit
from app.domain.standings import standings
from app.domain.status import Status
from app.domain.terms import Until, Within
from tests.properties.test_compliance_properties import DAYS, INSTANTS, assessed, cases
from tests.unit.cases import Case, an_id, day

MILESTONES = (
    MilestoneFacts(an_id("begun"), "begun", Within((Period(10, Unit.day),))),
    MilestoneFacts(an_id("some"), "some", Until(date(2021, 9, 1)), (an_id("1a"),)),
    MilestoneFacts(an_id("many"), "many", Within((Period(1, Unit.month),)), (), 8),
)


@st.composite
def rolling(draw: st.DrawFn) -> Case:
    """A record of any kind, on categories with milestones, some of them moved."""
    case = replace(draw(cases()), milestones=MILESTONES)
    for named in draw(st.lists(st.sampled_from(MILESTONES), max_size=2)):
        extension = Extension.by((Period(draw(st.integers(1, 40)), Unit.day),))
        details = law.Extended(extension, milestone_id=named.id)
        case.add("extension", details, day(draw(DAYS).isoformat()), categories=("1",))
    return case


@given(rolling(), INSTANTS)
def test_milestones_change_nothing_of_the_obligation_itself(case: Case, at: datetime) -> None:
    found = assessed(case, at)
    plain = assessed(replace(case, milestones=()), at)
    for one, other in zip(found.obligations, plain.obligations, strict=True):
        assert (one.status, one.finding, one.late_days, one.shares, one.standing.clock) == (
            other.status,
            other.finding,
            other.late_days,
            other.shares,
            other.standing.clock,
        )


@given(rolling(), INSTANTS)
def test_a_state_is_what_the_clock_and_what_came_make_it(case: Case, at: datetime) -> None:
    for one in assessed(case, at).obligations:
        for m in one.milestones:
            over = m.clock.due_at is not None and at >= m.clock.due_at
            late = (
                m.met_at is not None and m.clock.due_at is not None and m.met_at >= m.clock.due_at
            )
            assert (m.state is State.ended) == (one.status is Status.ended)
            assert m.state not in (State.missed, State.met_late) or m.late_days > 0
            if m.state is not State.ended:
                assert (m.met_at is not None) == (m.state in (State.met_late, State.met_on_time))
                assert (m.state is State.met_late) == late
            assert m.state is not State.missed or over
            assert m.state not in (State.ahead, State.due_today) or not over
            if one.status in (Status.met_late, Status.met_on_time):
                assert m.met_at is not None


@given(rolling())
def test_what_is_projected_of_milestones_is_what_each_instant_finds(case: Case) -> None:
    record = law.standing_record(case.events)
    assessed(case, day("2022-05-01"))
    obligation = case.order.obligations[0]
    spans = standings(obligation, case.court, record)
    for span, following in pairwise(spans):
        assert span.valid_until == following.valid_from
        found = assessed(case, span.valid_from).obligations[0].standing
        assert found.milestones == span.milestones
        assert found.documents == span.documents
