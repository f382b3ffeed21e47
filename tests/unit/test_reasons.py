"""Reasons in words: a sentence for every status, a clause for every event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from app.domain import events as law
from app.domain.clocks import Clock
from app.domain.deadlines import Extension
from app.domain.penalties import PenaltyTerms
from app.domain.periods import Period, Unit
from app.domain.reasons import clock_said, end_of_day, event_said
from app.domain.status import Status
from app.domain.terms import NoTerm, TriggerKind, Until, Within
from tests.unit.cases import PARIS, TWO_MONTHS, Case, an_id, day

MONTH = (Period(1, Unit.month),)
RUNS = (
    "served 2021-07-12, within 2 months of service, last day 2021-09-12, moved to 2021-09-13 24:00"
)


def unserved(case: Case) -> str:
    return "2021-09-01"


def served(case: Case) -> str:
    case.serve()
    return "2021-09-01"


def on_the_last_day(case: Case) -> str:
    case.serve()
    return "2021-09-13"


def overdue(case: Case) -> str:
    case.serve()
    return "2021-09-14"


def in_part(case: Case) -> str:
    case.serve()
    case.deposit("2021-08-20T10:00:00", "partial", "a")
    return "2021-09-01"


def overdue_in_part(case: Case) -> str:
    in_part(case)
    return "2021-09-14"


def met(case: Case) -> str:
    case.serve()
    case.deposit("2021-08-20T10:00:00", "complete", "ab")
    return "2021-09-01"


def met_late(case: Case) -> str:
    case.serve()
    case.deposit("2021-09-20T10:00:00", "complete", "ab")
    return "2021-09-20"


def stayed(case: Case) -> str:
    case.serve()
    case.add("stay", law.Stay(), day("2021-08-02"))
    return "2021-09-01"


def ended(case: Case) -> str:
    case.serve()
    case.add("set_aside", law.Ended(), day("2021-08-02"))
    return "2021-09-01"


SENTENCES: list[tuple[Callable[[Case], str], Status, str]] = [
    (
        unserved,
        Status.awaiting_service_proof,
        "no proof of service on Twitter is recorded: time does not run; nothing received for "
        "category 1",
    ),
    (served, Status.running, f"{RUNS}; nothing received for category 1"),
    (on_the_last_day, Status.due_today, f"{RUNS}; nothing received for category 1"),
    (overdue, Status.overdue_nothing, f"{RUNS}; nothing received for category 1"),
    (
        in_part,
        Status.partly_produced,
        f"{RUNS}; category 1 received in part since 2021-08-20, 1 of 2 elements answered",
    ),
    (
        overdue_in_part,
        Status.overdue_partly,
        f"{RUNS}; category 1 received in part since 2021-08-20, 1 of 2 elements answered",
    ),
    (met, Status.met_on_time, f"{RUNS}; category 1 declared complete on 2021-08-20"),
    (met_late, Status.met_late, f"{RUNS}; category 1 declared complete on 2021-09-20"),
    (
        stayed,
        Status.suspended,
        "served 2021-07-12, within 2 months of service, the last day was 2021-09-13 before the "
        "stay; execution stayed since 2021-08-02, nothing received for category 1",
    ),
    (ended, Status.ended, f"{RUNS}; nothing is owed for category 1 since 2021-08-02"),
]


def test_every_status_has_its_sentence() -> None:
    assert {status for _, status, _ in SENTENCES} == set(Status)


@pytest.mark.parametrize(
    ("story", "status", "said"), SENTENCES, ids=[story.__name__ for story, _, _ in SENTENCES]
)
def test_the_sentence_says_what_started_the_clock_its_end_and_what_came(
    story: Callable[[Case], str], status: Status, said: str
) -> None:
    case = Case()
    found = case.one(story(case))
    assert (found.status, str(found.sentence)) == (status, said)


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        (Clock(NoTerm()), "the order states no date"),
        (Clock(TWO_MONTHS), "no proof of service on Twitter is recorded: time does not run"),
        (
            Clock(Within(MONTH, TriggerKind.event)),
            "the event from which time runs is not recorded: time does not run",
        ),
        (Clock(Until(date(2021, 9, 9))), "last day not known"),
    ],
)
def test_a_clock_that_does_not_run_says_why(clock: Clock, said: str) -> None:
    assert str(clock_said(clock, "Twitter", PARIS)).endswith(said)


@pytest.mark.parametrize(
    ("due_at", "zone", "hour"),
    [
        (datetime(2021, 9, 13, 22, tzinfo=UTC), "Europe/Paris", "24:00"),
        (datetime(2021, 9, 13, 15, tzinfo=UTC), "Europe/Paris", "17:00"),
        (datetime(2021, 9, 13, 21, 59, tzinfo=UTC), "Europe/Paris", "23:59"),
        (datetime(2021, 10, 31, 23, tzinfo=UTC), "Europe/Paris", "24:00"),
        (datetime(2022, 3, 27, 22, tzinfo=UTC), "Europe/Paris", "24:00"),
        (datetime(2021, 11, 8, 5, tzinfo=UTC), "America/New_York", "24:00"),
        (datetime(2021, 11, 8, 0, tzinfo=UTC), "America/New_York", "19:00"),
    ],
)
def test_the_end_of_a_day_is_told_on_that_day(due_at: datetime, zone: str, hour: str) -> None:
    assert end_of_day(due_at, ZoneInfo(zone)) == hour


UPHELD, REJECTED = law.RulingOutcome.upheld, law.RulingOutcome.rejected
CLAUSES: list[tuple[str, law.Details, str]] = [
    ("service", law.Service(), "service of the decision"),
    ("service", law.Service(provisional=True), "service, on a provisional date that is not proved"),
    ("service", law.Service(further=True), "served again: the first regular service counts"),
    ("trigger", law.Triggered(), "the event from which time runs"),
    ("extension", law.Extended(Extension.by(MONTH)), "extended by order by 1 month"),
    (
        "extension",
        law.Extended(Extension.to(date(2021, 9, 30)), law.ExtensionBy.agreement),
        "extended by agreement to 2021-09-30",
    ),
    (
        "extension",
        law.Extended(Extension.to(date(2021, 9, 30), time(17))),
        "extended by order to 2021-09-30 17:00",
    ),
    ("stay", law.Stay(), "execution stayed"),
    ("stay", law.Stay(date(2021, 9, 1)), "execution stayed; time runs again from 2021-09-01"),
    ("stay_lifted", law.StayLifted(an_id("x")), "stay lifted: time runs again"),
    ("appeal", law.Appeal(), "appeal lodged: it does not suspend the order"),
    *(
        ("appeal_decided", law.AppealDecided(law.AppealOutcome(outcome)), said)
        for outcome, said in (
            ("confirmed", "confirmed on appeal"),
            ("reversed", "reversed on appeal"),
            ("partly_reversed", "reversed in part on appeal"),
            ("struck_from_roll", "appeal struck from the roll"),
            ("withdrawn", "appeal withdrawn"),
        )
    ),
    ("withdrawal", law.Ended(), "the requesting party withdrew"),
    ("set_aside", law.Ended(), "set aside by the court"),
    ("modification", law.Modification(), "the order was modified"),
    ("modification", law.Modification(NoTerm()), "the order was modified: no date stated"),
    ("objection", law.Objection("secret"), "the obligor objects"),
    ("ruling", law.Ruling(UPHELD), "objection upheld"),
    ("ruling", law.Ruling(REJECTED), "objection rejected"),
    ("dispute", law.Dispute("x"), "what was produced is disputed"),
    ("finding", law.Finding(law.FindingOutcome.sufficient), "found sufficient"),
    ("finding", law.Finding(law.FindingOutcome.insufficient), "found insufficient"),
    *(
        ("consequence", law.Consequence(law.ConsequenceKind(kind)), said)
        for kind, said in (
            ("struck_from_roll", "struck from the roll for non-execution"),
            ("exclusion", "exhibits excluded"),
            ("adverse_inference", "adverse inference drawn"),
            ("sanction", "sanction ordered"),
        )
    ),
    (
        "penalty_set",
        law.PenaltySet(PenaltyTerms(rate=Decimal(100))),
        "periodic penalty ordered",
    ),
    (
        "penalty_liquidated",
        law.PenaltyLiquidated(Decimal("500.00"), "EUR"),
        "periodic penalty liquidated at 500.00 EUR",
    ),
    ("production_deposited", law.ProductionDeposited(an_id("p")), "production deposited"),
    (
        "exhibit_replaced",
        law.ExhibitReplaced(an_id("x"), an_id("y"), an_id("p")),
        "an exhibit was replaced by a later one",
    ),
    (
        "exhibit_withdrawn",
        law.ExhibitWithdrawn(an_id("x"), an_id("p")),
        "an exhibit was withdrawn; its number stays",
    ),
    ("outage", law.Outage(day("2021-09-02")), "the service could not be reached until"),
    *(
        ("law_change", law.LawChange("2027.1", "2+holidays-1", applied), said)
        for applied, said in (
            (True, "new versions applied: rules 2027.1, calendar 2+holidays-1"),
            (False, "new versions not applied: rules 2027.1"),
        )
    ),
    ("correction", law.Correction(), "an earlier entry was corrected"),
]


def test_every_kind_of_event_has_its_clause() -> None:
    assert {kind for kind, _, _ in CLAUSES} == set(law.EventKind)


@pytest.mark.parametrize(("kind", "details", "said"), CLAUSES)
def test_a_clause_says_what_happened(kind: str, details: law.Details, said: str) -> None:
    case = Case()
    assert str(event_said(case.add(kind, details, day("2021-09-01")))).startswith(said)
