"""Signing in and out: equal answers, a session of its own, nowhere but here afterwards."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app import models as m
from app.deps import clock
from app.services import operator, signing_in
from app.web.security import local_path
from tests.cast import PASSWORD
from tests.web.conftest import Reader, Visitors
from tests.web.markup import found


def sign_in(reader: Reader, email: str, password: str = PASSWORD, next: str = "/") -> Any:  # noqa: A002
    html = reader.get("/sign-in").text
    reader.csrf = found(r'name="csrf" value="(\w+)"', html)
    return reader.post("/sign-in", {"email": email, "password": password, "next": next})


@pytest.fixture
def stranger(visitor: Visitors) -> Reader:
    return visitor(None)


def test_a_stranger_is_asked_to_sign_in_and_comes_back(stranger: Reader) -> None:
    answer = stranger.get("/orders/1?as_of=2021-09-13")
    assert answer.status_code in (303, 404)
    answer = stranger.get("/?status=overdue_nothing")
    assert answer.headers["location"] == "/sign-in?next=%2F%3Fstatus%3Doverdue_nothing"
    done = sign_in(stranger, "Clerk@example.org ", next="/?status=overdue_nothing")
    assert done.status_code == 303
    assert done.headers["location"] == "/?status=overdue_nothing"
    cookie = next(c for c in done.headers.get_list("set-cookie") if c.startswith("bordereau="))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert stranger.get("/").status_code == 200


def test_a_wrong_password_an_unknown_address_and_a_closed_account_answer_alike(
    stranger: Reader,
) -> None:
    with stranger.service.state.database.writing() as session:
        operator.close_account(session, "auditor@example.org", clock())
    answers = [
        sign_in(stranger, "clerk@example.org", "not the password"),
        sign_in(stranger, "nobody@example.org"),
    ]
    texts = {re.sub(r'value="[^"]*"', "", a.text) for a in answers}
    assert [a.status_code for a in answers] == [422, 422]
    assert len(texts) == 1
    assert "The address or the password is not right." in texts.pop()
    closed = sign_in(stranger, "auditor@example.org")
    assert closed.status_code == 422
    assert "The address or the password is not right." in closed.text
    assert "clerk@example.org" in answers[0].text
    assert "not the password" not in answers[0].text


def test_too_many_failures_bring_a_pause_even_for_the_right_password(stranger: Reader) -> None:
    for _ in range(3):
        sign_in(stranger, "clerk@example.org", "wrong")
    answer = sign_in(stranger, "clerk@example.org")
    assert answer.status_code == 429
    assert "Too many attempts" in answer.text
    assert answer.headers["retry-after"] == "900"


def test_signing_in_always_begins_a_new_session_and_ends_the_old(
    service: FastAPI, clerk: Reader
) -> None:
    before = clerk.http.cookies["bordereau"]
    done = sign_in(clerk, "clerk@example.org")
    assert done.status_code == 303
    after = clerk.http.cookies["bordereau"]
    assert after != before
    other = TestClient(service, cookies={"bordereau": before}, follow_redirects=False)
    assert other.get("/").status_code == 303


def test_signing_out_ends_the_session_on_the_server(clerk: Reader) -> None:
    secret = clerk.http.cookies["bordereau"]
    assert clerk.post("/sign-out").status_code == 303
    clerk.http.cookies.set("bordereau", secret, domain="testserver.local", path="/")
    assert clerk.get("/").status_code == 303


def test_a_session_not_used_for_long_is_over_and_use_is_noted(clerk: Reader) -> None:
    database = clerk.service.state.database
    secret = clerk.http.cookies["bordereau"]

    def row(session: Session) -> m.SignIn:

        noted = session.scalar(
            select(m.SignIn).where(m.SignIn.secret_hash == signing_in.secret_hash(secret))
        )
        assert noted is not None
        return noted

    with database.writing() as session:
        row(session).seen_at -= timedelta(minutes=10)
        earlier = row(session).seen_at
    assert clerk.get("/").status_code == 200
    with database.reading() as session:
        assert row(session).seen_at > earlier
    with database.writing() as session:
        row(session).seen_at -= timedelta(hours=3)
    assert clerk.get("/").status_code == 303


@pytest.mark.parametrize(
    "following",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)",
     "/\t/evil.example", "\\\\evil", "/a\r\nSet-Cookie: x=1", ""],
)  # fmt: skip
def test_after_signing_in_one_stays_here(following: str) -> None:
    assert local_path(following) == "/"


def test_an_address_with_a_nul_is_as_wrong_as_any(stranger: Reader) -> None:
    assert sign_in(stranger, "clerk\x00@example.org").status_code == 422
    assert sign_in(stranger, "x" * 300 + "@example.org").status_code == 422
    assert sign_in(stranger, "clerk@example.org", "p" * 5000).status_code in (422, 429)
