"""Bad questions about a deadline: a problem that names its field, in the reader's language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.databases import SqliteTemplates

FRANCE = {"pack": "fr-civil", "calendar": "FR", "trigger": "2021-07-12", "period": "2M"}
FEDERAL = {"pack": "us-frcp", "calendar": "US-federal", "trigger": "2024-02-14T10:00"}
ENGLAND = {"pack": "gb-eaw-cpr", "calendar": "GB-EAW", "trigger": "2024-01-12", "period": "15D"}
VICTORIA = {"pack": "au-vic", "calendar": "AU-VIC", "trigger": "2024-03-15", "period": "10D"}
FIXED = {"pack": "fr-civil", "calendar": "FR", "fixed_date": "2021-09-13"}

# What is wrong, what is asked, the field named, and a word of the reason in each language.
CASES: dict[str, tuple[dict[str, Any], str, str, str]] = {
    "a bare number": (FRANCE | {"period": "2"}, "period", "unit", "unité"),
    "a number alone": (FRANCE | {"period": 2}, "period", "unit", "unité"),
    "a value without unit": (
        FRANCE | {"period": [{"value": 2}]},
        "period.0.unit",
        "unit",
        "unité",
    ),
    "30 February": (FRANCE | {"trigger": "2021-02-30"}, "trigger", "YYYY-MM-DD", "AAAA-MM-JJ"),
    "a fixed date of 30 February": (
        FIXED | {"fixed_date": "2021-02-30"},
        "fixed_date",
        "YYYY-MM-DD",
        "AAAA-MM-JJ",
    ),
    "months where the rules know none": (
        VICTORIA | {"period": "1M"},
        "period",
        "do not say how",
        "ne disent pas comment",
    ),
    "weeks in France": (FRANCE | {"period": "2W"}, "period", "week", "semaine"),
    "units in no stated order": (
        ENGLAND | {"period": "P1M3D"},
        "period",
        "order",
        "ordre",
    ),
    "before the rules": (
        FRANCE | {"trigger": "1972-12-31"},
        "trigger",
        "not stated",
        "ne valent pas",
    ),
    "rules of another day, before them": (
        FRANCE | {"rule_on": "1972-12-31"},
        "rule_on",
        "not stated",
        "ne valent pas",
    ),
    "a fixed date before the rules that move it": (
        {"pack": "de-zpo", "calendar": "DE", "fixed_date": "1960-01-03"},
        "fixed_date",
        "not stated",
        "ne valent pas",
    ),
    "no such territory": (FRANCE | {"calendar": "FR-atlantis"}, "calendar", "There are", "Il y a"),
    "a subdivision without courts": (
        FRANCE | {"calendar": "FR-GES"},
        "calendar",
        "There are",
        "Il y a",
    ),
    "no such rules": (FRANCE | {"pack": "xx"}, "pack", "There are", "Il y a"),
    "an hour that the clocks skipped": (
        FRANCE | {"trigger": "2021-03-28T02:30"},
        "trigger",
        "skipped",
        "sauté",
    ),
    "an hour that the clocks showed twice": (
        FRANCE | {"trigger": "2021-10-31T02:30"},
        "trigger",
        "twice",
        "deux fois",
    ),
    "a fixed hour that the clocks skipped": (
        FIXED | {"fixed_date": "2021-03-28T02:30"},
        "fixed_date",
        "skipped",
        "sauté",
    ),
    "midnight, which end of the day?": (
        FIXED | {"fixed_date": "2021-09-13T00:00"},
        "fixed_date",
        "00:00",
        "00:00",
    ),
    "a thousand million days": (
        FRANCE | {"period": "1000000000D"},
        "period",
        "100000",
        "100000",
    ),
    "a thousand million days, in full": (
        FRANCE | {"period": [{"value": 10**9, "unit": "day"}]},
        "period.0.value",
        "100000",
        "100000",
    ),
    "beyond all calendars": (FRANCE | {"period": "9000Y"}, "period", "years", "années"),
    "beyond this calendar": (FRANCE | {"period": "30Y"}, "calendar", "2051", "2051"),
    "the first year of all": (
        FRANCE | {"trigger": "0001-01-01T00:00+14:00", "rule_on": "2024-01-01"},
        "trigger",
        "years",
        "années",
    ),
    "the last year of all": (
        FIXED | {"fixed_date": "9999-12-31T23:59-12:00"},
        "fixed_date",
        "years",
        "années",
    ),
    "a fixed date and a period": (FRANCE | {"fixed_date": "2021-09-13"}, "trigger", "one", "l’un"),
    "neither a trigger nor a date": (
        {"pack": "fr-civil", "calendar": "FR", "period": "2M"},
        "trigger",
        "Say from which",
        "Dites de quel",
    ),
    "no period": (
        {"pack": "fr-civil", "calendar": "FR", "trigger": "2021-07-12"},
        "period",
        "how long",
        "durée",
    ),
    "an earliest date counted back": (
        FRANCE | {"kind": "earliest_hearing", "direction": "before"},
        "direction",
        "counted back",
        "à rebours",
    ),
    "an earliest date left where it falls": (
        FRANCE | {"kind": "minimum_period_earliest_date", "roll": "off"},
        "roll",
        "last day",
        "dernier jour",
    ),
    "an earliest date in hours": (
        FRANCE | {"kind": "earliest_hearing", "period": "48H"},
        "period",
        "hours",
        "heures",
    ),
    "a method and a period for one day of service": (
        ENGLAND | {"kind": "deemed_service", "service_method": "email"},
        "service_method",
        "not both",
        "pas les deux",
    ),
    "an extension by a period and to a date": (
        FRANCE | {"extensions": [{"period": "1M", "to_on": "2021-10-01"}]},
        "extensions.0.period",
        "not both",
        "non les deux",
    ),
    "an extension to midnight": (
        FRANCE | {"extensions": [{"to_on": "2021-10-01", "to_at": "00:00"}]},
        "extensions.0.to_at",
        "00:00",
        "00:00",
    ),
    "an extension past the longest period": (
        FRANCE | {"period": "100000D", "extensions": [{"period": "1D"}]},
        "extensions",
        "100000",
        "100000",
    ),
    "201 extensions": (
        FRANCE | {"extensions": [{"period": "1D"}] * 201},
        "extensions",
        "200",
        "200",
    ),
    "an extension from where the rules do not say": (
        ENGLAND | {"extensions": [{"period": "7D"}], "service_method": "first_class_post"},
        "extensions",
        "give the date",
        "indiquez la date",
    ),
    "a day where the hour is needed": (
        FEDERAL | {"trigger": "2024-02-14", "period": "72H"},
        "trigger",
        "hour",
        "heure",
    ),
    "a day of service where its hour is needed": (
        ENGLAND | {"service_method": "email"},
        "trigger",
        "hour",
        "heure",
    ),
    "hours with days for service": (
        FEDERAL | {"period": "72H", "service_method": "mail"},
        "service_method",
        "added",
        "s’ajoutent",
    ),
    "hours with other units": (
        FEDERAL | {"period": "P1DT2H"},
        "period",
        "together",
        "avec d’autres unités",
    ),
    "hours that are stayed": (
        FEDERAL
        | {"period": "72H", "suspensions": [{"from_on": "2024-02-15", "until_on": "2024-02-16"}]},
        "suspensions",
        "stay",
        "suspension",
    ),
    "a stay that ends before it begins": (
        FRANCE | {"suspensions": [{"from_on": "2021-08-02", "until_on": "2021-08-01"}]},
        "suspensions.0.until_on",
        "before",
        "avant",
    ),
    "a stay of a term counted back": (
        FRANCE
        | {
            "direction": "before",
            "suspensions": [{"from_on": "2021-07-02", "until_on": "2021-07-03"}],
        },
        "suspensions",
        "counted back",
        "à rebours",
    ),
    "an extension of a term counted back": (
        FRANCE | {"direction": "before", "extensions": [{"period": "1M"}]},
        "extensions",
        "counted back",
        "à rebours",
    ),
    "a fixed date in a stay": (
        FIXED | {"suspensions": [{"from_on": "2021-09-01", "until_on": "2021-09-30"}]},
        "suspensions",
        "only the court",
        "seul",
    ),
    "a closure outside the calendar's years": (
        FRANCE | {"closures": ["1950-01-02"]},
        "closures.0.on",
        "1950",
        "1950",
    ),
    "a method of service unknown": (
        FRANCE | {"service_method": "pigeon"},
        "service_method",
        "pigeon",
        "pigeon",
    ),
    "a method of service unknown, in hours": (
        FEDERAL | {"period": "72H", "service_method": "pigeon"},
        "service_method",
        "pigeon",
        "pigeon",
    ),
    "a method that is not deemed": (
        {"pack": "fr-civil", "calendar": "FR", "trigger": "2021-07-12", "kind": "deemed_service"}
        | {"service_method": "person"},
        "service_method",
        "no deemed day",
        "pas de jour",
    ),
    "no such time zone": (
        FRANCE | {"time_zone": "Europe/Atlantis"},
        "time_zone",
        "not a time zone",
        "pas un fuseau",
    ),
    "a time zone that is a path": (
        FRANCE | {"time_zone": "../../etc/passwd"},
        "time_zone",
        "not a time zone",
        "pas un fuseau",
    ),
    "whether an act is done at the court": (
        ENGLAND | {"trigger": "2024-02-02"},
        "at_court",
        "at the court",
        "devant la juridiction",
    ),
    "counted back where the rules do not say how": (
        {"pack": "be-cj", "calendar": "BE", "trigger": "2024-02-14", "period": "8D"}
        | {"direction": "before"},
        "direction",
        "counted back",
        "à rebours",
    ),
    "counted back over days that do not count": (
        VICTORIA | {"trigger": "2024-01-15", "direction": "before", "at_court": False},
        "direction",
        "do not count",
        "ne comptent pas",
    ),
    "counted back onto a day off where the rules do not say": (
        {"pack": "de-zpo", "calendar": "DE", "trigger": "2024-02-12", "period": "1D"}
        | {"direction": "before"},
        "roll",
        "do not say where",
        "ne disent pas où",
    ),
    "a field of our own": (
        FRANCE | {"surprise": 1},
        "surprise",
        "no such field",
        "n’existe pas",
    ),
}


@pytest.fixture
def database_url(sqlite_templates: SqliteTemplates, tmp_path: Path) -> str:
    """One database will do: nothing is saved."""
    return sqlite_templates.create(tmp_path)


def problem(http: TestClient, body: dict[str, Any], language: str) -> dict[str, Any]:
    response = http.post(
        "/api/v1/deadlines/compute", json=body, headers={"Accept-Language": language}
    )
    assert response.status_code == 422, response.text
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["content-language"] == language
    told: dict[str, Any] = response.json()
    return told


def test_each_bad_question_names_its_field_and_says_why_in_both_languages(
    http: TestClient,
) -> None:
    wrong = []
    for name, (body, field, english, french) in CASES.items():
        for language, word in (("en", english), ("fr", french)):
            told = problem(http, body, language)
            messages = [e["message"] for e in told["errors"] if e["field"] == field]
            if not any(word in message for message in messages):
                wrong.append((name, language, told["errors"], told["detail"]))
    assert wrong == [], "\n".join(str(each) for each in wrong)


def test_a_rejected_value_that_is_long_is_not_said_back(http: TestClient) -> None:
    told = problem(http, FRANCE | {"service_method": "x" * 300}, "en")
    assert "x" * 61 not in str(told)
