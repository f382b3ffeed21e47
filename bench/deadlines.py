"""(e) Last days per second, with their derivation and without, beside dateutil + holidays."""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import holidays
from dateutil.relativedelta import relativedelta

from app.calendars import court_calendar
from app.domain.deadlines import compute
from app.domain.lastday import last_day_finder
from app.domain.periods import Period, Unit
from app.domain.terms import Within
from app.rulepacks import rule_pack
from bench.measure import Report, alternate

FIRST = date(2021, 1, 4)
DERIVED, BARE = 100_000, 500_000


def run(report: Report, *, count: int = 20_000, rounds: int = 9) -> None:
    """``count`` triggers a round, over six years; one core."""
    report.title(f"deadlines: two months from service, {count:,} triggers, one core")
    zone, pack, calendar = ZoneInfo("Europe/Paris"), rule_pack("fr-civil"), court_calendar("FR")
    term = Within((Period(2, Unit.month),))
    triggers = [FIRST + timedelta(days=i * 7 % 2190) for i in range(count)]
    last_day = last_day_finder(term, pack, calendar, zone)
    france = holidays.country_holidays("FR")
    two_months, one_day = relativedelta(months=2), timedelta(days=1)

    def derived() -> list[date]:
        return [
            compute(term=term, pack=pack, calendar=calendar, zone=zone, trigger=on).due_on
            for on in triggers
        ]

    def bare() -> list[date]:
        return [last_day(on) for on in triggers]

    def peer() -> list[date]:
        found = []
        for on in triggers:
            day = on + two_months
            while day.weekday() > 4 or day in france:
                day += one_day
            found.append(day)
        return found

    if not derived() == bare() == peer():
        raise AssertionError("the three do not find the same last days")
    found = alternate({"derived": derived, "bare": bare, "peer": peer}, rounds=rounds)
    report.rate("compute(): last day, instant and every step", found["derived"], count)
    report.rate("last_day_finder(): the last day alone", found["bare"], count)
    report.rate("peer: dateutil + one shared holidays object", found["peer"], count)
    for said, name, goal in (("with derivation", "derived", DERIVED), ("without", "bare", BARE)):
        rate = count / found[name].median
        ratio = found["peer"].median / found[name].median
        report.goal(
            f"last days {said} ≥ {goal:,}/s a core",
            met=rate >= goal,
            figure=f"{rate:,.0f}/s ({ratio:.2f} × the peer)",
        )
