"""``bordereau deadline``: a last day by the rules alone, with no database."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from babel.core import get_global

from app.calendars import court_calendar
from app.commands.terminal import AsJson, Lang, asked, language
from app.domain.deadlines import Extension, compute
from app.domain.periods import Direction, parse_duration
from app.domain.reasons import end_of_day
from app.domain.terms import TriggerKind, Within
from app.errors import Invalid
from app.language import say
from app.phrases import phrase
from app.rulepacks import rule_pack
from app.schemas.deadlines import ComputationOut
from app.services.compliance import computation_out
from app.services.courts import zone as zone_named


def deadline(
    ctx: typer.Context,
    pack: Annotated[str, typer.Option(help="Rule pack: fr-civil, us-frcp …")],
    calendar: Annotated[str, typer.Option(help="Calendar of the court's seat: FR …")],
    from_: Annotated[str, typer.Option("--from", help="Day of the trigger, or its instant.")],
    period: Annotated[str, typer.Option(help="2M, 15D, 72H, 10WD, P1M15D …")],
    zone: Annotated[
        str | None,
        typer.Option(help="Time zone of the court; default: the country's, if it has one."),
    ] = None,
    service_method: Annotated[
        str | None, typer.Option("--service-method", help="A method that the pack knows.")
    ] = None,
    before: Annotated[bool, typer.Option("--before", help="Count back from the event.")] = False,
    extend: Annotated[
        list[str] | None, typer.Option(help="More time: 1M, or until a day. Repeat in order.")
    ] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """The last day of a term: each step, with its citation."""
    court_zone = zone_named(zone or _zone_of(calendar))
    on, at = asked(from_, "from")
    found = compute(
        term=Within(
            parse_duration(period),
            TriggerKind.event if before else TriggerKind.service,
            Direction.before if before else Direction.after,
        ),
        pack=rule_pack(pack),
        calendar=court_calendar(calendar),
        zone=court_zone,
        trigger=on or at,
        service_method=service_method,
        extensions=[_extension(each) for each in extend or ()],
    )
    out = computation_out(found, language(ctx), court_zone)
    if as_json:
        typer.echo(out.model_dump_json(indent=2))
        return
    _print(ctx, out, court_zone)


def _print(ctx: typer.Context, found: ComputationOut, zone: ZoneInfo) -> None:
    for count, step in enumerate(found.steps, 1):
        cited = f" [{step.citation}]" if step.citation else ""
        typer.echo(f"{count}. {step.why}{cited}")
    hour = end_of_day(found.due_at, zone)
    for line in (
        phrase("Before any move: {on:weekday}", on=found.raw_on),
        phrase("Last day: {on:weekday} {hour} {zone}", on=found.due_on, hour=hour, zone=zone.key),
        phrase("Rules: {name} {version}", name=found.rule_pack, version=found.rule_pack_version),
        phrase("Calendar: {name} {version}", name=found.calendar, version=found.calendar_version),
    ):
        typer.echo(say(line, language(ctx), zone))


def _zone_of(calendar: str) -> str:
    """The one time zone of the calendar's country; nobody guesses among several."""
    zones = get_global("territory_zones").get(calendar[:2].upper(), [])
    if len(zones) != 1:
        raise Invalid.field("zone", "Say the time zone of the court, as in America/New_York.")
    return str(zones[0])


def _extension(text: str) -> Extension:
    if "-" not in text:
        return Extension.by(parse_duration(text))
    on, _ = asked(text, "extend")
    if on is None:
        raise Invalid.field("extend", "Give the date as YYYY-MM-DD.")
    return Extension.to(on)
