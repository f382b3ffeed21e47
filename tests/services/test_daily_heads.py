"""A head of the log is signed when the newest is a day old, and not before."""

from __future__ import annotations

from datetime import timedelta

from app.db import Database
from app.deps import clock
from app.services.heads import latest_head, sign_head
from app.settings import Settings
from app.storage.keys import KeyRing
from app.worker.heads import sign_if_old
from tests.cast import assemble


def test_an_old_head_is_followed_by_a_new_one(database: Database) -> None:
    ring, now = KeyRing(Settings().keys_dir), clock()
    assert sign_if_old(database, ring, now)
    assemble(database, now)
    assert not sign_if_old(database, ring, now + timedelta(hours=23))
    assert sign_if_old(database, ring, now + timedelta(hours=25))
    with database.reading() as session:
        newest = latest_head(session)
        assert newest is not None
        assert newest.at == now + timedelta(hours=25)


def test_nothing_is_signed_twice(database: Database) -> None:
    ring, now = KeyRing(Settings().keys_dir), clock()
    with database.writing() as session:
        size = sign_head(session, ring, now).size
    with database.writing() as session:
        assert sign_head(session, ring, now + timedelta(days=2)).size == size
    assert not sign_if_old(database, ring, now + timedelta(days=2))
