"""``bordereau assess``: the same answer as page and API, on the machine itself."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from app.commands.terminal import (
    AsJson,
    Lang,
    asked,
    database,
    language,
)
from app.deps import clock
from app.domain.reasons import end_of_day
from app.language import long_date, say, word
from app.phrases import phrase
from app.schemas.compliance import AssessmentOut, ObligationOut
from app.services import compliance, operator
from app.settings import Settings


def assess(
    ctx: typer.Context,
    order: Annotated[str, typer.Argument(help="The order's identifier, or a reference of it.")],
    as_of: Annotated[
        str | None, typer.Option(help="A court day (its last instant) or an instant; default now.")
    ] = None,
    known_at: Annotated[
        str | None, typer.Option(help="As the record showed it then; default now.")
    ] = None,
    as_: Annotated[
        str | None,
        typer.Option("--as", metavar="EMAIL", help="With this person's rights, not the machine's."),
    ] = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Was the order executed, as of when, and how do you know?"""
    at, known = asked(as_of, "as-of"), asked(known_at, "known-at")
    with database(Settings()) as opened, opened.reading() as session:
        actor = operator.person(session, as_) if as_ else operator.operator(session)
        assessed = compliance.assess_order(
            session,
            actor,
            operator.order_named(session, actor, order),
            now=clock(),
            as_of=at,
            known_at=known,
        )
        title = assessed.order.title
        out = compliance.assessment_out(assessed, language(ctx))
    if as_json:
        typer.echo(out.model_dump_json(indent=2))
    else:
        _print(ctx, title, out)


def _print(ctx: typer.Context, title: str, found: AssessmentOut) -> None:
    told_in, zone = language(ctx), ZoneInfo(found.time_zone)
    typer.echo(title)
    heading = phrase(
        "As of {as_of}; known at {known_at}", as_of=found.as_of, known_at=found.known_at
    )
    typer.echo(say(heading, told_in, zone))
    rows = [
        (
            one.category_number,
            word(one.status, told_in),
            word(one.finding, told_in),
            _last_day(ctx, one, zone),
        )
        for one in found.obligations
    ]
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    several = len({one.obligor_id for one in found.obligations}) > 1
    for one, row in zip(found.obligations, rows, strict=True):
        cells = "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True))
        typer.echo(f"{cells}  {one.obligor}" if several else cells.rstrip())
        typer.echo(f"   {one.sentence}")
        for warning in one.warnings:
            typer.echo(f"   {say(phrase('Warning: {said}', said=warning.said), told_in)}")
        for milestone in one.milestones:
            typer.echo(f"   - {milestone.sentence}")


def _last_day(ctx: typer.Context, one: ObligationOut, zone: ZoneInfo) -> str:
    if one.due_on is None or one.due_at is None:
        return say(phrase("last day not known"), language(ctx))
    return f"{long_date(one.due_on, language(ctx))} {end_of_day(one.due_at, zone)}"
