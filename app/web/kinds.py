"""The kinds of event on a form: what each says and asks, and who may record it."""

from __future__ import annotations

from app import models as m
from app.domain import events as law
from app.domain.access import Action, Actor, allows
from app.domain.deadlines import SuspensionEffect
from app.domain.events import EventKind
from app.errors import NotAllowed
from app.services.events import check_kind
from app.services.orders import order_place
from app.web.fields import (
    CATEGORIES,
    COURT,
    EFFECTIVE_AT,
    EFFECTIVE_ON,
    MILESTONE,
    OBLIGOR,
    PENALTY,
    PERIOD,
    REASON,
    REFERENCE,
    SERVED,
    TERM,
    TO_HOUR,
    Field,
    Kind,
)
from app.web.rendering import msg

KINDS: dict[EventKind, Kind] = {
    EventKind.service: Kind(
        msg("The decision was served on an obligor. Its clock starts, once."),
        (
            Field(
                "method",
                msg("Method of service"),
                "choice",
                hint=msg(
                    "Where the rules deem service done on another day, say when the act was done."
                ),
                options="methods",
                blank=msg("Not stated"),
            ),
            Field("provisional", msg("Provisional: the date is not proved"), "tick"),
            Field("further", msg("A further service: it moves no clock"), "tick"),
            Field("proof", msg("Proof of service")),
        ),
    ),
    EventKind.trigger: Kind(
        msg("The event from which the order lets time run happened."),
        (MILESTONE, Field("description", msg("What happened"))),
    ),
    EventKind.extension: Kind(
        msg("More time, by order or by agreement: by a period, or to a date."),
        (
            MILESTONE,
            Field("by", msg("Given by"), "choice", words=law.ExtensionBy),
            *PERIOD,
            Field("to_on", msg("Or to this date"), "day", side="left"),
            TO_HOUR,
            Field("agreed_on", msg("Agreed on, if by agreement"), "day", side="left"),
            Field(
                "writing",
                msg("In writing, if by agreement"),
                hint=msg("The letter or message that shows it, and its date."),
                side="right",
            ),
        ),
    ),
    EventKind.stay: Kind(
        msg("Execution is stayed from this day on."),
        (
            Field(
                "until_on",
                msg("Time runs again from"),
                "day",
                hint=msg("The first day that counts again. Leave blank while nobody knows."),
            ),
            Field("effect", msg("Effect on the time"), "choice", words=SuspensionEffect),
            Field("stops_penalty", msg("The decision also stops the periodic penalty"), "tick"),
        ),
    ),
    EventKind.stay_lifted: Kind(
        msg("A stay ends; time runs again from this day."),
        (Field("stay_id", msg("Which stay"), "choice", options="stays", required=True),),
    ),
    EventKind.appeal: Kind(
        msg("An appeal was lodged. By itself it suspends nothing."), (COURT, REFERENCE)
    ),
    EventKind.appeal_decided: Kind(
        msg("What became of an appeal."),
        (
            Field("outcome", msg("Outcome"), "choice", words=law.AppealOutcome),
            COURT,
            REFERENCE,
        ),
    ),
    EventKind.withdrawal: Kind(msg("The requesting party gives up what it asked for.")),
    EventKind.set_aside: Kind(
        msg("The court sets the order aside, wholly or for some categories."),
        (COURT, REFERENCE),
    ),
    EventKind.modification: Kind(
        msg("The judge widens, narrows or rectifies; a new term replaces the old one."),
        (MILESTONE, *TERM, Field("description", msg("What changes"), "text")),
    ),
    EventKind.objection: Kind(
        msg("The obligor objects to producing."),
        (Field("ground", msg("Ground of the objection"), required=True),),
    ),
    EventKind.ruling: Kind(
        msg("The judge rules on an objection. Upheld, nothing more is owed in its scope."),
        (
            Field("outcome", msg("Outcome"), "choice", words=law.RulingOutcome),
            Field(
                "objection_id",
                msg("Which objection"),
                "choice",
                options="objections",
                blank=msg("Not stated"),
            ),
            REFERENCE,
        ),
    ),
    EventKind.dispute: Kind(
        msg("A party disputes what was produced."),
        (Field("dispute_text", msg("What is disputed"), "text", "text", required=True),),
    ),
    EventKind.finding: Kind(
        msg("A judge finds the production sufficient or insufficient."),
        (
            Field("outcome", msg("Outcome"), "choice", words=law.FindingOutcome),
            COURT,
            REFERENCE,
        ),
    ),
    EventKind.consequence: Kind(
        msg("A procedural consequence of non-execution."),
        (
            Field("consequence", msg("Consequence"), "choice", words=law.ConsequenceKind),
            COURT,
            REFERENCE,
        ),
    ),
    EventKind.penalty_set: Kind(
        msg("A periodic penalty is ordered or replaced. Its amount stays theoretical."), PENALTY
    ),
    EventKind.penalty_liquidated: Kind(
        msg("A decision liquidates the penalty: only now is a sum due."),
        (
            Field(
                "liquidated_amount", msg("Liquidated amount"), "amount", required=True, side="left"
            ),
            Field("currency", msg("Currency"), required=True, hint=msg("As in EUR."), side="right"),
            COURT,
            REFERENCE,
        ),
    ),
    EventKind.outage: Kind(
        msg("The service could not be reached."),
        (
            Field(
                "outage_on", msg("Until this day"), "day", "until_at", required=True, side="left"
            ),
            Field(
                "outage_at", msg("Until this hour of that day (court’s clock)"), "hour",
                "until_hour", required=True, side="right",
            ),
        ),
    ),
    EventKind.correction: Kind(
        msg("An earlier entry was wrong, and nothing takes its place."),
        (Field("corrects", msg("Which entry"), "choice", options="events", required=True),),
    ),
}  # fmt: skip


def fields_of(kind: EventKind) -> tuple[Field, ...]:
    """Every field of the kind's form, in its order."""
    before = () if kind is EventKind.correction else (
        SERVED if kind is EventKind.service else OBLIGOR, CATEGORIES)  # fmt: skip
    return (EFFECTIVE_ON, EFFECTIVE_AT, *before, *KINDS[kind].fields, REASON)


def open_kinds(actor: Actor, order: m.Order) -> list[EventKind]:
    """The kinds that the reader may record here, by the policy and the verb's own rule."""
    if not allows(actor, Action.event_record, order_place(order)):
        return []
    return [kind for kind in KINDS if _may(actor, order, kind)]


def _may(actor: Actor, order: m.Order, kind: EventKind) -> bool:
    try:
        check_kind(actor, order, kind)
    except NotAllowed:
        return False
    return True
