from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.calendars import court_calendar
from app.domain.calendars import DayName
from app.domain.deadlines import (
    Computation,
    Extension,
    Step,
    Suspension,
    SuspensionEffect,
    compute,
    replay,
)
from app.domain.deemed import deemed_service_on
from app.domain.periods import Direction, parse_duration
from app.domain.terms import NoTerm, Term, TriggerKind, Until, Within
from app.errors import CalendarNotCovered, Incomputable, Invalid, RuleNotInForce, TriggerUnknown
from app.phrases import phrase
from app.rulepacks import rule_pack
from tests.unit.small_packs import foreign_pack, library_calendar, plain_calendar, small_pack

PARIS, NEW_YORK, BERLIN = (
    ZoneInfo("Europe/Paris"),
    ZoneInfo("America/New_York"),
    ZoneInfo("Europe/Berlin"),
)
FR, FEDERAL = court_calendar("FR"), court_calendar("US-federal")
CIVIL, FRCP = rule_pack("fr-civil"), rule_pack("us-frcp")


def within(text: str, **changes: Any) -> Within:
    return Within(parse_duration(text), **changes)


def france(term: Term | str, trigger: date | datetime | None, **more: Any) -> Computation:
    term = within(term) if isinstance(term, str) else term
    return compute(term=term, pack=CIVIL, calendar=FR, zone=PARIS, trigger=trigger, **more)


def federal(term: Term | str, trigger: date | datetime | None, **more: Any) -> Computation:
    term = within(term) if isinstance(term, str) else term
    return compute(term=term, pack=FRCP, calendar=FEDERAL, zone=NEW_YORK, trigger=trigger, **more)


def small(term: Term | str, trigger: date | datetime | None, /, **more: Any) -> Computation:
    term = within(term) if isinstance(term, str) else term
    given: dict[str, Any] = {
        "pack": small_pack(),
        "calendar": plain_calendar(),
        "zone": PARIS,
        **more,
    }
    return compute(term=term, trigger=trigger, **given)


def test_two_months_from_12_july_2021_end_on_monday_13_september_at_midnight() -> None:
    found = france("2M", date(2021, 7, 12))
    assert (found.raw_on, found.due_on) == (date(2021, 9, 12), date(2021, 9, 13))
    assert found.due_at.isoformat() == "2021-09-14T00:00:00+02:00"
    assert [step.rule for step in found.steps] == ["trigger", "months", "roll", "day_end"]
    assert [step.citation for step in found.steps] == [
        "CPC, art. 641 al. 1",
        "CPC, art. 641 al. 2",
        "CPC, art. 642 al. 2; Cass. 2e civ., 1er oct. 2020, n° 19-17.797 (délais de procédure)",
        "CPC, art. 642 al. 1",
    ]
    assert replay(found.steps) == found.due_on
    assert [off.on for off in found.days_used] == [date(2021, 9, 12)]
    assert found.pack_version == CIVIL.version
    assert found.calendar_version == FR.version


def test_every_day_off_met_by_a_roll_is_kept_with_its_name() -> None:
    found = france("1M", date(2021, 3, 3))
    assert found.due_on == date(2021, 4, 6)
    assert [off.name for off in found.days_used] == ["", "", "Lundi de Pâques"]


def test_the_trigger_is_the_day_of_the_court_not_of_utc() -> None:
    served_at = datetime(2021, 7, 11, 22, 30, tzinfo=UTC)  # 00:30 on the 12th in Paris
    assert france("2M", served_at).raw_on == date(2021, 9, 12)


def test_a_day_that_ends_while_the_clocks_change_ends_at_the_local_midnight() -> None:
    spring = small("1D", date(2021, 3, 27), pack=small_pack(roll_after="none"))
    autumn = small("1D", date(2021, 10, 30), pack=small_pack(roll_after="none"))
    assert spring.due_at.isoformat() == "2021-03-29T00:00:00+02:00"
    assert autumn.due_at.isoformat() == "2021-11-01T00:00:00+01:00"


