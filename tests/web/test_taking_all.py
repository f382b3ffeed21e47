"""All files of an order in one archive: what is in it, what is not, and that it was taken."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import anyio
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import select

from app import models as m
from app.domain.acts import Act
from app.services.take_stream import TakeStream
from app.services.taking import plan
from app.services.withdrawing import withdraw
from tests.web.conftest import Reader, Visitors
from tests.web.produced import a_deposit
from tests.web.story import Story, utc


def taken(reader: Reader, **query: str) -> zipfile.ZipFile:
    asked = "&".join(f"{k}={v}" for k, v in query.items())
    answer = reader.get(f"/orders/{reader.story.order}/take.zip?{asked}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert "sandbox" in answer.headers["content-security-policy"]
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return archive


def test_it_holds_files_lists_receipts_hashes_and_the_program(
    visitor: Visitors, story: Story
) -> None:
    archive = taken(visitor("requesting_counsel"), what="all")
    names = archive.namelist()
    assert names == [
        "READ-ME.txt",
        "SHA256SUMS",
        "verify.py",
        "Production 1/Receipt.json",
        "Production 1/List of exhibits.csv",
        "Production 1/1 - Contrat de prestation.pdf",
        "Production 1/List of exhibits.pdf",
    ]
    body = archive.read(names[5])
    assert body == b"%PDF-1.4 illustrative"
    assert (
        archive.read("SHA256SUMS").decode() == f"{hashlib.sha256(body).hexdigest()}  {names[5]}\n"
    )
    assert json.loads(archive.read(names[3]))["digest"]
    assert archive.read(names[6]).startswith(b"%PDF-")
    readme = archive.read("READ-ME.txt").decode("utf-8-sig").replace("\u00a0", " ")
    assert "2 - withheld: Secret des affaires" in readme


def test_it_speaks_french(visitor: Visitors, story: Story) -> None:
    archive = taken(visitor("requesting_counsel", language="fr"), what="all")
    folder = "Communication n°\u00a01"
    assert "LISEZ-MOI.txt" in archive.namelist()
    assert f"{folder}/1 - Contrat de prestation.pdf".replace("\u00a0", " ") in [
        name.replace("\u00a0", " ") for name in archive.namelist()
    ]
    readme = archive.read("LISEZ-MOI.txt").decode("utf-8-sig").replace("\u00a0", " ")
    assert "retenue : Secret des affaires" in readme


def test_names_can_be_of_plain_letters(visitor: Visitors, story: Story, service: FastAPI) -> None:
    a_deposit(service, story, {"3": "Pièce « é »"})
    archive = taken(visitor("requesting_counsel", language="fr"), what="all", names="plain")
    assert all(name.isascii() for name in archive.namelist())


def test_confidential_and_withdrawn_numbers_are_listed_never_silently_missing(
    visitor: Visitors, story: Story, service: FastAPI
) -> None:
    a_deposit(service, story, {"7": "Clé secrète"}, confidentiality="restricted")
    with service.state.database.writing() as session:
        counsel = story.cast.actor(session, "producing_counsel")
        withdraw(session, counsel, story.exhibit, "Par erreur", utc("2021-10-02T09:00"))
    archive = taken(visitor("requesting_counsel"), what="all")
    readme = archive.read("READ-ME.txt").decode("utf-8-sig")
    assert "1 - withdrawn: Par erreur" in readme
    assert "7 - confidential: you may know its number alone" in readme
    assert "Clé secrète" not in readme
    assert not any("Contrat" in n or "secr" in n for n in archive.namelist())
    assert any("Contrat" in n for n in taken(visitor("clerk"), what="all").namelist())
    own = taken(visitor("producing_counsel"), what="all").namelist()
    assert any("Clé secrète" in n for n in own)


def test_what_is_new_to_me_is_what_i_did_not_take_whole(
    visitor: Visitors, story: Story, service: FastAPI
) -> None:
    reader = visitor("requesting_counsel")
    assert "what=since" not in reader.get(f"/orders/{story.order}/produced").text
    taken(reader, what="all")
    nothing = reader.get(f"/orders/{story.order}/take.zip?what=since")
    assert nothing.status_code == 409
    assert "Nothing was deposited since" in nothing.text
    a_deposit(service, story, {"3": "Nouvelle pièce"})
    page = reader.get(f"/orders/{story.order}/produced")
    assert "Take what is new to me: 1 production" in page.text
    exhibits = [n for n in taken(reader, what="since").namelist() if " - " in n]
    assert exhibits == ["Production 2/3 - Nouvelle pièce.pdf"]
    # It is the person's own: a colleague has taken nothing yet.
    assert len(_exhibits(taken(visitor("requesting_assistant"), what="since"))) == 2


def _exhibits(archive: zipfile.ZipFile) -> list[str]:
    return [n for n in archive.namelist() if " - " in n]


def test_one_deposit_or_one_category_alone(
    visitor: Visitors, story: Story, service: FastAPI
) -> None:
    a_deposit(service, story, {"3": "Nouvelle pièce"})
    reader = visitor("requesting_counsel")
    page = reader.get(f"/orders/{story.order}/produced").text
    deposits = re.findall(r"/produced\?in=([0-9a-f-]{36})", page)
    assert _exhibits(taken(reader, what="deposit", **{"in": deposits[1]})) == [
        "Production 2/3 - Nouvelle pièce.pdf"
    ]
    page = reader.get(f"/orders/{story.order}/produced?by=category").text
    (category,) = set(re.findall(r"by=category&amp;in=([0-9a-f-]{36})", page))
    archive = taken(reader, what="category", **{"in": category})
    assert len(_exhibits(archive)) == 2
    assert "Of category 1 alone." in archive.read("READ-ME.txt").decode("utf-8-sig")
    # A category is no whole deposit: only the one that was taken is not new any more.
    assert len(_exhibits(taken(reader, what="since"))) == 1
    for query in ("what=deposit", "what=category&in=elsewhere", "what=deposit&in=nonsense"):
        assert reader.get(f"/orders/{story.order}/take.zip?{query}").status_code == 404


def test_the_first_download_of_each_exhibit_is_recorded_once_for_the_party(
    visitor: Visitors, story: Story, service: FastAPI
) -> None:
    assert _firsts(service) == []
    taken(visitor("requesting_counsel"), what="all")
    uejf = story.cast.party("UEJF")
    assert _firsts(service) == [(story.exhibit, uejf)]
    taken(visitor("requesting_assistant"), what="all")
    taken(visitor("producing_counsel"), what="all")
    taken(visitor("clerk"), what="all")
    assert _firsts(service) == [(story.exhibit, uejf)]
    with service.state.database.reading() as session:
        acts = session.scalars(
            select(m.LogEntry.act).where(m.LogEntry.act == Act.exhibit_downloaded)
        ).all()
    assert len(acts) == 1


def _firsts(service: FastAPI) -> list[tuple[UUID, UUID]]:
    with service.state.database.reading() as session:
        rows = session.execute(select(m.FirstDownload.exhibit_id, m.FirstDownload.party_id))
        return [(row[0], row[1]) for row in rows]


def _path(service: FastAPI, exhibit_id: UUID) -> tuple[Path, str]:
    with service.state.database.reading() as session:
        exhibit = session.get_one(m.Exhibit, exhibit_id)
        return service.state.store.path_of(exhibit.matter_id, exhibit.sha256), exhibit.sha256


def test_a_file_that_the_store_lost_is_told(
    visitor: Visitors, story: Story, service: FastAPI
) -> None:
    (lost,) = a_deposit(service, story, {"3": "Perdue"})
    path, _ = _path(service, lost)
    path.unlink()
    archive = taken(visitor("requesting_counsel"), what="all")
    assert "3 - not in the store" in archive.read("READ-ME.txt").decode("utf-8-sig")


def test_a_file_that_was_altered_ends_the_archive_and_is_not_taken(
    visitor: Visitors, story: Story, service: FastAPI
) -> None:
    path, sha256 = _path(service, story.exhibit)
    path.chmod(0o600)
    path.write_bytes(b"%PDF-1.4 illustratiVe")
    reader = visitor("requesting_counsel")
    with pytest.raises(Exception, match=sha256):
        reader.get(f"/orders/{story.order}/take.zip")
    assert _firsts(service) == []
    page: Any = reader.get(f"/orders/{story.order}/produced")
    assert "You last took" not in page.text


def test_a_line_that_is_cut_is_not_taken_and_what_was_not_sent_is_no_download(
    visitor: Visitors, story: Story, service: FastAPI, serving: str
) -> None:
    large = {"3": ("a.bin", os.urandom(40_000_000))}
    (cut,) = a_deposit(service, story, {"3": "Grande pièce"}, files=large)
    reader = visitor("requesting_counsel")
    host, port = serving.removeprefix("http://").split(":")
    secret = reader.http.cookies["bordereau"]
    with socket.create_connection((host, int(port))) as line:
        path = f"/orders/{story.order}/take.zip"
        head = ("Host: 127.0.0.1", f"Cookie: bordereau={secret}", "", "")
        line.sendall("\r\n".join((f"GET {path} HTTP/1.1", *head)).encode())
        assert line.recv(12) == b"HTTP/1.1 200"
        line.recv(100_000)
    until = time.monotonic() + 20
    while not _firsts(service) and time.monotonic() < until:
        time.sleep(0.1)
    # The small exhibit before it went out whole.
    assert cut not in [exhibit for exhibit, _ in _firsts(service)]
    assert "You last took" not in reader.get(f"/orders/{story.order}/produced").text


@pytest.fixture
def serving(service: FastAPI) -> Iterator[str]:
    """The application on a port of its own: a line can be cut."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(service, log_level="critical", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield "http://127.0.0.1:" + str(listening.getsockname()[1])
    server.should_exit = True
    thread.join(20)
    listening.close()


