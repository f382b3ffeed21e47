"""Both languages are complete, and read as a lawyer of either expects."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from app import language
from app.domain.periods import Unit
from app.domain.status import Status
from app.language import LANGUAGES, Language, long_date, long_instant, number, preferred, say, word
from app.phrases import Phrase, from_json, phrase, to_json
from tests import phrases_said
from tests.architecture.source import files, listed, module

PO = Path(language.__file__).parent / "fr.po"
PARIS = ZoneInfo("Europe/Paris")

RETOLD = {
    "app/phrases.py template": "a phrase read back",
    "app/domain/periods.py fault.message.template": "a fault told again under another field",
    "app/schemas/fields.py first.message.template": "a fault told again under another field",
    "app/problems.py fault.title()": "titles are read from the classes",
    "app/web/whatif.py label": "a choice of a form; app/web/whatif_fields.py says it in msg()",
    "app/web/order_sheet.py label": "a choice; app/web/order_fields.py says it in msg()",
    "app/web/desk.py label": "a choice of a form; app/web/kinds.py says it in msg()",
    "app/web/event_form.py label": "a choice of a form; app/web/kinds.py says it in msg()",
}
"""Templates that no literal at the call gives, and where they are read instead."""

NEVER_SAID = {
    "Action": "a scope of a token is given by its code",
    "DayKind": "a day off is said by a phrase",
    "Direction": "a term is said by a phrase",
    "EndedBy": "an end is said by its event",
    "MoveKind": "shares say how many, in words of their own",
    "PenaltyBasis": "an accrual is said by a phrase",
    "PenaltyNature": "an accrual is said by a phrase",
    "ServiceTiming": "what service adds is said by a phrase",
    "StartKind": "a form says it in words of its own",
    "TriggerKind": "a term is said by a phrase",
}


@cache
def catalogue() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="fr", abort_invalid=True)


@cache
def french() -> dict[str, str]:
    return {str(m.id): str(m.string) for m in catalogue() if m.id}


def placeholders(text: str) -> set[tuple[str, str]]:
    return {(name, spec or "") for _, name, spec, _ in string.Formatter().parse(text) if name}


def enumerations() -> Iterator[type[StrEnum]]:
    for path in files("app/domain"):
        for found in vars(import_module(module(path))).values():
            if isinstance(found, type) and issubclass(found, StrEnum) and found is not StrEnum:
                yield found


def test_everything_the_code_says_has_its_french() -> None:
    said = phrases_said.phrases().said
    lacking = [f"{where} {text!r}" for text, where in said.items() if not french().get(text)]
    assert not lacking, f"Add it to {PO.name}:{listed(lacking)}"


def test_everything_the_pages_say_has_its_french() -> None:
    said = phrases_said.pages()
    lacking = [f"{where} {text!r}" for text, where in said.items() if not french().get(text)]
    assert not lacking, f"Add it to {PO.name}:{listed(lacking)}"


def test_every_template_can_be_read_from_the_source() -> None:
    computed = phrases_said.phrases().computed - set(RETOLD)
    assert not computed, (
        "A template is a literal, or comes from a table of literals, so that its French can be"
        f" held complete:{listed(sorted(computed))}"
    )


def test_the_french_names_the_same_values_as_the_english() -> None:
    different = [
        english for english, text in french().items() if placeholders(english) != placeholders(text)
    ]
    assert not different, f"These have other {{names}} in French:{listed(different)}"


def test_nothing_is_translated_that_nobody_says() -> None:
    said = {**phrases_said.phrases().said, **phrases_said.pages()}
    dead = [english for english in french() if english not in said]
    assert not dead, f"Remove it from {PO.name}:{listed(dead)}"


def test_each_phrase_is_translated_once() -> None:
    keys = re.findall(r'^msgid ((?:".*"\n)+)', PO.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(keys) == len(set(keys)) == len(french()) + 1


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (r"'", "a typographic apostrophe"),
        (r"(?: |[^\s\d:`]) ?(?<![\u00a0\u202f])[;?!](?=\s|$)", "a no-break space before ; ? !"),
        (r" [:;?!%»]|« ", "a no-break space before : % » and after «"),
        (r"\b[a-z]: ", "a no-break space before :"),
        (r"n° ", "a no-break space after n°"),
        (r'"', "quotation marks « »"),
    ],
)
def test_french_typography(wrong: str, why: str) -> None:
    found = [text for text in french().values() if re.search(wrong, text)]
    assert not found, f"French needs {why}:{listed(found)}"


def test_every_word_that_a_reader_may_meet_has_two_names() -> None:
    lacking = [
        f"{kind.__name__}.{member.value} {told_in}"
        for kind in enumerations()
        if kind.__name__ not in NEVER_SAID
        for member in kind
        for told_in in LANGUAGES
        if not language._words().get(kind.__name__, {}).get(member.value, {}).get(told_in)
    ]
    assert not lacking, f"Name it in words.toml, or say why never:{listed(lacking)}"


def test_no_word_is_named_that_does_not_exist() -> None:
    kinds = {kind.__name__: {m.value for m in kind} for kind in enumerations()}
    named = {name: set(words) for name, words in language._words().items()}
    assert named == {name: kinds.get(name) for name in named}
    assert set(NEVER_SAID) <= set(kinds)
    assert not set(NEVER_SAID) & set(named)


@pytest.mark.parametrize(
    ("on", "told_in", "weekday", "text"),
    [
        (date(2021, 9, 1), "fr", False, "1er septembre 2021"),
        (date(2021, 9, 1), "fr", True, "mercredi 1er septembre 2021"),
        (date(2021, 9, 11), "fr", False, "11 septembre 2021"),
        (date(2021, 9, 13), "fr", True, "lundi 13 septembre 2021"),
        (date(2021, 9, 1), "en", False, "1 September 2021"),
        (date(2021, 9, 13), "en", True, "Monday 13 September 2021"),
    ],
)
def test_a_date_is_written_out(on: date, told_in: Language, weekday: bool, text: str) -> None:
    assert long_date(on, told_in, weekday=weekday) == text
    spec = "{on:weekday}" if weekday else "{on}"
    assert say(phrase(spec, on=on), told_in) == text


def test_an_instant_is_never_without_its_zone() -> None:
    at = datetime(2021, 9, 13, 21, 47, 12, tzinfo=UTC)
    assert long_instant(at, "en", PARIS) == "13 September 2021 23:47:12 Europe/Paris"
    assert long_instant(at, "fr", PARIS) == "13 septembre 2021 à 23:47:12 Europe/Paris"
    assert long_instant(at, "fr") == "13 septembre 2021 à 21:47:12 UTC"
    assert say(phrase("{at}", at=at), "fr", PARIS) == long_instant(at, "fr", PARIS)


def test_a_number_has_the_separators_of_its_language_and_its_own_decimals() -> None:
    assert number(Decimal("1234567.50"), "en") == "1,234,567.50"
    assert number(Decimal("1234567.50"), "fr") == "1\u202f234\u202f567,50"
    assert number(1000, "fr") == "1\u202f000"


@pytest.mark.parametrize(
    ("header", "told_in"),
    [
        (None, "en"),
        ("", "en"),
        ("fr", "fr"),
        ("FR-ca", "fr"),
        ("de, fr;q=0.8, en;q=0.9", "en"),
        ("fr;q=0.9, en;q=0.9", "fr"),
        ("en;q=0.1,fr", "fr"),
        ("fr;q=0", "en"),
        ("fr ; q=0.9, en;q=0.5", "fr"),
        ("en ; q=0.5, fr;Q=0.9", "fr"),
        ("fr;q=high", "en"),
        ("fr;q=nan, en;q=0.1", "en"),
        ("fr;q=-1", "en"),
        ("en;level=1;q=0.5, fr;q=0.6", "fr"),
        ("*", "en"),
        (",;,=,q", "en"),
        ("de," * 200 + "fr", "en"),
    ],
)
def test_the_reader_s_language_is_the_best_one_that_is_spoken_here(
    header: str | None, told_in: Language
) -> None:
    assert preferred(header, "en") == told_in


@given(st.text(max_size=300))
def test_no_accept_language_header_breaks_anything(header: str) -> None:
    assert preferred(header, "fr") in LANGUAGES


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("served today", "Served today."),
        ("is it late?", "Is it late?"),
        (" Done. ", "Done."),
        ("élément", "Élément."),
    ],
)
def test_a_sentence_begins_with_a_capital_and_ends(text: str, shown: str) -> None:
    assert language.sentence(phrase(text), "en") == shown


def test_a_phrase_within_a_phrase_and_a_list_are_said_in_one_language() -> None:
    days = (phrase("{count} month", count=1), Unit.week, Status.running)
    assert say(phrase("{days}", days=days), "fr") == "1 mois, semaine, délai en cours"
    assert say(phrase("{days}", days=days), "en") == "1 month, week, running"


@pytest.mark.parametrize("template", ["{x.__class__}", "{x[0]}", "{x.real.__doc__}", "{0}", "{}"])
def test_a_template_reaches_no_attribute_and_no_index(template: str) -> None:
    for told_in in LANGUAGES:
        assert say(phrase(template, x="secret"), told_in) in (template, "{0}")


def test_a_word_of_no_list_is_said_as_its_code() -> None:
    assert word(Status.running, "fr") == "délai en cours"


LEAVES = (
    st.text(max_size=20)
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.dates()
    | st.datetimes(timezones=st.just(UTC))
)
NAMES = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)


def _around(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    nested = st.builds(Phrase, st.text(max_size=20), st.dictionaries(NAMES, inner, max_size=3))
    return nested | st.lists(inner, max_size=3).map(tuple)


@given(st.dictionaries(NAMES, st.recursive(LEAVES, _around, max_leaves=8), max_size=4))
def test_a_phrase_is_read_back_as_it_was_written(values: dict[str, object]) -> None:
    said = Phrase("{a}", values)
    assert from_json(to_json(said)) == said


def test_a_word_is_read_back_as_its_code() -> None:
    assert from_json(to_json(phrase("{unit}", unit=Unit.week))).values == {"unit": "week"}


@pytest.mark.parametrize("data", [{}, {"phrase": 1, "values": {}}, {"phrase": "x", "values": []}])
def test_what_is_no_phrase_is_refused(data: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="not a phrase"):
        from_json(data)
