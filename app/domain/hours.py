"""Periods in hours, and instants on a court's clock, also when the clocks change."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.domain.counting import Sheet
from app.domain.periods import Unit, add_days, beyond, count_phrase
from app.domain.rulepacks import HourCount
from app.errors import Incomputable, Invalid, TriggerUnknown

DAYS_WALKED_MAX = 3_660
TICK = timedelta(microseconds=1)


def local_day(moment: date | datetime, zone: ZoneInfo) -> date:
    """The court-local day of a date or of an aware instant."""
    if not isinstance(moment, datetime):
        return moment
    return aware(moment).astimezone(zone).date()


def aware(moment: datetime) -> datetime:
    """The same instant.

    Raises:
        TriggerUnknown: it has no offset.
        Incomputable: another zone may know no such instant, in the first and the last year.
    """
    if moment.tzinfo is None:
        raise TriggerUnknown(
            "The hour of the trigger has no time zone: it may be several instants."
        ).at("trigger")
    if moment.year in (MINYEAR, MAXYEAR):
        raise beyond(moment.date()).at("trigger")
    return moment


def at_wall(day: date, at: time, zone: ZoneInfo) -> datetime:
    """An hour on the court's clock. An hour that the clocks show twice, or skip, is taken at
    the later of the two instants, so that nobody loses an hour; a day begins only once."""
    first = datetime.combine(day, at, tzinfo=zone)
    if at == time.min:
        return first
    second = first.replace(fold=1)
    return max(first, second, key=lambda instant: instant.astimezone(UTC))


def on_court_clock(wall: datetime, zone: ZoneInfo, field: str) -> datetime:
    """The instant at which the court's clock showed ``wall`` (without an offset).

    Raises:
        Invalid: on ``field``, where the clocks skipped that hour or showed it twice.
        Incomputable: on ``field``, in the first and the last year that a date can name.
    """
    if wall.year in (MINYEAR, MAXYEAR):
        raise beyond(wall.date()).at(field)
    first, second = wall.replace(tzinfo=zone), wall.replace(tzinfo=zone, fold=1)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall:
        raise Invalid.field(
            field,
            "The clocks of {zone} skipped {hour} on {on}.",
            zone=zone.key,
            hour=f"{wall:%H:%M}",
            on=wall.date(),
        )
    if first.utcoffset() != second.utcoffset():
        raise Invalid.field(
            field,
            "The clocks of {zone} showed {hour} twice on {on}: give its offset.",
            zone=zone.key,
            hour=f"{wall:%H:%M}",
            on=wall.date(),
        )
    return first


def day_over(day: date, day_end: time | None, zone: ZoneInfo) -> datetime:
    """The exclusive instant at which ``day`` is over: the next midnight of the court, or
    ``day_end``."""
    if day_end is None:
        return datetime.combine(add_days(day, 1), time.min, tzinfo=zone)
    return at_wall(day, day_end, zone)


def last_day(over_at: datetime, zone: ZoneInfo) -> date:
    """The court-local day to which the last moment before ``over_at`` belongs."""
    return (over_at.astimezone(UTC) - TICK).astimezone(zone).date()


def hour_end(
    sheet: Sheet, trigger: date | datetime, hours: int, zone: ZoneInfo
) -> tuple[date, datetime]:
    """Count hours; the raw last day and the exclusive instant after the roll.

    FRCP 6(a)(2): every elapsed hour counts, the clock on the wall moves with the clocks,
    and an end on a day off goes to the same hour of the next working day.
    """
    how, trigger_on = sheet.pack.hour_count, local_day(trigger, zone)
    try:
        over_at = _over_at(sheet, trigger, hours, zone)
        raw_on = last_day(over_at, zone)
    except OverflowError:
        raise Incomputable("A period in hours leaves the years a calendar can name.").at(
            "period"
        ) from None
    sheet.note(
        "hours",
        how,
        trigger_on,
        raw_on,
        "A period of {duration} from {trigger} ends at {over_at}.",
        duration=count_phrase(hours, Unit.hour),
        trigger=trigger,
        over_at=over_at,
    )
    return raw_on, _same_hour(sheet, raw_on, over_at, zone)


def _over_at(sheet: Sheet, trigger: date | datetime, hours: int, zone: ZoneInfo) -> datetime:
    how = sheet.pack.hour_count.value
    if how is HourCount.midnight_to_midnight:
        return _from_midnight(sheet, local_day(trigger, zone), hours, zone)
    if not isinstance(trigger, datetime):
        raise TriggerUnknown(
            "A period in hours runs from an instant: the hour of the trigger is not known."
        ).at("trigger")
    return _COUNTS[how](sheet, trigger, hours, zone).astimezone(zone)


def _elapsed(sheet: Sheet, trigger: datetime, hours: int, _zone: ZoneInfo) -> datetime:
    return trigger.astimezone(UTC) + timedelta(hours=sheet.sign * hours)


def _next_full_hour(sheet: Sheet, trigger: datetime, hours: int, zone: ZoneInfo) -> datetime:
    """Hours after the one in which the event falls (Reg. 1182/71, art. 3 (1) and (2) (a))."""
    local = trigger.astimezone(zone)
    begun = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
    start = trigger.astimezone(UTC) - begun + timedelta(hours=1 if sheet.forward else 0)
    return _elapsed(sheet, start, hours, zone)


def _from_midnight(sheet: Sheet, trigger_on: date, hours: int, zone: ZoneInfo) -> datetime:
    days, rest = divmod(hours, 24)
    first = add_days(trigger_on, 1) if sheet.forward else trigger_on
    if not sheet.forward and rest:
        days, rest = days + 1, 24 - rest
    return at_wall(add_days(first, sheet.sign * days), time(rest), zone)


def _working(sheet: Sheet, trigger: datetime, hours: int, zone: ZoneInfo) -> datetime:
    """Hours of working days only (ZPO § 222 III); counted forward or back, day by day."""
    here, left = trigger.astimezone(UTC), timedelta(hours=hours)
    day = local_day(trigger, zone) if sheet.forward else last_day(here, zone)
    for _ in range(DAYS_WALKED_MAX):
        edge_on = add_days(day, 1) if sheet.forward else day
        edge = datetime.combine(edge_on, time.min, tzinfo=zone).astimezone(UTC)
        off = sheet.counting.day_off(day)
        if off is not None:
            sheet.meet([off])
        elif abs(edge - here) >= left:
            return here + sheet.sign * left
        else:
            left -= abs(edge - here)
        here, day = edge, add_days(day, sheet.sign)
    raise Incomputable("A period in working hours is at most ten years long.").at("period")


_COUNTS = {
    HourCount.elapsed: _elapsed,
    HourCount.next_full_hour: _next_full_hour,
    HourCount.working_days: _working,
}


def _same_hour(sheet: Sheet, raw_on: date, over_at: datetime, zone: ZoneInfo) -> datetime:
    if not sheet.pack.hours_roll.value:
        sheet.rolling.require(raw_on)
        return over_at
    rolled_on = sheet.roll(raw_on)
    if rolled_on == raw_on:
        return over_at
    wall = over_at.replace(tzinfo=None) + (rolled_on - raw_on)
    return at_wall(wall.date(), wall.time(), zone)
