"""A machine with a database, and the command line on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from typer.testing import CliRunner, Result

from app.__main__ import bordereau
from app.db import Database
from app.demo import cast, order_2021
from app.schemas.courts import CourtIn
from app.schemas.events import EVENT_IN
from app.schemas.matters import MatterIn
from app.schemas.orders import OrderIn
from app.schemas.people import MembershipIn, UserIn
from app.services import courts, events, matters, orders, people

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No setting, language or folder but the test's own."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG", "PORT", "BORDEREAU_DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BORDEREAU_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run() -> Run:
    """Type a command; ``stdin`` is what is typed into it."""

    def typed(*arguments: object, stdin: str | None = None) -> Result:
        return CliRunner().invoke(bordereau, [str(a) for a in arguments], input=stdin)

    return typed


@pytest.fixture
def migrated(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The commands' own database, migrated and empty: the test runs once on each kind."""
    monkeypatch.setenv("BORDEREAU_DATABASE_URL", database_url)
    opened = Database(database_url)
    yield opened
    opened.close()


@dataclass(frozen=True, slots=True)
class Recorded:
    """The founding order on the record, served on 12 July 2021."""

    database: Database
    matter_id: UUID
    order_id: UUID


@pytest.fixture
def recorded(migrated: Database) -> Recorded:
    at = datetime(2021, 7, 7, 8, 0, tzinfo=UTC)
    with migrated.writing() as session:
        courts.register_court(session, CourtIn.model_validate(cast.COURT), at)
        user = people.add_user(session, UserIn.model_validate(cast.CLERK.account), at)
        role = MembershipIn.model_validate({"role": "clerk", "court": "tj-paris"})
        people.grant_role(session, None, user.id, role, at)
        clerk = people.actor_of(session, user)
        matter = matters.register_matter(
            session, clerk, MatterIn.model_validate(order_2021.MATTER), at
        )
        parties = {p.name: str(p.id) for p in matter.parties}
        order = orders.register_order(
            session, clerk, matter.id, OrderIn.model_validate(order_2021.order(parties)), at
        )
        name, served_at, served = order_2021.events(parties[order_2021.OBLIGOR])[0]
        assert name == "service"
        service = EVENT_IN.validate_python(served)
        events.record_event(session, clerk, order.id, service, served_at)
        return Recorded(migrated, matter.id, order.id)
