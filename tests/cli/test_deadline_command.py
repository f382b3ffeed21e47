"""``bordereau deadline``: rules alone."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import Run

PARIS = ("deadline", "--pack", "fr-civil", "--calendar", "FR")
FOUNDING = (*PARIS, "--from", "2021-07-12", "--period", "2M")


def test_the_founding_term_ends_on_monday_13_september_2021(run: Run) -> None:
    found = run(*FOUNDING)
    assert found.exit_code == 0
    assert "Before any move: Sunday 12 September 2021" in found.output
    assert "Last day: Monday 13 September 2021 24:00 Europe/Paris" in found.output


def test_every_step_is_told_with_its_citation(run: Run) -> None:
    lines = run(*FOUNDING).output.splitlines()
    steps = [line for line in lines if line[:1].isdigit()]
    assert len(steps) >= 3
    assert all("[CPC, art. 64" in step for step in steps)


def test_it_is_told_in_french_when_asked_and_when_the_terminal_is_french(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = run(*FOUNDING, "--lang", "fr").output
    assert "13 septembre 2021" in asked
    monkeypatch.setenv("LANG", "fr_FR.UTF-8")
    assert run(*FOUNDING).output == asked
    assert "13 September 2021" in run(*FOUNDING, "--lang", "en").output


def test_as_json_it_is_the_computation_of_the_api(run: Run) -> None:
    found = json.loads(run(*FOUNDING, "--json").output)
    assert (found["raw_on"], found["due_on"]) == ("2021-09-12", "2021-09-13")
    assert found["due_at"] == "2021-09-13T22:00:00Z"
    assert found["rule_pack"] == "fr-civil"


def test_an_extension_by_a_period_counts_from_the_same_trigger(run: Run) -> None:
    found = json.loads(run(*FOUNDING, "--extend", "1M", "--json").output)
    assert found["due_on"] == "2021-10-12"


def test_an_extension_may_be_to_a_date(run: Run) -> None:
    found = json.loads(run(*FOUNDING, "--extend", "2021-09-30", "--json").output)
    assert found["due_on"] == "2021-09-30"


def test_days_are_counted_back_from_an_event(run: Run) -> None:
    back = ("--from", "2021-09-15", "--period", "15D", "--before")
    found = json.loads(run(*PARIS, *back, "--json").output)
    assert found["due_on"] < "2021-09-01"


def test_service_by_mail_adds_its_days(run: Run) -> None:
    federal = ("deadline", "--pack", "us-frcp", "--calendar", "US-federal")
    counted = (*federal, "--from", "2021-03-01", "--period", "30D", "--zone", "America/New_York")
    plain = json.loads(run(*counted, "--json").output)["due_on"]
    mailed = json.loads(run(*counted, "--service-method", "mail", "--json").output)["due_on"]
    assert (plain, mailed) == ("2021-03-31", "2021-04-05")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*PARIS, "--from", "2021-07-12", "--period", "2"), "period: Say the unit: 2 what?"),
        ((*PARIS, "--from", "12/07/2021", "--period", "2M"), "from: Give a day as YYYY-MM-DD"),
        ((*PARIS, "--from", "2021-03-28T02:30", "--period", "2M"), "from: The clocks"),
        ((*PARIS, "--period", "2M"), "from: Say from which day"),
        ((*FOUNDING, "--fixed", "2021-09-30"), "from: A fixed date is counted from nothing"),
        ((*FOUNDING, "--stay", "2021-08-10"), "stay: Give the date as YYYY-MM-DD"),
        ((*PARIS, "--from", "2021-07-12", "--period", "2W"), "period: The rules"),
        ((*PARIS, "--from", "2040-07-12", "--period", "2M"), "2036"),
        ((*FOUNDING, "--extend", "2021-09-31"), "extend: Give the date as YYYY-MM-DD"),
        ((*FOUNDING, "--zone", "Mars/Olympus"), "Mars/Olympus is not a time zone"),
        (
            ("deadline", "--pack", "fr-x", "--calendar", "FR", "--from", "2021-07-12",
             "--period", "2M"),
            "There is no rule pack fr-x",
        ),
        ((*PARIS, "--from", "1960-07-12", "--period", "2M"), "from: The rules fr-civil"),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_refused_in_a_sentence(
    run: Run, arguments: tuple[str, ...], said: str
) -> None:
    found = run(*arguments)
    assert found.exit_code == 2
    assert said in found.stderr
    assert found.stdout == ""
    assert "Traceback" not in found.stderr


def test_a_zone_that_was_not_given_is_said_to_be_assumed(run: Run) -> None:
    federal = ("deadline", "--pack", "us-frcp", "--calendar", "US-federal")
    found = run(*federal, "--from", "2021-07-12", "--period", "30D").output
    assert "No time zone was given: America/New_York was taken." in found


def test_a_fixed_date_a_stay_a_closure_and_an_earliest_date_are_asked_alike(run: Run) -> None:
    def due(*arguments: str) -> str:
        return str(json.loads(run(*arguments, "--json").output)["due_on"])

    germany = ("deadline", "--pack", "de-zpo", "--calendar", "DE")
    assert due(*germany, "--fixed", "2025-07-20") == "2025-07-21"
    assert due(*FOUNDING, "--stay", "2021-08-01/2021-08-10") == "2021-09-22"
    assert due(*FOUNDING, "--closure", "2021-09-13") == "2021-09-13"
    federal = ("deadline", "--pack", "us-frcp", "--calendar", "US-federal")
    closed = ("--from", "2021-07-12", "--period", "2M", "--closure", "2021-09-13")
    assert due(*federal, *closed) == "2021-09-14"
    assert due(*FOUNDING, "--no-roll") == "2021-09-12"
    england = ("deadline", "--pack", "gb-eaw-cpr", "--calendar", "GB-EAW", "--period", "28D")
    notice = (*england, "--from", "2024-10-01", "--kind", "minimum_period_earliest_date")
    assert due(*notice) == "2024-10-30"
    assert (
        "Earliest date after at least the period: Wednesday 30 October 2024" in run(*notice).output
    )
