"""A computation drawn on month grids, as a line of letters from the first day to the last."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.domain.computation import Extension
from app.domain.drawing import MONTHS_MAX, DayRole, Drawing, drawn
from app.domain.terms import Until
from tests.unit.derived import (
    BEFORE,
    CALENDAR,
    CASES,
    CLOSED,
    DEEMED,
    SERVICE,
    WINDOW,
    Case,
    by,
    last,
    stay,
)
from tests.unit.small_packs import plain_calendar, small_pack

LETTERS = {
    DayRole.none: ".",
    DayRole.trigger: "T",
    DayRole.counted: "c",
    DayRole.not_counted: "-",
    DayRole.free: "f",
    DayRole.moved_over: ">",
    DayRole.last: "L",
}
SET_EARLIER = [Extension.to(date(2024, 2, 9))]


def picture(case: Case) -> str:
    """From the first day with a role to the last one: its date, then a letter a day."""
    found = case()
    drawing = drawn(found, CALENDAR)
    days = {
        cell.on: cell.role
        for month in drawing.months
        for week in month.weeks
        for cell in week
        if cell is not None
    }
    having = [day for day, role in days.items() if role is not DayRole.none]
    span = range((max(having) - min(having)).days + 1)
    letters = "".join(LETTERS[days[min(having) + timedelta(days=n)]] for n in span)
    return f"{min(having):%m-%d} {letters}"


@pytest.mark.parametrize(
    ("case", "drawing"),
    [
        # Rolled from Saturday the 10th to Monday the 12th.
        (last("9D", "2024-02-01"), "02-01 Tcccccccc>>L"),
        (last("9D", "2024-02-01", roll=False), "02-01 TccccccccL"),
        (last("1D", "2024-02-01"), "02-01 TL"),
        (CASES["working days pass over days off"], "02-09 T--cc-cL"),
        (CASES["a closure counts as a working day"], "02-09 T--cL"),
        (CASES["a short period"], "02-09 T--cc-L"),
        (CASES["too few working days"], "02-09 TcccL"),
        (CASES["the trigger is counted"], "02-01 TcccccL"),
        (last("1D", "2024-02-03", pack=small_pack(trigger_day="included")), "02-03 T>L"),
        (CASES["from the next working day"], "02-09 T--cc>L"),
        (CASES["back"], "02-15 LccccT"),
        (CASES["back, clear"], "02-14 LfccccT"),
        (CASES["back, rolled back"], "02-16 L>ccT"),
        (CASES["back, rolled towards the event"], "02-17 >>LT"),
        (CASES["back from the working day before"], "02-14 Lcc--T"),
        (CASES["back, over the holiday of a state"], "02-13 LccT"),
        (CASES["back, with days for service"], "02-12 Lc-cccccT"),
        (last("10D", "2024-02-01", pack=small_pack(franc=True)), "02-01 TcccccccccfL"),
        (CASES["mail after the roll"], "02-01 Tcccccccc>>cccL"),
        (CASES["fax in court days"], "02-02 Tcccccccc>cc-L"),
        (CASES["mail before the roll"], "02-01 TcccccccccccL"),
        # Deemed on Monday the 12th: the days before it are those of the post.
        (
            last("3D", "2024-02-08", pack=small_pack(DEEMED), service_method="mail"),
            "02-09 ---TccL",
        ),
        (
            last("3D", "2024-02-08", pack=small_pack(DEEMED), service_method="registered_letter"),
            "02-09 ---TccL",
        ),
        # Stays
        (
            last("9D", "2024-02-01", suspensions=[stay("2024-02-05", "2024-02-06")]),
            "02-01 Tccc--cccccL",
        ),
        (
            last("9D", "2024-02-01", suspensions=[stay("2024-02-12", "2024-02-13")]),
            "02-01 Tccccccccc--->L",
        ),
        (
            last("5D", "2024-02-01", suspensions=[stay("2024-01-25", "2024-02-02")]),
            "02-01 T-ccccL",
        ),
        (CASES["working days suspended"], "02-08 Tc---------cccL"),
        (
            last("5D", "2024-02-01", suspensions=[stay("2024-02-05", "2024-02-06", "interrupt")]),
            "02-01 T-----cccc>L",
        ),
        (
            last("5D", "2024-02-01", suspensions=[stay("2024-02-05", "2024-02-08", "prorogue")]),
            "02-01 Tcccc>>>L",
        ),
        (last("5D", "2023-12-22", pack=small_pack(WINDOW)), "12-22 Tc" + "-" * 17 + "ccc>>L"),
        # Hours
        (CASES["elapsed hours"], "02-12 Tc>L"),
        (CASES["hours of working days"], "02-09 T--L"),
        (CASES["hours of working days, back"], "02-13 L-T"),
        # Fixed dates and extensions
        (last(Until(date(2024, 2, 13))), "02-13 L"),
        (CASES["a fixed date on a day off"], "02-14 L"),
        (
            last(Until(date(2024, 2, 13)), extensions=[Extension.to(date(2024, 2, 16))]),
            "02-14 ccL",
        ),
        (last(Until(date(2024, 2, 13)), extensions=SET_EARLIER), "02-09 L"),
        (last("9D", "2024-02-05", extensions=SET_EARLIER), "02-05 TcccL"),
        (
            last(
                "9D",
                "2024-02-01",
                extensions=[by("2D")],
                pack=small_pack(extension_base="rolled_end"),
            ),
            "02-01 Tcccccccc>>cc>L",
        ),
        # Earliest dates and days of service
        (CASES["a minimum period rolls, then is clear"], "02-07 Tcccccc>fL"),
        (CASES["the earliest hearing after a weekend"], "02-02 Tccccccf>>L"),
        (CASES["served by post"], "02-09 ---L"),
        (CASES["served by e-mail"], "02-08 L"),
        (CASES["served by a stated period, on a working day"], "02-08 Tcc-L"),
    ],
)
def test_each_day_is_drawn_as_what_it_is(case: Case, drawing: str) -> None:
    assert picture(case) == drawing


def test_a_day_off_is_drawn_with_its_name_where_the_calendar_knows_it() -> None:
    drawing = drawn(CASES["a holiday rolls"](), CLOSED)
    cells = {c.on: c for m in drawing.months for week in m.weeks for c in week if c}
    assert [(month.year, month.month) for month in drawing.months] == [(2024, 2)]
    assert drawing.months[0].first_on == date(2024, 2, 1)
    assert len(cells) == 29
    named = {on.day: cell.off.name for on, cell in cells.items() if cell.off}
    assert named[14] == "Holiday"
    assert named[12] == "Storm"
    assert named[10] == ""
    assert 13 not in named
    assert [day.name for day in drawing.months[0].named_days] == ["Storm", "Holiday"]
    foreign = drawn(CASES["a holiday rolls"](), plain_calendar(first_year=2030))
    assert not [c for m in foreign.months for week in m.weeks for c in week if c and c.off]


def test_weeks_begin_on_monday_and_hold_only_days_of_their_month() -> None:
    week = drawn(CASES["a holiday rolls"](), CALENDAR).months[0].weeks[0]
    assert [cell and cell.on.day for cell in week] == [None, None, None, 1, 2, 3, 4]


def months_of(drawing: Drawing) -> list[str]:
    return [f"{month.year}-{month.month:02}" for month in drawing.months]


def test_of_a_long_computation_the_middle_is_left_out() -> None:
    whole = drawn(last("23M", "2024-01-10")(), CALENDAR)
    assert (len(whole.months), whole.left_out) == (MONTHS_MAX, 0)
    assert months_of(whole)[0] == "2024-01"
    assert months_of(whole)[-1] == "2025-12"
    cut = drawn(last("30M", "2024-01-10")(), CALENDAR)
    assert (len(cut.months), cut.left_out) == (MONTHS_MAX, 7)
    assert months_of(cut)[11:13] == ["2024-12", "2025-08"]
    assert months_of(cut)[-1] == "2026-07"


def test_a_computation_backward_over_the_new_year_is_drawn_in_the_order_of_days() -> None:
    drawing = drawn(last("20D", "2024-01-10", direction=BEFORE)(), CALENDAR)
    assert months_of(drawing) == ["2023-12", "2024-01"]


def test_service_by_mail_and_a_stay_are_drawn_together() -> None:
    case = last(
        "9D",
        "2024-02-01",
        pack=small_pack(SERVICE),
        service_method="mail",
        suspensions=[stay("2024-02-13", "2024-02-14")],
    )
    assert picture(case) == "02-01 Tcccccccc>>c--cc>>L"