def test_two_thousand_files_take_no_more_memory_than_two_hundred(
    story: Story, service: FastAPI
) -> None:
    few = _peak(service, story, 200)
    many = _peak(service, story, 2_000)
    # The list of what goes in and the archive's directory: some kilobytes a file, no content.
    assert many - few < 12_000_000


def _peak(service: FastAPI, story: Story, count: int) -> int:
    """Most memory held while files of 50 kB are sent, in bytes; and the archive is whole."""
    database, store = service.state.database, service.state.store
    body = os.urandom(50_000)
    file = store.put(story.cast.matter.id, io.BytesIO(body), size_max_bytes=10**6)
    with database.reading() as session:
        actor = story.cast.actor(session, "requesting_counsel")
        made = plan(session, actor, story.order, utc("2021-10-04T09:00"))
    (part,) = made.parts
    files = [
        part.files[0]._replace(
            number=str(n), title=f"Pièce {n}", sha256=file.sha256, size_bytes=file.size_bytes
        )
        for n in range(count)
    ]
    made = replace(made, parts=[replace(part, files=files)])

    @contextmanager
    def views() -> Iterator[Any]:
        with database.reading() as session:
            yield session, story.cast.actor(session, "requesting_counsel")

    async def send(out: Any) -> int:
        stream = TakeStream(made, store, service.state.press, views, "fr")
        tracemalloc.start()
        async for block in stream.blocks():
            out.write(block)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert len(stream.sent) == count
        return peak

    with tempfile.NamedTemporaryFile(suffix=".zip") as out:
        peak = anyio.run(send, out)
        out.flush()
        assert out.tell() > count * 50_000
        for command in ([sys.executable, "-m", "zipfile", "-t"], ["unzip", "-tq"]):
            if shutil.which(command[0]):
                subprocess.run([*command, out.name], capture_output=True, check=True)
    return peak
