"""A record that was kept before there was a log is taken into it, and holds from then on."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from app.db import Database
from app.domain.acts import Act
from app.services.adoption import adopt
from app.services.verify import Verified, verify_record
from tests.cast import assemble
from tests.databases import migrate

AT = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


def test_going_up_keeps_what_is_there_and_it_is_adopted_once(database_url: str) -> None:
    database = Database(database_url)
    assemble(database, AT)
    database.close()
    migrate(database_url, "milestones")
    migrate(database_url, "head")
    database = Database(database_url)
    try:
        with database.reading() as session:
            assert any("no act wrote it" in str(w.what) for w in verify_record(session, Verified()))
        with database.writing() as session:
            count = adopt(session, AT)
        with database.writing() as session:
            assert adopt(session, AT) == 0
        tally = Verified()
        with database.reading() as session:
            assert list(verify_record(session, tally)) == []
            act = session.execute(sa.text("SELECT DISTINCT act FROM log_entries")).scalars().all()
        assert act == [Act.record_adopted]
        assert tally.rows == count > 20
    finally:
        database.close()