def test_a_court_whose_day_ends_at_half_past_four_ends_it_then() -> None:
    found = small("1D", date(2021, 9, 13), pack=small_pack(day_end="16:30"))
    assert found.due_at.isoformat() == "2021-09-14T16:30:00+02:00"


def test_without_proof_of_service_there_is_no_clock() -> None:
    with pytest.raises(TriggerUnknown):
        france("2M", None)


def test_an_instant_without_a_time_zone_is_not_an_instant() -> None:
    with pytest.raises(TriggerUnknown, match="time zone"):
        france("2M", datetime(2021, 7, 12, 10, 0))


def test_an_order_without_a_term_has_no_last_day() -> None:
    with pytest.raises(Incomputable, match="no term"):
        france(NoTerm(), date(2021, 7, 12))


@pytest.mark.parametrize("text", ["2W", "10WD"])
def test_france_does_not_say_how_weeks_and_working_days_are_counted(text: str) -> None:
    with pytest.raises(RuleNotInForce, match="CPC, art"):
        france(text, date(2021, 7, 12))


def test_a_pack_is_not_applied_to_a_day_it_is_not_stated_for() -> None:
    with pytest.raises(RuleNotInForce, match="2007-09-11"):
        federal("10D", date(2007, 9, 11))
    ended = small_pack({"in_force_to": date(2020, 12, 31)})
    with pytest.raises(RuleNotInForce):
        small("1M", date(2021, 1, 4), pack=ended)


def test_a_deadline_outside_the_covered_years_is_refused() -> None:
    with pytest.raises(CalendarNotCovered, match="2041"):
        small("2Y", date(2039, 7, 12))
    with pytest.raises(CalendarNotCovered):
        small("2Y", date(2039, 7, 12), pack=small_pack(roll_after="none"))


# Fixed dates


def test_a_fixed_date_in_france_stays_and_the_rolled_day_is_kept_beside_it() -> None:
    found = france(Until(date(2021, 9, 12)), None)
    assert found.due_on == found.raw_on == date(2021, 9, 12)
    assert found.rolled_on == date(2021, 9, 13)
    remark = next(step for step in found.steps if step.rule == "fixed_date")
    assert not remark.verified
    assert replay(found.steps) == date(2021, 9, 12)


def test_a_fixed_date_on_a_working_day_needs_no_remark() -> None:
    found = france(Until(date(2021, 9, 13)), None)
    assert found.rolled_on == found.due_on
    assert [step.rule for step in found.steps] == ["stated_date", "day_end"]


def test_a_fixed_date_in_germany_rolls_with_its_hour() -> None:
    found = compute(
        term=Until(date(2014, 2, 23), time(12)),
        pack=foreign_pack("de-zpo"),
        calendar=library_calendar("DE"),
        zone=BERLIN,
        trigger=None,
    )
    assert found.due_at == datetime(2014, 2, 24, 12, tzinfo=BERLIN)


def test_an_hour_that_the_clocks_show_twice_is_the_later_one() -> None:
    found = small(Until(date(2021, 10, 31), time(2, 30)), None)
    assert found.due_at.astimezone(UTC) == datetime(2021, 10, 31, 1, 30, tzinfo=UTC)


def test_an_hour_that_the_clocks_skip_is_taken_after_the_gap() -> None:
    found = small(Until(date(2021, 3, 28), time(2, 30)), None)
    assert found.due_at.astimezone(UTC) == datetime(2021, 3, 28, 1, 30, tzinfo=UTC)


# Hours


def test_seventy_two_hours_are_elapsed_hours_and_the_wall_clock_moves() -> None:
    trigger = datetime(2018, 11, 2, 10, 23, tzinfo=NEW_YORK)
    found = federal("72H", trigger)
    assert found.due_at.isoformat() == "2018-11-05T09:23:00-05:00"
    assert found.due_on == date(2018, 11, 5)


