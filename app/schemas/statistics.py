"""Statistics of a court on the wire: counts, and of how many each figure is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import Field, PlainSerializer

from app.domain.status import Status
from app.schemas.fields import Instant, Wire

Days = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
"""Days, in tenths."""


class StatusCount(Wire):
    """How many bear a status."""

    status: Status
    count: int


class DaysBucket(Wire):
    """How many lie between two numbers of days, both included; null: no limit there."""

    from_days: int | None
    to_days: int | None
    count: int


class SpreadOut(Wire):
    """How a number of days is spread over `count` obligations; null where there are too few."""

    count: int
    shortest: int | None
    lower: Annotated[Days | None, Field(description="Lower quartile; null of fewer than four.")]
    median: Days | None
    upper: Annotated[Days | None, Field(description="Upper quartile; null of fewer than four.")]
    longest: int | None
    buckets: list[DaysBucket]


class TimeToProduction(Wire):
    """From a beginning to the court day on which the obligation was met, as declared."""

    from_start: Annotated[
        SpreadOut,
        Field(
            description="From the day on which its term began to run: service, or another event"
            " that the order names. Obligations without such a day are not in it."
        ),
    ]
    from_order: Annotated[SpreadOut, Field(description="From the day the order was made.")]


class LateBucketOut(Wire):
    """So many days late: met since, or still overdue."""

    from_days: int
    to_days: int | None
    met: int
    overdue: int


class LatenessOut(Wire):
    """Every obligation once, those that ended apart."""

    count: Annotated[int, Field(description="All but those that ended.")]
    on_time: int
    no_last_day: Annotated[int, Field(description="Met; no last legal day is known.")]
    late: list[LateBucketOut]
    not_late: Annotated[int, Field(description="Neither met nor overdue.")]
    ended: int


class DueCountsOut(Wire):
    """What became of what was due within a span of time."""

    on_time: int
    late: int
    overdue: int
    not_late: int


class MonthOut(DueCountsOut):
    """The same for one month."""

    month: Annotated[date, Field(description="Its first day.")]


class MonthsOut(Wire):
    """By the month of the last legal day; obligations that ended are left out."""

    before: DueCountsOut
    months: list[MonthOut]
    after: DueCountsOut
    no_last_day: int


class StatisticsOut(Wire):
    """Statistics of one court, or of several together, as the record stands now."""

    courts: list[str]
    time_zones: list[str]
    as_of: Instant
    made_from: date | None
    made_to: date | None
    orders: int
    obligations: int
    orders_by_status: list[StatusCount]
    obligations_by_status: list[StatusCount]
    time_to_production: TimeToProduction
    lateness: LatenessOut
    by_month: MonthsOut
