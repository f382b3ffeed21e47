"""New versions of the law on the clerk's page: old and new dates, applied or ignored."""

from __future__ import annotations

import re

import pytest

from tests.services.test_versions_of_the_law import upgraded
from tests.web.conftest import Reader, Visitors
from tests.web.story import Story

PATH = "/courts/tj-paris/law-changes"
AUGUST = "2021-08-02T10:00:00+02:00"


@pytest.fixture
def clerk(visitor: Visitors) -> Reader:
    return visitor("clerk", now=AUGUST)


def test_nothing_waits_while_the_law_is_the_same(clerk: Reader) -> None:
    shown = clerk.get(PATH)
    assert shown.status_code == 200
    assert "No order waits for a decision." in shown.text


def test_old_and_new_dates_are_shown_and_a_decision_needs_its_reason(
    clerk: Reader, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    with upgraded(monkeypatch):
        shown = clerk.get(PATH).text
        assert f'value="{story.order}" checked' in shown
        assert "2+holidays-1.0" in shown
        assert re.search(r'datetime="2021-09-13".*datetime="2021-09-14"', shown, re.DOTALL)
        refused = clerk.post(PATH, {"decision": "apply", "order_id": str(story.order)})
        assert refused.status_code == 422
        assert f'value="{story.order}" checked' in refused.text
        nothing = clerk.post(PATH, {"decision": "apply", "reason": "Loi nouvelle"})
        assert nothing.status_code == 422
        assert "Loi nouvelle" in nothing.text
        decided = clerk.post(
            PATH, {"decision": "apply", "order_id": str(story.order), "reason": "Loi nouvelle"}
        )
        assert decided.status_code == 303
        assert f'value="{story.order}"' not in clerk.get(decided.headers["location"]).text
        assert "new versions applied" in clerk.get(f"/orders/{story.order}").text.lower()


def test_the_page_is_in_french_too(clerk: Reader) -> None:
    clerk.language = "fr"
    assert "Nouvelles versions du droit" in clerk.get(PATH).text
