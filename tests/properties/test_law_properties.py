"""What must hold under every rule pack, on a calendar of its jurisdiction."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.calendars import court_calendar
from app.domain.calendars import DayName
from app.domain.computation import Computation
from app.domain.deadlines import replay
from app.domain.notice import deemed_day, earliest_date
from app.domain.periods import Direction, MonthAnchor, Period, Unit, add_months
from app.domain.rulepacks import DeadlineKind, Roll, RulePack, TriggerDay
from app.errors import CalendarNotCovered, Incomputable, RuleNotInForce, TriggerUnknown
from app.rulepacks import rule_pack, rule_packs
from tests.properties.laws import CALENDARS, DAY, Asked, asked, calendar_of, pack_ids, triggers

FORWARD = (Direction.after,)
PACKS = rule_packs()
CLEAR_BOTH_WAYS = [
    pack.id
    for pack in PACKS
    if pack.backward_clear.value and pack.backward_clear.value & pack.minimum_period_clear.value
]


def answered(ask: Asked, **changed: object) -> Computation | None:
    """The answer, or None where the law gives none and says so."""
    try:
        return ask.answer(**changed)  # type: ignore[arg-type]
    except CalendarNotCovered:
        return None
    except Incomputable as fault:
        assert fault.field, f"a refusal that names no field: {fault}"
        return None


def test_every_pack_has_a_calendar_to_be_tried_on() -> None:
    assert sorted(CALENDARS) == [pack.id for pack in PACKS]


@given(asked())
def test_the_steps_replay_to_the_answer(ask: Asked) -> None:
    found = answered(ask)
    if found is not None:
        assert replay(found.steps) == found.due_on


@given(asked(directions=FORWARD, hours=False))
def test_a_last_day_is_one_on_which_the_pack_lets_a_period_end(ask: Asked) -> None:
    found = answered(ask)
    if found is None:
        return
    pack, calendar = ask.pack, calendar_of(ask.pack)
    rolls = ask.more["roll"] and not (
        pack.roll_only_acts_at_court.value and not ask.more["at_court"]
    )
    if rolls and pack.roll_after.value is Roll.next_working:
        assert calendar.is_working(found.due_on)
        assert calendar.next_working(found.raw_on) == found.due_on
    else:
        assert found.due_on == found.raw_on


@given(asked(directions=(Direction.before,), hours=False))
def test_a_last_day_counted_back_is_one_on_which_the_pack_lets_a_period_end(ask: Asked) -> None:
    found = answered(ask)
    if found is None:
        return
    calendar = calendar_of(ask.pack).backward
    moves = ask.more["roll"] and (
        not ask.pack.roll_only_acts_at_court.value or ask.more["at_court"]
    )
    match ask.pack.roll_before.value:
        case Roll.previous_working if moves:
            assert found.due_on == calendar.previous_working(found.raw_on)
        case Roll.next_working if moves:
            assert found.due_on == calendar.next_working(found.raw_on)
        case Roll.refused if moves:
            assert calendar.is_working(found.due_on)
        case _:
            assert found.due_on == found.raw_on


@given(asked(directions=FORWARD, stayed=False), st.sets(st.integers(0, 420), max_size=25))
def test_one_more_holiday_never_makes_a_forward_deadline_earlier(
    ask: Asked, offsets: set[int]
) -> None:
    days = {ask.trigger_on + timedelta(days=n) for n in offsets}
    before, after = answered(ask), answered(ask, calendar=ask.with_holidays(days))
    if before is not None and after is not None:
        assert after.due_at >= before.due_at


@given(asked(directions=FORWARD), st.sets(st.integers(0, 420), max_size=25))
def test_one_more_closure_of_the_court_never_makes_a_forward_deadline_earlier(
    ask: Asked, offsets: set[int]
) -> None:
    shut = {ask.trigger_on + timedelta(days=n): DayName("x", "y") for n in offsets}
    closed = calendar_of(ask.pack).with_closures(shut, version="x")
    before, after = answered(ask), answered(ask, calendar=closed)
    if before is not None and after is not None:
        assert after.due_at >= before.due_at
        if not ask.pack.closures_count.value:
            assert after.due_at == before.due_at


@given(asked(directions=FORWARD))
def test_a_stay_never_makes_a_last_day_earlier_and_never_holds_it(ask: Asked) -> None:
    found, without = answered(ask), answered(ask, suspensions=())
    if found is None or without is None:
        return
    assert found.due_on >= without.due_on
    for stay in ask.more.get("suspensions", ()):
        assert stay.until_on is not None
        assert not stay.from_on <= found.due_on <= stay.until_on


@given(asked(directions=FORWARD), st.integers(0, 60))
def test_a_later_trigger_never_gives_an_earlier_last_day(ask: Asked, later: int) -> None:
    moved = Asked(
        ask.pack_id,
        ask.periods,
        ask.trigger + timedelta(days=later),
        ask.direction,
        {**ask.more, "suspensions": ()},
    )
    before, after = answered(ask, suspensions=()), answered(moved)
    if before is not None and after is not None:
        assert before.due_at <= after.due_at


@given(pack_ids, triggers, st.integers(1, 60))
def test_months_are_never_chained(pack_id: str, trigger: date, months: int) -> None:
    pack = rule_pack(pack_id)
    if Unit.month not in pack.units.value or pack.windows:
        return
    found = answered(
        Asked(pack.id, (Period(months, Unit.month),), trigger, more={"at_court": False})
    )
    if found is None:
        return
    counted = [step for step in found.steps if step.rule == "months"]
    assert len(counted) == 1
    assert counted[0].from_on is not None
    last = add_months(counted[0].from_on, months, anchor=pack.month_anchor.value)[0]
    assert counted[0].to_on == last
    if pack.month_anchor.value is MonthAnchor.event_day:
        keeps_number = last.day == counted[0].from_on.day
    else:
        keeps_number = (last + DAY).day == (counted[0].from_on + DAY).day
    assert keeps_number or (last + DAY).day == 1


@given(pack_ids, triggers, st.integers(1, 24), st.integers(1, 12))
def test_a_year_is_twelve_months(pack_id: str, trigger: date, months: int, years: int) -> None:
    pack = rule_pack(pack_id)
    if Unit.year not in pack.units.value:
        return
    in_years = answered(Asked(pack.id, (Period(years, Unit.year),), trigger, more={"roll": False}))
    in_months = answered(
        Asked(pack.id, (Period(12 * years, Unit.month),), trigger, more={"roll": False})
    )
    assert (in_years and in_years.due_on) == (in_months and in_months.due_on)


@given(pack_ids, triggers, st.integers(1, 300), st.sampled_from([Unit.day, Unit.working_day]))
def test_counting_back_undoes_counting_on_where_nothing_moves(
    pack_id: str, trigger: date, count: int, unit: Unit
) -> None:
    pack = rule_pack(pack_id)
    if (
        unit not in pack.units.value
        or pack.backward_clear.value is None
        or pack.trigger_day.value is not TriggerDay.excluded
        or pack.windows
        or pack.franc.value
        or pack.min_working_days.value
    ):
        return
    count = min(count, 90) if unit is Unit.working_day else count
    calendar = calendar_of(pack)
    there = answered(Asked(pack.id, (Period(count, unit),), trigger, more={"roll": False}))
    if there is None:
        return
    if unit is Unit.working_day or count <= pack.short_period_days_max.value:
        start = calendar.add_working(calendar.add_working(trigger, 1), -1)
    else:
        start = trigger
    clear = DAY if unit in pack.backward_clear.value else timedelta(0)
    back = Asked(pack.id, (Period(count, unit),), there.due_on, Direction.before, {"roll": False})
    found = answered(back)
    if found is not None and calendar.is_working(trigger):
        assert found.due_on == start - clear


@given(st.sampled_from(CLEAR_BOTH_WAYS), triggers, st.integers(1, 60))
def test_clear_days_before_a_hearing_leave_that_hearing_as_the_earliest_date(
    pack_id: str, hearing: date, count: int
) -> None:
    pack = rule_pack(pack_id)
    periods = (Period(count, Unit.day),)
    back = answered(Asked(pack.id, periods, hearing, Direction.before, {"roll": False}))
    if back is None:
        return
    earliest = earliest_date(
        kind=DeadlineKind.minimum_period_earliest_date,
        periods=periods,
        pack=pack,
        calendar=calendar_of(pack),
        zone=back.due_at.tzinfo,  # type: ignore[arg-type]
        trigger=back.due_on,
    )
    # A last day counted that is off, or rolls into days that do not count, makes it longer.
    if not {"roll", "yearly_window"} & {step.rule for step in earliest.steps}:
        assert earliest.due_on <= hearing
        assert earliest.due_on == hearing or count <= pack.short_period_days_max.value


@given(
    asked(directions=FORWARD, hours=False),
    st.sampled_from([DeadlineKind.minimum_period_earliest_date, DeadlineKind.earliest_hearing]),
)
def test_an_earliest_date_is_replayed_by_its_steps_and_a_hearing_is_on_a_day_of_sitting(
    ask: Asked, kind: DeadlineKind
) -> None:
    try:
        found = earliest_date(
            kind=kind,
            periods=ask.periods,
            pack=ask.pack,
            calendar=calendar_of(ask.pack),
            zone=ask.zone,
            trigger=ask.trigger,
            service_method=ask.more["service_method"],
            suspensions=ask.more.get("suspensions", ()),
        )
    except Incomputable:
        return
    assert replay(found.steps) == found.due_on
    assert found.due_at.astimezone(ask.zone).date() == found.due_on
    assert kind is found.kind
    if kind is DeadlineKind.earliest_hearing:
        assert calendar_of(ask.pack).is_working(found.due_on)


@given(st.sampled_from([p.id for p in PACKS if p.deemed_service]), triggers, st.data())
def test_service_is_deemed_done_on_or_after_the_act_and_on_a_day_the_pack_allows(
    pack_id: str, done_on: date, data: st.DataObject
) -> None:
    pack = rule_pack(pack_id)
    method = data.draw(st.sampled_from(sorted(pack.deemed_service)))
    ask = Asked(pack.id, (Period(1, Unit.day),), done_on)
    try:
        found = deemed_day(
            method=method,
            periods=(),
            done_at=done_on,
            pack=pack,
            calendar=calendar_of(pack),
            zone=ask.zone,
        )
    except TriggerUnknown:
        assert pack.deemed_service[method].value.cut_off is not None
        return
    assert found.due_on >= done_on
    assert replay(found.steps) == found.due_on
    deemed = pack.deemed_service[method].value
    if deemed.working or deemed.unit is not Unit.day:
        assert calendar_of(pack).is_working(found.due_on)


OUTSIDE = st.dates(date(2008, 10, 1), date(2060, 12, 31))


@given(pack_ids, OUTSIDE, st.integers(1, 400), st.sampled_from(list(Direction)), st.booleans())
def test_nothing_outside_the_coverage_of_a_calendar_is_answered(
    pack_id: str, trigger: date, count: int, direction: Direction, rolls: bool
) -> None:
    pack = rule_pack(pack_id)
    ask = Asked(
        pack.id, (Period(count, Unit.day),), trigger, direction, {"roll": rolls, "at_court": True}
    )
    try:
        found = ask.answer()
    except (CalendarNotCovered, RuleNotInForce, Incomputable):
        return
    assert calendar_of(pack).covers(found.due_on)


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.id)
def test_a_year_past_the_calendar_is_refused_by_name_whatever_is_asked(pack: RulePack) -> None:
    calendar = calendar_of(pack)
    last = date(calendar.last_year, 12, 31)
    zone = Asked(pack.id, (Period(40, Unit.day),), last).zone
    more = {"at_court": True}
    with pytest.raises(CalendarNotCovered, match=str(calendar.last_year + 1)):
        Asked(pack.id, (Period(40, Unit.day),), last, more=more).answer()
    with pytest.raises(CalendarNotCovered):
        Asked(pack.id, (Period(40, Unit.day),), last, more={**more, "roll": False}).answer()
    for kind in (DeadlineKind.minimum_period_earliest_date, DeadlineKind.earliest_hearing):
        with pytest.raises(CalendarNotCovered):
            earliest_date(
                kind=kind,
                periods=(Period(40, Unit.day),),
                pack=pack,
                calendar=calendar,
                zone=zone,
                trigger=last,
            )
    for method in pack.deemed_service:
        with pytest.raises((CalendarNotCovered, TriggerUnknown)):
            deemed_day(
                method=method,
                periods=(),
                done_at=last + 30 * DAY,
                pack=pack,
                calendar=calendar,
                zone=zone,
            )


def test_the_calendars_tried_are_those_of_courts() -> None:
    assert all(court_calendar(code).zones for code in CALENDARS.values())
