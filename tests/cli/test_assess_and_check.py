"""``bordereau assess`` and ``bordereau check``."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from app import models as m
from app.schemas.events import EVENT_IN
from app.schemas.orders import OrderIn
from app.services import matters, orders, people
from app.services.events import record_event
from app.services.people import actor_of
from tests.cli.conftest import Recorded, Run
from tests.factories import a_category, an_order


@pytest.mark.parametrize(
    ("as_of", "status"),
    [
        ("2021-07-09", "awaiting_service_proof"),
        ("2021-08-20", "running"),
        ("2021-09-13", "due_today"),
        ("2021-09-13T23:59:59+02:00", "due_today"),
        ("2021-09-14T00:00:00+02:00", "overdue_nothing"),
        ("2021-09-14", "overdue_nothing"),
    ],
)
def test_the_founding_order_is_assessed_as_of_any_day(
    run: Run, recorded: Recorded, as_of: str, status: str
) -> None:
    found = run("assess", recorded.order_id, "--as-of", as_of, "--json")
    assert found.exit_code == 0, found.stderr
    assert {o["status"] for o in json.loads(found.output)["obligations"]} == {status}


def test_what_the_record_did_not_show_yet_is_not_assessed(run: Run, recorded: Recorded) -> None:
    asked = ("assess", recorded.order_id, "--as-of", "2021-07-14", "--json")
    before = json.loads(run(*asked, "--known-at", "2021-07-14").output)
    after = json.loads(run(*asked, "--known-at", "2021-07-16").output)
    assert (before["status"], after["status"]) == ("awaiting_service_proof", "running")


def test_an_order_is_found_by_its_reference(run: Run, recorded: Recorded) -> None:
    found = run("assess", "20/53181", "--as-of", "2021-09-14")
    assert found.exit_code == 0
    assert found.output.count("overdue, nothing received") == 4
    assert "13 September 2021 24:00" in found.output
    assert "nothing received for category 4" in found.output


def test_an_assessment_is_told_in_french(run: Run, recorded: Recorded) -> None:
    found = run("assess", "20/53181", "--as-of", "2021-09-14", "--lang", "fr")
    assert "échu, rien reçu" in found.output


@pytest.mark.parametrize(
    ("lang", "told"),
    [
        ("en", "Warning: The extension agreed on 20 September 2021 is not counted"),
        ("fr", "Attention\u00a0: La prorogation convenue le 20 septembre 2021 ne compte pas"),
    ],
)
def test_an_agreement_of_after_the_last_day_is_told(
    run: Run, recorded: Recorded, lang: str, told: str
) -> None:
    with recorded.database.writing() as session:
        late = {
            "kind": "extension",
            "to_on": "2021-10-01",
            "by": "agreement",
            "agreed_on": "2021-09-20",
            "effective_on": "2021-09-20",
            "reason": "Accord",
        }
        data = EVENT_IN.validate_python(late)
        clerk = actor_of(session, session.scalars(select(m.User)).one())
        at = datetime(2021, 9, 21, 8, tzinfo=UTC)
        record_event(session, clerk, recorded.order_id, data, at)
    found = run("assess", "20/53181", "--as-of", "2021-09-21", "--lang", lang)
    assert found.output.count(told) == 4
    assert told not in run("assess", "20/53181", "--as-of", "2021-09-19", "--lang", lang).output


def test_a_person_sees_what_their_rights_let_them(run: Run, recorded: Recorded) -> None:
    stranger = ("user", "add", "a@b.example", "--name", "A", "--password-stdin")
    run(*stranger, stdin="a long enough password\n")
    clerk = run("assess", "20/53181", "--as", "greffe@tj-paris.example")
    other = run("assess", "20/53181", "--as", "a@b.example")
    assert clerk.exit_code == 0
    assert other.exit_code == 2
    assert "order: There is no such order" in other.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("99/99999",), "order: There is no such order"),
        ((str(uuid4()),), "order: There is no such order"),
        (("20/53181", "--as-of", "yesterday"), "as-of: Give a day as YYYY-MM-DD"),
        (
            ("20/53181", "--known-at", "2021-07-14T10:00"),
            "known-at: Give a day as YYYY-MM-DD, or an instant",
        ),
        (("20/53181", "--as", "nobody@x.example"), "email: There is no open account"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused(
    run: Run, recorded: Recorded, arguments: tuple[str, ...], said: str
) -> None:
    found = run("assess", *arguments)
    assert found.exit_code == 2
    assert said in found.stderr


def test_a_record_in_order_is_checked_with_its_counts(run: Run, recorded: Recorded) -> None:
    found = run("check")
    assert found.exit_code == 0
    assert found.output.strip() == "1 orders, 4 obligations, 1 events: 0 differences."


def test_a_projection_that_was_tampered_with_fails_loudly(run: Run, recorded: Recorded) -> None:
    with recorded.database.writing() as session:
        session.execute(text("UPDATE standings SET due_on = '2031-01-01' WHERE due_on IS NOT NULL"))
    found = run("check")
    assert found.exit_code == 1
    assert found.stderr.count("due_on is") == 4
    assert "4 differences" in found.stdout


def test_milestones_are_printed_below_their_obligation(run: Run, recorded: Recorded) -> None:
    rolling(recorded)
    english = run("assess", "rolling", "--as-of", "2021-08-09")
    assert english.exit_code == 0, english.stderr
    assert english.output.splitlines()[-1] == (
        "   - Milestone “start”: on or before 30 July 2021, last day Friday 30 July 2021 24:00; "
        "missed, nothing received."
    )
    french = run("assess", "rolling", "--as-of", "2021-08-09", "--lang", "fr").output
    assert "manquée, rien reçu." in french
    told = json.loads(run("assess", "rolling", "--as-of", "2021-07-30", "--json").output)
    assert [m["state"] for m in told["obligations"][0]["milestones"]] == ["due_today"]
    assert run("check").exit_code == 0


def rolling(recorded: Recorded) -> None:
    """An order of the same matter, with a milestone."""
    with recorded.database.writing() as session:
        user = session.scalars(select(m.User)).first()
        assert user is not None
        clerk = people.actor_of(session, user)
        matter = matters.matter_of(session, clerk, recorded.matter_id)
        start = {"name": "start", "term": {"kind": "until", "on": "2021-07-30"}}
        obligor = next(p.id for p in matter.parties if p.side == "producing")
        data = an_order(
            obligor,
            references=[{"kind": "other", "reference": "rolling"}],
            categories=[a_category(obligor, milestones=[start])],
        )
        at = datetime(2021, 7, 7, 8, 0, tzinfo=UTC)
        orders.register_order(session, clerk, matter.id, OrderIn.model_validate(data), at)
