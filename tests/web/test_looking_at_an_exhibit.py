"""An exhibit to look at: only an image reaches the frame, and the first look is recorded."""

from __future__ import annotations

import io
import re
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from PIL import Image
from sqlalchemy import select

from app import models as m
from app.services.withdrawing import withdraw
from tests.web.conftest import Visitors
from tests.web.produced import PDF, a_deposit
from tests.web.story import Story, utc


def an_image(kind: str) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (40, 20), "white").save(kept, kind)
    return kept.getvalue()


def test_a_page_of_a_pdf_is_drawn_and_framed_where_nothing_may_run(
    visitor: Visitors, story: Story, service: FastAPI
) -> None:
    (made,) = a_deposit(service, story, {"3": "Contrat"})
    reader = visitor("requesting_counsel")
    page = reader.get(f"/exhibits/{made}/view")
    assert page.status_code == 200
    assert f'<iframe sandbox src="/exhibits/{made}/shown?page=1" class="tenths-14"' in page.text
    assert "frame-src 'self'" in page.headers["content-security-policy"]
    assert "of 2" in page.text
    shown = reader.get(f"/exhibits/{made}/shown?page=2")
    assert shown.status_code == 200
    with Image.open(io.BytesIO(shown.content)) as image:
        assert image.format == "PNG"
        assert image.width > image.height
        # The words are drawn: the page is not blank.
        assert len(image.getcolors(1 << 20) or []) > 2
    assert reader.get(f"/exhibits/{made}/shown?page=3").status_code == 404
    assert reader.get(f"/exhibits/{made}/view?page=3").status_code == 404


def test_the_frames_content_has_the_strictest_headers(
    visitor: Visitors, story: Story, service: FastAPI
) -> None:
    (made,) = a_deposit(service, story, {"3": "Photo"}, files={"3": ("p.png", an_image("PNG"))})
    shown = visitor("requesting_counsel").get(f"/exhibits/{made}/shown")
    assert shown.content == an_image("PNG")
    assert {name: shown.headers[name] for name in (
        "content-type", "content-security-policy", "x-content-type-options",
        "cross-origin-resource-policy", "cache-control", "content-disposition",
    )} == {
        "content-type": "image/png",
        "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'self'",
        "x-content-type-options": "nosniff",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
        "content-disposition": "inline",
    }  # fmt: skip


HOSTILE = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


@pytest.mark.parametrize(
    ("name", "body", "why"),
    [
        ("photo.png", HOSTILE, "only PDFs and images"),
        ("page.pdf", b"<html><script>alert(1)</script></html>", "only PDFs and images"),
        ("scan.tiff", an_image("TIFF"), "only PDFs and images"),
        ("x.pdf", b"%PDF-1.4 nothing", "this PDF is damaged"),
        ("x.png", an_image("PNG")[:60], "this image is damaged"),
        ("a.txt", b"plain text", "only PDFs and images"),
    ],
)
def test_whatever_its_name_says_all_else_is_not_shown_and_says_why(
    visitor: Visitors, story: Story, service: FastAPI, name: str, body: bytes, why: str
) -> None:
    (made,) = a_deposit(service, story, {"3": "Pièce"}, files={"3": (name, body)})
    reader = visitor("requesting_counsel")
    page = reader.get(f"/exhibits/{made}/view")
    assert page.status_code == 200
    assert "<iframe" not in page.text
    assert why in page.text
    assert f'href="/exhibits/{made}/content"' in page.text
    assert reader.get(f"/exhibits/{made}/shown").status_code == 404


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_plain_images_are_shown_as_what_they_are(
    visitor: Visitors, story: Story, service: FastAPI, kind: str
) -> None:
    body = an_image(kind)
    (made,) = a_deposit(service, story, {"3": "Photo"}, files={"3": ("x.bin", body)})
    reader = visitor("requesting_counsel")
    assert 'class="tenths-5"' in reader.get(f"/exhibits/{made}/view").text
    assert reader.get(f"/exhibits/{made}/shown").headers["content-type"] == f"image/{kind.lower()}"


