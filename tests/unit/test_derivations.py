"""Every step of a computation is said as written in ``derivations.txt``, and in French too."""

from __future__ import annotations

import pytest

from app.domain.deadlines import replay
from tests.unit.derived import CASES, sections, written

SECTIONS = sections()


@pytest.mark.parametrize("name", CASES)
def test_a_derivation_is_the_one_written_down(name: str) -> None:
    found = CASES[name]()
    assert written(found) == SECTIONS[name]
    assert replay(found.steps) == found.due_on


@pytest.mark.parametrize("name", CASES)
def test_every_sentence_of_a_derivation_is_also_french(name: str) -> None:
    found = CASES[name]()
    english, french = written(found).splitlines(), written(found, "fr").splitlines()
    said = zip(english, french, strict=True)
    assert not [line for line, other in said if ">" in line and line == other]


def test_what_is_written_down_is_all_computed() -> None:
    assert list(SECTIONS) == list(CASES)
