"""Checks before a deposit: what blocks, what does not, and what each says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from app.domain.checks import (
    BLOCKING,
    Check,
    CheckKind,
    CoveredPeriod,
    Earlier,
    ExhibitFacts,
    Severity,
    blocking,
    checks,
)
from app.domain.content import ContentFacts, ContentKind, Lock, Trouble
from app.language import LANGUAGES, sentence

PDF = ContentFacts(ContentKind.pdf, "application/pdf", page_count=1)
PERIOD = CoveredPeriod("1", date(2020, 5, 18), date(2021, 7, 6))
FINE = ExhibitFacts(
    number="1",
    filename="Pièce 1 - Contrat.pdf",
    media_type="application/pdf",
    size_bytes=1000,
    sha256="aa",
    dated_on=date(2021, 1, 1),
    answers=(PERIOD,),
    content=PDF,
)


def found(*exhibits: ExhibitFacts, earlier: Mapping[str, Earlier] | None = None) -> list[Check]:
    return checks(exhibits, earlier or {}, 1_000_000)


def kinds(*exhibits: ExhibitFacts) -> list[tuple[str, CheckKind]]:
    return [(check.number, check.kind) for check in found(*exhibits)]


def test_there_is_nothing_to_say_of_a_plain_exhibit() -> None:
    assert found(FINE) == []
    assert found() == []


@pytest.mark.parametrize(
    ("exhibit", "kind"),
    [
        (replace(FINE, size_bytes=0, content=None), CheckKind.empty),
        (replace(FINE, size_bytes=1_000_001), CheckKind.over_limit),
        (replace(FINE, stored=False, content=None), CheckKind.missing),
    ],
)
def test_what_cannot_be_received_cannot_be_deposited(
    exhibit: ExhibitFacts, kind: CheckKind
) -> None:
    (check,) = found(exhibit)
    assert (check.kind, check.severity) == (kind, Severity.cannot_deposit)
    assert blocking(exhibit, 1_000_000) == [check]


def test_nothing_else_ever_blocks() -> None:
    assert {CheckKind.empty, CheckKind.over_limit, CheckKind.missing} == BLOCKING
    waits = replace(FINE, content=None)
    assert blocking(waits, 1_000_000) == []
    assert blocking(replace(FINE, size_bytes=10**12), None) == []


@pytest.mark.parametrize(
    ("content", "kind", "says"),
    [
        (None, "not_checked_yet", "not checked yet"),
        (replace(PDF, trouble=Trouble.time), "could_not_be_checked", "took too long"),
        (replace(PDF, trouble=Trouble.memory), "could_not_be_checked", "too much memory"),
        (replace(PDF, trouble=Trouble.broke_off), "could_not_be_checked", "broke off"),
        (replace(PDF, trouble=Trouble.inflates), "could_not_be_checked", "unpacks"),
        (replace(PDF, trouble=Trouble.unreadable), "could_not_be_checked", "no page"),
        (ContentFacts(), "unknown_type", "no type known here"),
        (ContentFacts(ContentKind.plain_text), "wrong_type", ".pdf, by its content it is"),
        (replace(PDF, active=True), "dangerous_type", "run something"),
        (replace(PDF, two_in_one=True), "two_in_one", "two different documents"),
        (replace(PDF, corrupt=True, damaged=True), "corrupt", "does not open"),
        (replace(PDF, damaged=True), "damaged", "not every reader"),
        (replace(PDF, lock=Lock.closed), "needs_password", "pages is not known"),
        (replace(PDF, lock=Lock.rights), "owner_password", "restricts copying"),
        (replace(PDF, textless_pages=2), "no_text_layer", "without text: 2"),
        (replace(PDF, hidden_text={1: 2, 4: 1}), "hidden_text", "opaque boxes: 3, on pages 1, 4"),
        (replace(PDF, javascript=True), "javascript", "JavaScript"),
        (replace(PDF, attachments=1), "attachments", "attached inside it: 1"),
        (replace(PDF, macros=True), "macros", "macros"),
        (replace(PDF, signatures=1), "signed", "signed electronically"),
        (replace(PDF, pages_examined=20), "partly_checked", "the first 20 only"),
    ],
)
def test_what_is_found_inside_is_to_be_looked_at(
    content: ContentFacts | None, kind: str, says: str
) -> None:
    (check,) = found(replace(FINE, content=content))
    assert (check.kind, check.severity) == (kind, Severity.look_at)
    assert says in sentence(check.message, "en")
    assert all(sentence(check.message, language) for language in LANGUAGES)


def test_an_archive_is_named_so() -> None:
    exhibit = replace(FINE, filename="a.zip", content=ContentFacts(ContentKind.archive))
    assert kinds(exhibit) == [("1", CheckKind.archive)]


def test_an_empty_file_is_said_to_be_empty_once() -> None:
    exhibit = replace(FINE, size_bytes=0, content=ContentFacts(ContentKind.empty))
    assert kinds(exhibit, replace(exhibit, number="2", filename="2.pdf")) == [
        ("1", CheckKind.empty),
        ("2", CheckKind.empty),
    ]


def test_a_name_that_runs_is_dangerous_before_it_is_looked_into() -> None:
    exhibit = replace(FINE, filename="invoice.exe", content=None)
    assert kinds(exhibit) == [
        ("1", CheckKind.dangerous_type),
        ("1", CheckKind.not_checked_yet),
    ]


def test_the_same_file_twice_names_the_first_exhibit() -> None:
    second = replace(FINE, number="2", filename="b.pdf")
    (check,) = found(FINE, second)
    assert (check.number, check.kind) == ("2", CheckKind.duplicate_here)
    assert sentence(check.message, "en") == "The same file as exhibit 1."


def test_a_file_deposited_before_names_exhibit_and_production() -> None:
    (check,) = found(FINE, earlier={"aa": Earlier("7", 2)})
    assert check.kind is CheckKind.duplicate_earlier
    said = "The same file as exhibit 7, deposited with production 2."
    assert sentence(check.message, "en") == said


@pytest.mark.parametrize(
    ("on", "outside"),
    [
        (date(2020, 5, 17), True),
        (date(2020, 5, 18), False),
        (date(2021, 7, 6), False),
        (date(2021, 7, 7), True),
    ],
)
def test_a_date_is_inside_the_period_up_to_its_ends(on: date, outside: bool) -> None:
    said = kinds(replace(FINE, dated_on=on))
    assert said == ([("1", CheckKind.outside_period)] if outside else [])


def test_each_category_has_its_own_period_and_one_without_end_covers_all() -> None:
    open_ended = CoveredPeriod("2", None, None)
    later = CoveredPeriod("3", date(2022, 1, 1), None)
    (check,) = found(replace(FINE, answers=(PERIOD, open_ended, later)))
    assert sentence(check.message, "en").endswith("the period that category 3 covers.")
    assert kinds(replace(FINE, dated_on=None, answers=(open_ended,))) == []


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (None, None),
        (PDF, None),
        (replace(PDF, created_on=date(2019, 1, 2)), "2 January 2019"),
        (replace(PDF, modified_on=date(2019, 1, 3)), "3 January 2019"),
    ],
)
def test_without_a_date_the_file_s_own_is_a_hint_only(
    content: ContentFacts | None, hint: str | None
) -> None:
    said = {c.kind: c for c in found(replace(FINE, dated_on=None, content=content))}
    text = sentence(said[CheckKind.no_date].message, "en")
    assert (hint in text) if hint else text.endswith("covers a period.")
    assert CheckKind.outside_period not in said


def test_an_exhibit_that_answers_nothing_is_told() -> None:
    assert kinds(replace(FINE, answers=())) == [("1", CheckKind.unplaced)]


def test_odd_names_and_twins_are_told() -> None:
    first = replace(FINE, sha256="a", filename="Été.pdf")
    second = replace(FINE, number="2", sha256="b", filename="e\u0301te\u0301.PDF")
    third = replace(FINE, number="3", sha256="c", filename="=1+1.pdf")
    assert kinds(first, second, third) == [("2", CheckKind.odd_name), ("3", CheckKind.odd_name)]
    assert "exhibit 1" in sentence(found(first, second)[0].message, "en")
