from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date, datetime
from typing import Any

import pytest

from app.domain.methods import method_phrase
from app.domain.packfile import parse_pack
from app.domain.periods import Unit
from app.domain.rulepacks import Cited, RulePack
from app.errors import Invalid, RulePackUnknown
from app.language import say
from app.rulepacks import rule_pack, rule_packs
from tests.unit.small_packs import pack_table

EXAMPLE = {
    "id": "x-1",
    "rule": "r",
    "trigger": date(2024, 1, 2),
    "period": [{"value": 1, "unit": "month"}],
    "direction": "after",
    "calendar": "FR",
    "expected": date(2024, 2, 2),
    "status": "sourced",
    "source_url": "https://example.org/",
    "note": "n",
}


def set_in(table: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    *above, last = path.split(".")
    here = table
    for key in above:
        here = here[key]
    here[last] = value
    return table


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("colour", "red", "no such field|No rule pack"),
        ("rules.trigger_dai", {}, "No rule pack"),
        ("rules", [], "table"),
        ("rules.trigger_day.value", "maybe", "excluded, included"),
        ("rules.trigger_day.value", [], "Choose one of"),
        ("rules.franc.value", "no", "true or false"),
        ("rules.short_period_days_max.value", True, "number from 0"),
        ("rules.short_period_days_max.value", 367, "number from 0"),
        ("rules.day_end.value", "25:00", "hour"),
        ("rules.day_end.value", 17, "hour"),
        ("rules.units.value", "day", "list"),
        ("rules.franc.citation", "", "text"),
        ("rules.franc.verified", 1, "true or false"),
        ("in_force_from", datetime(2024, 1, 1), "date"),
        ("in_force_to", "2024", "date"),
        ("service", [], "table"),
        ("service", {"mail": {"days": 3, "unit": "month", "citation": "x"}}, "working days"),
        ("service", {"mail": {"days": 3}}, "missing"),
        ("windows", [{"from": "13-01", "until": "01-09", "citation": "x"}], "MM-DD"),
        ("worked_examples", [{**EXAMPLE, "trigger": "2024"}], "date"),
        ("worked_examples", [{**EXAMPLE, "expected": "soon"}], "date"),
        ("worked_examples", [{**EXAMPLE, "roll": "never"}], "on, off"),
        ("worked_examples", [{**EXAMPLE, "kind": "guess"}], "last_day"),
        ("worked_examples", [{**EXAMPLE, "suspensions": [{"from": 1}]}], "missing"),
        ("worked_examples", [{**EXAMPLE, "period": [{"value": 1}]}], "Say the unit"),
    ],
)
def test_what_a_pack_may_not_hold_is_refused(path: str, value: object, message: str) -> None:
    with pytest.raises(Invalid, match=message) as fault:
        parse_pack(set_in(pack_table(), path, value))
    assert fault.value.faults[0].field.startswith(path.rsplit(".", 1)[0])


def test_what_a_pack_must_hold_may_not_be_left_out() -> None:
    table = pack_table()
    del table["rules"]["franc"]
    with pytest.raises(Invalid, match="missing") as fault:
        parse_pack(table)
    assert fault.value.faults[0].field == "rules.franc"


def test_a_pack_is_a_table() -> None:
    with pytest.raises(Invalid, match="table"):
        parse_pack([])  # type: ignore[arg-type]


def test_a_worked_example_may_name_service_extensions_and_a_day() -> None:
    more = {
        "service_method": "mail",
        "rule_on": date(2024, 1, 1),
        "extensions": [[{"value": 1, "unit": "day"}]],
    }
    pack = parse_pack({**pack_table(), "worked_examples": [{**EXAMPLE, **more, "period": []}]})
    found = pack.worked_examples[0]
    assert (found.service_method, found.rule_on, len(found.extensions)) == (
        "mail",
        date(2024, 1, 1),
        1,
    )
    assert found.periods == ()


@pytest.mark.parametrize("pack", rule_packs(), ids=lambda pack: pack.id)
def test_every_parameter_of_a_pack_cites_its_text(pack: Any) -> None:
    cited: Callable[[str], Any] = lambda name: getattr(pack, name)  # noqa: E731
    for name in pack_table()["rules"]:
        assert cited(name).citation, name
    assert all(each.citation for each in pack.service.values())
    assert pack.sources or pack.id == "calendar"
    assert pack.not_covered


@pytest.mark.parametrize("pack", rule_packs(), ids=lambda pack: pack.id)
def test_every_remark_of_a_pack_has_its_french(pack: RulePack) -> None:
    one_each = [value for f in fields(pack) if isinstance(value := getattr(pack, f.name), Cited)]
    for cited in (
        *one_each, *pack.service.values(), *pack.deemed_service.values(), *pack.windows
    ):  # fmt: skip
        assert bool(cited.note) == bool(cited.note_fr), cited
    assert len(pack.not_covered) == len(pack.not_covered_fr)


@pytest.mark.parametrize("pack", rule_packs(), ids=lambda pack: pack.id)
def test_every_mode_of_service_of_a_pack_has_a_name_in_both_languages(pack: RulePack) -> None:
    for method in pack.service_methods:
        named = method_phrase(method)
        assert named.template != "{code}", method
        assert say(named, "fr") != say(named, "en"), method


@pytest.mark.parametrize("pack", rule_packs(), ids=lambda pack: pack.id)
def test_an_example_of_before_the_rules_names_the_day_whose_rules_it_takes(pack: RulePack) -> None:
    for example in pack.worked_examples:
        trigger = example.trigger
        on = trigger.date() if isinstance(trigger, datetime) else trigger
        pack.require_in_force(example.rule_on or on)


@pytest.mark.parametrize("pack", rule_packs(), ids=lambda pack: pack.id)
def test_a_unit_that_a_pack_leaves_out_is_said_to_be(pack: RulePack) -> None:
    told = " ".join(pack.not_covered).lower()
    for unit in (Unit.hour, Unit.week, Unit.month, Unit.year):
        assert unit in pack.units.value or f"{unit}s" in told, unit


def test_what_is_not_sourced_says_so() -> None:
    assert not rule_pack("fr-civil").fixed_dates_roll.verified
    assert rule_pack("fr-civil").roll_after.verified


def test_packs_are_read_once_and_an_unknown_one_is_refused() -> None:
    assert rule_pack("fr-civil") is rule_pack("fr-civil")
    with pytest.raises(RulePackUnknown, match="fr-admin, fr-civil, gb-eaw-cpr"):
        rule_pack("../fr-civil")
