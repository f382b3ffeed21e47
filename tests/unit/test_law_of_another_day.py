"""Rules asked of a day before their time, of another day, and changed while an order runs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.domain import events as law
from app.domain.calendars import DayKind, DayName, DayOff
from app.domain.clocks import CourtTime
from app.language import say
from app.rulepacks import rule_pack
from tests.unit.cases import Case, day
from tests.unit.derived import last
from tests.unit.small_packs import plain_calendar, small_pack

CHANGE = law.LawChange("2027.1", "2")


@pytest.mark.parametrize(
    ("on", "early"),
    [
        (date(1989, 12, 31), False),
        (date(1990, 1, 1), True),
        (date(1999, 12, 31), True),
        (date(2000, 1, 1), False),
    ],
)
def test_rules_answer_early_only_from_the_day_they_name_to_the_eve_of_their_time(
    on: date, early: bool
) -> None:
    dates = {"in_force_from": date(2000, 1, 1), "answers_from": date(1990, 1, 1)}
    assert small_pack(dates).applied_early(on) is early
    assert small_pack({"in_force_from": date(2000, 1, 1)}).applied_early(on) is False


def test_the_rules_of_another_day_may_be_asked_for() -> None:
    pack = small_pack({"in_force_from": date(2020, 1, 1)})
    found = last("1M", "2019-06-03", pack=pack, rule_on=date(2020, 1, 1))()
    assert found.due_on == date(2019, 7, 3)


def test_a_pack_knows_the_modes_that_add_days_and_those_that_are_deemed_once_each() -> None:
    pack = small_pack(
        {
            "service": {
                "fax": {"days": 1, "citation": "x"},
                "mail": {"days": 3, "citation": "x"},
            },
            "deemed_service": {
                "fax": {"days": 0, "citation": "x"},
                "email": {"days": 0, "citation": "x"},
            },
        }
    )
    assert pack.service_methods == ("fax", "mail", "email")


class Changed(Case):
    """An order whose law may change: a holiday on its last day, under rules of 2027."""

    @property
    def court(self) -> CourtTime:
        before = super().court
        later = replace(before.pack, version="2027.1")
        monday = date(2021, 9, 13)
        calendar = replace(
            before.calendar,
            version="2",
            holidays={**before.calendar.holidays, monday: DayName("Fête nouvelle", "loi")},
        )
        return replace(before, later={CHANGE.versions: (later, calendar)})


def due_on(case: Case, as_of: str) -> date | None:
    return case.one(as_of).standing.clock.due_on


def test_a_new_version_of_the_law_applies_from_the_day_it_was_applied_to_the_order() -> None:
    case = Changed()
    case.serve()
    case.add("law_change", CHANGE, day("2021-09-01"))
    assert due_on(case, "2021-08-31") == date(2021, 9, 13)
    assert due_on(case, "2021-09-01") == date(2021, 9, 14)
    found = case.one("2021-09-01").standing.clock.computation
    assert found is not None
    assert (found.pack_version, found.calendar_version) == CHANGE.versions


def test_a_new_version_that_was_set_aside_changes_nothing() -> None:
    case = Changed()
    case.serve()
    case.add("law_change", replace(CHANGE, applied=False), day("2021-09-01"))
    assert due_on(case, "2021-09-01") == date(2021, 9, 13)


def test_without_any_change_the_court_keeps_the_versions_pinned_at_registration() -> None:
    court = Changed().court
    assert court.under([]) is court
    assert court.under([]).pack is rule_pack("fr-civil")


def test_a_closure_of_the_court_is_told_apart_from_what_was_published() -> None:
    plain = plain_calendar()
    shut = {date(2024, 2, 8): DayName("Storm", "notice")}
    closed = plain.with_closures(shut, version="1")
    again = closed.with_closures({date(2024, 2, 9): DayName("Flood", "notice")}, version="2")
    assert plain.as_published is plain
    assert (closed.version, closed.published_version) == ("1+1", "1")
    assert (again.version, again.published_version) == ("1+1+2", "1")
    assert sorted(again.closures) == [date(2024, 2, 8), date(2024, 2, 9)]
    assert again.as_published.version == "1"
    assert again.as_published.is_working(date(2024, 2, 8))
    assert not again.is_working(date(2024, 2, 8))


def test_a_day_off_that_was_only_asked_for_names_no_text() -> None:
    on = date(2024, 2, 8)
    assert say(DayOff(on, DayKind.closure, "Storm").why, "en") == (
        "Thursday 8 February 2024 (court closed: Storm)"
    )
    assert say(DayOff(on, DayKind.holiday, "Feast").why, "en") == "Thursday 8 February 2024 (Feast)"
