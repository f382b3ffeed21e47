"""An extension agreed on after the last day: taken, told wherever the date is, moving nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.api.conftest import Api

TOLD = {
    "en": "The extension agreed on 20 September 2021 is not counted: time was over on "
    "13 September 2021.",
    "fr": "La prorogation convenue le 20 septembre 2021 ne compte pas\u00a0: le délai avait "
    "expiré le 13 septembre 2021.",
}


def agreement(**changed: Any) -> dict[str, Any]:
    return {
        "kind": "extension",
        "by": "agreement",
        "agreed_on": "2021-09-20",
        "writing": "Lettre du 20 septembre 2021",
        "period": [{"value": 1, "unit": "month"}],
        "effective_on": "2021-09-20",
        "reason": "Accord des parties",
        **changed,
    }


def second(found: dict[str, Any]) -> dict[str, Any]:
    return next(o for o in found["obligations"] if o["category_number"] == "2")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_it_is_recorded_told_and_moves_nothing(api: Api, language: str) -> None:
    order = api.served()
    spoken = {"headers": {"Accept-Language": language}}
    at = api.at("2021-09-21T10:00:00+02:00")
    path = f"/orders/{order['id']}"
    preview = at.made(f"{path}/events", agreement(), params={"dry_run": True}, **spoken)
    assert preview["moved"] == []
    assert {w["said"] for w in preview["warnings"]} == {TOLD[language]}
    assert len(preview["warnings"]) == preview["unmoved"]
    event = at.made(f"{path}/events", agreement())
    found = second(at.get(f"{path}/compliance", **spoken).json())
    assert (found["status"], found["due_on"]) == ("overdue_nothing", "2021-09-13")
    warning = {"said": TOLD[language], "event_id": event["id"], "citation": ""}
    assert found["warnings"] == [warning]
    assert warning in found["reasons"]
    told = TOLD[language][3:-1]
    assert told in found["sentence"]
    listed = at.get("/obligations", **spoken).json()["items"]
    assert all(told in row["sentence"] for row in listed)
    before = second(api.get(f"{path}/compliance", params={"as_of": "2021-09-19"}).json())
    assert before["warnings"] == []


def test_one_agreed_on_in_time_moves_the_day_and_says_when_no_writing_is_recorded(api: Api) -> None:
    order = api.served()
    at = api.at("2021-09-21T10:00:00+02:00")
    path = f"/orders/{order['id']}"
    at.made(f"{path}/events", agreement(agreed_on="2021-09-10", writing=""))
    found = second(at.get(f"{path}/compliance").json())
    assert (found["status"], found["due_on"]) == ("running", "2021-10-12")
    assert [w["said"] for w in found["warnings"]] == [
        "An extension by agreement counts, but no writing of it is recorded."
    ]


def test_once_it_is_corrected_to_a_day_in_time_it_counts(api: Api) -> None:
    order = api.served()
    at = api.at("2021-09-21T10:00:00+02:00")
    path = f"/orders/{order['id']}"
    wrong = at.made(f"{path}/events", agreement())
    right = agreement(agreed_on="2021-09-10", corrects=wrong["id"])
    preview = at.made(f"{path}/events", right, params={"dry_run": True})
    assert (preview["warnings"], preview["unmoved"]) == ([], 0)
    at.made(f"{path}/events", right)
    found = second(at.get(f"{path}/compliance").json())
    assert (found["due_on"], found["warnings"]) == ("2021-10-12", [])
