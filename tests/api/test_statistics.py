"""Statistics over HTTP: what is asked in the address, and what is answered."""

from __future__ import annotations

import pytest

from tests.api.conftest import Api

PATH = "/courts/tj-paris/statistics"


def test_a_court_s_statistics_add_up(api: Api) -> None:
    api.served()
    found = api.call("GET", PATH).json()
    assert (found["courts"], found["orders"], found["obligations"]) == (["tj-paris"], 1, 2)
    assert sum(each["count"] for each in found["obligations_by_status"]) == 2
    assert found["lateness"]["count"] + found["lateness"]["ended"] == 2
    spread = found["time_to_production"]["from_start"]
    assert (spread["count"], spread["median"], spread["lower"]) == (0, None, None)


def test_a_moment_and_a_period_narrow_them(api: Api) -> None:
    api.served()
    assert api.call("GET", f"{PATH}?as_of=2021-07-05").json()["obligations"] == 0
    assert api.call("GET", f"{PATH}?from=2021-07-06&to=2021-07-06").json()["orders"] == 1
    assert api.call("GET", f"{PATH}?from=2021-07-07").json()["orders"] == 0
    then = api.call("GET", f"{PATH}?as_of=2021-07-13T10:00:00%2B02:00").json()
    assert then["as_of"] == "2021-07-13T08:00:00Z"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("as_of=2999-01-01", "as_of"),
        ("as_of=soon", "as_of"),
        ("from=2021-02-30", "from"),
        ("from=2021-07-07&to=2021-07-06", "to"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_its_field(api: Api, query: str, field: str) -> None:
    answer = api.call("GET", f"{PATH}?{query}")
    assert answer.status_code == 422
    assert [f["field"] for f in answer.json()["errors"]] == [field]


def test_the_example_of_the_document_adds_up() -> None:
    from app.api.statistics_examples import STATISTICS_EXAMPLES

    said = STATISTICS_EXAMPLES["StatisticsOut"]
    total = said["obligations"]
    assert sum(each["count"] for each in said["obligations_by_status"]) == total
    assert said["lateness"]["count"] + said["lateness"]["ended"] == total
    assert sum(each["count"] for each in said["orders_by_status"]) == said["orders"]
