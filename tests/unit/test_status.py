"""The one comparison of facts with the clock, boundary by boundary."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.domain.compliance import worst
from app.domain.status import StandingFacts, Status, status_at
from tests.unit.cases import day

TICK = timedelta(microseconds=1)
BEGINS, OVER = day("2021-09-13"), day("2021-09-14")
FACTS = StandingFacts(
    undated=False,
    due_from_at=BEGINS,
    due_at=OVER,
    first_produced_at=None,
    completed_at=None,
    stayed=False,
    ended=False,
    awaiting=False,
)
SOME = replace(FACTS, first_produced_at=day("2021-09-01"))


@pytest.mark.parametrize(
    ("at", "nothing", "some"),
    [
        (BEGINS - TICK, "running", "partly_produced"),
        (BEGINS, "due_today", "due_today"),
        (OVER - TICK, "due_today", "due_today"),
        (OVER, "overdue_nothing", "overdue_partly"),
    ],
)
def test_nothing_received_is_never_confused_with_a_part(
    at: datetime, nothing: str, some: str
) -> None:
    assert (status_at(FACTS, at), status_at(SOME, at)) == (nothing, some)


@pytest.mark.parametrize(
    ("completed_at", "status"),
    [(OVER - TICK, Status.met_on_time), (OVER, Status.met_late)],
)
def test_the_last_moment_is_the_one_before_the_time_is_over(
    completed_at: datetime, status: Status
) -> None:
    assert status_at(replace(SOME, completed_at=completed_at), OVER + TICK) is status


def test_what_is_complete_without_a_last_day_is_on_time() -> None:
    facts = replace(SOME, due_from_at=None, due_at=None, completed_at=OVER)
    assert status_at(facts, OVER) is Status.met_on_time


def test_ended_goes_before_complete_before_stayed_before_awaiting() -> None:
    facts = replace(FACTS, ended=True, completed_at=BEGINS, stayed=True, awaiting=True)
    expected = [
        ({}, "ended"),
        ({"ended": False}, "met_on_time"),
        ({"completed_at": None}, "suspended"),
        ({"stayed": False}, "awaiting_service_proof"),
        ({"awaiting": False}, "overdue_nothing"),
    ]
    for change, status in expected:
        facts = replace(facts, **change)  # type: ignore[arg-type]
        assert status_at(facts, OVER) == status


def test_without_a_date_nothing_is_ever_overdue() -> None:
    undated = replace(FACTS, undated=True, due_from_at=None, due_at=None)
    assert status_at(undated, OVER + timedelta(days=9999)) is Status.running


def test_the_words_are_told_worst_first() -> None:
    assert list(Status)[:2] == [Status.overdue_nothing, Status.overdue_partly]
    assert worst([Status.ended, Status.met_late, Status.suspended]) is Status.suspended
    assert worst([Status.met_on_time, Status.ended]) is Status.met_on_time
