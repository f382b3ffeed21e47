"""Drafting, filling and depositing a production by forms alone."""

from __future__ import annotations

import hashlib
import io
import json
import re
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from app import models as m
from app.db import Database
from app.domain.acts import Act
from app.papers import verify
from app.schemas.acts import ExhibitWithdrawnIn
from app.services.events import append, new_event
from app.services.facts import events_of
from app.services.log import say
from app.services.orders import order_of
from app.storage.keys import KeyRing
from tests.web.conftest import Reader, Visitors
from tests.web.markup import found
from tests.web.story import Story, record, utc

TONIGHT = "2021-09-13T21:41:07+00:00"
"""23:41:07 in Paris on the last legal day of the story's order."""
Files = Sequence[tuple[str, bytes]]


def start(reader: Reader, order: UUID, title: str = "Communication du soir") -> str:
    party = str(reader.story.cast.obligor)
    answer = reader.post(f"/orders/{order}/productions", {"party_id": party, "title": title})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def send(reader: Reader, path: str, files: Files, **fields: Any) -> Any:
    """Send files as the page's form does: the token first, then ticks, then files."""
    token = {"csrf": reader.csrf} | fields
    return reader.http.post(
        f"{path}/exhibits",
        data=token,
        files=[("file", (name, io.BytesIO(data), "application/pdf")) for name, data in files],
        headers=reader._headers(),
        follow_redirects=False,
    )


@pytest.fixture
def counsel(visitor: Visitors) -> Reader:
    return visitor("producing_counsel", now=TONIGHT)


@pytest.fixture
def draft(counsel: Reader, story: Story) -> str:
    return start(counsel, story.order)


def category(service: FastAPI, story: Story, number: str) -> UUID:
    """The story's category of that number."""
    with service.state.database.reading() as session:
        query = select(m.Category.id).where(
            m.Category.order_id == story.order, m.Category.number == number
        )
        return UUID(str(session.scalars(query).one()))


def elements(service: FastAPI, category_id: UUID) -> list[UUID]:
    with service.state.database.reading() as session:
        query = select(m.Element.id).where(m.Element.category_id == category_id)
        return list(session.scalars(query.order_by(m.Element.position)))


def exhibit_ids(service: FastAPI, path: str) -> list[UUID]:
    with service.state.database.reading() as session:
        query = select(m.Exhibit.id).where(m.Exhibit.production_id == UUID(path.rpartition("/")[2]))
        return list(session.scalars(query.order_by(m.Exhibit.position)))


def test_a_production_goes_from_draft_to_receipt_by_forms_alone(
    service: FastAPI, counsel: Reader, story: Story, draft: str, tmp_path: Path
) -> None:
    # The key that signs is a few days old: the story's first deposit made it.
    counsel.now = "2021-10-13T21:41:07+00:00"
    first, second = (category(service, story, n) for n in ("1", "2"))
    files = [(f"Pièce {n}.pdf", f"%PDF-1.4 {n}".encode()) for n in range(1, 4)]
    sent = send(counsel, draft, files, category_id=str(first))
    assert (sent.status_code, sent.headers["location"]) == (303, f"{draft}?added=3#notice")
    page = counsel.get(f"{draft}?added=3").text
    assert "3 files are stored and in the draft" in page
    assert "Nothing is deposited yet" in page
    names = elements(service, second)
    figures = {f"value-{names[0]}": "1 867 personnes", "declaration": "partial"}
    assert counsel.post(f"{draft}/answers/{second}", figures).status_code == 303
    summary = counsel.get(f"{draft}/deposit").text
    assert "3 exhibits" in summary
    assert "1 867 personnes" in summary
    done = counsel.post(f"{draft}/deposit")
    assert (done.status_code, done.headers["location"]) == (303, f"{draft}/receipt")
    receipt = counsel.get(f"{draft}/receipt").text
    assert "RECEIVED 3 of 3" in receipt
    assert "13 October 2021 23:41:07 Europe/Paris" in receipt
    assert "(21:41:07 UTC)" in receipt
    for _name, data in files:
        assert hashlib.sha256(data).hexdigest() in receipt
    assert "NOT DEPOSITED" not in receipt
    # What one saves is what verify.py takes, with the keys that are published.
    (tmp_path / "receipt.json").write_text(counsel.get(f"{draft}/receipt.json").text)
    (tmp_path / "keys.json").write_text(counsel.get("/keys.json").text)
    (tmp_path / "copies").mkdir()
    for name, data in files:
        (tmp_path / "copies" / name).write_bytes(data)
    asked = ["receipt.json", "--keys", "keys.json", "--complete", "copies"]
    paths = [a if a.startswith("--") else str(tmp_path / a) for a in asked]
    assert verify.main(paths) == 0