def test_hours_that_end_on_a_saturday_go_on_to_the_same_hour_on_monday() -> None:
    found = federal("24H", datetime(2024, 3, 8, 10, 0, tzinfo=NEW_YORK))
    # The clocks went forward in between: the same hour on the wall.
    assert found.due_at.isoformat() == "2024-03-11T10:00:00-04:00"
    assert replay(found.steps) == found.due_on == date(2024, 3, 11)


def test_hours_that_end_at_midnight_belong_to_the_day_that_ends() -> None:
    found = federal("48H", datetime(2024, 2, 14, 0, 0, tzinfo=NEW_YORK))
    assert found.due_on == date(2024, 2, 15)
    assert found.due_at.isoformat() == "2024-02-16T00:00:00-05:00"


def test_hours_without_an_hour_to_run_from_are_refused() -> None:
    with pytest.raises(TriggerUnknown, match="hour of the trigger"):
        federal("72H", date(2024, 2, 14))


def test_hours_in_france_run_from_midnight_to_midnight() -> None:
    found = france("48H", date(2021, 9, 13))
    assert found.due_on == date(2021, 9, 15)
    assert found.due_at.isoformat() == "2021-09-16T00:00:00+02:00"
    assert france("36H", date(2021, 9, 13)).due_at.isoformat() == "2021-09-15T12:00:00+02:00"


def test_hours_in_france_are_counted_back_from_the_midnight_before_the_event() -> None:
    term = within("36H", trigger=TriggerKind.event, direction=Direction.before)
    assert france(term, date(2021, 9, 15)).due_at.isoformat() == "2021-09-13T12:00:00+02:00"
    whole = within("24H", trigger=TriggerKind.event, direction=Direction.before)
    assert france(whole, date(2021, 9, 15)).due_at.isoformat() == "2021-09-14T00:00:00+02:00"


def test_hours_in_germany_skip_weekends_and_holidays() -> None:
    german: dict[str, Any] = {
        "pack": foreign_pack("de-zpo"),
        "calendar": library_calendar("DE"),
        "zone": BERLIN,
    }
    found = small("24H", datetime(2024, 3, 28, 10, tzinfo=BERLIN), **german)
    # Good Friday to Easter Monday do not count.
    assert found.due_at == datetime(2024, 4, 2, 10, tzinfo=BERLIN)
    back = within("24H", direction=Direction.before, trigger=TriggerKind.event)
    assert small(back, datetime(2024, 4, 2, 10, tzinfo=BERLIN), **german).due_at == datetime(
        2024, 3, 28, 10, tzinfo=BERLIN
    )


def test_hours_beyond_all_bounds_are_refused() -> None:
    far = plain_calendar(first_year=2000, last_year=2040)
    with pytest.raises(Incomputable, match="ten years"):
        small(
            "100000H",
            datetime(2001, 1, 1, 10, tzinfo=PARIS),
            pack=small_pack(hour_count="working_days"),
            calendar=far,
        )
    with pytest.raises(Incomputable):
        small(
            "100000H",
            datetime(9998, 1, 1, tzinfo=UTC),
        )


def test_hours_and_other_units_do_not_mix() -> None:
    with pytest.raises(RuleNotInForce, match="together"):
        federal("P1DT12H", datetime(2024, 2, 14, 10, tzinfo=NEW_YORK))


# Service


def test_three_days_for_mail_come_after_the_roll() -> None:
    # The period ends on Saturday 10 February, so on Monday 12; three days lead to Thursday.
    assert federal("9D", date(2024, 2, 1), service_method="mail").due_on == date(2024, 2, 15)


