"""Refusals: what the rules do not answer is refused, said in full, under the field asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest

from app.domain.deadlines import Suspension, compute
from app.domain.hours import on_court_clock
from app.domain.periods import Period, Unit, add_days, add_months, parse_duration
from app.domain.rulepacks import DeadlineKind
from app.domain.terms import NoTerm, Until, Within
from app.errors import (
    CalendarNotCovered,
    Incomputable,
    Invalid,
    RuleNotInForce,
    TriggerUnknown,
)
from tests.unit.derived import (
    BEFORE,
    CALENDAR,
    DEEMED,
    HEARING,
    PARIS,
    PLAIN_DEEMED,
    SERVICE,
    WINDOW,
    by,
    deemed,
    earliest,
    last,
    stay,
)
from tests.unit.small_packs import small_pack

ENDED: dict[str, object] = {"in_force_from": date(2020, 1, 1), "in_force_to": date(2023, 12, 31)}
AT_COURT = small_pack(roll_only_acts_at_court=True)
FIXED_ROLL = small_pack(ENDED, fixed_dates_roll=True)
MIXED = small_pack(mixed_order="refused")
STAYED = [stay("2024-02-05", "2024-02-06")]
OPEN = [Suspension(date(2024, 2, 5), None)]

REFUSED: dict[str, tuple[Callable[[], object], type[Incomputable], str, str]] = {
    "no term": (
        lambda: compute(
            term=NoTerm(), pack=small_pack(), calendar=CALENDAR, zone=PARIS, trigger=None
        ),
        Incomputable,
        "",
        "The order states no term, so there is no last day to compute.",
    ),
    "no trigger": (
        last("1M"),
        TriggerUnknown,
        "trigger",
        "The day from which time runs is not known.",
    ),
    "no trigger, with service to be deemed": (
        last("1M", pack=small_pack(DEEMED), service_method="mail"),
        TriggerUnknown,
        "trigger",
        "The day from which time runs is not known.",
    ),
    "an instant without offset": (
        lambda: compute(
            term=Within((Period(1, Unit.day),)),
            pack=small_pack(),
            calendar=CALENDAR,
            zone=PARIS,
            trigger=datetime(2024, 2, 1, 10),
        ),
        TriggerUnknown,
        "trigger",
        "The hour of the trigger has no time zone: it may be several instants.",
    ),
    "not yet in force": (
        last("1M", "2019-12-31", pack=small_pack(ENDED)),
        RuleNotInForce,
        "trigger",
        "The rules small, version 1, are not stated for 2019-12-31.",
    ),
    "no longer in force": (
        last("1M", "2024-01-01", pack=small_pack(ENDED)),
        RuleNotInForce,
        "trigger",
        "The rules small, version 1, are not stated for 2024-01-01.",
    ),
    "no longer in force on the day asked": (
        last("1M", "2023-01-02", pack=small_pack(ENDED), rule_on=date(2024, 1, 1)),
        RuleNotInForce,
        "rule_on",
        "The rules small, version 1, are not stated for 2024-01-01.",
    ),
    "a fixed date that would roll, out of force": (
        last(Until(date(2024, 1, 6)), pack=FIXED_ROLL),
        RuleNotInForce,
        "fixed_date",
        "The rules small, version 1, are not stated for 2024-01-06.",
    ),
    "a fixed date, by the rules of another day": (
        last(Until(date(2023, 1, 6)), pack=FIXED_ROLL, rule_on=date(2024, 1, 1)),
        RuleNotInForce,
        "rule_on",
        "The rules small, version 1, are not stated for 2024-01-01.",
    ),
    "a fixed date put off, out of force": (
        last(Until(date(2024, 1, 6)), pack=small_pack(ENDED), extensions=[by("1M")]),
        RuleNotInForce,
        "fixed_date",
        "The rules small, version 1, are not stated for 2024-01-06.",
    ),
    "an earliest date out of force": (
        earliest(HEARING, "7D", "2024-01-01", small_pack(ENDED)),
        RuleNotInForce,
        "trigger",
        "The rules small, version 1, are not stated for 2024-01-01.",
    ),
    "an earliest date by the rules of another day": (
        earliest(HEARING, "7D", "2023-01-02", small_pack(ENDED), rule_on=date(2024, 1, 1)),
        RuleNotInForce,
        "rule_on",
        "The rules small, version 1, are not stated for 2024-01-01.",
    ),
    "a day of service out of force": (
        deemed("mail", "", "2024-01-01", small_pack({**ENDED, **DEEMED})),
        RuleNotInForce,
        "trigger",
        "The rules small, version 1, are not stated for 2024-01-01.",
    ),
    "a day of service by the rules of another day": (
        deemed("mail", "", "2023-01-02", small_pack({**ENDED, **DEEMED}), rule_on=date(2024, 1, 1)),
        RuleNotInForce,
        "rule_on",
        "The rules small, version 1, are not stated for 2024-01-01.",
    ),
    "a unit unknown to the rules": (
        last("3CD", "2024-02-01"),
        RuleNotInForce,
        "period",
        "The rules small do not say how a period in this unit is counted: court_day "
        "(test rule units).",
    ),
    "a unit unknown, for an earliest date": (
        earliest(HEARING, "3CD", "2024-02-01", small_pack()),
        RuleNotInForce,
        "period",
        "The rules small do not say how a period in this unit is counted: court_day "
        "(test rule units).",
    ),
    "a unit unknown, for a day of service": (
        deemed(None, "3CD", "2024-02-01", small_pack()),
        RuleNotInForce,
        "period",
        "The rules small do not say how a period in this unit is counted: court_day "
        "(test rule units).",
    ),
    "a unit unknown, in an extension": (
        last(
            "3D",
            "2024-02-01",
            extensions=[by("3CD")],
            pack=small_pack(extension_base="rolled_end"),
        ),
        RuleNotInForce,
        "period",
        "The rules small do not say how a period in this unit is counted: court_day "
        "(test rule units).",
    ),
    "units in no stated order": (
        last("P1M1D", "2024-02-01", pack=MIXED),
        RuleNotInForce,
        "period",
        "The rules small do not say in which order several units are counted "
        "(test rule mixed_order).",
    ),
    "a method unknown": (
        last("3D", "2024-02-01", pack=small_pack(SERVICE), service_method="pigeon"),
        RuleNotInForce,
        "service_method",
        "The rules small do not say what service by pigeon adds. They know: mail, early, fax, "
        "person.",
    ),
    "a method unknown to rules that know none": (
        last("3D", "2024-02-01", service_method="x" * 70),
        RuleNotInForce,
        "service_method",
        f"The rules small do not say what service by {'x' * 60} adds. They know: -.",
    ),
    "a method unknown, for an earliest date": (
        earliest(HEARING, "3D", "2024-02-01", small_pack(DEEMED), service_method="pigeon"),
        RuleNotInForce,
        "service_method",
        "The rules small do not say what service by pigeon adds. They know: mail, email, "
        "claim_form, registered_letter.",
    ),
    "no deemed day": (
        deemed("pigeon", "", "2024-02-01", small_pack(DEEMED)),
        RuleNotInForce,
        "service_method",
        "The rules small set no deemed day for service by pigeon.",
    ),
    "an hour on which service depends": (
        deemed("email", "", "2024-02-09", small_pack(DEEMED)),
        TriggerUnknown,
        "trigger",
        "Whether service counts that day depends on its hour, which is not known.",
    ),
    "hours from service that is deemed": (
        last("24H", "2024-02-01T10:00", pack=small_pack(DEEMED), service_method="mail"),
        Incomputable,
        "service_method",
        "No rule says from which hour a period runs when service is deemed.",
    ),
    "hours with days for service": (
        last("24H", "2024-02-01T10:00", pack=small_pack(SERVICE), service_method="mail"),
        RuleNotInForce,
        "service_method",
        "The rules small do not say how days for service are added to a period in hours "
        "(mail rule).",
    ),
    "hours from a day": (
        last("24H", "2024-02-01"),
        TriggerUnknown,
        "trigger",
        "A period in hours runs from an instant: the hour of the trigger is not known.",
    ),
    "hours with other units": (
        last("P1DT1H", "2024-02-01T10:00"),
        RuleNotInForce,
        "period",
        "The rules small do not say how hours are counted together with other units.",
    ),
    "hours that are stayed": (
        last("24H", "2024-02-01T10:00", suspensions=STAYED),
        Incomputable,
        "suspensions",
        "No rule says how a stay moves a term counted in hours.",
    ),
    "hours prolonged by days": (
        last(
            "24H",
            "2024-02-01T10:00",
            extensions=[by("1D")],
            pack=small_pack(extension_base="rolled_end"),
        ),
        Incomputable,
        "extensions",
        "No rule says how a term counted in hours is prolonged by a period.",
    ),
    "days prolonged by hours": (
        last(
            "2D",
            "2024-02-01",
            extensions=[by("24H")],
            pack=small_pack(extension_base="rolled_end"),
        ),
        Incomputable,
        "extensions",
        "No rule says how a term counted in hours is prolonged by a period.",
    ),
    "hours for an earliest date": (
        earliest(HEARING, "24H", "2024-02-01T10:00", small_pack()),
        Incomputable,
        "period",
        "An earliest date is counted in days or longer units, not in hours.",
    ),
    "hours beyond all calendars": (
        lambda: compute(
            term=Within((Period(100_000, Unit.hour),)),
            pack=small_pack(),
            calendar=CALENDAR,
            zone=PARIS,
            trigger=datetime(9998, 6, 1, tzinfo=PARIS),
        ),
        Incomputable,
        "period",
        "A period in hours leaves the years a calendar can name.",
    ),
    "working hours for years": (
        last("100000H", "2005-01-03T10:00", pack=small_pack(hour_count="working_days")),
        Incomputable,
        "period",
        "A period in working hours is at most ten years long.",
    ),
    "an instant of the last year": (
        lambda: compute(
            term=Within((Period(1, Unit.day),)),
            pack=small_pack(),
            calendar=CALENDAR,
            zone=PARIS,
            trigger=datetime(9999, 1, 1, tzinfo=PARIS),
        ),
        Incomputable,
        "trigger",
        "A period counted from 9999-01-01 leaves the years that a calendar can name.",
    ),
    "an instant of the first year": (
        lambda: compute(
            term=Within((Period(1, Unit.day),)),
            pack=small_pack(),
            calendar=CALENDAR,
            zone=PARIS,
            trigger=datetime(1, 12, 31, tzinfo=PARIS),
        ),
        Incomputable,
        "trigger",
        "A period counted from 0001-12-31 leaves the years that a calendar can name.",
    ),
    "counted back where the rules do not say how": (
        last("3D", "2024-02-09", direction=BEFORE, pack=small_pack(backward_clear="refused")),
        RuleNotInForce,
        "direction",
        "The rules small do not say how a period is counted back (test rule backward_clear).",
    ),
    "counted back onto a day off": (
        last("5D", "2024-02-09", direction=BEFORE, pack=small_pack(roll_before="refused")),
        RuleNotInForce,
        "roll",
        "2024-02-04 is not a working day, and the rules small do not say where such a last day "
        "goes (test rule roll_before).",
    ),
    "counted back and stayed": (
        last("5D", "2024-02-09", direction=BEFORE, suspensions=STAYED),
        Incomputable,
        "suspensions",
        "No rule says how a stay or a longer period moves a term counted back from an event: "
        "record the date that the court set.",
    ),
    "counted back and prolonged": (
        last("5D", "2024-02-09", direction=BEFORE, extensions=[by("1D")]),
        Incomputable,
        "extensions",
        "No rule says how a stay or a longer period moves a term counted back from an event: "
        "record the date that the court set.",
    ),
    "counted back over days that do not count": (
        last("5D", "2024-01-12", direction=BEFORE, pack=small_pack(WINDOW)),
        Incomputable,
        "direction",
        "The days from 2023-12-24 to 2024-01-09 do not count, and the rules small do not say how "
        "a period counted back passes over them (window rule).",
    ),
    "counted back onto the last of the days that do not count": (
        last("5D", "2024-01-14", direction=BEFORE, pack=small_pack(WINDOW)),
        Incomputable,
        "direction",
        "The days from 2023-12-24 to 2024-01-09 do not count, and the rules small do not say how "
        "a period counted back passes over them (window rule).",
    ),
    "prolonged from where the rules do not say": (
        last("3D", "2024-02-01", extensions=[by("1D")], pack=small_pack(extension_base="refused")),
        RuleNotInForce,
        "extensions",
        "The rules small do not say from where a longer period is counted "
        "(test rule extension_base): give the date that was set.",
    ),
    "a day off, and nobody says whether at the court": (
        last("2D", "2024-02-08", pack=AT_COURT),
        Incomputable,
        "at_court",
        "2024-02-10 is not a working day, and under the rules small only an act to be done at "
        "the court moves: say whether this one is.",
    ),
    "a stay after a day off, and nobody says whether at the court": (
        last("2D", "2024-02-08", pack=AT_COURT, suspensions=[stay("2024-02-12", "2024-02-13")]),
        Incomputable,
        "at_court",
        "2024-02-10 is not a working day, and under the rules small only an act to be done at "
        "the court moves: say whether this one is.",
    ),
    "an open stay": (
        last("30D", "2024-02-01", suspensions=OPEN),
        Incomputable,
        "suspensions",
        "Time has been stayed since 2024-02-05; there is no last day until the stay is lifted.",
    ),
    "a fixed date in a stay": (
        last(Until(date(2024, 2, 6)), suspensions=STAYED),
        Incomputable,
        "suspensions",
        "2024-02-06, the date set, fell in the stay of 2024-02-05 to 2024-02-06: only the court "
        "can set another.",
    ),
    "a fixed date that rolls into a stay": (
        last(Until(date(2024, 2, 3)), suspensions=STAYED, pack=small_pack(fixed_dates_roll=True)),
        Incomputable,
        "suspensions",
        "2024-02-05, the date set, fell in the stay of 2024-02-05 to 2024-02-06: only the court "
        "can set another.",
    ),
    "beyond the calendar": (
        last("1M", "2040-12-15"),
        CalendarNotCovered,
        "calendar",
        "The calendar plain covers the years 2000 to 2040, not 2041.",
    ),
    "beyond the calendar, where nothing rolls": (
        last("1M", "2040-12-15", pack=small_pack(roll_after="none")),
        CalendarNotCovered,
        "calendar",
        "The calendar plain covers the years 2000 to 2040, not 2041.",
    ),
    "hours beyond the calendar, where nothing rolls": (
        last("48H", "2040-12-30T10:00", pack=small_pack(hours_roll=False)),
        CalendarNotCovered,
        "calendar",
        "The calendar plain covers the years 2000 to 2040, not 2041.",
    ),
    "an earliest date beyond the calendar": (
        earliest(
            DeadlineKind.minimum_period_earliest_date,
            "30D",
            "2040-12-01",
            small_pack(roll_after="none", minimum_period_clear=["day"]),
        ),
        CalendarNotCovered,
        "calendar",
        "The calendar plain covers the years 2000 to 2040, not 2041.",
    ),
    "a day of service beyond the calendar": (
        deemed("mail", "", "2040-12-28", small_pack(PLAIN_DEEMED)),
        CalendarNotCovered,
        "calendar",
        "The calendar plain covers the years 2000 to 2040, not 2041.",
    ),
    "a stated period of service beyond the calendar": (
        deemed(None, "7D", "2040-12-28", small_pack()),
        CalendarNotCovered,
        "calendar",
        "The calendar plain covers the years 2000 to 2040, not 2041.",
    ),
    "days beyond all calendars": (
        lambda: add_days(date(9999, 12, 31), 1),
        Incomputable,
        "period",
        "A period counted from 9999-12-31 leaves the years that a calendar can name.",
    ),
    "months beyond all calendars": (
        lambda: add_months(date(9998, 12, 31), 1),
        Incomputable,
        "period",
        "A period counted from 9998-12-31 leaves the years that a calendar can name.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_no_rule_answers_is_refused_and_said(name: str) -> None:
    case, kind, field, message = REFUSED[name]
    with pytest.raises(Incomputable) as refused:
        case()
    assert type(refused.value) is kind
    assert refused.value.field == field
    assert str(refused.value) == message


INVALID: dict[str, tuple[Callable[[], object], str, str]] = {
    "too many extensions": (
        last("1D", "2024-02-01", extensions=[by("1D")] * 201),
        "extensions",
        "There are more than 200.",
    ),
    "an extension past the longest period": (
        last("100000D", "2024-02-01", extensions=[by("1D")]),
        "extensions",
        "A period is from 1 to 100000 units long, not 100001.",
    ),
    "too many stays": (
        last("1D", "2024-02-01", suspensions=[stay("2024-03-01", "2024-03-01")] * 201),
        "suspensions",
        "There are more than 200 stays.",
    ),
    "a stay that ends before it begins": (
        lambda: stay("2024-02-02", "2024-02-01"),
        "until_on",
        "A stay is not lifted before it begins.",
    ),
    "an hour that the clocks skipped": (
        lambda: on_court_clock(datetime(2024, 3, 31, 2, 30), PARIS, "trigger"),
        "trigger",
        "The clocks of Europe/Paris skipped 02:30 on 2024-03-31.",
    ),
    "an hour that the clocks showed twice": (
        lambda: on_court_clock(datetime(2024, 10, 27, 2, 0), PARIS, "fixed_date"),
        "fixed_date",
        "The clocks of Europe/Paris showed 02:00 twice on 2024-10-27: give its offset.",
    ),
    "a period in half units": (
        lambda: Period(1.5, Unit.day),  # type: ignore[arg-type]
        "value",
        "A period is counted in whole units.",
    ),
    "a true period": (
        lambda: Period(True, Unit.day),
        "value",
        "A period is counted in whole units.",
    ),
    "no period at all": (
        lambda: Period(0, Unit.day),
        "value",
        "A period is from 1 to 100000 units long, not 0.",
    ),
    "too long a text": (
        lambda: parse_duration("1" * 65),
        "period",
        "This is too long to be a period.",
    ),
    "as long a text as is read": (
        lambda: parse_duration("0" * 62 + "1D"),
        "period",
        "A period is from 1 to 100000 units long, not 100001.",
    ),
    "a bare number": (
        lambda: parse_duration(" 2 "),
        "period",
        "Say the unit: 2 what? For instance 2M for months, 2D for days.",
    ),
    "no period": (
        lambda: parse_duration("soon"),
        "period",
        "This is not a period. Write it as P2M, P1M15D, PT72H, or 2M, 15D, 72H, 10WD.",
    ),
    "too many units": (
        lambda: parse_duration("1000000D"),
        "period",
        "A period is from 1 to 100000 units long, not 100001.",
    ),
}


@pytest.mark.parametrize("name", INVALID)
def test_what_cannot_be_taken_names_its_field(name: str) -> None:
    case, field, message = INVALID[name]
    with pytest.raises(Invalid) as refused:
        case()
    assert [fault.field for fault in refused.value.faults] == [field]
    assert str(refused.value) == message


@pytest.mark.parametrize("year", [1, 9999])
def test_the_first_and_the_last_year_have_no_hours_that_every_zone_knows(year: int) -> None:
    said = f"A period counted from {year:04}-06-01 leaves the years"
    with pytest.raises(Incomputable, match=said) as refused:
        on_court_clock(datetime(year, 6, 1, 10), PARIS, "fixed_date")
    assert refused.value.field == "fixed_date"


def test_as_many_extensions_and_stays_as_are_taken_are_taken() -> None:
    pack = small_pack(roll_after="none")
    assert last("1D", "2024-02-01", extensions=[by("1D")] * 200, pack=pack)().due_on == date(
        2024, 8, 20
    )
    late = [stay("2024-03-01", "2024-03-01")] * 200
    assert last("1D", "2024-02-01", suspensions=late, pack=pack)().due_on == date(2024, 2, 2)


def test_an_hour_beside_a_change_of_the_clocks_is_taken() -> None:
    for wall in (datetime(2024, 3, 31, 3, 0), datetime(2024, 3, 31, 1, 59)):
        assert on_court_clock(wall, PARIS, "trigger").replace(tzinfo=None) == wall
    assert on_court_clock(datetime(2024, 10, 27, 3, 0), PARIS, "x").utcoffset() is not None


def test_a_fixed_date_needs_no_rule_in_force_to_stand() -> None:
    assert last(Until(date(2024, 1, 6)), pack=small_pack(ENDED))().due_on == date(2024, 1, 6)