def test_a_second_click_gives_the_same_receipt_and_deposits_nothing_more(
    service: FastAPI, counsel: Reader, draft: str
) -> None:
    send(counsel, draft, [("a.pdf", b"a")])
    counsel.post(f"{draft}/deposit")
    first = counsel.get(f"{draft}/receipt.json").text
    counsel.now = "2021-09-13T22:30:00+00:00"
    again = counsel.post(f"{draft}/deposit")
    assert (again.status_code, again.headers["location"]) == (303, f"{draft}/receipt")
    assert counsel.get(f"{draft}/receipt.json").text == first
    summary = counsel.get(f"{draft}/deposit")
    assert (summary.status_code, summary.headers["location"]) == (303, f"{draft}/receipt")
    with service.state.database.reading() as session:
        count = session.scalar(
            select(func.count()).where(m.Event.kind == "production_deposited")
        )  # the story's own is the other
    assert count == 2


@pytest.mark.parametrize(
    ("language", "words", "receipt"),
    [("en", "NOT DEPOSITED", "Receipt"), ("fr", "NON DÉPOSÉ", "Récépissé de dépôt")],
)
def test_a_failed_deposit_is_told_in_other_words_and_loses_nothing(
    visitor: Visitors, story: Story, language: str, words: str, receipt: str
) -> None:
    counsel = visitor("producing_counsel", now=TONIGHT, language=language)
    draft = start(counsel, story.order)
    empty = counsel.post(f"{draft}/deposit")
    assert empty.status_code == 422
    assert f"<title>{words}" in empty.text
    assert f"<h1>{receipt}</h1>" not in empty.text
    assert "23:41:07 Europe/Paris" in empty.text
    assert f'action="{draft}/deposit"' in empty.text


def test_a_file_gone_from_the_store_is_named(
    service: FastAPI, counsel: Reader, draft: str, tmp_path: Path
) -> None:
    data = b"soon gone"
    send(counsel, draft, [("parti.pdf", data), ("reste.pdf", b"stays")])
    digest = hashlib.sha256(data).hexdigest()
    assert "not on the server" not in counsel.get(f"{draft}/deposit").text
    next((tmp_path / "files").rglob(digest)).unlink()
    assert re.search("not on the server.*parti.pdf", counsel.get(f"{draft}/deposit").text, re.S)
    answer = counsel.post(f"{draft}/deposit")
    assert answer.status_code == 422
    assert "NOT DEPOSITED" in answer.text
    assert "the file is not in the store" in answer.text
    assert digest in answer.text
    assert "reste.pdf" in answer.text
    assert "Files: 2, of which the server has 1" in answer.text


def test_a_stay_is_told_and_can_be_passed_with_open_eyes(
    service: FastAPI, counsel: Reader, story: Story, draft: str
) -> None:
    send(counsel, draft, [("a.pdf", b"a")])
    with service.state.database.writing() as session:
        record(session, story.cast, story.order, "2021-09-13T09:00", kind="stay",
               effective_on="2021-09-10", reason="Ordonnance")  # fmt: skip
    assert 'name="although_suspended"' in counsel.get(f"{draft}/deposit").text
    answer = counsel.post(f"{draft}/deposit")
    assert answer.status_code == 409
    assert "NOT DEPOSITED" in answer.text
    assert 'name="although_suspended"' in answer.text
    assert counsel.post(f"{draft}/deposit", {"although_suspended": "1"}).status_code == 303
    assert counsel.get(f"{draft}/receipt").status_code == 200


