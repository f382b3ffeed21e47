"""Clocks: what starts one, what moves it, and when nobody can say the last day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.domain import events as law
from app.domain.clocks import last_instant
from app.domain.deadlines import Extension, SuspensionEffect
from app.domain.periods import Period, Unit
from app.domain.status import Status
from app.domain.terms import NoTerm, TriggerKind, Until, Within
from app.errors import CalendarNotCovered
from tests.unit.cases import Case, day, instant

MONTH = (Period(1, Unit.month),)
NEW_YORK = ZoneInfo("America/New_York")
SEVENTY_TWO_HOURS = Within((Period(72, Unit.hour),))


def federal(**changes: object) -> Case:
    """A case under the federal rules, in New York."""
    given = {"pack": "us-frcp", "calendar": "US-federal", "zone": NEW_YORK, **changes}
    return Case(**given)  # type: ignore[arg-type]


def due_on(case: Case, on: str) -> date | None:
    return case.one(on).standing.clock.due_on


def test_the_day_before_the_roll_is_kept_beside_the_last_day() -> None:
    case = Case()
    assert case.one("2021-07-07").standing.clock.raw_on is None
    case.serve()
    clock = case.one("2021-07-12").standing.clock
    assert (clock.raw_on, clock.due_on) == (date(2021, 9, 12), date(2021, 9, 13))
    assert clock.trigger_on == date(2021, 7, 12)


@pytest.mark.parametrize(
    ("zone", "on", "hours"),
    [
        ("Europe/Paris", date(2022, 3, 27), 23),
        ("Europe/Paris", date(2021, 10, 31), 25),
        ("America/New_York", date(2022, 3, 13), 23),
        ("America/New_York", date(2021, 11, 7), 25),
        ("America/Havana", date(2021, 11, 7), 25),
        ("UTC", date(2021, 11, 7), 24),
    ],
)
def test_the_last_instant_of_a_day_is_a_tick_before_the_next_begins(
    zone: str, on: date, hours: int
) -> None:
    court = Case(zone=ZoneInfo(zone)).court
    begins, last = court.midnight(on), last_instant(court, on)
    assert last - begins == timedelta(hours=hours, microseconds=-1)
    assert court.day(begins) == court.day(last) == on
    assert court.day(last + timedelta(microseconds=1)) == on + timedelta(days=1)
    assert court.day(begins - timedelta(microseconds=1)) == on - timedelta(days=1)


@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2021-07-11T23:59:59", date(2021, 9, 13)),
        ("2021-07-12T00:00:00", date(2021, 9, 13)),
        ("2021-07-13T23:59:59", date(2021, 9, 13)),
        ("2021-07-14T00:00:00", date(2021, 9, 14)),
    ],
)
def test_service_counts_on_the_day_of_the_court_it_happened(at: str, due: date) -> None:
    case = Case()
    case.add("service", law.Service(), instant(at), obligor="Twitter")
    assert due_on(case, "2021-08-01") == due


def test_the_first_event_named_by_the_order_starts_the_clock() -> None:
    case = Case(term=Within(MONTH, TriggerKind.event))
    case.serve()
    assert due_on(case, "2021-08-01") is None
    case.add("trigger", law.Triggered(), day("2021-08-02"))
    case.add("trigger", law.Triggered(), day("2021-08-20"))
    assert due_on(case, "2021-08-21") == date(2021, 9, 2)


# Modifications and extensions


def test_a_new_term_takes_the_place_of_the_extensions_of_the_old_one() -> None:
    case = Case()
    case.serve()
    case.add("extension", law.Extended(Extension.to(date(2021, 9, 30))), day("2021-09-01"))
    case.add("modification", law.Modification(Until(date(2021, 9, 20))), day("2021-09-05"))
    assert due_on(case, "2021-09-04") == date(2021, 9, 30)
    assert due_on(case, "2021-09-05") == date(2021, 9, 20)
    assert "extended" not in str(case.one("2021-09-05").sentence)
    case.add("extension", law.Extended(Extension.to(date(2021, 10, 15))), day("2021-09-10"))
    assert due_on(case, "2021-09-10") == date(2021, 10, 15)


def test_a_modification_without_a_term_leaves_the_extensions() -> None:
    case = Case()
    case.serve()
    case.add("extension", law.Extended(Extension.to(date(2021, 9, 30))), day("2021-09-01"))
    case.add("modification", law.Modification(None, "narrowed"), day("2021-09-05"))
    assert due_on(case, "2021-09-05") == date(2021, 9, 30)


def test_a_date_set_later_starts_the_clock_of_an_order_without_one() -> None:
    case = Case(term=NoTerm())
    case.add("modification", law.Modification(Until(date(2021, 9, 20))), day("2021-09-05"))
    assert case.status("2021-09-04", "2021-09-05", "2021-09-20", "2021-09-21") == [
        "running",
        "running",
        "due_today",
        "overdue_nothing",
    ]


def test_a_term_taken_away_leaves_nothing_overdue() -> None:
    case = Case()
    case.serve()
    case.add("modification", law.Modification(NoTerm("sine die")), day("2021-09-20"))
    assert case.status("2021-09-19", "2021-09-20") == ["overdue_nothing", "running"]


def test_each_extension_prolongs_what_the_ones_before_it_left() -> None:
    case = Case()
    case.serve()
    case.add("extension", law.Extended(Extension.by(MONTH)), day("2021-09-01"))
    agreed = law.Extended(Extension.by(MONTH), law.ExtensionBy.agreement, date(2021, 10, 1))
    case.add("extension", agreed, day("2021-10-01"))
    assert [due_on(case, d) for d in ("2021-08-31", "2021-09-30", "2021-10-01")] == [
        date(2021, 9, 13),
        date(2021, 10, 12),
        date(2021, 11, 12),
    ]


def test_an_extension_granted_after_the_last_day_does_not_undo_what_was_overdue() -> None:
    case = Case()
    case.serve()
    case.add("extension", law.Extended(Extension.to(date(2021, 10, 15))), day("2021-10-01"))
    assert case.status("2021-09-30", "2021-10-01", "2021-10-15", "2021-10-16") == [
        "overdue_nothing",
        "running",
        "due_today",
        "overdue_nothing",
    ]


def test_an_extension_for_one_obligor_moves_no_other_clock() -> None:
    case = Case(obligors=("Twitter", "Other"), categories=("1", "2"))
    case.serve()
    case.serve("2021-07-12", "Other")
    case.add(
        "extension",
        law.Extended(Extension.to(date(2021, 10, 15))),
        day("2021-09-01"),
        obligor="Other",
        categories=("2",),
    )
    found = case.assess(day("2021-09-02")).obligations
    assert [o.standing.clock.due_on for o in found] == [date(2021, 9, 13)] * 3 + [
        date(2021, 10, 15)
    ]


# Stays


def test_a_suspension_gives_back_the_time_that_remained() -> None:
    case = Case()
    case.serve()
    case.add("stay", law.Stay(date(2021, 8, 12), SuspensionEffect.suspend), day("2021-08-02"))
    # 42 days remained on 2 August; they run from the day after the 12th.
    assert due_on(case, "2021-08-20") == date(2021, 9, 23)


def test_the_status_turns_at_the_day_of_effect_however_late_it_was_recorded() -> None:
    case = Case()
    case.serve()
    case.add("stay", law.Stay(date(2021, 8, 12)), day("2021-08-02"), known=day("2021-12-01"))
    assert case.status("2021-08-01", "2021-08-02", "2021-08-11", "2021-08-12") == [
        "running",
        "suspended",
        "suspended",
        "running",
    ]


def test_a_stay_lifted_at_an_hour_holds_until_that_hour() -> None:
    case = Case()
    case.serve()
    stay = case.add("stay", law.Stay(), instant("2021-08-02T09:30:00"))
    case.add("stay_lifted", law.StayLifted(stay.id), instant("2021-08-12T14:00:00"))
    found = [
        case.assess(instant(at)).status.value
        for at in (
            "2021-08-02T09:29:59",
            "2021-08-02T09:30:00",
            "2021-08-12T13:59:59",
            "2021-08-12T14:00:00",
        )
    ]
    assert found == ["running", "suspended", "suspended", "running"]


def test_a_lifting_after_the_planned_end_changes_nothing() -> None:
    case = Case()
    case.serve()
    stay = case.add("stay", law.Stay(date(2021, 8, 12)), day("2021-08-02"))
    before = due_on(case, "2021-08-13")
    case.add("stay_lifted", law.StayLifted(stay.id), day("2021-08-20"))
    assert due_on(case, "2021-08-21") == before
    assert case.status("2021-08-12") == ["running"]


def test_a_stay_reaches_its_own_category_and_obligor_alone() -> None:
    case = Case(obligors=("Twitter", "Other"), categories=("1", "2"))
    case.serve()
    case.serve("2021-07-12", "Other")
    case.add("stay", law.Stay(), day("2021-08-02"), obligor="Other", categories=("2",))
    found = case.assess(day("2021-08-03")).obligations
    assert [o.status for o in found] == [Status.running] * 3 + [Status.suspended]


def test_an_open_stay_from_the_very_last_day_leaves_no_last_day() -> None:
    for on, known in (("2021-09-13", None), ("2021-09-14", date(2021, 9, 13))):
        case = Case()
        case.serve()
        case.add("stay", law.Stay(), day(on))
        assert due_on(case, "2021-09-15") == known


def test_service_during_an_open_stay_starts_no_time() -> None:
    case = Case()
    case.add("stay", law.Stay(), day("2021-07-08"))
    assert case.status("2021-07-09") == ["suspended"]
    case.serve()
    assert case.status("2021-07-12", "2022-07-12") == ["suspended"] * 2
    assert due_on(case, "2021-07-12") is None


def test_a_fixed_date_before_or_after_a_stay_stands() -> None:
    for on in (date(2021, 8, 31), date(2021, 10, 2)):
        case = Case(term=Until(on))
        case.add("stay", law.Stay(date(2021, 10, 1)), day("2021-09-01"))
        assert due_on(case, "2021-12-01") == on
        assert case.status("2021-12-01") == ["overdue_nothing"]


def test_the_court_sets_another_date_after_a_stay_over_the_first() -> None:
    case = Case(term=Until(date(2021, 9, 9)))
    case.add("stay", law.Stay(date(2021, 10, 1)), day("2021-09-01"))
    assert "was 2021-09-09 before the stay" in str(case.one("2021-10-02").sentence)
    case.add("extension", law.Extended(Extension.to(date(2021, 10, 15))), day("2021-10-04"))
    assert case.status("2021-10-04", "2021-10-15", "2021-10-16") == [
        "running",
        "due_today",
        "overdue_nothing",
    ]


def test_a_stay_within_hours_leaves_the_last_hour_unknown() -> None:
    case = federal(term=SEVENTY_TWO_HOURS)
    case.add("service", law.Service(), datetime(2021, 8, 2, 14, tzinfo=UTC), obligor="Twitter")
    assert due_on(case, "2021-08-02") == date(2021, 8, 5)
    case.add("stay", law.Stay(date(2021, 8, 6)), datetime(2021, 8, 3, 4, tzinfo=UTC))
    assert due_on(case, "2021-08-10") is None
    assert case.status("2021-08-10") == ["running"]


@pytest.mark.parametrize(
    ("from_at", "until_on"),
    [
        (datetime(2021, 9, 1, 4, tzinfo=UTC), date(2021, 9, 10)),
        (datetime(2021, 7, 10, 4, tzinfo=UTC), date(2021, 7, 20)),
    ],
)
def test_a_stay_outside_the_hours_that_ran_leaves_them_as_they_were(
    from_at: datetime, until_on: date
) -> None:
    case = federal(term=SEVENTY_TWO_HOURS)
    case.add("service", law.Service(), datetime(2021, 8, 2, 14, tzinfo=UTC), obligor="Twitter")
    case.add("stay", law.Stay(until_on), from_at)
    assert due_on(case, "2021-12-01") == date(2021, 8, 5)
    assert case.status("2021-12-01") == ["overdue_nothing"]


def test_a_stay_into_years_no_calendar_covers_is_refused_not_passed_over() -> None:
    case = Case()
    case.serve()
    case.add("stay", law.Stay(date(2070, 1, 1)), day("2021-08-02"))
    with pytest.raises(CalendarNotCovered):
        case.one("2021-08-03")


def test_a_fixed_hour_is_an_hour_of_the_court_wherever_the_reader_is() -> None:
    case = federal(term=Until(date(2021, 11, 7), time(17)))
    over = datetime(2021, 11, 7, 22, tzinfo=UTC)
    assert case.assess(over - timedelta(microseconds=1)).status is Status.due_today
    assert case.assess(over).status is Status.overdue_nothing
