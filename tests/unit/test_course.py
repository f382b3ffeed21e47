"""The course of an order, to be drawn: windows, what moved them, stays, marks, lateness."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from app.domain import events as law
from app.domain.course import Lane, SpanKind, course
from app.domain.deadlines import Extension
from app.domain.penalties import PenaltyTerms
from app.domain.periods import Period, Unit
from tests.unit.cases import Case, day, instant

MONTH = (Period(1, Unit.month),)
FAR = datetime(2100, 1, 1, tzinfo=UTC)


def lanes(case: Case, as_of: str, known_at: datetime = FAR) -> tuple[Lane, ...]:
    return course(case.assess(instant(as_of), known_at), case.court, case.events)


def spans(lane: Lane) -> list[tuple[str, str, str | None]]:
    return [
        (s.kind.value, s.from_on.isoformat(), s.until_on.isoformat() if s.until_on else None)
        for s in lane.spans
    ]


def marks(lane: Lane) -> list[tuple[str, str, bool]]:
    return [(m.event.kind.value, m.on.isoformat(), m.late) for m in lane.marks]


def test_without_service_there_is_no_window() -> None:
    (lane,) = lanes(Case(), "2021-09-20T12:00:00")
    assert (lane.due_on, lane.spans, lane.marks) == (None, (), ())


def test_the_window_runs_from_service_to_the_last_day() -> None:
    case = Case()
    case.serve()
    (lane,) = lanes(case, "2021-08-01T12:00:00")
    assert spans(lane) == [("window", "2021-07-12", "2021-09-13")]
    assert lane.due_on == date(2021, 9, 13)
    assert marks(lane) == [("service", "2021-07-12", False)]


def test_what_an_extension_added_is_drawn_apart_and_only_once_it_counts() -> None:
    case = Case()
    case.serve()
    case.add("extension", law.Extended(Extension.by(MONTH)), day("2021-09-01"))
    (before,) = lanes(case, "2021-08-31T12:00:00")
    assert [s[0] for s in spans(before)] == ["window"]
    (after,) = lanes(case, "2021-09-02T12:00:00")
    assert spans(after) == [
        ("window", "2021-07-12", "2021-09-13"),
        ("moved", "2021-09-14", "2021-10-12"),
    ]


def test_a_deposit_is_late_by_the_last_day_known_when_it_was_made() -> None:
    case = Case()
    case.serve()
    case.deposit("2021-09-13T23:59:59", "partial", "a")
    case.deposit("2021-09-14T00:00:00", "partial", "b")
    (lane,) = lanes(case, "2021-09-20T12:00:00")
    assert [m[2] for m in marks(lane)[1:]] == [False, True]


def test_a_deposit_before_any_service_is_not_late() -> None:
    case = Case()
    case.deposit("2021-07-10T10:00:00", "partial", "a")
    (lane,) = lanes(case, "2021-09-20T12:00:00")
    assert marks(lane) == [("production_deposited", "2021-07-10", False)]


def test_a_deposit_stands_in_the_lane_of_its_own_category() -> None:
    case = Case(categories=("1", "2"))
    case.serve()
    case.deposit("2021-09-10T10:00:00", "partial", "a", category="2")
    first, second = lanes(case, "2021-09-20T12:00:00")
    assert [m[0] for m in marks(first)] == ["service"]
    assert [m[0] for m in marks(second)] == ["service", "production_deposited"]


def test_an_open_stay_has_no_end_and_keeps_the_window_that_was_known() -> None:
    case = Case()
    case.serve()
    stay = case.add("stay", law.Stay(), day("2021-08-02"))
    (lane,) = lanes(case, "2021-08-10T12:00:00")
    assert spans(lane) == [
        ("window", "2021-07-12", "2021-09-13"),
        ("stay", "2021-08-02", None),
    ]
    assert lane.due_on is None
    case.add("stay_lifted", law.StayLifted(stay.id), day("2021-08-12"))
    (lane,) = lanes(case, "2021-08-20T12:00:00")
    assert ("stay", "2021-08-02", "2021-08-12") in spans(lane)
    assert "moved" in [s[0] for s in spans(lane)]


def test_a_last_day_that_came_nearer_shortens_the_window() -> None:
    case = Case()
    case.serve()
    case.add("extension", law.Extended(Extension.to(date(2021, 8, 2))), day("2021-07-20"))
    (lane,) = lanes(case, "2021-07-25T12:00:00")
    assert lane.due_on is not None
    assert spans(lane) == [("window", "2021-07-12", lane.due_on.isoformat())]


def test_the_days_of_a_penalty_are_drawn() -> None:
    case = Case(penalty=PenaltyTerms(rate=Decimal(1000), currency="EUR"))
    case.serve()
    (lane,) = lanes(case, "2021-09-13T12:00:00")
    assert SpanKind.penalty not in {s.kind for s in lane.spans}
    (lane,) = lanes(case, "2021-09-23T12:00:00")
    assert ("penalty", "2021-09-14", "2021-09-23") in spans(lane)


def test_what_the_record_did_not_show_is_not_drawn() -> None:
    case = Case()
    case.serve(known=instant("2021-10-01T10:00:00"))
    (lane,) = lanes(case, "2021-09-20T12:00:00", instant("2021-09-20T12:00:00"))
    assert (lane.spans, lane.marks) == ((), ())


def test_a_change_of_the_law_is_no_mark() -> None:
    case = Case()
    case.serve()
    change = law.LawChange("fr-civil 1", "FR 1", applied=False)
    case.add("law_change", change, day("2021-08-02"))
    (lane,) = lanes(case, "2021-09-20T12:00:00")
    assert [m[0] for m in marks(lane)] == ["service"]