def test_a_role_lost_and_a_session_ended_are_not_deposited(
    service: FastAPI, visitor: Visitors, counsel: Reader, draft: str, story: Story
) -> None:
    send(counsel, draft, [("a.pdf", b"a")])
    nobody = visitor(None).post(f"{draft}/deposit")
    assert nobody.status_code == 401
    assert "NOT DEPOSITED" in nobody.text
    back = f"{draft}/deposit".replace("/", "%2F")
    assert f'href="/sign-in?next={back}"' in nobody.text
    assert "a.pdf" not in nobody.text
    with service.state.database.writing() as session:
        user = story.cast.users["producing_counsel"]
        held = session.scalars(select(m.Membership).where(m.Membership.user_id == user)).one()
        held.ended_at = datetime(2021, 9, 13, tzinfo=UTC)
        say(session, Act.role_ended, None, datetime(2021, 9, 13, tzinfo=UTC))
    lost = counsel.post(f"{draft}/deposit")
    assert lost.status_code == 403
    assert "NOT DEPOSITED" in lost.text
    assert "a.pdf" not in lost.text


def test_a_key_that_is_not_at_hand_says_try_again(
    service: FastAPI, counsel: Reader, draft: str, tmp_path: Path
) -> None:
    send(counsel, draft, [("a.pdf", b"a")])
    keys = service.state.keys
    service.state.keys = KeyRing(tmp_path / "no keys")
    answer = counsel.post(f"{draft}/deposit")
    assert answer.status_code == 503
    assert "NOT DEPOSITED" in answer.text
    assert "nothing is deposited twice" in answer.text
    assert "a.pdf" in answer.text
    service.state.keys = keys
    assert counsel.post(f"{draft}/deposit").status_code == 303


def test_a_busy_database_says_try_again(service: FastAPI, counsel: Reader, draft: str) -> None:
    send(counsel, draft, [("a.pdf", b"a")])
    ready = service.state.database
    service.state.database = impatient = Database(service.state.settings.url, busy_seconds=1)
    with ExitStack() as held:
        if ready.engine.dialect.name == "sqlite":
            held.enter_context(ready.writing())
        else:
            for _ in range(15):
                held.enter_context(impatient.engine.connect())
        answer = counsel.post(f"{draft}/deposit")
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "NOT DEPOSITED" in answer.text
    assert "after all" in answer.text
    assert counsel.post(f"{draft}/deposit").status_code == 303
    service.state.database = ready
    impatient.close()


def test_what_went_wrong_after_the_deposit_leads_to_its_receipt(
    counsel: Reader, draft: str
) -> None:
    """An answer lost after the commit looks like one lost before it: the record decides."""
    send(counsel, draft, [("a.pdf", b"a")])
    counsel.post(f"{draft}/deposit")
    counsel.csrf = "0" * 64
    answer = counsel.post(f"{draft}/deposit")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{draft}/receipt")