def test_days_for_service_may_come_before_the_roll_and_be_court_days() -> None:
    before = {"mail": {"days": 3, "timing": "before_roll", "citation": "x"}}
    court = {"fax": {"days": 2, "unit": "working_day", "backward": True, "citation": "x"}}
    pack = small_pack({"service": {**before, **court}})
    assert small("9D", date(2024, 2, 1), pack=pack, service_method="mail").due_on == date(
        2024, 2, 13
    )
    assert small("7D", date(2024, 2, 1), pack=pack, service_method="fax").due_on == date(
        2024, 2, 12
    )
    back = within("7D", direction=Direction.before)
    assert small(back, date(2024, 2, 15), pack=pack, service_method="fax").due_on == date(
        2024, 2, 6
    )
    assert small(back, date(2024, 2, 15), pack=pack, service_method="mail").due_on == date(
        2024, 2, 8
    )


def test_electronic_service_adds_nothing_since_2016() -> None:
    assert federal("7D", date(2024, 2, 1), service_method="electronic").due_on == date(2024, 2, 8)


def test_the_mode_of_service_means_nothing_when_time_runs_from_the_decision() -> None:
    term = within("7D", trigger=TriggerKind.decision)
    assert federal(term, date(2024, 2, 1), service_method="mail").due_on == date(2024, 2, 8)


def test_a_mode_of_service_the_pack_does_not_know_is_refused() -> None:
    with pytest.raises(RuleNotInForce, match="pigeon"):
        federal("7D", date(2024, 2, 1), service_method="pigeon")


# Counting back


def test_france_counts_back_clear_at_both_ends_and_does_not_roll() -> None:
    term = within("5D", trigger=TriggerKind.event, direction=Direction.before)
    found = france(term, date(2024, 2, 9))
    assert found.due_on == date(2024, 2, 3)
    assert found.due_on.weekday() == 5
    assert replay(found.steps) == found.due_on


def test_counting_back_ignores_the_holidays_of_a_state() -> None:
    day = date(2024, 4, 15)
    calendar = replace(
        FEDERAL,
        holidays={**FEDERAL.holidays, day: DayName("Patriots' Day", "Mass. law")},
        forward_only=frozenset({day}),
    )
    back = within("7D", trigger=TriggerKind.event, direction=Direction.before)
    given: dict[str, Any] = {"pack": FRCP, "calendar": calendar, "zone": NEW_YORK}
    assert compute(term=back, trigger=date(2024, 4, 22), **given).due_on == day
    assert compute(term=within("7D"), trigger=date(2024, 4, 8), **given).due_on == date(2024, 4, 16)


def test_no_rule_moves_a_term_counted_back() -> None:
    term = within("5D", trigger=TriggerKind.event, direction=Direction.before)
    moves: tuple[dict[str, Any], ...] = (
        {"suspensions": [Suspension(date(2024, 2, 1), date(2024, 2, 2))]},
        {"extensions": [Extension.by(parse_duration("1D"))]},
    )
    for moved in moves:
        with pytest.raises(Incomputable, match="counted back"):
            france(term, date(2024, 2, 9), **moved)
    found = france(term, date(2024, 2, 9), extensions=[Extension.to(date(2024, 2, 7))])
    assert found.due_on == date(2024, 2, 7)


# Extensions


def test_a_month_more_in_france_is_one_longer_period_from_the_same_day() -> None:
    found = france("3M", date(2018, 7, 13), extensions=[Extension.by(parse_duration("1M"))])
    assert found.due_on == date(2018, 11, 13)
    assert "4 months" in str(found.steps[0].why.values["longer"])


def test_a_month_more_in_germany_runs_from_the_rolled_end() -> None:
    found = compute(
        term=within("2M"),
        pack=foreign_pack("de-zpo"),
        calendar=library_calendar("DE"),
        zone=BERLIN,
        trigger=date(2004, 3, 29),
        extensions=[Extension.by(parse_duration("1M"))],
    )
    assert found.due_on == date(2004, 7, 1)
    assert replay(found.steps) == found.due_on


def test_an_extension_to_a_date_is_a_fixed_date_and_may_state_an_hour() -> None:
    extensions = [Extension.to(date(2021, 10, 3), time(17))]
    found = france("2M", date(2021, 7, 12), extensions=extensions)
    assert found.due_on == date(2021, 10, 3)
    assert found.rolled_on == date(2021, 10, 4)
    assert found.due_at == datetime(2021, 10, 3, 17, tzinfo=PARIS)
    assert replay(found.steps) == found.due_on


