"""An operative part is cut where its writer numbered it, and a clerk corrects the rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.limbs import LINES_MAX, cut, kind_of
from app.domain.record import CATEGORIES_MAX, ELEMENTS_MAX, NAME_CHARS_MAX, CategoryKind

# Tribunal judiciaire de Paris, 6 July 2021, RG 20/53181, as it is published, in short.
PARIS_2021 = """PAR CES MOTIFS
Ordonnons à la société TWITTER INTERNATIONAL COMPANY de communiquer aux associations
demanderesses, dans un délai de deux mois suivant la signification de la présente décision,
pour la période écoulée entre la date du
18 mai 2020 et celle du prononcé de la présente décision :
- tout document administratif, contractuel, technique, ou commercial relatif aux moyens
matériels et humains mis en œuvre dans le cadre du service Twitter ;
- le nombre, la localisation, la nationalité, la langue des personnes affectées au traitement
des signalements provenant des utilisateurs de la plateforme française ;
- le nombre de signalements, les critères et le nombre des retraits subséquents ;
- le nombre d’informations transmises aux autorités publiques compétentes, en particulier au
parquet.

Condamnons la société TWITTER INTERNATIONAL COMPANY aux dépens.
"""
# E.D. Mich., 27 October 2014 (King v. Sanders), as the district judge recites it, in short.
KING_2014 = """Defendants shall produce, by November 13, 2014:
(1) Document 1, as limited;
(2) the E-Unit log book for February 25, 2013, for the
    0600-1400 shift;
