"""Observations by the pages' forms: made, answered, taken back; read by both sides."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from tests.web.conftest import Reader, Visitors
from tests.web.markup import found
from tests.web.story import Story


def about(reader: Reader, order: UUID) -> str:
    """What the form's first category is called in it."""
    page = reader.get(f"/orders/{order}/observations").text
    return found(r'<option value="(category [0-9a-f-]{36})"', page)


def made(reader: Reader, story: Story, text: str = "Incomplet", **said: str) -> str:
    path = f"/orders/{story.order}/observations"
    answer = reader.post(path, {"about": about(reader, story.order), "text": text} | said)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"]).partition("#observation-")[2]


def test_made_answered_and_taken_back(visitor: Visitors, story: Story) -> None:
    asking, owing, clerk = (
        visitor(role) for role in ("requesting_counsel", "producing_counsel", "clerk")
    )
    path = f"/orders/{story.order}/observations"
    first = made(asking, story, "L’annexe manque <b>toujours</b>.")
    page = clerk.get("/observations").text
    assert "L’annexe manque &lt;b&gt;toujours&lt;/b&gt;." in page
    assert f'href="{path}#observation-{first}"' in page
    assert "waiting for an answer" in clerk.get(f"/orders/{story.order}").text
    # Who may not observe reads, and has no form.
    assert 'method="post" action="/orders' not in clerk.get(path).text
    form = owing.get(f"{path}?answers={first}").text
    assert f'name="answers_id" value="{first}"' in form
    answer = owing.post(path, {"answers_id": first, "text": "Elle suit."})
    assert answer.status_code == 303
    assert "No observation waits for an answer." in clerk.get("/observations").text
    back = asking.get(f"{path}?take_back={first}").text
    assert f'action="/observations/{first}/withdrawal"' in back
    refused = asking.post(f"/observations/{first}/withdrawal", {"reason": " "})
    assert refused.status_code == 422
    assert "field-reason" in refused.text
    done = asking.post(f"/observations/{first}/withdrawal", {"reason": "Reçue"})
    assert done.status_code == 303
    page = clerk.get(path).text
    assert "taken back" in page
    assert "Reçue" in page
    assert "L’annexe manque" in page
    again = asking.post(f"/observations/{first}/withdrawal", {"reason": "Reçue"})
    assert again.status_code == 409


def test_what_was_typed_stays_after_a_mistake(visitor: Visitors, story: Story) -> None:
    reader = visitor("requesting_counsel", language="fr")
    path = f"/orders/{story.order}/observations"
    refused = reader.post(path, {"about": "", "text": "Texte gardé"})
    assert refused.status_code == 422
    assert "Texte gardé</textarea>" in refused.text
    assert 'href="#field-about"' in refused.text
    long = reader.post(path, {"about": about(reader, story.order), "text": "x" * 5_001})
    assert long.status_code == 422
    assert 'href="#field-text"' in long.text


def test_on_an_exhibit_it_stands_beside_it(visitor: Visitors, story: Story) -> None:
    reader = visitor("requesting_counsel")
    path = f"/orders/{story.order}/observations"
    form = reader.get(f"{path}?exhibit={story.exhibit}").text
    assert re.search(rf'<option value="exhibit {story.exhibit}" selected', form)
    made(reader, story, "Page 3 illisible", about=f"exhibit {story.exhibit}")
    assert "Page 3 illisible" in visitor("clerk").get(f"/exhibits/{story.exhibit}/view").text
    assert reader.get(f"{path}?exhibit={UUID(int=0)}").status_code == 404


@pytest.mark.parametrize("role", ["requesting_assistant", "producing_assistant"])
def test_an_assistant_reads_and_does_not_observe(
    visitor: Visitors, story: Story, role: str
) -> None:
    reader = visitor(role)
    path = f"/orders/{story.order}/observations"
    assert reader.get(path).status_code == 200
    sent = {"about": f"exhibit {story.exhibit}", "text": "x"}
    assert reader.post(path, sent).status_code == 403


def test_as_of_a_day_before_it_the_order_shows_no_observation(
    visitor: Visitors, story: Story
) -> None:
    reader = visitor("requesting_counsel")
    made(reader, story, "Incomplet à ce jour")
    assert "Incomplet à ce jour" in reader.get(f"/orders/{story.order}").text
    before = reader.get(f"/orders/{story.order}?as_of=2022-01-01").text
    assert "Incomplet à ce jour" not in before
