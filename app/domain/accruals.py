"""What a penalty would have accrued on an obligation: its terms, read against its standing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from app.domain.clocks import CourtTime, ObligationFacts, stays_of
from app.domain.events import Event, PenaltySet, Stay, first_service
from app.domain.penalties import (
    Interval,
    PenaltyTerms,
    StartKind,
    TheoreticalAccrual,
    accrue,
    start_of_run,
)
from app.domain.standings import EndedBy, Standing
from app.phrases import phrase

_DAY, _TICK = timedelta(days=1), timedelta(microseconds=1)


def theoretical(
    obligation: ObligationFacts,
    court: CourtTime,
    events: Sequence[Event],
    standing: Standing,
    as_of: datetime,
) -> tuple[PenaltyTerms | None, TheoreticalAccrual | None]:
    """The penalty terms that hold at ``as_of``, and what would have accrued by then.

    ``events`` are the obligation's own, effective by ``as_of``. None where no penalty is
    ordered. Raises ``Incomputable`` when the run is longer than a century.
    """
    terms, set_by = obligation.category.penalty, None
    for event in events:
        if isinstance(event.details, PenaltySet):
            terms, set_by = event.details.terms, event
    if terms is None:
        return None, None
    starts_on = _starts_on(terms, set_by, obligation, court, events, standing)
    return terms, accrue(
        terms,
        starts_on=starts_on,
        as_of_on=_last_on(starts_on, standing, court, as_of),
        completed_on=court.day(standing.completed_at) if standing.completed_at else None,
        missing_documents=_missing_documents(terms, standing, court),
        not_counted=tuple(_stays(events, court, as_of)),
    )


def _starts_on(
    terms: PenaltyTerms,
    set_by: Event | None,
    obligation: ObligationFacts,
    court: CourtTime,
    events: Sequence[Event],
    standing: Standing,
) -> date | None:
    service = first_service(events, obligation.obligor_id)
    starts_on = start_of_run(
        terms,
        due_on=standing.clock.due_on,
        service_on=court.day(service.effective_at) if service else None,
    )
    if starts_on is None or set_by is None or terms.starts.kind is StartKind.on:
        return starts_on
    # CPCE art. R131-1: at the earliest from the day of the decision that orders it.
    return max(starts_on, court.day(set_by.effective_at))


def _last_on(starts_on: date | None, standing: Standing, court: CourtTime, as_of: datetime) -> date:
    """The last day that may count. A reversal leaves none: nothing was owed from the start."""
    if standing.ended_event is None:
        return court.day(as_of)
    if standing.ended_by is EndedBy.reversed and starts_on is not None:
        return starts_on - _DAY
    # What ends as a day begins was not owed on that day.
    return court.day(standing.ended_event.effective_at - _TICK)


def _missing_documents(
    terms: PenaltyTerms, standing: Standing, court: CourtTime
) -> tuple[tuple[date, int], ...]:
    """How many documents were missing from each day on, once a total was declared.

    Where the day of completion is counted, a document is missing still on the day it comes.
    One that is withdrawn was there on that day: it is missing from the next day on.
    """
    total: int | None = None
    counted = 0
    found: dict[date, int] = {}
    for move in standing.documents:
        on = court.day(move.at)
        if move.declared_total is not None:
            total = max(total or 0, move.declared_total)
        if total is not None and terms.last_day_inclusive:
            found.setdefault(on, max(0, total - counted))
        counted += move.documents
        if total is not None:
            missing = max(0, total - counted)
            if not terms.last_day_inclusive and move.documents >= 0:
                found[on] = missing
            found[on + _DAY] = missing
    return tuple(sorted(found.items()))


def _stays(events: Sequence[Event], court: CourtTime, as_of: datetime) -> Iterable[Interval]:
    """Stays stop a penalty only when the decision says so (law.md C)."""
    for stay in stays_of(events, court):
        if isinstance(stay.event.details, Stay) and stay.event.details.stops_penalty:
            until_on = stay.until_on or court.day(as_of) + _DAY
            # The day on which time runs again counts; an interval holds both its ends.
            yield Interval(stay.from_on, until_on - _DAY, phrase("stay that stops the penalty"))
