"""The image: hadolint reads its grammar (`make check`); these are our own promises."""

from __future__ import annotations

import json
import re

import pytest

from tests.databases import ROOT


@pytest.fixture(scope="module")
def instructions() -> list[tuple[str, str]]:
    """Each instruction and its arguments, continued lines joined."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.MULTILINE)
    lines = [line.strip() for line in text.replace("\\\n", " ").splitlines() if line.strip()]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


def values(instructions: list[tuple[str, str]], name: str) -> list[str]:
    return [arguments for instruction, arguments in instructions if instruction == name]


def test_the_image_is_built_in_two_stages_from_one_pinned_base(
    instructions: list[tuple[str, str]],
) -> None:
    bases = [arguments.split()[0] for arguments in values(instructions, "FROM")]
    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.11\.\d+-slim-\w+", bases[0]), "Pin the patch release."


def test_the_service_does_not_run_as_root(instructions: list[tuple[str, str]]) -> None:
    assert values(instructions, "USER")[-1].split(":")[0] not in {"0", "root"}
    last_stage = max(i for i, (name, _) in enumerate(instructions) if name == "FROM")
    assert "USER" in [name for name, _ in instructions[last_stage:]]


def test_nothing_is_fetched_but_hashed_requirements(
    instructions: list[tuple[str, str]],
) -> None:
    assert not values(instructions, "ADD"), "COPY says what it does; ADD may fetch and unpack."
    installs = [run for run in values(instructions, "RUN") if "pip install" in run]
    assert installs
    assert all("--require-hashes" in run or "--no-deps" in run for run in installs)
    assert not any(re.search(r"\b(curl|wget)\b", run) for run in values(instructions, "RUN"))


def test_the_data_is_a_volume_and_the_image_says_when_it_is_well(
    instructions: list[tuple[str, str]],
) -> None:
    assert values(instructions, "VOLUME") == ["/data"]
    assert len(values(instructions, "HEALTHCHECK")) == 1


def test_the_image_serves_with_h11(instructions: list[tuple[str, str]]) -> None:
    assert json.loads(values(instructions, "CMD")[-1])[:2] == ["bordereau", "serve"]
    # httptools took requests that h11 refuses; `serve` must not leave the choice to uvicorn.
    assert 'http="h11"' in (ROOT / "app" / "commands" / "serve.py").read_text()
