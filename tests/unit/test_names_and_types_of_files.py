"""What is odd about a file's name, and what its extension announces."""

from __future__ import annotations

import pytest

from app.domain.content import ContentKind
from app.domain.filenames import oddities, twins
from app.domain.filetypes import announced_otherwise, extension


@pytest.mark.parametrize(
    "name",
    ["Pièce 1 - Contrat.pdf", "a.txt", "PJ3_Été.docx", "Pièce n°\u00a012 bis.pdf", "v1.2.pdf",
     "rapport.final.pdf", ".profile.txt", "scan (2).tif", "archive.tar.gz"],
)  # fmt: skip
def test_a_plain_name_is_not_odd(name: str) -> None:
    assert list(oddities(name)) == []


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("invoice\u202efdp.exe.pdf", "reverse the direction"),
        ("a\u200bb.pdf", "not shown"),
        ("a\u00adb.pdf", "not shown"),
        ("a\tb.pdf", "not shown"),
        ("=cmd.csv", "formula"),
        ("+33 1.pdf", "formula"),
        ("-5.pdf", "formula"),
        ("@sum.pdf", "formula"),
        ("＝1.pdf", "formula"),
        (" a.pdf", "space"),
        ("a.pdf ", "space"),
        ("a.pdf.", "full stop"),
        ("con.pdf", "device"),
        ("AUX .pdf", "device"),
        ("LPT1.pdf", "device"),
        ("a:b.pdf", "Windows does not allow"),
        ("what?.pdf", "Windows does not allow"),
        ("a/b.pdf", "Windows does not allow"),
        ("é" * 100 + ".pdf", "longer than 200 bytes"),
        ("README", "no extension"),
        ("a.", "no extension"),
        (".pdf", "no extension"),
        ("3.14", "no extension"),
        ("{.}", "no extension"),
        ("bill.pdf.exe", "two extensions: .pdf and .exe"),
        ("bill.pdf .exe", "two extensions: .pdf and .exe"),
    ],
)
def test_an_odd_name_says_why(name: str, why: str) -> None:
    said = "; ".join(str(each) for each in oddities(name))
    assert why in said


def test_a_program_under_its_own_name_has_one_extension() -> None:
    assert list(oddities("setup.exe")) == []


def test_twins_differ_by_case_or_composition_or_not_at_all() -> None:
    names = {"1": "a.txt", "2": "A.TXT", "3": "é.pdf", "4": "e\u0301.pdf", "5": "b", "6": "b"}
    assert dict(twins(names)) == {"2": "1", "4": "3", "6": "5"}


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("a.PDF", "pdf"),
        ("a.tar.gz", "gz"),
        ("a", ""),
        ("a.b c", ""),
        ("a.é", ""),
        ("a.123456789", ""),
        ("a.7z", "7z"),
        ("a.pdf. ", "pdf"),
    ],
)
def test_the_extension_is_the_last_one(name: str, last: str) -> None:
    assert extension(name) == last


@pytest.mark.parametrize(
    ("name", "declared", "found", "otherwise"),
    [
        ("a.pdf", "application/pdf", ContentKind.pdf, ""),
        ("a.pdf", "application/pdf", ContentKind.html, ".pdf"),
        ("a.xml", "text/html", ContentKind.svg, ""),
        ("a.doc", "application/msword", ContentKind.rich_text, ".doc"),
        ("a.dat2", "application/pdf", ContentKind.archive, "application/pdf"),
        ("a", "Application/PDF; charset=x", ContentKind.pdf, ""),
        ("a", "application/octet-stream", ContentKind.sound, ""),
        ("a.strange", "application/x-strange", ContentKind.other, ""),
    ],
)
def test_the_name_announces_a_type_and_else_what_was_declared(
    name: str, declared: str, found: ContentKind, otherwise: str
) -> None:
    assert announced_otherwise(name, declared, found) == otherwise
