"""The documents say what the code does, and lead where they say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from app.schemas.deadlines import DeadlineIn
from app.services.deadlines import deadline_out, reckon
from app.settings import Settings
from tests.databases import ROOT

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
_LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in _LINK.findall(page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_setting_is_documented_with_its_default() -> None:
    page = (ROOT / "docs" / "settings.md").read_text()
    told = dict(re.findall(r"^\| `BORDEREAU_(\w+)` \| `([^`]*)` \|", page, re.M))
    known = {}
    for name, field in Settings.model_fields.items():
        assert field.description, name
        assert field.description in page, name
        default = field.default
        known[name.upper()] = (
            "(empty)"
            if default is None or str(default) in ("", "()")
            else str(default).lower()
            if isinstance(default, bool)
            else str(default)
        )
    assert told == known


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    listed = set(re.findall(r"\((\d{4}-[^)]+\.md)\)", (folder / "README.md").read_text()))
    assert listed == {p.name for p in folder.glob("[0-9]*.md")}


def test_the_deadline_that_the_api_page_asks_is_answered_as_it_says() -> None:
    page = (ROOT / "docs" / "api.md").read_text().split("## Compute a deadline")[1]
    asked = re.search(r"-d '(\{.*\})'", page)
    told = re.search(r"```json\n(\{.*?\})\n```", page, re.S)
    assert asked and told
    found = deadline_out(reckon(DeadlineIn.model_validate_json(asked[1])), "en")
    answer = found.model_dump(mode="json")
    for name, value in json.loads(told[1]).items():
        assert answer[name] == value, name
    fields = re.findall(r"^\| (`[^|]+`) \|", page, re.M)
    named = {name for field in fields for name in re.findall(r"`(\w+)`", field)}
    assert named | {"pack", "calendar", "trigger", "period"} == set(DeadlineIn.model_fields)


def test_the_readme_names_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text()
    assert "$ make demo" in text
    assert "$ make test" in text
