"""What a restricted exhibit is called and holds leaks through no output."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Api, category_id

NEEDLE = "AIGUILLE"


def _deposited(api: Api) -> tuple[dict[str, Any], dict[str, Any], str]:
    order = api.served()
    draft = api.draft(order)
    counsel = api.by("producing_counsel")
    exhibit = counsel.upload(
        draft,
        "1",
        NEEDLE.encode(),
        title=f"Contrat {NEEDLE}",
        filename=f"{NEEDLE}.pdf",
        category_id=category_id(order, "1"),
        confidentiality="restricted",
    ).json()
    counsel.made(f"/productions/{draft['id']}/deposit")
    return order, draft, exhibit["sha256"]


@pytest.mark.parametrize("role", ["requesting_counsel", "third_counsel", "clerk"])
def test_nobody_else_learns_its_name_or_its_hash(api: Api, role: str) -> None:
    order, draft, sha256 = _deposited(api)
    who = api.by(role)
    for path in (
        "/matters",
        "/orders",
        f"/orders/{order['id']}",
        f"/orders/{order['id']}/events",
        f"/orders/{order['id']}/compliance",
        f"/orders/{order['id']}/productions",
        f"/productions/{draft['id']}",
        f"/productions/{draft['id']}/receipt",
        "/obligations",
    ):
        response = who.get(path)
        assert response.status_code == 200, path
        assert NEEDLE not in response.text, path
        assert sha256 not in response.text, path


def test_its_number_stays_on_the_receipt_so_that_none_is_missing(api: Api) -> None:
    _, draft, _ = _deposited(api)
    receipt = api.by("requesting_counsel").get(f"/productions/{draft['id']}/receipt").json()
    assert receipt["received"] == "1 of 1"
    [file] = receipt["files"]
    assert len(file.pop("leaf")) == 64
    told = {name: value for name, value in file.items() if value not in (None, [])}
    assert told == {"number": "1", "edition": 1, "confidentiality": "restricted"}


def test_its_own_party_reads_all_of_it(api: Api) -> None:
    _, draft, sha256 = _deposited(api)
    receipt = api.by("producing_assistant").get(f"/productions/{draft['id']}/receipt").json()
    assert receipt["files"][0]["sha256"] == sha256
    assert NEEDLE in receipt["files"][0]["title"]
