from __future__ import annotations

import pytest

from app.errors import Invalid
from app.papers.delimited import (
    BYTES_MAX,
    COLUMNS_MAX,
    RECORDS_MAX,
    Dialect,
    Record,
    dialect_of,
    read_delimited,
)

ACCENTS = "Pièce;Intitulé\r\n1;Relevé d’heures – 5 €\r\n"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (ACCENTS.encode(), "utf-8"),
        (ACCENTS.encode("utf-8-sig"), "utf-8-sig"),
        (ACCENTS.encode("cp1252"), "cp1252"),
        (ACCENTS.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + ACCENTS.encode("utf-16-be"), "utf-16"),
        (ACCENTS.encode("utf-16-le"), "utf-16-le"),
        (ACCENTS.encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_the_encoding_is_found_and_no_character_is_lost(data: bytes, encoding: str) -> None:
    found = read_delimited(data)
    assert found.encoding == encoding
    assert [r.values for r in found.records] == [
        ("Pièce", "Intitulé"),
        ("1", "Relevé d’heures – 5 €"),
    ]
    assert found.warnings == []


def test_a_byte_of_no_encoding_is_kept_and_told() -> None:
    found = read_delimited(b"a;b\n\x81;\xe9\n")
    assert found.records[1].values == ("\x81", "é")
    assert [str(said) for said in found.warnings] == [
        "Some characters are of no known encoding; they were kept as they are."
    ]


def test_signs_of_the_end_of_a_file_are_dropped_and_told() -> None:
    found = read_delimited(b"a;b\n1;2\n\x1a")
    assert [r.values for r in found.records] == [("a", "b"), ("1", "2")]
    assert len(found.warnings) == 1


@pytest.mark.parametrize(
    ("line", "dialect"),
    [
        ("þaþ\x14þbþ", Dialect("\x14", "þ")),
        ("^a^|^b^", Dialect("|", "^")),
        ("a|b|c", Dialect("|", "")),
        ("a\tb;c;d", Dialect("\t", '"')),
        ("a;b;c,d", Dialect(";", '"')),
        ("a,b;c", Dialect(",", '"')),
        ("a|b", Dialect(",", '"')),
        ("a", Dialect(",", '"')),
    ],
)
def test_the_first_line_shows_the_dialect(line: str, dialect: Dialect) -> None:
    assert dialect_of(line) == dialect


@pytest.mark.parametrize(
    ("text", "records"),
    [
        ('a;b\n"x;y";z', [("a", "b"), ("x;y", "z")]),
        ('a;b\n"say ""yes""";z', [("a", "b"), ('say "yes"', "z")]),
        ('a;b\n"";""\n1;2', [("a", "b"), ("1", "2")]),
        ('a;b\n"two\r\nlines";z\r\nc;d', [("a", "b"), ("two\r\nlines", "z"), ("c", "d")]),
        ('a;b\nl"été;5" d\n', [("a", "b"), ('l"été', '5" d')]),
        ('a;b\n"lost;z\nc;d', [("a", "b"), ("lost", "z"), ("c", "d")]),
        ("a;b\r1;2\r\r3;4", [("a", "b"), ("1", "2"), ("3", "4")]),
        ("a;b\n1\n1;2;3", [("a", "b"), ("1",), ("1", "2", "3")]),
        ("\n\na;b\n1;2\n;;;\n;;;\n", [("a", "b"), ("1", "2")]),
        ("þaþ\x14þbþ\nþx þ yþ\x14þzþ", [("a", "b"), ("x þ y", "z")]),
    ],
)
def test_values_are_cut_where_their_writer_cut_them(
    text: str, records: list[tuple[str, ...]]
) -> None:
    assert [record.values for record in read_delimited(text.encode()).records] == records


def test_a_record_says_on_which_line_it_begins() -> None:
    found = read_delimited(b'a;b\n"x\ny";1\n\n2;3\n')
    assert found.records == [
        Record(1, ("a", "b")), Record(2, ("x\ny", "1")), Record(5, ("2", "3")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "nothing in this file"),
        (b" \r\n;;\n", "nothing in this file"),
        (b"PK\x03\x04rest", "not a text file"),
        (b"\xd0\xcf\x11\xe0rest", "not a text file"),
        (b"\xff\xfea", "begins as utf-16 and is not"),
        (b"x" * (BYTES_MAX + 1), "more than 10485760 bytes"),
        (b"a\n" * (RECORDS_MAX + 2), "more than 20000 rows"),
        (b"a\n" + b";" * 0 + b"," * (COLUMNS_MAX + 1) + b"x", "Line 2 has more than 200 columns"),
    ],
)
def test_a_file_out_of_bounds_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(Invalid, match=why) as fault:
        read_delimited(data, "csv")
    assert fault.value.faults[0].field == "csv"


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "data",
    [
        b"a;b\n" + b'"a;' * 60 + b"\n" + b'"a;"b\n' * 19_000,
        b"a;b\n" + b'"' * 5_000_000,
        b"a;b\n" + (b'"a"";' * 100 + b"\n") * 10_000,
        b"a;b\n" + b"\n" * 9_000_000 + b"x",
    ],
    ids=["never closed", "quotes alone", "pairs alone", "blank lines"],
)
def test_a_file_made_to_take_long_does_not(data: bytes) -> None:
    try:
        read_delimited(data)
    except Invalid as fault:
        assert "rows" in str(fault) or "columns" in str(fault)


@pytest.mark.parametrize("data", [b"\x0b", b"\x0c\n", b"\x1c", "\u2003\n".encode()])
def test_a_file_of_blanks_of_any_kind_is_nothing(data: bytes) -> None:
    with pytest.raises(Invalid, match="nothing in this file"):
        read_delimited(data)
