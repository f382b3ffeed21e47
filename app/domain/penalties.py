"""Periodic penalties (*astreintes*): what would have accrued, never what is owed.

The amount is only theoretical until a judge liquidates it (CPCE art. L131-2 to L131-4):
conduct, difficulties and proportionality may reduce it to nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.domain.penaltyfile import penalty_from_json, penalty_to_json
from app.domain.penaltyterms import (
    PenaltyBasis,
    PenaltyNature,
    PenaltyTerms,
    StartKind,
    StartRule,
)
from app.domain.periods import Unit, add_days, add_months, count_phrase
from app.errors import Incomputable
from app.phrases import Phrase, phrase

__all__ = [
    "Interval",
    "PenaltyBasis",
    "PenaltyNature",
    "PenaltyTerms",
    "StartKind",
    "StartRule",
    "TheoreticalAccrual",
    "accrue",
    "penalty_from_json",
    "penalty_to_json",
    "start_of_run",
]

RUN_DAYS_MAX = 36_525


@dataclass(frozen=True, slots=True)
class Interval:
    """Days that are not counted, both included, and why."""

    from_on: date
    until_on: date
    why: Phrase


@dataclass(frozen=True, slots=True, kw_only=True)
class TheoreticalAccrual:
    """What would have accrued before any liquidation. It is not a debt.

    Attributes:
        from_on, to_on: the first and the last day counted; None when none is.
        item_days: documents missing, summed over the days counted; 0 when per day.
        complete: False when the number of missing documents is not known for every day.
        capped: a limit of the decision stopped the run or the amount.
    """

    theoretical_accrual: Decimal
    currency: str
    from_on: date | None
    to_on: date | None
    counted_days: int
    not_counted_days: int
    item_days: int
    rate: Decimal
    capped: bool
    complete: bool
    reasons: tuple[Phrase, ...]


def start_of_run(
    terms: PenaltyTerms, *, due_on: date | None, service_on: date | None
) -> date | None:
    """The day a penalty starts, or None while what it depends on is not known.

    ``due_on`` is the last day to perform; ``service_on`` the day the decision was served.
    Without a date of the judge's it runs from service (CPCE art. R131-1).
    """
    rule = terms.starts
    if rule.kind is StartKind.on:
        return rule.on
    if rule.kind is StartKind.after_due:
        return None if due_on is None else add_days(due_on, 1)
    return None if service_on is None else add_days(service_on, (rule.days or 0) + 1)


def accrue(
    terms: PenaltyTerms,
    *,
    starts_on: date | None,
    as_of_on: date,
    completed_on: date | None = None,
    missing_documents: Sequence[tuple[date, int]] = (),
    not_counted: Sequence[Interval] = (),
) -> TheoreticalAccrual:
    """Count the days of a penalty up to ``as_of_on``, that day included.

    Args:
        starts_on: from ``start_of_run``; None when not known, and nothing accrues.
        completed_on: the day everything was produced, None while something is missing.
        missing_documents: how many were missing from each day on, in order; needed when the
            rate is per document.
        not_counted: days that the *decision* says do not count (a stay alone changes
            nothing: law.md C).

    Raises:
        Incomputable: the run is longer than a century.
    """
    tally = _Tally(terms, missing_documents)
    if starts_on is None:
        tally.reasons.append(phrase("The day from which the penalty runs is not known."))
        return tally.total()
    first = starts_on if terms.first_day_inclusive else add_days(starts_on, 1)
    last = _last_day(terms, first, as_of_on, completed_on, tally)
    if (last - first).days > RUN_DAYS_MAX:
        raise Incomputable("A penalty that runs for more than a century is not counted.")
    idle = _idle(not_counted, first, last)
    for ordinal in range(first.toordinal(), last.toordinal() + 1):
        if tally.full():
            break
        tally.take(date.fromordinal(ordinal), idle=ordinal in idle)
    for interval in not_counted:
        if interval.from_on <= last and interval.until_on >= first:
            tally.reasons.append(_why_idle(interval))
    return tally.total()


def _last_day(
    terms: PenaltyTerms, first: date, as_of_on: date, completed_on: date | None, tally: _Tally
) -> date:
    last = as_of_on
    if completed_on is not None:
        last = min(last, completed_on if terms.last_day_inclusive else add_days(completed_on, -1))
    if terms.cap_months is None:
        return last
    limit = add_days(add_months(first, terms.cap_months)[0], -1)
    if limit < last:
        tally.capped = True
        tally.reasons.append(phrase("The decision lets it run to {limit_on}.", limit_on=limit))
    return min(last, limit)


def _idle(not_counted: Iterable[Interval], first: date, last: date) -> set[int]:
    idle: set[int] = set()
    for interval in not_counted:
        begin, end = max(interval.from_on, first), min(interval.until_on, last)
        idle.update(range(begin.toordinal(), end.toordinal() + 1))
    return idle


def _why_idle(interval: Interval) -> Phrase:
    return phrase(
        "From {from_on} to {until_on} no day is counted: {why}.",
        from_on=interval.from_on,
        until_on=interval.until_on,
        why=interval.why,
    )


class _Tally:
    """Days and item-days as they are counted."""

    def __init__(self, terms: PenaltyTerms, missing: Sequence[tuple[date, int]]) -> None:
        self.terms = terms
        self.per_document = terms.per is PenaltyBasis.document_day
        self.counts: Iterator[tuple[date, int]] = iter(sorted(missing))
        self.coming = next(self.counts, None)
        self.missing: int | None = None
        self.first_on: date | None = None
        self.last_on: date | None = None
        self.days = self.idle_days = self.item_days = 0
        self.capped = False
        self.complete = True
        self.reasons: list[Phrase] = []

    def full(self) -> bool:
        """Whether the limit in days is reached, with a day still to take."""
        if self.terms.max_days is None or self.days < self.terms.max_days:
            return False
        self.capped = True
        self.reasons.append(
            phrase(
                "The decision limits it to {days}.",
                days=count_phrase(self.terms.max_days, Unit.day),
            )
        )
        return True

    def take(self, day: date, *, idle: bool) -> None:
        """Count one day of the run, or pass over it."""
        if self.per_document:
            self._read_counts(day)
        if idle:
            self.idle_days += 1
            return
        if self.per_document and self.missing is None:
            self.complete = False
            return
        self.first_on = self.first_on or day
        self.last_on = day
        self.days += 1
        self.item_days += self.missing or 0

    def _read_counts(self, day: date) -> None:
        while self.coming is not None and self.coming[0] <= day:
            self.missing = self.coming[1]
            self.coming = next(self.counts, None)

    def total(self) -> TheoreticalAccrual:
        """The amount, after the cap, with the reasons."""
        terms, multiple = self.terms, self.item_days if self.per_document else self.days
        amount = terms.rate * multiple
        if terms.cap_amount is not None and amount > terms.cap_amount:
            amount, self.capped = terms.cap_amount, True
            self.reasons.append(
                phrase(
                    "The decision limits it to {amount} {currency}.",
                    amount=amount,
                    currency=terms.currency,
                )
            )
        if not self.complete:
            self.reasons.append(
                phrase("How many documents were missing is not known for each day.")
            )
        if self.first_on is not None and self.last_on is not None:
            self.reasons.insert(0, self._counted())
        limited = terms.max_days is not None or terms.cap_months is not None
        if terms.nature is PenaltyNature.final and not limited:
            self.reasons.append(
                phrase(
                    "Called final but without a fixed duration: it would be liquidated as "
                    "provisional (CPCE art. L131-2)."
                )
            )
        self.reasons.append(phrase("Theoretical: no sum is due before a judge liquidates it."))
        return TheoreticalAccrual(
            theoretical_accrual=amount,
            currency=terms.currency,
            from_on=self.first_on,
            to_on=self.last_on,
            counted_days=self.days,
            not_counted_days=self.idle_days,
            item_days=self.item_days,
            rate=terms.rate,
            capped=self.capped,
            complete=self.complete,
            reasons=tuple(self.reasons),
        )

    def _counted(self) -> Phrase:
        values = {
            "rate": self.terms.rate,
            "currency": self.terms.currency,
            "from_on": self.first_on,
            "to_on": self.last_on,
            "days": count_phrase(self.days, Unit.day),
        }
        if self.per_document:
            return phrase(
                "{rate} {currency} per document and day, from {from_on} to {to_on}: "
                "{item_days} document-days over {days}.",
                item_days=self.item_days,
                **values,
            )
        return phrase("{rate} {currency} per day, from {from_on} to {to_on}: {days}.", **values)
