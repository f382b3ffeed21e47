"""Both languages: every text of the pages has its French, and every page renders in both."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from markupsafe import Markup

from app.language import translate
from app.web.rendering import day_in, text_in
from tests.databases import ROOT
from tests.web.conftest import Reader, Visitors
from tests.web.story import Story

WEB = ROOT / "app" / "web"
IN_TEMPLATES = re.compile(r'\b_\(\s*"((?:[^"\\]|\\.)*)"')
SAME_IN_BOTH = {
    "Notifications",
    "Pages",
    "pages",
    "Page",
    "Pause",
    "Observations",
    "Description",
    "date",
    "1 document",
    "{n} documents",
    "Attestation",
    "Attestations",
    "Attestation {number}",
    "Obligations",
    "1 obligation",
    "{n} obligations",
    "Parties",
    "Note",
    "Code",
    "Version",
    "version {n}",
    "Source",
    "Sources",
    "{id}, version {version}",
}


def texts(path: Path) -> list[str]:
    source = path.read_text(encoding="utf-8")
    return IN_TEMPLATES.findall(source) if path.suffix == ".html" else list(_in_code(source))


def _in_code(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "msg":
            (said,) = node.args
            assert isinstance(said, ast.Constant)
            yield str(said.value)


SOURCES = [
    *sorted(WEB.glob("templates/*.html")),
    *(
        WEB / name
        for name in (
            "kinds.py",
            "account.py",
            "errors.py",
            "fields.py",
            "whatif_fields.py",
            "parameters.py",
            "production_fields.py",
        )
    ),
]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: p.name)
def test_every_text_of_the_pages_has_its_french(path: Path) -> None:
    lacking = [
        text for text in texts(path) if translate(text, "fr") == text and text not in SAME_IN_BOTH
    ]
    assert lacking == []


def test_a_text_and_its_french_have_the_same_names() -> None:
    names = re.compile(r"\{(\w+)\}")
    for path in SOURCES:
        for text in texts(path):
            assert set(names.findall(text)) == set(names.findall(translate(text, "fr"))), text


def test_french_punctuation_does_not_break_off() -> None:
    for path in SOURCES:
        for text in texts(path):
            french = translate(text, "fr")
            assert not re.search(r" [:;?!»]|« ", french), french
            assert "'" not in french, french


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_renders_in_the_reader_s_language(
    visitor: Visitors, story: Story, language: str
) -> None:
    clerk = visitor("clerk", language=language)
    for path in (
        "/", "/sign-in", "/nothing", f"/orders/{story.order}",
        f"/orders/{story.order}?as_of=2021-09-14", f"/orders/{story.order}/events/new",
        f"/orders/{story.order}/events/new?kind=service",
    ):  # fmt: skip
        html = clerk.get(path).text
        assert f'<html lang="{language}">' in html
        assert ("Skip to the content" in html) is (language == "en")


def test_the_chosen_language_is_kept_and_one_stays_on_the_page(clerk: Reader) -> None:
    answer = clerk.post("/language", {"language": "fr", "next": "/?status=running"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/?status=running"
    assert '<html lang="fr">' in clerk.get("/").text
    assert '<html lang="fr">' in clerk.get("/nothing").text


def test_a_french_date_is_a_french_date(visitor: Visitors, story: Story) -> None:
    html = visitor("clerk", language="fr").get(f"/orders/{story.order}?as_of=2021-09-01").text
    assert "mercredi 1er septembre 2021" in html


def test_a_day_in_a_text_stays_markup_and_all_else_is_escaped() -> None:
    day = day_in("fr", date(2021, 9, 1))
    said = text_in("fr", "{name}, choose {when}", name="<b>", when=day)
    assert said == '&lt;b&gt;, choose <time datetime="2021-09-01">1er septembre 2021</time>'
    assert isinstance(said, Markup)
    assert not isinstance(text_in("en", "{name}", name="<b>"), Markup)
