"""docs/time.md, written from the packs and the calendars.

``python -m tests.architecture.time_page`` writes it. The prose is in ``time_page.md`` beside this.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

from app.calendars import court_calendars
from app.domain.methods import method_phrase
from app.domain.periods import Unit
from app.domain.rulepacks import (
    Cited,
    DeadlineKind,
    DeemedService,
    RulePack,
    ServiceExtension,
    WorkedExample,
)
from app.language import say
from app.rulepacks import rule_packs
from tests.architecture.time_words import KINDS, MEANINGS, TABLES
from tests.databases import ROOT

PAGE = ROOT / "docs" / "time.md"
TEMPLATE = Path(__file__).with_suffix(".md")
COMMAND = "python -m tests.architecture.time_page"

PARAMETERS = [f.name for f in fields(RulePack) if str(f.type).startswith("Cited[")]


def time_page() -> str:
    """The page as it must stand in docs/time.md."""
    packs = rule_packs()
    parts = {
        "pack_count": str(len(packs)),
        "calendar_count": str(len(court_calendars())),
        "pack_links": ", ".join(f"[{pack.id}](#{pack.id})" for pack in packs),
        "early_packs": ", ".join(f"`{pack.id}`" for pack in packs if pack.answers_from),
        "kinds": table(("Kind", "What it asks"), ((f"`{k}`", KINDS[k]) for k in DeadlineKind)),
        "parameters": table(
            ("Parameter", "What it says", "Values"),
            ((f"`{name}`", *MEANINGS[name]) for name in PARAMETERS),
        ),
        "same": ", ".join(f"`{name}` is {said(name, packs[0])}" for name in same(packs)),
        "compared": "\n\n".join(compared(*each, packs) for each in TABLES),
        "packs": "\n\n".join(pack_section(pack) for pack in packs),
        "calendars": calendars(),
    }
    text = TEMPLATE.read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], text)


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(heads)]
    lines += [["---"] * len(lines[0])]
    lines += [[cell(each) for each in row] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def folded(title: str, text: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{text}\n\n</details>"


def bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"* {cell(line)}" for line in lines)


# Parameters


def shown(value: Any) -> str:
    """A value as the files say it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, frozenset):
        return ", ".join(unit for unit in Unit if unit in value) or "none"
    return str(value)


def said(name: str, pack: RulePack) -> str:
    value = getattr(pack, name).value
    if value is None:
        value = {"day_end": "24:00", "backward_clear": "refused"}[name]
    return shown(value)


NEEDS = {
    "month_anchor": {Unit.month, Unit.year},
    "hour_count": {Unit.hour},
    "hours_roll": {Unit.hour},
}
"""Parameters that say something only of packs that know one of these units."""


def marked(name: str, pack: RulePack) -> str:
    """A value, with a dagger where it was not verified; a dash where it is never applied."""
    if name in NEEDS and not NEEDS[name] & pack.units.value:
        return "–"
    return said(name, pack) + ("" if getattr(pack, name).verified else " †")


def same(packs: Iterable[RulePack]) -> list[str]:
    """Parameters that have one value in every pack."""
    return [name for name in PARAMETERS if len({said(name, pack) for pack in packs}) == 1]


def compared(title: str, columns: dict[str, str], packs: tuple[RulePack, ...]) -> str:
    """One table of parameters that tell the packs apart."""
    names = [name for name in columns if name not in same(packs)]
    heads = ("Pack", *(columns[name] for name in names))
    rows = ((f"[{p.id}](#{p.id})", *(marked(name, p) for name in names)) for p in packs)
    return f"### {title}\n\n{table(heads, rows)}"


# Pack by pack


def pack_section(pack: RulePack) -> str:
    parts = [
        f"### {pack.id}",
        f"**{pack.title}.** {in_force(pack)}",
        table(("Parameter", "Value", "Read from", "Remark"), parameter_rows(pack)),
    ]
    if pack.service_methods:
        modes = ("Mode of service", "Adds or is deemed", "Read from", "Remark")
        parts.append(table(modes, service_rows(pack)))
    if pack.windows:
        days = ("Days that do not count, every year", "Read from", "Remark")
        parts.append(table(days, window_rows(pack)))
    parts += [
        folded("What it does not cover", bullets(pack.not_covered)),
        folded("Sources", bullets(linked(source.url, source.title) for source in pack.sources)),
        folded(
            f"Worked examples ({len(pack.worked_examples)})",
            table(
                ("Example", "Rule", "Asked", "Answer", "Status"),
                (example_row(example) for example in pack.worked_examples),
            ),
        ),
    ]
    return "\n\n".join(parts)


