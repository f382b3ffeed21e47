"""What the hour and the method of service do to an order on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app import models as m
from app.db import Database
from app.errors import TriggerUnknown
from app.services.compliance import assess_order, assessment_out
from tests.cast import Cast
from tests.factories import a_category, a_service

ENGLAND = {"rule_pack": "gb-eaw-cpr", "calendar": "GB-EAW", "time_zone": "Europe/London"}
FEDERAL = {"rule_pack": "us-frcp", "calendar": "US-federal", "time_zone": "America/New_York"}
NOW = datetime(2021, 12, 1, tzinfo=UTC)

Register = Callable[..., m.Order]


def within(cast: Cast, value: int, unit: str) -> list[dict[str, Any]]:
    term = {"kind": "within", "period": [{"value": value, "unit": unit}], "trigger": "service"}
    return [a_category(cast.obligor, term=term)]


def due(database: Database, cast: Cast, order: m.Order) -> Any:
    with database.reading() as session:
        found = assess_order(session, cast.actor(session, "clerk"), order.id, now=NOW)
        (one,) = assessment_out(found, "en").obligations
        return one.computation


def test_posted_on_a_friday_an_english_order_is_deemed_served_on_monday(
    database: Database, register: Register, cast: Cast
) -> None:
    served = a_service(cast.obligor, effective_on="2021-07-09", method="first_class_post")
    order = register(served, categories=within(cast, 14, "day"), **ENGLAND)
    found = due(database, cast, order)
    assert found.due_on == date(2021, 7, 26)
    first = found.steps[0]
    assert (first.rule, first.from_on, first.to_on) == (
        "deemed_service", date(2021, 7, 9), date(2021, 7, 12),
    )  # fmt: skip


def test_whether_an_e_mail_counts_that_day_needs_its_hour(
    database: Database, register: Register, cast: Cast
) -> None:
    days = within(cast, 14, "day")
    with pytest.raises(TriggerUnknown, match="hour"):
        register(a_service(cast.obligor, method="email"), categories=days, **ENGLAND)
    late = a_service(cast.obligor, method="email", effective_at="2021-07-12T17:00:00+01:00")
    late.pop("effective_on")
    order = register(late, categories=days, **ENGLAND)
    assert due(database, cast, order).due_on == date(2021, 7, 27)


def test_hours_run_from_the_hour_of_service_and_not_from_midnight(
    database: Database, register: Register, cast: Cast
) -> None:
    hours = within(cast, 48, "hour")
    with pytest.raises(TriggerUnknown, match="hour"):
        register(a_service(cast.obligor), categories=hours, **FEDERAL)
    served = a_service(cast.obligor, effective_at="2021-07-13T10:00:00-04:00")
    served.pop("effective_on")
    order = register(served, categories=hours, **FEDERAL)
    assert due(database, cast, order).due_at == datetime(2021, 7, 15, 14, tzinfo=UTC)
