"""The record in two times: what counts, what is void, and what a replaced event leaves behind."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.domain import events as law
from app.domain.status import Status
from tests.unit.cases import Case, an_id, day

TICK = timedelta(microseconds=1)


def ids(events: list[law.Event]) -> list[int]:
    return [e.seq for e in events]


def test_the_record_counts_by_effect_and_then_as_recorded() -> None:
    case = Case()
    case.add("dispute", law.Dispute("third"), day("2021-09-02"))
    case.add("dispute", law.Dispute("first"), day("2021-09-01"))
    case.add("dispute", law.Dispute("second"), day("2021-09-01"))
    assert ids(law.standing_record(case.events)) == [2, 3, 1]
    assert ids(law.standing_record(reversed(case.events))) == [2, 3, 1]


def test_of_two_findings_of_one_instant_the_one_recorded_last_counts() -> None:
    case = Case()
    for outcome in ("sufficient", "insufficient"):
        case.add("finding", law.Finding(law.FindingOutcome(outcome)), day("2021-10-01"))
    assert case.one("2021-10-01").finding == "found_insufficient"


def test_an_event_is_known_from_the_very_instant_it_was_recorded() -> None:
    case = Case()
    known = day("2021-07-20")
    case.serve(known=known)
    assert case.one("2021-09-20", known_at=known - TICK).status is Status.awaiting_service_proof
    assert case.one("2021-09-20", known_at=known).status is Status.overdue_nothing


def test_an_event_counts_from_the_very_instant_of_its_effect_though_known_before() -> None:
    case = Case()
    case.serve()
    case.add("withdrawal", law.Ended(), day("2021-08-02"), known=day("2021-07-20"))
    assert case.assess(day("2021-08-02") - TICK).status is Status.running
    assert case.assess(day("2021-08-02")).status is Status.ended


def served_thrice_corrected(case: Case) -> list[law.Event]:
    """Recorded on the 12th, corrected to 2 August, that corrected to 9 August."""
    first = case.serve("2021-07-12", known=day("2021-07-13"))
    found = [first]
    for on, known in (("2021-08-02", "2021-09-01"), ("2021-08-09", "2021-10-01")):
        found.append(
            case.add(
                "service",
                law.Service(),
                day(on),
                obligor="Twitter",
                corrects=found[-1],
                known=day(known),
            )
        )
    return found


def test_what_replaces_a_replacement_takes_the_place_of_the_first_too() -> None:
    case = Case()
    third = served_thrice_corrected(case)[-1]
    assert law.standing_record(case.events) == [third]
    assert case.one("2021-10-02").standing.clock.due_on == date(2021, 10, 11)


@pytest.mark.parametrize(
    ("known", "due"),
    [
        ("2021-08-31", date(2021, 9, 13)),
        ("2021-09-01", date(2021, 10, 4)),
        ("2021-09-30", date(2021, 10, 4)),
        ("2021-10-01", date(2021, 10, 11)),
    ],
)
def test_each_day_showed_the_service_that_was_on_record_then(known: str, due: date) -> None:
    case = Case()
    served_thrice_corrected(case)
    assert case.one("2021-09-10", known_at=day(known)).standing.clock.due_on == due


def test_a_replacement_that_is_undone_gives_the_first_its_place_back() -> None:
    case = Case()
    first, second, third = served_thrice_corrected(case)
    undo = case.add("correction", law.Correction(), day("2021-10-05"), corrects=third)
    assert law.standing_record(case.events) == [second]
    case.add("correction", law.Correction(), day("2021-10-06"), corrects=undo)
    assert law.standing_record(case.events) == [third]
    assert first not in law.standing_record(case.events)


def test_a_stay_that_was_replaced_is_still_lifted_by_its_lifting() -> None:
    case = Case()
    case.serve()
    stay = case.add("stay", law.Stay(), day("2021-08-02"))
    case.add("stay_lifted", law.StayLifted(stay.id), day("2021-08-12"))
    case.add("stay", law.Stay(stops_penalty=True), day("2021-08-04"), corrects=stay)
    assert case.status("2021-08-03", "2021-08-04", "2021-08-12") == [
        "running",
        "suspended",
        "running",
    ]


def test_an_upheld_objection_ends_what_was_objected_to_and_no_more() -> None:
    case = Case(categories=("1", "2"))
    case.serve()
    objection = case.add("objection", law.Objection("secret"), day("2021-08-02"), categories=("1",))
    upheld = law.Ruling(law.RulingOutcome.upheld, objection.id)
    case.add("ruling", upheld, day("2021-10-01"))
    found = case.assess(day("2021-10-01")).obligations
    assert [o.status for o in found] == [Status.ended, Status.overdue_nothing]


def test_a_ruling_says_its_own_scope_where_it_has_one() -> None:
    case = Case(categories=("1", "2"))
    objection = case.add("objection", law.Objection("secret"), day("2021-08-02"))
    upheld = law.Ruling(law.RulingOutcome.upheld, objection.id)
    case.add("ruling", upheld, day("2021-10-01"), categories=("2",))
    found = case.assess(day("2021-10-01")).obligations
    assert [o.status for o in found] == [Status.awaiting_service_proof, Status.ended]


def test_a_ruling_on_an_objection_that_was_voided_keeps_its_own_words() -> None:
    case = Case()
    objection = case.add("objection", law.Objection("secret"), day("2021-08-02"))
    ruling = case.add(
        "ruling", law.Ruling(law.RulingOutcome.upheld, objection.id), day("2021-10-01")
    )
    case.add("correction", law.Correction(), day("2021-10-02"), corrects=objection)
    assert law.standing_record(case.events) == [ruling]


def test_an_event_concerns_those_it_names_or_else_everybody() -> None:
    case = Case()
    of_all = case.add("dispute", law.Dispute("x"), day("2021-08-02"))
    narrow = case.add(
        "dispute", law.Dispute("x"), day("2021-08-02"), obligor="A", categories=("1",)
    )
    a, b, one, two = (an_id(x) for x in ("A", "B", "1", "2"))
    assert of_all.concerns(a, one)
    assert of_all.concerns(b, two)
    assert [narrow.concerns(p, c) for p, c in ((a, one), (a, two), (b, one))] == [
        True,
        False,
        False,
    ]


def test_the_first_regular_service_is_the_obligors_own_and_not_a_further_one() -> None:
    case = Case(obligors=("Twitter", "Other"))
    case.serve("2021-07-12", further=True)
    case.serve("2021-07-13", "Other")
    first = case.serve("2021-07-14")
    case.serve("2021-07-15")
    record = law.standing_record(case.events)
    assert law.first_service(record, an_id("Twitter")) == first
    assert law.first_service(record, an_id("Nobody")) is None
