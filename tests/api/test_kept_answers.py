"""A list that is answered again from memory is never one that has changed since."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import select

from app import models as m
from app.api.kept import Kept, KeptAnswers
from tests.api.conftest import Api
from tests.databases import ROOT
from tests.factories import a_category, a_service
from tests.statements import counting

NOW = "2021-09-20T10:00:00+02:00"
LIST = "/obligations?limit=10"


def listed(api: Api, at: str | None = None, path: str = LIST) -> list[dict[str, Any]]:
    response = (api.at(at) if at else api).get(path)
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


def is_kept(api: Api, service: FastAPI, path: str = LIST) -> bool:
    """Whether the answer comes without a look at the standings."""
    with counting(service.state.database.engine) as statements:
        assert api.get(path).status_code == 200
    return not any("standings" in s for s in statements)


@pytest.fixture
def asked(api: Api) -> Api:
    """The clerk, days after the last day, who has asked once."""
    api.served()
    clerk = api.at(NOW)
    listed(clerk)
    return clerk


def test_the_same_question_is_answered_again_from_memory_byte_for_byte(
    asked: Api, service: FastAPI
) -> None:
    first = asked.get(LIST)
    assert is_kept(asked, service)
    service.state.answers = KeptAnswers(0)
    anew = asked.get(LIST)
    assert not is_kept(asked, service)
    assert first.content == anew.content
    assert first.headers == anew.headers


def test_somebody_else_another_language_and_another_question_are_answered_anew(
    asked: Api, service: FastAPI
) -> None:
    english = listed(asked)[0]["sentence"]
    french = asked.get(LIST, headers={"Accept-Language": "fr"}).json()["items"][0]["sentence"]
    assert english.startswith("Served 12 July 2021")
    assert french.startswith("Signifié")
    for role in ("clerk_elsewhere", "counsel_elsewhere", "elsewhere_token"):
        assert listed(asked.by(role)) == []
    assert len(listed(asked.by("producing_counsel"))) == 2
    assert len(listed(asked, path="/obligations?limit=1")) == 1
    assert len(listed(asked, path=f"{LIST}&status=running")) == 0
    assert len(listed(asked)) == 2


def test_what_is_recorded_shows_in_the_next_answer(asked: Api) -> None:
    order = listed(asked)[0]["order_id"]
    assert {x["status"] for x in listed(asked)} == {"overdue_nothing"}
    stay = {"kind": "stay", "effective_on": "2021-09-01", "reason": "Arrêt de l'exécution"}
    asked.made(f"/orders/{order}/events", stay)
    assert {x["status"] for x in listed(asked)} == {"suspended"}


def test_what_another_process_writes_shows_in_the_next_answer(
    asked: Api, service: FastAPI, database_url: str
) -> None:
    write = (
        "import sys\n"
        "from sqlalchemy import text\n"
        "from app.db import Database\n"
        "with Database(sys.argv[1]).writing() as session:\n"
        "    session.execute(text('UPDATE matters SET title = :title'), {'title': sys.argv[2]})\n"
    )
    for title in ("Renommée une fois", "Renommée deux fois"):
        listed(asked)
        assert is_kept(asked, service)
        subprocess.run([sys.executable, "-c", write, database_url, title], cwd=ROOT, check=True)
        assert {x["matter_title"] for x in listed(asked)} == {title}


def test_every_writer_reads_its_own_writing_whichever_connection_serves_it(asked: Api) -> None:
    orders = [asked.order(title=f"Ordonnance {n}")["id"] for n in range(4)]

    def rename(order: str) -> None:
        for n in range(12):
            title = f"{order} {n}"
            read = asked.get(f"/orders/{order}")
            change = {"title": title, "note": "", "references": []}
            headers = {"If-Match": read.headers["ETag"]}
            changed = asked.call("PATCH", f"/orders/{order}", json=change, headers=headers)
            assert changed.status_code == 200, changed.text
            shown = {x["order_id"]: x["order_title"] for x in listed(asked, path="/obligations")}
            assert shown[order] == title

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(rename, orders))


def test_a_role_that_ends_acts_on_the_next_request(asked: Api, service: FastAPI) -> None:
    counsel = asked.by("requesting_counsel")
    assert len(listed(counsel)) == 2
    assert is_kept(counsel, service)
    for membership in _roles(service, asked.cast.users["requesting_counsel"]):
        assert asked.call("DELETE", f"/roles/{membership}").status_code == 204
    assert counsel.get(LIST).status_code == 403


def _roles(service: FastAPI, user_id: UUID) -> list[str]:
    with service.state.database.reading() as session:
        query = select(m.Membership.id).where(m.Membership.user_id == user_id)
        return [str(x) for x in session.scalars(query)]


def test_a_token_that_is_revoked_gets_nothing_kept(asked: Api, service: FastAPI) -> None:
    made = asked.made("/tokens", {"name": "Reads", "scopes": ["order:read"], "days": 30})
    bearer = {"Authorization": f"Bearer {made['token']}"}
    for _ in range(2):
        assert len(asked.get(LIST, headers=bearer).json()["items"]) == 2
    assert asked.call("DELETE", f"/tokens/{made['id']}").status_code == 204
    assert asked.get(LIST, headers=bearer).status_code == 401


def _due(api: Api, on: str, at: str | None) -> None:
    term = {"kind": "until", "on": on, "at": at}
    limb = a_category(api.cast.obligor, number="1", elements=[], term=term)
    api.order(categories=[limb])


@pytest.mark.parametrize(
    ("at", "before", "after"),
    [
        ("17:07", "2021-09-30T17:06:59.999999+02:00", "2021-09-30T17:07:00+02:00"),
        (None, "2021-09-30T23:59:59.999999+02:00", "2021-10-01T00:00:00+02:00"),
    ],
)
def test_a_last_moment_that_passes_between_two_requests_shows_in_the_second(
    api: Api, service: FastAPI, at: str | None, before: str, after: str
) -> None:
    _due(api, "2021-09-30", at)
    for _ in range(2):
        assert [x["status"] for x in listed(api, before)] == ["due_today"]
    assert is_kept(api.at(before), service)
    assert [x["status"] for x in listed(api, after)] == ["overdue_nothing"]
    # A sandbox's clock may go back: what became true later is not told of then.
    assert [x["status"] for x in listed(api, before)] == ["due_today"]


def test_a_day_late_is_counted_from_midnight_on_though_nothing_happened(asked: Api) -> None:
    for midnight, late in (("2021-09-21", 8), ("2021-09-22", 9)):
        at = datetime.fromisoformat(f"{midnight}T00:00:00+02:00")
        assert listed(asked, (at - timedelta(microseconds=1)).isoformat())[0]["late_days"] == (
            late - 1
        )
        assert listed(asked, at.isoformat())[0]["late_days"] == late


def test_a_stay_whose_end_is_known_ends_between_two_requests(api: Api) -> None:
    order = api.order()
    recorder = api.at("2021-07-20T10:00:00+02:00")
    recorder.made(f"/orders/{order['id']}/events", a_service(api.cast.obligor))
    stay = {
        "kind": "stay",
        "effective_on": "2021-07-19",
        "until_on": "2021-08-02",
        "effect": "suspend",
        "reason": "Sursis",
    }
    recorder.made(f"/orders/{order['id']}/events", stay)
    before, after = "2021-08-01T23:59:59.999999+02:00", "2021-08-02T00:00:00+02:00"
    for _ in range(2):
        assert {x["status"] for x in listed(api, before)} == {"suspended"}
    assert {x["status"] for x in listed(api, after)} == {"running"}


def test_an_order_made_tomorrow_is_listed_from_tomorrow_on(api: Api) -> None:
    today = api.at("2021-07-05T23:00:00+02:00")
    today.order(made_on="2021-07-06")
    for _ in range(2):
        assert listed(today) == []
    assert len(listed(api, "2021-07-06T00:00:00+02:00")) == 2


AT = datetime(2021, 9, 20, tzinfo=UTC)


def test_answers_take_a_bounded_number_of_bytes_and_the_longest_unused_go_first() -> None:
    answers = KeptAnswers(bytes_max=30)
    for name in "abc":
        answers.keep(name, Kept(name.encode() * 10, AT, None))
    assert answers.find("a", AT) == b"a" * 10
    answers.keep("d", Kept(b"d" * 10, AT, None))
    assert answers.find("b", AT) is None
    assert [answers.find(x, AT) for x in "acd"] == [b"a" * 10, b"c" * 10, b"d" * 10]
    answers.keep("a", Kept(b"A" * 30, AT, None))
    assert [answers.find(x, AT) for x in "acd"] == [b"A" * 30, None, None]
    answers.keep("e", Kept(b"e" * 31, AT, None))
    assert answers.find("e", AT) is None


def test_an_answer_holds_from_its_own_instant_until_before_the_one_at_which_it_ends() -> None:
    until = AT + timedelta(minutes=7)
    kept = Kept(b"x", AT, until)
    tick = timedelta(microseconds=1)
    assert [kept.holds(at) for at in (AT - tick, AT, until - tick, until)] == [
        False, True, True, False,
    ]  # fmt: skip
