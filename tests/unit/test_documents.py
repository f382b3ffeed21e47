"""Documents withdrawn or replaced: what the shares count, from when on, and by which day."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.domain.compliance import Shares
from app.domain.penalties import PenaltyBasis, PenaltyTerms
from app.domain.status import Status
from tests.unit.cases import Case, day

LAST_DAY = "2021-09-13"
LATE = "2021-09-22T10:00:00"


def a_case(**more: object) -> Case:
    """Three documents in time and two late, of five declared; no elements to tick."""
    case = Case(elements=(), **more)  # type: ignore[arg-type]
    case.serve()
    case.deposit("2021-09-10T10:00:00", "partial", documents=3, total=5, production="first")
    case.deposit(LATE, "complete", documents=2, production="second")
    return case


def shares(case: Case, on: str = "2021-10-31") -> Shares:
    return case.one(on).shares


def test_a_withdrawn_document_counts_until_the_withdrawal_and_no_more_from_then_on() -> None:
    case = a_case()
    case.withdraw("2021-10-04T15:00:00", "x", "first")
    before, after = shares(case, "2021-10-03"), shares(case, "2021-10-04")
    assert (before.on_time, before.late, before.missing, before.withdrawn) == (3, 2, 0, 0)
    assert (after.on_time, after.late, after.missing, after.withdrawn) == (2, 2, 1, 1)


def test_what_the_record_did_not_show_yet_is_not_taken_off() -> None:
    case = a_case()
    case.withdraw("2021-10-04T15:00:00", "x", "first")
    then = case.one("2021-10-31", known_at=day("2021-10-04")).shares
    assert (then.on_time, then.withdrawn) == (3, 0)


def test_a_withdrawal_is_taken_off_the_deposit_with_which_the_document_came() -> None:
    case = a_case()
    case.withdraw("2021-10-04T15:00:00", "x", "second")
    found = shares(case)
    assert (found.on_time, found.late, found.late_by_days) == (3, 1, ((9, 1),))
    case.withdraw("2021-10-05T15:00:00", "y", "second")
    found = shares(case)
    assert (found.on_time, found.late, found.late_by_days) == (3, 0, ())
    assert (found.missing, found.withdrawn) == (2, 2)


def test_a_withdrawal_said_twice_counts_once() -> None:
    case = a_case()
    case.withdraw("2021-10-04T15:00:00", "x", "first")
    case.withdraw("2021-10-05T15:00:00", "x", "first")
    assert (shares(case).on_time, shares(case).withdrawn) == (2, 1)


@pytest.mark.parametrize(("production", "category"), [("first", "2"), ("never deposited", "1")])
def test_what_was_no_document_here_is_not_taken_off_here(production: str, category: str) -> None:
    case = a_case()
    case.withdraw("2021-10-04T15:00:00", "x", production, category=category)
    assert (shares(case).on_time, shares(case).withdrawn) == (3, 0)


def test_a_replaced_document_counts_once_by_when_the_first_version_came() -> None:
    case = a_case()
    case.replace(LATE, "x", "y", "second")
    found = shares(case)
    assert (found.on_time, found.late, found.late_by_days) == (3, 1, ((9, 1),))
    assert (found.missing, found.replaced, found.withdrawn) == (1, 1, 0)
    assert case.one("2021-10-31").status is Status.met_late


def test_once_the_first_version_is_withdrawn_the_later_one_counts_for_itself() -> None:
    case = a_case()
    case.replace(LATE, "x", "y", "second")
    case.withdraw("2021-10-04T15:00:00", "x", "first")
    assert (shares(case, "2021-10-03").on_time, shares(case, "2021-10-03").late) == (3, 1)
    found = shares(case)
    assert (found.on_time, found.late) == (2, 2)
    assert (found.replaced, found.withdrawn) == (0, 1)


def test_once_the_later_version_is_withdrawn_the_first_still_counts() -> None:
    case = a_case()
    case.replace(LATE, "x", "y", "second")
    case.withdraw("2021-10-04T15:00:00", "y", "second")
    found = shares(case)
    assert (found.on_time, found.late, found.replaced, found.withdrawn) == (3, 1, 0, 1)
    case.withdraw("2021-10-05T15:00:00", "x", "first")
    found = shares(case)
    assert (found.on_time, found.late, found.replaced, found.withdrawn) == (2, 1, 0, 2)


@pytest.mark.parametrize("links", [(("x", "y"), ("y", "z")), (("y", "z"), ("x", "y"))])
def test_a_document_replaced_again_and_again_is_still_one(
    links: tuple[tuple[str, str], ...],
) -> None:
    case = a_case()
    for at, (one, other) in enumerate(links):
        case.replace(f"2021-09-2{5 + at}T10:00:00", one, other, "second")
    assert (shares(case).on_time, shares(case).late, shares(case).replaced) == (3, 0, 2)
    case.withdraw("2021-10-04T15:00:00", "x", "first")
    case.withdraw("2021-10-04T16:00:00", "y", "second")
    found = shares(case)
    assert (found.on_time, found.late, found.replaced, found.withdrawn) == (2, 1, 0, 2)


def test_versions_that_meet_in_one_later_document_are_counted_once_each() -> None:
    case = a_case()
    case.deposit("2021-09-24T10:00:00", "complete", documents=3, production="third")
    for one, other in (("w", "x"), ("w", "y"), ("x", "z"), ("y", "z")):
        case.replace("2021-09-25T10:00:00", one, other, "third")
    assert (shares(case).on_time, shares(case).late, shares(case).replaced) == (3, 2, 3)
    case.withdraw("2021-10-04T15:00:00", "w", "first")
    assert (shares(case).on_time, shares(case).late, shares(case).replaced) == (2, 4, 1)


@pytest.mark.parametrize(("one", "other"), [("y", "x"), ("y", "y")])
def test_nothing_replaces_what_it_was_replaced_by(one: str, other: str) -> None:
    case = a_case()
    case.replace("2021-09-25T10:00:00", "x", "y", "second")
    case.replace("2021-09-26T10:00:00", one, other, "first")
    assert (shares(case).on_time, shares(case).late, shares(case).replaced) == (3, 1, 1)


def test_a_replacement_whose_production_never_came_counts_nothing_out() -> None:
    case = a_case()
    case.replace(LATE, "x", "y", "never deposited")
    assert (shares(case).on_time, shares(case).late, shares(case).replaced) == (3, 2, 0)


def test_a_declaration_of_completeness_falls_with_the_last_document_it_rested_on() -> None:
    case = Case(elements=())
    case.serve()
    case.deposit("2021-09-01T10:00:00", "complete", documents=2, production="only")
    case.withdraw("2021-09-02T10:00:00", "x", "only")
    assert case.status("2021-09-02") == ["met_on_time"]
    case.withdraw("2021-09-03T10:00:00", "y", "only")
    assert case.status("2021-09-02", "2021-09-03", "2021-09-14") == [
        "met_on_time",
        "partly_produced",
        "overdue_partly",
    ]
    case.deposit("2021-09-20T10:00:00", "complete", documents=1)
    assert case.status("2021-09-21") == ["met_late"]


def test_a_later_declaration_stands_by_itself_once_the_first_has_nothing_left() -> None:
    case = Case(elements=())
    case.serve()
    case.deposit("2021-09-01T10:00:00", "complete", documents=1, production="first")
    case.deposit("2021-09-20T10:00:00", "complete", documents=1, production="second")
    assert case.status("2021-09-20") == ["met_on_time"]
    case.withdraw("2021-10-04T10:00:00", "x", "first")
    assert case.status("2021-10-03", "2021-10-04") == ["met_on_time", "met_late"]


def test_completeness_that_rested_on_no_document_or_on_elements_stays() -> None:
    stated = Case(elements=())
    stated.serve()
    stated.deposit("2021-09-01T10:00:00", "complete", production="only")
    ticked = Case()
    ticked.serve()
    ticked.deposit("2021-09-01T10:00:00", "complete", "ab", documents=1, production="only")
    for case in (stated, ticked):
        case.withdraw("2021-09-02T10:00:00", "x", "elsewhere" if case is stated else "only")
        assert case.status("2021-09-14") == ["met_on_time"]


def test_nothing_responsive_stays_the_last_word_after_a_withdrawal() -> None:
    case = Case(elements=())
    case.serve()
    case.deposit("2021-09-01T10:00:00", "partial", documents=1, production="only")
    case.deposit("2021-09-02T10:00:00", "nothing_responsive")
    case.withdraw("2021-09-03T10:00:00", "x", "only")
    assert case.status("2021-09-14") == ["met_on_time"]


@pytest.mark.parametrize(("inclusive", "item_days"), [(False, 0 + 0 + 0 + 1 + 1), (True, 3)])
def test_a_penalty_counts_a_withdrawn_document_as_missing_from_the_next_day_on(
    inclusive: bool, item_days: int
) -> None:
    terms = PenaltyTerms(
        rate=Decimal(1),
        currency="EUR",
        per=PenaltyBasis.document_day,
        last_day_inclusive=inclusive,
    )
    case = Case(elements=(), penalty=terms)
    case.serve()
    case.deposit("2021-09-10T10:00:00", "partial", documents=4, total=5, production="first")
    case.deposit("2021-09-14T10:00:00", "partial", documents=1, production="second")
    case.withdraw("2021-09-16T10:00:00", "x", "first")
    found = case.one("2021-09-18").penalty
    assert found is not None
    assert found.item_days == item_days


def test_a_penalty_takes_a_document_withdrawn_and_given_again_on_one_day_as_there() -> None:
    terms = PenaltyTerms(rate=Decimal(1), currency="EUR", per=PenaltyBasis.document_day)
    case = Case(elements=(), penalty=terms)
    case.serve()
    case.deposit("2021-09-10T10:00:00", "partial", documents=5, total=5, production="first")
    case.withdraw("2021-09-16T10:00:00", "x", "first")
    case.deposit("2021-09-16T11:00:00", "partial", documents=1)
    found = case.one("2021-09-20").penalty
    assert found is not None
    assert found.item_days == 0
