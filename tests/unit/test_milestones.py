"""Milestones: interim dates of a category, late at one and on time at the last."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from app.domain import events as law
from app.domain.clocks import MilestoneFacts
from app.domain.deadlines import Extension
from app.domain.milestones import MilestoneAssessment
from app.domain.periods import Period, Unit
from app.domain.standings import standings
from app.domain.status import Status
from app.domain.terms import NoTerm, Term, TriggerKind, Until, Within
from app.errors import CalendarNotCovered
from app.language import sentence
from tests.unit.cases import PARIS, Case, an_id, day, instant

ONE_MONTH = Within((Period(1, Unit.month),))
TEN_DAYS = (Period(10, Unit.day),)


def milestone(name: str, term: Term, elements: str = "", **more: Any) -> MilestoneFacts:
    return MilestoneFacts(an_id(name), name, term, tuple(an_id("1" + e) for e in elements), **more)


START = milestone("start", Until(date(2021, 7, 30)))
FIRST = milestone("first", ONE_MONTH, "a")
HALF = milestone("half", Until(date(2021, 8, 20)), documents=100)
BOTH = milestone("both", Until(date(2021, 8, 20)), "b", documents=2)


def rolling(*milestones: MilestoneFacts, **more: Any) -> Case:
    """An order served on 12 July 2021: two months, with these dates on the way."""
    case = Case(milestones=milestones or (START, FIRST, HALF), **more)
    case.serve()
    return case


def at(case: Case, on: str, name: str = "") -> MilestoneAssessment:
    """A milestone at the end of a day; the first one unless named."""
    found = case.one(on).milestones
    return next(x for x in found if name in ("", x.milestone.name))


def states(case: Case, *days: str, name: str = "") -> list[str]:
    return [at(case, d, name).state.value for d in days]


def withdraw(case: Case, on: str, elements: str = "", category: str = "1") -> None:
    """An exhibit of the last deposit is withdrawn."""
    last = [e.details for e in case.events if isinstance(e.details, law.ProductionDeposited)][-1]
    gone = law.ExhibitWithdrawn(
        an_id("x"),
        last.production_id,
        frozenset({an_id(category)}),
        frozenset(an_id("1" + e) for e in elements),
    )
    case.add("exhibit_withdrawn", gone, day(on), obligor="Twitter")


def test_a_category_without_milestones_has_none() -> None:
    assert Case().one("2021-08-01").milestones == ()


def test_each_milestone_has_a_last_day_of_its_own_by_the_same_law() -> None:
    found = rolling().one("2021-07-12")
    assert [m.clock.due_on for m in found.milestones] == [
        date(2021, 7, 30),
        date(2021, 8, 12),
        date(2021, 8, 20),
    ]
    assert found.standing.clock.due_on == date(2021, 9, 13)
    first = found.milestones[1].clock
    assert first.trigger_on == date(2021, 7, 12)
    assert first.computation is not None
    assert first.computation.steps[0].citation


def test_the_last_day_of_a_milestone_moves_off_a_sunday_like_any_other() -> None:
    case = rolling(milestone("sunday", Within((Period(20, Unit.day),))))
    found = at(case, "2021-07-20")
    assert (found.clock.raw_on, found.clock.due_on) == (date(2021, 8, 1), date(2021, 8, 2))


def test_a_milestone_is_ahead_then_due_then_missed_with_the_days() -> None:
    case = rolling()
    assert states(case, "2021-07-29", "2021-07-30", "2021-07-31") == [
        "ahead",
        "due_today",
        "missed",
    ]
    assert [at(case, d).late_days for d in ("2021-07-30", "2021-07-31", "2021-08-09")] == [0, 1, 10]


def test_a_milestone_is_over_at_its_hour() -> None:
    case = rolling(milestone("hour", Until(date(2021, 7, 30), time(17, 0))))
    found = [
        case.assess(instant(f"2021-07-30T{clock}")).obligations[0].milestones[0].state
        for clock in ("16:59:59", "17:00:00")
    ]
    assert found == ["due_today", "missed"]


def test_without_proof_of_service_a_period_does_not_run_and_a_date_stands() -> None:
    case = Case(milestones=(START, FIRST))
    assert states(case, "2021-08-20", name="first") == ["awaiting"]
    assert states(case, "2021-08-20", name="start") == ["missed"]
    assert at(case, "2021-08-20", "first").late_days == 0


def test_with_nothing_named_production_must_have_begun() -> None:
    case = rolling()
    case.deposit("2021-07-30T23:59:59", "partial")
    assert states(case, "2021-07-29", "2021-08-30") == ["ahead", "met_on_time"]
    late = rolling()
    late.deposit("2021-08-02T00:00:00", "partial")
    assert states(late, "2021-08-01", "2021-08-30") == ["missed", "met_late"]
    assert at(late, "2021-08-30").late_days == 3


def test_an_objection_begins_no_production() -> None:
    case = rolling()
    case.deposit("2021-07-20T10:00:00", "objection")
    assert states(case, "2021-07-31") == ["missed"]


def test_the_elements_named_must_be_answered_and_no_others() -> None:
    case = rolling()
    case.deposit("2021-08-01T10:00:00", "partial", "b")
    assert at(case, "2021-08-02", "first").answered == ()
    case.deposit("2021-08-12T10:00:00", "partial", "a")
    found = at(case, "2021-08-13", "first")
    assert (found.state, found.answered) == ("met_on_time", (an_id("1a"),))


def test_documents_count_together_over_productions() -> None:
    case = rolling()
    case.deposit("2021-08-01T10:00:00", "partial", documents=60)
    case.deposit("2021-08-10T10:00:00", "partial", documents=39)
    assert (at(case, "2021-08-20", "half").state, at(case, "2021-08-20", "half").documents) == (
        "due_today",
        99,
    )
    case.deposit("2021-08-23T10:00:00", "partial", documents=1)
    found = at(case, "2021-08-30", "half")
    assert (found.state, found.late_days, found.documents) == ("met_late", 3, 100)


def test_elements_and_documents_are_both_needed_where_both_are_named() -> None:
    case = rolling(BOTH)
    case.deposit("2021-08-01T10:00:00", "partial", documents=2)
    assert states(case, "2021-08-02") == ["ahead"]
    case.deposit("2021-08-03T10:00:00", "partial", "b")
    assert states(case, "2021-08-04") == ["met_on_time"]


def test_an_exhibit_withdrawn_undoes_a_milestone_until_it_is_given_again() -> None:
    case = rolling(FIRST, BOTH)
    case.deposit("2021-08-01T10:00:00", "partial", "ab", documents=2)
    withdraw(case, "2021-08-05", "a")
    assert at(case, "2021-08-06", "both").documents == 1
    assert states(case, "2021-08-04", "2021-08-06", "2021-08-13", name="first") == [
        "met_on_time",
        "ahead",
        "missed",
    ]
    case.deposit("2021-08-16T10:00:00", "partial", "a", documents=1)
    assert states(case, "2021-08-17", name="first") == ["met_late"]
    assert states(case, "2021-08-17", name="both") == ["met_on_time"]


def test_an_exhibit_withdrawn_from_another_category_takes_nothing_away() -> None:
    case = rolling(BOTH, categories=("1", "2"))
    case.deposit("2021-08-01T10:00:00", "partial", "b", documents=2)
    withdraw(case, "2021-08-05", category="2")
    assert at(case, "2021-08-06").documents == 2


@pytest.mark.parametrize(("declared", "elements"), [("complete", "ab"), ("nothing_responsive", "")])
def test_what_is_declared_complete_has_met_every_milestone(declared: str, elements: str) -> None:
    case = rolling()
    case.deposit("2021-07-20T10:00:00", declared, elements, documents=3)
    assert [m.state for m in case.one("2021-09-30").milestones] == ["met_on_time"] * 3


def test_late_at_one_and_on_time_at_the_last() -> None:
    case = rolling()
    case.deposit("2021-08-16T10:00:00", "complete", "ab", documents=3)
    found = case.one("2021-10-01")
    assert found.status is Status.met_on_time
    assert [m.state for m in found.milestones] == ["met_late", "met_late", "met_on_time"]
    assert [m.late_days for m in found.milestones] == [17, 4, 0]


def test_a_missed_milestone_leaves_the_status_to_the_final_term_and_is_said() -> None:
    case = rolling()
    found = case.one("2021-08-13")
    assert found.status is Status.running
    assert sentence(found.sentence, "en", PARIS).endswith(
        "nothing received for category 1; milestone “start” missed, its last day was Friday "
        "30 July 2021; milestone “first” missed, its last day was Thursday 12 August 2021."
    )
    told = [sentence(r.said, "en", PARIS) for r in found.reasons]
    assert told[-2:] == [
        "Milestone “start”: on or before 30 July 2021, last day Friday 30 July 2021 24:00; "
        "missed, nothing received.",
        "Milestone “first”: served 12 July 2021, within 1 month of service, last day Thursday "
        "12 August 2021 24:00; missed, 0 of 1 elements answered.",
    ]
    assert "milestone" not in sentence(case.one("2021-07-29").sentence, "en", PARIS)


def test_a_milestone_is_told_with_what_came_in_both_languages() -> None:
    case = rolling(BOTH, START)
    case.deposit("2021-07-20T10:00:00", "partial", "b", documents=1)
    both, start = case.one("2021-08-21").milestones
    assert sentence(both.said, "en", PARIS).endswith(
        "; missed, 1 of 1 elements answered, 1 of 2 documents received."
    )
    french = sentence(both.said, "fr", PARIS).replace("\u00a0", " ")
    assert french.startswith("Échéance intermédiaire « both » : ")
    assert french.endswith("; manquée, 1 éléments renseignés sur 1, 1 documents reçus sur 2.")
    assert sentence(start.said, "en", PARIS).endswith("; met on time, production begun.")


def extend(case: Case, extension: Extension, *, of: MilestoneFacts | None = None) -> None:
    details = law.Extended(extension, milestone_id=of.id if of else None)
    case.add("extension", details, day("2021-08-02"))


def due(case: Case, on: str = "2021-08-03") -> list[str]:
    """The last days of the obligation, then of its milestones."""
    found = case.one(on)
    clocks = [found.standing.clock, *(m.clock for m in found.milestones)]
    return [c.due_on.isoformat() if c.due_on else "" for c in clocks]


BEFORE = ["2021-09-13", "2021-07-30", "2021-08-12", "2021-08-20"]


def test_an_extension_of_the_category_s_term_moves_no_milestone() -> None:
    case = rolling()
    extend(case, Extension.by(TEN_DAYS))
    assert due(case) == ["2021-09-22", *BEFORE[1:]]


@pytest.mark.parametrize(
    ("named", "extension", "moved"),
    [
        (FIRST, Extension.by(TEN_DAYS), [*BEFORE[:2], "2021-08-23", BEFORE[3]]),
        (HALF, Extension.to(date(2021, 8, 27)), [*BEFORE[:3], "2021-08-27"]),
    ],
)
def test_an_extension_that_names_a_milestone_moves_that_one_alone(
    named: MilestoneFacts, extension: Extension, moved: list[str]
) -> None:
    case = rolling()
    assert due(case) == BEFORE
    extend(case, extension, of=named)
    assert due(case) == moved
    # Before it took effect, and as the record showed it then, nothing had moved.
    assert due(case, "2021-08-01") == BEFORE
    found = case.one("2021-08-03", known_at=day("2021-08-01"))
    assert [m.clock.due_on.isoformat() for m in found.milestones if m.clock.due_on] == BEFORE[1:]


def test_a_modification_replaces_the_final_term_or_that_of_the_milestone_named() -> None:
    case = rolling()
    term = Until(date(2021, 10, 29))
    case.add("modification", law.Modification(term), day("2021-08-02"))
    assert due(case) == ["2021-10-29", *BEFORE[1:]]
    case.add("modification", law.Modification(term, milestone_id=START.id), day("2021-08-02"))
    assert due(case) == ["2021-10-29", "2021-10-29", *BEFORE[2:]]


def test_a_milestone_that_the_judge_strikes_out_is_ended() -> None:
    case = rolling()
    gone = law.Modification(NoTerm("no interim date any more"), milestone_id=START.id)
    case.add("modification", gone, day("2021-08-02"))
    assert states(case, "2021-08-01", "2021-08-03") == ["missed", "ended"]
    assert at(case, "2021-08-03").late_days == 0


def test_an_event_that_names_a_milestone_is_told_with_its_name() -> None:
    case = rolling()
    extend(case, Extension.by(TEN_DAYS), of=FIRST)
    told = [sentence(r.said, "en", PARIS) for r in case.one("2021-08-03").reasons]
    assert "Milestone “first”: extended by order by 10 days." in told


def test_what_starts_the_category_starts_its_milestones_unless_one_has_its_own_start() -> None:
    after = Within((Period(1, Unit.month),), TriggerKind.event)
    case = Case(term=after, milestones=(milestone("a", after), milestone("b", after)))
    assert due(case, "2021-07-20") == ["", "", ""]
    case.add("trigger", law.Triggered(milestone_id=an_id("b")), day("2021-07-12"))
    assert due(case, "2021-07-20") == ["", "", "2021-08-12"]
    case.add("trigger", law.Triggered(), day("2021-07-15"))
    assert due(case, "2021-07-20") == ["2021-08-16", "2021-08-16", "2021-08-12"]


def test_a_stay_suspends_milestones_and_moves_those_that_are_periods() -> None:
    case = rolling(FIRST, HALF)
    case.add("stay", law.Stay(date(2021, 8, 27)), day("2021-08-02"))
    assert states(case, "2021-08-21", name="first") == ["suspended"]
    assert states(case, "2021-08-21", name="half") == ["suspended"]
    # Eleven days remained of the month.
    assert at(case, "2021-08-30", "first").clock.due_on == date(2021, 9, 7)
    # No rule says how a stay moves a date of the judge's (decision 0007): never missed.
    assert states(case, "2021-08-30", name="half") == ["ahead"]
    assert at(case, "2021-08-30", "half").clock.due_on is None


def test_what_ends_the_obligation_ends_its_milestones() -> None:
    case = rolling()
    case.add("withdrawal", law.Ended(), day("2021-08-02"))
    assert [m.state for m in case.one("2021-09-01").milestones] == ["ended"] * 3


def test_a_milestone_of_each_obligor_has_its_own_service() -> None:
    case = rolling(FIRST, obligors=("Twitter", "Other"))
    case.serve("2021-07-20", "Other")
    found = case.assess(day("2021-08-01")).obligations
    assert [o.milestones[0].clock.due_on for o in found] == [date(2021, 8, 12), date(2021, 8, 20)]


def test_a_standing_keeps_the_clocks_that_nothing_moved() -> None:
    case = rolling()
    case.add("dispute", law.Dispute("x"), day("2021-08-02"))
    extend(case, Extension.by(TEN_DAYS), of=FIRST)
    case.deposit("2021-08-03T10:00:00", "partial", "a")
    spans = standings(case.order.obligations[0], case.court, law.standing_record(case.events))
    kept = [[m.clock for m in s.milestones] for s in spans]
    assert kept[-1] == kept[-2]
    assert kept[0] != kept[1]
    assert [m.met_at is not None for m in spans[-1].milestones] == [True, True, False]


def test_a_milestone_outside_the_calendar_is_refused_when_it_is_projected() -> None:
    far = Within((Period(30, Unit.year),))
    case = rolling(milestone("far", far))
    with pytest.raises(CalendarNotCovered):
        standings(case.order.obligations[0], case.court, law.standing_record(case.events))