def test_a_fixed_date_prolonged_by_a_period_runs_from_that_date() -> None:
    found = france(
        Until(date(2021, 9, 12), time(17)), None, extensions=[Extension.by(parse_duration("1M"))]
    )
    assert found.due_at == datetime(2021, 10, 12, 17, tzinfo=PARIS)
    with pytest.raises(RuleNotInForce):
        france(Until(date(2021, 9, 12)), None, extensions=[Extension.by(parse_duration("1W"))])


def test_hours_can_be_moved_to_a_date_but_not_prolonged_after_their_end() -> None:
    pack = small_pack(extension_base="rolled_end")
    trigger = datetime(2024, 2, 14, 10, tzinfo=PARIS)
    moved = small("24H", trigger, pack=pack, extensions=[Extension.to(date(2024, 2, 20))])
    assert moved.due_on == date(2024, 2, 20)
    with pytest.raises(Incomputable, match="hours"):
        small("24H", trigger, pack=pack, extensions=[Extension.by(parse_duration("1D"))])
    with pytest.raises(Incomputable, match="hours"):
        small("1D", trigger, pack=pack, extensions=[Extension.by(parse_duration("12H"))])
    longer = small("24H", trigger, extensions=[Extension.by(parse_duration("24H"))])
    assert longer.due_on == date(2024, 2, 16)


def test_an_extension_states_something_and_there_are_not_too_many() -> None:
    with pytest.raises(Invalid):
        Extension.by(())
    with pytest.raises(Invalid):
        france("1M", date(2021, 7, 12), extensions=[Extension.to(date(2021, 9, 1))] * 201)


# Stays


def stay(first: date, last: date | None, effect: str = "suspend") -> Suspension:
    return Suspension(first, last, SuspensionEffect(effect))


def test_after_a_suspension_the_remaining_time_resumes() -> None:
    found = small("30D", date(2021, 3, 1), suspensions=[stay(date(2021, 3, 11), date(2021, 3, 20))])
    # 31 March, ten days later: Saturday 10 April, so Monday.
    assert (found.raw_on, found.due_on) == (date(2021, 4, 10), date(2021, 4, 12))
    assert replay(found.steps) == found.due_on


def test_after_an_interruption_all_the_time_runs_again() -> None:
    found = small(
        "1M",
        date(2021, 3, 1),
        suspensions=[stay(date(2021, 3, 11), date(2021, 3, 22), "interrupt")],
    )
    assert found.due_on == date(2021, 4, 22)
    assert replay(found.steps) == found.due_on


def test_a_stay_that_begins_after_the_last_day_changes_nothing() -> None:
    stays = [stay(date(2021, 4, 2), date(2021, 5, 2))]
    assert small("30D", date(2021, 3, 1), suspensions=stays).due_on == date(2021, 3, 31)
    fixed = small_pack(roll_after="none")
    assert small("30D", date(2021, 3, 1), suspensions=stays, pack=fixed).due_on == date(2021, 3, 31)


def test_a_stay_over_before_the_trigger_changes_nothing() -> None:
    stays = [stay(date(2021, 2, 2), date(2021, 3, 1))]
    assert small("30D", date(2021, 3, 1), suspensions=stays).due_on == date(2021, 3, 31)


def test_time_that_has_not_begun_begins_after_the_stay() -> None:
    stays = [stay(date(2021, 2, 2), date(2021, 3, 10))]
    assert small("30D", date(2021, 3, 1), suspensions=stays).due_on == date(2021, 4, 9)


def test_stays_that_overlap_are_not_counted_twice() -> None:
    stays = [
        stay(date(2021, 3, 11), date(2021, 3, 20)),
        stay(date(2021, 3, 15), date(2021, 3, 25)),
        stay(date(2021, 3, 12), date(2021, 3, 13)),
    ]
    assert small("30D", date(2021, 3, 1), suspensions=stays).due_on == date(2021, 4, 15)


