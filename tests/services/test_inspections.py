"""Looking into files that wait: what waits, what is kept, and two who look at once."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, update

from app import models as m
from app.db import Database
from app.domain.content import ContentFacts, ContentKind, Trouble
from app.schemas.orders import OrderIn
from app.schemas.productions import ProductionIn
from app.services import inspections
from app.services.adding import add_exhibit
from app.services.inspections import (
    Waiting,
    inspect_waiting,
    inspected,
    keep_inspection,
    waiting,
)
from app.services.orders import register_order
from app.services.productions import Incoming, draft_production
from app.storage.inspection.runner import InspectionUnavailable, Inspector
from app.storage.local import LocalStore
from tests.cast import Cast, assemble
from tests.factories import an_order
from tests.storage.contents import PLAIN_PDF

FACTS = ContentFacts(ContentKind.plain_text, "text/plain")


class Draft:
    """A draft, with files in a store."""

    def __init__(self, database: Database, folder: Path, now: datetime) -> None:
        self.database = database
        self.now = now
        self.store = LocalStore(folder / "files")
        self.cast: Cast = assemble(database, now)
        with database.writing() as session:
            clerk = self.cast.actor(session, "clerk")
            data = OrderIn.model_validate(an_order(self.cast.obligor))
            order = register_order(session, clerk, self.cast.matter.id, data, now)
            counsel = self.cast.actor(session, "producing_counsel")
            said = ProductionIn(party_id=self.cast.obligor)
            self.id: UUID = draft_production(session, counsel, order.id, said, now).id

    def add(self, content: bytes) -> Waiting:
        """Upload a file; how it is known."""
        matter_id = self.cast.matter.id
        file = self.store.put(matter_id, io.BytesIO(content), size_max_bytes=1 << 30)
        with self.database.writing() as session:
            counsel = self.cast.actor(session, "producing_counsel")
            said = Incoming(filename="a.pdf", media_type="application/pdf")
            add_exhibit(session, counsel, self.id, file, said, self.now, matter_bytes_max=0)
        return Waiting(matter_id, self.cast.obligor, file.sha256)

    def waits(self) -> list[Waiting]:
        with self.database.reading() as session:
            return list(waiting(session, production_id=None, limit=100))

    def look(self, looks: inspections.Looks) -> int:
        return inspect_waiting(self.database, self.store, looks, lambda: self.now)


@pytest.fixture
def draft(database: Database, tmp_path: Path, now: datetime) -> Iterator[Draft]:
    made = Draft(database, tmp_path, now)
    yield made
    made.store.close()


@pytest.fixture
def inspector() -> Iterator[Inspector]:
    inspector = Inspector(seconds=20, memory_bytes=1 << 30)
    yield inspector
    inspector.close()


class Says:
    """Looks at nothing and says one thing; does something first, if told to."""

    def __init__(self, facts: ContentFacts = FACTS) -> None:
        self.facts = facts
        self.looked = 0

    def first(self) -> None: ...

    def inspect(self, file: BinaryIO) -> ContentFacts:
        self.looked += 1
        self.first()
        return self.facts


def test_each_file_waits_once_until_it_is_looked_into(draft: Draft, inspector: Inspector) -> None:
    one, two = draft.add(PLAIN_PDF), draft.add(b"text")
    draft.add(PLAIN_PDF)
    draft.add(b"")  # empty: there is nothing to look into
    assert set(draft.waits()) == {one, two}
    assert draft.look(inspector) == 2
    assert draft.waits() == []
    assert draft.look(inspector) == 0
    with draft.database.reading() as session:
        production = session.get_one(m.Production, draft.id)
        found = inspected(session, production)
    assert {found[one.sha256][0].kind, found[two.sha256][0].kind} == {
        ContentKind.pdf,
        ContentKind.plain_text,
    }
    assert found[one.sha256][1] == draft.now


def test_no_party_learns_that_another_holds_the_same_file(draft: Draft) -> None:
    file = draft.add(b"text")
    draft.look(Says())
    with draft.database.writing() as session:
        session.execute(update(m.Exhibit).values(party_id=draft.cast.party("UEJF")))
    assert draft.waits() == [file._replace(party_id=draft.cast.party("UEJF"))]


def test_what_could_not_be_checked_is_kept_and_not_tried_for_ever(draft: Draft) -> None:
    sha256 = draft.add(b"hangs").sha256
    assert draft.look(Says(ContentFacts(trouble=Trouble.time))) == 1
    assert draft.waits() == []
    with draft.database.reading() as session:
        production = session.get_one(m.Production, draft.id)
        assert inspected(session, production)[sha256][0].trouble is Trouble.time


def test_a_newer_checker_looks_again(draft: Draft, monkeypatch: pytest.MonkeyPatch) -> None:
    file = draft.add(b"text")
    draft.look(Says())
    monkeypatch.setattr(inspections, "CHECKER_VERSION", 2)
    assert draft.waits() == [file]
    with draft.database.reading() as session:
        production = session.get_one(m.Production, draft.id)
        assert inspected(session, production) == {}
    draft.look(Says(ContentFacts(ContentKind.email)))
    with draft.database.reading() as session:
        production = session.get_one(m.Production, draft.id)
        assert inspected(session, production)[file.sha256][0].kind is ContentKind.email
        assert session.scalar(select(func.count()).select_from(m.Inspection)) == 1


def test_what_is_deposited_waits_no_more(draft: Draft) -> None:
    draft.add(b"text")
    with draft.database.writing() as session:
        session.execute(update(m.Production).values(deposited_at=draft.now, number=1))
    assert draft.waits() == []


def test_a_file_that_the_store_lost_is_left(draft: Draft) -> None:
    lost, kept = draft.add(b"lost"), draft.add(b"kept")
    draft.store.path_of(lost.matter_id, lost.sha256).unlink()
    looks = Says()
    assert draft.look(looks) == 1
    assert looks.looked == 1
    assert draft.waits() == [lost]
    assert kept not in draft.waits()


def test_two_who_look_at_the_same_file_keep_it_once(draft: Draft) -> None:
    files = [draft.add(b"one"), draft.add(b"two")]

    class Races(Says):
        """Somebody else is faster with the first file."""

        def first(self) -> None:
            if self.looked == 1:
                with draft.database.writing() as session:
                    keep_inspection(session, files[0], ContentFacts(ContentKind.email), draft.now)

    assert draft.look(Races()) == 2
    assert draft.waits() == []
    with draft.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(m.Inspection)) == 2


def test_no_transaction_is_open_while_a_file_is_looked_into(draft: Draft) -> None:
    draft.add(b"text")

    class Writes(Says):
        """On SQLite this would wait for ever if a transaction were open."""

        def first(self) -> None:
            with draft.database.writing() as session:
                session.execute(update(m.Matter).values(title="Meanwhile"))

    assert draft.look(Writes()) == 1


def test_a_batch_ends_in_time_and_the_rest_waits(draft: Draft) -> None:
    for n in range(5):
        draft.add(b"%d" % n)
    found = inspect_waiting(draft.database, draft.store, Says(), lambda: draft.now, seconds=-1)
    assert found == 1
    assert len(draft.waits()) == 4


def test_where_nobody_can_look_what_was_found_before_is_kept(draft: Draft) -> None:
    for n in range(3):
        draft.add(b"%d" % n)

    class Fails(Says):
        """The second file finds no child."""

        def first(self) -> None:
            if self.looked == 2:
                raise InspectionUnavailable

    with pytest.raises(InspectionUnavailable):
        draft.look(Fails())
    assert len(draft.waits()) == 2


def test_findings_that_cannot_be_read_count_as_none(draft: Draft) -> None:
    file = draft.add(b"text")
    draft.look(Says())
    with draft.database.writing() as session:
        session.execute(update(m.Inspection).values(found={"kind": "poem"}))
    with draft.database.reading() as session:
        production = session.get_one(m.Production, draft.id)
        assert inspected(session, production)[file.sha256][0].trouble is Trouble.broke_off


def test_only_one_production_is_looked_at_when_asked(draft: Draft) -> None:
    draft.add(b"text")
    with draft.database.reading() as session:
        assert list(waiting(session, production_id=uuid4(), limit=9)) == []
        assert len(waiting(session, production_id=draft.id, limit=9)) == 1