(3) the F-Unit log book for the same day; and
(4) Document 4, as limited.
IT IS SO ORDERED.
"""


def texts(part: str) -> list[str]:
    return [limb.text for limb in cut(part)]


def numbers(part: str) -> list[str]:
    return [limb.number for limb in cut(part)]


def test_the_founding_order_is_cut_into_its_four_limbs() -> None:
    limbs = cut(PARIS_2021)
    assert [limb.number for limb in limbs] == ["1", "2", "3", "4"]
    assert [limb.kind for limb in limbs] == [CategoryKind.documents, *[CategoryKind.figures] * 3]
    assert limbs[0].text.endswith("mis en œuvre dans le cadre du service Twitter")
    assert limbs[3].text.endswith("en particulier au parquet.")


def test_an_english_order_keeps_its_numbers_and_ends_where_the_judge_ends() -> None:
    assert numbers(KING_2014) == ["1", "2", "3", "4"]
    assert texts(KING_2014)[1] == (
        "the E-Unit log book for February 25, 2013, for the 0600-1400 shift"
    )
    assert texts(KING_2014)[3] == "Document 4, as limited."


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("1. un\n2. deux", ["1", "2"]),
        ("1) un\n2) deux", ["1", "2"]),
        ("1° un\n2° deux", ["1", "2"]),
        ("1°) un\n2°) deux", ["1", "2"]),
        ("1/ un\n2/ deux", ["1", "2"]),
        ("1 - un\n2 - deux", ["1", "2"]),
        ("(1) one\n(2) two", ["1", "2"]),
        ("a) un\nb) deux", ["a", "b"]),
        ("(a) one\n(b) two", ["a", "b"]),
        ("A. un\nB. deux", ["A", "B"]),
        ("I. un\nII. deux\nIII. trois\nIV. quatre\nV. cinq", ["I", "II", "III", "IV", "V"]),
        ("I – des pièces\nII – des comptes", ["I", "II"]),
        ("(i) one\n(ii) two", ["i", "ii"]),
        ("– un\n— deux\n• trois\n* quatre", ["1", "2", "3", "4"]),
        ("Ordonne : 1° un ; 2° deux ; et 3° trois", ["1", "2", "3"]),
        ("Produce: (a) one; (b) two; and (c) three", ["a", "b", "c"]),
        ("Communiquer : – un ; – deux", ["1", "2"]),
        ("3. an excerpt\n4. may begin\n5. anywhere", ["3", "4", "5"]),
        ("1. un\n\nDit que l’astreinte court.\n1. encore\n2. deux", ["1", "2", "3"]),
    ],
)
def test_the_ways_in_which_writers_mark_are_told(part: str, found: list[str]) -> None:
    assert numbers(part) == found


def test_letters_go_on_past_h_and_roman_numbers_do_not_begin_with_h() -> None:
    letters = "".join(f"{c}) {c}{c}\n" for c in "abcdefghijkl")
    assert numbers(letters) == list("abcdefghijkl")


@pytest.mark.parametrize(
    "part",
    [
        "Ordonne à la société X de remettre le contrat.",
        "M. Dupont remettra le contrat.",
        "Remettre le contrat\ndu 18 mai 2020",
        "h) begins no series",
        "xiv. neither",
        "iiii) nor does this",
    ],
)
def test_what_is_not_marked_is_one_limb_word_for_word(part: str) -> None:
    assert texts(part) == [part]
    assert numbers(part) == ["1"]


def test_a_number_out_of_its_series_is_a_part_of_the_sentence() -> None:
    part = "1. les bulletins de paie du\n18. mai au\n20. juin\n2. le registre"
    assert texts(part) == ["les bulletins de paie du 18. mai au 20. juin", "le registre"]


def test_what_is_marked_inside_a_limb_becomes_its_elements() -> None:
    first, second = cut("1) the pay of:\n  a) Mr X;\n  b) Mrs Y, and\n\n2) the register")
    assert first.elements == ("Mr X", "Mrs Y")
    assert first.text == "the pay of:\n– Mr X\n– Mrs Y"
    assert second.elements == ()


def test_a_third_way_of_marking_stays_with_what_it_stands_in() -> None:
    (limb,) = cut("1) the pay of:\na) all staff:\n- fixed\n- variable\nb) none")
    assert limb.elements == ("all staff: fixed variable", "none")


def test_an_element_is_a_line_and_a_longer_one_says_that_it_is_cut() -> None:
    (limb,) = cut("1) x:\n- " + "mot " * 200)
    (element,) = limb.elements
    assert len(element) <= NAME_CHARS_MAX
    assert element.endswith("mot …")


def test_a_mark_with_nothing_but_signs_after_it_is_no_limb() -> None:
    assert texts("– ;\n– un") == ["un"]
    assert cut("  \n ") == ()


def test_numbers_that_do_not_tell_limbs_apart_are_given_anew() -> None:
    assert numbers("1. un\n\nLes pièces suivantes\n1. deux") == ["1", "2"]


def test_an_endless_text_is_cut_no_further_than_an_order_goes() -> None:
    assert len(cut("\n".join(f"- limb {n}" for n in range(2 * CATEGORIES_MAX)))) == CATEGORIES_MAX
    inner = "\n".join(f"- element {n}" for n in range(2 * ELEMENTS_MAX))
    assert len(cut(f"1. all\n{inner}")[0].elements) == ELEMENTS_MAX
    assert len(cut("\n" * LINES_MAX + "1. beyond")) == 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("le nombre de signalements", CategoryKind.figures),
        ("Nombre, localisation", CategoryKind.figures),
        ("the number of removals", CategoryKind.figures),
        ("registre d'entrée et de sortie du personnel", CategoryKind.list),
        ("la liste des salariés", CategoryKind.list),
        ("a privilege log of documents", CategoryKind.list),
        ("une attestation sur l’honneur", CategoryKind.statement),
        ("full answer to an interrogatory", CategoryKind.statement),
        ("bulletins de paie de 16 collègues", CategoryKind.documents),
        ("tout document", CategoryKind.documents),
        ("", CategoryKind.documents),
    ],
)
def test_the_first_words_tell_what_a_limb_asks_for(text: str, kind: CategoryKind) -> None:
    assert kind_of(text) is kind


@given(st.text(alphabet="ab1) (°.-–;:\n iIxvET", max_size=300))
def test_any_text_is_cut_into_limbs_that_have_words(part: str) -> None:
    for limb in cut(part):
        assert limb.text.strip()
        assert limb.number
        assert all(e.strip() for e in limb.elements)
    found = numbers(part)
    assert len(found) == len(set(found))
