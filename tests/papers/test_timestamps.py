"""Time-stamps by a real authority, `openssl ts`; one that is down or lies changes nothing."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import shlex
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app import models as m
from app.deps import clock
from app.errors import Conflict
from app.papers import verify
from app.services.timestamps import heads_without_token, keep_token
from app.settings import Settings
from app.worker import timestamps
from app.worker.timestamps import Authority, NoToken, stamp_always, stamp_heads
from tests.databases import ROOT
from tests.papers.authority import Answer, OpensslAuthority, Server
from tests.papers.conftest import Deposited
from tests.papers.pdf import attached, text_of


@pytest.fixture(scope="session")
def openssl(tmp_path_factory: pytest.TempPathFactory) -> OpensslAuthority:
    return OpensslAuthority(tmp_path_factory.mktemp("tsa") / "it")


@pytest.fixture
def server(openssl: OpensslAuthority) -> Iterator[Server]:
    running = Server(openssl.reply)
    yield running
    running.stop()


@pytest.fixture
def authority(server: Server, openssl: OpensslAuthority) -> Authority:
    return Authority(server.url, openssl.ca)


def receipt_of(deposited: Deposited) -> Any:
    return deposited.api.get(f"{deposited.path}/receipt").json()


def test_each_head_gets_a_token_that_the_receipt_carries(
    deposited: Deposited, service: FastAPI, authority: Authority, server: Server
) -> None:
    state = service.state
    before = deposited.api.get(f"{deposited.path}/receipt.pdf", params={"language": "en"}).content
    assert receipt_of(deposited)["proof"]["token"] is None
    size = int(deposited.receipt["proof"]["head"].splitlines()[1])
    assert stamp_heads(state.database, authority, clock) == [size]
    assert stamp_heads(state.database, authority, clock) == []
    assert server.asked == 1
    receipt = receipt_of(deposited)
    token = receipt["proof"].pop("token")
    assert receipt == {**deposited.receipt, "proof": receipt["proof"]}
    assert receipt["proof"] | {"token": None} == deposited.receipt["proof"]
    receipt["proof"]["token"] = token
    verify.check_receipt(receipt, deposited.keys)
    after = deposited.api.get(f"{deposited.path}/receipt.pdf", params={"language": "en"}).content
    assert before != after
    assert "not yet: it holds without one" in text_of(before)
    assert "present, in the attached receipt.json" in text_of(after)
    assert json.loads(attached(after)["receipt.json"])["proof"]["token"] == token


def commands() -> list[str]:
    """The commands of docs/proof-timestamp.md, as they are printed there."""
    page = (ROOT / "docs" / "proof-timestamp.md").read_text(encoding="utf-8")
    return [block.strip() for block in re.findall(r"```sh\n(.*?)```", page, re.DOTALL)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_documented_commands_check_it_and_see_a_change(
    deposited: Deposited,
    service: FastAPI,
    authority: Authority,
    openssl: OpensslAuthority,
    tmp_path: Path,
) -> None:
    stamp_heads(service.state.database, authority, clock)
    here = tmp_path / "expert"
    here.mkdir()
    receipt = receipt_of(deposited)
    (here / "receipt.json").write_text(json.dumps(receipt), encoding="utf-8")
    (here / "tsa-ca.pem").write_bytes(openssl.ca.read_bytes())
    split, check, read = commands()

    def run(command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["sh", "-c", command], cwd=here, capture_output=True, text=True, check=False
        )

    assert run(split).returncode == 0
    assert (here / "head.txt").read_text(encoding="utf-8") == receipt["proof"]["head"]
    found = run(check)
    assert found.returncode == 0 and "Verification: OK" in found.stdout + found.stderr
    shown = run(read)
    assert shown.returncode == 0 and re.search(r"Time stamp: .* GMT", shown.stdout)
    head = (here / "head.txt").read_bytes()
    (here / "head.txt").write_bytes(re.sub(rb"time \d{4}", b"time 2020", head))
    assert run(check).returncode != 0
    (here / "head.txt").write_bytes(head)
    token = bytearray((here / "head.tst").read_bytes())
    token[-1] ^= 1
    (here / "head.tst").write_bytes(token)
    assert run(check).returncode != 0


def test_the_documentation_runs_no_command_of_this_machine() -> None:
    for command in commands():
        assert not [word for word in shlex.split(command) if word.startswith("/")]


def test_a_token_is_kept_once_and_never_changed(
    deposited: Deposited, service: FastAPI, authority: Authority
) -> None:
    database = service.state.database
    [size] = stamp_heads(database, authority, clock)
    with pytest.raises(Conflict), database.writing() as session:
        keep_token(session, size, b"another", clock())
    with pytest.raises(DBAPIError), database.writing() as session:
        session.execute(text("UPDATE log_heads SET token = NULL"))
    with database.reading() as session:
        assert not heads_without_token(session, 5)
        head = session.get_one(m.LogHead, size)
        assert head.token_at is not None and head.token


# -- what does not hold is not kept


def refuse_all(query: bytes) -> bytes:
    raise Answer(503, b"later", Content_Type="text/plain")


def redirect(query: bytes) -> bytes:
    raise Answer(307, b"", Location="http://127.0.0.1:1/elsewhere")


def page(query: bytes) -> bytes:
    raise Answer(200, b"<html>welcome</html>", Content_Type="text/html")


LIES: dict[str, tuple[Callable[[OpensslAuthority], Callable[[bytes], bytes]], str]] = {
    "refuses": (lambda _: refuse_all, "answered 503"),
    "redirects": (lambda _: redirect, "answered 307"),
    "answers a page": (lambda _: page, "answered 200 text/html"),
    "answers nonsense": (lambda _: lambda query: b"nonsense", "no time-stamp reply"),
    "answers nothing": (lambda _: lambda query: b"", "no time-stamp reply"),
    "answers its query": (lambda _: lambda query: query, "no time-stamp reply|does not hold"),
    "answers too much": (lambda _: lambda query: b"x" * 200_000, "too long"),
    "cuts its answer": (lambda it: lambda query: it.reply(query)[:-20], "no time-stamp reply"),
    "changes its signature": (
        lambda it: lambda query: (r := it.reply(query))[:-1] + bytes([r[-1] ^ 1]),
        "does not hold",
    ),
}


@pytest.mark.parametrize("lie", list(LIES))
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_authority_that_gives_no_token_that_holds_changes_nothing(
    deposited: Deposited,
    service: FastAPI,
    openssl: OpensslAuthority,
    server: Server,
    authority: Authority,
    lie: str,
) -> None:
    make, why = LIES[lie]
    honest, server.answers = server.answers, make(openssl)
    with pytest.raises(NoToken, match=why):
        stamp_heads(service.state.database, authority, clock)
    assert receipt_of(deposited) == deposited.receipt
    server.answers = honest
    assert len(stamp_heads(service.state.database, authority, clock)) == 1


def asking(authority: Authority, note: str = "a head") -> bytes:
    now = clock()
    return authority.token(note, now, now)


def test_a_token_given_before_is_not_taken_again(
    openssl: OpensslAuthority, server: Server, authority: Authority
) -> None:
    old: list[bytes] = []

    def replay(query: bytes) -> bytes:
        old.append(openssl.reply(query))
        return old[0]

    server.answers = replay
    asking(authority)
    with pytest.raises(NoToken, match="Nonce"):
        asking(authority)
    with pytest.raises(NoToken, match="does not hold"):
        asking(authority, "another head")


def test_a_token_over_something_else_is_refused(
    openssl: OpensslAuthority, server: Server, authority: Authority
) -> None:
    from rfc3161_client import HashAlgorithm, TimestampRequestBuilder, decode_timestamp_response

    def swap(query: bytes) -> bytes:
        other = TimestampRequestBuilder().data(b"x").hash_algorithm(HashAlgorithm.SHA256)
        return openssl.reply(other.cert_request(cert_request=True).build().as_bytes())

    assert decode_timestamp_response(swap(b"")).status == 0
    server.answers = swap
    with pytest.raises(NoToken, match="does not hold"):
        asking(authority)


def test_a_token_of_another_authority_is_refused(
    tmp_path: Path, openssl: OpensslAuthority, server: Server
) -> None:
    server.answers = OpensslAuthority(tmp_path / "other", name="Somebody else").reply
    with pytest.raises(NoToken, match="does not hold"):
        asking(Authority(server.url, openssl.ca))


def test_a_token_of_an_impossible_time_is_refused(authority: Authority) -> None:
    now = datetime.now(UTC)
    hour = timedelta(hours=1)
    assert authority.token("a head", now - hour, now)
    with pytest.raises(NoToken, match="impossible time"):
        authority.token("a head", now - 2 * hour, now - hour)
    with pytest.raises(NoToken, match="impossible time"):
        authority.token("a head", now + hour, now + 2 * hour)


def test_an_authority_that_is_down_or_slow_is_given_up(
    openssl: OpensslAuthority, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(server.url, openssl.ca)
    monkeypatch.setattr(timestamps, "SECONDS_MAX", 0.2)

    def slow(query: bytes) -> bytes:
        time.sleep(1)
        return b""

    server.answers = slow
    with pytest.raises(NoToken, match="did not answer"):
        asking(authority)
    with pytest.raises(NoToken, match="did not answer"):
        asking(Authority("http://127.0.0.1:1/tsa", openssl.ca))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_it_is_asked_again_later_and_later(
    deposited: Deposited,
    service: FastAPI,
    authority: Authority,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(timestamps, "EVERY_SECONDS", 0.01)
    honest, server.answers = server.answers, refuse_all

    async def run() -> None:
        working = asyncio.create_task(stamp_always(service.state.database, authority, clock))
        while server.asked < 4:
            await asyncio.sleep(0.01)
        server.answers = honest
        while await asyncio.to_thread(lambda: receipt_of(deposited)["proof"]["token"]) is None:
            await asyncio.sleep(0.02)
        working.cancel()

    asyncio.run(asyncio.wait_for(run(), 60))
    waits = [float(w) for w in re.findall(r"asked again in (\d+) s", caplog.text)]
    assert len(waits) >= 3 and waits == sorted(waits)
    token = base64.b64decode(receipt_of(deposited)["proof"]["token"], validate=True)
    assert token.startswith(b"\x30")


# -- settings


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"tsa_url": "https://tsa.example"}, "tsa_ca_file"),
        ({"tsa_url": "http://tsa.example", "tsa_ca_file": "ca.pem"}, "https"),
    ],
)
def test_an_authority_nobody_can_check_is_refused_at_the_start(
    changed: dict[str, str], why: str
) -> None:
    with pytest.raises(ValidationError, match=why):
        Settings.model_validate(changed)


def test_certificates_that_cannot_be_read_are_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(ValueError, match="PEM"):
        Authority("https://tsa.example", tmp_path / "ca.pem")
    with pytest.raises(FileNotFoundError):
        Authority("https://tsa.example", tmp_path / "none.pem")
