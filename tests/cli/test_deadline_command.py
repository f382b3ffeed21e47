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
        ((*PARIS, "--from", "2021-07-12T10:00", "--period", "2M"), "from: Give a day as"),
        ((*PARIS, "--from", "2040-07-12", "--period", "2M"), "2036"),
        ((*FOUNDING, "--extend", "2021-09-31"), "extend: Give a day as YYYY-MM-DD"),
        ((*FOUNDING, "--zone", "Mars/Olympus"), "Mars/Olympus is not a time zone"),
        (
            ("deadline", "--pack", "fr-x", "--calendar", "FR", "--from", "2021-07-12",
             "--period", "2M"),
            "There is no rule pack fr-x",
        ),
        (
            ("deadline", "--pack", "us-frcp", "--calendar", "US-federal", "--from", "2021-07-12",
             "--period", "30D"),
            "zone: Say the time zone of the court",
        ),
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
