"""The act itself, recorded with its event: sent with the preview, kept until it is confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app import models as m
from app.deps import clock
from app.storage.sweep import UNKNOWN_FOR
from app.web import event_sent, event_tickets
from tests.cast import PASSWORD
from tests.web.conftest import Reader, Visitors
from tests.web.filling import filled, form_of
from tests.web.markup import found
from tests.web.story import Story

TYPED = {
    "effective_on": "2021-10-01",
    "dispute_text": "Il manque la langue.\r\nEt le reste.",
    "reason": "Conclusions",
}
WRIT = ("file", ("Signification à TIC.pdf", b"%PDF-1.4 the writ", "application/pdf"))
NONE_CHOSEN = ("file", ("", b"", "application/octet-stream"))
File = tuple[str, tuple[str, bytes, str]]


def address(story: Story) -> str:
    return f"/orders/{story.order}/events/new"


def send(
    reader: Reader, path: str, data: dict[str, Any], *files: File, act: str = "preview"
) -> Any:
    """Send the form as a browser does: its fields first, then its files, then the button."""
    texts = [
        (name, (None, value))
        for name, values in data.items()
        for value in ([values] if isinstance(values, str) else values)
        if name not in ("act", "file")
    ]
    parts: Any = [*texts, *(files or [NONE_CHOSEN]), ("act", (None, act))]
    return reader.http.post(path, files=parts, headers=reader._headers())


def opened(reader: Reader, story: Story, kind: str = "dispute", **typed: str) -> dict[str, Any]:
    """The form as its page gives it, filled in."""
    page = reader.get(f"{address(story)}?kind={kind}").text
    assert 'enctype="multipart/form-data"' in page
    return filled(page, address(story), TYPED | typed)


def previewed(reader: Reader, story: Story, *files: File) -> Any:
    answer = send(reader, address(story), opened(reader, story), *(files or [WRIT]))
    assert answer.status_code == 200, answer.text
    return answer


def pressed(reader: Reader, story: Story, page: Any, act: str, **changed: Any) -> Any:
    """Press a button of the preview, which is a form without files."""
    data = form_of(page.text, address(story)) | changed
    return reader.http.post(address(story), data={**data, "act": act}, headers=reader._headers())


def recorded_files(reader: Reader) -> list[str]:
    with reader.service.state.database.reading() as session:
        return list(session.scalars(select(m.EventFile.filename).order_by(m.EventFile.position)))


def events_count(reader: Reader) -> int:
    with reader.service.state.database.reading() as session:
        return session.scalar(select(func.count()).select_from(m.Event)) or 0


@contextmanager
def setting(reader: Reader, **changed: Any) -> Iterator[None]:
    state = reader.service.state
    before = state.settings
    state.settings = before.model_copy(update=changed)
    yield
    state.settings = before


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("role", ["clerk", "producing_counsel", "requesting_counsel"])
def test_a_file_sent_with_the_preview_is_recorded_at_its_confirmation(
    visitor: Visitors, story: Story, role: str, language: str
) -> None:
    reader = visitor(role, language=language)
    preview = previewed(reader, story)
    said = {"en": "Nothing is recorded yet.", "fr": "Rien n’est encore enregistré."}[language]
    assert said in preview.text
    assert "Signification à TIC.pdf" in preview.text
    assert recorded_files(reader) == []
    done = pressed(reader, story, preview, "confirm")
    assert done.status_code == 303
    assert recorded_files(reader) == ["Signification à TIC.pdf"]
    page = reader.get(done.headers["location"].partition("#")[0]).text
    href = found(r'href="(/events/[^"]+)"', page)
    label = {"en": "Download", "fr": "Télécharger"}[language]
    assert f"{label} Signification à TIC.pdf" in page
    file = reader.get(href)
    assert file.content == b"%PDF-1.4 the writ"
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["content-disposition"].startswith("attachment; ")
    assert "sandbox" in file.headers["content-security-policy"]


def test_texts_of_a_form_with_files_are_read_as_of_one_without(clerk: Reader, story: Story) -> None:
    assert pressed(clerk, story, previewed(clerk, story), "confirm").status_code == 303
    with clerk.service.state.database.reading() as session:
        event = session.scalars(select(m.Event).order_by(m.Event.seq.desc()).limit(1)).one()
        assert event.payload["text"] == "Il manque la langue.\nEt le reste."


def test_no_file_need_be_chosen(clerk: Reader, story: Story) -> None:
    preview = previewed(clerk, story, NONE_CHOSEN)
    assert 'name="ticket"' not in preview.text
    assert pressed(clerk, story, preview, "confirm").status_code == 303
    assert recorded_files(clerk) == []


def test_a_file_is_kept_while_the_form_is_changed_and_can_be_left_out(
    clerk: Reader, story: Story
) -> None:
    two = [WRIT, ("file", ("b.png", b"png", "image/png"))]
    form = pressed(clerk, story, previewed(clerk, story, *two), "edit")
    assert form.status_code == 200
    assert form.text.count('name="ticket"') == 2
    data = form_of(form.text, address(story))
    kept, left_out = data["ticket"]
    more = ("file", ("c.pdf", b"more", "application/pdf"))
    again = send(clerk, address(story), data | {"ticket": [kept]}, more)
    assert "b.png" in left_out
    assert "b.png" not in again.text
    assert pressed(clerk, story, again, "confirm").status_code == 303
    assert recorded_files(clerk) == ["Signification à TIC.pdf", "c.pdf"]


def test_what_is_wrong_elsewhere_in_the_form_does_not_lose_the_file(
    clerk: Reader, story: Story
) -> None:
    refused = send(clerk, address(story), opened(clerk, story, reason=""), WRIT)
    assert refused.status_code == 422
    assert 'id="fault-reason"' in refused.text
    data = filled(refused.text, address(story), {"reason": "Conclusions"})
    preview = send(clerk, address(story), data)
    assert pressed(clerk, story, preview, "confirm").status_code == 303
    assert recorded_files(clerk) == ["Signification à TIC.pdf"]


def test_a_file_that_is_too_large_or_empty_or_misnamed_is_refused_at_its_field(
    clerk: Reader, story: Story
) -> None:
    files: list[File] = [
        ("file", ("large.pdf", b"x" * 1001, "application/pdf")),
        ("file", ("empty.pdf", b"", "application/pdf")),
        ("file", ("a/b.pdf", b"x", "application/pdf")),
        ("file", ("good.pdf", b"x" * 1000, "application/pdf")),
    ]
    with setting(clerk, event_file_bytes_max=1000):
        answer = send(clerk, address(story), opened(clerk, story), *files)
    assert answer.status_code == 422
    faults = answer.text.partition('id="fault-files"')[2].partition("</fieldset>")[0]
    assert "large.pdf" in faults
    assert "larger than the 1000 bytes" in faults
    assert "empty.pdf" in faults
    assert "a/b.pdf" in faults
    assert "good.pdf" not in faults
    assert 'href="#field-files"' in answer.text
    assert "Conclusions" in answer.text
    assert answer.text.count('name="ticket"') == 1


def test_a_sixth_file_is_refused_and_the_five_are_kept(clerk: Reader, story: Story) -> None:
    files: list[File] = [("file", (f"{n}.pdf", str(n).encode(), "")) for n in range(6)]
    answer = send(clerk, address(story), opened(clerk, story), *files)
    assert answer.status_code == 422
    assert "An event bears at most 5 files." in answer.text
    assert answer.text.count('name="ticket"') == 5


@pytest.mark.parametrize("act", ["preview", "confirm"])
def test_a_matter_that_is_full_takes_no_file_and_the_event_waits(
    clerk: Reader, story: Story, act: str
) -> None:
    before = events_count(clerk)
    preview = previewed(clerk, story)
    with setting(clerk, matter_bytes_max=30):
        if act == "preview":
            answer = send(clerk, address(story), opened(clerk, story), WRIT)
        else:
            answer = pressed(clerk, story, preview, "confirm")
    assert answer.status_code == 422
    assert 'id="fault-files"' in answer.text
    assert events_count(clerk) == before


def _again(answer: Any) -> None:
    assert answer.status_code == 422
    fault = answer.text.partition('id="fault-files"')[2].partition("</div>")[0]
    assert "Choose this file again" in fault
    assert 'name="ticket"' not in answer.text


def test_a_ticket_that_is_old_altered_or_another_s_is_refused_at_its_field(
    visitor: Visitors, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = visitor("clerk")
    preview = previewed(clerk, story)
    before = events_count(clerk)
    [ticket] = form_of(preview.text, address(story))["ticket"]
    seal, at, size, sha256, name = ticket.split(":", 4)
    for forged in (
        f"{seal}:{at}:{size}:{sha256}:other.pdf",
        f"{seal}:{at}:1:{sha256}:{name}",
        f"{seal}:{at}:{size}:{'0' * 64}:{name}",
        f"{seal}:{int(at) + 60}:{size}:{sha256}:{name}",
        f"{'0' * 64}:{at}:{size}:{sha256}:{name}",
        f"é:{at}:{size}:{sha256}:{name}",
        "not a ticket",
    ):
        for act in ("preview", "confirm"):
            _again(pressed(clerk, story, preview, act, ticket=[forged]))
    # Another session of the same person, and another order.
    later = visitor("clerk")
    _again(pressed(later, story, preview, "confirm", csrf=later.csrf))
    other = f"/orders/{story.awaiting}/events/new"
    page = clerk.get(f"{other}?kind=dispute").text
    data = filled(page, other, TYPED) | {"ticket": [ticket], "act": "confirm"}
    _again(clerk.http.post(other, data=data, headers=clerk._headers()))
    # Half a day later the same ticket does not hold any more.
    monkeypatch.setattr(event_tickets, "HOURS", -1)
    _again(pressed(clerk, story, preview, "confirm"))
    assert events_count(clerk) == before


def test_a_ticket_ends_long_before_its_file_is_swept_away() -> None:
    assert timedelta(hours=event_tickets.HOURS) * 2 <= UNKNOWN_FOR


def test_a_file_that_is_not_in_the_store_any_more_is_to_be_chosen_again(
    clerk: Reader, story: Story
) -> None:
    preview = previewed(clerk, story)
    state = clerk.service.state
    state.store.sweep(clock() + timedelta(days=2), lambda _matter, _hashes: [])
    _again(pressed(clerk, story, preview, "confirm"))
    assert recorded_files(clerk) == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_form_kept_over_a_sign_in_says_that_its_files_are_not(
    visitor: Visitors, story: Story, language: str
) -> None:
    clerk = visitor("clerk", language=language)
    data = opened(clerk, story)
    stored = _stored(clerk)
    token = clerk.csrf
    assert clerk.post("/sign-out").status_code == 303
    refused = send(clerk, address(story), data, WRIT)
    assert refused.status_code == 401
    assert _stored(clerk) == stored, "nothing is stored for whoever is not signed in"
    kept = _signed_in_again(clerk, refused)
    said = {
        "en": "Choose the files again: they are not kept over a sign-in.",
        "fr": "Choisissez de nouveau les fichiers",
    }[language]
    assert said in kept.text
    sent = form_of(kept.text, address(story))
    assert sent["csrf"] != [token]
    again = clerk.http.post(address(story), data=sent, headers=clerk._headers())
    assert again.status_code == 422
    assert said in again.text
    assert "Conclusions" in again.text
    preview = send(clerk, address(story), form_of(again.text, address(story)), WRIT)
    assert preview.status_code == 200
    assert pressed(clerk, story, preview, "confirm").status_code == 303


def test_a_confirmation_after_the_session_ended_asks_for_the_file_again(
    clerk: Reader, story: Story
) -> None:
    preview = previewed(clerk, story)
    assert clerk.post("/sign-out").status_code == 303
    refused = pressed(clerk, story, preview, "confirm")
    assert refused.status_code == 401
    kept = _signed_in_again(clerk, refused)
    _again(
        clerk.http.post(
            address(story), data=form_of(kept.text, address(story)), headers=clerk._headers()
        )
    )
    assert recorded_files(clerk) == []


def _signed_in_again(reader: Reader, page: Any) -> Any:
    credentials = {"email": "clerk@example.org", "password": PASSWORD}
    data = filled(page.text, "/sign-in", credentials)
    answer = reader.http.post("/sign-in", data=data, headers=reader._headers())
    assert answer.status_code == 200
    return answer


def _stored(reader: Reader) -> set[str]:
    objects = reader.service.state.store.root / "objects"
    return {path.name for path in objects.rglob("*") if path.is_file()}


@pytest.mark.parametrize("csrf", ["", "0" * 64, "é"])
def test_no_file_is_stored_for_a_form_without_its_token(
    clerk: Reader, story: Story, csrf: str
) -> None:
    data = opened(clerk, story)
    stored = _stored(clerk)
    assert send(clerk, address(story), data | {"csrf": csrf}, WRIT).status_code == 403
    assert _stored(clerk) == stored


def test_no_file_is_taken_from_another_site(clerk: Reader, story: Story) -> None:
    data = opened(clerk, story)
    stored = _stored(clerk)
    clerk.headers["Origin"] = "https://evil.example"
    answer = send(clerk, address(story), data, WRIT)
    assert answer.status_code == 403
    assert "another site" in answer.text
    assert _stored(clerk) == stored


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("clerk_elsewhere", 404),
        ("counsel_elsewhere", 404),
        ("producing_assistant", 403),
        ("requesting_assistant", 403),
        ("administrator", 403),
        ("auditor", 403),
        ("nobody_yet", 403),
        (None, 401),
    ],
)
def test_no_file_is_stored_for_whoever_may_not_record(
    visitor: Visitors, story: Story, role: str | None, status: int
) -> None:
    reader = visitor(role)
    stored = _stored(reader)
    data = {"csrf": reader.csrf, "kind": "dispute", **TYPED}
    assert send(reader, address(story), data, WRIT).status_code == status
    assert _stored(reader) == stored


def test_who_is_not_signed_in_is_not_listened_to_for_ever(visitor: Visitors, story: Story) -> None:
    reader = visitor(None)
    with setting(reader, event_file_bytes_max=1000):
        large = ("file", ("a.pdf", b"x" * 5000, "application/pdf"))
        answer = send(reader, address(story), {"csrf": "0" * 64, **TYPED}, large)
    assert answer.status_code == 401


def test_forms_that_are_none_or_too_large_are_refused(clerk: Reader, story: Story) -> None:
    headers = {**clerk._headers(), "Content-Type": "multipart/form-data; boundary=x"}
    broken = clerk.http.post(address(story), content=b"--x\r\nbroken", headers=headers)
    assert broken.status_code == 400
    large = {"kind": "dispute", "reason": "x" * 3_000_000}
    assert clerk.post(address(story), large).status_code == 413
    many = {"kind": "dispute", "category_ids": ["1"] * 5000}
    assert clerk.post(address(story), many).status_code == 400
    assert send(clerk, address(story), {"csrf": clerk.csrf, **many}).status_code == 413
    wordy = {"csrf": clerk.csrf, "kind": "dispute", "reason": "x" * 3_000_000}
    assert send(clerk, address(story), wordy).status_code == 400


def test_a_long_text_is_refused_at_its_field_whichever_way_it_comes(
    clerk: Reader, story: Story
) -> None:
    answer = send(clerk, address(story), opened(clerk, story, reason="x" * 200_000), WRIT)
    assert answer.status_code == 422
    assert 'id="fault-reason"' in answer.text


def test_the_largest_body_has_room_for_the_largest_files() -> None:
    largest = 50 * 1024 * 1024
    assert largest * 5 + 2 * 1024 * 1024 < event_sent.BODY_BYTES_MAX


@pytest.mark.parametrize("role", ["clerk_elsewhere", "counsel_elsewhere"])
def test_a_file_does_not_exist_for_whoever_does_not_see_the_order(
    visitor: Visitors, story: Story, role: str
) -> None:
    clerk = visitor("clerk")
    assert pressed(clerk, story, previewed(clerk, story), "confirm").status_code == 303
    with clerk.service.state.database.reading() as session:
        [(event_id, file_id)] = session.execute(select(m.EventFile.event_id, m.EventFile.id)).all()
    path = f"/events/{event_id}/files/{file_id}"
    assert clerk.get(path).status_code == 200
    assert visitor("requesting_assistant").get(path).status_code == 200
    assert visitor(role).get(path).status_code == 404
    assert clerk.get(f"/events/{UUID(int=1)}/files/{file_id}").status_code == 404


def test_a_hostile_name_is_shown_as_text(clerk: Reader, story: Story) -> None:
    hostile = "<img src=x onerror=alert(1)>\u202egnp.exe"
    preview = previewed(clerk, story, ("file", (hostile, b"x", "text/html")))
    done = pressed(clerk, story, preview, "confirm")
    assert done.status_code == 303, done.text
    page = clerk.get(f"/orders/{story.order}").text
    assert recorded_files(clerk) == [hostile]
    assert "<img src=x" not in preview.text + page
    assert "<bdi>Download &lt;img" in page
