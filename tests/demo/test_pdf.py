"""The PDFs that the demo makes."""

from __future__ import annotations

import re

from app.demo.pdf import MARK, pdf


def test_every_object_is_where_the_table_says() -> None:
    made = pdf("Pièce n° 1", ["Première ligne", "Deuxième (entre parenthèses) \\ ligne"])
    starts = [int(x) for x in re.findall(rb"^(\d{10}) 00000 n $", made, re.M)]
    assert len(starts) == 5
    for number, start in enumerate(starts, 1):
        assert made[start:].startswith(b"%d 0 obj\n" % number)
    (table,) = re.findall(rb"startxref\n(\d+)\n%%EOF\n\Z", made)
    assert made[int(table) :].startswith(b"xref\n0 6\n")


def test_the_stream_is_as_long_as_it_says() -> None:
    made = pdf("Titre", ["œuvre à l’étude"])
    (length,) = re.findall(rb"/Length (\d+)", made)
    _, _, rest = made.partition(b"stream\n")
    assert rest[int(length) :].startswith(b"\nendstream")


def test_text_is_french_escaped_and_marked() -> None:
    made = pdf("Pièce (une)", ["l’été \\ fini"])
    assert "(Pièce \\(une\\)) Tj".encode("cp1252") in made
    assert "(l’été \\\\ fini) Tj".encode("cp1252") in made
    assert made.count(MARK.encode("cp1252")) == 2


def test_the_same_text_is_the_same_file() -> None:
    assert pdf("T", ["a"]) == pdf("T", ["a"])
