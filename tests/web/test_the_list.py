"""The clerk's list: filters in the address, the reason on each row, nothing one may not see."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from app.schemas.orders import OrderIn
from app.services import orders
from tests.factories import a_category, an_order
from tests.web.conftest import Reader, Visitors
from tests.web.markup import found
from tests.web.story import Story, utc

OWED = "/?status=owed&sort=due"


def rows(html: str) -> list[str]:
    """The text of each obligation's row, its reason included."""
    return [
        unescape(" ".join(re.sub(r"<[^>]+>", " ", part).split()))
        for part in re.findall(r"<tbody[^>]*>(.*?)</tbody>", html, re.S)
    ]


def test_a_row_says_who_owes_what_to_whom_by_when_and_why(clerk: Reader) -> None:
    first = rows(clerk.get(f"{OWED}&as_of=2021-09-20").text)[0]
    for part in (
        "20/53181",
        "UEJF",
        "Twitter International Company",
        "1 documents",
        "13 September 2021",
        "24:00",
        "Europe/Paris",
        "7 days",
        "overdue, nothing received",
        "no finding",
        "Served 12 July 2021 (provisional date, not proved), within 2 months of service, "
        "last day Sunday 12 September 2021, moved to Monday 13 September 2021 24:00; "
        "nothing received for category",
    ):
        assert part in first


def test_what_awaits_proof_of_service_is_never_overdue(clerk: Reader, story: Story) -> None:
    listed = clerk.get("/?status=awaiting_service_proof").text
    assert "no proof of service" in listed.lower()
    assert str(story.awaiting) in listed
    overdue = clerk.get("/?status=overdue_nothing&status=overdue_partly").text
    assert str(story.awaiting) not in overdue


def test_the_filter_is_in_the_address_and_its_links_carry_counts(clerk: Reader) -> None:
    html = clerk.get("/?status=overdue_partly").text
    assert len(rows(html)) == 2
    assert 'href="/?status=overdue_nothing&amp;sort=-due&amp;whose=all"' in html
    assert re.search(
        r'status=overdue_partly&amp;[^"]*" aria-current="true">[^<]*<span class="count">2<', html
    )


def test_overdue_comes_first_and_the_other_way_round_when_asked(clerk: Reader) -> None:
    earliest = rows(clerk.get("/?status=owed&sort=due").text)
    latest = rows(clerk.get("/?status=owed&sort=-due").text)
    assert "overdue" in earliest[0]
    assert "awaiting proof of service" in earliest[-1]
    assert "awaiting proof of service" in latest[0]
    assert sorted(latest) == sorted(earliest)


def test_an_order_s_categories_stand_together_in_its_own_sequence(clerk: Reader) -> None:
    numbers = [found(r"category (\w+)[ .]", row) for row in rows(clerk.get(OWED).text)]
    assert numbers == ["1", "2", "3", "4", "A"]


def test_the_list_can_be_asked_as_of_any_day(clerk: Reader) -> None:
    assert "awaiting proof" in rows(clerk.get(f"{OWED}&as_of=2021-07-10").text)[0]
    assert "running" in rows(clerk.get(f"{OWED}&as_of=2021-08-01").text)[0]
    assert "due today" in rows(clerk.get(f"{OWED}&as_of=2021-09-13").text)[0]
    assert "overdue" in rows(clerk.get(f"{OWED}&as_of=2021-09-14").text)[0]


def test_a_blank_day_and_court_mean_not_asked(clerk: Reader) -> None:
    assert rows(clerk.get("/?as_of=&court=").text) == rows(clerk.get("/").text)


def test_the_court_is_a_filter_and_another_s_is_not_found(clerk: Reader) -> None:
    assert len(rows(clerk.get(f"{OWED}&court=tj-paris").text)) == 5
    assert clerk.get("/?court=tj-lyon").status_code == 404
    assert clerk.get("/?court=nowhere").status_code == 404


@pytest.mark.parametrize(
    "query", ["as_of=yesterday", "status=late", "sort=name", "cursor=x", "court=%00",
              "as_of=9999-12-31"]
)  # fmt: skip
def test_what_cannot_be_asked_gets_a_page_that_says_so(clerk: Reader, query: str) -> None:
    answer = clerk.get(f"/?{query}")
    assert answer.status_code == 422
    assert "<h1>" in answer.text


def test_pages_go_on_from_where_the_last_one_ended(clerk: Reader, story: Story) -> None:
    with clerk.service.state.database.writing() as session:
        many = [a_category(story.cast.obligor, number=f"{i}", elements=[]) for i in range(60)]
        data = OrderIn.model_validate(an_order(story.cast.obligor, categories=many))
        orders.register_order(
            session, story.cast.actor(session, "clerk"), story.cast.matter.id, data,
            utc("2021-07-08T09:00"),
        )  # fmt: skip
    html = clerk.get("/?status=awaiting_service_proof").text
    first = re.findall(r"category (\w+)\.", html)
    following = unescape(found(r'href="([^"]*cursor=[^"]*)"', html))
    second = re.findall(r"category (\w+)\.", clerk.get(following).text)
    assert (len(first), len(second)) == (50, 11)
    assert {*first, *second} == {"A", *map(str, range(60))}


@pytest.mark.parametrize("role", ["producing_counsel", "requesting_counsel", "third_counsel"])
def test_counsel_see_their_matter_s_obligations(visitor: Visitors, role: str) -> None:
    assert len(rows(visitor(role).get("/").text)) == 5


@pytest.mark.parametrize("role", ["counsel_elsewhere", "clerk_elsewhere"])
def test_nobody_sees_another_matter_s_obligations_or_their_count(
    visitor: Visitors, role: str
) -> None:
    html = visitor(role).get("/").text
    assert rows(html) == []
    assert "20/53181" not in html
    assert re.findall(r'class="count">(\d+)<', html) == ["0", "0", "0"]


@pytest.mark.parametrize("role", ["administrator", "auditor", "nobody_yet"])
def test_a_role_without_content_gets_a_page_that_says_what_it_sees(
    visitor: Visitors, role: str
) -> None:
    answer = visitor(role).get("/")
    assert answer.status_code == 200
    assert "Twitter" not in answer.text
    assert ("reads no matter" in answer.text) or ("hold no role" in answer.text)


def test_the_list_takes_few_queries_however_long_it_is(clerk: Reader, count_queries: Any) -> None:
    with count_queries(clerk.service.state.database) as counted:
        clerk.get("/")
    assert len(counted) <= 20, counted
