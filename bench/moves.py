"""(f) A new holiday over a million open deadlines: recomputed, and which of them move."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import date, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import holidays
from dateutil.relativedelta import relativedelta
from sqlalchemy import func, select

from app import models as m
from app.calendars import court_calendar
from app.db import Database
from app.domain.calendars import ClosureKind
from app.domain.lastday import last_day_finder
from app.domain.periods import Period, Unit
from app.domain.terms import Within
from app.rulepacks import rule_pack
from app.services.lawbook import Closed, with_closed
from app.services.moves import Moves, moves
from bench import stamp
from bench.docket import NOW, running
from bench.lists import KINDS, fresh_urls
from bench.measure import Report, alternate, duration

COMPUTED, WITH_DATABASE = 10.0, 60.0
PER_ORDER = 4


def run(
    report: Report,
    *,
    deadlines: int = 1_000_000,
    rounds: int = 3,
    kinds: tuple[str, ...] = KINDS,
) -> None:
    """Compute alone, beside dateutil and a shared ``holidays`` object; then with the database."""
    _computed(report, deadlines, rounds)
    for kind in kinds:
        report.title(f"moves: {deadlines:,} open deadlines of one court on {kind}, a new holiday")
        with ExitStack() as held:
            url = next(held.enter_context(fresh_urls(kind)))
            database = Database(url)
            held.callback(database.close)
            _with_database(report, kind, database, deadlines, rounds)


def _computed(report: Report, deadlines: int, rounds: int) -> None:
    report.title(f"moves: {deadlines:,} last days found anew, compared; one core, no database")
    pack, zone, term = rule_pack("fr-civil"), ZoneInfo("Europe/Paris"), _term()
    before, closed_on = court_calendar("FR"), _busiest()
    after = with_closed(before, _closed(closed_on))
    served = [NOW.date() - timedelta(days=1 + i % 58) for i in range(deadlines)]
    find = last_day_finder(term, pack, before, zone)
    known = [find(on) for on in served]
    find_anew = last_day_finder(term, pack, after, zone)
    france = holidays.country_holidays("FR", years=range(2020, 2036))
    two_months, one_day = relativedelta(months=2), timedelta(days=1)

    def ours() -> int:
        return sum(find_anew(on) != due for on, due in zip(served, known, strict=True))

    def peer() -> int:
        moved = 0
        for on, due in zip(served, known, strict=True):
            day = on + two_months
            while day.weekday() > 4 or day in france or day == closed_on:
                day += one_day
            moved += day != due
        return moved

    if not ours() == peer() > 0:
        raise AssertionError("the two do not move the same last days")
    found = alternate({"ours": ours, "peer": peer}, rounds=rounds, warm=0)
    report.time("last_day_finder() under the new calendar, compared", found["ours"])
    report.time("peer: dateutil + one shared holidays object", found["peer"])
    taken = found["ours"].median
    report.goal(
        f"recomputed in less than {COMPUTED:.0f} s",
        met=taken < COMPUTED,
        figure=f"{duration(taken)} ({found['peer'].median / taken:.1f} × as fast as the peer)",
    )


def _with_database(
    report: Report, kind: str, database: Database, deadlines: int, rounds: int
) -> None:
    court, actor = stamp.open_court(database)
    start = perf_counter()
    rows = stamp.fill(database, court, actor, deadlines // PER_ORDER, running)
    report.note(f"  seeded: {rows:,} rows in {perf_counter() - start:,.0f} s")
    on = _busiest()
    due = (m.StandingRow.due_on == on, m.StandingRow.valid_until.is_(None))
    with database.reading() as session:
        expected = session.scalar(select(func.count()).select_from(m.StandingRow).where(*due))

    def told(day: date | None) -> Moves:
        with database.reading() as session:
            return moves(session, court.id, _closed(on), NOW, day=day)

    whole, narrow = told(None), told(on)
    if not len(whole.moved) == len(narrow.moved) == expected or not expected:
        raise AssertionError(f"{len(whole.moved)} moved, {len(narrow.moved)}, not {expected}")
    if len(whole.moved) + whole.unmoved != deadlines // PER_ORDER * PER_ORDER:
        raise AssertionError("not every deadline was recomputed")
    found = alternate(
        {"whole": lambda: told(None), "narrow": lambda: told(on)}, rounds=rounds, warm=0
    )
    report.figure("open deadlines that move", f"{expected:,}")
    report.time("moves(): every deadline recomputed", found["whole"])
    report.time("moves(): only those that the day can touch", found["narrow"])
    taken = found["whole"].median
    report.goal(
        f"{kind}: recomputed and told in less than {WITH_DATABASE:.0f} s",
        met=taken < WITH_DATABASE,
        figure=duration(taken),
    )


def _term() -> Within:
    return Within((Period(2, Unit.month),))


def _closed(on: date) -> Closed:
    return ((on, ClosureKind.declared_holiday, "Fête nouvelle", "loi nouvelle"),)


def _busiest() -> date:
    """A Monday to which a weekend rolls, a month ahead."""
    ahead = NOW.date() + timedelta(days=30)
    day = ahead + timedelta(days=-ahead.weekday() % 7)
    return court_calendar("FR").next_working(day)
