from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from app.domain.placing import NameReading, read_name


def doubts(reading: NameReading) -> list[tuple[str, str]]:
    return [(note.about, str(note.said)) for note in reading.doubts]


@pytest.mark.parametrize(
    ("name", "number", "title"),
    [
        ("Pièce 12 - Contrat.pdf", "12", "Contrat"),
        ("PIECE_N°_007_CONTRAT.PDF", "7", "CONTRAT"),
        ("PJ3_Courriel.pdf", "3", "Courriel"),
        ("P.J. n° 4 Courriel.pdf", "4", "Courriel"),
        ("Pièce 12 - 2 contrats.pdf", "12", "2 contrats"),
        ("20210304_12.pdf", "12", "12"),
        ("P. n° 12 bis Avenant.pdf", "12 bis", "Avenant"),
        ("Pièce n°12_bis_Avenant.pdf", "12 bis", "Avenant"),
        ("12-1 Avenant.pdf", "12-1", "Avenant"),
        ("001.Contrat.pdf", "1", "Contrat"),
        ("12) Contrat.pdf", "12", "Contrat"),
        ("n° 12 Contrat.pdf", "12", "Contrat"),
        ("Exhibit 4 – Contract.docx", "4", "Contract"),
        ("Ex. 7.pdf", "7", "Ex. 7"),
        ("P12", "12", "P12"),
        ("Pièce 10.1 Annexe.pdf", "10.1", "Annexe"),
        ("Pièce 12 bisous.pdf", "12", "bisous"),
        ("Pièce 3 - Réponse à la pièce 2.pdf", "3", "Réponse à la pièce 2"),
        ("Pièce 12 - Bordereau de livraison.pdf", "12", "Bordereau de livraison"),
        ("Dupont c. Martin - Pièce n° 4 - Contrat.pdf", "4", "Contrat"),
        ("Contrat - Pièce 4.pdf", "4", "Contrat"),
        ("Pièce 12 - Pièce n° 12.pdf", "12", "Pièce n° 12"),
        ("Pièce 2021 - Contrat.pdf", "2021", "Contrat"),
        ("Pièce 12-03 - Contrat.pdf", "12-3", "Contrat"),
    ],
)
def test_number_and_title_are_read_as_lawyers_name_files(
    name: str, number: str, title: str
) -> None:
    for form in ("NFC", "NFD"):
        reading = read_name(unicodedata.normalize(form, name))
        assert (str(reading.number), reading.title, reading.doubts) == (number, title, [])
        assert reading.evidence[0].about == "number"


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Pièce 12 et 13.pdf", "“Pièce 12 et 13” names more than one number."),
        ("Pièces 12-15.pdf", "“Pièces 12-15” names more than one number."),
        ("12 - Pièce 13.pdf", "“12, Pièce 13” names more than one number."),
        ("Pièce 12A.pdf", "“Pièce 12A” is not followed by a number that is sure."),
        ("Pièce A - Contrat.pdf", "“Pièce A - Contrat” is not followed by a number that is sure."),
        ("Pièce 1-2-3-4.pdf", "“Pièce 1-2-3-4” is not followed by a number that is sure."),
        ("Pièce 4 mars 2021.pdf", "“Pièce” is not followed by a number that is sure."),
        ("Contrat - Pièce jointe.pdf", "“Pièce jointe” is not followed by a number that is sure."),
        ("3 factures.pdf", "“3 factures”: this number may be a count."),
        ("24 Heures.pdf", "“24 Heures”: this number may be a count."),
        ("PJ 1 à Pièce 12.pdf", "“PJ 1 à Pièce” names more than one number."),
        (
            "Exhibit 1 to the Exhibit 4.pdf",
            "“Exhibit 1 to the Exhibit” names more than one number.",
        ),
        ("5 - 6 - Contrat.pdf", "“5 - 6” names more than one number."),
        ("5_6.pdf", "“5_6” names more than one number."),
        ("2021 Rapport.pdf", "“2021” may be a year."),
        ("P 2021 Rapport.pdf", "“P 2021” may be a year."),
        ("2021-03 Relevé.pdf", "“2021-03” may be a date."),
        ("03-2021 Relevé.pdf", "“03-2021” may be a date."),
        ("12.03 Contrat.pdf", "“12.03” may be a date."),
        ("Pièce 3-2021 Contrat.pdf", "“Pièce 3-2021” may be a date."),
        ("Pièce 0.pdf", "“Pièce 0” is not the number of an exhibit."),
        ("Pièce 12345678.pdf", "“Pièce 12345678” is not the number of an exhibit."),
        ("contrat.pdf", "The name says no number."),
        ("Contrat 12.pdf", "The name says no number."),
        (".pdf", "The name says no number."),
    ],
)
def test_a_number_that_is_not_sure_is_left_out_with_the_reason(name: str, why: str) -> None:
    reading = read_name(name)
    assert reading.number is None
    assert ("number", why) in doubts(reading)


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("Pièce adverse n° 4.pdf", ""),
        ("PJ adv 4.pdf", ""),
        ("Opposing party's exhibit 4.pdf", ""),
        ("Pièce 4.pdf", "Dossier/Pièces adverses"),
        ("Bordereau de pièces.pdf", ""),
        ("00 - Inventaire des pièces.pdf", ""),
        ("Exhibit list.pdf", ""),
    ],
)
def test_what_is_not_ours_is_not_placed(name: str, folder: str) -> None:
    reading = read_name(name, folder)
    assert reading.number is None
    assert [note.about for note in reading.doubts] == ["file"]


