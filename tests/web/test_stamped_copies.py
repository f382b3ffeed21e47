"""Stamped copies on an exhibit's page: made by its own party, fetched by whoever may read it."""

from __future__ import annotations

import io
from pathlib import Path
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app import models as m
from app.services import adding, deposit, productions, withdrawing
from tests.papers.pdfs import a_pdf, texts
from tests.web.conftest import Reader, Visitors
from tests.web.filling import filled
from tests.web.story import Story, story_keys, utc

LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])


@pytest.fixture
def counsel(visitor: Visitors) -> Reader:
    return visitor("producing_counsel")


def put(service: FastAPI, story: Story, data: bytes, name: str = "Contrat.pdf") -> UUID:
    with service.state.database.writing() as session:
        actor = story.cast.actor(session, "producing_counsel")
        file = service.state.store.put(story.cast.matter.id, io.BytesIO(data), size_max_bytes=10**7)
        said = productions.Incoming(filename=name, media_type="application/pdf")
        at = utc("2023-04-02T09:00")
        made = adding.add_exhibit(session, actor, story.draft, file, said, at, matter_bytes_max=0)
        return UUID(str(made.id))


@pytest.fixture
def exhibit(service: FastAPI, story: Story, tmp_path: Path) -> UUID:
    made = a_pdf(tmp_path / "a.pdf", pages=2, signed=True)
    return put(service, story, made.read_bytes())


def make(reader: Reader, exhibit: UUID, style: str = "exhibit_number") -> str:
    answer = reader.post(f"/exhibits/{exhibit}/stamped", {"style": style})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


@LANGUAGES
def test_a_copy_is_made_once_told_and_fetched(
    service: FastAPI, counsel: Reader, exhibit: UUID, tmp_path: Path, language: str
) -> None:
    counsel.language = language
    view = counsel.get(f"/exhibits/{exhibit}/view").text
    assert {"en": "Make the copy", "fr": "Faire la copie"}[language] in view
    assert {"en": "It has no Bates numbers yet", "fr": "pas encore de numéros Bates"}[
        language
    ] in view
    page = counsel.get(make(counsel, exhibit)).text
    make(counsel, exhibit)
    assert f'href="/exhibits/{exhibit}/stamped?style=exhibit_number"' in page
    signed = {"en": "The original is signed", "fr": "L’original est signé"}
    assert signed[language] in page
    copy = counsel.get(f"/exhibits/{exhibit}/stamped?style=exhibit_number")
    assert copy.headers["content-disposition"].startswith("attachment")
    (tmp_path / "copy.pdf").write_bytes(copy.content)
    assert texts(tmp_path / "copy.pdf")[0].startswith("Pièce n° ")
    with service.state.database.reading() as session:
        assert len(session.scalars(select(m.StampedCopy.id)).all()) == 1


def test_each_page_of_a_copy_bears_its_bates_number(
    service: FastAPI, story: Story, counsel: Reader, exhibit: UUID, tmp_path: Path
) -> None:
    answer = counsel.post(f"/exhibits/{exhibit}/stamped", {"style": "bates"})
    assert answer.status_code == 409
    assert "has no Bates numbers yet" in answer.text
    action = f"/productions/{story.draft}/bates"
    form = counsel.get(f"/productions/{story.draft}/numbering").text
    asked = counsel.post(action, filled(form, action, {"prefix": "TIC-", "per": "page"})).text
    if f"pages.{exhibit}" in asked:
        asked = counsel.post(action, filled(asked, action, {f"pages.{exhibit}": "2"})).text
    counsel.post(action, filled(asked, action, {}))
    make(counsel, exhibit, "bates")
    copy = counsel.get(f"/exhibits/{exhibit}/stamped?style=bates")
    (tmp_path / "copy.pdf").write_bytes(copy.content)
    assert texts(tmp_path / "copy.pdf") == ["TIC-000001", "TIC-000002"]


@LANGUAGES
def test_what_is_no_pdf_is_refused_with_the_reason(
    service: FastAPI, story: Story, counsel: Reader, language: str
) -> None:
    counsel.language = language
    exhibit = put(service, story, b"%PDF-1.4 not really")
    answer = counsel.post(f"/exhibits/{exhibit}/stamped", {"style": "exhibit_number"})
    assert answer.status_code == 409
    words = {"en": "No stamped copy was made", "fr": "Aucune copie tamponnée n’a été faite"}
    assert words[language] in answer.text
    odd = counsel.post(f"/exhibits/{exhibit}/stamped", {"style": "gold"})
    assert odd.status_code == 422


def test_the_other_side_fetches_a_deposited_copy_which_is_noted_and_makes_none(
    service: FastAPI, story: Story, counsel: Reader, exhibit: UUID, visitor: Visitors
) -> None:
    make(counsel, exhibit)
    other = visitor("requesting_counsel")
    address = f"/exhibits/{exhibit}/stamped?style=exhibit_number"
    assert other.get(address).status_code == 404
    with service.state.database.writing() as session:
        actor = story.cast.actor(session, "producing_counsel")
        at = utc("2023-04-03T09:00")
        deposit.deposit(session, actor, story.draft, service.state.store, story_keys(), at)
    assert other.get(address).status_code == 200
    with service.state.database.reading() as session:
        noted = session.scalars(
            select(m.FirstDownload.exhibit_id).where(m.FirstDownload.exhibit_id == exhibit)
        )
        assert list(noted)
    page = other.get(f"/exhibits/{exhibit}/view").text
    assert address.replace("&", "&amp;") in page
    assert "Make the copy" not in page
    assert other.post(f"/exhibits/{exhibit}/stamped", {"style": "bates"}).status_code == 403


def test_the_copy_of_a_withdrawn_exhibit_is_withdrawn_with_it(
    service: FastAPI, story: Story, counsel: Reader, exhibit: UUID, visitor: Visitors
) -> None:
    make(counsel, exhibit)
    with service.state.database.writing() as session:
        actor = story.cast.actor(session, "producing_counsel")
        at = utc("2023-04-03T09:00")
        deposit.deposit(session, actor, story.draft, service.state.store, story_keys(), at)
    with service.state.database.writing() as session:
        actor = story.cast.actor(session, "producing_counsel")
        why = "Couverte par le secret"
        withdrawing.withdraw(session, actor, exhibit, why, utc("2023-04-04T09:00"))
    address = f"/exhibits/{exhibit}/stamped?style=exhibit_number"
    assert visitor("requesting_counsel").get(address).status_code == 409
    assert visitor("clerk").get(address).status_code == 200
    assert counsel.get(address).status_code == 200