def test_a_stay_on_the_rolled_day_leaves_a_day_after_it() -> None:
    stays = [stay(date(2021, 9, 13), date(2021, 9, 17))]
    found = france("2M", date(2021, 7, 12), suspensions=stays)
    assert found.due_on == date(2021, 9, 20)


def test_working_days_that_remain_are_counted_as_working_days() -> None:
    stays = [stay(date(2021, 3, 3), date(2021, 3, 10))]
    assert small("5WD", date(2021, 3, 1), suspensions=stays).due_on == date(2021, 3, 16)


def test_an_open_stay_leaves_no_last_day() -> None:
    with pytest.raises(Incomputable, match="until the stay is lifted"):
        small("30D", date(2021, 3, 1), suspensions=[stay(date(2021, 3, 11), None)])


def test_a_stay_is_not_lifted_before_it_begins_and_there_are_not_too_many() -> None:
    with pytest.raises(Invalid):
        stay(date(2021, 3, 11), date(2021, 3, 10))
    with pytest.raises(Invalid):
        small("1M", date(2021, 3, 1), suspensions=[stay(date(2021, 3, 2), date(2021, 3, 2))] * 201)


def test_no_rule_says_how_a_stay_moves_hours() -> None:
    with pytest.raises(Incomputable, match="hours"):
        federal(
            "24H",
            datetime(2024, 2, 14, 10, tzinfo=NEW_YORK),
            suspensions=[stay(date(2024, 2, 14), date(2024, 2, 20))],
        )


def test_a_fixed_date_inside_a_stay_needs_another_from_the_court() -> None:
    stays = [stay(date(2021, 9, 1), date(2021, 9, 30))]
    with pytest.raises(Incomputable, match="only the court"):
        france(Until(date(2021, 9, 13)), None, suspensions=stays)
    assert france(Until(date(2021, 10, 13)), None, suspensions=stays).due_on == date(2021, 10, 13)


def test_days_of_a_yearly_window_do_not_count_leap_day_included() -> None:
    windows = [{"from": "02-29", "until": "03-02", "citation": "x"}]
    pack = small_pack({"windows": windows})
    assert small("5D", date(2024, 2, 27), pack=pack).due_on == date(2024, 3, 6)
    assert small("5D", date(2023, 2, 27), pack=pack).due_on == date(2023, 3, 7)
    stays = [stay(date(2024, 2, 1), date(2024, 2, 2))]
    inside = small(Until(date(2024, 3, 1)), None, pack=pack, suspensions=stays)
    assert inside.due_on == date(2024, 3, 1), "the window is for periods, not for fixed dates"


def test_an_extension_from_the_rolled_end_runs_through_a_stay() -> None:
    pack = small_pack(extension_base="rolled_end")
    found = small(
        "30D",
        date(2021, 3, 1),
        pack=pack,
        extensions=[Extension.by(parse_duration("10D"))],
        suspensions=[stay(date(2021, 4, 5), date(2021, 4, 6))],
    )
    assert found.due_on == date(2021, 4, 12)


# The parameters that other jurisdictions change


def test_the_day_of_the_trigger_may_be_the_first_day() -> None:
    pack = small_pack(trigger_day="included")
    assert small("7D", date(2024, 2, 1), pack=pack).due_on == date(2024, 2, 7)
    assert small("1M", date(2024, 3, 1), pack=pack).raw_on == date(2024, 3, 31)


def test_a_mixed_period_may_be_counted_as_written() -> None:
    text = "15D1M"
    largest = small(text, date(2023, 1, 20))
    written = small(text, date(2023, 1, 20), pack=small_pack(mixed_order="as_written"))
    assert largest.raw_on == date(2023, 3, 7)
    assert written.raw_on == date(2023, 3, 4)
    assert small("1Y2M", date(2023, 1, 31)).raw_on == date(2024, 3, 31)


