"""A periodic penalty (*astreinte*) as a decision words it (CPCE art. L131-1 to L131-4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from app.errors import Invalid

RATE_MAX = Decimal(10) ** 12
DECIMALS_MAX = 4
DAYS_MAX = 36_500
MONTHS_MAX = 1_200
TEXT_LENGTH_MAX = 4_000


class PenaltyBasis(StrEnum):
    """What the rate is multiplied by."""

    day = "day"
    document_day = "document_day"


class PenaltyNature(StrEnum):
    """CPCE art. L131-2: provisional unless the decision says final."""

    provisional = "provisional"
    final = "final"


class StartKind(StrEnum):
    """From when a penalty runs."""

    after_due = "after_due"
    on = "on"
    after_service = "after_service"


@dataclass(frozen=True, slots=True)
class StartRule:
    """The day after the due day, a date of the judge's, or the day after ``days`` from service."""

    kind: StartKind = StartKind.after_due
    on: date | None = None
    days: int | None = None

    def __post_init__(self) -> None:
        if (self.on is not None) is not (self.kind is StartKind.on):
            raise Invalid.field("on", "A date is given when the penalty starts on it, only then.")
        if (self.days is not None) is not (self.kind is StartKind.after_service):
            raise Invalid.field("days", "Days are given when they run from service, only then.")
        if self.days is not None and not 0 <= self.days <= DAYS_MAX:
            raise Invalid.field("days", "Give from 0 to {largest} days.", largest=DAYS_MAX)


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyTerms:
    """A periodic penalty as the decision words it.

    Attributes:
        rate: per day, or per missing document and day; in ``currency`` (ISO 4217).
        max_days: at most so many counted days; ``cap_months``: at most so many months from
            the first day; ``cap_amount``: at most so much.
        first_day_inclusive: whether the day the penalty starts is itself counted. No source
            settles it (law.md E), so the order decides.
        last_day_inclusive: whether the day of completion is counted: one day late is one day.
        text: the sentence of the operative part.
    """

    rate: Decimal
    currency: str = "EUR"
    per: PenaltyBasis = PenaltyBasis.day
    starts: StartRule = StartRule()
    nature: PenaltyNature = PenaltyNature.provisional
    max_days: int | None = None
    cap_amount: Decimal | None = None
    cap_months: int | None = None
    first_day_inclusive: bool = True
    last_day_inclusive: bool = True
    text: str = ""

    def __post_init__(self) -> None:
        _money(self.rate, "rate")
        if self.cap_amount is not None:
            _money(self.cap_amount, "cap_amount")
        # One code point per letter: isalpha() alone would take other alphabets.
        if len(self.currency) != 3 or not (self.currency.isascii() and self.currency.isalpha()):
            raise Invalid.field("currency", "A currency is three letters, as in EUR.")
        if not self.currency.isupper():
            raise Invalid.field("currency", "A currency is three capital letters, as in EUR.")
        for name, value, most in (
            ("max_days", self.max_days, DAYS_MAX),
            ("cap_months", self.cap_months, MONTHS_MAX),
        ):
            if value is not None and not 1 <= value <= most:
                raise Invalid.field(name, "Give a number from 1 to {largest}.", largest=most)
        if len(self.text) > TEXT_LENGTH_MAX:
            raise Invalid.field(
                "text", "Give at most {largest} characters.", largest=TEXT_LENGTH_MAX
            )


def _money(amount: Decimal, name: str) -> None:
    if not amount.is_finite() or not 0 < amount <= RATE_MAX:
        raise Invalid.field(name, "Give an amount above zero, at most {largest}.", largest=RATE_MAX)
    exponent = amount.normalize().as_tuple().exponent
    if isinstance(exponent, int) and -exponent > DECIMALS_MAX:
        raise Invalid.field(name, "Give at most {places} decimal places.", places=DECIMALS_MAX)
