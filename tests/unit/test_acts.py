"""An act's entry says who, what and when by identifiers, and commits to the rest."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest

from app.domain.acts import Act, Entry, Where

ID = UUID("8c7b6a59-4837-4261-9504-f3e2d1c0b9a8")
ENTRY = Entry(
    index=41,
    act=Act.production_deposited,
    at=datetime(2021, 9, 13, 23, 47, 12, tzinfo=timezone(timedelta(hours=2))),
    actor_id=ID,
    where=Where(matter_id=ID),
    record="ab" * 32,
    salt=bytes(range(16)),
    facts={"digest": "cd" * 32},
)


def test_an_entry_is_written_one_way() -> None:
    assert json.loads(ENTRY.leaf) == {
        "v": 1,
        "index": 41,
        "act": "production.deposited",
        "at": "2021-09-13T21:47:12.000000Z",
        "actor": str(ID),
        "court": None,
        "matter": str(ID),
        "order": None,
        "production": None,
        "record": "ab" * 32,
        "facts": {"digest": "cd" * 32},
        "salt": bytes(range(16)).hex(),
    }
    assert ENTRY.leaf == replace(ENTRY, at=ENTRY.at.astimezone(UTC)).leaf


@pytest.mark.parametrize(
    "changed",
    [
        {"index": 42},
        {"act": Act.event_recorded},
        {"at": ENTRY.at + timedelta(microseconds=1)},
        {"actor_id": None},
        {"where": Where(court_id=ID)},
        {"where": Where(order_id=ID)},
        {"where": Where(production_id=ID)},
        {"record": "ac" * 32},
        {"salt": bytes(16)},
        {"facts": {}},
    ],
)
def test_whatever_changes_is_another_entry(changed: dict[str, Any]) -> None:
    assert replace(ENTRY, **changed).leaf != ENTRY.leaf


def test_an_act_is_a_noun_and_what_was_done_to_it() -> None:
    for act in Act:
        noun, _, done = act.value.partition(".")
        assert noun.isalpha() and done.isalpha() and act.name == f"{noun}_{done}"
