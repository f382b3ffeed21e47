"""Every published result that a pack carries, and those of packs to come."""

from __future__ import annotations

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.calendars import court_calendar
from app.domain.calendars import CourtCalendar
from app.domain.deadlines import Computation, Extension, compute, replay
from app.domain.periods import Direction
from app.domain.rulepacks import RulePack, WorkedExample
from app.domain.terms import Until, Within, duration_from_json
from app.rulepacks import rule_packs
from tests.unit.small_packs import LIBRARY, foreign_pack, library_calendar

ZONES = {"FR": ZoneInfo("Europe/Paris"), "US-federal": ZoneInfo("America/New_York")}
EXAMPLES = [(pack, example) for pack in rule_packs() for example in pack.worked_examples]
FOREIGN = tomllib.loads(
    (Path(__file__).parent / "foreign_vectors.toml").read_text(encoding="utf-8")
)["vectors"]


def run_example(pack: RulePack, example: WorkedExample) -> Computation:
    return compute(
        term=Within(example.periods, direction=example.direction),
        pack=pack,
        calendar=court_calendar(example.calendar),
        zone=ZONES[pack.jurisdiction],
        trigger=example.trigger,
        service_method=example.service_method,
        extensions=[Extension.by(periods) for periods in example.extensions],
        rule_on=example.rule_on,
    )


@pytest.mark.parametrize(("pack", "example"), EXAMPLES, ids=[e.id for _, e in EXAMPLES])
def test_a_worked_example_of_a_pack_comes_out_as_published(
    pack: RulePack, example: WorkedExample
) -> None:
    found = run_example(pack, example)
    reached = found.due_at if isinstance(example.expected, datetime) else found.due_on
    assert reached == example.expected, "\n".join(str(step.why) for step in found.steps)
    assert replay(found.steps) == found.due_on
    assert example.source_url


def test_the_packs_carry_every_vector_of_their_jurisdiction() -> None:
    counts = {pack.id: len(pack.worked_examples) for pack in rule_packs()}
    assert counts == {"fr-civil": 13, "us-frcp": 4}


def foreign_calendar(code: str) -> CourtCalendar:
    return library_calendar(code) if code in LIBRARY else court_calendar(code)


@pytest.mark.parametrize("vector", FOREIGN, ids=[v["id"] for v in FOREIGN])
def test_a_small_pack_of_another_jurisdiction_gives_the_published_result(
    vector: dict[str, Any],
) -> None:
    fixed = not vector["period"]
    found = compute(
        term=Until(vector["trigger"])
        if fixed
        else Within(duration_from_json(vector["period"]), direction=Direction(vector["direction"])),
        pack=foreign_pack(vector["pack"]),
        calendar=foreign_calendar(vector["calendar"]),
        zone=ZoneInfo("Europe/London"),
        trigger=None if fixed else vector["trigger"],
    )
    assert found.due_on == vector["expected"], vector["note"]
    assert replay(found.steps) == found.due_on
