"""Every published result that a pack carries comes out, by the request anybody may send."""

from __future__ import annotations

import pytest

from app.calendars import court_calendar
from app.domain.deadlines import replay
from app.domain.rulepacks import RulePack, WorkedExample
from app.rulepacks import rule_packs
from app.schemas.deadlines import DeadlineIn
from app.services.deadlines import reckon
from tests.worked import EXAMPLES, IDS, answered, expected, request_of


@pytest.mark.parametrize(("pack", "example"), EXAMPLES, ids=IDS)
def test_a_worked_example_of_a_pack_comes_out_as_published(
    pack: RulePack, example: WorkedExample
) -> None:
    found = reckon(DeadlineIn.model_validate(request_of(pack, example))).found
    reached = answered(example, found.due_on, found.due_at)
    assert reached == expected(example, found.due_at), "\n".join(str(s.why) for s in found.steps)
    assert replay(found.steps) == found.due_on
    assert example.source_url


@pytest.mark.parametrize("pack", rule_packs(), ids=lambda pack: pack.id)
def test_a_pack_says_what_it_rests_on_and_what_it_leaves_out(pack: RulePack) -> None:
    assert pack.worked_examples
    assert pack.sources or pack.id == "calendar"
    assert pack.not_covered
    assert len(pack.not_covered_fr) == len(pack.not_covered)
    for example in pack.worked_examples:
        assert court_calendar(example.calendar)


def test_there_is_a_pack_for_each_jurisdiction_that_was_studied() -> None:
    assert [pack.id for pack in rule_packs()] == [
        "au-act", "au-vic", "be-cj", "ca-fc", "ca-on-family", "ca-scc", "calendar", "de-zpo",
        "eu-1182-71", "fr-admin", "fr-civil", "gb-eaw-cpr", "us-ca", "us-fl", "us-frcp", "us-ny",
        "us-tx",
    ]  # fmt: skip
