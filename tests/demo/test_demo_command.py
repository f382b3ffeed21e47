"""``bordereau demo`` as somebody who has just cloned the repository meets it."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

from tests.databases import ROOT

COMMAND = [sys.executable, "-m", "app", "demo"]
SEEDING_SECONDS = 60


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("BORDEREAU_", "LC_", "LANG"))}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "BORDEREAU_DATA_DIR": str(tmp_path / "var"),
        "PORT": "0",
    }


def once(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "--once"], env=environment, capture_output=True, text=True, check=False
    )


def table(printed: str) -> str:
    found = re.search(r"^As of .*?(?=^A second matter)", printed, re.S | re.M)
    assert found is not None, printed
    return found[0]


def test_it_prints_the_table_and_the_way_in_and_may_be_run_again(
    environment: dict[str, str],
) -> None:
    first, second = once(environment), once(environment)
    for done in (first, second):
        assert done.returncode == 0, done.stderr
        assert done.stderr == ""
    assert table(first.stdout) == table(second.stdout)
    rows = re.findall(r"^20\d\d-\d\d-\d\d", table(first.stdout), re.M)
    assert rows == [
        "2021-07-09", "2021-08-20", "2021-09-13", "2021-09-14", "2021-10-05", "2023-03-24",
    ]  # fmt: skip
    assert "greffe@tj-paris.example" in first.stdout
    assert 'curl -H "Authorization: Bearer bdx_' in first.stdout


def test_it_serves_until_ctrl_c_and_ends_well(environment: dict[str, str]) -> None:
    with subprocess.Popen(COMMAND, env=environment, stdout=subprocess.PIPE, text=True) as process:
        printed = _read_until(process, "Ctrl-C")
        (url,) = re.findall(r"Open (http://127\.0\.0\.1:\d+)", printed)
        (token,) = re.findall(r"Bearer (bdx_[\w-]+)", printed)
        (path,) = re.findall(r'"http://[^/]+(/api/v1/orders/[^"]+)"', printed)
        headers = {"Authorization": f"Bearer {token}"}
        assert (
            httpx2.get(url + path, headers=headers, timeout=60).json()["status"]
            == "overdue_nothing"
        )
        assert httpx2.get(f"{url}/sign-in", timeout=60).status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_interrupted_in_the_middle_it_goes_on_the_next_time(environment: dict[str, str]) -> None:
    with subprocess.Popen(
        COMMAND, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        database = Path(environment["BORDEREAU_DATA_DIR"]) / "demo" / "bordereau.db"
        _await(database.exists)
        time.sleep(1)
        process.send_signal(signal.SIGINT)
        said = process.stderr.read()
        process.wait(30)
    assert "Traceback" not in said
    done = once(environment)
    assert done.returncode == 0, done.stderr
    assert "found" in table(done.stdout)


def test_a_taken_port_is_one_sentence_and_exit_2(environment: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = once(environment | {"PORT": str(port)})
    assert done.returncode == 2
    expected = f"Port {port} is taken: choose another, as in `PORT=8001 make demo`.\n"
    assert (done.stdout, done.stderr) == ("", expected)
    assert not Path(environment["BORDEREAU_DATA_DIR"]).exists()


def _read_until(process: subprocess.Popen[str], word: str) -> str:
    assert process.stdout is not None
    printed = ""
    while word not in printed:
        line = process.stdout.readline()
        assert line, printed
        printed += line
    return printed


def _await(happened: object) -> None:
    deadline = time.monotonic() + SEEDING_SECONDS
    while not happened():  # type: ignore[operator]
        assert time.monotonic() < deadline
        time.sleep(0.02)
