from __future__ import annotations

from datetime import UTC, date, time

import pytest

from app.domain.periods import Direction, parse_duration
from app.domain.terms import (
    NoTerm,
    Term,
    TriggerKind,
    Until,
    Within,
    term_from_json,
    term_phrase,
    term_to_json,
)
from app.errors import Invalid

TERMS: list[tuple[Term, str]] = [
    (Within(parse_duration("2M")), "within 2 months of service"),
    (Within(parse_duration("8D"), TriggerKind.decision), "within 8 days of the decision"),
    (
        Within(parse_duration("1M15D"), TriggerKind.event, Direction.before),
        "at least 1 month and 15 days before the event",
    ),
    (Until(date(2015, 12, 23)), "on or before 2015-12-23"),
    (Until(date(2024, 2, 9), time(17)), "by 17:00 on 2024-02-09"),
    (NoTerm("the source does not say"), "no date stated"),
]


@pytest.mark.parametrize(("term", "said"), TERMS)
def test_a_term_is_said_in_words(term: Term, said: str) -> None:
    assert str(term_phrase(term)) == said


@pytest.mark.parametrize("term", [term for term, _ in TERMS])
def test_a_term_survives_its_plain_data(term: Term) -> None:
    assert term_from_json(term_to_json(term)) == term


def test_the_plain_data_of_two_months_of_service() -> None:
    assert term_from_json(
        {"kind": "within", "period": [{"value": 2, "unit": "month"}], "trigger": "service"}
    ) == Within(parse_duration("2M"))


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ("2M", "term", "object"),
        ({}, "term.kind", "within, until or none"),
        ({"kind": []}, "term.kind", "within, until or none"),
        ({"kind": "none", "on": "2024-01-01"}, "term.on", "no such field"),
        ({"kind": "none", "reason": 3}, "term.reason", "text"),
        ({"kind": "none", "reason": "x" * 1001}, "term.reason", "1000"),
        ({"kind": "within"}, "term.period", "each with its unit"),
        ({"kind": "within", "period": 2}, "term.period", "Say the unit of 2"),
        ({"kind": "within", "period": []}, "term.period", "each with its unit"),
        ({"kind": "within", "period": [2]}, "term.period.0", "object"),
        ({"kind": "within", "period": [{"value": 2}]}, "term.period.0.unit", "bare number"),
        (
            {"kind": "within", "period": [{"value": 2, "unit": "moon"}]},
            "term.period.0.unit",
            "hour, day",
        ),
        (
            {"kind": "within", "period": [{"value": 0, "unit": "day"}]},
            "term.period.0.value",
            "from 1",
        ),
        (
            {"kind": "within", "period": [{"value": "2", "unit": "day"}]},
            "term.period.0.value",
            "whole",
        ),
        (
            {"kind": "within", "period": [{"value": 2, "unit": "day", "roll": 1}]},
            "term.period.0",
            "nothing else",
        ),
        (
            {"kind": "within", "period": [{"value": 2, "unit": "day"}], "trigger": "x"},
            "term.trigger",
            "service",
        ),
        ({"kind": "until"}, "term.on", "YYYY-MM-DD"),
        ({"kind": "until", "on": "soon"}, "term.on", "YYYY-MM-DD"),
        ({"kind": "until", "on": "2024-01-01", "at": "noon"}, "term.at", "HH:MM"),
        ({"kind": "until", "on": "2024-01-01", "at": 17}, "term.at", "HH:MM"),
        ({"kind": "until", "on": "2024-01-01", "at": "00:00"}, "term.at", "either end"),
        ({"kind": "until", "on": "2024-01-01", "at": "17:00+01:00"}, "term.at", "offset"),
    ],
)
def test_a_term_that_cannot_be_taken_names_its_field(
    data: object, field: str, message: str
) -> None:
    with pytest.raises(Invalid, match=message) as fault:
        term_from_json(data)
    assert fault.value.faults[0].field == field


def test_a_term_in_code_has_a_period_and_an_unambiguous_hour() -> None:
    with pytest.raises(Invalid):
        Within(())
    with pytest.raises(Invalid):
        Until(date(2024, 1, 1), time(17, tzinfo=UTC))
