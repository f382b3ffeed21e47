"""The workspace without JavaScript, what its script asks, and counsel's home."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app import models as m
from app.deps import clock
from app.services import adding, productions
from tests.web.conftest import Reader, Visitors
from tests.web.story import Story, utc

OFFSET = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}
ANNOUNCED = {"Tus-Resumable": "1.0.0", "Upload-Length": "5",
             "Upload-Metadata": "filename Zi5wZGY=,relativePath Q2hlZiAyL2YucGRm"}  # fmt: skip


@pytest.fixture
def counsel(visitor: Visitors) -> Reader:
    return visitor("producing_counsel")


def fill(service: FastAPI, story: Story, names: list[str], folder: str = "") -> list[UUID]:
    """Put files of these names into the draft."""
    made = []
    with service.state.database.writing() as session:
        actor = story.cast.actor(session, "producing_counsel")
        for name in names:
            file = service.state.store.put(
                story.cast.matter.id, io.BytesIO(name.encode()), size_max_bytes=10**6
            )
            said = productions.Incoming(filename=name, media_type="application/pdf", folder=folder)
            made.append(
                adding.add_exhibit(
                    session,
                    actor,
                    story.draft,
                    file,
                    said,
                    utc("2023-04-02T09:00"),
                    matter_bytes_max=0,
                ).id
            )
    return made


def exhibits(service: FastAPI, story: Story) -> list[m.Exhibit]:
    with service.state.database.reading() as session:
        found = session.scalars(
            select(m.Exhibit)
            .where(m.Exhibit.production_id == story.draft)
            .order_by(m.Exhibit.position)
        ).all()
        session.expunge_all()
        return list(found)


def selection(reader: Reader, story: Story, act: str, **said: Any) -> Any:
    return reader.post(f"/productions/{story.draft}/selection", {"act": act, **said})


def mark(page: str) -> str:
    found = re.search(r'name="mark" value="(\w+)"', page)
    assert found is not None
    return found[1]


def category(service: FastAPI, story: Story, number: str) -> UUID:
    with service.state.database.reading() as session:
        found = session.scalars(
            select(m.Category.id).where(
                m.Category.order_id == story.order, m.Category.number == number
            )
        ).one()
        return UUID(str(found))


def test_those_ticked_are_placed_and_the_others_stay(
    service: FastAPI, story: Story, counsel: Reader
) -> None:
    ids = fill(service, story, ["a.pdf", "b.pdf", "c.pdf"])
    second = category(service, story, "2")
    answer = selection(counsel, story, "place", exhibit=ids[:2], category_id=second)
    assert answer.status_code == 303
    assert "changed=2" in answer.headers["location"]
    to_sort = counsel.get(f"/productions/{story.draft}?in=to-sort").text
    assert "c.pdf" in to_sort
    assert "a.pdf" not in to_sort


def test_all_that_a_filter_shows_is_meant_on_every_page(
    service: FastAPI, story: Story, counsel: Reader
) -> None:
    fill(service, story, [f"{n:03}.pdf" for n in range(120)])
    first = category(service, story, "1")
    page = counsel.get(f"/productions/{story.draft}?in=to-sort")
    assert page.text.count('name="exhibit"') == 80
    said = {"in": "to-sort", "scope": "shown", "category_id": first}
    answer = selection(counsel, story, "place", **said)
    assert "changed=120" in answer.headers["location"]
    assert counsel.get(f"/productions/{story.draft}?in={first}&page=2").status_code == 200


@pytest.mark.parametrize("language", ["en", "fr"])
def test_nothing_ticked_is_said_and_nothing_is_done(
    service: FastAPI, story: Story, counsel: Reader, language: str
) -> None:
    ids = fill(service, story, ["a.pdf"])
    counsel.language = language
    answer = selection(counsel, story, "confidentiality", confidentiality="restricted")
    assert answer.status_code == 422
    words = {"en": "Tick the exhibits that are meant", "fr": "Cochez les pièces visées"}
    assert words[language] in answer.text
    answer = selection(counsel, story, "date", exhibit=ids, dated_on="2021-02-30")
    assert answer.status_code == 422
    assert 'value="2021-02-30"' in answer.text
    assert re.search(f'value="{ids[0]}"[^>]* checked', answer.text)
    assert exhibits(service, story)[0].version == 1


def test_what_names_say_is_proposed_before_it_is_done(
    service: FastAPI, story: Story, counsel: Reader
) -> None:
    fill(service, story, ["a.pdf", "lettre.pdf"], folder="Chef 2")
    asked = {"scope": "shown", "fields": ["category"]}
    proposal = selection(counsel, story, "names", **asked)
    assert proposal.status_code == 200
    assert {e.version for e in exhibits(service, story)} == {1}
    ids = " ".join(str(e.id) for e in exhibits(service, story))
    confirmed = {"ids": ids, "mark": mark(proposal.text), "fields": ["category"]}
    assert "changed=2" in selection(counsel, story, "names", **confirmed).headers["location"]
    second = category(service, story, "2")
    assert counsel.get(f"/productions/{story.draft}?in={second}").text.count('name="exhibit"') == 2


def test_a_proposal_that_no_longer_holds_is_proposed_anew_and_not_done(
    service: FastAPI, story: Story, counsel: Reader
) -> None:
    ids = fill(service, story, ["a.pdf", "b.pdf"])
    proposal = selection(counsel, story, "number", exhibit=ids, start="71")
    seen = mark(proposal.text)
    selection(counsel, story, "date", exhibit=ids[:1], dated_on="2021-03-01")
    said = {"ids": " ".join(map(str, ids)), "mark": seen, "start": "71"}
    again = selection(counsel, story, "number", **said)
    assert again.status_code == 409
    assert "The draft has changed since you looked" in again.text
    assert "71" not in [e.number for e in exhibits(service, story)]
    said["mark"] = mark(again.text)
    assert selection(counsel, story, "number", **said).status_code == 303
    assert [e.number for e in exhibits(service, story)] == ["71", "72"]


def test_a_number_that_is_taken_is_refused_in_words(
    service: FastAPI, story: Story, counsel: Reader
) -> None:
    ids = fill(service, story, ["a.pdf"])
    answer = selection(counsel, story, "number", exhibit=ids, start="1")
    assert answer.status_code == 422
    assert "never reused" in answer.text


def test_many_are_taken_out_in_one_act(service: FastAPI, story: Story, counsel: Reader) -> None:
    ids = fill(service, story, ["a.pdf", "b.pdf", "c.pdf"])
    selection(counsel, story, "place", exhibit=ids, category_id=category(service, story, "1"))
    proposal = selection(counsel, story, "remove", exhibit=ids[1:])
    assert len(exhibits(service, story)) == 3
    said = {"ids": " ".join(map(str, ids[1:])), "mark": mark(proposal.text)}
    assert "removed=2" in selection(counsel, story, "remove", **said).headers["location"]
    assert [e.id for e in exhibits(service, story)] == ids[:1]


def test_an_exhibit_of_another_draft_or_a_word_that_is_none_is_refused(
    service: FastAPI, story: Story, counsel: Reader
) -> None:
    for odd in (str(story.exhibit), "no-uuid"):
        answer = selection(counsel, story, "date", exhibit=odd, dated_on="2021-03-01")
        assert answer.status_code == 422
        assert "This exhibit is not in this draft." in answer.text
    assert selection(counsel, story, "sing", exhibit=odd).status_code == 422
    ids = fill(service, story, ["a.pdf"])
    assert selection(counsel, story, "sing", exhibit=ids).status_code == 404


def test_the_list_is_filtered_by_what_was_found(
    service: FastAPI, story: Story, counsel: Reader
) -> None:
    fill(service, story, ["a.pdf", "b.pdf"])
    path = f"/productions/{story.draft}"
    assert counsel.get(f"{path}?check=waiting").text.count('name="exhibit"') == 2
    assert counsel.get(f"{path}?check=cannot-deposit").text.count('name="exhibit"') == 0
    assert counsel.get(f"{path}?check=sideways").status_code == 422
    assert counsel.get(f"{path}?in=elsewhere").status_code == 404


# -- what the script asks


def test_a_script_sends_a_file_piece_by_piece_under_the_session(
    service: FastAPI, story: Story, counsel: Reader
) -> None:
    made = counsel.script("POST", f"/productions/{story.draft}/uploads", ANNOUNCED)
    assert made.status_code == 201
    where = made.headers["Location"]
    assert made.headers["Upload-Offset"] == "0"
    for offset, piece in ((0, b"ab"), (2, b"cde")):
        sent = {**counsel._headers(), "Bordereau-Form": counsel.csrf, **OFFSET,
                "Upload-Offset": str(offset)}  # fmt: skip
        answer = counsel.http.patch(where, content=piece, headers=sent)
        assert answer.status_code == 204
    assert exhibits(service, story)[0].id == UUID(answer.headers["Bordereau-Exhibit"])
    assert exhibits(service, story)[0].folder == "Chef 2"
    stands = counsel.script("HEAD", where, {"Tus-Resumable": "1.0.0"})
    assert stands.headers["Bordereau-Exhibit"] == answer.headers["Bordereau-Exhibit"]
    assert counsel.script("GET", where, {}).json()["filename"] == "f.pdf"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_script_without_the_sessions_token_or_of_another_site_is_refused(
    service: FastAPI, story: Story, counsel: Reader, language: str
) -> None:
    path = f"/productions/{story.draft}/uploads"
    counsel.language = language
    for odd in (
        {"Bordereau-Form": ""},
        {"Bordereau-Form": "0" * 64},
        {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://elsewhere.example"},
    ):
        answer = counsel.script("POST", path, {**ANNOUNCED, **odd})
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"
    words = {"en": "another site", "fr": "autre site"}
    assert words[language] in answer.json()["detail"]
    with service.state.database.reading() as session:
        assert session.scalars(select(m.Upload.id)).all() == []


def test_what_is_wrong_is_said_in_words_before_a_byte_is_read(
    story: Story, counsel: Reader
) -> None:
    path = f"/productions/{story.draft}/uploads"
    counsel.language = "fr"
    answer = counsel.script("POST", path, {**ANNOUNCED, "Upload-Length": str(10**15)})
    assert answer.status_code == 413
    assert "octets" in answer.json()["detail"]
    assert counsel.script("POST", path, {"Upload-Length": "5"}).status_code == 412
    assert counsel.script("POST", path, {**ANNOUNCED, "Upload-Metadata": ""}).status_code == 422


def test_sending_files_keeps_a_session_awake(
    service: FastAPI, story: Story, counsel: Reader
) -> None:
    with service.state.database.writing() as session:
        for each in session.scalars(select(m.SignIn)):
            each.seen_at = clock() - timedelta(minutes=30)
    counsel.script("POST", f"/productions/{story.draft}/uploads", ANNOUNCED)
    with service.state.database.reading() as session:
        seen = max(each.seen_at for each in session.scalars(select(m.SignIn)))
    assert clock() - seen < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "1 file is still on its way"), ("fr", "1 fichier est encore en route")],
)
def test_the_summary_says_what_is_still_on_its_way(
    service: FastAPI, story: Story, counsel: Reader, language: str, words: str
) -> None:
    fill(service, story, ["a.pdf"])
    path = f"/productions/{story.draft}/deposit"
    counsel.language = language
    assert words not in counsel.get(path).text
    where = counsel.script("POST", f"/productions/{story.draft}/uploads", ANNOUNCED)
    assert words in counsel.get(path).text
    # It warns and stands in nobody's way; what comes too late is told so.
    assert counsel.post(path).headers["location"].endswith("/receipt")
    sent = {**OFFSET, "Upload-Offset": "0"}
    late = counsel.script("PATCH", where.headers["Location"], sent)
    assert late.status_code == 409


# -- counsel's home


@pytest.mark.parametrize("role", ["producing_counsel", "producing_assistant"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_counsel_sees_what_is_owed_until_when_and_goes_on(
    story: Story, visitor: Visitors, role: str, language: str
) -> None:
    reader = visitor(role, language=language, now="2021-09-11T09:00:00+02:00")
    page = reader.get("/owed").text
    assert {"en": "2 d 15 h 0 min left", "fr": "encore 2 j 15 h 0 min"}[language] in page
    assert 'data-due="2021-09-13T22:00:00+00:00"' in page
    assert f'href="/productions/{story.draft}"' in page
    assert f'href="/orders/{story.order}"' in page
    assert 'href="/owed"' in reader.get("/").text


def test_after_the_last_day_it_is_over_in_words(story: Story, visitor: Visitors) -> None:
    reader = visitor("producing_counsel", now="2021-09-14T00:00:00+02:00")
    assert re.search(r'class="countdown over"[^>]*>over<', reader.get("/owed").text)
    reader.now = "2021-09-13T23:59:58+02:00"
    assert "0 min 2 s left" in reader.get("/owed").text


def test_who_owes_nothing_is_told_so_and_a_clerk_has_no_such_page(visitor: Visitors) -> None:
    assert (
        "Nothing is owed by those you act for." in visitor("requesting_counsel").get("/owed").text
    )
    clerk = visitor("clerk")
    assert clerk.get("/owed").status_code == 403
    assert 'href="/owed"' not in clerk.get("/").text


def test_the_pages_ask_a_bounded_number_of_statements_and_stay_light(
    service: FastAPI,
    story: Story,
    counsel: Reader,
    count_queries: Callable[..., AbstractContextManager[list[str]]],
) -> None:
    path = f"/productions/{story.draft}"
    counts = []
    for names in (["x.pdf"], [f"Pièce {n} - Note.pdf" for n in range(1000, 1150)]):
        fill(service, story, names)
        with count_queries(service.state.database) as statements:
            page = counsel.get(path)
        counts.append(len(statements))
    assert counts[0] == counts[1]
    with count_queries(service.state.database) as statements:
        counsel.get("/owed")
    assert len(statements) <= 12
    assert len(page.content) < 100_000
