"""``bordereau project``: the projection written anew, whatever it held."""

from __future__ import annotations

from sqlalchemy import text

from tests.cli.conftest import Recorded, Run


def test_a_projection_that_went_wrong_is_written_anew(run: Run, recorded: Recorded) -> None:
    with recorded.database.writing() as session:
        session.execute(text("UPDATE standings SET due_on = '2021-01-01'"))
        session.execute(text("DELETE FROM standings WHERE valid_until IS NOT NULL"))
    assert run("check").exit_code == 1
    found = run("project")
    assert found.exit_code == 0, found.stderr
    assert "1 orders" in found.output
    assert run("check").exit_code == 0


def test_it_says_so_in_french(run: Run, recorded: Recorded) -> None:
    assert "projections réécrites" in run("project", "--lang", "fr").output
