"""What the operator sets up: schema, courts, accounts, tokens."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.db import Database
from app.domain.access import Action, Role
from app.services import signing_in
from app.services.passwords import password_fits
from app.services.people import actor_of, user_by_email
from tests.cli.conftest import Recorded, Run

COURT = (
    "court", "add", "tj-lyon", "--name", "Tribunal judiciaire de Lyon", "--pack", "fr-civil",
    "--calendar", "FR", "--zone", "Europe/Paris", "--language", "fr",
)  # fmt: skip
PASSWORD = "a long enough password\n"


def test_a_fresh_folder_is_migrated_once(run: Run, alone: Path) -> None:
    first, second = run("migrate"), run("migrate")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "from - to" in first.output
    assert "already" in second.output
    assert (alone / "var" / "bordereau.db").exists()
    assert run("migrate", "--check").exit_code == 0


def test_a_check_of_a_database_that_is_behind_fails_and_makes_nothing(
    run: Run, alone: Path
) -> None:
    found = run("migrate", "--check")
    assert found.exit_code == 2
    assert "run `bordereau migrate`" in found.stderr
    assert not (alone / "var").exists()


@pytest.mark.parametrize(
    "command",
    [("serve",), ("check",), ("court", "list"), ("user", "list"), ("assess", "20/53181")],
    ids=lambda c: c[0],
)
def test_an_unmigrated_database_is_refused_in_a_sentence(
    run: Run, alone: Path, command: tuple[str, ...]
) -> None:
    (alone / "var").mkdir()
    (alone / "var" / "bordereau.db").touch()
    found = run(*command)
    assert found.exit_code == 2
    assert "run `bordereau migrate`" in found.stderr


def test_a_folder_that_cannot_be_made_is_told(
    run: Run, alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (alone / "file").touch()
    monkeypatch.setenv("BORDEREAU_DATA_DIR", str(alone / "file" / "var"))
    found = run("migrate")
    assert found.exit_code == 2
    assert "cannot be made" in found.stderr


def test_a_court_is_added_and_listed(run: Run, migrated: Database) -> None:
    assert run(*COURT).exit_code == 0
    assert "tj-lyon\tTribunal judiciaire de Lyon\tfr-civil\tFR" in run("court", "list").output


def test_a_court_of_unknown_law_is_refused_field_by_field(run: Run, migrated: Database) -> None:
    wrong = [x.replace("fr-civil", "fr-x").replace("Europe/Paris", "Mars") for x in COURT]
    found = run(*wrong)
    assert found.exit_code == 2
    assert "rule_pack: There is no rule pack fr-x" in found.stderr
    assert "time_zone: Mars is not a time zone" in found.stderr


def test_a_court_code_is_taken_once(run: Run, migrated: Database) -> None:
    run(*COURT)
    found = run(*COURT)
    assert found.exit_code == 2
    assert "already a court with the code tj-lyon" in found.stderr


def test_the_first_clerk_is_added_with_a_role(run: Run, migrated: Database) -> None:
    run(*COURT)
    found = run(
        "user", "add", "Clerk@Lyon.example", "--name", "Greffe", "--password-stdin",
        "--role", "clerk", "--court", "tj-lyon", stdin=PASSWORD,
    )  # fmt: skip
    assert found.exit_code == 0, found.stderr
    with migrated.reading() as session:
        user = user_by_email(session, "clerk@lyon.example")
        assert user is not None
        assert password_fits(PASSWORD.strip(), user.password_hash)
        assert [g.role for g in actor_of(session, user).grants] == [Role.clerk]
    assert "clerk@lyon.example\tGreffe\topen\tclerk" in run("user", "list").output


def test_a_password_is_asked_for_twice_and_not_shown(run: Run, migrated: Database) -> None:
    found = run("user", "add", "a@b.example", "--name", "A", stdin=PASSWORD * 2)
    assert found.exit_code == 0, found.stderr
    assert PASSWORD.strip() not in found.output


def test_a_short_password_and_a_wrong_address_are_refused(run: Run, migrated: Database) -> None:
    found = run("user", "add", "nobody", "--name", "A", "--password-stdin", stdin="short\n")
    assert found.exit_code == 2
    assert "email: " in found.stderr
    assert "password: " in found.stderr
    assert "short" not in found.stderr


def test_an_account_whose_role_cannot_be_given_is_not_opened(run: Run, migrated: Database) -> None:
    found = run(
        "user", "add", "a@b.example", "--name", "A", "--password-stdin",
        "--role", "clerk", "--court", "nowhere", stdin=PASSWORD,
    )  # fmt: skip
    assert found.exit_code == 2
    assert "court: There is no such court" in found.stderr
    assert run("user", "list").output == ""


def test_counsel_is_given_their_partys_role_by_docket_number_and_name(
    run: Run, recorded: Recorded
) -> None:
    found = run(
        "user", "add", "me@bar.example", "--name", "Me", "--password-stdin", "--role", "counsel",
        "--matter", "20/53181", "--party", "Twitter International Company", stdin=PASSWORD,
    )  # fmt: skip
    assert found.exit_code == 0, found.stderr
    with recorded.database.reading() as session:
        user = user_by_email(session, "me@bar.example")
        assert user is not None
        assert [g.matter_id for g in actor_of(session, user).grants] == [recorded.matter_id]


def test_a_role_is_given_later_and_only_once(run: Run, recorded: Recorded) -> None:
    run("user", "add", "me@bar.example", "--name", "Me", "--password-stdin", stdin=PASSWORD)
    given = ("user", "grant", "me@bar.example", "--role", "auditor", "--court", "tj-paris")
    assert run(*given).exit_code == 0
    again = run(*given)
    assert again.exit_code == 2
    assert "holds this role already" in again.stderr


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (("--matter", "99/99999", "--party", "UEJF"), "matter: There is no such matter"),
        (("--matter", "20/53181", "--party", "Nobody"), "party: This party is not in the matter"),
        (("--matter", "20/53181"), "party: This role is held for a party"),
        (("--court", "tj-paris"), "party_id: This role is held for a party"),
    ],
)
def test_a_partys_role_needs_its_matter_and_party(
    run: Run, recorded: Recorded, place: tuple[str, ...], said: str
) -> None:
    found = run("user", "grant", "greffe@tj-paris.example", "--role", "counsel", *place)
    assert found.exit_code == 2
    assert said in found.stderr


def test_a_closed_account_and_its_tokens_hold_no_more(run: Run, recorded: Recorded) -> None:
    secret = run("token", "add", "--user", "greffe@tj-paris.example", "--name", "x").stdout.strip()
    with recorded.database.reading() as session:
        assert signing_in.actor_of_token(session, secret, datetime.now(UTC)) is not None
    assert run("user", "disable", "greffe@tj-paris.example").exit_code == 0
    with recorded.database.reading() as session:
        assert signing_in.actor_of_token(session, secret, datetime.now(UTC)) is None
    assert "\tclosed\t" in run("user", "list").output
    assert run("user", "disable", "greffe@tj-paris.example").exit_code == 2


def test_a_tokens_secret_alone_is_on_stdout_once(run: Run, recorded: Recorded) -> None:
    made = run(
        "token", "add", "--user", "greffe@tj-paris.example", "--name", "Case management",
        "--scope", "order:read", "--matter", "20/53181", "--days", 7,
    )  # fmt: skip
    secret = made.stdout.strip()
    assert secret.startswith("bdx_")
    assert "\n" not in secret
    with recorded.database.reading() as session:
        actor = signing_in.actor_of_token(session, secret, datetime.now(UTC))
    assert actor is not None
    assert actor.scopes == frozenset({Action.order_read})
    assert actor.matter_ids == frozenset({recorded.matter_id})
    assert secret[:12] in made.stderr


def test_a_token_is_revoked_by_the_prefix_that_was_shown(run: Run, recorded: Recorded) -> None:
    secret = run("token", "add", "--user", "greffe@tj-paris.example", "--name", "x").stdout.strip()
    assert run("token", "revoke", secret[:12]).exit_code == 0
    with recorded.database.reading() as session:
        assert signing_in.actor_of_token(session, secret, datetime.now(UTC)) is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--user", "nobody@x.example"), "email: There is no open account"),
        (("--user", "greffe@tj-paris.example", "--scope", "everything"), "scopes.0: No token"),
        (("--user", "greffe@tj-paris.example", "--matter", "1/2"), "matter: There is no such"),
        (("--user", "greffe@tj-paris.example", "--days", "900"), "days: This is 366"),
    ],
)
def test_a_token_that_cannot_be_is_refused(
    run: Run, recorded: Recorded, arguments: tuple[str, ...], said: str
) -> None:
    found = run("token", "add", "--name", "x", *arguments)
    assert found.exit_code == 2
    assert said in found.stderr
    assert found.stdout == ""


def test_revoking_an_unknown_token_is_refused(run: Run, migrated: Database) -> None:
    assert run("token", "revoke", "bdx_nothing").exit_code == 2
