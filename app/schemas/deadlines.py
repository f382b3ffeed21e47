"""Deadlines on the wire: what is asked, and the answer with every step that led there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from app.domain.calendars import ClosureKind
from app.domain.computation import EXTENSIONS_MAX
from app.domain.periods import Direction
from app.domain.rulepacks import DeadlineKind
from app.domain.stays import STAYS_MAX, SuspensionEffect
from app.schemas.asked import CourtMoment
from app.schemas.fields import DurationField, Instant, Line, Wire, refuse

CLOSURES_MAX = 366


class AskedExtension(Wire):
    """More time: by a period, or to a date (and hour)."""

    period: DurationField | None = None
    to_on: date | None = None
    to_at: Annotated[time | None, Field(description="Court-local hour on that date.")] = None

    @model_validator(mode="after")
    def _period_or_date(self) -> Self:
        if (self.period is None) == (self.to_on is None):
            raise refuse("Extend by a period or to a date, not both.", field="period")
        if self.to_at is not None and self.to_on is None:
            raise refuse("An hour needs its date.", field="to_on")
        return self


class AskedSuspension(Wire):
    """Days during which time does not run: both ends are not counted."""

    from_on: date
    until_on: date
    effect: SuspensionEffect = SuspensionEffect.suspend


class AskedClosure(Wire):
    """A day on which the court does not work, on top of its calendar."""

    on: date
    kind: ClosureKind = ClosureKind.office_closed
    name: Line = ""


def _closure(value: Any) -> Any:
    return {"on": value} if isinstance(value, str) else value


def _fixed(value: Any) -> Any:
    # An empty list of periods says "no period", as published vectors write a fixed date.
    return None if value == [] else value


class DeadlineIn(Wire):
    """A term to compute: a period from a trigger, or a fixed date.

    Nothing is saved, and nobody needs to sign in.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "pack": "fr-civil",
                    "calendar": "FR",
                    "trigger": "2021-07-12",
                    "period": [{"value": 2, "unit": "month"}],
                }
            ]
        }
    )

    pack: Annotated[str, Field(max_length=60, examples=["fr-civil"])]
    calendar: Annotated[str, Field(max_length=60, examples=["FR"])]
    time_zone: Annotated[
        str | None,
        Field(max_length=60, description="The court's; default: the first of the calendar's."),
    ] = None
    kind: DeadlineKind = DeadlineKind.last_day
    trigger: Annotated[
        CourtMoment | None,
        Field(description="A day, or a date-time: by the court's clock unless it has an offset."),
    ] = None
    period: Annotated[DurationField | None, BeforeValidator(_fixed)] = None
    direction: Direction = Direction.after
    fixed_date: Annotated[
        CourtMoment | None, Field(description="The date that was set, or its hour at court.")
    ] = None
    service_method: Annotated[
        Line | None,
        Field(
            description="A method the pack knows; where it deems service, the trigger is the act."
        ),
    ] = None
    extensions: Annotated[list[AskedExtension], Field(max_length=EXTENSIONS_MAX)] = []
    suspensions: Annotated[list[AskedSuspension], Field(max_length=STAYS_MAX)] = []
    closures: Annotated[
        list[Annotated[AskedClosure, BeforeValidator(_closure)]], Field(max_length=CLOSURES_MAX)
    ] = []
    at_court: Annotated[
        bool | None,
        Field(description="Whether the act is to be done at the court, where the rules ask."),
    ] = None
    rule_on: Annotated[
        date | None,
        Field(description="Apply the rules that hold on this day, if not those of the trigger's."),
    ] = None
    roll: Annotated[
        Literal["on", "off"], Field(description="off: a last day that is a day off stays.")
    ] = "on"

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for fault in (*self._fixed_faults(), *self._period_faults(), *self._kind_faults()):
            raise fault
        return self

    def _fixed_faults(self) -> Iterator[PydanticCustomError]:
        if self.fixed_date is None:
            if self.trigger is None:
                yield refuse(
                    "Say from which day or hour time runs, or give a fixed date.", field="trigger"
                )
            return
        if self.kind is not DeadlineKind.last_day:
            yield refuse("A fixed date has a last day, and nothing else to ask.", field="kind")
        for field in ("trigger", "period", "service_method"):
            if getattr(self, field) is not None:
                yield refuse(
                    "A fixed date is counted from nothing: give one or the other.", field=field
                )
        if self.direction is Direction.before:
            yield refuse("Only a period is counted back from an event.", field="direction")

    def _period_faults(self) -> Iterator[PydanticCustomError]:
        if self.kind is DeadlineKind.deemed_service:
            if (self.service_method is None) == (self.period is None):
                yield refuse(
                    "Give a method that the rules know, or a period, not both.",
                    field="service_method",
                )
        elif self.fixed_date is None and self.period is None:
            yield refuse("Say how long the period is, with its unit.", field="period")

    def _kind_faults(self) -> Iterator[PydanticCustomError]:
        if self.kind is DeadlineKind.last_day:
            return
        if self.direction is Direction.before:
            yield refuse("Only a last day is counted back from an event.", field="direction")
        if self.extensions:
            yield refuse("Only a last day is extended.", field="extensions")
        if self.suspensions and self.kind is DeadlineKind.deemed_service:
            yield refuse("Only a period is suspended.", field="suspensions")
        if self.roll == "off":
            yield refuse("Only a last day is moved, or not.", field="roll")


class StepOut(Wire):
    """One step of a computation: the rule, its citation, from which day to which, and why."""

    rule: str
    citation: str
    verified: Annotated[
        bool, Field(description="Whether those who wrote the rules down have read that text.")
    ] = True
    from_on: date | None
    to_on: date | None
    why: Annotated[str, Field(description="In the language of Accept-Language.")]


class DayUsed(Wire):
    """A day off that the computation met."""

    on: date
    kind: Annotated[str, Field(examples=["weekend"])]
    name: str
    source: str
    why: str


class ComputationOut(Wire):
    """The last legal day, the instant at which the time is over, and how both were found."""

    raw_on: Annotated[date, Field(description="Before any move to another day.")]
    due_on: Annotated[date, Field(description="The last legal day.")]
    due_at: Annotated[Instant, Field(description="Exclusive: the time is over at this instant.")]
    steps: list[StepOut]
    rule_pack: str
    rule_pack_version: str
    calendar: str
    calendar_version: str
    days_used: list[DayUsed]


class DeadlineOut(ComputationOut):
    """What was asked, answered. Steps replay to the answer.

    For an earliest date or a day of service, ``due_on`` is that day, and ``due_at`` the
    instant at which it begins.
    """

    kind: DeadlineKind
    rolled_on: Annotated[
        date, Field(description="Where the last day would move, if the rules moved it.")
    ]
    due_local: Annotated[
        datetime, Field(description="`due_at` by the court's clock, with its offset.")
    ]
    due_hour: Annotated[str, Field(description="The hour at which the day is over: 24:00.")]
    time_zone: str
    time_zone_assumed: Annotated[
        bool,
        Field(description="No zone was given and the calendar has several: the first was taken."),
    ]
    unverified: Annotated[
        list[str], Field(description="Texts applied that nobody has checked yet.")
    ]
    remarks: Annotated[
        list[str], Field(description="What a careful reader should know of this answer.")
    ]
