"""Published results that conflict with a rule or with each other: what we answer, and why.

Facts with their sources; docs/traps.md explains each, and must say what is computed here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from app.calendars import court_calendar
from app.errors import RuleNotInForce
from app.schemas.deadlines import DeadlineIn, DeadlineOut
from app.services.deadlines import deadline_out, reckon
from tests.databases import ROOT


@dataclass(frozen=True)
class Trap:
    """A published result, where it is published, and the answer of a pack."""

    id: str
    pack: str
    calendar: str
    trigger: str
    period: tuple[int, str]
    answer: str
    published: str
    source: str
    more: dict[str, Any] = field(default_factory=dict)


_SUITE = "public test suite of a deadline calculator"
TRAPS = [
    Trap(
        "fr-030", "fr-civil", "FR", "1984-02-09", (5, "day"), "1984-02-03", "1984-02-06",
        "https://app.livv.eu/decisions/LawLex202300012082JBJ", {"direction": "before"},
    ),
    Trap(
        "de-040", "de-zpo", "DE", "2022-05-14", (12, "day"), "2022-05-27", "2022-05-26",
        "public repository",
    ),
    Trap(
        "de-043", "de-zpo", "DE", "2014-11-10", (1, "month"), "2014-12-10", "2014-12-11",
        "https://github.com/okfde/froide/blob/6e855bdd1935d741aa354c8c5bd681a955fd5c89/froide/helper/tests/test_misc.py",
    ),
    Trap(
        "ew-017", "gb-eaw-cpr", "GB-EAW", "2024-01-12", (2, "working_day"), "2024-01-16",
        "2024-01-15",
        "https://www.moneyclaimsuk.co.uk/creditor-and-claimant-questions-and-answers/when-is-meant-by-deemed-served.aspx",
        {"kind": "deemed_service"},
    ),
    Trap(
        "us-020", "us-frcp", "US-federal", "2024-01-01", (21, "day"), "2024-01-22", "2024-01-25",
        _SUITE, {"service_method": "electronic"},
    ),
    Trap(
        "us-021", "us-fl", "US-FL", "2024-01-01", (20, "day"), "2024-01-29", "2024-01-29",
        "same suite", {"service_method": "mail"},
    ),
    Trap(
        "us-022", "us-fl", "US-FL", "2024-01-05", (10, "day"), "2024-01-17", "2024-01-15",
        "same suite",
    ),
    Trap(
        "us-023", "us-fl", "US-FL", "2024-01-05", (10, "working_day"), "2024-01-22", "2024-01-19",
        "same suite",
    ),
    Trap(
        "icard-2024", "fr-admin", "FR", "2024-11-12", (2, "month"), "2025-01-13", "*2024*",
        "https://consultation.avocat.fr/barreau-lyon/blog/andre-icard/article-2969194-comment-calculer-le-delai-de-recours-contentieux-de-2-mois-lorsque-le-mois-ou-il-expire-n-a-pas-31-jours.html",
    ),
    Trap(
        "icard-2015", "fr-admin", "FR", "2015-03-27", (2, "month"), "2015-05-28", "*March*",
        "https://consultation.avocat.fr/blog/andre-icard/article-17787-comment-calculer-le-delai-de-recours-contentieux-lorsque-le-mois-ou-il-expire-n-a-pas-31-jours.html",
    ),
    Trap(
        "sar-january", "eu-1182-71", "GB-EAW", "2023-01-31", (1, "month"), "2023-02-28", "1 May",
        "https://www.securebusinessdata.co.uk/gdpr-sar-response-time/",
    ),
    Trap(
        "day-after", "eu-1182-71", "GB-EAW", "2024-09-03", (1, "month"), "2024-10-03", "the 4th",
        "https://www.123dpo.com/time-limits-for-responding-to-a-data-subject-request/",
    ),
    Trap(
        "frcp-eleven-days", "us-frcp", "US-federal", "2024-06-03", (10, "day"), "2024-06-13",
        "the 17th",
        "https://legalclarity.org/federal-rules-of-civil-procedure-service-by-mail-adds-3-days",
    ),
]  # fmt: skip

# Calendar, days off, days on which the court works.
DAYS: dict[str, list[tuple[str, list[str], list[str]]]] = {
    "whit-monday": [("FR", ["2005-05-16", "2006-06-05", "2007-05-28"], [])],
    "two-holidays": [("FR", ["2008-05-01"], [])],
    "california-courts": [("US-CA-courts", ["2024-02-12"], []), ("US-federal", [], ["2024-02-12"])],
    "juneteenth": [("US-federal", ["2024-06-19"], ["2020-06-19"])],
    "christmas-eve": [
        (code, [], ["2024-12-24", "2024-12-31"]) for code in ("DE", "FR", "US-federal")
    ],
}

SECTIONS = {
    part.split("\n", 1)[0]: " ".join(part.split())
    for part in re.split(r"^### ", (ROOT / "docs" / "traps.md").read_text(), flags=re.M)[1:]
}


def asked(
    pack: str, calendar: str, trigger: str, period: tuple[int, str] | None, **more: Any
) -> DeadlineOut:
    """What the service answers to that question."""
    body = {"pack": pack, "calendar": calendar, "trigger": trigger, **more}
    if period is not None:
        body["period"] = [{"value": period[0], "unit": period[1]}]
    return deadline_out(reckon(DeadlineIn.model_validate(body)), "en")


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.id)
def test_our_answer_is_the_one_that_the_page_explains(trap: Trap) -> None:
    found = asked(trap.pack, trap.calendar, trap.trigger, trap.period, **trap.more)
    assert found.due_on.isoformat() == trap.answer
    for said in (f"**{trap.answer}**", f"`{trap.pack}`", trap.published, trap.source):
        assert said in SECTIONS[trap.id]


def test_the_page_explains_these_traps_and_no_others() -> None:
    assert set(SECTIONS) == {*(trap.id for trap in TRAPS), *DAYS, "ouvrable", "closed-office"}


@pytest.mark.parametrize("name", DAYS)
def test_a_day_off_is_one_and_a_working_day_is_none(name: str) -> None:
    for code, off, working in DAYS[name]:
        calendar = court_calendar(code)
        assert f"`{code}`" in SECTIONS[name]
        for day in off:
            assert not calendar.is_working(date.fromisoformat(day)), day
            assert f"**{day}**" in SECTIONS[name]
        for day in working:
            assert calendar.is_working(date.fromisoformat(day)), day


def test_two_holidays_on_one_date_keep_both_names() -> None:
    assert court_calendar("FR").holidays[date(2008, 5, 1)].name == "Ascension; Fête du Travail"


def test_the_other_readings_that_the_page_gives_are_counted_right() -> None:
    one_period = asked("us-fl", "US-FL", "2024-01-01", (25, "day"))
    assert one_period.due_on == date(2024, 1, 26)
    before_2009 = asked("us-frcp", "US-federal", "2024-06-03", (10, "working_day"))
    assert before_2009.due_on == date(2024, 6, 17)
    by_post = asked(
        "gb-eaw-cpr", "GB-EAW", "2024-01-12", None,
        kind="deemed_service", service_method="first_class_post",
    )  # fmt: skip
    assert by_post.due_on == date(2024, 1, 15)


def test_a_saturday_extends_and_jours_ouvrables_are_not_counted() -> None:
    assert asked("fr-civil", "FR", "2024-02-07", (3, "day")).due_on == date(2024, 2, 12)
    assert "**2024-02-12**" in SECTIONS["ouvrable"]
    with pytest.raises(RuleNotInForce):
        asked("fr-civil", "FR", "2024-02-07", (3, "working_day"))


@pytest.mark.parametrize(
    ("pack", "calendar", "at_court", "answer"),
    [
        ("us-frcp", "US-federal", None, "2024-06-11"),
        ("gb-eaw-cpr", "GB-EAW", True, "2024-06-11"),
        ("gb-eaw-cpr", "GB-EAW", False, "2024-06-10"),
        ("de-zpo", "DE", None, "2024-06-10"),
        ("fr-civil", "FR", None, "2024-06-10"),
    ],
)
def test_a_closed_office_is_a_rule_like_another(
    pack: str, calendar: str, at_court: bool | None, answer: str
) -> None:
    found = asked(
        pack, calendar, "2024-06-03", (7, "day"), closures=["2024-06-10"], at_court=at_court
    )
    assert found.due_on.isoformat() == answer
    told = [step.rule for step in found.steps]
    assert ("closure_not_counted" in told) == (pack in ("fr-civil", "de-zpo")), told
    line = next(each for each in SECTIONS["closed-office"].split(" * ") if f"`{pack}`" in each)
    assert f"**{answer}**" in line
