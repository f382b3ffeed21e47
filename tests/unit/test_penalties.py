from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from app.domain.penalties import (
    Interval,
    PenaltyBasis,
    PenaltyNature,
    PenaltyTerms,
    StartKind,
    StartRule,
    accrue,
    penalty_from_json,
    penalty_to_json,
    start_of_run,
)
from app.errors import Incomputable, Invalid
from app.phrases import phrase

START = date(2021, 9, 14)


def terms(rate: str = "100", **changes: Any) -> PenaltyTerms:
    return PenaltyTerms(rate=Decimal(rate), **changes)


def test_fifteen_days_late_at_100_a_day_is_1500_in_theory() -> None:
    # Vector pen-01. Due on 13 September, complete on the 28th: fifteen days late.
    found = accrue(
        terms(), starts_on=START, as_of_on=date(2021, 12, 1), completed_on=date(2021, 9, 28)
    )
    assert found.theoretical_accrual == 1500
    assert (found.from_on, found.to_on, found.counted_days) == (START, date(2021, 9, 28), 15)
    assert not found.capped
    assert "Theoretical" in str(found.reasons[-1])


def test_the_twitter_order_of_2013_ran_from_fifteen_days_after_service() -> None:
    order = terms("1000", starts=StartRule(StartKind.after_service, days=15))
    starts_on = start_of_run(order, due_on=None, service_on=date(2013, 3, 21))
    assert starts_on == date(2013, 4, 6)
    found = accrue(order, starts_on=starts_on, as_of_on=date(2013, 4, 15))
    assert found.theoretical_accrual == 10_000


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        (StartRule(), date(2021, 9, 14)),
        (StartRule(StartKind.on, on=date(2021, 10, 1)), date(2021, 10, 1)),
        (StartRule(StartKind.after_service, days=8), date(2021, 7, 21)),
    ],
)
def test_a_penalty_starts_where_its_order_says(rule: StartRule, expected: date) -> None:
    found = start_of_run(terms(starts=rule), due_on=date(2021, 9, 13), service_on=date(2021, 7, 12))
    assert found == expected


@pytest.mark.parametrize("rule", [StartRule(), StartRule(StartKind.after_service, days=8)])
def test_a_penalty_whose_start_is_not_known_does_not_run(rule: StartRule) -> None:
    order = terms(starts=rule)
    starts_on = start_of_run(order, due_on=None, service_on=None)
    assert starts_on is None
    found = accrue(order, starts_on=None, as_of_on=START)
    assert found.theoretical_accrual == 0
    assert found.from_on is None
    assert "not known" in str(found.reasons[0])


def test_a_penalty_that_has_not_started_has_accrued_nothing() -> None:
    found = accrue(terms(), starts_on=START, as_of_on=date(2021, 9, 1))
    assert found.theoretical_accrual == found.counted_days == 0
    assert found.to_on is None


def test_whether_the_first_and_the_last_day_count_is_for_the_order() -> None:
    order = terms(first_day_inclusive=False, last_day_inclusive=False)
    found = accrue(
        order, starts_on=START, as_of_on=date(2021, 12, 1), completed_on=date(2021, 9, 28)
    )
    assert (found.from_on, found.to_on, found.counted_days) == (
        date(2021, 9, 15),
        date(2021, 9, 27),
        13,
    )


def test_days_that_the_decision_leaves_out_are_not_counted() -> None:
    stay = Interval(date(2021, 9, 20), date(2021, 9, 24), phrase("stay"))
    later = Interval(date(2022, 1, 1), date(2022, 1, 2), phrase("stay"))
    found = accrue(
        terms(), starts_on=START, as_of_on=date(2021, 9, 28), not_counted=[stay, stay, later]
    )
    assert (found.counted_days, found.not_counted_days) == (10, 5)
    assert len([each for each in found.reasons if "no day is counted" in str(each)]) == 2


@pytest.mark.parametrize(
    ("limit", "days", "capped"),
    [
        ({"max_days": 10}, 10, True),
        ({"max_days": 100}, 79, False),
        ({"cap_months": 1}, 30, True),
        ({"cap_months": 6}, 79, False),
    ],
)
def test_a_run_stops_at_the_limit_of_the_decision(
    limit: dict[str, Any], days: int, capped: bool
) -> None:
    found = accrue(terms(**limit), starts_on=START, as_of_on=date(2021, 12, 1))
    assert (found.counted_days, found.capped) == (days, capped)


