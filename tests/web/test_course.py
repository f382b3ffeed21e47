"""The drawing of an order's course: to scale, long empty stretches cut short, nothing outside."""

from __future__ import annotations

from datetime import date, datetime
from itertools import pairwise
from typing import Any

import pytest

from app.domain import events as law
from app.domain.course import course
from app.web.course import (
    GAP_DAYS_MAX,
    INSUFFICIENT,
    LATE,
    LEFT,
    ON_TIME,
    RIGHT,
    SUFFICIENT,
    WIDTH,
    CourseDrawing,
    drawing,
)
from tests.unit.cases import Case, day, instant
from tests.web.conftest import Reader, Visitors


def drawn(case: Case, as_of: str, until: date | None = None) -> CourseDrawing:
    at = instant(as_of)
    lanes = course(case.assess(at, datetime.max.replace(tzinfo=at.tzinfo)), case.court, case.events)
    on = case.court.day(at)
    return drawing(lanes, case.made_on, on, until or on)


def served() -> Case:
    case = Case()
    case.serve()
    return case


def test_days_are_to_scale_and_all_within_the_drawing() -> None:
    found = drawn(served(), "2021-08-01T12:00:00", date(2021, 9, 13))
    (lane,) = found.lanes
    (window,) = lane.spans
    assert found.breaks == ()
    per_day = (WIDTH - LEFT - RIGHT) / (date(2021, 9, 13) - date(2021, 7, 6)).days
    assert window.x == pytest.approx(LEFT + 6 * per_day, abs=0.1)
    assert found.as_of.x == pytest.approx(LEFT + 26 * per_day, abs=0.1)
    assert lane.due_x == WIDTH - RIGHT
    assert window.x + window.width <= WIDTH - RIGHT + 0.1


def test_years_without_anything_are_cut_short_and_say_so() -> None:
    found = drawn(served(), "2026-11-25T12:00:00")
    assert len(found.breaks) == 1
    (lane,) = found.lanes
    empty = found.as_of.x - lane.due_x  # type: ignore[operator]
    units = (WIDTH - LEFT - RIGHT) / (69 + GAP_DAYS_MAX)
    assert empty == pytest.approx(GAP_DAYS_MAX * units, abs=0.5)


def test_what_is_on_time_late_sufficient_and_insufficient_has_four_signs() -> None:
    case = served()
    case.deposit("2021-09-13T23:59:59", "partial", "a")
    case.deposit("2021-09-14T00:00:00", "partial", "b")
    case.add("finding", law.Finding(law.FindingOutcome.insufficient), day("2021-10-01"))
    case.add("finding", law.Finding(law.FindingOutcome.sufficient), day("2021-11-02"))
    found = drawn(case, "2021-12-01T12:00:00")
    assert found.signs[1:] == [ON_TIME, LATE, INSUFFICIENT, SUFFICIENT]
    lifts = [s.lift for s in found.lanes[0].signs]
    assert lifts[1] != lifts[2], "two deposits a second apart do not hide each other"


def test_day_names_never_overlap() -> None:
    case = served()
    for on in range(1, 28):
        case.add("dispute", law.Dispute("Incomplet"), day(f"2021-10-{on:02}"))
    found = drawn(case, "2021-12-01T12:00:00")
    places = sorted([*(t.x for t in found.ticks), found.as_of.x])
    assert all(b - a >= 80 for a, b in pairwise(places))


def test_an_order_made_today_is_drawn() -> None:
    found = drawn(Case(), "2021-07-06T12:00:00")
    assert found.lanes[0].spans == () and found.as_of.x == LEFT


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_order_page_draws_what_its_day_shows(visitor: Visitors, language: str) -> None:
    clerk = visitor("clerk", language=language)
    order = clerk.story.order
    before = clerk.get(f"/orders/{order}?as_of=2021-08-01").text
    after = clerk.get(f"/orders/{order}?as_of=2023-04-01").text
    assert before.count('class="window"') == 4 + 1
    assert LATE not in legend(before) and LATE in legend(after)
    said = {"en": "late deposit", "fr": "dépôt tardif"}[language]
    assert said in after and said not in before


def legend(page: str) -> str:
    return page.partition("course-legend")[2].partition("</ul>")[0]


def attest(clerk: Reader, **more: Any) -> Any:
    return clerk.post(f"/orders/{clerk.story.order}/attestations", {"once": "a", **more})


@pytest.mark.parametrize("language", ["en", "fr"])
def test_one_button_attests_what_the_page_shows(visitor: Visitors, language: str) -> None:
    clerk = visitor("clerk", language=language)
    page = clerk.get(f"/orders/{clerk.story.order}?as_of=2021-09-24&as_of_hour=23:47").text
    assert 'name="as_of_hour" value="23:47"' in page.partition('class="attest"')[2]
    made = attest(clerk, as_of="2021-09-24", as_of_hour="23:47")
    assert made.status_code == 303
    twice = attest(clerk, as_of="2021-09-24", as_of_hour="23:47")
    assert twice.headers["location"] == made.headers["location"]
    shown = clerk.get(made.headers["location"]).text
    words = {
        "en": ("Attestation of execution", "24 September 2021 23:47:00 Europe/Paris"),
        "fr": ("Attestation d’exécution", "24 septembre 2021 à 23:47:00 Europe/Paris"),
    }
    assert all(each in shown for each in words[language])
    # At 23:47 the first deposit (23:47:12) was not there yet.
    assert {"en": "overdue, nothing received", "fr": "échu, rien reçu"}[language] in shown
    listed = clerk.get(f"/orders/{clerk.story.order}").text
    assert listed.count('href="/attestations/') == 1
    saved = clerk.get(f"{made.headers['location']}/attestation.json")
    assert saved.json()["as_of"] == "2021-09-24T21:47:00Z"
    assert clerk.get(f"{made.headers['location']}/attestation.pdf").content[:5] == b"%PDF-"


def test_counsel_reads_attestations_and_issues_none(visitor: Visitors) -> None:
    made = attest(visitor("clerk"))
    for role in ("producing_counsel", "requesting_counsel"):
        counsel = visitor(role)
        page = counsel.get(f"/orders/{counsel.story.order}").text
        assert 'class="attest"' not in page and made.headers["location"] in page
        assert attest(counsel).status_code == 403
        assert counsel.get(made.headers["location"]).status_code == 200


def test_a_day_to_come_has_no_button_and_no_attestation(visitor: Visitors) -> None:
    clerk = visitor("clerk")
    assert 'class="attest"' not in clerk.get(f"/orders/{clerk.story.order}?as_of=2027-01-01").text
    assert attest(clerk, as_of="2027-01-01").status_code == 422
