"""Cross-site requests, missing tokens, hostile texts, and the headers on every page."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI

from app.deps import clock
from app.main import create_app, declared
from app.schemas.matters import MatterChange
from app.services import matters
from app.settings import Settings
from app.web import web_router
from app.web.script import ScriptRoute
from tests.web.conftest import Reader, Visitors
from tests.web.story import Story

UNSAFE = [
    "/sign-in",
    "/sign-out",
    "/language",
    "/matters/new",
    "/matters/{matter_id}/orders/new",
    "/orders/{order_id}/change",
    "/orders/{order_id}/events/new",
    "/courts/{code}/closures",
    "/courts/{code}/closures/{closure_id}/withdrawal",
    "/courts/{code}/law-changes",
    "/orders/{order_id}/charge",
    "/orders/{order_id}/attestations",
    "/orders/{order_id}/observations",
    "/observations/{observation_id}/withdrawal",
    "/seen",
    "/orders/{order_id}/productions",
    "/productions/{production_id}/exhibits",
    "/productions/{production_id}/selection",
    "/exhibits/{exhibit_id}",
    "/productions/{production_id}/answers/{category_id}",
    "/productions/{production_id}/withheld",
    "/productions/{production_id}/deposit",
    "/productions/{production_id}/placing",
    "/productions/{production_id}/placing/confirm",
    "/productions/{production_id}/bates",
    "/productions/{production_id}/skips",
    "/exhibits/{exhibit_id}/stamped",
    "/matters/{matter_id}/change",
    "/verify",
    "/sign-in/code",
    "/invitations/{secret}",
    "/account/profile",
    "/account/password",
    "/account/second-step",
    "/account/second-step/start",
    "/account/second-step/change",
    "/account/sign-ins/end",
    "/account/tokens",
    "/account/tokens/{token_id}/revocation",
    "/notifications/read",
    "/notifications/settings",
    "/courts/{code}/people",
    "/courts/{code}/people/change",
    "/matters/{matter_id}/people",
    "/matters/{matter_id}/people/change",
]
NO_TOKENS = ("", "0" * 64, "é")


def address(template: str, story: Story) -> str:
    """The address of a form; the closure is none, which nobody is told before their token."""
    return template.format(
        order_id=story.order,
        matter_id=story.cast.matter.id,
        code="tj-paris",
        closure_id=story.order,
        observation_id=story.order,
        production_id=story.draft,
        exhibit_id=story.exhibit,
        category_id=story.order,
        token_id=story.order,
        secret="no-such-link",
    )


def test_no_form_of_ours_is_missing_from_these_tests() -> None:
    found = {
        r.path
        for r in declared(web_router.routes)
        # What a script sends has its token in a header: tests/web/test_workspace.py.
        if not set(r.methods or ()) <= {"GET", "HEAD"}
        and not isinstance(r.original_route, ScriptRoute)
    }
    assert found == set(UNSAFE)


@pytest.mark.parametrize("path", UNSAFE)
def test_a_form_without_its_token_is_refused(clerk: Reader, story: Story, path: str) -> None:
    for csrf in NO_TOKENS:
        clerk.csrf = csrf
        answer = clerk.post(address(path, story), {"kind": "stay", "language": "fr"})
        assert answer.status_code == 403, repr(csrf)
        assert clerk.get("/").status_code == 200


OF_A_DRAFT = [path for path in UNSAFE if path.startswith(("/productions/", "/exhibits/"))]


@pytest.mark.parametrize("path", [*OF_A_DRAFT, "/orders/{order_id}/productions", "/verify"])
def test_counsel_s_own_forms_without_their_token_are_refused(
    visitor: Visitors, story: Story, path: str
) -> None:
    counsel = visitor("producing_counsel")
    for csrf in NO_TOKENS:
        counsel.csrf = csrf
        answer = counsel.http.post(
            address(path, story),
            data={"csrf": csrf},
            files={"file": ("a.pdf", b"a")} if path.endswith(("/exhibits", "/placing")) else None,
            headers=counsel._headers(),
        )
        assert answer.status_code == 403, repr(csrf)
        assert "out of date" in answer.text


def test_another_reader_s_token_is_refused(visitor: Visitors, clerk: Reader) -> None:
    clerk.csrf = visitor("auditor").csrf
    assert clerk.post("/sign-out").status_code == 403


@pytest.mark.parametrize("path", UNSAFE)
def test_a_form_from_another_site_is_refused_token_or_not(
    clerk: Reader, story: Story, path: str
) -> None:
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "https://testserver"},
    ):
        answer = clerk.post(address(path, story), {"kind": "stay"}, headers)
        assert answer.status_code == 403, headers
        assert "another site" in answer.text


def test_our_own_origin_passes(clerk: Reader) -> None:
    ours = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    answer = clerk.post("/sign-out", headers=ours)
    assert answer.status_code == 303


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nothing", "/orders/{order_id}", "/health"])
def test_every_page_has_its_headers(clerk: Reader, story: Story, path: str) -> None:
    headers = clerk.get(address(path, story)).headers
    policy = headers["content-security-policy"]
    assert "unsafe" not in policy
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


def test_pages_hold_no_script_and_no_style_of_their_own(clerk: Reader, story: Story) -> None:
    for path in (
        "/", "/sign-in", f"/orders/{story.order}", f"/orders/{story.order}/events/new",
        f"/orders/{story.order}/productions",
    ):  # fmt: skip
        html = clerk.get(path).text
        # A script is a file of ours: none is written in the page, where text of others stands.
        for script in re.findall(r"<script[^>]*>[^<]*", html):
            assert re.fullmatch(r'<script type="module" src="/static/[a-z]+\.js\?\w+">', script)
        assert "<style" not in html
        assert not re.search(r"\s(style|on\w+)=", html)


def test_a_hostile_title_is_shown_as_text(clerk: Reader, story: Story) -> None:
    hostile = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)> \u202egnp.exe {{7*7}}"
    with clerk.service.state.database.writing() as session:
        actor = story.cast.actor(session, "clerk")
        matter = matters.matter_of(session, actor, story.cast.matter.id)
        matters.change_matter(session, actor, matter, MatterChange(title=hostile), clock())
    html = clerk.get(f"/orders/{story.order}").text
    assert "<script>" not in html
    assert "<img" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "{{7*7}}" in html


def test_over_https_cookies_are_bound_to_the_host(
    database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    from starlette.testclient import TestClient

    app = create_app(
        Settings(
            database_url=database_url,
            data_dir=tmp_path_factory.mktemp("secure"),
            public_url="https://bordereau.example",
        )
    )
    answer = TestClient(app, base_url="https://bordereau.example").get("/sign-in")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-bordereau-visitor=")
    assert "Secure" in cookie
    assert "Domain" not in cookie
    assert "max-age" in answer.headers["strict-transport-security"]
    app.state.store.close()
    app.state.database.close()


def test_a_body_too_large_or_with_a_file_is_refused(clerk: Reader, service: FastAPI) -> None:
    assert clerk.post("/language", {"next": "x" * 3_000_000}).status_code in (400, 413)
    answer = clerk.http.post(
        "/language", data={"csrf": clerk.csrf}, files={"file": ("x.txt", b"x")}
    )
    assert answer.status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("POST", "/", 405), ("GET", "/sign-out", 405),
     ("POST", "/sign-out", 403)],
)  # fmt: skip
def test_errors_are_pages(visitor: Visitors, method: str, path: str, status: int) -> None:
    answer = visitor("clerk").http.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1>" in answer.text


def test_an_unsafe_request_without_a_session_is_a_page_not_a_redirect(visitor: Visitors) -> None:
    answer = visitor(None).post("/sign-out")
    assert answer.status_code == 401
    assert "/sign-in" in answer.text


def test_health_is_plain_and_needs_nobody(visitor: Visitors) -> None:
    answer = visitor(None).get("/health")
    assert (answer.status_code, answer.text) == (200, "ok")


def test_a_sandbox_says_so_on_every_page(clerk: Reader, story: Story) -> None:
    for path in ("/", "/sign-in", "/nothing", f"/orders/{story.order}"):
        assert "Sandbox: the clock can be moved" in clerk.get(path).text
