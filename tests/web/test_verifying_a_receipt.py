"""The public page: valid or not valid, for anybody, and nothing else."""

from __future__ import annotations

import ast
import hashlib
import json
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.web.conftest import Reader, Visitors
from tests.web.markup import found
from tests.web.story import Story

FILE = hashlib.sha256(b"%PDF-1.4 illustrative").hexdigest()


@pytest.fixture
def digest(visitor: Visitors, story: Story) -> str:
    """That of the story's receipt."""
    counsel = visitor("producing_counsel")
    page = counsel.get(f"/orders/{story.order}/productions").text
    path = found(r'href="(/productions/[0-9a-f-]+/receipt)"', page)
    return str(json.loads(counsel.get(f"{path}.json").text)["digest"])


@pytest.fixture
def anyone(visitor: Visitors) -> Reader:
    reader = visitor(None)
    form = reader.get("/verify").text.partition('action="/verify"')[2]
    reader.csrf = found(r'name="csrf" value="(\w+)"', form)
    return reader


def ask(reader: Reader, digest: str, *hashes: str) -> Any:
    return reader.post("/verify", {"digest": digest, "sha256": "\n".join(hashes)})


def test_a_receipt_and_its_file_are_valid(anyone: Reader, digest: str) -> None:
    for hashes in ((), (FILE,), (FILE.upper(), f"{FILE}  contrat.pdf"), (f"{FILE} *a b.pdf",)):
        page = ask(anyone, digest, *hashes)
        assert page.status_code == 200
        assert "> VALID<" in page.text
        assert "NOT VALID" not in page.text
    spaced = " ".join(digest[i : i + 8] for i in range(0, 64, 8))
    assert "> VALID<" in ask(anyone, spaced.upper()).text


def test_what_was_not_given_is_not_valid_and_nothing_more_is_said(
    anyone: Reader, digest: str
) -> None:
    other = "1" * 64
    pages = {
        ask(anyone, asked, *hashes).text.replace(asked, "").replace(other, "").replace(FILE, "")
        for asked, hashes in ((other, ()), (other, (other,)), (digest, (other,)))
    }
    assert len({page.replace("\n", "") for page in pages}) == 1
    assert all("NOT VALID" in page for page in pages)
    mixed = ask(anyone, digest, FILE, other).text
    assert "NOT VALID" in mixed
    assert "contrat" not in mixed


@pytest.mark.parametrize(
    ("digest", "hashes", "place"),
    [
        ("", "", "digest"),
        ("0" * 63, "", "digest"),
        ("g" * 64, "", "digest"),
        ("0" * 65, "", "digest"),
        ("0" * 64, "1" * 63, "sha256"),
        ("0" * 64, "1" * 65, "sha256"),
        ("0" * 64, f"{'1' * 64}\n\nnot a hash <b>", "sha256"),
    ],
)
def test_what_is_no_hash_is_named_and_stays_typed(
    anyone: Reader, digest: str, hashes: str, place: str
) -> None:
    page = anyone.post("/verify", {"digest": digest, "sha256": hashes})
    assert page.status_code == 422
    assert f'<a href="#{place}">' in page.text
    assert "<b>" not in page.text
    assert f'value="{digest}"' in page.text


def test_more_files_than_a_production_holds_are_refused(anyone: Reader) -> None:
    page = anyone.post("/verify", {"digest": "0" * 64, "sha256": "\n".join(["1" * 64] * 20_001)})
    assert page.status_code == 422


def test_whoever_is_signed_in_may_ask_too(visitor: Visitors, digest: str) -> None:
    assert "> VALID<" in ask(visitor("auditor"), digest).text


def test_the_page_speaks_french(visitor: Visitors, digest: str) -> None:
    reader = visitor(None, language="fr")
    form = reader.get("/verify").text.partition('action="/verify"')[2]
    reader.csrf = found(r'name="csrf" value="(\w+)"', form)
    assert "> VALIDE<" in ask(reader, digest).text
    assert "NON VALIDE" in ask(reader, "0" * 64).text


def test_one_address_may_not_ask_without_end(service: FastAPI) -> None:
    pace = service.state.pace
    http = TestClient(service, follow_redirects=False)
    statuses = [http.get("/verify").status_code for _ in range(pace.per_minute + 1)]
    assert statuses[-1] == 429


def test_its_policy_lets_our_own_scripts_run_and_no_other(anyone: Reader) -> None:
    policy = anyone.get("/verify").headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "script-src" not in anyone.get("/sign-in").headers["content-security-policy"]


def test_the_program_and_the_keys_are_there_to_be_saved(anyone: Reader) -> None:
    program = anyone.get("/verify.py")
    assert program.headers["content-disposition"] == 'attachment; filename="verify.py"'
    assert "def check_receipt" in program.text
    assert ast.parse(program.text)
    keys = anyone.get("/keys.json")
    assert keys.headers["content-disposition"] == 'attachment; filename="keys.json"'
    assert json.loads(keys.text)["keys"][0]["algorithm"] == "Ed25519"
