"""The parameters of a rule pack, each as a reader of law would say it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from app.domain.methods import method_phrase
from app.domain.periods import Unit, count_phrase
from app.domain.rulepacks import (
    Cited,
    DeemedService,
    RulePack,
    ServiceExtension,
    ServiceTiming,
    YearlyWindow,
)
from app.phrases import Phrase, phrase
from app.web.rendering import msg

_LABELS = {
    "units": msg("Units that a period may have"),
    "trigger_day": msg("Day of the trigger"),
    "month_anchor": msg("A period in months ends on"),
    "month_clip": msg("A month that lacks that day ends the period on its own last day"),
    "mixed_order": msg("A period of several units is counted"),
    "short_period_days_max": msg("Working days alone count in a period of at most so many days"),
    "min_working_days": msg("Working days that a period holds at least"),
    "minimum_period_clear": msg("“At least”: clear days in"),
    "roll_after": msg("A last day that is a day off"),
    "roll_before": msg("The same, counting back"),
    "roll_only_acts_at_court": msg("Only for an act to be done at the court"),
    "fixed_dates_roll": msg("A fixed date that is a day off moves"),
    "backward_clear": msg("Counting back: clear days in"),
    "franc": msg("One day longer (délai franc)"),
    "extension_base": msg("More time is counted from"),
    "hour_count": msg("A period in hours counts"),
    "hours_roll": msg("A period in hours that ends on a day off moves"),
    "closures_count": msg("Days on which the court is closed move a last day"),
    "day_end": msg("The last day is over at"),
}
_SILENT = phrase("the rules do not say")
_LEAP_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Parameter:
    """One line of a rule pack: what it is about, what it says, and the text it is read from."""

    label: Phrase
    says: Phrase
    cited: Cited[Any]


def parameters(pack: RulePack) -> Iterator[Parameter]:
    """How the pack counts time."""
    for field in dataclasses.fields(pack):
        cited = getattr(pack, field.name)
        if isinstance(cited, Cited):
            yield Parameter(Phrase(_LABELS[field.name]), _says(field.name, cited.value), cited)
    for window in pack.windows:
        yield Parameter(phrase("Every year, not counted"), _window(window.value), window)


def service(pack: RulePack) -> Iterator[Parameter]:
    """What each mode of service adds, or when it is deemed done."""
    for method, cited in _by_method(pack.service):
        yield Parameter(method_phrase(method), _added(cited.value), cited)
    for method, cited in _by_method(pack.deemed_service):
        yield Parameter(method_phrase(method), _deemed(cited.value), cited)


def _by_method(found: Mapping[str, Cited[Any]]) -> Iterator[tuple[str, Cited[Any]]]:
    yield from sorted(found.items())


def _says(name: str, value: object) -> Phrase:
    match value:
        case bool():
            said = phrase("yes") if value else phrase("no")
        case None:
            said = phrase("{hour}", hour="24:00") if name == "day_end" else _SILENT
        case StrEnum():
            said = phrase("{word}", word=value)
        case frozenset():
            units = tuple(u for u in Unit if u in value)
            said = phrase("{words}", words=units) if units else phrase("none")
        case 0:
            said = phrase("no such rule")
        case _:
            said = phrase("{value}", value=value)
    return said


def _window(window: YearlyWindow) -> Phrase:
    return phrase(
        "{first:day_month} to {last:day_month}",
        first=date(_LEAP_YEAR, window.from_month, window.from_day),
        last=date(_LEAP_YEAR, window.until_month, window.until_day),
    )


def _added(found: ServiceExtension) -> Phrase:
    if not found.days:
        return phrase("adds nothing")
    added = count_phrase(found.days, found.unit)
    if found.timing is ServiceTiming.before_roll:
        said = phrase("adds {duration}, before the last day is moved", duration=added)
    else:
        said = phrase("adds {duration}, after the last day was moved", duration=added)
    return phrase("{said}; counting back too", said=said) if found.backward else said


def _deemed(found: DeemedService) -> Phrase:
    if found.days:
        said = phrase(
            "deemed done {duration} after the act", duration=count_phrase(found.days, found.unit)
        )
    else:
        said = phrase("deemed done on the day of the act")
    if found.cut_off is not None:
        said = phrase(
            "{said}; from {hour} on, of the next day", said=said, hour=f"{found.cut_off:%H:%M}"
        )
    if found.working:
        said = phrase("{said}; on a working day, or the next", said=said)
    if found.first_counted:
        said = phrase("{said}; that day is the first one counted", said=said)
    return said
