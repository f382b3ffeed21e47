"""A row that opens, the search, who is in charge, what is new, the list as CSV: over real HTTP."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from typing import Any

import pytest

from app.schemas.events import EVENT_IN
from app.services import events
from tests.web.conftest import Reader, Visitors
from tests.web.markup import found
from tests.web.story import Story, utc
from tests.web.test_the_list import OWED, rows


def first_open(html: str) -> str:
    return unescape(found(r'class="open-row" href="([^"]*)"', html))


def test_a_row_opens_in_place_with_proof_steps_deposits_and_findings(clerk: Reader) -> None:
    html = clerk.get(first_open(clerk.get("/?status=overdue_partly&sort=due").text)).text
    said = unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))
    for part in (
        "Date illustrative",
        "Provisional: the date is not proved.",
        "How the last legal day was found",
        "Production 1 , 24 September 2021",
        "counted, late",
        "found insufficient",
        "Nobody is in charge of this order.",
        "Record an event",
    ):
        assert part in said
    assert html.count("<cite>") >= 1


def test_a_deposit_for_another_category_is_shown_as_not_counted(clerk: Reader) -> None:
    html = clerk.get(first_open(clerk.get("/?status=overdue_nothing&sort=due").text)).text
    assert "did not count: for another category" in html


def test_as_of_a_day_before_the_deposit_there_was_none(clerk: Reader) -> None:
    address = first_open(clerk.get(f"{OWED}&as_of=2021-09-20").text)
    assert "Nothing has been deposited." in clerk.get(address).text


def test_the_opened_row_is_a_page_of_its_own(clerk: Reader) -> None:
    html = clerk.get("/?status=overdue_partly&sort=due").text
    address = f"/obligations/{found(r'<tbody id=.o-([0-9a-f-]+)', html)}"
    alone = clerk.get(address)
    assert alone.status_code == 200 and "counted, late" in alone.text
    earlier = clerk.get(f"{address}?as_of=2021-09-20").text
    assert "Nothing has been deposited." in earlier
    assert clerk.get(f"{address}?as_of=9999-12-31").status_code == 422


@pytest.mark.parametrize("words", ["53181", "20/53181", "TWITTER", "uejf twit", "signifiee"])
def test_an_order_is_found_by_part_of_a_number_a_party_or_a_title(
    clerk: Reader, words: str
) -> None:
    assert rows(clerk.get("/", params={"q": words}).text)


@pytest.mark.parametrize("words", ["twitter nobody", "99999", "wit%", "_", "'"])
def test_what_no_order_bears_is_not_found(clerk: Reader, words: str) -> None:
    answer = clerk.get("/", params={"q": words})
    assert answer.status_code == 200
    # A question without a word narrows nothing; "wit" is a part of a name.
    assert bool(rows(answer.text)) == (words in ("wit%", "_", "'"))


def test_a_title_that_was_changed_is_found_by_its_new_words(clerk: Reader, story: Story) -> None:
    from app.schemas.matters import MatterChange
    from app.services import matters

    with clerk.service.state.database.writing() as session:
        actor = story.cast.actor(session, "clerk")
        matter = matters.matter_of(session, actor, story.cast.matter.id)
        said = MatterChange(title="Zèbre contre Girafe")
        matters.change_matter(session, actor, matter, said, utc("2026-01-01T09:00"))
    assert rows(clerk.get("/", params={"q": "zebre"}).text)


def test_nobody_finds_what_they_may_not_see(visitor: Visitors) -> None:
    for role in ("clerk_elsewhere", "counsel_elsewhere"):
        assert rows(visitor(role).get("/?q=twitter").text) == []


def test_mine_is_what_a_clerk_took_charge_of(clerk: Reader, story: Story) -> None:
    before = clerk.get("/").text
    assert "You have taken charge of no order" in before
    taken = clerk.post(f"/orders/{story.awaiting}/charge", {"act": "take", "next": OWED})
    assert (taken.status_code, taken.headers["location"]) == (303, OWED)
    assert len(rows(clerk.get(OWED).text)) == 1
    assert len(rows(clerk.get(f"{OWED}&whose=all").text)) == 5
    clerk.post(f"/orders/{story.awaiting}/charge", {"act": "give_up"})
    assert len(rows(clerk.get(OWED).text)) == 5


def test_taking_charge_twice_or_giving_up_what_is_nobody_s_changes_nothing(
    clerk: Reader, story: Story
) -> None:
    for act in ("give_up", "take", "take"):
        assert clerk.post(f"/orders/{story.awaiting}/charge", {"act": act}).status_code == 303
    assert len(rows(clerk.get(OWED).text)) == 1


def test_the_list_opens_for_a_clerk_on_overdue_newest_first(clerk: Reader) -> None:
    listed = rows(clerk.get("/").text)
    assert len(listed) == 4
    assert all("overdue" in row for row in listed)


def test_days_late_narrow_the_list(clerk: Reader) -> None:
    assert len(rows(clerk.get("/?late=7&as_of=2021-09-20").text)) == 4
    assert rows(clerk.get("/?late=8&as_of=2021-09-20").text) == []


@pytest.mark.parametrize("sort", ["docket", "-docket"])
def test_the_list_is_sorted_by_docket_number(clerk: Reader, sort: str) -> None:
    assert len(rows(clerk.get(f"/?status=owed&sort={sort}").text)) == 5


@pytest.mark.parametrize(
    "query", ["late=0", "late=x", "whose=theirs", "matter=x", "q=" + "a" * 201, "open=x"]
)
def test_what_cannot_be_asked_is_refused(clerk: Reader, query: str) -> None:
    assert clerk.get(f"/?{query}").status_code == 422


def news(html: str) -> list[str]:
    section = re.search(r'<section class="news".*?</section>', html, re.S)
    return re.findall(r"<li>.*?</li>", section[0], re.S) if section else []


def test_what_lapsed_and_what_others_recorded_is_news_until_it_was_seen(
    clerk: Reader, story: Story, visitor: Visitors
) -> None:
    clerk.now = "2021-09-10T08:00:00+00:00"
    assert news(clerk.get("/").text) == []
    clerk.now = "2021-09-14T08:00:00+00:00"
    first = news(clerk.get("/").text)
    assert len(first) == 1 and "the time for 4 obligations is over" in first[0]
    assert news(clerk.get("/").text) == first, "a reload must not wipe the news"
    seen = clerk.post("/seen", {"until": clerk.now, "next": "/"})
    assert seen.status_code == 303
    assert news(clerk.get("/").text) == []
    clerk.now = "2021-09-25T08:00:00+00:00"
    deposited = news(clerk.get("/").text)
    assert len(deposited) == 1 and "recorded by" in deposited[0]
    clerk.now = "2021-09-26T08:00:00+00:00"
    assert news(clerk.get("/").text) == [], "what was shown the day before is no news"


def test_one_s_own_acts_are_no_news(clerk: Reader, story: Story) -> None:
    clerk.now = "2026-11-20T08:00:00+00:00"
    clerk.get("/")
    with clerk.service.state.database.writing() as session:
        data = EVENT_IN.validate_python(
            {"kind": "dispute", "effective_on": "2026-11-20", "text": "x", "reason": "y"}
        )
        for role in ("clerk", "requesting_counsel"):
            actor = story.cast.actor(session, role)
            events.record_event(session, actor, story.order, data, utc("2026-11-20T10:00"))
    clerk.now = "2026-11-20T12:00:00+00:00"
    assert len(news(clerk.get("/").text)) == 1


@pytest.mark.parametrize("until", ["", "yesterday", "2026-11-23T09:00:00"])
def test_an_instant_that_is_none_is_refused(clerk: Reader, until: str) -> None:
    assert clerk.post("/seen", {"until": until}).status_code == 422


def table(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_whole_list_is_taken_as_csv(clerk: Reader) -> None:
    answer = clerk.get("/obligations.csv?status=owed&sort=due")
    head, *listed, note = table(answer)
    assert head[1] == "docket numbers · numéros de rôle"
    assert len(listed) == 5 and all(len(row) == len(head) for row in listed)
    assert note[0].startswith("As of ")
    assert "attachment" in answer.headers["content-disposition"]


def test_no_cell_of_the_csv_is_a_formula() -> None:
    from app.papers.list_csv import list_csv

    body = list_csv([["=1+1", "@x", "a"]], ["+note"]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(body)))[1:] == [["'=1+1", "'@x", "a"], ["'+note"]]


def test_a_csv_that_is_not_whole_says_so(clerk: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.web import obligations_csv

    monkeypatch.setattr(obligations_csv, "ROWS_MAX", 2)
    *listed, note = table(clerk.get("/obligations.csv?status=owed&sort=due"))[1:]
    assert len(listed) == 3
    assert note == ["Not whole: only the first 2 obligations are here."]


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_opened_page_takes_few_queries(
    clerk: Reader, count_queries: Any, language: str
) -> None:
    clerk.language = language
    address = first_open(clerk.get("/?status=overdue_partly&sort=due").text)
    with count_queries(clerk.service.state.database) as counted:
        assert clerk.get(address).status_code == 200
    assert len(counted) <= 60, counted
