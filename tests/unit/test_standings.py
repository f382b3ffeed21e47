"""Standings: what came, since when it is whole, and where each span of facts begins."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.domain import events as law
from app.domain.clocks import ObligationFacts
from app.domain.standings import EndedBy, Standing, standing_at, standings
from app.domain.status import Status
from tests.unit.cases import Case, an_id, day, instant


def spans(case: Case) -> tuple[Standing, ...]:
    return standings(case.order.obligations[0], case.court, law.standing_record(case.events))


def withdraw(case: Case, on: str, *elements: str) -> law.Event:
    gone = law.ExhibitWithdrawn(
        an_id("x"), an_id("p"), element_ids=frozenset(an_id(e) for e in elements)
    )
    return case.add("exhibit_withdrawn", gone, day(on))


def test_without_events_one_standing_holds_from_the_day_of_the_order_on() -> None:
    (only,) = spans(Case())
    assert (only.valid_from, only.valid_until) == (day("2021-07-06"), None)


def test_each_event_and_the_planned_end_of_a_stay_begin_a_standing() -> None:
    case = Case()
    case.serve()
    case.add("stay", law.Stay(date(2021, 8, 12)), day("2021-08-02"))
    turns = ("2021-07-06", "2021-07-12", "2021-08-02", "2021-08-12")
    assert [s.valid_from for s in spans(case)] == [day(t) for t in turns]
    assert [s.stayed_by is not None for s in spans(case)] == [False, False, True, False]


def test_what_took_effect_before_the_order_counts_from_the_order_on() -> None:
    case = Case()
    case.add("stay", law.Stay(date(2021, 7, 1)), day("2021-06-01"))
    (only,) = spans(case)
    assert only.valid_from == day("2021-07-06")
    assert only.stayed_by is None


def test_events_of_one_instant_begin_one_standing() -> None:
    case = Case()
    case.add("dispute", law.Dispute("x"), day("2021-07-06"))
    case.add("dispute", law.Dispute("y"), day("2021-07-06"))
    assert len(spans(case)) == 1


def test_what_concerns_others_begins_no_standing() -> None:
    case = Case(obligors=("Twitter", "Other"), categories=("1", "2"))
    case.serve("2021-07-12", "Other")
    case.add("withdrawal", law.Ended(), day("2021-08-02"), categories=("2",))
    assert len(spans(case)) == 1


def test_the_standing_at_an_instant_needs_no_other() -> None:
    case = Case()
    case.serve()
    obligation: ObligationFacts = case.order.obligations[0]
    record = law.standing_record(case.events)
    for span in spans(case):
        found = standing_at(obligation, case.court, record, span.valid_from)
        assert found.clock == span.clock


# What came


def test_elements_may_be_answered_over_several_deposits() -> None:
    case = Case(elements=("a", "b", "c"))
    case.serve()
    case.deposit("2021-09-01T10:00:00", "partial", "a")
    case.deposit("2021-09-02T10:00:00", "partial", "b")
    case.deposit("2021-09-03T10:00:00", "complete", "c")
    found = case.one("2021-09-02")
    assert found.answered == (an_id("1a"), an_id("1b"))
    assert found.unanswered == (an_id("1c"),)
    assert case.one("2021-09-03").standing.completed_at == instant("2021-09-03T10:00:00")
    assert case.one("2021-09-03").standing.first_produced_at == instant("2021-09-01T10:00:00")


def test_completed_at_is_since_when_and_a_second_complete_does_not_move_it() -> None:
    case = Case()
    case.serve()
    case.deposit("2021-09-01T10:00:00", "complete", "ab")
    case.deposit("2021-09-20T10:00:00", "complete", "ab")
    found = case.one("2021-09-21")
    assert found.standing.completed_at == instant("2021-09-01T10:00:00")
    assert found.status is Status.met_on_time


def test_what_was_complete_and_is_said_to_be_partial_is_complete_anew_later() -> None:
    case = Case()
    case.serve()
    case.deposit("2021-09-01T10:00:00", "complete", "ab")
    case.deposit("2021-09-02T10:00:00", "partial")
    case.deposit("2021-09-20T10:00:00", "complete")
    found = case.one("2021-09-20")
    assert (found.status, found.late_days) == (Status.met_late, 7)


def test_an_objection_after_completion_takes_nothing_back() -> None:
    case = Case()
    case.serve()
    case.deposit("2021-09-01T10:00:00", "complete", "ab")
    case.deposit("2021-09-02T10:00:00", "objection")
    assert case.status("2021-09-02") == ["met_on_time"]


def test_an_objection_alone_is_nothing_produced_but_a_delivery() -> None:
    case = Case()
    case.deposit("2021-09-01T10:00:00", "objection")
    standing = case.one("2021-09-02").standing
    assert standing.first_produced_at is None
    assert len(standing.deliveries) == 1


def test_nothing_responsive_answers_every_element_while_it_is_the_last_word() -> None:
    case = Case()
    case.serve()
    case.deposit("2021-09-01T10:00:00", "nothing_responsive")
    found = case.one("2021-09-01")
    assert (found.status, found.unanswered) == (Status.met_on_time, ())
    case.deposit("2021-09-02T10:00:00", "complete", "a")
    found = case.one("2021-09-02")
    assert (found.status, found.unanswered) == (Status.partly_produced, (an_id("1b"),))


def test_an_answer_lost_by_a_withdrawal_may_be_given_again() -> None:
    case = Case()
    case.serve()
    case.deposit("2021-09-01T10:00:00", "complete", "ab")
    withdraw(case, "2021-09-05", "1a")
    assert case.one("2021-09-05").unanswered == (an_id("1a"),)
    case.deposit("2021-09-20T10:00:00", "complete", "a")
    found = case.one("2021-09-20")
    assert (found.status, found.unanswered) == (Status.met_late, ())
    assert found.standing.completed_at == instant("2021-09-20T10:00:00")


def test_a_withdrawal_that_takes_no_answer_away_changes_nothing() -> None:
    case = Case()
    case.serve()
    case.deposit("2021-09-01T10:00:00", "complete", "ab")
    withdraw(case, "2021-09-05")
    assert case.one("2021-09-06").standing.completed_at == instant("2021-09-01T10:00:00")


def test_an_answer_for_another_category_is_no_answer_here() -> None:
    case = Case(categories=("1", "2"))
    case.serve()
    case.deposit("2021-09-01T10:00:00", "complete", "ab", category="2")
    first, second = case.assess(day("2021-09-02")).obligations
    assert (first.status, second.status) == (Status.running, Status.met_on_time)
    assert first.standing.deliveries == ()


def test_a_category_without_elements_is_whole_when_it_is_declared_so() -> None:
    case = Case(elements=())
    case.serve()
    case.deposit("2021-09-01T10:00:00", "complete", documents=3)
    assert case.status("2021-09-01") == ["met_on_time"]


# What ends


@pytest.mark.parametrize(
    ("kind", "details", "by"),
    [
        ("withdrawal", law.Ended(), EndedBy.withdrawal),
        ("set_aside", law.Ended(), EndedBy.set_aside),
        ("appeal_decided", law.AppealDecided(law.AppealOutcome.reversed), EndedBy.reversed),
        ("ruling", law.Ruling(law.RulingOutcome.upheld), EndedBy.objection_upheld),
    ],
)
def test_the_first_event_that_ends_an_obligation_says_why(
    kind: str, details: law.Details, by: EndedBy
) -> None:
    case = Case()
    first = case.add(kind, details, day("2021-10-01"))
    case.add("withdrawal", law.Ended(), day("2021-11-01"))
    standing = case.one("2021-12-01").standing
    assert (standing.ended_by, standing.ended_event) == (by, first)


def test_an_obligation_that_ended_is_ended_whatever_came_or_was_stayed() -> None:
    case = Case()
    case.serve()
    case.deposit("2021-09-01T10:00:00", "complete", "ab")
    case.add("stay", law.Stay(), day("2021-09-02"))
    at = day("2021-09-03")
    case.add("set_aside", law.Ended(), at)
    assert case.assess(at - timedelta(microseconds=1)).status is Status.met_on_time
    assert case.assess(at).status is Status.ended
