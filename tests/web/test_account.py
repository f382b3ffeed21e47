"""An account's page: each change asks for what it should, and tells what it did."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app import models as m
from app.deps import clock
from app.services import second_factor, signing_in
from app.services.verify import Verified, verify_record
from tests.cast import PASSWORD
from tests.web.conftest import Reader, Visitors
from tests.web.markup import found
from tests.web.test_signing_in import sign_in

NEW = "another long enough password"


@pytest.fixture
def stranger(visitor: Visitors) -> Reader:
    return visitor(None)


def secret_of(reader: Reader, role: str = "clerk") -> str:
    with reader.service.state.database.reading() as session:
        row = session.get_one(m.SecondFactor, reader.story.cast.users[role])
        return str(row.secret)


def code(reader: Reader, steps: int = 0, role: str = "clerk") -> str:
    at = clock() + timedelta(seconds=30 * steps)
    return pyotp.TOTP(secret_of(reader, role)).at(at)


def turn_on(reader: Reader) -> list[str]:
    """Set the second step up as a person would; the recovery codes shown."""
    assert reader.post("/account/second-step/start").status_code == 303
    shown = reader.get("/account/second-step").text
    assert found(r'id="key">([A-Z2-7 ]+)<', shown).replace(" ", "") == secret_of(reader)
    done = reader.post("/account/second-step", {"present": PASSWORD, "code": code(reader, -1)})
    assert done.status_code == 200
    return re.findall(r"<li><code>([a-z2-7-]+)</code>", done.text)


def give_code(reader: Reader, said: str) -> Any:
    html = reader.get("/sign-in/code").text
    reader.csrf = found(r'name="csrf" value="(\w+)"', html)
    return reader.post("/sign-in/code", {"code": said, "next": "/rules"})


@pytest.mark.parametrize("language", ["en", "fr"])
def test_everybody_who_signed_in_has_the_page(visitor: Visitors, language: str) -> None:
    for role in ("clerk", "administrator", "auditor", "producing_assistant", "nobody_yet"):
        shown = visitor(role, language=language).get("/account")
        assert shown.status_code == 200
        assert f"{role}@example.org" in shown.text
        assert ("Compte" if language == "fr" else "Account") in shown.text


def test_a_name_and_a_language_are_kept_and_spoken_at_once(clerk: Reader) -> None:
    done = clerk.post("/account/profile", {"name": "Greffe <b>", "language": "fr"})
    assert done.status_code == 303
    shown = clerk.get(done.headers["location"].partition("#")[0]).text
    assert "Votre nom et votre langue sont enregistrés." in shown
    assert "Greffe &lt;b&gt;" in shown
    refused = clerk.post("/account/profile", {"name": "", "language": "fr"})
    assert refused.status_code == 422
    assert 'href="#name"' in refused.text


def test_a_new_password_asks_for_the_present_one_and_ends_what_is_open_elsewhere(
    clerk: Reader, visitor: Visitors
) -> None:
    elsewhere = visitor("clerk")
    api = TestClient(clerk.service)
    given = {"email": "clerk@example.org", "password": PASSWORD}
    token = api.post("/api/v1/sign-in", json=given).json()["token"]
    held = {"Authorization": f"Bearer {token}"}
    asked = {"name": "Reads", "scopes": ["order:read"]}
    lasting = api.post("/api/v1/tokens", json=asked, headers=held).json()["token"]
    wrong = clerk.post("/account/password", {"present": "no", "password": NEW, "again": NEW})
    assert wrong.status_code == 422
    assert "This is not your present password." in wrong.text
    for short, again in (("short", "short"), (NEW, NEW + "x")):
        typed = {"present": PASSWORD, "password": short, "again": again}
        assert clerk.post("/account/password", typed).status_code == 422
    assert elsewhere.get("/account").status_code == 200
    done = clerk.post("/account/password", {"present": PASSWORD, "password": NEW, "again": NEW})
    assert done.status_code == 303
    assert clerk.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    for secret, status in ((token, 401), (lasting, 200)):
        headers = {"Authorization": f"Bearer {secret}"}
        assert api.get("/api/v1/me", headers=headers).status_code == status
    assert sign_in(visitor(None), "clerk@example.org", NEW).status_code == 303


def test_the_present_password_cannot_be_guessed_for_long(clerk: Reader) -> None:
    typed = {"present": "guess", "password": NEW, "again": NEW}
    answers = [clerk.post("/account/password", typed).status_code for _ in range(4)]
    assert answers == [422, 422, 422, 429]
    right = clerk.post("/account/password", {**typed, "present": PASSWORD})
    assert right.status_code == 429
    assert right.headers["Retry-After"] == "900"


def test_the_second_step_is_set_up_asked_for_and_turned_off(
    clerk: Reader, visitor: Visitors
) -> None:
    recovery = turn_on(clerk)
    assert len(recovery) == len(set(recovery)) == 10
    assert "10 recovery codes are left." in clerk.get("/account").text
    stranger = visitor(None)
    half = sign_in(stranger, "clerk@example.org", next="/rules")
    assert half.headers["location"] == "/sign-in/code?next=%2Frules"
    assert stranger.get("/account").status_code == 303
    assert give_code(stranger, "000000").status_code == 422
    used = code(clerk)
    done = give_code(stranger, f" {used[:3]} {used[3:]} ")
    assert (done.status_code, done.headers["location"]) == (303, "/rules")
    assert stranger.get("/account").status_code == 200
    wrong = {"present": PASSWORD, "code": used, "act": "off"}
    assert clerk.post("/account/second-step/change", wrong).status_code == 422
    off = clerk.post("/account/second-step/change", {**wrong, "code": recovery[0].upper()})
    assert off.status_code == 303
    assert sign_in(visitor(None), "clerk@example.org").headers["location"] == "/"


def test_a_code_and_a_recovery_code_let_in_once(clerk: Reader, visitor: Visitors) -> None:
    recovery = turn_on(clerk)
    for said in (code(clerk), recovery[3]):
        first, second = visitor(None), visitor(None)
        for each in (first, second):
            sign_in(each, "clerk@example.org")
        assert give_code(first, said).status_code == 303
        assert give_code(second, said).status_code == 422


def test_codes_cannot_be_tried_for_long(clerk: Reader, visitor: Visitors) -> None:
    turn_on(clerk)
    stranger = visitor(None)
    sign_in(stranger, "clerk@example.org")
    assert [give_code(stranger, "123456").status_code for _ in range(4)] == [422, 422, 422, 429]
    assert give_code(stranger, code(clerk)).status_code == 429


def test_the_code_s_page_is_nobody_s_without_a_right_password(stranger: Reader) -> None:
    assert stranger.get("/sign-in/code").headers["location"] == "/sign-in"
    stranger.http.cookies.set("bordereau-half", "x" * 43, domain="testserver.local", path="/")
    assert stranger.get("/sign-in/code").headers["location"] == "/sign-in"


def test_a_right_password_is_forgotten_after_some_minutes(clerk: Reader, stranger: Reader) -> None:
    turn_on(clerk)
    sign_in(stranger, "clerk@example.org")
    html = stranger.get("/sign-in/code").text
    stranger.csrf = found(r'name="csrf" value="(\w+)"', html)
    with clerk.service.state.database.writing() as session:
        for row in session.scalars(select(m.HalfSignIn)):
            row.ends_at = clock()
    answer = stranger.post("/sign-in/code", {"code": code(clerk)})
    assert answer.headers["location"] == "/sign-in"


def test_a_password_alone_yields_no_token_where_the_second_step_is_on(clerk: Reader) -> None:
    recovery = turn_on(clerk)
    api = TestClient(clerk.service)
    given = {"email": "clerk@example.org", "password": PASSWORD}
    without = api.post("/api/v1/sign-in", json=given)
    unknown = api.post("/api/v1/sign-in", json={**given, "email": "nobody@example.org"})
    assert without.status_code == unknown.status_code == 401
    assert without.json() == unknown.json()
    wrong = api.post("/api/v1/sign-in", json={**given, "code": "000000"})
    assert wrong.json() == unknown.json()
    done = api.post("/api/v1/sign-in", json={**given, "code": recovery[0]})
    assert done.status_code == 429, "three failures before: even a good code waits"
    with clerk.service.state.database.writing() as session:
        session.query(m.SignInFailure).delete()
    done = api.post("/api/v1/sign-in", json={**given, "code": recovery[0]})
    assert done.status_code == 201
    again = api.post("/api/v1/sign-in", json={**given, "code": recovery[0]})
    assert again.status_code == 401


def test_setting_up_asks_for_the_password_and_a_right_code(clerk: Reader) -> None:
    assert clerk.get("/account/second-step").headers["location"] == "/account#second-step"
    clerk.post("/account/second-step/start")
    for typed in (
        {"present": "no", "code": code(clerk)},
        {"present": PASSWORD, "code": "abcdef"},
        {"present": PASSWORD, "code": ""},
    ):
        assert clerk.post("/account/second-step", typed).status_code == 422
    shown = clerk.get("/account/second-step").text
    assert "<svg" in shown
    assert "style=" not in shown
    assert "Off." in clerk.get("/account").text


def test_one_sign_in_is_ended_and_all_others(clerk: Reader, visitor: Visitors) -> None:
    one, two = visitor("clerk"), visitor("clerk")
    shown = clerk.get("/account").text
    ids = re.findall(r'name="sign_in" value="([0-9a-f-]{36})"', shown)
    assert len(ids) == 3
    others = visitor("auditor")
    assert others.post("/account/sign-ins/end", {"sign_in": ids[0]}).status_code == 404
    assert clerk.post("/account/sign-ins/end", {"sign_in": "nonsense"}).status_code == 404
    assert clerk.post("/account/sign-ins/end", {"sign_in": "others"}).status_code == 303
    assert [r.get("/account").status_code for r in (clerk, one, two)] == [200, 303, 303]
    (this,) = re.findall(r'name="sign_in" value="([0-9a-f-]{36})"', clerk.get("/account").text)
    assert clerk.post("/account/sign-ins/end", {"sign_in": this}).headers["location"] == "/sign-in"
    assert clerk.get("/account").status_code == 303


def test_the_browser_is_named_roughly(stranger: Reader) -> None:
    stranger.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0"
    sign_in(stranger, "clerk@example.org")
    shown = stranger.get("/account").text
    assert "Firefox, Linux" in shown
    assert "140.0" not in shown


def test_a_token_is_made_shown_once_and_revoked(clerk: Reader) -> None:
    typed = {"token_name": "Logiciel métier", "scopes": ["order:read"], "matters": "20/53181",
             "days": "30"}  # fmt: skip
    made = clerk.post("/account/tokens", typed)
    assert made.status_code == 200
    secret = found(r'id="secret">(bdx_[\w-]+)<', made.text)
    api = TestClient(clerk.service)
    headers = {"Authorization": f"Bearer {secret}"}
    assert api.get(f"/api/v1/orders/{clerk.story.order}", headers=headers).status_code == 200
    other = f"/api/v1/matters/{clerk.story.cast.other.id}"
    assert api.get(other, headers=headers).status_code in (403, 404)
    page = clerk.get("/account").text
    assert secret not in page
    assert "20/53181" in page
    row = page[page.index("Logiciel métier") :]
    path = found(r'action="(/account/tokens/[0-9a-f-]+/revocation)"', row)
    assert clerk.post(path).status_code == 303
    assert api.get("/api/v1/me", headers=headers).status_code == 401


def test_a_token_that_cannot_be_made_keeps_what_was_typed(clerk: Reader) -> None:
    typed: dict[str, Any] = {"token_name": "Essai", "scopes": ["order:read"], "days": "30"}
    for changed, says in (
        ({"matters": "20/53181\n77/77777"}, "No matter of yours bears the number 77/77777."),
        ({"scopes": []}, "Tick what the token may do."),
        ({"scopes": ["token:own"]}, "No token can have the scope"),
        ({"days": "9999"}, " or less."),
        ({"token_name": ""}, "This field is required."),
    ):
        refused = clerk.post("/account/tokens", {**typed, **changed})
        assert refused.status_code == 422
        assert says in refused.text
    assert 'value="order:read" checked' in refused.text


def test_each_step_is_taken_once_whatever_the_clock_says(clerk: Reader) -> None:
    turn_on(clerk)
    user = clerk.story.cast.users["clerk"]
    totp, at = pyotp.TOTP(secret_of(clerk)), clock() + timedelta(hours=1)

    def taken(session: Session, said: str, when: datetime) -> bool:
        return second_factor.code_taken(session, user, said, when)

    with clerk.service.state.database.writing() as session:
        assert taken(session, totp.at(at), at)
        assert not taken(session, totp.at(at), at)
        assert not taken(session, totp.at(at - timedelta(seconds=30)), at), "an earlier step"
        assert taken(session, totp.at(at + timedelta(seconds=30)), at), "a clock a little ahead"
        assert not taken(session, totp.at(at + timedelta(seconds=90)), at), "a clock far ahead"


def test_the_log_holds_after_an_account_was_changed(clerk: Reader, service: FastAPI) -> None:
    turn_on(clerk)
    clerk.post("/account/profile", {"name": "Autre nom", "language": "fr"})
    clerk.post("/account/password", {"present": PASSWORD, "password": NEW, "again": NEW})
    with service.state.database.reading() as session:
        assert list(verify_record(session, Verified(), ())) == []
        acts = set(session.scalars(select(m.LogEntry.act)))
    assert {"user.changed", "password.changed", "authenticator.added"} <= acts


def test_a_form_of_another_site_changes_nothing(clerk: Reader) -> None:
    clerk.csrf = "x" * 64
    for path in ("profile", "password", "sign-ins/end", "tokens", "second-step/start",
                 "second-step", "second-step/change"):  # fmt: skip
        assert clerk.post(f"/account/{path}", {"present": PASSWORD}).status_code == 403, path


def test_who_may_sign_in_is_counted_as_before(stranger: Reader) -> None:
    with stranger.service.state.database.writing() as session:
        for _ in range(3):
            signing_in.note_failure(session, "clerk@example.org", "elsewhere", clock())
    assert sign_in(stranger, "clerk@example.org").status_code == 429
