"""Penalties through the assessment: from when, until when, and on what they count."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.domain import events as law
from app.domain.deadlines import Extension
from app.domain.penalties import (
    PenaltyBasis,
    PenaltyTerms,
    StartKind,
    StartRule,
    TheoreticalAccrual,
)
from app.domain.periods import Period, Unit
from app.domain.terms import NoTerm, Term, TriggerKind, Within
from tests.unit.cases import Case, an_id, day

AFTER_SERVICE = StartRule(StartKind.after_service, days=15)


def terms(**changes: Any) -> PenaltyTerms:
    return PenaltyTerms(**{"rate": Decimal(1000), "currency": "EUR", **changes})


def accrued(case: Case, on: str) -> TheoreticalAccrual:
    found = case.one(on).penalty
    assert found is not None
    return found


def test_the_first_day_after_the_last_day_counts_and_the_last_does_not() -> None:
    case = Case(penalty=terms())
    case.serve()
    assert [accrued(case, d).counted_days for d in ("2021-09-13", "2021-09-14")] == [0, 1]
    assert accrued(case, "2021-09-14").theoretical_accrual == 1000


def test_without_proof_of_service_no_penalty_runs_and_the_reason_is_said() -> None:
    found = accrued(Case(penalty=terms()), "2030-01-01")
    assert (found.theoretical_accrual, found.from_on) == (Decimal(0), None)
    assert any("not known" in str(reason) for reason in found.reasons)


@pytest.mark.parametrize(
    "term",
    [
        Within((Period(2, Unit.month),)),
        Within((Period(2, Unit.month),), TriggerKind.decision),
        Within((Period(2, Unit.month),), TriggerKind.event),
        NoTerm(),
    ],
)
def test_a_penalty_from_service_runs_from_service_whatever_the_term_runs_from(
    term: Term,
) -> None:
    case = Case(term=term, penalty=terms(starts=AFTER_SERVICE))
    case.add("trigger", law.Triggered(), day("2021-07-08"))
    case.serve("2021-07-12")
    case.serve("2021-07-20", further=True)
    assert accrued(case, "2021-07-27").counted_days == 0
    assert accrued(case, "2021-07-28").from_on == date(2021, 7, 28)


def test_a_penalty_that_starts_on_a_date_waits_for_no_service() -> None:
    case = Case(penalty=terms(starts=StartRule(StartKind.on, on=date(2021, 10, 1))))
    assert accrued(case, "2021-10-03").counted_days == 3


def test_a_penalty_set_later_does_not_run_before_it_was_ordered() -> None:
    case = Case()
    case.serve()
    case.add("penalty_set", law.PenaltySet(terms()), day("2021-11-02"))
    assert case.one("2021-11-01").penalty is None
    found = accrued(case, "2021-11-04")
    assert (found.from_on, found.counted_days) == (date(2021, 11, 2), 3)


def test_the_terms_of_an_order_hold_until_others_replace_them() -> None:
    case = Case(penalty=terms())
    case.serve()
    later = terms(rate=Decimal(50), starts=StartRule(StartKind.on, on=date(2021, 9, 20)))
    case.add("penalty_set", law.PenaltySet(later), day("2021-09-20"))
    assert accrued(case, "2021-09-19").theoretical_accrual == 6000
    assert accrued(case, "2021-09-21").theoretical_accrual == 100


def test_the_day_of_completion_counts_where_the_decision_lets_it() -> None:
    for inclusive, days in ((True, 2), (False, 1)):
        case = Case(penalty=terms(last_day_inclusive=inclusive))
        case.serve()
        case.deposit("2021-09-15T10:00:00", "complete", "ab")
        assert accrued(case, "2021-12-01").counted_days == days


@pytest.mark.parametrize(
    ("kind", "details", "counted"),
    [
        ("set_aside", law.Ended(), 3),
        ("withdrawal", law.Ended(), 3),
        ("ruling", law.Ruling(law.RulingOutcome.upheld), 3),
        ("appeal_decided", law.AppealDecided(law.AppealOutcome.reversed), 0),
        ("appeal_decided", law.AppealDecided(law.AppealOutcome.confirmed), 5),
    ],
)
def test_a_penalty_ends_the_day_before_its_obligation_and_a_reversal_leaves_none(
    kind: str, details: law.Details, counted: int
) -> None:
    case = Case(penalty=terms())
    case.serve()
    case.add(kind, details, day("2021-09-17"))
    assert accrued(case, "2021-09-16").counted_days == 3
    assert accrued(case, "2021-09-18").counted_days == counted


def test_a_reversal_before_any_service_leaves_nothing_to_count() -> None:
    case = Case(penalty=terms())
    reversed_ = law.AppealDecided(law.AppealOutcome.reversed)
    case.add("appeal_decided", reversed_, day("2021-09-17"))
    assert accrued(case, "2021-09-18").theoretical_accrual == 0


def test_a_stay_for_another_category_stops_no_penalty_here() -> None:
    case = Case(categories=("1", "2"), penalty=terms())
    case.serve()
    stay = law.Stay(date(2021, 9, 20), stops_penalty=True)
    case.add("stay", stay, day("2021-09-15"), categories=("2",))
    found = case.assess(day("2021-09-21")).obligations
    assert [o.penalty.counted_days for o in found if o.penalty] == [8, 3]


# Per document and day


def per_document(**changes: Any) -> Case:
    case = Case(penalty=terms(rate=Decimal(1), per=PenaltyBasis.document_day, **changes))
    case.elements = ()
    case.serve()
    return case


def test_a_document_is_missing_still_on_the_day_it_comes_as_a_completion_counts() -> None:
    for inclusive, item_days in ((True, 28 * 9), (False, 28 * 8)):
        case = per_document(last_day_inclusive=inclusive)
        case.deposit("2021-09-13T10:00:00", "partial", documents=312, total=340)
        case.deposit("2021-09-22T10:00:00", "complete", documents=28)
        found = accrued(case, "2021-12-01")
        assert (found.item_days, found.complete) == (item_days, True)


def test_two_deposits_of_one_day_count_together() -> None:
    for inclusive, item_days in ((True, 8), (False, 0)):
        case = per_document(last_day_inclusive=inclusive)
        case.deposit("2021-09-14T09:00:00", "partial", documents=5, total=8)
        case.deposit("2021-09-14T10:00:00", "partial", documents=3)
        assert accrued(case, "2021-09-20").item_days == item_days


def test_the_largest_total_ever_declared_counts() -> None:
    case = per_document()
    case.deposit("2021-09-10T10:00:00", "partial", documents=5, total=8)
    case.deposit("2021-09-11T10:00:00", "partial", documents=1, total=7)
    assert accrued(case, "2021-09-14").item_days == 2
    assert case.one("2021-09-14").shares.missing == 2


def test_before_a_total_is_declared_nothing_is_guessed() -> None:
    case = per_document()
    case.deposit("2021-09-10T10:00:00", "partial", documents=5)
    found = accrued(case, "2021-09-20")
    assert (found.theoretical_accrual, found.complete) == (Decimal(0), False)


def test_more_than_was_declared_leaves_nothing_missing() -> None:
    case = per_document()
    case.deposit("2021-09-10T10:00:00", "partial", documents=9, total=8)
    assert accrued(case, "2021-09-20").item_days == 0
    assert case.one("2021-09-20").shares.missing == 0


def test_shares_are_split_by_the_last_day_that_holds_now() -> None:
    case = Case(elements=())
    case.deposit("2021-09-01T10:00:00", "partial", documents=2)
    case.serve()
    case.deposit("2021-09-15T23:59:59", "partial", documents=3)
    case.deposit("2021-09-16T00:00:00", "partial", documents=4)
    case.deposit("2021-09-16T01:00:00", "partial")
    found = case.one("2021-09-20").shares
    assert (found.on_time, found.late, found.late_by_days) == (2, 7, ((2, 3), (3, 4)))
    to = law.Extended(Extension.to(date(2021, 9, 15)))
    case.add("extension", to, day("2021-09-17"), categories=("1",))
    assert case.one("2021-09-20").shares.late_by_days == ((1, 4),)
    assert case.one("2021-09-16").shares.late_by_days == ((2, 3), (3, 4))


def test_late_days_are_court_days_after_the_last() -> None:
    case = Case()
    assert case.one("2021-09-20").late_days == 0
    case.serve()
    assert [case.one(d).late_days for d in ("2021-09-13", "2021-09-14", "2021-09-20")] == [0, 1, 7]
    case.deposit("2021-09-16T00:00:00", "complete", "ab")
    assert case.one("2021-12-01").late_days == 3
    case.add("set_aside", law.Ended(), day("2021-12-02"))
    assert case.one("2021-12-02").late_days == 0
    assert an_id("1a") in case.one("2021-12-02").answered
