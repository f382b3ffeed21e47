"""Compliance: what an order and its events let one say, as of any day."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from app.domain import events as law
from app.domain.compliance import worst
from app.domain.deadlines import Extension, SuspensionEffect
from app.domain.penalties import (
    PenaltyBasis,
    PenaltyTerms,
    StartKind,
    StartRule,
)
from app.domain.periods import Period, Unit
from app.domain.status import Status
from app.domain.terms import NoTerm, TriggerKind, Until, Within
from app.errors import CalendarNotCovered
from tests.unit.cases import Case, an_id, day, instant

MONTH = (Period(1, Unit.month),)


def test_without_proof_of_service_nothing_runs_and_nothing_is_overdue() -> None:
    assert Case().status("2021-07-06", "2030-01-01") == ["awaiting_service_proof"] * 2


def test_the_day_begins_and_ends_on_the_clock_of_the_court() -> None:
    case = Case()
    case.serve()
    found = [
        case.assess(instant(at)).status.value
        for at in (
            "2021-09-12T23:59:59.999999",
            "2021-09-13T00:00:00",
            "2021-09-13T23:59:59.999999",
            "2021-09-14T00:00:00",
        )
    ]
    assert found == ["running", "due_today", "due_today", "overdue_nothing"]


@pytest.mark.parametrize(
    ("zone", "on"),
    [
        ("Europe/Paris", "2021-10-31"),
        ("Europe/Paris", "2022-03-27"),
        ("America/New_York", "2021-11-07"),
        ("America/New_York", "2022-03-13"),
    ],
)
def test_a_last_day_on_which_the_clocks_change_is_a_whole_day(zone: str, on: str) -> None:
    local = ZoneInfo(zone)
    last = date.fromisoformat(on)
    case = Case(term=Until(last), zone=local)
    over = datetime.combine(last + timedelta(days=1), time.min, local).astimezone(UTC)
    begins = datetime.combine(last, time.min, local).astimezone(UTC)
    tick = timedelta(microseconds=1)
    found = [case.assess(at).status.value for at in (begins - tick, begins, over - tick, over)]
    assert found == ["running", "due_today", "due_today", "overdue_nothing"]
    assert over - begins in (timedelta(hours=23), timedelta(hours=25))


def test_each_obligor_has_a_clock_of_its_own() -> None:
    case = Case(obligors=("Twitter", "Other"))
    case.serve("2021-07-12", "Twitter")
    case.serve("2021-08-20", "Other")
    found = case.assess(day("2021-09-20")).obligations
    assert [o.status.value for o in found] == ["overdue_nothing", "running"]
    assert found[1].standing.clock.due_on == date(2021, 10, 20)


def test_a_further_service_moves_nothing_and_a_provisional_one_is_marked() -> None:
    case = Case()
    case.serve("2021-07-12", provisional=True)
    case.serve("2021-08-12", further=True)
    clock = case.one("2021-09-01").standing.clock
    assert (clock.due_on, clock.provisional) == (date(2021, 9, 13), True)
    assert "provisional" in str(case.one("2021-09-01").sentence)


def test_a_corrected_service_counts_from_the_day_the_record_was_corrected() -> None:
    case = Case()
    wrong = case.serve("2021-07-12")
    right = day("2021-08-02")
    case.add(
        "service", law.Service(), right, obligor="Twitter", corrects=wrong, known=day("2021-10-01")
    )
    assert case.one("2021-09-20").standing.clock.due_on == date(2021, 10, 4)
    then = case.one("2021-09-20", known_at=day("2021-09-20"))
    assert then.standing.clock.due_on == date(2021, 9, 13)


def test_a_correction_that_was_corrected_itself_makes_nothing_void() -> None:
    case = Case()
    service = case.serve()
    undo = case.add("correction", law.Correction(), day("2021-08-01"), corrects=service)
    assert case.status("2021-09-14") == ["awaiting_service_proof"]
    case.add("correction", law.Correction(), day("2021-08-02"), corrects=undo)
    assert case.status("2021-09-14") == ["overdue_nothing"]


def test_a_term_may_run_from_the_decision_or_from_another_event() -> None:
    assert Case(term=Within(MONTH, TriggerKind.decision)).one("2021-07-07").standing.clock.due_on
    case = Case(term=Within(MONTH, TriggerKind.event))
    assert case.status("2021-12-01") == ["awaiting_service_proof"]
    case.add("trigger", law.Triggered("protective order"), day("2021-08-02"))
    found = case.one("2021-12-01")
    assert found.standing.clock.due_on == date(2021, 9, 2)
    assert "time runs from" in str(found.sentence)


def test_the_sentence_of_a_term_from_the_decision_says_so() -> None:
    case = Case(term=Within(MONTH, TriggerKind.decision))
    assert "decision of 2021-07-06" in str(case.one("2021-07-07").sentence)


def test_an_order_without_a_date_is_never_overdue() -> None:
    case = Case(term=NoTerm("not in the source"))
    assert case.status("2030-01-01") == ["running"]
    case.deposit("2021-10-01T10:00:00", "partial", "a")
    assert case.status("2030-01-01") == ["partly_produced"]
    assert "states no date" in str(case.one("2030-01-01").sentence)


def test_a_fixed_date_with_an_hour_ends_at_that_hour() -> None:
    case = Case(term=Until(date(2021, 9, 9), time(17)))
    assert case.assess(instant("2021-09-09T16:59:59")).status is Status.due_today
    assert case.assess(instant("2021-09-09T17:00:00")).status is Status.overdue_nothing
    assert "17:00" in str(case.one("2021-09-09").sentence)


def test_a_modification_sets_another_term_from_its_own_day_on() -> None:
    case = Case()
    case.serve()
    case.add("modification", law.Modification(Until(date(2021, 12, 1))), day("2021-09-20"))
    assert case.status("2021-09-19", "2021-09-20") == ["overdue_nothing", "running"]
    case.add("modification", law.Modification(None, "narrowed"), day("2021-09-21"))
    assert case.one("2021-09-22").standing.clock.due_on == date(2021, 12, 1)


def test_an_extension_by_a_period_makes_one_longer_period_from_the_same_trigger() -> None:
    case = Case()
    case.serve()
    case.add("extension", law.Extended(Extension.by(MONTH)), day("2021-09-01"))
    assert case.one("2021-08-31").standing.clock.due_on == date(2021, 9, 13)
    assert case.one("2021-09-01").standing.clock.due_on == date(2021, 10, 12)
    assert "extended by 1 month" in str(case.one("2021-09-01").sentence)


def test_an_extension_to_a_date_replaces_the_last_day() -> None:
    case = Case()
    case.serve()
    to = Extension.to(date(2021, 9, 30), time(12))
    agreed = law.Extended(to, law.ExtensionBy.agreement, date(2021, 8, 30))
    case.add("extension", agreed, day("2021-09-01"))
    assert case.one("2021-09-02").standing.clock.due_at == instant("2021-09-30T12:00:00")
    assert "to 2021-09-30 12:00" in str(case.one("2021-09-02").sentence)


def test_an_open_stay_suspends_and_leaves_no_last_day() -> None:
    case = Case()
    case.serve()
    stay = case.add("stay", law.Stay(), day("2021-08-02"))
    assert case.status("2021-08-01", "2021-08-02", "2022-01-01") == [
        "running",
        "suspended",
        "suspended",
    ]
    assert case.one("2021-08-02").standing.clock.due_on is None
    assert "before the stay" in str(case.one("2021-08-02").sentence)
    case.add("stay_lifted", law.StayLifted(stay.id), day("2021-08-12"))
    after = case.one("2021-08-12")
    assert after.status is Status.running
    assert after.standing.clock.due_on is not None
    assert after.standing.clock.due_on > date(2021, 9, 13)


def test_a_stay_whose_end_is_known_ends_by_itself() -> None:
    case = Case()
    case.serve()
    case.add("stay", law.Stay(date(2021, 8, 12)), day("2021-08-02"))
    assert case.status("2021-08-11", "2021-08-12") == ["suspended", "running"]


def test_a_stay_lifted_before_its_planned_end_ends_then() -> None:
    case = Case()
    case.serve()
    stay = case.add("stay", law.Stay(date(2021, 8, 20)), day("2021-08-02"))
    case.add("stay_lifted", law.StayLifted(stay.id), day("2021-08-05"))
    assert case.status("2021-08-04", "2021-08-05") == ["suspended", "running"]


def test_an_interruption_starts_the_whole_period_again() -> None:
    case = Case()
    case.serve()
    case.add("stay", law.Stay(date(2021, 8, 12), SuspensionEffect.interrupt), day("2021-08-02"))
    assert case.one("2021-08-20").standing.clock.due_on == date(2021, 10, 12)


def test_a_stay_after_the_last_day_gives_no_new_time() -> None:
    case = Case()
    case.serve()
    stay = case.add("stay", law.Stay(), day("2021-10-01"))
    assert case.status("2021-10-01") == ["suspended"]
    case.add("stay_lifted", law.StayLifted(stay.id), day("2021-10-11"))
    found = case.one("2021-10-12")
    assert (found.status, found.standing.clock.due_on) == (
        Status.overdue_nothing,
        date(2021, 9, 13),
    )


def test_after_a_stay_over_a_fixed_date_the_last_day_is_not_known() -> None:
    case = Case(term=Until(date(2021, 9, 9)))
    case.add("stay", law.Stay(date(2021, 10, 1)), day("2021-09-01"))
    assert case.status("2021-09-05", "2021-12-01") == ["suspended", "running"]


def test_a_year_that_no_calendar_covers_is_refused_whatever_was_stayed() -> None:
    case = Case()
    case.serve("2036-12-20")
    with pytest.raises(CalendarNotCovered):
        case.one("2036-12-21")


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("withdrawal", law.Ended()),
        ("set_aside", law.Ended()),
        ("appeal_decided", law.AppealDecided(law.AppealOutcome.reversed)),
        ("ruling", law.Ruling(law.RulingOutcome.upheld)),
    ],
)
def test_what_ends_an_obligation_ends_it_in_its_scope_alone(
    kind: str, details: law.Details
) -> None:
    case = Case(categories=("1", "2"))
    case.serve()
    case.add(kind, details, day("2021-10-01"), categories=("1",))
    found = case.assess(day("2021-10-02"))
    assert [o.status for o in found.obligations] == [Status.ended, Status.overdue_nothing]
    assert found.obligations[0].late_days == 0
    assert "nothing is owed" in str(found.obligations[0].sentence)
    assert case.status("2021-09-30") == ["overdue_nothing"]


@pytest.mark.parametrize(
    ("kind", "details"),
    [
        ("appeal", law.Appeal()),
        ("appeal_decided", law.AppealDecided(law.AppealOutcome.confirmed)),
        ("appeal_decided", law.AppealDecided(law.AppealOutcome.struck_from_roll)),
        ("ruling", law.Ruling(law.RulingOutcome.rejected)),
        ("objection", law.Objection("secret")),
        ("consequence", law.Consequence(law.ConsequenceKind.struck_from_roll)),
        ("outage", law.Outage(day("2021-09-02"))),
        ("exhibit_replaced", law.ExhibitReplaced(an_id("x"), an_id("y"), an_id("p"))),
    ],
)
def test_what_changes_nothing_changes_nothing(kind: str, details: law.Details) -> None:
    case = Case()
    case.serve()
    before = case.one("2021-09-14")
    case.add(kind, details, day("2021-09-01"))
    after = case.one("2021-09-14")
    assert (after.status, after.finding, after.standing.clock) == (
        before.status,
        before.finding,
        before.standing.clock,
    )


def test_complete_needs_the_declaration_and_every_element() -> None:
    case = Case()
    case.serve()
    case.deposit("2021-09-01T10:00:00", "complete", "a")
    assert case.status("2021-09-02") == ["partly_produced"]
    case.deposit("2021-09-03T10:00:00", "complete", "b")
    assert case.status("2021-09-02", "2021-09-03") == ["partly_produced", "met_on_time"]
    assert case.one("2021-09-04").standing.completed_at == instant("2021-09-03T10:00:00")


def test_every_element_without_the_declaration_is_not_complete() -> None:
    case = Case()
    case.serve()
    case.deposit("2021-09-01T10:00:00", "partial", "ab")
    assert case.status("2021-09-14") == ["overdue_partly"]
    assert case.one("2021-09-14").unanswered == ()


def test_the_last_declaration_counts() -> None:
    case = Case()
    case.serve()
    case.deposit("2021-09-01T10:00:00", "complete", "ab")
    case.deposit("2021-09-02T10:00:00", "partial")
    assert case.status("2021-09-01", "2021-09-02") == ["met_on_time", "partly_produced"]


def test_nothing_responsive_meets_and_an_objection_declares_nothing() -> None:
    case = Case()
    case.serve()
    case.deposit("2021-09-01T10:00:00", "objection")
    assert case.status("2021-09-14") == ["overdue_nothing"]
    case.deposit("2021-09-20T10:00:00", "nothing_responsive")
    assert case.status("2021-09-21") == ["met_late"]


def test_a_withdrawn_exhibit_leaves_its_elements_unanswered() -> None:
    case = Case()
    case.serve()
    case.deposit("2021-09-01T10:00:00", "complete", "ab")
    gone = law.ExhibitWithdrawn(an_id("x"), an_id("p"), element_ids=frozenset({an_id("1a")}))
    case.add("exhibit_withdrawn", gone, day("2021-09-05"))
    assert case.status("2021-09-04", "2021-09-14") == ["met_on_time", "overdue_partly"]


def test_shares_say_312_of_340_on_time_and_28_nine_days_late() -> None:
    case = Case(elements=())
    case.serve()
    case.deposit("2021-09-13T10:00:00", "partial", documents=312, total=340)
    case.deposit("2021-09-22T10:00:00", "complete", documents=28, total=340)
    shares = case.one("2021-10-01").shares
    assert (shares.on_time, shares.late, shares.late_by_days) == (312, 28, ((9, 28),))
    assert (shares.declared_total, shares.missing) == (340, 0)
    assert "not declared complete" in str(case.one("2021-09-20").sentence)


def test_without_a_declared_total_nobody_says_how_many_are_missing() -> None:
    case = Case(elements=())
    case.deposit("2021-09-13T10:00:00", "partial", documents=3)
    shares = case.one("2021-10-01").shares
    assert (shares.on_time, shares.missing) == (3, None)


def test_findings_and_disputes_stand_beside_the_status() -> None:
    case = Case()
    case.serve()
    case.add("dispute", law.Dispute("incomplete"), day("2021-10-01"))
    assert case.one("2021-10-02").finding == "dispute_open"
    case.add("finding", law.Finding(law.FindingOutcome.insufficient), day("2021-11-01"))
    assert case.one("2021-11-02").finding == "found_insufficient"
    case.add("finding", law.Finding(law.FindingOutcome.sufficient), day("2021-12-01"))
    assert case.one("2021-12-02").finding == "found_sufficient"
    assert {case.one(d).status for d in ("2021-10-02", "2021-12-02")} == {Status.overdue_nothing}


def test_an_order_bears_the_worst_of_its_obligations_with_their_counts() -> None:
    case = Case(categories=("1", "2", "3"))
    case.serve()
    case.deposit("2021-09-01T10:00:00", "complete", "ab", category="2")
    found = case.assess(day("2021-09-14"))
    assert found.status is Status.overdue_nothing
    assert dict(found.counts) == {Status.overdue_nothing: 2, Status.met_on_time: 1}
    assert worst([]) is Status.ended


A_THOUSAND = PenaltyTerms(rate=Decimal(1000), currency="EUR")


def test_a_penalty_runs_from_the_day_after_the_last_day_until_completion() -> None:
    case = Case(penalty=A_THOUSAND)
    case.serve()
    assert case.one("2021-09-13").penalty is not None
    found = case.one("2021-09-23").penalty
    assert found is not None
    assert (found.theoretical_accrual, found.counted_days) == (Decimal(10_000), 10)
    case.deposit("2021-09-23T10:00:00", "complete", "ab")
    done = case.one("2021-12-31").penalty
    assert done is not None
    assert done.counted_days == 10


def test_a_stay_stops_a_penalty_only_where_the_decision_says_so() -> None:
    for stops, until, counted in ((False, True, 18), (True, True, 8), (True, False, 8)):
        case = Case(penalty=A_THOUSAND)
        case.serve()
        end = date(2021, 10, 1) if until else None
        case.add("stay", law.Stay(end, stops_penalty=stops), day("2021-09-21"))
        as_of = "2021-10-01" if until else "2021-09-30"
        found = case.one(as_of).penalty
        assert found is not None
        assert found.counted_days == (counted if until else 7)


def test_a_penalty_set_later_replaces_the_orders_and_ends_with_what_is_owed() -> None:
    case = Case()
    case.serve()
    assert case.one("2021-09-20").penalty is None
    later = PenaltyTerms(
        rate=Decimal(100), currency="EUR", starts=StartRule(StartKind.on, on=date(2021, 10, 1))
    )
    case.add("penalty_set", law.PenaltySet(later), day("2021-09-25"))
    case.add("set_aside", law.Ended(), day("2021-10-10"))
    found = case.one("2021-12-31").penalty
    assert found is not None
    assert found.theoretical_accrual == Decimal(900)


def test_a_penalty_per_document_and_day_counts_what_is_missing() -> None:
    terms = PenaltyTerms(rate=Decimal(1), currency="EUR", per=PenaltyBasis.document_day)
    case = Case(penalty=terms, elements=())
    case.serve()
    case.deposit("2021-09-10T10:00:00", "partial", documents=5, total=8)
    case.deposit("2021-09-15T10:00:00", "partial", documents=1)
    found = case.one("2021-09-16").penalty
    assert found is not None
    assert found.item_days == 3 + 3 + 2


def test_every_kind_of_event_has_its_clause_among_the_reasons() -> None:
    case = Case()
    case.serve()
    stay = case.add("stay", law.Stay(), day("2021-08-02"))
    for kind, details in (
        ("stay", law.Stay(date(2021, 9, 20))),
        ("stay_lifted", law.StayLifted(stay.id)),
        ("trigger", law.Triggered()),
        ("extension", law.Extended(Extension.by(MONTH))),
        ("extension", law.Extended(Extension.by(MONTH), law.ExtensionBy.agreement)),
        ("modification", law.Modification()),
        ("modification", law.Modification(Until(date(2021, 12, 1)))),
        ("penalty_set", law.PenaltySet(A_THOUSAND)),
        ("penalty_liquidated", law.PenaltyLiquidated(Decimal(500), "EUR")),
        ("finding", law.Finding(law.FindingOutcome.sufficient)),
        ("finding", law.Finding(law.FindingOutcome.insufficient)),
        ("ruling", law.Ruling(law.RulingOutcome.rejected)),
        ("ruling", law.Ruling(law.RulingOutcome.upheld)),
        ("appeal", law.Appeal()),
        ("appeal_decided", law.AppealDecided(law.AppealOutcome.partly_reversed)),
        ("consequence", law.Consequence(law.ConsequenceKind.sanction)),
        ("objection", law.Objection("ground")),
        ("dispute", law.Dispute("text")),
        ("withdrawal", law.Ended()),
        ("outage", law.Outage(day("2021-09-02"))),
        ("exhibit_withdrawn", law.ExhibitWithdrawn(an_id("x"), an_id("p"))),
        ("exhibit_replaced", law.ExhibitReplaced(an_id("x"), an_id("y"), an_id("p"))),
    ):
        case.add(kind, details, day("2021-09-01"))
    case.serve("2021-09-02", further=True)
    case.serve("2021-09-03", provisional=True, further=False)
    case.deposit("2021-09-02T10:00:00", "partial", "a")
    reasons = case.one("2021-09-05").reasons
    said = [r for r in reasons if r.event_id is not None]
    assert len(said) == len(case.events)
    assert all(str(r.said) for r in said)
    assert any(r.citation for r in reasons)
