"""The OpenAPI document: 3.1, everything described, with examples that hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.api.examples import EXAMPLES
from app.schemas import (
    closures,
    compliance,
    courts,
    deadlines,
    events,
    law,
    matters,
    orders,
    people,
    productions,
    uploads,
)
from app.schemas.events import EVENT_EXAMPLES, EVENT_IN
from tests.databases import SqliteTemplates


@pytest.fixture
def document(http: TestClient) -> Any:
    return http.get("/api/v1/openapi.json").json()


@pytest.fixture
def database_url(sqlite_templates: SqliteTemplates, tmp_path: Path) -> str:
    """One database will do: the document does not depend on it."""
    return sqlite_templates.create(tmp_path)


def _operations(document: Any) -> list[tuple[str, Any]]:
    return [
        (f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        if path.startswith("/api/")
        for method, operation in methods.items()
    ]


def test_it_is_openapi_3_1(document: Any) -> None:
    assert document["openapi"].startswith("3.1")


def test_every_operation_says_what_it_does_and_how_it_may_fail(document: Any) -> None:
    for name, operation in _operations(document):
        assert operation.get("summary"), name
        assert operation.get("description"), name
        codes = set(operation["responses"])
        assert codes & {"200", "201", "204"}, name
        assert codes & {"401", "422"}, name
        for code, response in operation["responses"].items():
            if code.startswith("4") and "content" in response:
                assert "application/problem+json" in response["content"], (name, code)


def test_every_json_request_body_has_an_example_that_the_schema_takes(document: Any) -> None:
    schemas = document["components"]["schemas"]
    for name, operation in _operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            continue
        body = content["application/json"]
        reference = body["schema"].get("$ref", "").rsplit("/", 1)[-1]
        examples = body.get("examples") or schemas.get(reference, {}).get("examples")
        assert examples, name


def test_the_examples_of_events_are_events() -> None:
    for example in EVENT_EXAMPLES.values():
        EVENT_IN.validate_python(example["value"])


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_the_example_of_an_answer_is_one(name: str) -> None:
    modules = (
        closures, compliance, courts, deadlines, events, law, matters, orders, people, productions,
        uploads,
    )  # fmt: skip
    schema = next(getattr(x, name) for x in modules if hasattr(x, name))
    schema.model_validate(EXAMPLES[name])


def test_every_answer_with_a_body_has_an_example(document: Any) -> None:
    schemas = document["components"]["schemas"]
    lacking = set()
    for name, operation in _operations(document):
        for code, response in operation["responses"].items():
            schema = response.get("content", {}).get("application/json", {}).get("schema", {})
            reference = schema.get("$ref", "").rsplit("/", 1)[-1]
            if code.startswith("2") and reference and not schemas[reference].get("examples"):
                lacking.add((name, reference))
    assert lacking == set()
