"""Days on which somebody says that a court is closed, with no text to name; days with names."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from app.calendars import court_calendar
from app.domain.calendars import DayKind, DayName, DayOff
from app.domain.deadlines import compute
from app.domain.drawing import drawn
from app.domain.periods import Period, Unit
from app.domain.terms import TriggerKind, Within
from app.rulepacks import rule_pack

FR = court_calendar("FR")
FR_ZONE = ZoneInfo(FR.zones[0])
ON = date(2021, 9, 13)


def test_a_day_without_a_text_is_said_by_its_name_alone() -> None:
    closed = DayOff(ON, DayKind.closure, "as asked")
    assert str(closed.why) == "2021-09-13 (court closed: as asked)"
    assert str(DayOff(ON, DayKind.holiday, "as asked").why) == "2021-09-13 (as asked)"


def test_two_names_of_a_day_join_the_texts_that_there_are() -> None:
    one, other = DayName("Assomption", "C. trav., art. L3133-1"), DayName("as asked", "")
    assert one.and_also(other).source == other.and_also(one).source == one.source
    assert other.and_also(other).source == ""
    assert one.and_also(DayName("Fête", "loi")).source == f"{one.source}; loi"


def test_a_month_lists_its_days_off_that_have_a_name() -> None:
    found = compute(
        term=Within((Period(2, Unit.month),), TriggerKind.service),
        pack=rule_pack("fr-civil"),
        calendar=FR,
        zone=FR_ZONE,
        trigger=date(2021, 7, 12),
    )
    named = [[off.name for off in month.named_days] for month in drawn(found, FR).months]
    assert named == [["Fête nationale"], ["Assomption"], []]