def in_force(pack: RulePack) -> str:
    until = f" to {pack.in_force_to}" if pack.in_force_to else ""
    early = (
        f" Asked of a day from {pack.answers_from} on, it answers by this text and says so."
        if pack.answers_from
        else ""
    )
    return (
        f"Jurisdiction {pack.jurisdiction}, version {pack.version},"
        f" stated from {pack.in_force_from}{until}.{early}"
    )


def cited(one: Cited[Any]) -> tuple[str, str]:
    return one.citation + ("" if one.verified else " †"), one.note


def parameter_rows(pack: RulePack) -> Iterable[tuple[str, ...]]:
    for name in PARAMETERS:
        yield f"`{name}`", said(name, pack), *cited(getattr(pack, name))


def service_rows(pack: RulePack) -> Iterable[tuple[str, ...]]:
    for method, extension in pack.service.items():
        yield named(method), adds(extension.value), *cited(extension)
    for method, rule in pack.deemed_service.items():
        yield named(method), deemed(rule.value), *cited(rule)


def named(method: str) -> str:
    return f"`{method}`: {say(method_phrase(method), 'en')}"


def count(days: int, unit: Unit) -> str:
    return f"{days} {unit.replace('_', ' ')}{'' if days == 1 else 's'}"


def adds(extension: ServiceExtension) -> str:
    if not extension.days:
        return "adds nothing"
    when = extension.timing.replace("_", " the ")
    back = ", also counting back" if extension.backward else ""
    return f"adds {count(extension.days, extension.unit)}, {when}{back}"


def deemed(rule: DeemedService) -> str:
    day = count(rule.days, rule.unit) + " after the act" if rule.days else "the day of the act"
    parts = [f"deemed done {day}"]
    if rule.cut_off:
        parts.append(f"from {rule.cut_off:%H:%M} on, the next day's act")
    if rule.working:
        parts.append("on a working day")
    if rule.first_counted:
        parts.append("itself the first day counted")
    return "; ".join(parts)


def window_rows(pack: RulePack) -> Iterable[tuple[str, ...]]:
    for one in pack.windows:
        days = one.value
        yield (
            f"{days.from_month:02}-{days.from_day:02} to {days.until_month:02}-{days.until_day:02}",
            *cited(one),
        )


def linked(url: str, title: str) -> str:
    if not url.startswith("http"):
        return f"{title}: {url}"
    # A bracket in an address would end the link.
    return f"[{title}]({url.replace('(', '%28').replace(')', '%29')})"


def example_row(example: WorkedExample) -> tuple[str, ...]:
    source = linked(example.source_url, example.status)
    return f"`{example.id}`", example.rule, asked(example), f"**{example.expected}**", source


def asked(example: WorkedExample) -> str:
    """What a worked example asks, in one line."""
    if example.periods:
        parts = [f"{period(example.periods)} {example.direction} {example.trigger}"]
    elif example.kind is DeadlineKind.last_day:
        parts = [f"the fixed date {example.trigger}"]
    else:
        parts = [str(example.trigger)]
    if example.kind is not DeadlineKind.last_day:
        parts.append(f"`{example.kind}`")
    if example.service_method:
        parts.append(f"served by `{example.service_method}`")
    parts += [f"prolonged by {period(each)}" for each in example.extensions]
    parts += [f"{first} to {last} not counted" for first, last in example.suspensions]
    if not example.roll:
        parts.append("roll off")
    if example.rule_on:
        parts.append(f"by the rules of {example.rule_on}")
    return f"{', '.join(parts)}; calendar {example.calendar}"


def period(periods: Any) -> str:
    return " and ".join(count(each.value, each.unit) for each in periods)


# Calendars


def calendars() -> str:
    heads = ("Code", "Court calendar", "Years", "Version", "Remarks")
    known = court_calendars()
    rows = (
        (
            ", ".join(f"`{code}`" for code in (each.code, *each.aliases)),
            each.name,
            f"{each.first_year}–{each.last_year}",
            each.version,
            " ".join(each.notes),
        )
        for each in known
    )
    sources = (f"`{each.code}`: {'; '.join(each.sources)}" for each in known if each.sources)
    return f"{table(heads, rows)}\n\n{folded('Sources', bullets(sources))}"


if __name__ == "__main__":
    PAGE.write_text(time_page(), encoding="utf-8")
