"""The pages of a draft ask the store, which may be slow, while they hold no view of the record."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from tests.api.test_slow_stores import SlowStore
from tests.web.conftest import Reader, Visitors
from tests.web.story import Story
from tests.web.test_depositing import TONIGHT, send, start

LOST = b"soon gone"
DIGEST = hashlib.sha256(LOST).hexdigest()


@pytest.fixture
def counsel(visitor: Visitors) -> Reader:
    return visitor("producing_counsel", now=TONIGHT)


@pytest.fixture
def draft(counsel: Reader, story: Story, tmp_path: Path) -> str:
    """A draft of two files, of which the store lost one."""
    draft = start(counsel, story.order)
    send(counsel, draft, [("parti.pdf", LOST), ("reste.pdf", b"stays")])
    next((tmp_path / "files").rglob(DIGEST)).unlink()
    return draft


@pytest.fixture
def asked(service: FastAPI, draft: str, monkeypatch: pytest.MonkeyPatch) -> SlowStore:
    """The store, which notes how it is asked; it answers at once."""
    noted = SlowStore(service.state.store, service.state.database)
    noted.leave.set()
    monkeypatch.setattr(service.state.store, "missing", noted.missing)
    return noted


def act(counsel: Reader, draft: str, act: str, **more: str) -> Any:
    said = {"scope": "shown", "check": "cannot-deposit", "act": act, **more}
    return counsel.post(f"{draft}/selection", said)


WAYS: dict[str, Callable[[Reader, str], Any]] = {
    "the draft": lambda counsel, draft: counsel.get(draft),
    "what cannot be deposited": lambda counsel, draft: counsel.get(f"{draft}?check=cannot-deposit"),
    "a file that is refused": lambda counsel, draft: send(
        counsel, draft, [("a.pdf", b"a")], category_id="00000000-0000-4000-8000-000000000000"
    ),
    "a date for what is shown": lambda counsel, draft: act(
        counsel, draft, "date", dated_on="2021-03-04"
    ),
    "a date that is none": lambda counsel, draft: act(counsel, draft, "date", dated_on="x"),
    "the removal of what is shown": lambda counsel, draft: act(counsel, draft, "remove"),
    "the summary": lambda counsel, draft: counsel.get(f"{draft}/deposit"),
    "a deposit that fails": lambda counsel, draft: counsel.post(f"{draft}/deposit"),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_page_asks_the_store_while_no_view_is_open(
    counsel: Reader, draft: str, asked: SlowStore, way: str
) -> None:
    answer = WAYS[way](counsel, draft)
    assert answer.status_code in (200, 303, 422), answer.text
    assert asked.questions, "the store is asked"
    assert set(asked.views) == {0}
    assert any(DIGEST in hashes for hashes in asked.questions)


def test_what_the_store_lacks_is_found_by_the_filter_and_acted_on_alone(
    counsel: Reader, draft: str, asked: SlowStore
) -> None:
    shown = counsel.get(f"{draft}?check=cannot-deposit").text
    assert re.search(r"parti\.pdf", shown)
    assert "reste.pdf" not in shown
    done = act(counsel, draft, "date", dated_on="2021-03-04")
    assert done.status_code == 303
    assert "changed=1" in done.headers["location"]


def test_a_reader_of_another_party_makes_the_store_ask_nothing(
    visitor: Visitors, draft: str, asked: SlowStore
) -> None:
    assert visitor("requesting_counsel", now=TONIGHT).get(draft).status_code == 404
    assert visitor(None, now=TONIGHT).get(draft).status_code == 303
    assert asked.questions == []


def test_an_archive_of_all_asks_the_store_once_while_no_view_is_open(
    visitor: Visitors, story: Story, service: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = SlowStore(service.state.store, service.state.database)
    noted.leave.set()
    monkeypatch.setattr(service.state.store, "missing", noted.missing)
    taking = visitor("requesting_counsel")
    assert taking.get(f"/orders/{story.order}/take.zip").status_code == 200
    assert len(noted.questions) == 1
    assert set(noted.views) == {0}
