"""What was produced under an order: its page for both sides and the clerk."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest
from fastapi import FastAPI
from sqlalchemy import insert, select

from app import models as m
from app.services.log import table_of
from tests.web.conftest import Reader, Visitors
from tests.web.produced import a_deposit
from tests.web.story import Story

NOW = "2021-10-04T09:00:00+00:00"


def shown(page: Any) -> str:
    """What a page says, its markup and no-break spaces left out."""
    text = re.sub(r"<[^>]+>", " ", page.text).replace("\u00a0", " ").replace("\u202f", " ")
    return " ".join(text.split())


@pytest.mark.parametrize("role", ["requesting_counsel", "producing_counsel", "clerk"])
def test_each_side_reads_numbers_titles_lateness_and_what_is_withheld(
    visitor: Visitors, story: Story, role: str
) -> None:
    page = visitor(role).get(f"/orders/{story.order}/produced")
    assert page.status_code == 200
    for text in ("Contrat de prestation", "Secret des affaires", "C. com. L151-1", "11 days late"):
        assert text in shown(page), text
    assert "Projet secret" not in page.text


def test_it_reads_in_french(visitor: Visitors, story: Story) -> None:
    page = visitor("requesting_counsel", language="fr").get(f"/orders/{story.order}/produced")
    for text in ("▨ retenue : Secret des affaires", "11 jours de retard", "Chef 1"):
        assert text in shown(page), text


def test_a_placeholder_stands_in_its_place_among_the_numbers(
    visitor: Visitors, story: Story, service: FastAPI
) -> None:
    a_deposit(service, story, {"9": "Neuf", "10": "Dix", "9 bis": "Neuf bis"}, withheld="11")
    page = visitor("requesting_counsel").get(f"/orders/{story.order}/produced")
    numbers = re.findall(r'data-label="No."><span>([^<]+)', page.text)
    assert numbers == ["1", "2", "9", "9 bis", "10", "11"]


def test_as_of_a_day_before_the_deposit_there_is_nothing(visitor: Visitors, story: Story) -> None:
    reader = visitor("requesting_counsel")
    before = reader.get(f"/orders/{story.order}/produced?as_of=2021-09-23")
    assert "Nothing had been deposited on the day shown." in shown(before)
    assert "take.zip" not in before.text
    on = reader.get(f"/orders/{story.order}/produced?as_of=2021-09-24")
    assert "Contrat de prestation" in on.text


def test_by_category_and_one_alone(visitor: Visitors, story: Story) -> None:
    reader = visitor("requesting_counsel")
    page = reader.get(f"/orders/{story.order}/produced?by=category")
    name = re.search(r"by=category&amp;in=([0-9a-f-]{36})", page.text)
    assert name is not None
    assert "Contrat de prestation" in page.text
    alone = reader.get(f"/orders/{story.order}/produced?by=category&in={name[1]}")
    assert "Contrat de prestation" in alone.text
    assert reader.get(f"/orders/{story.order}/produced?in=nonsense").status_code == 404
    assert reader.get(f"/orders/{story.order}/produced?page=2").status_code == 404


def test_of_what_is_confidential_the_other_side_reads_the_number_alone(
    visitor: Visitors, story: Story, service: FastAPI
) -> None:
    a_deposit(service, story, {"7": "Clé secrète"}, confidentiality="restricted")
    own = visitor("producing_counsel").get(f"/orders/{story.order}/produced")
    assert "Clé secrète" in own.text
    for role in ("requesting_counsel", "clerk", "third_counsel"):
        for by in ("deposit", "category"):
            page = visitor(role).get(f"/orders/{story.order}/produced?by={by}")
            assert "Clé secrète" not in page.text
            assert "you may know its number alone" in shown(page)


def test_what_replaces_and_what_is_replaced_lead_to_each_other(
    visitor: Visitors, story: Story, service: FastAPI
) -> None:
    (second,) = a_deposit(service, story, {"1": "Contrat corrigé"}, replaces=story.exhibit)
    page = visitor("requesting_counsel").get(f"/orders/{story.order}/produced")
    assert f'href="/exhibits/{second}/view' in page.text
    assert "→ replaced" in shown(page)
    assert "Page illisible" in shown(page)
    assert "← replaces 1 : Page illisible" in shown(page)


def test_many_exhibits_are_shown_eighty_at_a_time(
    visitor: Visitors, story: Story, service: FastAPI, count_queries: Any
) -> None:
    reader = visitor("requesting_counsel")
    few = _statements(reader, service, count_queries)
    _many(service, story, 1_000)
    many = _statements(reader, service, count_queries)
    assert many == few < 60
    page = reader.get(f"/orders/{story.order}/produced?page=10")
    assert page.text.count('<tr id="line-') == 80
    assert len(page.content) < 100_000


def _statements(reader: Reader, service: FastAPI, count_queries: Any) -> int:
    with count_queries(service.state.database) as statements:
        assert reader.get(f"/orders/{reader.story.order}/produced").status_code == 200
    return len(statements)


def _many(service: FastAPI, story: Story, count: int) -> None:
    """Exhibits past the verbs: the page is tried, not the deposit."""
    database = service.state.database
    a_deposit(service, story, {"5000": "Modèle"})
    with database.engine.begin() as connection:
        row = connection.execute(
            select(table_of(m.Exhibit)).where(m.Exhibit.number == "5000")
        ).one()
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("DROP TRIGGER exhibits_refuse_insert")
        else:
            connection.exec_driver_sql("ALTER TABLE exhibits DISABLE TRIGGER USER")
        rows = [
            dict(row._mapping) | {"id": UUID(int=n + 1), "number": str(6_000 + n), "position": n}
            for n in range(count)
        ]
        connection.execute(insert(table_of(m.Exhibit)), rows)
