"""A small disk that fills up: uploads are refused early, reading and depositing go on."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.main import create_app
from app.services.verify import Verified, stored_files, verify_files, verify_record
from app.settings import MIB, Settings
from tests.api.conftest import Api

SIZE, RESERVE = 48, 8  # MiB


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 48 MiB of its own."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("nobody here may mount a small disk: run this as root, where that is allowed")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def filling(
    api: Api, service: FastAPI, database_url: str, small_disk: Path
) -> Iterator[tuple[Api, FastAPI]]:
    """The service with its files, and its SQLite, on the small disk."""
    service.state.database.close()
    if database_url.startswith("sqlite"):
        shutil.copy(database_url.removeprefix("sqlite:///"), small_disk / "bordereau.db")
        database_url = f"sqlite:///{small_disk / 'bordereau.db'}"
    settings = Settings(
        database_url=database_url,
        data_dir=small_disk / "data",
        public_url="http://testserver",
        sandbox=True,
        storage_reserve_bytes=RESERVE * MIB,
    )
    app = create_app(settings)
    yield Api(TestClient(app), api.cast), app
    for each in (app.state.inspectors, app.state.press, app.state.store, app.state.database):
        each.close()


def test_uploads_are_refused_early_and_everything_else_goes_on(
    filling: tuple[Api, FastAPI], small_disk: Path
) -> None:
    api, app = filling
    draft = api.draft(api.served())
    counsel = api.by("producing_counsel")
    answers = [
        counsel.upload(draft, str(n), os.urandom(4 * MIB), filename=f"{n}.bin")
        for n in range(1, 15)
    ]
    codes = [a.status_code for a in answers]
    taken = codes.index(507)
    assert taken >= 6
    assert codes == [201] * taken + [507] * (len(codes) - taken)
    assert answers[taken].json()["type"].endswith(":storage-full")
    free = os.statvfs(small_disk)
    assert free.f_bavail * free.f_frsize > (RESERVE - 5) * MIB

    held = counsel.get(f"/productions/{draft['id']}").json()["exhibits"]
    assert [e["number"] for e in held] == [str(n) for n in range(1, taken + 1)]
    assert len(counsel.get(f"/exhibits/{held[0]['id']}/content").content) == 4 * MIB
    assert list((small_disk / "data" / "files" / "tmp").iterdir()) == []
    receipt = counsel.made(f"/productions/{draft['id']}/deposit")
    assert receipt["received"] == f"{taken} of {taken}"

    subprocess.run(["mount", "-o", f"remount,size={2 * SIZE}m", str(small_disk)], check=True)
    second = counsel.draft({"id": draft["order_id"]})
    assert counsel.upload(second, "90", os.urandom(4 * MIB)).status_code == 201
    with app.state.database.reading() as session:
        assert list(verify_record(session, Verified())) == []
        files = stored_files(session)
    assert len(files) == taken + 1
    assert list(verify_files(files, app.state.store, Verified())) == []
