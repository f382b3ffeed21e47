"""Both languages: sentences, words, dates and numbers, as a reader of one of them expects.

``fr.po`` holds the French of every phrase in the code and the pages; ``words.toml`` the
two names of every word of an enumeration. Tests hold both complete.
"""

from __future__ import annotations

import string
import tomllib
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from app.phrases import Phrase

Language = Literal["en", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "fr")

SEMICOLON: dict[Language, str] = {"en": ";", "fr": "\N{NARROW NO-BREAK SPACE};"}
"""As it stands after a word."""

_HERE = Path(__file__).parent
_LOCALE = {"en": "en_GB", "fr": "fr_FR"}
_ACCEPT_CHARS_MAX = 200


def language_of(text: str | None) -> Language | None:
    """The language a code names ("fr-CA" is French), or None."""
    code = (text or "").strip().lower()[:2]
    return "fr" if code == "fr" else "en" if code == "en" else None


def preferred(accept_language: str | None, default: Language) -> Language:
    """The reader's language from an Accept-Language header (RFC 9110, 12.5.4)."""
    best: tuple[float, Language] | None = None
    for part in (accept_language or "")[:_ACCEPT_CHARS_MAX].split(","):
        name, *parameters = (each.strip().lower() for each in part.split(";"))
        known = language_of(name)
        weight = next((each[2:] for each in parameters if each.startswith("q=")), "1")
        try:
            quality = float(weight)
        except ValueError:
            continue
        if known is not None and quality > 0 and (best is None or quality > best[0]):
            best = (quality, known)
    return best[1] if best else default


def say(said: Phrase, language: Language, zone: ZoneInfo | None = None) -> str:
    """Render a phrase; instants in ``zone`` where one is given, else in their own."""
    values, out = said.values, []
    for literal, name, spec in _pieces(translate(said.template, language)):
        out.append(literal)
        if name is not None:
            # A name is a name: no template reaches an attribute or an index.
            known = name in values
            out.append(_told(values[name], spec, language, zone) if known else f"{{{name}}}")
    return "".join(out)


def sentence(said: Phrase, language: Language, zone: ZoneInfo | None = None) -> str:
    """Render a phrase as a sentence of its own: a capital, and a full stop."""
    text = say(said, language, zone).strip()
    ended = text.endswith((".", "?", "!", "…"))
    return text[:1].upper() + text[1:] + ("" if ended else ".")


def translate(text: str, language: Language) -> str:
    """The text in ``language``; English is the key, and the answer where French lacks."""
    return text if language == "en" else _french().get(text, text)


def word(value: StrEnum, language: Language) -> str:
    """What a word of an enumeration is called."""
    return _words()[type(value).__name__][value.value][language]


@lru_cache(maxsize=8192)
def long_date(on: date, language: Language, *, weekday: bool = False) -> str:
    """ "12 July 2021", "1er septembre 2021"; with its weekday when asked."""
    pattern = "EEEE d MMMM y" if weekday else "d MMMM y"
    text = format_date(on, pattern, locale=_LOCALE[language])
    if language == "fr" and on.day == 1:
        text = text.replace("1 ", "1er ", 1)
    return text


def short_date(on: date, language: Language) -> str:
    """ "12 Sept 2021", "12 sept. 2021": where there is little room."""
    return format_date(on, "d MMM y", locale=_LOCALE[language])


def day_month(on: date, language: Language) -> str:
    """ "1 July", "1er juillet": a day of every year."""
    text = format_date(on, "d MMMM", locale=_LOCALE[language])
    return text.replace("1 ", "1er ", 1) if language == "fr" and on.day == 1 else text


def month_year(on: date, language: Language) -> str:
    """ "July 2021", "juillet 2021": the month of a day."""
    return format_date(on, "MMMM y", locale=_LOCALE[language])


@cache
def weekday_names(language: Language) -> tuple[tuple[str, str], ...]:
    """The days from Monday, each short and whole: ("Mon", "Monday")."""
    monday = date(2021, 7, 12)
    return tuple(
        (
            format_date(on, "EEE", locale=_LOCALE[language]),
            format_date(on, "EEEE", locale=_LOCALE[language]),
        )
        for on in (monday + timedelta(days=n) for n in range(7))
    )


def long_instant(at: datetime, language: Language, zone: ZoneInfo | None = None) -> str:
    """ "13 September 2021 23:47:12 Europe/Paris": never without its zone."""
    local = at.astimezone(zone) if zone is not None else at
    name = zone.key if zone is not None else str(local.tzinfo)
    clock = format_time(local, "HH:mm:ss", locale=_LOCALE[language])
    at_hour = f"à {clock}" if language == "fr" else clock
    return f"{long_date(local.date(), language)} {at_hour} {name}"


def number(value: Decimal | int, language: Language) -> str:
    """A number with the language's separators, and the decimals it was given with."""
    exponent = value.as_tuple().exponent if isinstance(value, Decimal) else 0
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    pattern = f"#,##0.{'0' * places}" if places else "#,##0"
    return format_decimal(value, pattern, locale=_LOCALE[language])


@lru_cache(maxsize=8192)
def _pieces(template: str) -> tuple[tuple[str, str | None, str], ...]:
    """A template's literals, each with the name and the format that follow it."""
    parsed = string.Formatter().parse(template)
    return tuple((literal, name, spec or "") for literal, name, spec, _ in parsed)


def _told(value: object, spec: str, language: Language, zone: ZoneInfo | None) -> str:
    """One value for one reader."""
    match value:
        case str() if not isinstance(value, StrEnum):
            text = value
        case Phrase():
            text = say(value, language, zone)
        case tuple() | list():
            text = ", ".join(_told(v, spec, language, zone) for v in value)
        case datetime():
            text = long_instant(value, language, zone)
        case date() if spec == "day_month":
            text = day_month(value, language)
        case date():
            text = long_date(value, language, weekday=spec == "weekday")
        case Decimal():
            text = number(value, language)
        case StrEnum() if type(value).__name__ in _words():
            text = word(value, language)
        case _:
            text = str(value)
    return text


@cache
def _french() -> dict[str, str]:
    with (_HERE / "fr.po").open("rb") as file:
        catalogue = read_po(file, locale="fr")
    return {str(m.id): str(m.string) for m in catalogue if m.id and m.string}


@cache
def _words() -> dict[str, dict[str, dict[Language, str]]]:
    with (_HERE / "words.toml").open("rb") as file:
        return tomllib.load(file)
