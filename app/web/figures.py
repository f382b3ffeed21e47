"""Statistics as figures in words: what is counted, of how many, and row by row."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.statistics import DueState, share
from app.domain.status import Status
from app.language import Language, month_year, number, word
from app.schemas import statistics as wire
from app.web.bars import Figure, Line, Part
from app.web.rendering import MARKS, text_in


def figures(
    found: wire.StatisticsOut, language: Language, listed: Sequence[tuple[Status, str]] = ()
) -> list[Figure]:
    """All figures in ``language``; ``listed``: where the obligations of a status are listed."""
    times, addresses = found.time_to_production, dict(listed)
    return [
        _statuses("obligations", _in(language, "Obligations by status"),
                  _in(language, "Obligations"),
                  _in(language, "An obligation is a category that one party owes. Its status is"
                      " computed; “met” means declared complete, for only a judge decides whether"
                      " that suffices."),
                  found.obligations_by_status, language, addresses),
        _statuses("orders", _in(language, "Orders by status"), _in(language, "Orders"),
                  _in(language, "An order bears the worst status of its obligations: one that is"
                      " overdue makes it overdue."),
                  found.orders_by_status, language, {}),
        _lateness(found.lateness, language),
        _time("from-start", _in(language, "Time to production, from the start of the term"),
              _in(language, "Days from the day on which the term began to run (service, or what"
                  " else the order names) to the day on which the obligation was met, as declared:"
                  " what the obligor took. Obligations met that have no such day, as where the"
                  " order fixes a date, are not in it."),
              times.from_start, language),
        _time("from-order", _in(language, "Time to production, from the order"),
              _in(language, "Days from the day the order was made to the day on which the"
                  " obligation was met, as declared: what the requesting party waited, with the"
                  " time until service in it."),
              times.from_order, language),
        _months(found.by_month, language),
    ]  # fmt: skip


def _in(language: Language, text: str, **values: object) -> str:
    return text_in(language, text, **values)


def _share(count: int, of: int, language: Language) -> str | None:
    found = share(count, of)
    return None if found is None else f"{number(found, language)}\N{NO-BREAK SPACE}%"


def _statuses(
    name: str, title: str, what: str, about: str, counts: Sequence[wire.StatusCount],
    language: Language, addresses: dict[Status, str],
) -> Figure:  # fmt: skip
    total = sum(each.count for each in counts)
    return Figure(
        name,
        title,
        _in(language, "Status"),
        (what,),
        tuple(
            Line(
                word(each.status, language),
                (Part(each.status.value, each.count),),
                MARKS[each.status],
                _share(each.count, total, language),
                addresses.get(each.status),
            )
            for each in counts
            if each.count
        ),
        about,
        notes=(_in(language, "A status that is not listed is borne by none."),),
    )


def _lateness(found: wire.LatenessOut, language: Language) -> Figure:
    def line(label: str, met: Part, still: Part) -> Line:
        share = _share(met.count + still.count, found.count, language)
        return Line(label, (met, still), share=share)

    none = Part(DueState.overdue.value, 0)
    rows = [line(_in(language, "On time"), Part(DueState.on_time.value, found.on_time), none)]
    rows += [
        line(
            _late_label(each, language),
            Part(DueState.late.value, each.met),
            Part(DueState.overdue.value, each.overdue),
        )
        for each in found.late
    ]
    rows.append(
        line(
            _in(language, "Still open, and not late"),
            Part(DueState.on_time.value, 0),
            Part(DueState.not_late.value, found.not_late),
        )
    )
    if found.no_last_day:
        met = Part(DueState.on_time.value, found.no_last_day)
        rows.append(line(_in(language, "Met, no last legal day known"), met, none))
    notes = []
    if found.ended:
        notes.append(
            _in(language, "Left out, for nothing is owed any more: {n}.",
                n=number(found.ended, language))
        )  # fmt: skip
    return Figure(
        "lateness",
        _in(language, "Lateness"),
        _in(language, "Beside the last legal day"),
        (_in(language, "Met, as declared"), _in(language, "Not met")),
        tuple(rows),
        _in(language, "Days of the court’s calendar after the last legal day, extensions and stays"
            " counted in: until it was met, as declared, or where it is not met until the day"
            " asked about. What came on the last day after its hour is late by no whole day, and"
            " stands in the first row of the late ones."),
        notes=tuple(notes),
        legend=tuple(DueState),
    )  # fmt: skip


def _late_label(each: wire.LateBucketOut, language: Language) -> str:
    if each.to_days is None:
        return _in(
            language, "More than {days} days late", days=number(each.from_days - 1, language)
        )
    if each.from_days == 0:
        return _in(language, "Late, by up to {days} days", days=each.to_days)
    return _in(language, "{first} to {last} days late", first=each.from_days, last=each.to_days)


def _time(name: str, title: str, about: str, found: wire.SpreadOut, language: Language) -> Figure:
    measures = []
    if found.median is not None:
        measures = [(_in(language, "Median"), _days(found.median, language))]
        if found.lower is not None and found.upper is not None:
            middle = _in(language, "from {first} to {last}", first=number(found.lower, language),
                         last=_days(found.upper, language))  # fmt: skip
            measures.append((_in(language, "Middle half (quartiles)"), middle))
        whole = _in(language, "from {first} to {last}", first=number(found.shortest or 0, language),
                    last=_days(found.longest or 0, language))  # fmt: skip
        measures.append((_in(language, "Shortest and longest"), whole))
    return Figure(
        name,
        title,
        _in(language, "Days until met"),
        (_in(language, "Obligations"),),
        tuple(
            Line(
                _time_label(each, language),
                (Part("time", each.count),),
                share=_share(each.count, found.count, language),
            )
            for each in found.buckets
            if each.from_days is not None or each.count
        ),
        about,
        tuple(measures),
    )


def _days(days: object, language: Language) -> str:
    count = number(days, language)  # type: ignore[arg-type]
    return _in(language, "1 day") if days == 1 else _in(language, "{n} days", n=count)


def _time_label(each: wire.DaysBucket, language: Language) -> str:
    if each.from_days is None:
        return _in(language, "Before it began")
    if each.to_days is None:
        return _in(language, "More than {days} days", days=each.from_days - 1)
    return _in(language, "{first} to {last} days", first=each.from_days, last=each.to_days)


def _months(found: wire.MonthsOut, language: Language) -> Figure:
    def line(label: str, each: wire.DueCountsOut) -> Line:
        return Line(label, tuple(Part(s.value, getattr(each, s.value)) for s in DueState))

    rows = [line(month_year(each.month, language), each) for each in found.months]
    before = line(_in(language, "Earlier"), found.before)
    after = line(_in(language, "Later"), found.after)
    notes = []
    if found.no_last_day:
        notes.append(
            _in(language, "No last legal day is known, so they are in no month: {n}.",
                n=number(found.no_last_day, language))
        )  # fmt: skip
    return Figure(
        "months",
        _in(language, "By month of the last legal day"),
        _in(language, "Month"),
        tuple(word(state, language) for state in DueState),
        tuple(([before] if before.count else []) + rows + ([after] if after.count else [])),
        _in(language, "The month in which the last legal day falls, as it stood then with every"
            " extension and stay; what ended is left out. At most the twelve months before that"
            " of the day asked about and the eleven after it stand apart."),
        notes=tuple(notes),
        short=True,
        legend=tuple(DueState),
    )  # fmt: skip