@pytest.mark.parametrize(
    ("name", "on", "number", "title"),
    [
        ("2021-03-04 Courriel de M. X.pdf", date(2021, 3, 4), None, "Courriel de M. X"),
        ("20210304 Note.pdf", date(2021, 3, 4), None, "Note"),
        ("Pièce 5 04.03.2021 Lettre.pdf", date(2021, 3, 4), "5", "Lettre"),
        ("Pièce 12-2021-03-04 Courriel.pdf", date(2021, 3, 4), "12", "Courriel"),
        ("2021-03-04 Pièce 12 Courriel.pdf", date(2021, 3, 4), "12", "Courriel"),
        ("Pièce 3 - Courriel du 4 mars 2021.pdf", date(2021, 3, 4), "3", "Courriel du 4 mars 2021"),
        ("Pièce 3 - 4 mars 2021 (2021-03-04).pdf", date(2021, 3, 4), "3", "(2021-03-04)"),
        ("2021-03-04.pdf", date(2021, 3, 4), None, "2021-03-04"),
        ("IMG_20210304_123456.jpg", date(2021, 3, 4), None, "IMG 20210304 123456"),
    ],
)
def test_a_date_in_the_name_is_read(name: str, on: date, number: str | None, title: str) -> None:
    reading = read_name(name)
    assert (reading.dated_on, reading.title) == (on, title)
    assert (str(reading.number) if reading.number else None) == number


def test_a_date_that_is_not_sure_is_left_out_and_the_rest_is_taken() -> None:
    reading = read_name("Pièce 2 - Lettre 04-03-2021.pdf")
    assert (str(reading.number), reading.dated_on) == ("2", None)
    assert [about for about, _ in doubts(reading)] == ["dated_on"]
    assert read_name("Pièce 2 - Lettre 04-03-2021.pdf", day_first=True).dated_on == date(2021, 3, 4)
    two = read_name("Pièce 2 - Lettres des 2021-03-04 et 2021-03-05.pdf")
    assert (two.dated_on, str(two.number)) == (None, "2")
    assert "more than one date" in doubts(two)[0][1]


def test_digits_that_may_be_a_number_or_a_date_are_neither() -> None:
    reading = read_name("Pièce 10-11-12.pdf")
    assert (reading.number, reading.dated_on) == (None, None)
    assert [about for about, _ in doubts(reading)] == ["number", "dated_on"]


@pytest.mark.parametrize(
    ("folder", "category"),
    [
        ("Chef 2", "2"),
        ("Chef de demande n° 3", "3"),
        ("Catégorie 2", "2"),
        ("2 - Figures", "2"),
        ("2 Figures", "2"),
        ("2", "2"),
        ("Category 2/Emails", "2"),
        ("Request 02", "2"),
        ("Envoi\\Chef 2a", "2a"),
        ("1 - Envoi/Chef 2", "2"),
        ("2021-03-04", None),
        ("04-03-2021", None),
        ("3 factures", None),
        ("Chef 2 a", None),
        ("Chef 0", None),
        ("Divers", None),
        ("", None),
    ],
)
def test_a_folder_names_a_category(folder: str, category: str | None) -> None:
    reading = read_name("Pièce 1.pdf", unicodedata.normalize("NFD", folder))
    assert (reading.category, reading.doubts) == (category, [])


def test_two_categories_are_none() -> None:
    reading = read_name("Pièce 1.pdf", "Chef 1/Chef 2")
    assert reading.category is None
    assert doubts(reading) == [
        ("category", "The folders name more than one category: Chef 1, Chef 2.")
    ]
