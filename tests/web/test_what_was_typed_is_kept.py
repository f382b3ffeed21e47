"""A session that ends during a long form: sign in, and what was typed is there. Two clerks."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest

from app.web.kept_form import KEPT_BYTES_MAX, PAIRS_MAX, read_kept
from tests.cast import PASSWORD
from tests.web.conftest import Reader, Visitors
from tests.web.filling import filled, form_of
from tests.web.markup import found
from tests.web.story import Story

TYPED = {
    "kind": "dispute",
    "effective_on": "2021-10-01",
    "dispute_text": "Il manque <la langue> des personnes.\nEt « le reste ».",
    "reason": "Conclusions",
    "act": "preview",
}


def signed_out(reader: Reader) -> None:
    """The session ends elsewhere: the page is still open, with its token."""
    other = reader.csrf
    assert reader.post("/sign-out").status_code == 303
    reader.csrf = other


def again(reader: Reader, page: Any, role: str, password: str = PASSWORD) -> Any:
    """Sign in on the page that one was answered with."""
    data = filled(page.text, "/sign-in", {"email": f"{role}@example.org", "password": password})
    return reader.http.post("/sign-in", data=data, headers=reader._headers())


@pytest.fixture
def address(story: Story) -> str:
    return f"/orders/{story.order}/events/new"


def test_what_was_typed_when_the_session_ended_is_sent_after_signing_in_again(
    clerk: Reader, address: str
) -> None:
    page = clerk.get(f"{address}?kind=dispute")
    data = filled(page.text, address, TYPED)
    signed_out(clerk)
    refused = clerk.post(address, data)
    assert refused.status_code == 401
    assert "Nothing was recorded" in refused.text
    wrong = again(clerk, refused, "clerk", "not the password")
    assert wrong.status_code == 422
    kept = again(clerk, wrong, "clerk")
    assert kept.status_code == 200
    sent = form_of(kept.text, address)
    assert sent["dispute_text"] == [TYPED["dispute_text"]]
    assert sent["csrf"] != data["csrf"], "the form bears the new session's token"
    preview = clerk.http.post(address, data=sent, headers=clerk._headers())
    assert preview.status_code == 200
    assert "Nothing is recorded yet." in preview.text
    assert "Conclusions" in preview.text


def test_a_form_of_an_earlier_session_of_ones_own_is_kept_too(
    visitor: Visitors, address: str
) -> None:
    clerk = visitor("clerk")
    data = filled(clerk.get(f"{address}?kind=dispute").text, address, TYPED)
    later = visitor("clerk")
    refused = later.post(address, data)
    assert refused.status_code == 403
    kept = again(later, refused, "clerk")
    assert form_of(kept.text, address)["reason"] == ["Conclusions"]


def test_what_one_typed_is_never_given_to_another(clerk: Reader, address: str) -> None:
    data = filled(clerk.get(f"{address}?kind=dispute").text, address, TYPED)
    signed_out(clerk)
    refused = clerk.post(address, data)
    answer = again(clerk, refused, "requesting_counsel")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert "langue" not in answer.text


def test_a_form_that_somebody_made_up_is_not_sent_on(clerk: Reader, address: str) -> None:
    data = filled(clerk.get(f"{address}?kind=dispute").text, address, TYPED)
    signed_out(clerk)
    refused = clerk.post(address, data)
    kept = html.unescape(found(r'name="kept" value="([^"]*)"', refused.text))
    path, token, pairs = json.loads(kept)
    for forged in (
        json.dumps([path, "0" * 64, pairs]),
        json.dumps(["//evil.example/x", token, pairs]),
        json.dumps(["/sign-out", token, pairs]),
        json.dumps([f"/productions/{'0' * 36}/deposit", token, pairs]),
        json.dumps([path, token, [["a", 1]]]),
        json.dumps({"path": path}),
        "[" * 5000,
        "not json",
    ):
        form = filled(
            clerk.get("/sign-in").text, "/sign-in",
            {"email": "clerk@example.org", "password": PASSWORD},
        ) | {"kept": [forged]}  # fmt: skip
        answer = clerk.http.post("/sign-in", data=form, headers=clerk._headers())
        assert answer.status_code == 303, forged[:60]
        assert answer.headers["location"] == "/"
        clerk.http.cookies.delete("bordereau")


def test_a_form_beyond_its_bound_is_told_not_to_be_kept(clerk: Reader, address: str) -> None:
    data = filled(clerk.get(f"{address}?kind=dispute").text, address, TYPED)
    signed_out(clerk)
    refused = clerk.post(address, {**data, "reason": ["x" * KEPT_BYTES_MAX]})
    assert refused.status_code == 401
    assert 'name="kept"' not in refused.text


@pytest.mark.parametrize(
    "text",
    [
        "x" * (KEPT_BYTES_MAX + 1),
        json.dumps(["/a", "0" * 64, [["a", "b"]] * (PAIRS_MAX + 1)]),
        json.dumps(["/a b", "0" * 64, []]),
        json.dumps(["/a", "g" * 64, []]),
        json.dumps([1, "0" * 64, []]),
        json.dumps(["/a", "0" * 64]),
    ],
)
def test_what_was_not_written_by_us_is_not_read(text: str) -> None:
    assert read_kept(text) is None


def test_a_wizard_is_gone_on_with_where_the_session_ended(clerk: Reader, story: Story) -> None:
    address = f"/matters/{story.cast.matter.id}/orders/new"
    data = filled(
        clerk.get(address).text, address,
        {"title": "Ordonnance", "made_on": "2021-07-06", "operative_part": "– un ;\n– deux",
         "act": "go-categories"},
    )  # fmt: skip
    signed_out(clerk)
    kept = again(clerk, clerk.post(address, data), "clerk")
    page = clerk.http.post(address, data=form_of(kept.text, address), headers=clerk._headers())
    assert page.status_code == 200
    assert form_of(page.text, address)["c2_text"] == ["deux"]


def test_the_second_of_two_clerks_who_change_an_order_sees_what_changed(
    visitor: Visitors, story: Story
) -> None:
    address = f"/orders/{story.order}/change"
    first, second = visitor("clerk"), visitor("clerk")
    opened = [filled(r.get(address).text, address, {"act": "keep"}) for r in (first, second)]
    said = {**opened[0], "csrf": [first.csrf], "title": ["Titre du premier"]}
    assert first.post(address, said).status_code == 303
    stale = second.post(
        address,
        {**opened[1], "csrf": [second.csrf], "note": ["Note du second"], "ref2": ["ECLI:X"],
         "ref_kind2": ["ECLI"]},
    )  # fmt: skip
    assert stale.status_code == 412
    assert "Titre du premier" in stale.text
    assert "Ordonnance de référé du 6 juillet 2021" in stale.text, "what it read when opened"
    kept = form_of(stale.text, address)
    assert kept["note"] == ["Note du second"]
    assert kept["ref2"] == ["ECLI:X"]
    assert second.post(address, {**kept, "act": ["keep"]}).status_code == 303
    page = second.get(f"/orders/{story.order}").text
    assert "Note du second" in page and "ECLI ECLI:X" in page


def test_a_change_of_references_alone_is_seen_by_the_second_clerk_too(
    visitor: Visitors, story: Story
) -> None:
    address = f"/orders/{story.order}/change"
    first, second = visitor("clerk"), visitor("clerk")
    opened = filled(second.get(address).text, address, {"act": "keep"})
    mine = filled(first.get(address).text, address, {"ref1": "20/99999", "act": "keep"})
    assert first.post(address, mine).status_code == 303
    stale = second.post(address, opened)
    assert stale.status_code == 412
    assert "20/99999" in stale.text


def test_a_fault_in_a_change_is_told_at_its_field(clerk: Reader, story: Story) -> None:
    address = f"/orders/{story.order}/change"
    data = filled(clerk.get(address).text, address, {"title": "", "ref_kind2": "ECLI"})
    more = clerk.post(address, {**data, "act": ["more-references"]})
    assert more.status_code == 200
    assert form_of(more.text, address)["ref_kind2"] == ["ECLI"]
    page = clerk.post(address, filled(more.text, address, {"ref_kind3": "X", "act": "keep"}))
    assert page.status_code == 422
    for field in ("title", "ref2", "ref3"):
        assert f'id="fault-{field}"' in page.text
