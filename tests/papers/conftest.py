"""Deposited productions, and a machine that has `verify.py` and no Bordereau."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.api.conftest import Api, api, cast_at, category_id, element_ids, http, service

__all__ = ["api", "cast_at", "http", "service"]

FILES = {
    "1": ("Pièce 1 - Contrat.pdf", b"%PDF-1.4 the contract", {"title": "Contrat signé"}),
    "2": ("effectifs.csv", b"nombre;3\n", {"title": "Effectifs", "dated_on": "2021-02-01"}),
    "2 bis": ("courriel.eml", b"From: a\n", {"title": "Courriel"}),
    "4": ("secret.pdf", b"%PDF-1.4 secret", {"title": "Prix", "confidentiality": "restricted"}),
}


@dataclass
class Deposited:
    """A deposit as its own counsel got it, its files in a folder, and the published keys."""

    api: Api
    order: dict[str, Any]
    production: dict[str, Any]
    receipt: dict[str, Any]
    keys: dict[str, Any]
    folder: Path

    @property
    def path(self) -> str:
        return f"/productions/{self.production['id']}"


@pytest.fixture
def deposited(api: Api, tmp_path: Path) -> Deposited:
    """Four files, one of them restricted; two answers; one item withheld."""
    order = api.served()
    counsel = api.by("producing_counsel").at("2021-09-13T23:47:12+02:00")
    draft = counsel.draft(order)
    folder = tmp_path / "files"
    folder.mkdir()
    fill(counsel, order, draft, folder)
    receipt = counsel.made(f"/productions/{draft['id']}/deposit")
    keys = api.get("/log/keys").json()
    return Deposited(counsel, order, draft, receipt, keys, folder)


def fill(counsel: Api, order: dict[str, Any], draft: dict[str, Any], folder: Path) -> None:
    """Upload, answer and withhold, in a draft."""
    for number, (filename, body, more) in FILES.items():
        category = category_id(order, "2" if number.startswith("2") else "1")
        uploaded = counsel.upload(
            draft, number, body, filename=filename, category_id=category, **more
        )
        assert uploaded.status_code == 201, uploaded.text
        (folder / filename).write_bytes(body)
    path = f"/productions/{draft['id']}"
    answered = counsel.call(
        "PUT",
        f"{path}/answers/{category_id(order, '2')}",
        json={
            "declaration": "partial",
            "values": [{"element_id": str(element_ids(order, "2")[0]), "value": "312"}],
        },
    )
    assert answered.status_code == 200, answered.text
    withheld = {
        "category_id": category_id(order, "1"),
        "ground": "Secret des affaires",
        "legal_text": "C. com., art. L. 151-1",
    }
    counsel.made(f"{path}/withheld", withheld)


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an empty virtual environment that has `cryptography`, and nothing else."""
    folder = tmp_path_factory.mktemp("machine")
    venv.create(folder / "venv", with_pip=False, symlinks=True)
    (site,) = (folder / "venv").glob("lib/python*/site-packages")
    here = Path(sys.modules["cryptography"].__path__[0])
    for name in ("cryptography", "cffi", "pycparser"):
        found = here.with_name(name)
        if found.is_dir():
            (site / name).symlink_to(found, target_is_directory=True)
    for native in here.parent.glob("_cffi_backend*"):
        (site / native.name).symlink_to(native)
    return folder / "venv" / "bin" / "python"


def run(python: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run it as a stranger would: no path, no variable of ours."""
    return subprocess.run(
        [python, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        timeout=60,
    )
