"""What happened on my matters: one line each, which leads to it, and none is lost on the way."""

from __future__ import annotations

import re
from html import unescape

import pytest

from app.web import notifications
from tests.web.conftest import Reader, Visitors
from tests.web.story import Story

AFTER = "2021-09-14T09:00:00+02:00"
LINE = re.compile(r'<li( class="unread")?>.*?<a href="([^"]+)">(.*?)</a>', re.DOTALL)


def lines(html: str) -> list[tuple[bool, str, str]]:
    """Each line of the page: whether it is new, where it leads, what it says."""
    feed = html.partition('class="feed"')[2].partition("</ul>")[0]
    return [(bool(new), to, re.sub(r"<[^>]+>", "", text)) for new, to, text in LINE.findall(feed)]


@pytest.mark.parametrize("role", ["clerk", "producing_counsel", "requesting_assistant"])
def test_a_deadline_is_told_before_it_lapses_and_when_it_has(
    visitor: Visitors, story: Story, role: str
) -> None:
    reader = visitor(role, now="2021-09-11T09:00:00+02:00")
    soon = lines(reader.get("/notifications").text)
    assert len(soon) == 4
    assert all(to == f"/orders/{story.order}" for _, to, _ in soon)
    reader.now = AFTER
    assert len(lines(reader.get("/notifications").text)) == 8
    page = visitor(role, now=AFTER, language="fr").get("/notifications").text
    assert "RG 20/53181" in page
    assert "lundi 13 septembre 2021" in page


def test_what_was_recorded_leads_to_it_and_one_s_own_is_not_new(
    visitor: Visitors, story: Story
) -> None:
    address = "/notifications?since=2021-07-01"
    now = "2021-07-28T09:00:00+02:00"
    told = lines(visitor("requesting_counsel", now=now).get(address).text)
    assert [(new, to.partition("#")[0]) for new, to, _ in told] == [
        (True, f"/orders/{story.order}")
    ] * 2
    assert {to.partition("#")[2] for _, to, _ in told} == {"event-1", "event-2"}
    assert [new for new, *_ in lines(visitor("clerk", now=now).get(address).text)] == [False] * 2


@pytest.mark.parametrize("role", ["counsel_elsewhere", "clerk_elsewhere", "auditor", "nobody_yet"])
def test_nobody_is_told_of_another_s_matter(visitor: Visitors, role: str) -> None:
    page = visitor(role, now=AFTER).get("/notifications?since=2021-07-01").text
    assert lines(page) == []
    assert "20/53181" not in page


def test_what_is_read_is_read_up_to_when_the_page_was_made(visitor: Visitors) -> None:
    reader = visitor("producing_counsel", now=AFTER)
    page = reader.get("/notifications").text
    assert all(new for new, *_ in lines(page))
    (until,) = re.findall(r'name="until" value="([^"]+)"', page)
    assert reader.post("/notifications/read", {"until": unescape(until)}).status_code == 303
    assert not any(new for new, *_ in lines(reader.get("/notifications").text))


def test_pages_follow_each_other_though_many_lapse_at_one_moment(
    visitor: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = visitor("clerk", now=AFTER)
    whole = lines(reader.get("/notifications").text)
    monkeypatch.setattr(notifications, "LINES_MAX", 3)
    paged, address = [], "/notifications"
    for _ in range(3):
        page = reader.get(address).text
        paged += lines(page)
        following = re.search(r'href="(/notifications\?until=[^"]+)"', page)
        if following is None:
            break
        address = unescape(following[1])
    assert paged == whole
    assert len(whole) == 8


@pytest.mark.parametrize("wrong", ["page=0", "page=21", "page=x", "since=nonsense"])
def test_what_no_page_links_to_is_refused_in_words(visitor: Visitors, wrong: str) -> None:
    assert visitor("clerk").get(f"/notifications?{wrong}").status_code == 422


def test_an_instant_that_the_page_did_not_write_means_now(visitor: Visitors) -> None:
    clerk = visitor("clerk", now=AFTER)
    for until in ("", "nonsense", "2999-01-01T00:00:00+00:00", "0001-01-01T00:00:00"):
        assert len(lines(clerk.get(f"/notifications?until={until}").text)) == 8


@pytest.mark.parametrize("language", ["en", "fr"])
def test_what_one_wants_to_be_told_is_kept(visitor: Visitors, language: str, story: Story) -> None:
    reader: Reader = visitor("requesting_counsel", language=language)
    address = "/notifications/settings"
    assert 'value="daily" checked' in reader.get(address).text
    refused = reader.post(address, {"frequency": "daily", "hour": "18", "courts": "some"})
    assert refused.status_code == 422
    assert '<option value="18" selected>' in refused.text
    assert 'href="#courts"' in refused.text
    said = {"hour": "18", "courts": "some", "court_ids": str(story.cast.court.id)}
    assert reader.post(address, {"frequency": "daily", **said}).status_code == 303
    kept = reader.get(address).text
    assert '<option value="18" selected>' in kept
    assert f'value="{story.cast.court.id}" checked' in kept
    elsewhere = {**said, "court_ids": str(story.order)}
    assert reader.post(address, {"frequency": "daily", **elsewhere}).status_code == 422
    assert reader.post(address, {"frequency": "never", **said}).status_code == 303
    assert 'value="never" checked' in reader.get(address).text
