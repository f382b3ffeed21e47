"""What is drawn of a computation says what its steps say, under every rule pack."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.computation import Computation
from app.domain.drawing import MONTHS_MAX, DayRole, drawn
from app.domain.notice import earliest_date
from app.domain.periods import Direction, Unit
from app.domain.rulepacks import DeadlineKind
from app.errors import Incomputable
from tests.properties.laws import DAY, Asked, asked, calendar_of


def roles(ask: Asked, found: Computation) -> dict[date, DayRole]:
    """The role of every day drawn."""
    picture = drawn(found, calendar_of(ask.pack))
    cells = [cell for month in picture.months for week in month.weeks for cell in week if cell]
    assert len(cells) == len({cell.on for cell in cells})
    return {cell.on: cell.role for cell in cells}


def days(first: date, last: date) -> list[date]:
    first, last = sorted((first, last))
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def answered(ask: Asked, **changed: object) -> Computation | None:
    try:
        found = ask.answer(**changed)  # type: ignore[arg-type]
    except Incomputable:
        return None
    months = abs((found.due_on - ask.trigger_on).days) // 31
    return found if months + 3 < MONTHS_MAX else None


def trigger_of(found: Computation) -> date:
    """The day from which time runs: of the act, or that on which service is deemed done."""
    on = next(step.from_on for step in found.steps if step.rule in ("trigger", "hours"))
    assert on is not None
    return on


@given(asked())
def test_every_day_from_the_trigger_to_the_last_has_a_role_and_one_day_is_the_last(
    ask: Asked,
) -> None:
    found = answered(ask)
    if found is None:
        return
    role = roles(ask, found)
    assert [day for day, drawn_as in role.items() if drawn_as is DayRole.last] == [found.due_on]
    trigger_on = trigger_of(found)
    between = days(trigger_on, found.due_on)
    assert not [day for day in between if role[day] is DayRole.none]
    if found.due_on != trigger_on:
        assert role[trigger_on] is DayRole.trigger
    counted = {day for day, drawn_as in role.items() if drawn_as is DayRole.counted}
    assert counted <= set(between)


@given(asked(hours=False, stayed=False))
def test_as_many_days_are_drawn_as_counted_as_the_period_has(ask: Asked) -> None:
    found = answered(ask, service_method=None)
    if found is None or len(ask.periods) > 1 or ask.pack.windows:
        return
    step = next(s for s in found.steps if s.rule in ("days", "working_days", "months"))
    if step.rule == "months" or "min_working_days" in [s.rule for s in found.steps]:
        return
    period = ask.periods[0]
    role = roles(ask, found)
    assert step.from_on is not None
    assert step.to_on is not None
    span = [day for day in days(step.from_on, step.to_on) if day != step.from_on]
    not_counted = [day for day in span if role[day] is DayRole.not_counted]
    expected = period.value * (7 if period.unit is Unit.week else 1)
    assert len(span) - len(not_counted) == expected
    if step.rule == "days":
        assert not not_counted
    else:
        calendar = calendar_of(ask.pack)
        seen = calendar if ask.direction is Direction.after else calendar.backward
        assert not [day for day in not_counted if seen.is_working(day)]


@given(asked(directions=(Direction.after,), hours=False))
def test_days_moved_over_and_left_free_are_those_that_the_steps_name(ask: Asked) -> None:
    found = answered(ask)
    if found is None:
        return
    role = roles(ask, found)
    last = found.steps[-2]  # the one before the end of the day
    if last.rule == "roll":
        assert last.from_on is not None
        over = [d for d in days(last.from_on, found.due_on)[:-1] if d != trigger_of(found)]
        assert {role[day] for day in over} <= {DayRole.moved_over}
    elif last.rule == "franc":
        assert role[found.due_on - DAY] is DayRole.free


@given(asked(directions=(Direction.after,), hours=False))
def test_no_day_of_a_stay_is_drawn_as_counted(ask: Asked) -> None:
    found = answered(ask)
    if found is None:
        return
    role, trigger_on = roles(ask, found), trigger_of(found)
    for step in found.steps:
        if step.rule in ("suspension", "interruption", "yearly_window"):
            first, last = step.why.values["from_on"], step.why.values["until_on"]
            assert isinstance(first, date)
            assert isinstance(last, date)
            held = [day for day in days(first, last) if day > trigger_on]
            assert {role[day] for day in held} <= {DayRole.not_counted}


@given(
    asked(directions=(Direction.after,), hours=False, stayed=False),
    st.sampled_from([DeadlineKind.minimum_period_earliest_date, DeadlineKind.earliest_hearing]),
)
def test_the_days_to_an_earliest_date_have_a_role_each(ask: Asked, kind: DeadlineKind) -> None:
    try:
        found = earliest_date(
            kind=kind,
            periods=ask.periods,
            pack=ask.pack,
            calendar=calendar_of(ask.pack),
            zone=ask.zone,
            trigger=ask.trigger,
        )
    except Incomputable:
        return
    if (found.due_on - ask.trigger_on).days > 31 * (MONTHS_MAX - 3):
        return
    role = roles(ask, found)
    trigger_on = trigger_of(found)
    assert not [d for d in days(trigger_on, found.due_on) if role[d] is DayRole.none]
    assert [day for day, drawn_as in role.items() if drawn_as is DayRole.last] == [found.due_on]
