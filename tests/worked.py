"""A pack's worked example as the request that anybody may send for it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from app.domain.rulepacks import RulePack, WorkedExample
from app.rulepacks import rule_packs

EXAMPLES = [(pack, example) for pack in rule_packs() for example in pack.worked_examples]
IDS = [f"{pack.id}-{example.id}" for pack, example in EXAMPLES]


def request_of(pack: RulePack, example: WorkedExample) -> dict[str, Any]:
    """The body of ``POST /api/v1/deadlines/compute``."""
    fixed = not example.periods and example.kind == "last_day"
    body = {
        "pack": pack.id,
        "calendar": example.calendar,
        "kind": example.kind.value,
        "direction": example.direction.value,
        "fixed_date" if fixed else "trigger": example.trigger.isoformat(),
        "service_method": example.service_method,
        "extensions": [{"period": _periods(periods)} for periods in example.extensions],
        "suspensions": [
            {"from_on": first.isoformat(), "until_on": last.isoformat()}
            for first, last in example.suspensions
        ],
        "at_court": example.at_court,
        "rule_on": example.rule_on.isoformat() if example.rule_on else None,
        "roll": "on" if example.roll else "off",
    }
    if example.periods:
        body["period"] = _periods(example.periods)
    return body


def _periods(periods: Any) -> list[dict[str, Any]]:
    return [{"value": p.value, "unit": p.unit.value} for p in periods]


def answered(example: WorkedExample, due_on: date, due_at: datetime) -> date | datetime:
    """What of an answer the example says: the instant of a period in hours, else the day."""
    return due_at if isinstance(example.expected, datetime) else due_on


def expected(example: WorkedExample, due_at: datetime) -> date | datetime:
    """What the example says, an hour without an offset by the court's own clock."""
    if isinstance(example.expected, datetime) and example.expected.tzinfo is None:
        return example.expected.replace(tzinfo=due_at.tzinfo)
    return example.expected