def test_what_nobody_foresaw_is_not_deposited_either(
    service: FastAPI, counsel: Reader, draft: str
) -> None:
    other = counsel.http.post(
        f"{draft}/deposit", data={"csrf": counsel.csrf}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert other.status_code == 403
    assert "NOT DEPOSITED" in other.text
    assert "another site" in other.text
    stale = counsel.post(f"{draft}/deposit", {"csrf": "0" * 64})
    assert stale.status_code == 403
    assert "NOT DEPOSITED" in stale.text


def test_an_assistant_prepares_and_is_told_who_deposits(
    visitor: Visitors, counsel: Reader, draft: str
) -> None:
    assistant = visitor("producing_assistant", now=TONIGHT)
    assert send(assistant, draft, [("a.pdf", b"a")]).status_code == 303
    summary = assistant.get(f"{draft}/deposit").text
    assert "You prepare; counsel deposits." in summary
    assert "producing_counsel" in summary
    assert f'action="{draft}/deposit"' not in summary
    refused = assistant.post(f"{draft}/deposit")
    assert refused.status_code == 403
    assert "NOT DEPOSITED" in refused.text


def test_files_that_cannot_be_taken_are_named_and_the_others_stay(
    service: FastAPI, counsel: Reader, draft: str
) -> None:
    service.state.settings.upload_bytes_max = 10
    files = [("bon.pdf", b"good"), ("gros.pdf", b"x" * 11), ("a\u2028b.pdf", b"y"), ("b.pdf", b"z")]
    answer = send(counsel, draft, files)
    assert answer.status_code == 413
    assert "2 files were not taken" in answer.text
    assert "<bdi>gros.pdf</bdi>" in answer.text
    assert "2 files are stored" in answer.text
    assert len(exhibit_ids(service, draft)) == 2


@pytest.mark.parametrize("token", [None, "", "0" * 64])
def test_no_byte_of_a_file_is_stored_before_the_token_was_right(
    service: FastAPI, counsel: Reader, draft: str, token: str | None, tmp_path: Path
) -> None:
    before = set((tmp_path / "files").rglob("*"))
    if token is None:
        answer = counsel.http.post(
            f"{draft}/exhibits",
            files=[("file", ("a.pdf", b"a" * 100_000)), ("csrf", (None, counsel.csrf))],
            headers=counsel._headers(),
        )
    else:
        counsel.csrf = token
        answer = send(counsel, draft, [("a.pdf", b"a" * 100_000)])
    assert answer.status_code == 403
    assert set((tmp_path / "files").rglob("*")) == before
    assert exhibit_ids(service, draft) == []


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/x-www-form-urlencoded", b"csrf=x", 400),
        ("multipart/form-data", b"", 400),
        ("multipart/form-data; boundary=x", b"", 400),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; "
         b'name="csrf"\r\n\r\nCSRF\r\n--x\r\nContent-Disposition: form-data; name="file"; '
         b'filename="a.pdf"\r\n\r\nnever ended', 400),
        ("multipart/form-data; boundary=x", b"not a part at all", 400),
        ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; "
         b'name="csrf"\r\n\r\n' + b"c" * 100_000 + b"\r\n--x--\r\n", 400),
        ("multipart/form-data; boundary=x", b"--x\r\n" + b"A: b\r\n" * 5000 + b"\r\n\r\n", 400),
        ("multipart/form-data; boundary=x", b"--x--\r\n", 403),
    ],
)  # fmt: skip
def test_a_form_that_is_none_is_refused_and_nothing_is_added(
    service: FastAPI, counsel: Reader, draft: str, kind: str, body: bytes, status: int
) -> None:
    answer = counsel.http.post(
        f"{draft}/exhibits",
        content=body.replace(b"CSRF", counsel.csrf.encode()),
        headers={**counsel._headers(), "Content-Type": kind},
    )
    assert answer.status_code == status, answer.text
    assert exhibit_ids(service, draft) == []


def test_a_form_without_a_file_adds_nothing(service: FastAPI, counsel: Reader, draft: str) -> None:
    assert send(counsel, draft, [("", b"")]).status_code == 303
    assert exhibit_ids(service, draft) == []


