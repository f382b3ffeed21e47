"""docs/time.md is what the packs and calendars say, and leaves none of it out."""

from __future__ import annotations

from enum import StrEnum

import pytest

from app.domain.periods import MonthAnchor, Unit
from app.domain.rulepacks import ExtensionBase, HourCount, MixedOrder, Roll, TriggerDay
from app.domain.stays import SuspensionEffect
from app.schemas.deadlines import DeadlineIn
from app.services.deadlines import reckon
from tests.architecture.time_page import COMMAND, PAGE, PARAMETERS, TEMPLATE, time_page
from tests.architecture.time_words import MEANINGS, TABLES
from tests.worked import EXAMPLES, request_of


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


def test_every_step_that_an_example_takes_is_told() -> None:
    page = TEMPLATE.read_text(encoding="utf-8")
    asked = (DeadlineIn.model_validate(request_of(*each)) for each in EXAMPLES)
    taken = {step.rule for one in asked for step in reckon(one).found.steps}
    assert len(taken) > 12
    assert not [rule for rule in sorted(taken) if f"`{rule}`" not in page]


@pytest.mark.parametrize("effect", SuspensionEffect)
def test_every_effect_of_a_stay_is_told(effect: SuspensionEffect) -> None:
    told = {"suspend": "suspension", "interrupt": "interruption", "prorogue": "prorogation"}
    assert f"`{told[effect]}`" in TEMPLATE.read_text(encoding="utf-8")
