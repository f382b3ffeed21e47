"""The verbs on a database of each kind, with the standing cast."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from app import models as m
from app.db import Database
from app.schemas.events import EVENT_IN
from app.schemas.orders import OrderIn
from app.services.events import record_event
from app.services.orders import register_order
from tests.cast import Cast
from tests.factories import a_service, an_order

REGISTERED = datetime(2021, 7, 7, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def cast_at() -> datetime:
    """When the cast was assembled."""
    return datetime(2021, 7, 1, tzinfo=UTC)


@pytest.fixture
def register(database: Database, cast: Cast) -> Callable[..., m.Order]:
    """Register an order as the clerk, and record events on it."""

    def make(*events: dict[str, Any], **changed: Any) -> m.Order:
        with database.writing() as session:
            actor = cast.actor(session, "clerk")
            data = OrderIn.model_validate(an_order(cast.obligor, **changed))
            order = register_order(session, actor, cast.matter.id, data, REGISTERED)
            for event in events:
                record_event(session, actor, order.id, EVENT_IN.validate_python(event), REGISTERED)
        return order

    return make


@pytest.fixture
def served(register: Callable[..., m.Order], cast: Cast) -> m.Order:
    return register(a_service(cast.obligor))