def test_an_exhibit_is_changed_refused_with_what_was_typed_and_taken_out(
    service: FastAPI, counsel: Reader, story: Story, draft: str
) -> None:
    send(counsel, draft, [("a.pdf", b"a")])
    (exhibit,) = exhibit_ids(service, draft)
    page = counsel.get(f"/exhibits/{exhibit}").text
    version = found(r'name="version" value="(\d+)"', page)
    first = category(service, story, "1")
    typed = {"title": "", "dated_on": "2020-13-45", "confidentiality": "ordinary",
             "category_ids": str(first), "version": version}  # fmt: skip
    refused = counsel.post(f"/exhibits/{exhibit}", typed)
    assert refused.status_code == 422
    assert refused.text.count('aria-invalid="true"') == 2
    assert re.search(rf'value="{first}" checked', refused.text)
    kept = counsel.post(f"/exhibits/{exhibit}", typed | {"title": "Contrat", "dated_on": ""})
    assert kept.status_code == 303
    listed = counsel.get(draft).text
    assert "Contrat" in listed
    assert "to-sort" not in listed
    stale = counsel.post(f"/exhibits/{exhibit}", typed | {"title": "Autre", "dated_on": ""})
    assert stale.status_code == 412
    assert 'value="Autre"' in stale.text
    assert counsel.post(f"/exhibits/{exhibit}", {"act": "remove"}).status_code == 303
    assert exhibit_ids(service, draft) == []


def test_an_answer_that_lacks_its_reason_keeps_what_was_typed(
    service: FastAPI, counsel: Reader, story: Story, draft: str
) -> None:
    second = category(service, story, "2")
    one = elements(service, second)[1]
    path = f"{draft}/answers/{second}"
    typed = {"declaration": "objection", f"value-{one}": "Dublin", "declared_total": "many"}
    refused = counsel.post(path, typed)
    assert refused.status_code == 422
    assert ">\nDublin</textarea>" in refused.text
    assert 'value="many"' in refused.text
    assert 'value="objection" selected' in refused.text
    assert counsel.post(path, typed | {"ground": "Empêchement légitime", "declared_total": "12"})
    page = counsel.get(path).text
    assert "Empêchement légitime" in page
    assert 'value="12"' in page
    nothing = counsel.post(path, {"declaration": "nothing_responsive"})
    assert nothing.status_code == 422
    assert "signed statement" in nothing.text
    control = counsel.post(path, {"declaration": "partial", f"value-{one}": "a\x07b"})
    assert control.status_code == 422
    assert f'id="fault-value-{one}"' in control.text
    assert counsel.get(f"{draft}/answers/{story.order}").status_code == 404


def test_a_withheld_item_is_put_in_refused_and_taken_out(
    service: FastAPI, counsel: Reader, story: Story, draft: str
) -> None:
    first = category(service, story, "1")
    path = f"{draft}/withheld"
    refused = counsel.post(path, {"category_id": str(first), "legal_text": "L151-1"})
    assert refused.status_code == 422
    assert 'value="L151-1"' in refused.text
    typed = {"category_id": str(first), "ground": "Secret des affaires", "number": "40"}
    assert counsel.post(path, typed).status_code == 303
    assert "Secret des affaires" in counsel.get(draft).text
    taken = counsel.post(path, typed)
    assert taken.status_code == 409
    item = found(r'name="drop" value="([^"]+)"', counsel.get(path).text)
    assert counsel.post(path, {"drop": item}).status_code == 303
    assert "Secret des affaires" not in counsel.get(draft).text
    assert counsel.post(path, {"drop": item}).status_code == 404


def test_once_deposited_a_draft_s_forms_change_nothing(
    service: FastAPI, counsel: Reader, story: Story, draft: str
) -> None:
    send(counsel, draft, [("a.pdf", b"a")])
    (exhibit,) = exhibit_ids(service, draft)
    counsel.post(f"{draft}/deposit")
    first = category(service, story, "1")
    assert counsel.get(f"/exhibits/{exhibit}").status_code == 409
    assert counsel.post(f"/exhibits/{exhibit}", {"act": "remove"}).status_code == 409
    assert counsel.post(f"{draft}/answers/{first}", {"declaration": "complete"}).status_code == 409
    assert counsel.post(f"{draft}/withheld", {"ground": "x"}).status_code == 409
    late = send(counsel, draft, [("b.pdf", b"b")])
    assert late.status_code == 409
    assert len(exhibit_ids(service, draft)) == 1


