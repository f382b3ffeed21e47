"""The numbers of a draft on its page: exhibits', Bates, skipped ones, and the report on all."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI

from tests.web.conftest import Reader, Visitors
from tests.web.filling import filled
from tests.web.story import Story
from tests.web.test_workspace import exhibits, fill

LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])


@pytest.fixture
def counsel(visitor: Visitors) -> Reader:
    return visitor("producing_counsel")


@pytest.fixture
def ids(service: FastAPI, story: Story) -> list[UUID]:
    return fill(service, story, ["a.pdf", "b.pdf", "c.pdf"])


def path(story: Story, what: str) -> str:
    return f"/productions/{story.draft}/{what}"


def bates(reader: Reader, story: Story, **said: str) -> Any:
    page = reader.get(path(story, "numbering")).text
    action = path(story, "bates")
    return reader.post(action, filled(page, action, {"per": "document", **said}))


def confirm(reader: Reader, story: Story, preview: str) -> Any:
    action = path(story, "bates")
    return reader.post(action, filled(preview, action, {}))


def given(service: FastAPI, story: Story) -> list[tuple[str | None, str | None]]:
    return [(e.bates_first, e.bates_last) for e in exhibits(service, story)]


@LANGUAGES
def test_bates_numbers_are_shown_before_they_are_given(
    service: FastAPI, story: Story, counsel: Reader, ids: list[UUID], language: str
) -> None:
    counsel.language = language
    preview = bates(counsel, story, prefix="TIC-", width="6", start="40")
    assert preview.status_code == 200
    assert "<ins>TIC-000041</ins>" in preview.text
    words = {"en": "The series goes on with TIC-000043", "fr": "La suite commencera à TIC-000043"}
    assert words[language] in preview.text
    assert given(service, story) == [(None, None)] * 3
    done = confirm(counsel, story, preview.text)
    assert done.headers["location"].endswith("numbering?given=3#bates")
    assert [first for first, _ in given(service, story)] == ["TIC-000040", "TIC-000041",
                                                              "TIC-000042"]  # fmt: skip
    page = counsel.get(done.headers["location"]).text
    assert "TIC-000043" in page
    assert {"en": "3 exhibits were changed", "fr": "3 pièces ont été modifiées"}[language] in page


def test_a_series_goes_on_and_only_those_without_numbers_get_some(
    service: FastAPI, story: Story, counsel: Reader, ids: list[UUID]
) -> None:
    confirm(counsel, story, bates(counsel, story, prefix="TIC-", width="4").text)
    fill(service, story, ["d.pdf"])
    page = counsel.get(path(story, "numbering")).text
    assert 'value="lacking" checked' in page
    assert 'name="prefix" maxlength="60" value="TIC-"' in page
    confirm(counsel, story, bates(counsel, story).text)
    assert given(service, story)[3] == ("TIC-0004", "TIC-0004")
    again = bates(counsel, story, which="lacking")
    assert again.status_code == 422
    assert "bears Bates numbers already" in again.text


@LANGUAGES
def test_pages_that_nobody_counted_are_asked_for(
    service: FastAPI, story: Story, counsel: Reader, ids: list[UUID], language: str
) -> None:
    counsel.language = language
    asked = bates(counsel, story, prefix="TIC-", per="page", start="5")
    assert asked.status_code == 422
    assert {"en": "Say how many pages", "fr": "Dites combien de pages"}[language] in asked.text
    action = path(story, "bates")
    pages = {f"pages.{i}": "3" for i in ids}
    assert 'name="start" inputmode="numeric" value="5"' in asked.text
    odd = counsel.post(action, filled(asked.text, action, pages | {f"pages.{ids[1]}": "-1"}))
    assert odd.status_code == 422
    assert f'aria-describedby="fault-pages.{ids[1]}"' in odd.text
    preview = counsel.post(action, filled(odd.text, action, pages))
    assert preview.status_code == 200
    confirm(counsel, story, preview.text)
    assert given(service, story)[1] == ("TIC-000008", "TIC-000010")


@LANGUAGES
@pytest.mark.parametrize(
    ("said", "field"),
    [({"prefix": "TIC 1"}, "prefix"), ({"width": "0"}, "width"), ({"start": "zwei"}, "start"),
     ({"width": "1", "start": "9"}, "width")],
)  # fmt: skip
def test_what_does_not_do_is_told_at_its_field_and_nothing_typed_is_lost(
    service: FastAPI, story: Story, counsel: Reader, ids: list[UUID],
    said: dict[str, str], field: str, language: str,
) -> None:  # fmt: skip
    counsel.language = language
    answer = bates(counsel, story, **{"prefix": "TIC-", **said})
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert f'id="fault-{field}"' in answer.text
    for value in said.values():
        assert f'value="{value}"' in answer.text
    assert given(service, story) == [(None, None)] * 3


def test_numbers_that_were_given_are_refused_in_words(
    service: FastAPI, story: Story, counsel: Reader, ids: list[UUID]
) -> None:
    confirm(counsel, story, bates(counsel, story, prefix="TIC-").text)
    fill(service, story, ["d.pdf"])
    answer = bates(counsel, story, prefix="tic-", start="2", which="lacking")
    assert answer.status_code == 409
    assert "numbers are never reused" in answer.text


def test_a_preview_that_no_longer_holds_is_shown_anew_and_nothing_is_given(
    service: FastAPI, story: Story, counsel: Reader, ids: list[UUID]
) -> None:
    preview = bates(counsel, story, prefix="TIC-").text
    fill(service, story, ["d.pdf"])
    again = confirm(counsel, story, preview)
    assert again.status_code == 409
    assert "The draft has changed since you looked" in again.text
    assert given(service, story) == [(None, None)] * 4
    assert confirm(counsel, story, again.text).status_code == 303
    assert given(service, story)[3][0] == "TIC-000004"


@LANGUAGES
def test_skipped_numbers_are_declared_changed_and_explain_the_hole(
    service: FastAPI, story: Story, counsel: Reader, ids: list[UUID], language: str
) -> None:
    counsel.language = language
    action = path(story, "skips")
    missing = {"en": "missing, and nothing explains it", "fr": "manque, et rien ne l’explique"}
    selection = {"act": "number", "scope": "shown", "start": "9"}
    proposal = counsel.post(path(story, "selection"), selection)
    counsel.post(path(story, "selection"), filled(proposal.text, path(story, "selection"), {}))
    page = counsel.get(path(story, "numbering")).text
    assert missing[language] in page
    said = {"first-1": "3", "last-1": "8", "reason-1": "Retirées avant l’envoi"}
    kept = counsel.post(action, filled(page, action, said))
    assert kept.status_code == 303
    page = counsel.get(kept.headers["location"]).text
    assert missing[language] not in page
    assert 'value="Retirées avant l’envoi"' in page
    emptied = dict.fromkeys(("first-0", "last-0", "reason-0"), "")
    counsel.post(action, filled(page, action, emptied))
    assert missing[language] in counsel.get(path(story, "numbering")).text


@LANGUAGES
def test_a_wrong_range_is_told_at_its_row_and_what_was_typed_stays(
    story: Story, counsel: Reader, ids: list[UUID], language: str
) -> None:
    counsel.language = language
    action = path(story, "skips")
    page = counsel.get(path(story, "numbering")).text
    said = {"first-0": "3", "reason-0": "Bien", "first-2": "9", "last-2": "7", "reason-2": "Non"}
    answer = counsel.post(action, filled(page, action, said))
    assert answer.status_code == 422
    assert 'id="fault-first-2"' in answer.text
    assert 'href="#field-first-2"' in answer.text
    assert 'value="Bien"' in answer.text
    lacking = counsel.post(action, filled(page, action, {"first-1": "3"}))
    assert lacking.status_code == 422
    assert 'href="#field-reason-1"' in lacking.text


def test_the_other_side_reads_the_same_report_without_drafts(
    service: FastAPI, story: Story, counsel: Reader, ids: list[UUID], visitor: Visitors
) -> None:
    confirm(counsel, story, bates(counsel, story, prefix="SECRET-").text)
    other = visitor("requesting_counsel")
    assert other.get(path(story, "numbering")).status_code == 404
    assert "SECRET-" not in other.get(f"/orders/{story.order}/gaps").text
    assert f'href="/orders/{story.order}/gaps#numbers"' in counsel.get(
        path(story, "numbering")
    ).text  # fmt: skip


def test_a_draft_without_files_says_so(story: Story, counsel: Reader) -> None:
    page = counsel.get(path(story, "numbering"))
    assert page.status_code == 200
    assert "No exhibit is here." in page.text
