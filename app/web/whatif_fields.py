"""The fields of the "what if" form: their words, their units, how many rows of each."""

from __future__ import annotations

from app.domain.calendars import ClosureKind
from app.domain.periods import Unit
from app.domain.rulepacks import DeadlineKind
from app.web.fields import Field
from app.web.rendering import msg

PERIOD_ROWS = EXTENSION_ROWS = STOP_ROWS = 3
CLOSURE_ROWS = 5


def row(name: str, count: int) -> str:
    """The name of a field in the ``count``-th row, from 1: ``period``, ``period2``."""
    return name if count == 1 else f"{name}{count}"


DEFAULTS = {"kind": DeadlineKind.last_day.value, "direction": "after", "roll": "on"} | {
    row("closed_as", n): ClosureKind.office_closed.value for n in range(1, CLOSURE_ROWS + 1)
}
"""What a choice says when nothing is said; an address leaves it out."""

_UNIT = msg("Unit")

SINGLE = (
    Field("pack", msg("Rules"), "choice", required=True, blank=msg("Choose…")),
    Field("calendar", msg("Calendar of the court’s seat"), "choice", required=True),
    Field("kind", msg("What is asked"), "choice", words=DeadlineKind),
    Field("trigger", msg("Trigger"), "day", side="left"),
    Field("trigger_at", msg("Hour, if any"), "hour", side="right"),
    Field(
        "direction",
        msg("Counted"),
        "choice",
        choices=(
            ("after", msg("on from the trigger")),
            ("before", msg("back from the trigger, a hearing say")),
        ),
    ),
    Field("service_method", msg("Served by"), "choice", blank=msg("not said")),
    Field("fixed_on", msg("Date that was set"), "day", side="left"),
    Field("fixed_at", msg("Its hour, if any"), "hour", side="right"),
    Field(
        "at_court",
        msg("The act is to be done at the court"),
        "choice",
        choices=(("yes", msg("yes")), ("no", msg("no"))),
        blank=msg("not said"),
    ),
    Field(
        "roll",
        msg("A last day that is a day off"),
        "choice",
        choices=(("off", msg("stays where it falls")),),
        blank=msg("moves as the rules say"),
    ),
    Field(
        "time_zone",
        msg("Time zone of the court"),
        "choice",
        blank=msg("the first of its calendar"),
    ),
    Field(
        "rule_on",
        msg("Apply the rules that hold on"),
        "day",
        hint=msg("If not those of the trigger’s day."),
    ),
)


def _rows(count: int, *fields: Field) -> tuple[Field, ...]:
    return tuple(
        Field(row(f.name, n), f.label, f.shape, words=f.words, blank=f.blank, side=f.side)
        for n in range(1, count + 1)
        for f in fields
    )


PERIODS = _rows(
    PERIOD_ROWS,
    Field("period", msg("Period (number)"), "number", side="left"),
    Field("unit", _UNIT, "choice", words=Unit, blank=msg("Choose…"), side="right"),
)
EXTENSIONS = _rows(
    EXTENSION_ROWS,
    Field("more", msg("More time (number)"), "number", side="left"),
    Field("more_unit", _UNIT, "choice", words=Unit, blank=msg("Choose…"), side="right"),
    Field("more_on", msg("Or to this date"), "day", side="left"),
    Field("more_at", msg("Its hour, if any"), "hour", side="right"),
)
STOPS = _rows(
    STOP_ROWS,
    Field("stop_from", msg("From (not counted)"), "day", side="left"),
    Field("stop_until", msg("Until (not counted)"), "day", side="right"),
)
CLOSURES = _rows(
    CLOSURE_ROWS,
    Field("closed", msg("Closed on"), "day", side="left"),
    Field("closed_as", msg("Closed as"), "choice", words=ClosureKind, side="right"),
)

FIELDS = {f.name: f for f in (*SINGLE, *PERIODS, *EXTENSIONS, *STOPS, *CLOSURES)}

GROUPS = {
    "units": tuple(f.name for f in PERIODS[2:]),
    "fixed": ("fixed_on", "fixed_at"),
    "extensions": tuple(f.name for f in EXTENSIONS),
    "days": tuple(f.name for f in (*STOPS, *CLOSURES)),
    "court": ("at_court", "roll", "time_zone", "rule_on"),
}
"""What is folded away until somebody needs it, and the fields in it."""
