"""``bordereau verify`` and ``bordereau key``: on the machine itself, in both languages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from app import models as m
from tests.cli.conftest import Recorded, Run


def test_a_record_as_it_was_left_holds(run: Run, recorded: Recorded) -> None:
    done = run("verify")
    assert done.exit_code == 0, done.output
    assert done.output.strip().endswith("0 files (0 bytes): 0 do not hold.")


def test_a_changed_row_is_named_and_the_command_fails(run: Run, recorded: Recorded) -> None:
    with recorded.database.writing() as session:
        changed = sa.update(m.Party).where(m.Party.name == "LICRA").values(seat="Lyon")
        session.execute(changed)
    done = run("verify", "--lang", "fr")
    assert done.exit_code == 1
    assert "de parties : seat : modifié depuis que l’entrée" in done.stderr.replace("\u00a0", " ")
    assert "seat changed since entry" in run("verify").stderr


def test_a_head_kept_elsewhere_is_of_the_log_or_is_named(
    run: Run, recorded: Recorded, tmp_path: Path
) -> None:
    kept = tmp_path / "head.txt"
    kept.write_text(run("key", "head").stdout, encoding="utf-8")
    assert run("verify", "--head", kept).exit_code == 0
    kept.write_text(kept.read_text(encoding="utf-8").replace("time 2", "time 1"), encoding="utf-8")
    done = run("verify", "--head", kept)
    assert done.exit_code == 1
    assert "head 1 given: its signature is not that of the key" in done.stderr


@pytest.mark.parametrize("text", ["", "not a head", "bordereau/log\n3\nxx\n"])
def test_what_is_no_head_is_told(run: Run, recorded: Recorded, tmp_path: Path, text: str) -> None:
    (tmp_path / "head.txt").write_text(text)
    done = run("verify", "--head", tmp_path / "head.txt")
    assert done.exit_code == 1
    assert "it is not a signed head of a log" in done.stderr


def test_a_rotated_key_is_signed_by_the_one_before_and_both_are_published(
    run: Run, recorded: Recorded, keys_folder: Path
) -> None:
    assert run("key", "head").exit_code == 0
    told = run("key", "rotate")
    assert told.exit_code == 0, told.output
    first, second = json.loads(run("key", "publish").stdout)["keys"]
    assert first["valid_until"] == second["valid_from"]
    assert second["key_id"] in told.output
    assert [len(each) for each in second["succession"].split()] == [128, 128]
    lines = [line.split("\t") for line in run("key", "list").stdout.splitlines()]
    assert [(line[0], line[3]) for line in lines] == [
        (first["key_id"], "+"),
        (second["key_id"], "+"),
    ]
    assert run("key", "head").exit_code == 0
    assert run("verify").exit_code == 0


def test_a_lost_key_is_told_and_rotating_helps(
    run: Run, recorded: Recorded, keys_folder: Path
) -> None:
    assert run("key", "head").exit_code == 0
    (only,) = json.loads(run("key", "publish").stdout)["keys"]
    (keys_folder / f"{only['key_id']}.pem").unlink()
    run("migrate")
    with recorded.database.writing() as session:
        session.execute(sa.delete(m.IdempotencyKey))
    assert run("key", "rotate").exit_code == 0
    assert run("key", "head").exit_code == 0
    assert json.loads(run("key", "publish").stdout)["keys"][1]["succession"] == ""
