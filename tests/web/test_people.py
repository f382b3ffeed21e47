"""The people of a court and of a matter: who gives which role, and how a new account opens."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from app import models as m
from app.deps import clock
from app.services import invitations, operator
from tests.web.conftest import Reader, Visitors
from tests.web.markup import found
from tests.web.test_signing_in import sign_in

PATH = "/courts/tj-paris/people"
NEW = {"email": "Nouvelle@example.org", "name": "Mme <Nouvelle>", "role": "clerk", "language": "fr"}
PASSWORD = "a password of my own choice"


@pytest.fixture
def administrator(visitor: Visitors) -> Reader:
    return visitor("administrator")


def link_in(html: str) -> str:
    return found(r'id="link">http://testserver(/invitations/[\w-]+)<', html)


def open_account(reader: Reader, path: str, password: str = PASSWORD, again: str = "") -> Any:
    shown = reader.get(path)
    if shown.status_code == 200:
        form = shown.text.partition(f'action="{path}"')[2]
        reader.csrf = found(r'name="csrf" value="(\w+)"', form)
    return reader.post(path, {"password": password, "again": again or password})


def test_an_administrator_adds_somebody_who_opens_the_account_once(
    administrator: Reader, visitor: Visitors
) -> None:
    told = administrator.post(PATH, NEW)
    assert told.status_code == 200
    path = link_in(told.text)
    assert "Mme &lt;Nouvelle&gt;" in told.text
    listed = administrator.get(PATH).text
    assert path not in listed
    assert "invited, no password yet" in listed
    guest = visitor(None)
    assert "nouvelle@example.org" in guest.get(path).text
    assert open_account(guest, path, "short").status_code == 422
    assert open_account(guest, path, again="not the same at all").status_code == 422
    done = open_account(guest, path)
    assert (done.status_code, done.headers["location"]) == (303, "/sign-in")
    assert guest.get(path).status_code == 404
    assert guest.post(path, {"password": PASSWORD, "again": PASSWORD}).status_code == 404
    assert sign_in(guest, "nouvelle@example.org", PASSWORD).status_code == 303
    assert guest.get(f"/orders/{guest.story.order}").status_code == 200
    assert "invited" not in administrator.get(PATH).text


def test_somebody_who_has_an_account_is_given_the_role_and_no_link(administrator: Reader) -> None:
    given = {"email": "nobody_yet@example.org", "name": "x", "role": "auditor"}
    done = administrator.post(PATH, given)
    assert done.headers["location"] == f"{PATH}?done=granted#notice"
    twice = administrator.post(PATH, given)
    assert twice.status_code == 409
    assert "This person holds this role already." in twice.text
    assert 'value="nobody_yet@example.org"' in twice.text


def test_a_link_is_over_after_a_week_or_when_another_is_made(
    administrator: Reader, visitor: Visitors
) -> None:
    first = administrator.post(PATH, NEW)
    page = administrator.get(PATH).text
    row = page[page.index("Mme &lt;Nouvelle&gt;") :]
    user = found(r'name="act" value="link"><input type="hidden" name="id" value="([^"]+)"', row)
    again = administrator.post(f"{PATH}/change", {"act": "link", "id": user, "name": "x"})
    old, new = link_in(first.text), link_in(again.text)
    guest = visitor(None)
    assert guest.get(old).status_code == 404
    assert guest.get(new).status_code == 200
    with administrator.service.state.database.writing() as session:
        for each in session.scalars(select(m.Invitation)):
            each.ends_at = clock() - timedelta(seconds=1)
    assert guest.get(new).status_code == 404


def test_nobody_makes_a_link_into_an_account_that_is_open(
    administrator: Reader, visitor: Visitors
) -> None:
    cast = administrator.story.cast
    for role in ("clerk", "administrator"):
        taken = {"act": "link", "id": str(cast.users[role]), "name": "x"}
        assert administrator.post(f"{PATH}/change", taken).status_code == 404
    path = link_in(administrator.post(PATH, NEW).text)
    open_account(visitor(None), path)
    with administrator.service.state.database.reading() as session:
        user = operator.account(session, "nouvelle@example.org").id
    taken = {"act": "link", "id": str(user), "name": "x"}
    assert administrator.post(f"{PATH}/change", taken).status_code == 404


def test_a_role_is_ended_and_counts_at_once(administrator: Reader, visitor: Visitors) -> None:
    auditor = visitor("auditor")
    page = administrator.get(PATH).text
    row = page[page.index("auditor@example.org") :]
    membership = found(r'name="id" value="([^"]+)"', row)
    done = administrator.post(f"{PATH}/change", {"id": membership})
    assert done.headers["location"] == f"{PATH}?done=ended#notice"
    assert "auditor@example.org" not in administrator.get(PATH).text
    assert auditor.get("/courts/tj-paris/closures").status_code == 404
    assert administrator.post(f"{PATH}/change", {"id": membership}).status_code == 404
    assert administrator.post(f"{PATH}/change", {"id": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"email": "no address"}, "email"), ({"name": ""}, "name"), ({"role": ""}, "role"),
     ({"role": "counsel"}, "party")],
)  # fmt: skip
def test_what_was_typed_is_kept(administrator: Reader, changed: dict[str, str], field: str) -> None:
    refused = administrator.post(PATH, {**NEW, "name": "Gardé", **changed})
    assert refused.status_code == 422
    assert f'href="#{field}"' in refused.text
    assert 'value="Gardé"' in refused.text or changed.get("name") == ""


def test_a_clerk_reads_the_court_s_people_and_gives_no_role_there(clerk: Reader) -> None:
    shown = clerk.get(PATH).text
    assert "administrator@example.org" in shown
    assert 'name="email"' not in shown
    assert clerk.post(PATH, NEW).status_code == 404
    with clerk.service.state.database.reading() as session:
        assert session.scalar(select(m.User).where(m.User.email == "nouvelle@example.org")) is None


def test_a_clerk_finds_a_matter_and_lets_counsel_in(clerk: Reader, visitor: Visitors) -> None:
    assert "No matter of this court bears that number." in clerk.get(f"{PATH}?docket=1/1").text
    path = found(r'href="(/matters/[0-9a-f-]+/people)"', clerk.get(f"{PATH}?docket=20/53181").text)
    page = clerk.get(path).text
    assert "producing_counsel@example.org" in page
    party = str(clerk.story.cast.obligor)
    typed = {**NEW, "role": "counsel", "party_id": party}
    link = link_in(clerk.post(path, typed).text)
    guest = visitor(None)
    open_account(guest, link)
    sign_in(guest, "nouvelle@example.org", PASSWORD)
    assert guest.get(f"/productions/{guest.story.draft}").status_code == 200
    row = clerk.get(path).text
    row = row[row.index("nouvelle@example.org") :]
    membership = found(r'name="id" value="([^"]+)"', row)
    assert clerk.post(f"{path}/change", {"id": membership}).status_code == 303
    assert guest.get(f"/productions/{guest.story.draft}").status_code in (403, 404)
    refused = clerk.post(path, {**typed, "party_id": ""})
    assert refused.status_code == 422
    assert 'href="#party"' in refused.text


def test_an_administrator_finds_no_matter_and_lets_nobody_into_one(
    administrator: Reader,
) -> None:
    assert "docket" not in administrator.get(PATH).text
    matter = administrator.story.cast.matter.id
    assert administrator.get(f"/matters/{matter}/people").status_code == 403


def test_the_pages_are_in_french_too(visitor: Visitors) -> None:
    shown = visitor("administrator", language="fr").get(PATH).text
    assert "Rôles dans cette juridiction" in shown
    assert "Ne lit aucune affaire et ne peut y ajouter personne." in shown


def test_the_link_starts_where_people_reach_the_service_whatever_a_request_says(
    administrator: Reader,
) -> None:
    administrator.headers["X-Forwarded-Host"] = "evil.example"
    administrator.headers["Host"] = "127.0.0.1"
    administrator.http.base_url = "http://127.0.0.1"
    told = TestClient(administrator.service, base_url="http://127.0.0.1")
    told.cookies.set("bordereau", administrator.http.cookies["bordereau"])
    sent = {**NEW, "csrf": administrator.csrf}
    text = told.post(PATH, data=sent, headers={"Origin": "http://127.0.0.1"}).text
    assert "evil" not in text
    assert re.search(r'id="link">http://testserver/invitations/', text)


def test_the_operator_s_link_opens_an_account_again_and_ends_what_was_open(
    clerk: Reader, visitor: Visitors
) -> None:
    with clerk.service.state.database.writing() as session:
        user = operator.account(session, "clerk@example.org").id
        secret = invitations.operator_link(session, user, clock())
    assert open_account(visitor(None), f"/invitations/{secret}").status_code == 303
    assert clerk.get("/account").status_code == 303
    assert sign_in(visitor(None), "clerk@example.org", PASSWORD).status_code == 303