def test_the_requesting_side_and_the_clerk_see_what_was_deposited_and_when(
    visitor: Visitors, story: Story
) -> None:
    with visitor.service.state.database.reading() as session:
        production = session.get_one(m.Exhibit, story.exhibit).production_id
    for role in ("requesting_counsel", "clerk"):
        reader = visitor(role, now="2021-10-01T09:00:00+00:00")
        page = reader.get(f"/productions/{production}").text
        assert "11 days late" in page
        assert "Contrat de prestation" in page
        assert "Secret des affaires" in page
        assert "1 867 personnes" in page
        assert f'href="/exhibits/{story.exhibit}/content"' in page
        assert reader.get(f"/productions/{production}/receipt").status_code == 200
        assert "Projet secret" not in reader.get(f"/orders/{story.order}/productions").text


def test_what_became_of_an_exhibit_is_told_on_its_production_s_page(
    service: FastAPI, visitor: Visitors, counsel: Reader, story: Story, draft: str
) -> None:
    counsel.now = "2021-10-13T21:41:07+00:00"
    send(counsel, draft, [("contrat complet.pdf", b"complet"), ("erreur.pdf", b"erreur")])
    later, wrong = exhibit_ids(service, draft)
    with service.state.database.writing() as session:
        first = session.get_one(m.Exhibit, story.exhibit)
        exhibit = session.get_one(m.Exhibit, later)
        exhibit.number, exhibit.edition = first.number, 2
        exhibit.replaces_id, exhibit.replaces_reason = first.id, "Il manquait une page"
        before = first.production_id
        say(session, Act.exhibit_replaced, None, utc("2021-10-13T21:00"))
    assert counsel.post(f"{draft}/deposit").status_code == 303
    _withdraw(service, story, UUID(draft.rpartition("/")[2]), wrong)
    other = visitor("requesting_counsel", now="2021-10-20T09:00:00+00:00")
    page = other.get(f"/productions/{before}").text
    assert re.search(r"replaced</strong> .*Il manquait une page", page)
    assert f'(<a href="{draft}">version 2</a>)' in page
    page = other.get(draft).text
    assert re.search(r"withdrawn</strong> .*Secret d’un tiers", page)
    assert "stands" in page
    assert "Il manquait une page" in other.get(f"{draft}/receipt").text


def _withdraw(service: FastAPI, story: Story, production: UUID, exhibit: UUID) -> None:
    """What the act of withdrawing records."""
    at = utc("2021-10-14T09:00")
    data = ExhibitWithdrawnIn.model_validate(
        {"kind": "exhibit_withdrawn", "exhibit_id": exhibit, "production_id": production,
         "effective_at": at, "obligor_id": story.cast.obligor, "reason": "Secret d’un tiers"}
    )  # fmt: skip
    with service.state.database.writing() as session:
        actor = story.cast.actor(session, "producing_counsel")
        order = order_of(session, actor, story.order, lock=True)
        past = events_of(session, order.id)
        append(session, actor, order, past, new_event(order, past, data, at), data)
        say(session, Act.exhibit_withdrawn, actor, at)


def test_a_restricted_file_is_a_hash_on_the_other_side_s_receipt(
    service: FastAPI, visitor: Visitors, counsel: Reader, draft: str
) -> None:
    send(counsel, draft, [("secret.pdf", b"s")])
    (exhibit,) = exhibit_ids(service, draft)
    version = found(r'name="version" value="(\d+)"', counsel.get(f"/exhibits/{exhibit}").text)
    counsel.post(f"/exhibits/{exhibit}", {"title": "Secret", "confidentiality": "restricted",
                                          "version": version})  # fmt: skip
    counsel.post(f"{draft}/deposit")
    other = visitor("requesting_counsel", now=TONIGHT)
    receipt = other.get(f"{draft}/receipt").text
    assert "secret.pdf" not in receipt
    assert "RECEIVED 1 of 1" in receipt
    assert "the hash of its line alone" in receipt
    said = json.loads(other.get(f"{draft}/receipt.json").text)
    assert said["files"][0]["sha256"] is None
    assert said["digest"] == json.loads(counsel.get(f"{draft}/receipt.json").text)["digest"]