def test_an_amount_stops_at_the_cap_of_the_decision() -> None:
    order = terms(cap_amount=Decimal(500))
    assert accrue(order, starts_on=START, as_of_on=date(2021, 9, 17)).capped is False
    found = accrue(order, starts_on=START, as_of_on=date(2021, 12, 1))
    assert found.theoretical_accrual == 500
    assert found.capped


def test_per_document_and_day_the_missing_documents_are_summed() -> None:
    found = accrue(
        terms("10", per=PenaltyBasis.document_day),
        starts_on=START,
        as_of_on=date(2021, 9, 18),
        missing_documents=[(date(2021, 9, 16), 5), (date(2021, 9, 1), 12)],
    )
    assert found.item_days == 2 * 12 + 3 * 5
    assert found.theoretical_accrual == 390
    assert found.complete


def test_days_on_which_the_number_missing_is_not_known_are_not_guessed() -> None:
    found = accrue(
        terms("10", per=PenaltyBasis.document_day),
        starts_on=START,
        as_of_on=date(2021, 9, 18),
        missing_documents=[(date(2021, 9, 17), 3)],
    )
    assert (found.item_days, found.counted_days, found.complete) == (6, 2, False)


def test_a_final_penalty_without_a_duration_is_remarked() -> None:
    order = terms(nature=PenaltyNature.final)
    found = accrue(order, starts_on=START, as_of_on=date(2021, 9, 18))
    assert any("L131-2" in str(reason) for reason in found.reasons)
    limited = accrue(
        terms(nature=PenaltyNature.final, max_days=90), starts_on=START, as_of_on=START
    )
    assert not any("L131-2" in str(reason) for reason in limited.reasons)


def test_a_penalty_is_not_counted_for_more_than_a_century() -> None:
    with pytest.raises(Incomputable, match="century"):
        accrue(terms(), starts_on=date(1800, 1, 1), as_of_on=START)


@pytest.mark.parametrize(
    "data",
    [
        {"rate": "1000"},
        {"rate": "99.50", "starts": {"kind": "on", "on": "2024-01-01"}, "cap_months": 3},
        {
            "rate": "10",
            "per": "document_day",
            "starts": {"kind": "after_service", "days": 15},
            "nature": "final",
            "max_days": 90,
            "cap_amount": "50000",
            "first_day_inclusive": False,
            "text": "sous astreinte",
        },
    ],
)
def test_penalty_terms_survive_their_plain_data(data: dict[str, object]) -> None:
    read = penalty_from_json(data)
    assert penalty_from_json(penalty_to_json(read)) == read


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ("1000", "penalty"),
        ({}, "penalty.rate"),
        ({"rate": 9.5}, "penalty.rate"),
        ({"rate": True}, "penalty.rate"),
        ({"rate": "much"}, "penalty.rate"),
        ({"rate": "NaN"}, "penalty.rate"),
        ({"rate": "-1"}, "penalty.rate"),
        ({"rate": "0.00001"}, "penalty.rate"),
        ({"rate": "1" * 40}, "penalty.rate"),
        ({"rate": "1", "fine": 3}, "penalty.fine"),
        ({"rate": "1", "currency": "eur"}, "penalty.currency"),
        ({"rate": "1", "currency": "EURO"}, "penalty.currency"),
        ({"rate": "1", "currency": 3}, "penalty.currency"),
        ({"rate": "1", "per": "hour"}, "penalty.per"),
        ({"rate": "1", "max_days": 0}, "penalty.max_days"),
        ({"rate": "1", "max_days": "9"}, "penalty.max_days"),
        ({"rate": "1", "cap_months": 99999}, "penalty.cap_months"),
        ({"rate": "1", "cap_amount": "0"}, "penalty.cap_amount"),
        ({"rate": "1", "text": "x" * 4001}, "penalty.text"),
        ({"rate": "1", "first_day_inclusive": 1}, "penalty.first_day_inclusive"),
        ({"rate": "1", "starts": {"kind": "on"}}, "penalty.starts.on"),
        ({"rate": "1", "starts": {"kind": "on", "on": "soon"}}, "penalty.starts.on"),
        ({"rate": "1", "starts": {"days": 3}}, "penalty.starts.days"),
        (
            {"rate": "1", "starts": {"kind": "after_service", "days": -1}},
            "penalty.starts.days",
        ),
    ],
)
def test_penalty_terms_that_cannot_be_taken_name_their_field(data: object, field: str) -> None:
    with pytest.raises(Invalid) as fault:
        penalty_from_json(data)
    assert fault.value.faults[0].field == field
