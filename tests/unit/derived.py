"""Computations whose whole derivation is written out in ``derivations.txt``, by name.

``python -m tests.unit.derived`` prints what they give today, to be read before it is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.calendars import CourtCalendar, DayName
from app.domain.computation import Computation, Extension
from app.domain.deadlines import Suspension, SuspensionEffect, compute
from app.domain.notice import deemed_day, earliest_date
from app.domain.periods import Direction, parse_duration
from app.domain.rulepacks import DeadlineKind, RulePack
from app.domain.terms import TriggerKind, Until, Within
from app.language import Language, say
from tests.unit.small_packs import plain_calendar, small_pack

WRITTEN = Path(__file__).with_name("derivations.txt")
PARIS = ZoneInfo("Europe/Paris")
HOLIDAY = date(2024, 2, 14)  # a Wednesday
CALENDAR = plain_calendar(HOLIDAY, date(2024, 5, 14))  # and a Tuesday
CLOSED = CALENDAR.with_closures({date(2024, 2, 12): DayName("Storm", "notice")}, version="1")
BEFORE = Direction.before

Case = Callable[[], Computation]


def last(
    period: str | Until,
    trigger: str | None = None,
    *,
    direction: Direction = Direction.after,
    pack: RulePack | None = None,
    calendar: CourtCalendar = CALENDAR,
    **more: Any,
) -> Case:
    """A last day; ``more`` goes to ``compute``."""
    term = (
        period
        if isinstance(period, Until)
        else Within(parse_duration(period), TriggerKind.service, direction)
    )
    return lambda: compute(
        term=term,
        pack=pack or small_pack(),
        calendar=calendar,
        zone=PARIS,
        trigger=None if trigger is None else moment(trigger),
        **more,
    )


def moment(text: str) -> date | datetime:
    if len(text) == 10:
        return date.fromisoformat(text)
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def earliest(kind: DeadlineKind, period: str, trigger: str, pack: RulePack, **more: Any) -> Case:
    return lambda: earliest_date(
        kind=kind,
        periods=parse_duration(period),
        pack=pack,
        calendar=CALENDAR,
        zone=PARIS,
        trigger=moment(trigger),
        **more,
    )


def deemed(method: str | None, period: str, done: str, pack: RulePack, **more: Any) -> Case:
    return lambda: deemed_day(
        method=method,
        periods=parse_duration(period) if period else (),
        done_at=moment(done),
        pack=pack,
        calendar=CALENDAR,
        zone=PARIS,
        **more,
    )


def stay(first: str, last_: str, effect: str = "suspend") -> Suspension:
    return Suspension(
        date.fromisoformat(first), date.fromisoformat(last_), SuspensionEffect(effect)
    )


def by(period: str) -> Extension:
    return Extension.by(parse_duration(period))


SERVICE: dict[str, object] = {
    "service": {
        "mail": {"days": 3, "citation": "mail rule", "verified": False},
        "early": {"days": 3, "timing": "before_roll", "citation": "early rule"},
        "fax": {"days": 2, "unit": "court_day", "backward": True, "citation": "fax rule"},
        "person": {"days": 0, "citation": "person rule"},
    }
}
DEEMED: dict[str, object] = {
    "deemed_service": {
        "mail": {"days": 2, "working": True, "citation": "mail rule"},
        "email": {"days": 0, "cut_off": "16:30", "working": True, "citation": "email rule"},
        "claim_form": {"days": 2, "unit": "working_day", "citation": "claim rule"},
        "registered_letter": {
            "days": 3,
            "unit": "working_day",
            "first_counted": True,
            "citation": "letter rule",
            "verified": False,
        },
    }
}
PLAIN_DEEMED: dict[str, object] = {
    "deemed_service": {"mail": {"days": 7, "citation": "plain mail rule"}}
}
WINDOW: dict[str, object] = {
    "windows": [{"from": "12-24", "until": "01-09", "citation": "window rule"}]
}
CLEAR = ["day", "week", "working_day"]
UNVERIFIED: dict[str, object] = {
    "deemed_service": {
        "mail": {"days": 2, "working": True, "citation": "mail rule", "verified": False}
    }
}
ONE_DAY_WINDOW: dict[str, object] = {
    "windows": [{"from": "12-25", "until": "12-25", "citation": "Christmas rule"}]
}
MINIMUM, HEARING = DeadlineKind.minimum_period_earliest_date, DeadlineKind.earliest_hearing
STATE = replace(CALENDAR, forward_only=frozenset({HOLIDAY}))
AT_SEVENTEEN = time(17)

CASES: dict[str, Case] = {
    # Months, days, working days
    "months roll off a Saturday": last("1M", "2024-01-10"),
    "one month and one day": last("P1M1D", "2024-01-10"),
    "years are months": last("2Y", "2022-02-15"),
    "weeks are days": last("2W", "2024-01-31"),
    "no such number in the month": last("1M", "2024-01-31"),
    "no such number, carried on": last("1M", "2024-01-31", pack=small_pack(month_clip=False)),
    "the day after gives its number": last(
        "1M", "2023-02-28", pack=small_pack(month_anchor="day_after")
    ),
    "as written": last("15D1M", "2023-01-20", pack=small_pack(mixed_order="as_written")),
    "working days pass over days off": last("4WD", "2024-02-09"),
    "court days are working days": last("16CD", "2024-02-01", pack=small_pack(units=["court_day"])),
    "a short period": last("3D", "2024-02-09", pack=small_pack(short_period_days_max=5)),
    "too long to be short": last("6D", "2024-02-09", pack=small_pack(short_period_days_max=5)),
    "a holiday rolls": last("7D", "2024-02-07"),
    "a closure rolls": last("7D", "2024-02-05", calendar=CLOSED),
    "a closure counts as a working day": last("2WD", "2024-02-09", calendar=CLOSED),
    "a closure that moves nothing": last(
        "7D", "2024-02-05", calendar=CLOSED, pack=small_pack(closures_count=False)
    ),
    "nothing rolls": last("7D", "2024-02-07", pack=small_pack(roll_after="none")),
    "not rolled, as asked": last("7D", "2024-02-07", roll=False),
    "at the court": last(
        "7D", "2024-02-07", pack=small_pack(roll_only_acts_at_court=True), at_court=True
    ),
    "not at the court": last(
        "7D", "2024-02-07", pack=small_pack(roll_only_acts_at_court=True), at_court=False
    ),
    "one day more": last("1M", "2024-01-11", pack=small_pack(franc=True)),
    "too few working days": last("2D", "2024-02-09", pack=small_pack(min_working_days=2)),
    "enough working days": last("4D", "2024-02-09", pack=small_pack(min_working_days=2)),
    "one day needs none": last("1D", "2024-02-09", pack=small_pack(min_working_days=2)),
    "one working day needs none": last("1WD", "2024-02-09", pack=small_pack(min_working_days=2)),
    "the day ends at an hour": last("1D", "2024-02-07", pack=small_pack(day_end="16:30")),
    "the first of the working days needed": last(
        "2D", "2024-02-07", pack=small_pack(min_working_days=2)
    ),
    "at half past midnight by the clock of the court": last("1M", "2024-01-10T00:30"),
    # Where the count begins
    "the trigger is counted": last("7D", "2024-02-01", pack=small_pack(trigger_day="included")),
    "the trigger is counted, in months": last(
        "1M", "2024-03-01", pack=small_pack(trigger_day="included")
    ),
    "from the next working day": last(
        "3D", "2024-02-09", pack=small_pack(trigger_day="next_working")
    ),
    "from the next day, a working one": last(
        "2D", "2024-02-06", pack=small_pack(trigger_day="next_working")
    ),
    "from the next day, before a holiday": last(
        "1D", "2024-02-12", pack=small_pack(trigger_day="next_working")
    ),
    # Counted back
    "back, where a period on needs working days": last(
        "2D", "2024-02-12", direction=BEFORE, pack=small_pack(min_working_days=2)
    ),
    "back, far from the days that do not count": last(
        "1M", "2024-05-01", direction=BEFORE, pack=small_pack(WINDOW, month_anchor="day_after")
    ),
    "back from the first day that does not count": last(
        "5D", "2023-12-24", direction=BEFORE, pack=small_pack(WINDOW)
    ),
    "back": last("5D", "2024-02-20", direction=BEFORE),
    "back, clear": last(
        "5D", "2024-02-20", direction=BEFORE, pack=small_pack(backward_clear=CLEAR)
    ),
    "back in months": last("1M", "2024-03-31", direction=BEFORE),
    "back, the trigger counted": last(
        "5D", "2024-02-20", direction=BEFORE, pack=small_pack(trigger_day="included")
    ),
    "back from the working day before": last(
        "3D", "2024-02-19", direction=BEFORE, pack=small_pack(trigger_day="next_working")
    ),
    "back, rolled back": last(
        "3D", "2024-02-20", direction=BEFORE, pack=small_pack(roll_before="previous_working")
    ),
    "back, rolled towards the event": last(
        "3D", "2024-02-20", direction=BEFORE, pack=small_pack(roll_before="next_working")
    ),
    "back in working days": last("3WD", "2024-02-16", direction=BEFORE),
    "back, over the holiday of a state": last(
        "3WD", "2024-02-16", direction=BEFORE, calendar=STATE
    ),
    "back, with days for service": last(
        "5D", "2024-02-20", direction=BEFORE, pack=small_pack(SERVICE), service_method="fax"
    ),
    "back, with no days for service": last(
        "5D", "2024-02-20", direction=BEFORE, pack=small_pack(SERVICE), service_method="mail"
    ),
    # Service
    "mail after the roll": last(
        "9D", "2024-02-01", pack=small_pack(SERVICE), service_method="mail"
    ),
    "mail before the roll": last(
        "9D", "2024-02-01", pack=small_pack(SERVICE), service_method="early"
    ),
    "fax in court days": last("9D", "2024-02-02", pack=small_pack(SERVICE), service_method="fax"),
    "in person": last("9D", "2024-02-01", pack=small_pack(SERVICE), service_method="person"),
    "deemed by post": last("14D", "2024-02-08", pack=small_pack(DEEMED), service_method="mail"),
    "deemed by e-mail in the evening": last(
        "14D", "2024-02-08T16:30", pack=small_pack(DEEMED), service_method="email"
    ),
    "deemed, itself counted": last(
        "14D", "2024-02-08", pack=small_pack(DEEMED), service_method="registered_letter"
    ),
    # Fixed dates
    "a fixed date": last(Until(date(2024, 2, 13))),
    "a fixed date on a day off": last(Until(HOLIDAY)),
    "a fixed date that rolls, with its hour": last(
        Until(date(2024, 2, 10), AT_SEVENTEEN), pack=small_pack(fixed_dates_roll=True)
    ),
    "a fixed date that would roll, left as asked": last(
        Until(date(2024, 2, 10)), pack=small_pack(fixed_dates_roll=True), roll=False
    ),
    "a fixed date at the court": last(
        Until(date(2024, 2, 10)),
        pack=small_pack(fixed_dates_roll=True, roll_only_acts_at_court=True),
        at_court=True,
    ),
    "a fixed date put off": last(
        Until(date(2024, 2, 13)), extensions=[Extension.to(date(2024, 2, 20), AT_SEVENTEEN)]
    ),
    "a fixed date put off by a period": last(Until(date(2024, 2, 10)), extensions=[by("1M")]),
    "a rolled fixed date put off by a period": last(
        Until(date(2024, 2, 10)),
        extensions=[by("1M")],
        pack=small_pack(fixed_dates_roll=True, extension_base="rolled_end"),
    ),
    "a fixed date in a prorogation": last(
        Until(date(2024, 2, 13)), suspensions=[stay("2024-02-12", "2024-02-16", "prorogue")]
    ),
    # Extensions
    "prolonged from the trigger": last("1M", "2024-01-10", extensions=[by("1M"), by("5D")]),
    "prolonged from the rolled end": last(
        "1M",
        "2024-01-10",
        extensions=[by("1M"), Extension.to(date(2024, 3, 20)), by("5D")],
        pack=small_pack(extension_base="rolled_end"),
    ),
    "a short extension counts days": last(
        "9D",
        "2024-01-30",
        extensions=[by("3D")],
        pack=small_pack(extension_base="rolled_end", short_period_days_max=5),
    ),
    "an extension of one day counts a day": last(
        "9D",
        "2024-01-31",
        extensions=[by("1D")],
        pack=small_pack(extension_base="rolled_end", short_period_days_max=5),
    ),
    "an extension that rolls into a stay": last(
        "9D",
        "2024-01-30",
        extensions=[by("2D")],
        suspensions=[stay("2024-02-12", "2024-02-12")],
        pack=small_pack(extension_base="rolled_end"),
    ),
    "an extension over days that do not count": last(
        "9D",
        "2023-12-11",
        extensions=[by("1W")],
        pack=small_pack(WINDOW, extension_base="rolled_end"),
    ),
    "an extension that keeps the number of the day after": last(
        "9D",
        "2024-01-20",
        extensions=[by("1M")],
        pack=small_pack(month_anchor="day_after", extension_base="rolled_end"),
    ),
    # Stays
    "a fixed date that does not roll into a stay": last(
        Until(date(2024, 2, 3)), suspensions=[stay("2024-02-05", "2024-02-06")]
    ),
    "suspended": last("30D", "2024-01-10", suspensions=[stay("2024-01-15", "2024-01-19")]),
    "working days suspended": last(
        "5WD", "2024-02-08", suspensions=[stay("2024-02-12", "2024-02-16")]
    ),
    "suspended for one day": last(
        "9D", "2024-02-01", suspensions=[stay("2024-02-05", "2024-02-05")]
    ),
    "suspended on the last day": last(
        "8D", "2024-02-01", suspensions=[stay("2024-02-09", "2024-02-12")]
    ),
    "working days suspended on the last": last(
        "5WD", "2024-02-01", suspensions=[stay("2024-02-08", "2024-02-09")]
    ),
    "suspended, the day after giving its number": last(
        "1M",
        "2023-02-28",
        suspensions=[stay("2023-03-10", "2023-03-11")],
        pack=small_pack(month_anchor="day_after"),
    ),
    "interrupted, the day after giving its number": last(
        "1M",
        "2023-02-10",
        suspensions=[stay("2023-02-20", "2023-02-28", "interrupt")],
        pack=small_pack(month_anchor="day_after"),
    ),
    "interrupted after the months, the day after giving its number": last(
        "1M",
        "2023-01-24",
        suspensions=[stay("2023-02-27", "2023-02-28", "interrupt")],
        pack=small_pack(SERVICE, month_anchor="day_after"),
        service_method="mail",
    ),
    "interrupted, and too few working days again": last(
        "2D",
        "2024-02-07",
        suspensions=[stay("2024-02-12", "2024-02-16", "interrupt")],
        pack=small_pack(SERVICE, min_working_days=2),
        service_method="mail",
    ),
    "prorogued, then suspended": last(
        "30D",
        "2024-01-10",
        suspensions=[
            stay("2024-02-05", "2024-02-16", "prorogue"),
            stay("2024-02-17", "2024-02-20"),
        ],
    ),
    "interrupted": last(
        "30D", "2024-01-10", suspensions=[stay("2024-01-15", "2024-01-19", "interrupt")]
    ),
    "prorogued": last(
        "30D", "2024-01-10", suspensions=[stay("2024-02-05", "2024-02-16", "prorogue")]
    ),
    "a prorogation that the end does not reach": last(
        "30D", "2024-01-10", suspensions=[stay("2024-01-15", "2024-02-08", "prorogue")]
    ),
    "stayed on the rolled day": last(
        "1M", "2024-01-10", suspensions=[stay("2024-02-12", "2024-02-16")]
    ),
    "not stayed, as the day does not roll": last(
        "1M", "2024-01-10", suspensions=[stay("2024-02-12", "2024-02-16")], roll=False
    ),
    "stayed in the days for service": last(
        "9D",
        "2024-02-01",
        pack=small_pack(SERVICE),
        service_method="mail",
        suspensions=[stay("2024-02-13", "2024-02-20")],
    ),
    "stayed in the court days for service": last(
        "9D",
        "2024-02-02",
        pack=small_pack(SERVICE),
        service_method="fax",
        suspensions=[stay("2024-02-13", "2024-02-20")],
    ),
    "interrupted in the days for service": last(
        "9D",
        "2024-02-01",
        pack=small_pack(SERVICE),
        service_method="mail",
        suspensions=[stay("2024-02-13", "2024-02-20", "interrupt")],
    ),
    "stayed on the day more": last(
        "1M",
        "2024-01-11",
        pack=small_pack(franc=True),
        suspensions=[stay("2024-02-12", "2024-02-13")],
    ),
    "days of every year do not count": last("30D", "2023-12-11", pack=small_pack(WINDOW)),
    "one day of every year does not count": last(
        "9D", "2023-12-20", pack=small_pack(ONE_DAY_WINDOW)
    ),
    "days of the last years do not count": last("30D", "2039-12-20", pack=small_pack(WINDOW)),
    # Hours
    "hours past midnight by the clock of the court": last("24H", "2024-02-06T00:30"),
    "hours from the midnight after half past midnight": last(
        "24H", "2024-02-06T00:30", pack=small_pack(hour_count="midnight_to_midnight")
    ),
    "hours of working days from half past midnight": last(
        "5H", "2024-02-12T00:30", pack=small_pack(hour_count="working_days")
    ),
    "hours of working days from midnight": last(
        "5H", "2024-02-12T00:00", pack=small_pack(hour_count="working_days")
    ),
    "hours of working days, back from half past midnight": last(
        "5H", "2024-02-10T00:30", direction=BEFORE, pack=small_pack(hour_count="working_days")
    ),
    "hours of working days, back from midnight": last(
        "5H", "2024-02-10T00:00", direction=BEFORE, pack=small_pack(hour_count="working_days")
    ),
    "elapsed hours": last("48H", "2024-02-12T10:30"),
    "hours that stay on a day off": last(
        "48H", "2024-02-12T10:30", pack=small_pack(hours_roll=False)
    ),
    "hours from the next full hour": last(
        "24H", "2024-02-05T10:30", pack=small_pack(hour_count="next_full_hour")
    ),
    "hours back from the full hour": last(
        "24H",
        "2024-02-08T10:30",
        direction=BEFORE,
        pack=small_pack(hour_count="next_full_hour"),
    ),
    "hours from midnight": last(
        "36H", "2024-02-05", pack=small_pack(hour_count="midnight_to_midnight")
    ),
    "hours back from midnight": last(
        "36H", "2024-02-08", direction=BEFORE, pack=small_pack(hour_count="midnight_to_midnight")
    ),
    "hours of working days": last(
        "24H", "2024-02-09T15:00", pack=small_pack(hour_count="working_days")
    ),
    "hours of working days, back": last(
        "24H", "2024-02-15T09:00", direction=BEFORE, pack=small_pack(hour_count="working_days")
    ),
    # Earliest dates
    "a minimum period": earliest(MINIMUM, "7D", "2024-02-01", small_pack()),
    "a minimum period, clear": earliest(
        MINIMUM, "7D", "2024-02-01", small_pack(minimum_period_clear=CLEAR)
    ),
    "a minimum period rolls, then is clear": earliest(
        MINIMUM, "7D", "2024-02-07", small_pack(minimum_period_clear=CLEAR)
    ),
    "a minimum period that does not roll": earliest(
        MINIMUM,
        "7D",
        "2024-02-07",
        small_pack(minimum_period_clear=CLEAR, roll_only_acts_at_court=True),
    ),
    "a minimum period of months is not clear": earliest(
        MINIMUM, "1M", "2024-02-01", small_pack(minimum_period_clear=CLEAR)
    ),
    "a minimum period holds its working days": earliest(
        MINIMUM, "2D", "2024-02-09", small_pack(min_working_days=2)
    ),
    "a minimum period from a deemed day": earliest(
        MINIMUM, "7D", "2024-02-01", small_pack(DEEMED), service_method="registered_letter"
    ),
    "a minimum period with days for service": earliest(
        MINIMUM, "7D", "2024-02-01", small_pack(SERVICE), service_method="mail"
    ),
    "a minimum period that is stayed": earliest(
        MINIMUM,
        "7D",
        "2024-02-01",
        small_pack(),
        suspensions=[stay("2024-02-05", "2024-02-06")],
    ),
    "a minimum period of one day needs no working days": earliest(
        MINIMUM, "1D", "2024-02-09", small_pack(min_working_days=2)
    ),
    "a minimum period of a month, the day after giving its number": earliest(
        MINIMUM, "1M", "2023-02-28", small_pack(month_anchor="day_after")
    ),
    "a minimum period from half past midnight": earliest(
        MINIMUM, "7D", "2024-02-01T00:30", small_pack()
    ),
    "a minimum period from post at half past midnight": earliest(
        MINIMUM, "7D", "2024-02-01T00:30", small_pack(PLAIN_DEEMED), service_method="mail"
    ),
    "a minimum period stayed in the court days for service": earliest(
        MINIMUM,
        "9D",
        "2024-02-02",
        small_pack(SERVICE),
        service_method="fax",
        suspensions=[stay("2024-02-13", "2024-02-20")],
    ),
    "the earliest hearing before a holiday": earliest(
        HEARING, "7D", "2024-05-03", small_pack(minimum_period_clear=CLEAR)
    ),
    "the earliest hearing": earliest(
        HEARING, "4WD", "2024-02-08", small_pack(minimum_period_clear=["working_day"])
    ),
    "the earliest hearing after a weekend": earliest(
        HEARING, "7D", "2024-02-02", small_pack(minimum_period_clear=CLEAR)
    ),
    # Days of service
    "served by post": deemed("mail", "", "2024-02-08", small_pack(DEEMED)),
    "served by e-mail": deemed("email", "", "2024-02-08T16:29", small_pack(DEEMED)),
    "served by e-mail too late": deemed("email", "", "2024-02-09T16:30", small_pack(DEEMED)),
    "served by e-mail on a Saturday": deemed("email", "", "2024-02-10", small_pack(DEEMED)),
    "served as a claim form": deemed("claim_form", "", "2024-02-09", small_pack(DEEMED)),
    "served by post on any day": deemed("mail", "", "2024-02-03", small_pack(PLAIN_DEEMED)),
    "served by e-mail on a Sunday": deemed("email", "", "2024-02-11", small_pack(DEEMED)),
    "served by post at half past midnight": deemed(
        "mail", "", "2024-02-05T00:30", small_pack(DEEMED)
    ),
    "served by a stated period at half past midnight": deemed(
        None, "2D", "2024-02-05T00:30", small_pack()
    ),
    "served by a stated month": deemed(
        None, "1M", "2023-02-28", small_pack(month_anchor="day_after")
    ),
    "served by a stated period, however short": deemed(
        None, "2D", "2024-02-08", small_pack(short_period_days_max=5)
    ),
    "served by a stated period over days that do not count": deemed(
        None, "2D", "2023-12-22", small_pack(WINDOW)
    ),
    "served by a stated period, before a holiday": deemed(
        None, "2D", "2024-05-09", small_pack(UNVERIFIED)
    ),
    "served by a stated period": deemed(None, "2WD", "2024-02-09", small_pack(DEEMED)),
    "served by a stated period, on a working day": deemed(
        None, "2D", "2024-02-08", small_pack(DEEMED)
    ),
    "served by a stated period, on any day": deemed(
        None, "2D", "2024-02-08", small_pack(PLAIN_DEEMED)
    ),
    "served by a stated period, where nothing is deemed": deemed(
        None, "2D", "2024-02-08", small_pack()
    ),
}


def written(found: Computation, language: Language = "en") -> str:
    """A derivation as text: each step, then what came out."""
    lines = [
        f"{s.rule} [{s.citation}{'' if s.verified else ', unverified'}] "
        f"{s.from_on or ''} > {s.to_on or ''}: {say(s.why, language, PARIS)}"
        for s in found.steps
    ]
    used = ", ".join(f"{day.on}" for day in found.days_used)
    at = f"{found.due_at.astimezone(UTC):%Y-%m-%dT%H:%M}Z"
    return "\n".join(
        [
            *lines,
            f"= {found.due_on} (raw {found.raw_on}, rolled {found.rolled_on}), {at}",
            f"  {found.kind.value}; {found.pack_id} {found.pack_version}; "
            f"{found.calendar_code} {found.calendar_version}; off: {used or 'none'}",
        ]
    )


def sections() -> dict[str, str]:
    """The derivations kept, by name."""
    parts = WRITTEN.read_text(encoding="utf-8").split("\n## ")
    return {
        name: text.strip("\n") for name, _, text in (part.partition("\n") for part in parts[1:])
    }


if __name__ == "__main__":
    head = "Derivations, each step with its rule and citation: see derived.py.\n"
    print("\n".join([head, *(f"## {name}\n{written(case())}\n" for name, case in CASES.items())]))
