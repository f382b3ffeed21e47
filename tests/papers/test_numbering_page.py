"""The page on numbering says what the code does."""

from __future__ import annotations

import re

import pytest

from app.domain.placing import read_name
from app.papers.placing_csv import read_placing
from tests.databases import ROOT

PAGE = (ROOT / "docs" / "numbering.md").read_text(encoding="utf-8")
NAMES = re.findall(r"^\| `([^`]+\.pdf)` \|([^|]*)\|([^|]*)\|([^|]*)\|([^|]*)\|$", PAGE, re.M)
COLUMNS = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|$", PAGE.split("## A table")[1], re.M)


def test_the_tables_are_found() -> None:
    assert len(NAMES) == 18
    assert len(COLUMNS) == 9


@pytest.mark.parametrize(("name", "number", "title", "date", "why"), NAMES)
def test_each_name_is_read_as_the_page_says(
    name: str, number: str, title: str, date: str, why: str
) -> None:
    reading = read_name(name)
    told = (
        reading.number.text if reading.number else "",
        reading.title,
        reading.dated_on.isoformat() if reading.dated_on else "",
        " ".join(str(note.said) for note in reading.doubts),
    )
    assert told == (number.strip(), title.strip(), date.strip(), why.strip())


@pytest.mark.parametrize(("column", "others"), COLUMNS)
def test_each_column_is_known_by_each_name_that_the_page_gives(column: str, others: str) -> None:
    before = re.split(r"[:;] (?=several|its words|ordinaire)|: ", others)[0]
    names = [column, *re.split(r"[,;] (?:or )?", before.replace("`", ""))]
    for name in names:
        needs = (
            ""
            if name in {"Fichier", "Nom du fichier", "File", "Filename", "Chemin", "Path"}
            else ";File"
        )
        sheet = read_placing(f"{name}{needs}\nx;x\n".encode())
        assert sheet.ignored == [], name
