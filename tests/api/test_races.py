"""What races a deposit is in its manifest or refused; what is done twice at once is done once."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import httpx2
import pytest

from app.papers import verify
from tests.api.conftest import Api

ROUNDS = int(os.environ.get("BORDEREAU_TEST_RACES", "5"))
SENDERS = 4


@pytest.fixture
def raced(server: Any) -> tuple[str, Api]:
    running, api, _ = server
    return f"http://127.0.0.1:{running.port}/api/v1", api


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Start all of them at the same moment; their answers."""
    barrier = Barrier(len(acts))

    def start(act: Callable[[], Any]) -> Any:
        barrier.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(start, acts))


@pytest.mark.slow
def test_an_upload_that_races_a_deposit_is_in_the_manifest_or_refused(
    raced: tuple[str, Api],
) -> None:
    url, api = raced
    order = api.served()
    headers = api.cast.headers("producing_counsel")
    chance = random.Random(ROUNDS)
    taken = refused = 0
    for turn in range(ROUNDS):
        draft = api.draft(order)
        first = 1 + turn * 100

        def send(number: int) -> httpx2.Response:
            return httpx2.put(
                f"{url}/productions/{draft['id']}/exhibits/{number}",  # noqa: B023
                params={"filename": f"{number}.bin"},
                content=f"file {number}".encode(),
                headers=headers,
                timeout=60,
            )

        def press() -> httpx2.Response:
            time.sleep(chance.uniform(0.0, 0.15))
            return httpx2.post(
                f"{url}/productions/{draft['id']}/deposit",  # noqa: B023
                json={},
                headers=headers,
                timeout=60,
            )

        assert send(first).status_code == 201

        def stream(nth: int) -> list[tuple[int, int]]:
            numbers = [first + 1 + nth + SENDERS * n for n in range(6)]  # noqa: B023
            return [(n, send(n).status_code) for n in numbers]

        *sent, receipt = at_once(*(lambda n=n: stream(n) for n in range(SENDERS)), press)
        assert receipt.status_code == 200, receipt.text
        codes = {n: code for each in sent for n, code in each}
        assert set(codes.values()) <= {201, 409}
        listed = {int(f["number"]) for f in receipt.json()["files"]}
        assert listed == {first, *(n for n, code in codes.items() if code == 201)}
        taken += list(codes.values()).count(201)
        refused += list(codes.values()).count(409)
    print(f"{taken} in a manifest, {refused} refused")
    assert taken and refused


def test_two_who_deposit_at_once_get_one_receipt(raced: tuple[str, Api]) -> None:
    url, api = raced
    draft = api.draft(api.served())
    counsel = api.by("producing_counsel")
    assert counsel.upload(draft, "1", b"one").status_code == 201
    headers = api.cast.headers("producing_counsel")

    def press() -> httpx2.Response:
        path = f"{url}/productions/{draft['id']}/deposit"
        return httpx2.post(path, json={}, headers=headers, timeout=60)

    answers = at_once(*[press] * 6)
    assert [a.status_code for a in answers] == [200] * 6
    assert len({a.content for a in answers}) == 1
    verify.check_receipt(answers[0].json(), api.by(None).get("/log/keys").json())


def test_two_who_withdraw_at_once_withdraw_once(raced: tuple[str, Api]) -> None:
    url, api = raced
    draft = api.draft(api.served())
    counsel = api.by("producing_counsel")
    exhibit = counsel.upload(draft, "1", b"one").json()
    counsel.made(f"/productions/{draft['id']}/deposit")
    headers = api.cast.headers("producing_counsel")

    def withdraw() -> int:
        path = f"{url}/exhibits/{exhibit['id']}/withdrawal"
        said = {"reason": "Par erreur"}
        return httpx2.post(path, json=said, headers=headers, timeout=60).status_code

    assert sorted(at_once(*[withdraw] * 4)) == [200, 409, 409, 409]
