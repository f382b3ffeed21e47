"""A duration laid out as a pack counts it: months, days, working days, in its order."""

from __future__ import annotations

from functools import lru_cache

from app.domain.periods import Duration, Unit
from app.domain.rulepacks import MixedOrder

Plan = tuple[tuple[int, Unit], ...]

_BASES = {Unit.year: (12, Unit.month), Unit.week: (7, Unit.day)}
_RANKS = {Unit.month: 0, Unit.day: 1, Unit.working_day: 2, Unit.court_day: 2}


@lru_cache(maxsize=4096)
def plan(periods: Duration, order: MixedOrder, short_days_max: int) -> Plan:
    """A duration as months, days, working and court days, in the order of a pack.

    Years become months and weeks days, and neighbours of one unit are summed, so that
    months are never added one after the other. A period of few days counts working days
    only where the pack has such a threshold.
    """
    parts = [(p.value * _BASES.get(p.unit, (1,))[0], _based(p.unit)) for p in periods]
    if order is MixedOrder.largest_first:
        parts.sort(key=lambda part: _RANKS[part[1]])
    summed: list[tuple[int, Unit]] = []
    for value, unit in parts:
        if summed and summed[-1][1] is unit:
            summed[-1] = (summed[-1][0] + value, unit)
        else:
            summed.append((value, unit))
    if len(summed) == 1 and summed[0][1] is Unit.day and summed[0][0] <= short_days_max:
        return ((summed[0][0], Unit.working_day),)
    return tuple(summed)


def _based(unit: Unit) -> Unit:
    return _BASES[unit][1] if unit in _BASES else unit
