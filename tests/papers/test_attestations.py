"""Attestations: frozen, numbered, provable, the same at every door; issued by a clerk alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.api.examples import EXAMPLES
from app.api.receipt_examples import KEYS
from app.papers import verify
from app.services.verify import Verified, verify_record
from tests.api.conftest import Api
from tests.papers.conftest import Deposited, run
from tests.papers.pdf import about, attached, text_of

SCRIPT = Path(verify.__file__)


@pytest.fixture
def clerk(deposited: Deposited) -> Api:
    return deposited.api.by("clerk").at("2021-09-20T10:00:00+02:00")


def path_of(deposited: Deposited) -> str:
    return f"/orders/{deposited.order['id']}/attestations"


def test_it_says_what_the_record_said_and_goes_on_saying_it(
    deposited: Deposited, clerk: Api
) -> None:
    order = f"/orders/{deposited.order['id']}"
    asked = {"as_of": "2021-09-13"}
    made = clerk.made(path_of(deposited), asked)
    assert made["as_of_court"] == "2021-09-13T23:59:59+02:00"
    assert made["known_at_court"] == "2021-09-20T10:00:00+02:00"
    for language in ("en", "fr"):
        answered = clerk.get(
            f"{order}/compliance", params=asked, headers={"Accept-Language": language}
        )
        assert made["assessed"][language] == answered.json()
    # A stay recorded since, with effect from before, changes the answer and not the paper.
    later = clerk.at("2021-10-01T09:00:00+02:00")
    later.made(
        f"{order}/events",
        {"kind": "stay", "effective_on": "2021-09-01", "reason": "Sursis"},
    )
    now = later.get(f"{order}/compliance", params=asked).json()
    assert now["status"] != made["assessed"]["en"]["status"]
    assert later.get(f"/attestations/{made['attestation_id']}").json() == made
    listed = later.get(path_of(deposited)).json()["items"]
    assert [(a["number"], a["digest"]) for a in listed] == [(1, made["digest"])]


def test_an_hour_is_read_on_the_courts_clock(deposited: Deposited, clerk: Api) -> None:
    """Deposited at 23:47:12: not there at 23:47, there at 23:48."""
    before = clerk.made(path_of(deposited), {"as_of": "2021-09-13T23:47"})
    after = clerk.made(path_of(deposited), {"as_of": "2021-09-13T23:48"})
    produced = [a["assessed"]["en"]["obligations"][0]["first_produced_at"] for a in (before, after)]
    assert produced == [None, "2021-09-13T21:47:12Z"]
    assert (before["number"], after["number"]) == (1, 2)


@pytest.mark.parametrize("field", ["as_of", "known_at"])
def test_nothing_is_attested_of_a_time_to_come(
    deposited: Deposited, clerk: Api, field: str
) -> None:
    refused = clerk.post(path_of(deposited), {field: "2021-09-20"})
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == field
    assert clerk.get(path_of(deposited)).json() == {"items": []}


def test_a_repetition_gets_the_same_one(deposited: Deposited, clerk: Api) -> None:
    key = {"Idempotency-Key": "once"}
    first, second = (clerk.post(path_of(deposited), {}, headers=key) for _ in range(2))
    assert first.json() == second.json() and second.status_code == 201
    assert len(clerk.get(path_of(deposited)).json()["items"]) == 1


def test_both_sides_read_it_and_the_other_court_does_not(deposited: Deposited, clerk: Api) -> None:
    made = clerk.made(path_of(deposited))
    at = f"/attestations/{made['attestation_id']}"
    for role in ("producing_counsel", "requesting_counsel", "producing_assistant"):
        assert deposited.api.by(role).get(at).json() == made
    for role in ("clerk_elsewhere", "counsel_elsewhere"):
        assert deposited.api.by(role).get(at).status_code == 404
        assert deposited.api.by(role).get(f"{at}/attestation.pdf").status_code == 404


def check(machine: Path, tmp_path: Path, said: Any, keys: Any, *more: object) -> Any:
    for name, value in (("attestation", said), ("keys", keys)):
        (tmp_path / f"{name}.json").write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    return run(machine, SCRIPT, tmp_path / "attestation.json", "--keys", tmp_path / "keys.json",
               *more)  # fmt: skip


def test_it_is_checked_without_this_service(
    deposited: Deposited, clerk: Api, machine: Path, tmp_path: Path
) -> None:
    made = clerk.made(path_of(deposited), {"as_of": "2021-09-13"})
    keys = clerk.get("/log/keys").json()
    found = check(machine, tmp_path, made, keys)
    assert found.returncode == 0, found.stdout + found.stderr
    assert "ok   attestation 1, issued 2021-09-20T10:00:00+02:00" in found.stdout
    assert found.stdout.endswith("VALID\n")
    given = check(machine, tmp_path, made, keys, tmp_path / "keys.json")
    assert given.returncode == 1 and "an attestation lists no files" in given.stdout


def bend(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return ("0" if value[:1] != "0" else "1") + value[1:]
    return "put in" if value is None else [*value, 1] if isinstance(value, list) else {"a": 1}


def test_whatever_is_changed_in_it_is_found_out(
    deposited: Deposited, clerk: Api, machine: Path, tmp_path: Path
) -> None:
    made = clerk.made(path_of(deposited))
    keys = clerk.get("/log/keys").json()
    places: list[tuple[str, ...]] = [(name,) for name in made if name != "proof"]
    places += [("proof", name) for name in made["proof"] if name != "token"]
    places += [("assessed", "en", name) for name in made["assessed"]["en"]]
    for place in places:
        bent = json.loads(json.dumps(made))
        inner = bent
        for name in place[:-1]:
            inner = inner[name]
        inner[place[-1]] = bend(inner[place[-1]])
        found = check(machine, tmp_path, bent, keys)
        assert found.returncode == 1 and "FAIL" in found.stdout, (place, found)
    for name in made:
        less = {k: v for k, v in made.items() if k != name}
        assert check(machine, tmp_path, less, keys).returncode == 1, name
    assert check(machine, tmp_path, {**made, "manifest": None}, keys).returncode == 1


def test_the_public_page_knows_its_digest(deposited: Deposited, clerk: Api) -> None:
    made = clerk.made(path_of(deposited))
    asked = {"digest": made["digest"], "sha256": []}
    assert clerk.by(None).post("/log/check", asked).json() == {"valid": True}
    asked["sha256"] = ["0" * 64]
    assert clerk.by(None).post("/log/check", asked).json() == {"valid": False}


PRINTED = {
    "en": ["Attestation of execution", "As of 13 September 2021 23:59:59 Europe/Paris",
           "20/53181", "UEJF", "Issued by", "Category 1 (documents), owed by", "Last legal day",
           "How the last legal day was found", "only a judge decides", "Digest", "Signature"],
    "fr": ["Attestation d’exécution", "Au 13 septembre 2021 à 23:59:59 Europe/Paris",
           "Délivrée par", "dû par", "Échéance", "seul un juge décide", "Empreinte"],
}  # fmt: skip


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_paper_says_it_and_carries_its_json(
    deposited: Deposited, clerk: Api, language: str
) -> None:
    made = clerk.made(path_of(deposited), {"as_of": "2021-09-13"})
    at = f"/attestations/{made['attestation_id']}"
    found = clerk.get(f"{at}/attestation.pdf", params={"language": language})
    said = " ".join(text_of(found.content).split())
    places = [said.find(words) for words in PRINTED[language]]
    assert -1 not in places, dict(zip(PRINTED[language], places, strict=True))
    assert made["assessed"][language]["obligations"][0]["sentence"][:40] in said
    assert json.loads(attached(found.content)["attestation.json"]) == made
    assert found.headers["content-disposition"].startswith("attachment")
    again = clerk.get(f"{at}/attestation.pdf", params={"language": language})
    assert again.content == found.content
    assert about(found.content)


def test_the_database_refuses_to_change_one_and_verify_reads_it_back(
    deposited: Deposited, clerk: Api, service: FastAPI
) -> None:
    clerk.made(path_of(deposited))
    database = service.state.database
    for statement in ("UPDATE attestations SET number = 7", "DELETE FROM attestations"):
        with pytest.raises(IntegrityError), database.engine.begin() as connection:
            connection.execute(text(statement))
    with database.reading() as session:
        assert list(verify_record(session, Verified())) == []


def test_the_example_in_the_documentation_holds(machine: Path, tmp_path: Path) -> None:
    found = check(machine, tmp_path, EXAMPLES["Attestation"], KEYS)
    assert found.returncode == 0, found.stdout