def test_the_first_look_is_recorded_as_the_first_download_is(
    visitor: Visitors, story: Story, service: FastAPI
) -> None:
    (made,) = a_deposit(service, story, {"3": "Contrat"})
    reader = visitor("requesting_counsel")
    reader.get(f"/exhibits/{made}/view")
    assert _firsts(service, made) == []  # what is recorded is the document, not its page
    for _ in range(2):
        reader.get(f"/exhibits/{made}/shown")
    assert _firsts(service, made) == [story.cast.party("UEJF")]
    visitor("producing_counsel").get(f"/exhibits/{made}/shown")
    visitor("clerk").get(f"/exhibits/{made}/shown")
    assert _firsts(service, made) == [story.cast.party("UEJF")]
    assert "First fetched" in reader.get(f"/exhibits/{made}/view").text


def _firsts(service: FastAPI, exhibit_id: UUID) -> list[UUID]:
    with service.state.database.reading() as session:
        query = select(m.FirstDownload.party_id).where(m.FirstDownload.exhibit_id == exhibit_id)
        return list(session.scalars(query))


def test_neighbours_are_those_of_what_was_being_read(
    visitor: Visitors, story: Story, service: FastAPI
) -> None:
    first, second, third = a_deposit(service, story, {"3": "Trois", "4": "Quatre", "5": "Cinq"})
    later = utc("2021-10-01T16:00")
    a_deposit(service, story, {"6": "Clé secrète"}, confidentiality="restricted", at=later)
    reader = visitor("requesting_counsel")
    page = reader.get(f"/exhibits/{second}/view").text
    assert _beside(page) == (str(first), str(third))
    # What cannot be read is no neighbour; the first exhibit of all is the story's own.
    assert _beside(reader.get(f"/exhibits/{third}/view").text) == (str(second), None)
    assert _beside(reader.get(f"/exhibits/{first}/view").text) == (str(story.exhibit), str(second))
    by = reader.get(f"/orders/{story.order}/produced").text
    deposit = re.findall(r"/produced\?in=([0-9a-f-]{36})", by)[1]
    alone = reader.get(f"/exhibits/{first}/view?in={deposit}").text
    assert _beside(alone) == (None, str(second))


def _beside(page: str) -> tuple[str | None, str | None]:
    def to(rel: str) -> str | None:
        found = re.search(rf'rel="{rel}" href="/exhibits/([0-9a-f-]+)/view', page)
        return found[1] if found else None

    return to("prev"), to("next")


def test_a_withdrawn_exhibit_says_so_to_the_other_side_and_is_shown_to_the_clerk(
    visitor: Visitors, story: Story, service: FastAPI
) -> None:
    (made,) = a_deposit(service, story, {"3": "Par erreur"})
    with service.state.database.writing() as session:
        counsel = story.cast.actor(session, "producing_counsel")
        withdraw(session, counsel, made, "Secret médical", utc("2021-10-02T09:00"))
    page: Any = visitor("requesting_counsel").get(f"/exhibits/{made}/view")
    assert page.status_code == 200
    assert "Secret médical" in page.text
    assert "<iframe" not in page.text
    assert "/content" not in page.text
    assert visitor("requesting_counsel").get(f"/exhibits/{made}/shown").status_code == 404
    assert visitor("clerk").get(f"/exhibits/{made}/shown").status_code == 200
    french = visitor("requesting_counsel", language="fr").get(f"/exhibits/{made}/view")
    assert "n’est pas affichée ici" in french.text


def test_a_pdf_is_drawn_anew_after_what_was_kept_is_gone(
    visitor: Visitors, story: Story, service: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.storage.inspection.pages._KEPT_BYTES_MAX", 10)
    (made,) = a_deposit(service, story, {"3": "Contrat"}, files={"3": ("c.pdf", PDF)})
    reader = visitor("requesting_counsel")
    first = reader.get(f"/exhibits/{made}/shown").content
    assert service.state.pages._kept_bytes == 0
    assert reader.get(f"/exhibits/{made}/shown").content == first
