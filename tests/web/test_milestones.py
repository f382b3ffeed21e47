"""Milestones on the pages: a table with a word for each state, and events that move one."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import UUID

import pytest

from app.schemas.orders import OrderIn
from app.services import orders
from tests.factories import a_category, an_order
from tests.web.conftest import Reader, Visitors
from tests.web.story import Story, record, utc

MILESTONES: list[dict[str, Any]] = [
    {"name": "début", "term": {"kind": "until", "on": "2021-07-30"}},
    {"name": "moitié", "term": {"kind": "until", "on": "2021-08-20"}, "documents": 1200},
    {"name": "nombre", "term": {"kind": "within", "period": [{"value": 1, "unit": "month"}]},
     "elements": ["nombre"]},
]  # fmt: skip


@pytest.fixture
def rolling(clerk: Reader, story: Story) -> UUID:
    """An order with milestones, served on 12 July 2021."""
    cast = story.cast
    with clerk.service.state.database.writing() as session:
        category = a_category(cast.obligor, number="A", milestones=MILESTONES)
        data = OrderIn.model_validate(an_order(cast.obligor, categories=[category]))
        actor = cast.actor(session, "clerk")
        order = orders.register_order(session, actor, cast.matter.id, data, utc("2021-07-07T09:00"))
        record(session, cast, order.id, "2021-07-13T09:00", kind="service", reason="Acte",
               obligor_id=str(cast.obligor), effective_on="2021-07-12")  # fmt: skip
        return order.id


def table(html: str) -> list[list[str]]:
    """The cells of the milestones' table, row by row, as a reader sees them."""
    body = html.partition('<table class="milestones">')[2].partition("</table>")[0]
    rows = re.findall(r"<tr[ >].*?</tr>", body, re.DOTALL)[1:]
    return [
        [
            " ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split())
            for cell in re.findall(r"<t[hd][ >].*?</t[hd]>", row, re.DOTALL)
        ]
        for row in rows
    ]


def test_the_order_page_shows_each_milestone_with_a_word_for_its_state(
    clerk: Reader, rolling: UUID
) -> None:
    html = clerk.get(f"/orders/{rolling}?as_of=2021-08-09").text
    zone = "Europe/Paris"
    assert table(html) == [
        [
            "début",
            f"Friday 30 July 2021 24:00 {zone}",
            "■ missed 10 days late",
            "Production must have begun",
        ],
        [
            "moitié",
            f"Friday 20 August 2021 24:00 {zone}",
            "○ ahead",
            "0 of 1,200 documents received",
        ],
        ["nombre", f"Thursday 12 August 2021 24:00 {zone}", "○ ahead", "☐ nombre not answered"],
    ]
    assert "milestone “début” missed, its last day was Friday 30 July 2021." in html
    assert "How the last day of milestone “nombre” was found" in html
    for on in ("2021-07-30", "2021-07-31", "2021-08-13", "2021-08-21"):
        assert f'href="/orders/{rolling}?as_of={on}"' in html


def test_the_table_is_french_for_a_french_reader(visitor: Visitors, rolling: UUID) -> None:
    html = visitor("clerk", language="fr").get(f"/orders/{rolling}?as_of=2021-08-09").text
    words = [row[2] for row in table(html)]
    assert words == ["■ manquée 10 jours de retard", "○ à venir", "○ à venir"]
    assert table(html)[1][3].replace("\u202f", " ") == "0 documents reçus sur 1 200"
    assert "Échéances intermédiaires" in html
    assert "Milestone" not in html.replace("milestone", "")


def test_an_order_without_milestones_shows_none_and_its_forms_ask_for_none(
    clerk: Reader, story: Story
) -> None:
    html = clerk.get(f"/orders/{story.order}").text
    assert 'class="milestones"' not in html
    form = clerk.get(f"/orders/{story.order}/events/new?kind=extension").text
    assert 'name="milestone_id"' not in form


def _send(reader: Reader, order: UUID, act: str, **changed: str) -> Any:
    form = reader.get(f"/orders/{order}/events/new?kind=extension").text
    version = re.findall(r'name="version" value="(\d+)"', form)[0]
    sent = {
        "kind": "extension", "effective_on": "2021-08-02", "by": "order", "to_on": "2021-09-30",
        "reason": "Ordonnance", "seen": "1", "version": version, "act": act, **changed,
    }  # fmt: skip
    return reader.post(f"/orders/{order}/events/new", sent)


def test_a_form_moves_one_milestone_after_a_preview(clerk: Reader, rolling: UUID) -> None:
    clerk.now = "2021-08-02T10:00:00+02:00"
    form = clerk.get(f"/orders/{rolling}/events/new?kind=extension").text
    offered = re.findall(r'<option value="([0-9a-f-]{36})">A · (\w+)</option>', form)
    assert [name for _, name in offered] == ["début", "moitié", "nombre"]
    chosen = next(value for value, name in offered if name == "moitié")
    preview = _send(clerk, rolling, "preview", milestone_id=chosen).text
    assert "Milestone “moitié”" in preview
    assert "Friday 20 August 2021" in preview
    assert "Thursday 30 September 2021" in preview
    assert _send(clerk, rolling, "confirm", milestone_id=chosen).status_code == 303
    html = clerk.get(f"/orders/{rolling}").text
    assert [row[1].partition(" 24:00")[0] for row in table(html)] == [
        "Friday 30 July 2021",
        "Thursday 30 September 2021",
        "Thursday 12 August 2021",
    ]
    assert "Milestone “moitié”: extended by order to 30 September 2021." in html


def test_a_milestone_of_another_order_is_told_on_the_form(
    clerk: Reader, rolling: UUID, story: Story
) -> None:
    clerk.now = "2021-08-02T10:00:00+02:00"
    stranger = "00000000-0000-4000-8000-000000000000"
    for order in (rolling, story.order):
        answer = _send(clerk, order, "preview", milestone_id=stranger, to_on="2021-10-30")
        assert answer.status_code == 422
        assert "There is no such milestone in this order." in answer.text


def test_the_computation_of_a_milestone_is_drawn_beside_its_steps(
    clerk: Reader, rolling: UUID
) -> None:
    html = clerk.get(f"/orders/{rolling}?as_of=2021-08-09").text
    part = html.partition("How the last day of milestone “nombre” was found")[2]
    part = part.partition("</details>")[0]
    drawn = dict(
        re.findall(r'<span class="date">(\d+)</span>.*?<span class="hidden">(.*?)</span>',
                   part.partition("<caption>August 2021</caption>")[2])
    )  # fmt: skip
    assert drawn["12"] == "last day"
    assert drawn["11"] == "counted"
    assert drawn["13"] == "outside the period"
