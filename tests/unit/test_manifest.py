"""A line of the manifest commits to its file and reveals no name."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from hashlib import sha256
from typing import Any

import pytest

from app.domain.canonical import canonical
from app.domain.manifest import ManifestLine, manifest_root, name_commitment, receipt_digest
from app.domain.merkle import EMPTY_ROOT, leaf_hash, node_hash

SALT = "00112233445566778899aabbccddeeff"
LINE = ManifestLine(
    number="12",
    edition=1,
    sha256="ab" * 32,
    size_bytes=35,
    name=name_commitment(SALT, "contrat.pdf", "Contrat", "2021-02-01"),
    designation="ordinary",
    category_numbers=("1", "2"),
    bates_first="A-001",
    bates_last="A-009",
    salt=SALT[::-1],
)


def test_a_line_says_all_but_the_name() -> None:
    said = json.loads(LINE.text)
    assert said == {
        "v": 1,
        **{f.name: getattr(LINE, f.name) for f in fields(LINE)},
        "category_numbers": ["1", "2"],
    }
    assert b"ontrat" not in LINE.text


@pytest.mark.parametrize("name", [f.name for f in fields(ManifestLine)])
def test_whatever_changes_is_another_line(name: str) -> None:
    value: Any = getattr(LINE, name)
    other: Any = value + 1 if isinstance(value, int) else value[:-1] if value else "x"
    assert replace(LINE, **{name: other}).text != LINE.text


def test_the_name_s_commitment_is_opened_by_its_salt_alone() -> None:
    said = {"filename": "contrat.pdf", "title": "Contrat", "dated_on": "2021-02-01"}
    assert LINE.name == sha256(bytes.fromhex(SALT) + canonical(said)).hexdigest()
    assert name_commitment(SALT[::-1], "contrat.pdf", "Contrat", "2021-02-01") != LINE.name
    assert name_commitment(SALT, "contrat.pdf", "Contrat", None) != LINE.name


def test_the_root_is_that_of_the_lines_in_their_order() -> None:
    one, two = LINE.text, replace(LINE, number="13").text
    assert manifest_root([one, two]) == node_hash(leaf_hash(one), leaf_hash(two)).hex()
    assert manifest_root([two, one]) != manifest_root([one, two])
    assert manifest_root([]) == EMPTY_ROOT.hex()


def test_the_digest_covers_what_is_said_and_the_files() -> None:
    digest = receipt_digest({"court": "Paris"}, "ab" * 32, 2)
    written = b'{"body":{"court":"Paris"},"manifest":{"count":2,"root":"' + b"ab" * 32 + b'"}}'
    assert digest == sha256(written).hexdigest()
    assert receipt_digest({"court": "Lyon"}, "ab" * 32, 2) != digest
    assert receipt_digest({"court": "Paris"}, "ac" * 32, 2) != digest
    assert receipt_digest({"court": "Paris"}, "ab" * 32, 3) != digest
