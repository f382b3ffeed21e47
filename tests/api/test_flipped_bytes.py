"""Bytes changed on the disk, of files and of the database: ``bordereau verify`` names it."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI

from app.services.verify import Verified, stored_files, verify_files
from tests.api.conftest import Api
from tests.databases import ROOT

FLIPS = int(os.environ.get("BORDEREAU_TEST_FLIPS", "12"))


@pytest.fixture
def deposited(api: Api) -> Api:
    draft = api.draft(api.served())
    counsel = api.by("producing_counsel")
    for n in range(1, 4):
        assert counsel.upload(draft, str(n), os.urandom(2_000 * n)).status_code == 201
    counsel.made(f"/productions/{draft['id']}/deposit")
    return counsel


def _flip(path: Path, place: int) -> None:
    body = bytearray(path.read_bytes())
    body[place] ^= 1
    path.write_bytes(body)


def _files(service: FastAPI) -> list[Path]:
    return sorted(p for p in (service.state.store.root / "objects").rglob("*") if p.is_file())


def _first_bit(paths: list[Path]) -> None:
    _flip(paths[0], 0)


def _last_bit(paths: list[Path]) -> None:
    _flip(paths[0], paths[0].stat().st_size - 1)


def _cut(paths: list[Path]) -> None:
    paths[0].write_bytes(paths[0].read_bytes()[:-1])


def _longer(paths: list[Path]) -> None:
    paths[0].write_bytes(paths[0].read_bytes() + b"\0")


def _gone(paths: list[Path]) -> None:
    paths[0].unlink()


def _swapped(paths: list[Path]) -> None:
    one, other = paths[0].read_bytes(), paths[1].read_bytes()
    paths[0].write_bytes(other)
    paths[1].write_bytes(one)


@pytest.mark.parametrize("act", [_first_bit, _last_bit, _cut, _longer, _gone, _swapped])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_changed_file_is_named(
    service: FastAPI, deposited: Api, act: Callable[[list[Path]], None]
) -> None:
    with service.state.database.reading() as session:
        files = stored_files(session)
    assert list(verify_files(files, service.state.store, Verified())) == []
    paths = _files(service)
    for path in paths:
        path.chmod(0o600)
    act(paths)
    named = [str(w.where) for w in verify_files(files, service.state.store, Verified())]
    touched = 2 if act is _swapped else 1
    assert len(named) == touched
    assert all(any(p.name in line for line in named) for p in paths[:touched])


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_flipped_byte_of_the_database_is_named_or_is_no_evidence(
    service: FastAPI, deposited: Api, database_url: str, tmp_path: Path
) -> None:
    """A byte that no row of evidence needs (free space, an index, a secret) may go unseen."""
    service.state.database.close()
    original = Path(database_url.removeprefix("sqlite:///"))
    body = original.read_bytes()
    # Where evidence surely lies: the text of entries and records of the log.
    places = [
        at for needle in (b'"act":"', b'"record":"', b'"rows":[{') for at in _all(body, needle)
    ]
    chance = random.Random(7)
    missed = []
    for place in chance.sample(places, min(FLIPS, len(places))):
        changed = bytearray(body)
        changed[place + 3] ^= 0x20
        (tmp_path / "flipped.db").write_bytes(changed)
        done = subprocess.run(
            [sys.executable, "-m", "app", "verify", "--no-files"],
            cwd=ROOT,
            env=os.environ
            | {
                "BORDEREAU_DATABASE_URL": f"sqlite:///{tmp_path / 'flipped.db'}",
                "BORDEREAU_DATA_DIR": str(tmp_path / "data"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 1 or "Traceback" in done.stderr or not done.stderr.strip():
            missed.append((place, done.returncode, done.stdout[-200:], done.stderr[-300:]))
    assert missed == []


def _all(body: bytes, needle: bytes) -> list[int]:
    found, at = [], body.find(needle)
    while at >= 0:
        found.append(at)
        at = body.find(needle, at + 1)
    return found