def test_the_day_after_may_give_its_number_to_the_month() -> None:
    assert small("1M", date(2023, 2, 28), pack=foreign_pack("be-cj")).due_on == date(2023, 3, 31)


def test_a_short_period_counts_working_days_only() -> None:
    pack = foreign_pack("gb-eaw-cpr")
    assert small("5D", date(2024, 2, 1), pack=pack).due_on == date(2024, 2, 8)


def test_in_england_only_acts_at_the_court_office_roll() -> None:
    pack, friday = foreign_pack("gb-eaw-cpr"), date(2024, 2, 2)
    assert small("15D", friday, pack=pack, at_court=True).due_on == date(2024, 2, 19)
    assert small("15D", friday, pack=pack, at_court=False).due_on == date(2024, 2, 17)
    with pytest.raises(Incomputable, match="at the court"):
        small("15D", friday, pack=pack)


def test_a_closure_of_the_court_moves_a_last_day_where_the_rules_say_so() -> None:
    closed = plain_calendar().with_closures({date(2024, 2, 8): DayName("Storm", "x")}, version="1")
    assert small("7D", date(2024, 2, 1), calendar=closed).due_on == date(2024, 2, 9)
    deaf = small_pack(closures_count=False)
    assert small("7D", date(2024, 2, 1), calendar=closed, pack=deaf).due_on == date(2024, 2, 8)


def test_a_roll_over_a_closure_rests_on_closures_counting_too() -> None:
    closed = plain_calendar().with_closures({date(2024, 2, 8): DayName("Storm", "x")}, version="1")
    pack = small_pack()
    doubted = replace(pack.closures_count, citation="r. 9", verified=False)
    found = small(
        "7D", date(2024, 2, 1), calendar=closed, pack=replace(pack, closures_count=doubted)
    )
    roll = next(step for step in found.steps if step.rule == "roll")
    assert (roll.citation, roll.verified) == (f"{pack.roll_after.citation}; r. 9", False)


# Deemed service


def deemed(method: str, done_at: date | datetime, pack_id: str = "gb-eaw-cpr") -> date:
    day, step = deemed_service_on(
        method=method,
        done_at=done_at,
        pack=foreign_pack(pack_id),
        calendar=library_calendar("GB-EAW"),
        zone=ZoneInfo("Europe/London"),
    )
    assert step.to_on == day
    return day


def test_a_claim_form_posted_on_friday_is_served_on_tuesday() -> None:
    # Vector ew-016, CPR 6.14.
    assert deemed("claim_form", date(2024, 1, 12)) == date(2024, 1, 16)


def test_post_is_served_on_the_second_day_if_that_is_a_business_day() -> None:
    assert deemed("post", date(2024, 1, 9)) == date(2024, 1, 11)
    assert deemed("post", date(2024, 1, 11)) == date(2024, 1, 15)


def test_an_email_at_half_past_four_is_served_on_the_next_business_day() -> None:
    london = ZoneInfo("Europe/London")
    assert deemed("email", datetime(2024, 1, 12, 16, 29, tzinfo=london)) == date(2024, 1, 12)
    assert deemed("email", datetime(2024, 1, 12, 16, 30, tzinfo=london)) == date(2024, 1, 15)
    with pytest.raises(TriggerUnknown, match="hour"):
        deemed("email", date(2024, 1, 12))


def test_no_deemed_day_is_made_up() -> None:
    with pytest.raises(RuleNotInForce, match="pigeon"):
        deemed("pigeon", date(2024, 1, 12))


# Replaying


def test_steps_that_do_not_join_are_not_replayed() -> None:
    day = date(2024, 1, 1)
    step = Step("x", "", day, day + timedelta(days=1), phrase("x"))
    with pytest.raises(ValueError, match="starts on"):
        replay([step, step])
    with pytest.raises(ValueError, match="no step"):
        replay([])
