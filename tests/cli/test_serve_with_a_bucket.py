"""``bordereau serve`` on a bucket that cannot be used ends with one sentence."""

from __future__ import annotations

import pytest

from app.db import Database
from tests.cli.conftest import Run


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "BORDEREAU_STORAGE asks for s3: name the bucket in BORDEREAU_S3_BUCKET."),
        ("fr", "BORDEREAU_STORAGE demande s3"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_bucket_without_a_name_is_told(
    migrated: Database, run: Run, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setenv("BORDEREAU_STORAGE", "s3")
    monkeypatch.setenv("LANG", f"{language}.UTF-8")
    found = run("serve", "--port", "0")
    assert found.exit_code == 2
    assert said in found.stderr
    assert "Traceback" not in found.output


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_store_that_is_not_there_is_told(
    migrated: Database, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "STORAGE": "s3",
        "S3_BUCKET": "evidence",
        "S3_ENDPOINT": "http://127.0.0.1:1",
        "S3_ACCESS_KEY": "key",
        "S3_SECRET_KEY": "very secret",
    }.items():
        monkeypatch.setenv(f"BORDEREAU_{name}", value)
    found = run("serve", "--port", "0")
    assert found.exit_code == 2
    assert "The store of the bucket evidence does not answer as it should" in found.stderr
    assert "secret" not in found.output