def test_a_long_list_is_shown_a_page_at_a_time_and_by_category(
    service: FastAPI, counsel: Reader, story: Story, draft: str
) -> None:
    first = category(service, story, "1")
    send(counsel, draft, [(f"{n}.pdf", str(n).encode()) for n in range(81)],
         category_id=str(first))  # fmt: skip
    send(counsel, draft, [("à classer.pdf", b"?")])
    page = counsel.get(draft).text
    assert "82 exhibits" in page
    assert page.count('<th scope="row"><a href="/exhibits/') == 80
    assert f'href="{draft}?page=2#exhibits"' in page
    assert counsel.get(f"{draft}?page=2").text.count('<th scope="row"><a href="/exhibits/') == 2
    alone = counsel.get(f"{draft}?in=to-sort").text
    assert alone.count('<th scope="row"><a href="/exhibits/') == 1
    assert "à classer.pdf" in alone
    of_first = counsel.get(f"{draft}?in={first}&page=2").text
    assert of_first.count('<th scope="row"><a href="/exhibits/') == 1
    assert counsel.get(f"{draft}?in=elsewhere").status_code == 404
    assert counsel.get(f"{draft}?page=0").status_code == 422
    assert counsel.get(f"{draft}?page=20000").status_code == 200
    assert len(page.encode()) < 100_000
    counsel.post(f"{draft}/deposit")
    receipt = counsel.get(f"{draft}/receipt?page=2").text
    assert "RECEIVED 82 of 82" in receipt
    assert receipt.count('<th scope="row" data-label="Title and file">') == 2


def test_a_production_is_started_for_one_s_own_party_alone(
    visitor: Visitors, counsel: Reader, story: Story
) -> None:
    refused = counsel.post(
        f"/orders/{story.order}/productions", {"party_id": "?", "title": "Titre"}
    )
    assert refused.status_code == 422
    assert 'value="Titre"' in refused.text
    for role, may in (
        ("producing_assistant", True),
        ("requesting_counsel", False),
        ("clerk", False),
    ):
        page = visitor(role).get(f"/orders/{story.order}/productions").text
        assert ('name="party_id"' in page) is may


def test_the_page_of_a_draft_asks_no_more_of_the_database_when_more_is_in_it(
    service: FastAPI, counsel: Reader, draft: str, count_queries: Any
) -> None:
    asked = []
    for _ in range(2):
        send(counsel, draft, [(f"{n}.pdf", str(n).encode()) for n in range(5)])
        with count_queries(service.state.database) as statements:
            assert counsel.get(draft).status_code == 200
        asked.append(len(statements))
    assert asked[0] == asked[1] <= 43


def test_past_midnight_both_days_are_told(counsel: Reader, draft: str) -> None:
    counsel.now = "2021-09-13T22:30:00+00:00"
    page = counsel.get(draft).text
    assert "14 September 2021 00:30:00 Europe/Paris" in page
    assert "(13 September 2021 22:30:00 UTC)" in page
    assert "over: what is deposited now is late" in page
    counsel.now = "2021-09-13T21:59:59+00:00"
    assert "over: what is deposited now is late" not in counsel.get(draft).text


def test_an_address_cannot_say_that_files_came_which_did_not(counsel: Reader, draft: str) -> None:
    assert "files are stored" not in counsel.get(f"{draft}?added=5").text


def test_the_receipt_offers_itself_as_pdf(counsel: Reader, draft: str) -> None:
    send(counsel, draft, [("a.pdf", b"a")])
    counsel.post(f"{draft}/deposit")
    assert f'href="{draft}/receipt.pdf"' in counsel.get(f"{draft}/receipt").text
