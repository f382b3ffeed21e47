"""Pages in words: one Jinja environment per language, in which nothing is said unescaped."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from app.deps import PageDoor
from app.domain.drawing import DayRole
from app.domain.methods import method_phrase
from app.domain.milestones import MilestoneState
from app.domain.periods import duration_phrase
from app.domain.reasons import end_of_day
from app.domain.status import FindingStatus, Status
from app.language import (
    SEMICOLON,
    Language,
    long_date,
    long_instant,
    month_year,
    number,
    say,
    sentence,
    short_date,
    weekday_names,
    word,
)
from app.phrases import Phrase
from app.web.security import form_token
from app.web.statics import static_url

# A word first, then a shape; colour comes last (style.css). A milestone's states that are
# called as a status is have its mark: equal words are equal keys.
MARKS = {
    Status.overdue_nothing: "■",
    Status.overdue_partly: "◧",
    Status.due_today: "▲",
    Status.running: "○",
    Status.partly_produced: "◐",
    Status.awaiting_service_proof: "◇",
    Status.suspended: "‖",
    Status.met_late: "◆",
    Status.met_on_time: "●",
    Status.ended: "×",
    MilestoneState.missed: "■",
    MilestoneState.ahead: "○",
    MilestoneState.awaiting: "◇",
    FindingStatus.no_finding: "–",
    FindingStatus.dispute_open: "?",
    FindingStatus.found_sufficient: "✓",
    FindingStatus.found_insufficient: "✗",
}

# What a day is in a drawn computation: told apart in black and white too.
DAY_MARKS = {
    DayRole.none: "",
    DayRole.trigger: "▶",
    DayRole.counted: "•",
    DayRole.not_counted: "×",
    DayRole.free: "○",
    DayRole.moved_over: "→",
    DayRole.last: "◆",
}


def msg(text: str) -> str:
    """Mark a text of the pages that is kept in the code; it is translated where it is shown."""
    return text


def text_in(language: Language, template: str, /, **values: object) -> str:
    """A text of the pages in ``language``, its ``{names}`` filled in.

    A value that is markup (a day, an instant) stays markup; all else is escaped as ever.
    """
    marked = {name: value for name, value in values.items() if isinstance(value, Markup)}
    plain = {name: value for name, value in values.items() if name not in marked}
    text = say(Phrase(template, plain), language)
    if not marked:
        return text
    filled = escape(text)  # the names of what is marked still stand in it
    for name, value in marked.items():
        filled = filled.replace(f"{{{name}}}", value)
    return filled


def said_in(language: Language, said: Phrase, zone: ZoneInfo | None = None) -> str:
    """A phrase as a sentence of its own."""
    return sentence(said, language, zone)


def tell_in(language: Language, said: Phrase) -> str:
    """A phrase as a part of something else."""
    return say(said, language)


def day_in(language: Language, on: date, *, weekday: bool = False) -> Markup:
    """A court day, also for machines."""
    shown = long_date(on, language, weekday=weekday)
    return Markup('<time datetime="{}">{}</time>').format(on.isoformat(), shown)


def day_short_in(language: Language, on: date) -> str:
    """A court day in a drawing, where there is little room and no markup."""
    return short_date(on, language)


def moment_in(language: Language, at: datetime, zone: str) -> Markup:
    """An instant on the court's clock, with its zone, also for machines."""
    shown = long_instant(at, language, ZoneInfo(zone))
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(), shown)


def both_clocks_in(language: Language, at: datetime, zone: str) -> Markup:
    """An instant on the court's clock and in UTC: "… 23:47:12 Europe/Paris (21:47:12 UTC)".

    The UTC day is said too where it is another.
    """
    utc = at.astimezone(UTC)
    if utc.date() == at.astimezone(ZoneInfo(zone)).date():
        shown = f"{utc:%H:%M:%S} UTC"
    else:
        shown = long_instant(at, language, ZoneInfo("UTC"))
    return Markup('{} <span class="utc">({})</span>').format(moment_in(language, at, zone), shown)


def hour_of(due_at: datetime, zone: str) -> str:
    """The hour at which the last legal day is over: "24:00"."""
    return end_of_day(due_at, ZoneInfo(zone))


def number_in(language: Language, value: Decimal | int) -> str:
    """A number with the language's separators."""
    return number(value, language)


def size_in(language: Language, size_bytes: int) -> str:
    """A file's size in kB, MB or GB (French: ko, Mo, Go), never a bare number."""
    byte = "o" if language == "fr" else "B"
    if size_bytes < 1_000_000:
        said, prefix = number(max(1, round(size_bytes / 1000)), language), "k"
    else:
        unit, prefix = (1_000_000, "M") if size_bytes < 1_000_000_000 else (1_000_000_000, "G")
        said = number((Decimal(size_bytes) / unit).quantize(Decimal("0.1")), language)
    return f"{said}\N{NO-BREAK SPACE}{prefix}{byte}"


def month_in(language: Language, on: date) -> str:
    """The month of a day, and its year."""
    return month_year(on, language)


def word_in(language: Language, value: StrEnum) -> str:
    """What a word of an enumeration is called."""
    return word(value, language)


@cache
def _environment(language: Language) -> Environment:
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.globals.update(
        _=partial(text_in, language),
        said=partial(said_in, language),
        tell=partial(tell_in, language),
        word=partial(word_in, language),
        day=partial(day_in, language),
        moment=partial(moment_in, language),
        both_clocks=partial(both_clocks_in, language),
        hour=hour_of,
        number=partial(number_in, language),
        size=partial(size_in, language),
        duration=duration_phrase,
        method=method_phrase,
        marks=MARKS,
        day_marks=DAY_MARKS,
        day_short=partial(day_short_in, language),
        month_year=partial(month_in, language),
        weekdays=weekday_names(language),
        lang=language,
        colon="\N{NO-BREAK SPACE}:" if language == "fr" else ":",
        semicolon=SEMICOLON[language],
        static=static_url,
    )
    return env


def render_text(language: Language, template: str, **context: Any) -> str:
    """A template in ``language``, as text."""
    return _environment(language).get_template(template).render(**context)


def page(
    door: PageDoor, template: str, *, status: int = 200, here: str | None = None, **context: Any
) -> HTMLResponse:
    """A page for this reader. ``here`` is where a change of language returns to.

    A page that answers a form offers no such change: what was typed would be lost.
    """
    if here is None:
        here = local_address(door.request.scope) if door.request.method == "GET" else ""
    actor = door.signed_in.actor if door.signed_in else None
    csrf = context.pop("csrf", None) or form_token(door)
    content = render_text(
        door.language,
        template,
        actor=actor,
        csrf=csrf,
        here=here,
        sandbox=door.settings.sandbox,
        now=door.now,
        **context,
    )
    return HTMLResponse(content, status_code=status)


def local_address(scope: Any) -> str:
    """The path and query that a request asked for."""
    query = scope["query_string"].decode("latin-1")
    path: str = scope["raw_path"].decode("latin-1").partition("?")[0]
    return f"{path}?{query}" if query else path
