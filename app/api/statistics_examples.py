"""An example of a court's statistics, small enough to be added up by hand."""

from __future__ import annotations

from typing import Any

from app.domain.statistics import TIME_STARTS, spread
from app.domain.status import Status


def _statuses(**counts: int) -> list[dict[str, Any]]:
    return [{"status": s.value, "count": counts.get(s.value, 0)} for s in Status]


def _spread(days: dict[int, int]) -> dict[str, Any]:
    found = spread(days, TIME_STARTS)
    return {
        "count": found.count,
        "shortest": found.shortest,
        "lower": float(found.lower) if found.lower is not None else None,
        "median": float(found.median) if found.median is not None else None,
        "upper": float(found.upper) if found.upper is not None else None,
        "longest": found.longest,
        "buckets": [
            {"from_days": b.from_days, "to_days": b.to_days, "count": b.count}
            for b in found.buckets
        ],
    }


def _due(on_time: int = 0, late: int = 0, overdue: int = 0, not_late: int = 0) -> dict[str, Any]:
    return {"on_time": on_time, "late": late, "overdue": overdue, "not_late": not_late}


STATISTICS_EXAMPLES: dict[str, Any] = {
    "StatisticsOut": {
        "courts": ["tj-paris"],
        "time_zones": ["Europe/Paris"],
        "as_of": "2021-10-04T22:00:00Z",
        "made_from": "2021-07-01",
        "made_to": None,
        "orders": 3,
        "obligations": 9,
        "orders_by_status": _statuses(overdue_nothing=1, running=1, met_late=1),
        "obligations_by_status": _statuses(
            overdue_nothing=1, running=2, met_late=1, met_on_time=4, ended=1
        ),
        "time_to_production": {
            "from_start": _spread({40: 2, 60: 2, 74: 1}),
            "from_order": _spread({46: 2, 66: 2, 80: 1}),
        },
        "lateness": {
            "count": 8,
            "on_time": 4,
            "no_last_day": 0,
            "late": [
                {"from_days": 0, "to_days": 7, "met": 0, "overdue": 0},
                {"from_days": 8, "to_days": 30, "met": 1, "overdue": 1},
                {"from_days": 31, "to_days": 90, "met": 0, "overdue": 0},
                {"from_days": 91, "to_days": None, "met": 0, "overdue": 0},
            ],
            "not_late": 2,
            "ended": 1,
        },
        "by_month": {
            "before": _due(),
            "months": [
                {"month": "2021-09-01", **_due(on_time=4, late=1, overdue=1)},
                {"month": "2021-10-01", **_due()},
                {"month": "2021-11-01", **_due(not_late=2)},
            ],
            "after": _due(),
            "no_last_day": 0,
        },
    }
}
