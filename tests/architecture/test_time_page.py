"""docs/time.md is what the packs and calendars say, and leaves none of it out."""

from __future__ import annotations

from enum import StrEnum

import pytest

from app.domain.periods import MonthAnchor, Unit
from app.domain.rulepacks import ExtensionBase, HourCount, MixedOrder, Roll, TriggerDay
from tests.architecture.time_page import COMMAND, PAGE, PARAMETERS, time_page
from tests.architecture.time_words import MEANINGS, TABLES


def test_the_page_of_time_is_the_one_that_the_packs_write() -> None:
    assert PAGE.read_text(encoding="utf-8") == time_page(), (
        "A pack, a calendar or the prose changed: docs/time.md is generated, not edited. Run"
        f" `{COMMAND}` and commit what it writes."
    )


def test_every_parameter_is_explained_and_compared() -> None:
    assert list(MEANINGS) == PARAMETERS
    assert {name for _, columns in TABLES for name in columns} == set(PARAMETERS)


@pytest.mark.parametrize(
    ("parameter", "values"),
    [
        ("units", Unit),
        ("trigger_day", TriggerDay),
        ("month_anchor", MonthAnchor),
        ("mixed_order", MixedOrder),
        ("roll_after", Roll),
        ("extension_base", ExtensionBase),
        ("hour_count", HourCount),
    ],
)
def test_every_value_of_a_parameter_is_named(parameter: str, values: type[StrEnum]) -> None:
    for value in values:
        assert f"`{value}`" in MEANINGS[parameter][1], value
