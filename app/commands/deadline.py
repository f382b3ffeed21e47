"""``bordereau deadline``: a last day by the rules alone, with no database."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from pydantic import ValidationError

from app.commands.terminal import AsJson, Lang, language
from app.domain.periods import Direction
from app.domain.rulepacks import DeadlineKind
from app.errors import FieldFault, Incomputable, Invalid
from app.language import say, sentence, word
from app.phrases import phrase
from app.problems import faults_of
from app.schemas.deadlines import DeadlineIn, DeadlineOut
from app.services.deadlines import Reckoned, deadline_out, reckon

_OPTIONS = {
    "trigger": "from",
    "fixed_date": "fixed",
    "time_zone": "zone",
    "direction": "before",
    "extensions": "extend",
    "suspensions": "stay",
    "closures": "closure",
    "service_method": "service-method",
    "rule_on": "rule-on",
    "at_court": "at-court",
}
"""What a field is called on the command line, where that differs."""


def deadline(
    ctx: typer.Context,
    pack: Annotated[str, typer.Option(help="Rule pack: fr-civil, us-frcp …")],
    calendar: Annotated[str, typer.Option(help="Calendar of the court's seat: FR …")],
    from_: Annotated[
        str | None, typer.Option("--from", help="Day of the trigger, or its date-time.")
    ] = None,
    period: Annotated[str | None, typer.Option(help="2M, 15D, 72H, 10WD, 16CD, P1M15D …")] = None,
    fixed: Annotated[str | None, typer.Option(help="A date that was set, or its hour.")] = None,
    kind: Annotated[DeadlineKind, typer.Option(help="What is asked.")] = DeadlineKind.last_day,
    zone: Annotated[
        str | None, typer.Option(help="Time zone of the court; default: the calendar's first.")
    ] = None,
    service_method: Annotated[
        str | None, typer.Option("--service-method", help="A method that the pack knows.")
    ] = None,
    before: Annotated[bool, typer.Option("--before", help="Count back from the event.")] = False,
    extend: Annotated[
        list[str] | None, typer.Option(help="More time: 1M, or until a day. Repeat in order.")
    ] = None,
    stay: Annotated[
        list[str] | None, typer.Option(help="Days that do not count: FROM/UNTIL. Repeat.")
    ] = None,
    closure: Annotated[
        list[str] | None, typer.Option(help="A day on which the court is closed. Repeat.")
    ] = None,
    rule_on: Annotated[
        str | None, typer.Option("--rule-on", help="Apply the rules that hold on this day.")
    ] = None,
    at_court: Annotated[
        bool | None,
        typer.Option("--at-court/--not-at-court", help="Whether the act is done at the court."),
    ] = None,
    roll: Annotated[
        bool, typer.Option("--roll/--no-roll", help="Move a last day that is a day off.")
    ] = True,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """The last day of a term: each step, with its citation."""
    found = _reckoned(
        {
            "pack": pack,
            "calendar": calendar,
            "time_zone": zone,
            "kind": kind,
            "trigger": from_,
            "period": period,
            "direction": Direction.before if before else Direction.after,
            "fixed_date": fixed,
            "service_method": service_method,
            "extensions": [_extension(each) for each in extend or ()],
            "suspensions": [_stay(each) for each in stay or ()],
            "closures": closure or [],
            "at_court": at_court,
            "rule_on": rule_on,
            "roll": "on" if roll else "off",
        }
    )
    out = deadline_out(found, language(ctx))
    if as_json:
        typer.echo(out.model_dump_json(indent=2))
        return
    _print(ctx, out, found)


def _reckoned(given: dict[str, Any]) -> Reckoned:
    """The deadline; faults are told by the names of the options."""
    try:
        return reckon(DeadlineIn.model_validate(given))
    except ValidationError as error:
        faults = list(faults_of(error.errors()))
    except Invalid as fault:
        faults = list(fault.faults)
    except Incomputable as fault:
        raise fault.at(_option(fault.field)) from None
    raise Invalid.all(FieldFault(_option(f.field), f.message) for f in faults)


def _option(field: str) -> str:
    name = field.partition(".")[0]
    return _OPTIONS.get(name, name)


def _print(ctx: typer.Context, found: DeadlineOut, reckoned: Reckoned) -> None:
    told_in = language(ctx)
    for count, step in enumerate(found.steps, 1):
        cited = f" [{step.citation}]" if step.citation else ""
        typer.echo(f"{count}. {step.why}{cited}")
    before = phrase("Before any move: {on:weekday}", on=found.raw_on)
    reached = phrase(
        "{kind}: {on:weekday} {hour} {zone}",
        kind=_titled(word(found.kind, told_in)),
        on=found.due_on,
        hour=found.due_hour,
        zone=found.time_zone,
    )
    for line in (
        *([before] if found.kind is DeadlineKind.last_day else []),
        reached,
        phrase("Rules: {name} {version}", name=found.rule_pack, version=found.rule_pack_version),
        phrase("Calendar: {name} {version}", name=found.calendar, version=found.calendar_version),
    ):
        typer.echo(say(line, told_in, reckoned.zone))
    for remark in found.remarks:
        typer.echo(remark)
    if found.unverified:
        texts = "; ".join(found.unverified)
        said = phrase("Not yet checked against their text: {texts}.", texts=texts)
        typer.echo(sentence(said, told_in))


def _titled(text: str) -> str:
    return text[:1].upper() + text[1:]


def _extension(text: str) -> dict[str, Any]:
    return {"to_on": text} if "-" in text else {"period": text}


def _stay(text: str) -> dict[str, Any]:
    first, _, last = text.partition("/")
    return {"from_on": first, "until_on": last}
