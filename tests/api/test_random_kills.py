"""kill -9 at random moments under load: nothing acknowledged is lost, nothing is there twice.

Eight senders put files while the service is killed and started again; then it is killed while
it deposits. ``BORDEREAU_TEST_KILLS`` says how often (``make torture``: 200).
"""

from __future__ import annotations

import hashlib
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.papers import verify
from tests.api.conftest import Api
from tests.api.running import Server
from tests.databases import ROOT

KILLS = int(os.environ.get("BORDEREAU_TEST_KILLS", "4"))
SENDERS = 8
DEPOSIT_KILLS = 3


@pytest.fixture
def running(api: Api, database_url: str, tmp_path: Path) -> Iterator[Server]:
    api.http.app.state.database.close()  # type: ignore[attr-defined]
    server = Server(database_url, tmp_path / "torture")
    yield server
    server.stop()


class Sender(threading.Thread):
    """Sends files one after the other; each again until it is acknowledged."""

    def __init__(self, nth: int, url: str, headers: dict[str, str], stop: threading.Event) -> None:
        super().__init__(daemon=True)
        self.nth, self.url, self.headers, self.stop = nth, url, headers, stop
        self.acknowledged: dict[str, str] = {}
        self.unexpected: list[str] = []
        self.retries = 0
        self.given_up = threading.Event()

    def run(self) -> None:
        random_bytes = random.Random(self.nth)
        sent = 0
        while not self.stop.is_set() or not self.acknowledged:
            number = str(1 + self.nth + SENDERS * sent)
            self._send(number, random_bytes.randbytes(random_bytes.randrange(1, 60_000)))
            sent += 1

    def _send(self, number: str, body: bytes) -> None:
        digest = hashlib.sha256(body).hexdigest()
        while not self.given_up.is_set():
            try:
                answer = httpx2.put(
                    f"{self.url}/exhibits/{number}",
                    params={"filename": f"{number}.bin"},
                    content=body,
                    headers=self.headers,
                    timeout=30,
                )
            except httpx2.HTTPError:
                self.retries += 1
                time.sleep(0.1)
                continue
            if answer.status_code == 201 and answer.json()["sha256"] == digest:
                self.acknowledged[number] = digest
                return
            if answer.status_code != 503:
                self.unexpected.append(f"{number}: {answer.status_code} {answer.text[:200]}")
                return


def patiently(method: str, url: str, **more: Any) -> httpx2.Response:
    """Ask again until the service answers."""
    until = time.monotonic() + 60
    while True:
        try:
            answer = httpx2.request(method, url, timeout=60, **more)
        except httpx2.HTTPError:
            answer = None
        if answer is not None and answer.status_code != 503:
            return answer
        assert time.monotonic() < until, "the service does not answer"
        time.sleep(0.1)


def kill_and_start(server: Server) -> None:
    server.kill()
    server.restart()


@pytest.mark.slow
@pytest.mark.timeout(300 + 30 * KILLS)
def test_random_kills_under_load_lose_nothing_and_double_nothing(
    api: Api, running: Server, database_url: str, tmp_path: Path
) -> None:
    draft = api.draft(api.served())
    url = f"http://127.0.0.1:{running.port}/api/v1/productions/{draft['id']}"
    headers = api.cast.headers("producing_counsel")
    stop = threading.Event()
    senders = [Sender(n, url, headers, stop) for n in range(SENDERS)]
    chance = random.Random(KILLS)
    try:
        for sender in senders:
            sender.start()
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.05, 1.0))
            kill_and_start(running)
        stop.set()
        for sender in senders:
            sender.join(120)
            assert not sender.is_alive()
            assert sender.unexpected == []
    finally:
        # Whatever failed: a sender that goes on would disturb every test after this one.
        for sender in senders:
            sender.given_up.set()

    acknowledged = {n: d for sender in senders for n, d in sender.acknowledged.items()}
    found = patiently("GET", url, headers=headers).json()["exhibits"]
    assert {e["number"]: e["sha256"] for e in found} == acknowledged
    assert len(found) == len(acknowledged)

    key = headers | {"Idempotency-Key": "press"}
    for _ in range(DEPOSIT_KILLS):
        pressing = threading.Thread(target=_press, args=(f"{url}/deposit", key), daemon=True)
        pressing.start()
        time.sleep(chance.uniform(0.0, 0.5))
        kill_and_start(running)
        pressing.join(60)
    first = patiently("POST", f"{url}/deposit", json={}, headers=key)
    assert first.status_code == 200, first.text
    assert patiently("POST", f"{url}/deposit", json={}, headers=key).content == first.content
    receipt = first.json()
    assert receipt["received"] == f"{len(acknowledged)} of {len(acknowledged)}"
    keys = patiently("GET", f"http://127.0.0.1:{running.port}/api/v1/log/keys").json()
    verify.check_receipt(receipt, keys)
    for exhibit in chance.sample(found, min(20, len(found))):
        got = patiently(
            "GET",
            f"http://127.0.0.1:{running.port}/api/v1/exhibits/{exhibit['id']}/content",
            headers=headers,
        )
        assert hashlib.sha256(got.content).hexdigest() == acknowledged[exhibit["number"]]
    _everything_holds(database_url, tmp_path / "torture")
    retries = sum(sender.retries for sender in senders)
    print(f"{KILLS} kills, {len(acknowledged)} files acknowledged, {retries} sent again")


def _press(url: str, headers: dict[str, str]) -> None:
    try:
        httpx2.post(url, json={}, headers=headers, timeout=30)
    except httpx2.HTTPError:
        return


def _everything_holds(database_url: str, data_dir: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", "verify"],
        cwd=ROOT,
        env=os.environ
        | {"BORDEREAU_DATABASE_URL": database_url, "BORDEREAU_DATA_DIR": str(data_dir)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
