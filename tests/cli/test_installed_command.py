"""The command as a process: `python -m app`, from any folder."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.databases import ROOT

DEADLINE = ("deadline", "--pack", "fr-civil", "--calendar", "FR", "--from", "2021-07-12")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "app", *arguments]


@pytest.fixture
def environment(alone: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), env=environment, capture_output=True, text=True, check=False
    )


def test_it_answers_from_any_folder(environment: dict[str, str]) -> None:
    found = run(environment, *DEADLINE, "--period", "2M")
    assert found.returncode == 0, found.stderr
    assert "Monday 13 September 2021 24:00" in found.stdout


def test_a_fault_is_a_sentence_and_exit_2(environment: dict[str, str]) -> None:
    found = run(environment, *DEADLINE, "--period", "2")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith("period: Say the unit")
    assert "Traceback" not in found.stderr


def test_a_wrong_setting_is_a_sentence_and_exit_2(environment: dict[str, str]) -> None:
    found = run(environment | {"BORDEREAU_LANGUAGE": "de"}, "check")
    assert found.returncode == 2
    assert found.stderr.startswith("language: ")
    assert "Traceback" not in found.stderr


def test_it_migrates_from_any_folder_and_serves_until_stopped(
    environment: dict[str, str],
) -> None:
    assert run(environment, "migrate").returncode == 0
    port = _free_port()
    with _Serving(environment | {"PORT": str(port)}) as url:
        found = httpx2.get(f"{url}/api/v1/courts")
    assert found.status_code == 401
    assert "server" not in found.headers


class _Serving:
    """``bordereau serve`` in a process of its own."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.url = f"http://127.0.0.1:{environment['PORT']}"
        self.process = subprocess.Popen(
            command("serve"), env=environment, stderr=subprocess.DEVNULL
        )

    def __enter__(self) -> str:
        for _ in _patience():
            try:
                httpx2.get(self.url)
            except httpx2.TransportError:
                assert self.process.poll() is None
            else:
                break
        return self.url

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        self.process.wait(30)


def _patience() -> Iterator[None]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        yield
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
