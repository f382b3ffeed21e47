"""What comes to a matter later, by form and over the API: added, and nothing recorded changed."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select

from app import models as m
from app.domain.acts import Act
from app.errors import Invalid
from app.schemas.matters import DOCKETS_MAX, MatterAdditions
from app.services.matters import add_to_matter, matter_of
from app.services.verify import Verified, verify_record
from tests.web.conftest import Reader, Visitors
from tests.web.filling import filled
from tests.web.story import Story, utc

LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])


def path(story: Story) -> str:
    return f"/matters/{story.cast.matter.id}/change"


def send(reader: Reader, story: Story, page: str | None = None, **said: str) -> Any:
    form = page or reader.get(path(story)).text
    return reader.post(path(story), filled(form, path(story), said))


def matter(service: FastAPI, story: Story) -> Any:
    with service.state.database.reading() as session:
        found = matter_of(session, story.cast.actor(session, "clerk"), story.cast.matter.id)
        session.expunge_all()
        return found


@LANGUAGES
def test_a_party_its_counsel_and_a_number_are_added_and_the_rest_stays(
    service: FastAPI, story: Story, clerk: Reader, language: str
) -> None:
    clerk.language = language
    before = matter(service, story)
    done = send(
        clerk, story, docket_kind1="RG", docket1="21/14325", party1="Ligue des droits",
        side1="requesting", seat1="Paris", counsel_new1="Me Nouveau", since_new1="2021-10-01",
    )  # fmt: skip
    assert done.status_code == 303
    page = clerk.get(done.headers["location"]).text
    words = {"en": "The matter reads so now.", "fr": "L’affaire se lit ainsi désormais."}
    assert words[language] in page
    after = matter(service, story)
    assert after.version == before.version + 1
    assert [p.id for p in after.parties[:-1]] == [p.id for p in before.parties]
    added = after.parties[-1]
    assert (added.name, added.side, added.seat) == ("Ligue des droits", "requesting", "Paris")
    assert [r.counsel for r in added.representations] == ["Me Nouveau"]
    assert [d.number for d in after.docket_numbers][-1] == "21/14325"
    assert f"/orders/{story.order}" in clerk.get("/?q=21/14325").text


@LANGUAGES
def test_counsel_of_a_party_of_the_matter_is_added(
    service: FastAPI, story: Story, clerk: Reader, language: str
) -> None:
    clerk.language = language
    party = str(story.cast.obligor)
    said = {"for1": party, "its_counsel1": "Me Suivant", "its_bar1": "Paris"}
    assert send(clerk, story, **said).status_code == 303
    found = next(p for p in matter(service, story).parties if str(p.id) == party)
    assert "Me Suivant" in [r.counsel for r in found.representations]
    again = send(clerk, story, **said)
    assert again.status_code == 422
    words = {"en": "This counsel is there already.", "fr": "Cet avocat figure déjà."}
    assert words[language] in again.text


@LANGUAGES
@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"party1": "UEJF", "side1": "requesting"}, "party1"),
        ({"party1": "Sans qualité"}, "side1"),
        ({"docket_kind1": "RG", "docket1": "20/53181"}, "docket1"),
        ({"its_counsel1": "Me Personne"}, "for1"),
        ({"party1": "X", "side1": "requesting", "counsel_new1": "Me Y", "since_new1": "2022-01-01",
          "until_new1": "2021-01-01"}, "until_new1"),
        ({"title": ""}, "title"),
    ],
)  # fmt: skip
def test_what_cannot_be_added_is_told_at_its_field_and_nothing_is(
    service: FastAPI, story: Story, clerk: Reader, said: dict[str, str], field: str, language: str
) -> None:
    clerk.language = language
    extra = {"seat1": "Lyon"} if "party1" in said else {}
    answer = send(clerk, story, **said, **extra)
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert f'id="fault-{field}"' in answer.text
    for value in {**said, **extra}.values():
        assert value in answer.text
    assert matter(service, story).version == 1


def test_a_form_in_which_nothing_was_typed_says_so(story: Story, clerk: Reader) -> None:
    answer = send(clerk, story)
    assert answer.status_code == 422
    assert "Say what is to be added." in answer.text


def test_another_row_keeps_what_was_typed_and_adds_nothing(
    service: FastAPI, story: Story, clerk: Reader
) -> None:
    page = clerk.get(path(story)).text
    for kind, field in (("parties", "party2"), ("dockets", "docket2"), ("counsel", "for2")):
        answer = clerk.post(
            path(story), filled(page, path(story), {"party1": "Typed", "act": f"more-{kind}"})
        )
        assert answer.status_code == 200
        assert f'name="{field}"' in answer.text
        assert 'value="Typed"' in answer.text
    assert matter(service, story).version == 1


def test_the_second_of_two_clerks_sees_what_the_first_added(
    service: FastAPI, story: Story, clerk: Reader
) -> None:
    page = clerk.get(path(story)).text
    send(clerk, story, page, party1="Première", side1="requesting")
    late = send(clerk, story, page, party1="Seconde", side1="requesting")
    assert late.status_code == 412
    assert "Somebody changed this matter" in late.text
    assert "Première" in late.text
    assert 'value="Seconde"' in late.text
    assert send(clerk, story, late.text).status_code == 303
    names = [p.name for p in matter(service, story).parties]
    assert names[-2:] == ["Première", "Seconde"]


def test_title_and_party_change_in_one_act_of_the_form(
    service: FastAPI, story: Story, clerk: Reader
) -> None:
    send(clerk, story, title="UEJF et autres c. X", party1="Autre", side1="requesting")
    found = matter(service, story)
    assert (found.title, found.parties[-1].name) == ("UEJF et autres c. X", "Autre")
    send(clerk, story, title="UEJF c. X")
    assert matter(service, story).title == "UEJF c. X"


def test_a_name_of_right_to_left_letters_stands_apart_from_its_sentence(
    story: Story, clerk: Reader
) -> None:
    send(clerk, story, party1="חברה \u202e<b>", side1="requesting")
    assert "<bdi>חברה \u202e&lt;b&gt;</bdi>" in clerk.get(path(story)).text


def test_the_clerk_is_led_there_and_nobody_else(story: Story, visitor: Visitors) -> None:
    order = f"/orders/{story.order}"
    assert f'href="{path(story)}"' in visitor("clerk").get(order).text
    assert f'href="{path(story)}"' not in visitor("producing_counsel").get(order).text


def test_what_was_added_is_in_the_log_and_the_record_agrees_with_it(
    service: FastAPI, story: Story, clerk: Reader
) -> None:
    acts = select(func.count()).where(m.LogEntry.act == Act.matter_changed)
    with service.state.database.reading() as session:
        before = session.scalars(acts).one()
    send(clerk, story, party1="Autre", side1="requesting", counsel_new1="Me Y", docket1="1")
    with service.state.database.reading() as session:
        assert session.scalars(acts).one() == before + 1
        assert list(verify_record(session, Verified())) == []


def test_what_is_there_already_is_refused_by_its_place(service: FastAPI, story: Story) -> None:
    with service.state.database.writing() as session:
        actor = story.cast.actor(session, "clerk")
        data = MatterAdditions.model_validate({"parties": [{"name": "Par l’API", "side": "third"}]})
        found = matter_of(session, actor, story.cast.matter.id)
        add_to_matter(session, actor, found, data, utc("2024-01-01T09:00"))
    with service.state.database.writing() as session, pytest.raises(Invalid) as refused:
        actor = story.cast.actor(session, "clerk")
        found = matter_of(session, actor, story.cast.matter.id)
        add_to_matter(session, actor, found, data, utc("2024-01-01T09:00"))
    assert [f.field for f in refused.value.faults] == ["parties.0.name"]


def test_a_matter_has_no_more_than_it_may(service: FastAPI, story: Story) -> None:
    many = [{"kind": "RG", "number": f"99/{n}"} for n in range(DOCKETS_MAX)]
    data = MatterAdditions.model_validate({"docket_numbers": many})
    with service.state.database.writing() as session, pytest.raises(Invalid) as refused:
        actor = story.cast.actor(session, "clerk")
        found = matter_of(session, actor, story.cast.matter.id)
        add_to_matter(session, actor, found, data, utc("2024-01-01T09:00"))
    assert [f.field for f in refused.value.faults] == ["docket_numbers"]
