"""docs/design.md tells the tokens as style.css has them, and shows pictures that are there."""

from __future__ import annotations

import re

from tests.databases import ROOT

PAGE = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
SHEET = (ROOT / "app" / "web" / "static" / "style.css").read_text(encoding="utf-8")
COLOUR = re.compile(r"(--[\w-]+): (#[0-9a-f]{6});")


def test_every_colour_is_told_in_light_and_in_dark() -> None:
    light, dark = SHEET.partition("prefers-color-scheme: dark")[::2]
    of_light = dict(COLOUR.findall(light))
    of_dark = dict(COLOUR.findall(dark))
    assert of_light.keys() == of_dark.keys()
    told = re.findall(r"^\| `(--[\w-]+)` \| `(#\w+)` \| `(#\w+)` \|", PAGE, re.MULTILINE)
    assert {name: (a, b) for name, a, b in told} == {
        name: (of_light[name], of_dark[name]) for name in of_light
    }


def test_no_page_or_sheet_names_a_token_that_is_none() -> None:
    known = set(re.findall(r"(--[\w-]+):", SHEET))
    for sheet in sorted((ROOT / "app" / "web" / "static").glob("*.css")):
        used = set(re.findall(r"var\((--[\w-]+)", sheet.read_text(encoding="utf-8")))
        assert used <= known, sheet.name


def test_its_pictures_and_those_of_the_readme_are_there() -> None:
    for page in ("README.md", "docs/design.md"):
        text = (ROOT / page).read_text(encoding="utf-8")
        shown = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", text)
        assert shown
        for picture in shown:
            assert ((ROOT / page).parent / picture).is_file(), f"{page}: {picture}"
