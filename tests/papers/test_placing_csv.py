from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.record import Confidentiality
from app.errors import Invalid
from app.papers.placing_csv import PlacingRow, read_placing


def rows(text: str, **more: bool) -> list[PlacingRow]:
    sheet = read_placing(text.encode(), **more)
    assert sheet.faults == []
    return sheet.rows


def faults(text: str) -> list[tuple[int, str, str]]:
    return [(f.line, f.about, str(f.said)) for f in read_placing(text.encode()).faults]


@pytest.mark.parametrize(
    "header",
    [
        "Pièce n°;Intitulé;Date;Fichier",
        "NUMÉRO;titre;Date de la pièce;Nom du fichier",
        "N°;Libellé;date;FICHIER",
        "Pièce nº;Désignation;Date;fichier",
        "Exhibit No.;Title;Dated on;File name",
        "number;description;DOC_DATE;FILENAME",
    ],
)
def test_columns_are_known_by_their_names_in_either_language(header: str) -> None:
    (row,) = rows(f"{header}\n3 bis;Contrat;28/02/2020;x.pdf\n")
    assert (row.number, row.title, row.dated_on, row.path) == (
        "3 bis", "Contrat", date(2020, 2, 28), "x.pdf",
    )  # fmt: skip


def test_a_column_s_own_dates_say_how_they_are_written() -> None:
    table = "file;date\na.pdf;04/03/2021\nb.pdf;{}\n"
    assert rows(table.format("28/02/2020"))[0].dated_on == date(2021, 3, 4)
    assert rows(table.format("02/28/2020"))[0].dated_on == date(2021, 4, 3)
    assert [f[0] for f in faults(table.format("05/06/2021"))] == [2, 3]
    assert rows(table.format("05/06/2021"), day_first=True)[1].dated_on == date(2021, 6, 5)
    # The column knows better than what was said of it.
    assert rows(table.format("28/02/2020"), day_first=False)[0].dated_on == date(2021, 3, 4)


def test_a_cell_left_empty_says_nothing() -> None:
    (row,) = rows("file;number;title;date;category;element;confidentiality;bates\nx.pdf;;;\n")
    assert row == PlacingRow(2, "x.pdf")


def test_several_categories_stand_in_one_cell() -> None:
    (row,) = rows('file;chef;elements\nx.pdf;"2; 3,2";"nombre|lieu"\n')
    assert (row.categories, row.elements) == (("2", "3"), ("nombre", "lieu"))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("Confidentiel", Confidentiality.restricted),
        ("RESTRICTED", Confidentiality.restricted),
        ("sous scellés", Confidentiality.sealed),
        ("ordinaire", Confidentiality.ordinary),
    ],
)
def test_confidentiality_is_said_in_either_language(said: str, meant: Confidentiality) -> None:
    assert rows(f"file;confidentialité\nx.pdf;{said}\n")[0].confidentiality is meant


def test_bates_numbers_are_read_with_a_page_suffix_where_all_have_one() -> None:
    one, two = rows("file;begbates\na.pdf;ABC0005.001\nb.pdf;ABC0006.001\n")
    assert one.bates and two.bates
    assert (one.bates.first.value, two.bates.first.value) == (5, 6)
    (alone,) = rows("file;begbates;endbates\na.pdf;ABC0005;ABC0007\n")
    assert alone.bates and alone.bates.count == 3


def test_a_path_column_goes_before_a_name_and_other_columns_are_told() -> None:
    sheet = read_placing(b"File;Path;Custodian;;Pages\nx.pdf;a/x.pdf;M;;3\n")
    assert (sheet.rows[0].path, sheet.ignored) == ("a/x.pdf", ["Custodian", "Pages"])
    assert sheet.columns == {"filename": "File", "path": "Path"}


def test_everything_wrong_with_a_row_is_told_with_its_line() -> None:
    table = (
        "file;number;date;confidentiality;title;category\n"
        f'x.pdf;twelve;31/02/2021;secret;{"t" * 301};"{";".join(map(str, range(201)))}"\n'
    )
    assert [(line, about) for line, about, _ in faults(table)] == [
        (2, "number"),
        (2, "title"),
        (2, "dated_on"),
        (2, "category"),
        (2, "confidentiality"),
    ]


def test_a_spreadsheet_s_formula_is_a_title_like_another() -> None:
    assert rows("file;title\nx.pdf;=1+1\n")[0].title == "=1+1"


def test_a_table_without_files_is_refused() -> None:
    with pytest.raises(Invalid, match="No column names the files"):
        read_placing(b"number;title\n1;x\n")


@given(
    st.binary(max_size=400) | st.text(alphabet='file;,"\n\tpnumé12-/', max_size=200).map(str.encode)
)
def test_any_bytes_are_a_table_or_are_refused(data: bytes) -> None:
    for head in (b"", b"file;number;date;bates\n"):
        try:
            sheet = read_placing(head + data)
        except Invalid as fault:
            assert fault.faults[0].field == "csv"
        else:
            lines = {row.line for row in sheet.rows} | {fault.line for fault in sheet.faults}
            assert all(line > 1 for line in lines)
            assert all(row.path for row in sheet.rows)
