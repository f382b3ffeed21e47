"""Extensions by agreement: in time they count, too late they are told and move nothing."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from app.domain import events as law
from app.domain.deadlines import Extension
from app.domain.periods import Period, Unit
from app.domain.terms import NoTerm, Term, TriggerKind, Until, Within
from tests.unit.cases import Case, day

MONTH = (Period(1, Unit.month),)
LAST = date(2021, 9, 13)
LONGER = date(2021, 10, 12)


def agree(case: Case, agreed_on: date | None, on: str, **more: Any) -> law.Event:
    """One more month, agreed on a day, in a letter."""
    writing = more.pop("writing", "letter between counsel")
    agreed = law.Extended(Extension.by(MONTH), law.ExtensionBy.agreement, agreed_on, writing)
    return case.add("extension", agreed, day(on), **more)


def served(**more: Any) -> Case:
    case = Case(**more)
    case.serve()
    return case


def due_on(case: Case, on: str) -> date | None:
    return case.one(on).standing.clock.due_on


def warned(case: Case, on: str) -> list[str]:
    return [str(w.said) for w in case.one(on).warnings]


@pytest.mark.parametrize("agreed_on", [date(2021, 8, 30), LAST])
def test_an_agreement_concluded_by_the_last_day_prolongs_and_calls_for_no_warning(
    agreed_on: date,
) -> None:
    case = served()
    agree(case, agreed_on, "2021-09-13")
    assert due_on(case, "2021-09-13") == LONGER
    assert warned(case, "2021-09-14") == []


def test_an_agreement_concluded_after_the_last_day_moves_nothing_and_is_told() -> None:
    case = served()
    late = agree(case, date(2021, 9, 14), "2021-09-14")
    assert case.status("2021-09-13", "2021-09-14") == ["due_today", "overdue_nothing"]
    assert due_on(case, "2021-09-14") == LAST
    found = case.one("2021-09-14")
    (warning,) = found.warnings
    assert str(warning.said) == (
        "the extension agreed on 2021-09-14 is not counted: time was over on 2021-09-13"
    )
    assert warning.event_id == late.id
    assert str(warning.said) in str(found.sentence)
    assert warned(case, "2021-09-13") == []


def test_the_warning_stands_among_the_reasons_right_after_its_event() -> None:
    case = served()
    late = agree(case, date(2021, 9, 14), "2021-09-14")
    said = [str(r.said) for r in case.one("2021-09-14").reasons if r.event_id == late.id]
    assert said == ["extended by agreement by 1 month", *warned(case, "2021-09-14")]


def test_an_agreement_in_time_whose_effect_is_recorded_for_later_counts_from_its_effect() -> None:
    case = served()
    agree(case, date(2021, 9, 10), "2021-09-20")
    assert case.status("2021-09-19", "2021-09-20") == ["overdue_nothing", "running"]


def test_what_took_effect_early_but_was_agreed_too_late_does_not_count() -> None:
    case = served()
    agree(case, date(2021, 9, 20), "2021-09-01", known=day("2021-09-21"))
    assert due_on(case, "2021-09-02") == LAST
    assert len(warned(case, "2021-09-02")) == 1


def test_each_agreement_is_held_against_the_last_day_that_those_before_it_left() -> None:
    case = served()
    agree(case, date(2021, 9, 10), "2021-09-10")
    agree(case, date(2021, 10, 12), "2021-10-12")
    agree(case, date(2021, 11, 15), "2021-11-15")
    agree(case, date(2021, 11, 12), "2021-11-16")
    assert due_on(case, "2021-11-15") == date(2021, 11, 12)
    assert due_on(case, "2021-11-16") == date(2021, 12, 13)
    assert len(warned(case, "2021-11-16")) == 1


def test_an_agreement_that_did_not_count_gives_the_next_one_no_more_time() -> None:
    case = served()
    agree(case, date(2021, 9, 14), "2021-09-14")
    agree(case, date(2021, 10, 1), "2021-10-01")
    assert due_on(case, "2021-10-02") == LAST
    assert len(warned(case, "2021-10-02")) == 2


def test_the_court_may_give_time_again_after_the_last_day() -> None:
    case = served()
    case.add("extension", law.Extended(Extension.by(MONTH)), day("2021-09-20"))
    assert due_on(case, "2021-09-20") == LONGER
    agree(case, date(2021, 9, 21), "2021-09-21")
    assert due_on(case, "2021-09-21") == date(2021, 11, 12)
    assert warned(case, "2021-09-21") == []


def test_a_new_term_takes_the_place_of_agreements_and_of_what_was_said_of_them() -> None:
    case = served()
    agree(case, date(2021, 9, 14), "2021-09-14")
    case.add("modification", law.Modification(None, "narrowed"), day("2021-09-15"))
    assert len(warned(case, "2021-09-15")) == 1
    case.add("modification", law.Modification(Until(date(2021, 12, 1))), day("2021-09-20"))
    assert (due_on(case, "2021-09-20"), warned(case, "2021-09-20")) == (date(2021, 12, 1), [])


@pytest.mark.parametrize("term", [NoTerm(), Within(MONTH, TriggerKind.event)])
def test_where_no_last_day_is_known_none_was_over(term: Term) -> None:
    case = served(term=term)
    agree(case, date(2021, 9, 20), "2021-09-20")
    assert warned(case, "2021-09-21") == []


def test_during_a_stay_that_began_in_time_no_time_is_over() -> None:
    case = served()
    stay = case.add("stay", law.Stay(), day("2021-09-01"))
    agree(case, date(2021, 9, 20), "2021-09-20")
    case.add("stay_lifted", law.StayLifted(stay.id), day("2021-10-01"))
    assert warned(case, "2021-10-02") == []
    assert due_on(case, "2021-10-02") == date(2021, 11, 12)


def test_after_a_fixed_date_with_an_hour_the_sentence_says_so_too() -> None:
    case = Case(term=Until(date(2021, 9, 9), time(17)))
    agree(case, date(2021, 9, 10), "2021-09-10")
    assert due_on(case, "2021-09-10") == date(2021, 9, 9)
    assert "is not counted: time was over on 2021-09-09" in str(case.one("2021-09-10").sentence)


def test_each_obligor_s_agreement_is_held_against_its_own_last_day() -> None:
    case = Case(obligors=("Twitter", "Other"))
    case.serve("2021-07-12", "Twitter")
    case.serve("2021-08-20", "Other")
    agree(case, date(2021, 9, 20), "2021-09-20")
    found = case.assess(day("2021-09-21")).obligations
    assert [len(o.warnings) for o in found] == [1, 0]
    assert [o.standing.clock.due_on for o in found] == [LAST, date(2021, 11, 22)]


def test_what_corrects_the_day_of_service_decides_anew_whether_it_was_in_time() -> None:
    case = served()
    agree(case, date(2021, 9, 20), "2021-09-20")
    right = day("2021-08-02")
    case.add("service", law.Service(), right, obligor="Twitter", corrects=case.events[0],
             known=day("2021-09-25"))  # fmt: skip
    assert len(case.one("2021-09-30", known_at=day("2021-09-21")).warnings) == 1
    assert case.one("2021-09-30").warnings == ()
    assert due_on(case, "2021-09-30") == date(2021, 11, 2)


@pytest.mark.parametrize("agreed_on", [date(2021, 9, 1), None])
def test_without_a_writing_it_counts_and_the_assessment_says_so(agreed_on: date | None) -> None:
    case = served()
    event = agree(case, agreed_on, "2021-09-01", writing="")
    assert due_on(case, "2021-09-02") == LONGER
    (warning,) = case.one("2021-09-02").warnings
    assert (warning.event_id, str(warning.said)) == (
        event.id,
        "an extension by agreement counts, but no writing of it is recorded",
    )
    assert "no writing" not in str(case.one("2021-09-02").sentence)


def test_what_concerns_another_category_is_not_told_here() -> None:
    case = served(categories=("1", "2"))
    agree(case, date(2021, 9, 14), "2021-09-14", categories=("2",))
    found = case.assess(day("2021-09-15")).obligations
    assert [len(o.warnings) for o in found] == [0, 1]
