"""Uploads that wait at the same moment share a transaction, and nothing else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

from fastapi import FastAPI
from sqlalchemy import select, update

from app import models as m
from app.api.group_commit import GroupCommit
from app.domain.acts import Act
from app.services.verify import Verified, verify_record
from tests.api.conftest import Api
from tests.statements import counting

Upload = Callable[[], Any]


@contextmanager
def _writer_held(service: FastAPI) -> Iterator[GroupCommit]:
    """The one writer is busy, so that what comes meanwhile waits for it together."""
    together: GroupCommit = service.state.group_commit
    free = threading.Event()
    together._writer.submit(free.wait, 60)
    try:
        yield together
    finally:
        free.set()


def _send_together(service: FastAPI, uploads: Sequence[Upload]) -> list[Any]:
    """Send all while the writer is held, each after the other waits; their answers."""
    with ThreadPoolExecutor(len(uploads)) as pool:
        with _writer_held(service) as together:
            sent = []
            for n, upload in enumerate(uploads, 1):
                sent.append(pool.submit(upload))
                end = time.monotonic() + 30
                while len(together._waiting) < n and time.monotonic() < end:
                    time.sleep(0.005)
            assert len(together._waiting) == len(uploads)
        return [each.result() for each in sent]


def _commits(sent: Sequence[str]) -> int:
    """How many commits wrote entries of uploads in the log, of the statements sent."""
    return sum(statement.startswith("INSERT INTO log_entries") for statement in sent)


def _entries(service: FastAPI) -> int:
    with service.state.database.reading() as session:
        acts = session.scalars(select(m.LogEntry.act))
        return sum(act is Act.exhibit_uploaded for act in acts)


def _record_holds(service: FastAPI) -> bool:
    with service.state.database.reading() as session:
        return list(verify_record(session, Verified())) == []


def test_what_waits_together_is_one_transaction_and_an_act_each(service: FastAPI, api: Api) -> None:
    counsel, draft = api.by("producing_counsel"), api.draft(api.served())
    uploads = [partial(counsel.upload, draft, str(n), b"file %d" % n) for n in range(1, 7)]
    with counting(service.state.database.engine) as sent:
        answers = _send_together(service, uploads)
    assert [a.status_code for a in answers] == [201] * 6
    assert [a.json()["number"] for a in answers] == [str(n) for n in range(1, 7)]
    assert _commits(sent) == 1
    assert _entries(service) == 6
    exhibits = counsel.get(f"/productions/{draft['id']}").json()["exhibits"]
    assert [e["number"] for e in exhibits] == [str(n) for n in range(1, 7)]
    assert _record_holds(service)


def test_one_that_is_refused_has_its_own_answer_and_spoils_nothing(
    service: FastAPI, api: Api
) -> None:
    counsel = api.by("producing_counsel")
    order = api.served()
    draft, other = api.draft(order), api.draft(order)
    assert counsel.upload(other, "9", b"elsewhere").status_code == 201
    foreign = "00000000-0000-4000-8000-000000000000"
    uploads: list[Upload] = [
        lambda: counsel.upload(draft, "1", b"one"),
        lambda: counsel.upload(draft, "9", b"taken by the other draft"),
        lambda: counsel.upload(draft, "2", b"two", category_id=foreign),
        lambda: counsel.upload(other, "3", b"into the other draft"),
        lambda: counsel.upload(draft, "4", b"four"),
    ]
    answers = _send_together(service, uploads)
    assert [a.status_code for a in answers] == [201, 409, 422, 201, 201]
    numbers = [e["number"] for e in counsel.get(f"/productions/{draft['id']}").json()["exhibits"]]
    assert numbers == ["1", "4"]
    assert _entries(service) == 4
    assert _record_holds(service)


def test_who_lost_the_right_while_waiting_is_refused_and_the_others_are_not(
    service: FastAPI, api: Api
) -> None:
    draft = api.draft(api.served())
    counsel, assistant = api.by("producing_counsel"), api.by("producing_assistant")

    def revoke() -> None:
        with service.state.database.writing() as session:
            user = m.User.id == api.cast.users["producing_assistant"]
            session.execute(update(m.User).where(user).values(disabled_at=m.User.created_at))

    with ThreadPoolExecutor(2) as pool:
        with _writer_held(service) as together:
            kept = pool.submit(counsel.upload, draft, "1", b"counsel's")
            lost = pool.submit(assistant.upload, draft, "2", b"the assistant's")
            end = time.monotonic() + 30
            while len(together._waiting) < 2 and time.monotonic() < end:
                time.sleep(0.005)
            revoke()
        assert kept.result().status_code == 201
        assert lost.result().status_code == 401


def test_the_same_number_sent_twice_is_one_exhibit_with_the_later_bytes(
    service: FastAPI, api: Api
) -> None:
    counsel, draft = api.by("producing_counsel"), api.draft(api.served())
    answers = _send_together(
        service,
        [
            lambda: counsel.upload(draft, "1", b"first"),
            lambda: counsel.upload(draft, "1", b"second"),
        ],
    )
    assert [a.status_code for a in answers] == [201, 201]
    [exhibit] = counsel.get(f"/productions/{draft['id']}").json()["exhibits"]
    assert counsel.get(f"/exhibits/{exhibit['id']}/content").content == b"second"
    assert _entries(service) == 2
    assert _record_holds(service)


def test_where_the_database_refuses_the_group_each_is_tried_alone(
    service: FastAPI, api: Api
) -> None:
    """Two replace the same exhibit: each looks well until both are written."""
    counsel, order = api.by("producing_counsel"), api.served()
    draft = api.draft(order)
    exhibit = counsel.upload(draft, "1", b"as deposited").json()
    counsel.made(f"/productions/{draft['id']}/deposit")
    later = api.draft(order)
    path = f"/productions/{later['id']}/exhibits"
    said = {"replaces": exhibit["id"], "reason": "Meilleure copie"}

    def replacing(content: bytes) -> Any:
        return counsel.call("POST", path, data=said, files={"file": ("f.pdf", content)})

    with counting(service.state.database.engine) as sent:
        answers = _send_together(
            service,
            [
                lambda: replacing(b"a better copy"),
                lambda: counsel.upload(later, "2", b"another"),
                lambda: replacing(b"a third"),
            ],
        )
    assert [a.status_code for a in answers] == [201, 201, 409]
    assert _commits(sent) == 2
    assert _record_holds(service)


def test_of_two_drafts_that_replace_the_same_exhibit_one_does(service: FastAPI, api: Api) -> None:
    counsel, order = api.by("producing_counsel"), api.served()
    draft = api.draft(order)
    exhibit = counsel.upload(draft, "1", b"as deposited").json()
    counsel.made(f"/productions/{draft['id']}/deposit")
    drafts = [api.draft(order), api.draft(order)]
    said = {"replaces": exhibit["id"], "reason": "Meilleure copie"}
    uploads = [partial(counsel.upload, d, "1", b"a better copy", **said) for d in drafts]
    answers = _send_together(service, uploads)
    assert sorted(a.status_code for a in answers) == [201, 409]
    assert _record_holds(service)


def test_what_waits_at_the_end_is_added_before_it_ends(service: FastAPI, api: Api) -> None:
    counsel, draft = api.by("producing_counsel"), api.draft(api.served())
    with ThreadPoolExecutor(2) as pool:
        with _writer_held(service) as together:
            sent = pool.submit(counsel.upload, draft, "1", b"at the last moment")
            end = time.monotonic() + 30
            while not together._waiting and time.monotonic() < end:
                time.sleep(0.005)
            closing = threading.Thread(target=together.close)
            closing.start()
        closing.join(30)
        assert sent.result().status_code == 201
    assert _entries(service) == 1
