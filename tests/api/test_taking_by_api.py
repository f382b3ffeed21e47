"""All of an order's exhibits in one archive, over the JSON API, and what is recorded of it."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4
from zipfile import ZipFile

import pytest

from tests.api.conftest import Api, category_id


@pytest.fixture
def handed_over(api: Api) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """An order under which two productions were deposited: of category 1, and of none."""
    order = api.served()
    counsel = api.by("producing_counsel")
    made = []
    for number, more in (("1", {"category_id": category_id(order, "1")}), ("2", {})):
        draft = api.draft(order)
        assert counsel.upload(draft, number, f"file {number}".encode(), **more).is_success
        counsel.made(f"/productions/{draft['id']}/deposit")
        made.append(draft)
    return order, made


def take(api: Api, order: dict[str, Any], role: str = "requesting_counsel", **asked: Any) -> Any:
    return api.by(role).get(f"/orders/{order['id']}/take.zip", params=asked)


def numbers(answer: Any) -> list[str]:
    """The numbers of the files in an archive, by their content."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        bodies = [archive.read(name) for name in archive.namelist()]
    return sorted(body.decode()[5:] for body in bodies if body.startswith(b"file "))


def test_all_or_a_part_is_taken_and_each_file_counts_as_downloaded(
    api: Api, handed_over: tuple[dict[str, Any], list[dict[str, Any]]]
) -> None:
    order, (_, second) = handed_over
    assert numbers(take(api, order, category_id=category_id(order, "1"))) == ["1"]
    assert numbers(take(api, order, production_id=second["id"])) == ["2"]
    assert numbers(take(api, order)) == ["1", "2"]
    shown = api.by("requesting_counsel").get(f"/orders/{order['id']}/exhibits").json()["items"]
    for exhibit in shown:
        history = api.by("producing_counsel").get(f"/exhibits/{exhibit['id']}/history").json()
        assert [first["party"] for first in history["first_downloads"]] == ["UEJF"]


def test_what_was_taken_whole_is_not_new_again(
    api: Api, handed_over: tuple[dict[str, Any], list[dict[str, Any]]]
) -> None:
    order, (first, _) = handed_over
    assert numbers(take(api, order, production_id=first["id"])) == ["1"]
    assert numbers(take(api, order, new=True)) == ["2"]
    nothing = take(api, order, new=True)
    assert nothing.status_code == 409
    assert "since you last took all" in nothing.json()["detail"]
    # It is each reader's own.
    assert numbers(take(api, order, role="third_counsel", new=True)) == ["1", "2"]


def test_two_parts_at_once_and_a_part_that_is_none_are_refused(
    api: Api, handed_over: tuple[dict[str, Any], list[dict[str, Any]]]
) -> None:
    order, (first, _) = handed_over
    both = take(api, order, production_id=first["id"], new=True)
    assert both.status_code == 422
    assert both.json()["errors"][0]["field"] == "new"
    assert take(api, order, production_id=str(uuid4())).status_code == 404
    assert take(api, order, category_id=str(uuid4())).status_code == 404
    assert take(api, order, category_id="1").status_code == 422


def test_a_clerk_takes_charge_and_gives_it_up(api: Api) -> None:
    order = api.order()
    path = f"/orders/{order['id']}/charge"
    clerk = api.by("clerk")
    nobody = {"order_id": order["id"], "user_id": None, "name": ""}
    assert clerk.get(path).json() == nobody
    taken = clerk.call("PUT", path)
    assert taken.status_code == 200
    assert taken.json()["user_id"] == str(api.cast.users["clerk"])
    assert clerk.call("PUT", path).json() == taken.json() == clerk.get(path).json()
    assert clerk.call("DELETE", path).json() == nobody
    assert clerk.call("DELETE", path).json() == nobody
