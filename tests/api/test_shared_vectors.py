"""The acceptance vectors handed over with the project, asked as anybody may ask them.

One mapping, from a vector's own fields alone. The folder is never part of the project.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.conftest import skip_or_fail
from tests.databases import SqliteTemplates
from tests.worked import EXAMPLES, request_of

# What the vectors call their calendars, where we have another word for the same one.
CALENDARS = {"FR-metropole": "FR"}
ACCEPTED = ("acceptance", "acceptance_special_rule")


@pytest.fixture
def database_url(sqlite_templates: SqliteTemplates, tmp_path: Path) -> str:
    """One database will do: nothing is saved."""
    return sqlite_templates.create(tmp_path)


@pytest.fixture
def vectors(shared_data: Path) -> list[dict[str, Any]]:
    path = shared_data.parent / "vectors" / "deadlines.json"
    if not path.is_file():
        skip_or_fail("the shared vectors (vectors/deadlines.json) are absent")
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["vectors"]
    return found


def body_of(vector: dict[str, Any]) -> dict[str, Any]:
    """The request for a vector. Its calendar and rules are the court's; no option is ours."""
    extra = vector["extra"]
    kind = extra.get("kind", "last_day")
    asked: dict[str, Any] = {
        "pack": vector["rule_pack"],
        "calendar": CALENDARS.get(vector["holiday_calendar"], vector["holiday_calendar"]),
        "direction": vector["direction"],
    }
    if kind == "fixed_date":
        return asked | {"fixed_date": vector["trigger"]}
    asked |= {"kind": kind, "trigger": vector["trigger"], "period": vector["period"]}
    if "service_method" in extra:
        asked["service_method"] = extra["service_method"]
    if "roll" in extra:
        asked["roll"] = extra["roll"]
    if "suspension" in extra:
        # The days of every year that do not count; saying so again changes nothing.
        first, last = extra["suspension"]
        asked["suspensions"] = [{"from_on": first, "until_on": last}]
    return asked


def due(answer: dict[str, Any], expected: str) -> str:
    """What the vector speaks of: the instant of a period in hours, else the day."""
    return str(answer["due_local"] if "T" in expected else answer["due_on"])


def ask(http: TestClient, body: dict[str, Any]) -> dict[str, Any]:
    response = http.post("/api/v1/deadlines/compute", json=body)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


def wrong(http: TestClient, asked: Iterator[tuple[dict[str, Any], dict[str, Any]]]) -> list[str]:
    """The vectors that do not come out, with what came instead."""
    found = []
    for vector, body in asked:
        answer = ask(http, body)
        if due(answer, vector["expected"]) != vector["expected"]:
            said = " ".join(step["why"] for step in answer["steps"])
            found.append(f"{vector['id']}: {due(answer, vector['expected'])}. {said}")
    return found


def test_every_acceptance_vector_comes_out_by_one_mapping_of_its_own_fields(
    http: TestClient, vectors: list[dict[str, Any]]
) -> None:
    chosen = [vector for vector in vectors if vector["use"] == "acceptance"]
    assert len(chosen) >= 50
    assert wrong(http, ((vector, body_of(vector)) for vector in chosen)) == []


def test_the_vector_of_a_special_rule_comes_out_as_its_pack_asks_it(
    http: TestClient, vectors: list[dict[str, Any]]
) -> None:
    chosen = [vector for vector in vectors if vector["use"] == "acceptance_special_rule"]
    assert chosen
    examples = {example.id: request_of(pack, example) for pack, example in EXAMPLES}
    assert wrong(http, ((vector, examples[vector["id"]]) for vector in chosen)) == []


def test_every_acceptance_vector_is_a_worked_example_of_its_pack(
    vectors: list[dict[str, Any]],
) -> None:
    examples = {(pack.id, example.id): example for pack, example in EXAMPLES}
    chosen = [vector for vector in vectors if vector["use"] in ACCEPTED]
    lacking = {
        vector["id"] for vector in chosen if (vector["rule_pack"], vector["id"]) not in examples
    }
    assert lacking == set()
    for vector in chosen:
        example = examples[vector["rule_pack"], vector["id"]]
        assert example.expected.isoformat() == vector["expected"], vector["id"]
        if vector["source_url"].startswith("http"):
            assert example.source_url == vector["source_url"], vector["id"]
