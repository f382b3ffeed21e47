"""How a deposit stands to the last legal day, in the court's zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.domain.lateness import lateness
from app.language import say

PARIS = ZoneInfo("Europe/Paris")
DUE_ON = date(2021, 9, 13)
DUE_AT = datetime(2021, 9, 13, 22, tzinfo=UTC)
"""24:00 of 13 September in Paris."""


@pytest.mark.parametrize(
    ("deposited_at", "days", "english", "french"),
    [
        (datetime(2021, 9, 13, 21, 59, 59, tzinfo=UTC), 0, "on time", "dans le délai"),
        (datetime(2021, 9, 13, 22, 0, tzinfo=UTC), 1, "1 day late", None),
        (datetime(2021, 9, 24, 21, 47, tzinfo=UTC), 11, "11 days late", None),
    ],
)
def test_lateness_is_counted_in_days_of_the_court(
    deposited_at: datetime, days: int, english: str, french: str | None
) -> None:
    found = lateness(deposited_at, DUE_ON, DUE_AT, PARIS)
    assert found is not None
    assert (found.days, found.due_on) == (days, DUE_ON)
    assert found.late is (days > 0)
    assert say(found.said, "en") == english
    assert french in (None, say(found.said, "fr"))


def test_a_day_that_ends_at_an_hour_can_be_missed_on_the_day_itself() -> None:
    at_five = datetime(2021, 9, 13, 15, tzinfo=UTC)
    found = lateness(datetime(2021, 9, 13, 16, tzinfo=UTC), DUE_ON, at_five, PARIS)
    assert found is not None
    assert (found.late, found.days) == (True, 0)
    assert say(found.said, "en") == "late, on the last day itself"


@pytest.mark.parametrize(("due_on", "due_at"), [(None, DUE_AT), (DUE_ON, None), (None, None)])
def test_nothing_is_late_while_there_is_no_last_day(
    due_on: date | None, due_at: datetime | None
) -> None:
    assert lateness(DUE_AT, due_on, due_at, PARIS) is None
