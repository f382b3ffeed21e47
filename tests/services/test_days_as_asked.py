"""Closed days and suspensions that somebody asks about, beside what is on record."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.calendars import ClosureKind
from app.errors import Invalid
from app.schemas.deadlines import DeadlineIn
from app.services.deadlines import reckon


def test_what_is_asked_of_a_day_is_told_without_a_text() -> None:
    asked = DeadlineIn.model_validate(
        {
            "pack": "fr-civil",
            "calendar": "FR",
            "trigger": "2021-07-12",
            "period": "2M",
            "closures": [{"on": "2021-09-13", "kind": ClosureKind.declared_holiday}],
        }
    )
    found = reckon(asked).found
    assert found.due_on == date(2021, 9, 14)
    assert [str(day.why) for day in found.days_used][-1] == "2021-09-13 (closed)"


def test_a_suspension_that_ends_before_it_begins_is_told_at_its_own_place() -> None:
    asked = DeadlineIn.model_validate(
        {
            "pack": "fr-civil",
            "calendar": "FR",
            "trigger": "2021-07-12",
            "period": "2M",
            "suspensions": [
                {"from_on": "2021-07-20", "until_on": "2021-07-25"},
                {"from_on": "2021-08-10", "until_on": "2021-08-01"},
            ],
        }
    )
    with pytest.raises(Invalid) as refused:
        reckon(asked)
    assert [fault.field for fault in refused.value.faults] == ["suspensions.1.until_on"]
