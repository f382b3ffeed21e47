"""A court's closed days on its clerk's pages: preview first, nothing lost, nothing twice."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.web.conftest import Reader, Visitors
from tests.web.markup import found

PATH = "/courts/tj-paris/closures"
CLOSED = {
    "on": "2021-09-13",
    "kind": "declared_holiday",
    "name": "Jour chômé <b>",
    "source": "Décret du 2 août 2021",
}
AUGUST = "2021-08-02T10:00:00+02:00"


def submit(reader: Reader, act: str, **changed: str) -> Any:
    return reader.post(PATH, {**CLOSED, **changed, "act": act})


@pytest.fixture
def clerk(visitor: Visitors) -> Reader:
    return visitor("clerk", now=AUGUST)


def test_a_closed_day_is_previewed_then_recorded_then_withdrawn(clerk: Reader) -> None:
    told = submit(clerk, "preview")
    assert told.status_code == 200
    assert "Nothing is recorded yet." in told.text
    assert "Jour chômé &lt;b&gt;" in told.text
    assert re.findall(r'datetime="(2021-09-1[34])"', told.text)
    assert "No closed day is on record." in clerk.get(PATH).text
    recorded = submit(clerk, "confirm")
    assert recorded.status_code == 303
    shown = clerk.get(recorded.headers["location"]).text
    assert 'role="status"' in shown
    assert "Jour chômé &lt;b&gt;" in shown
    address = found(r'href="(/courts/tj-paris/closures/[^"]+/withdrawal)"', shown)
    assert "Withdraw this closed day" in clerk.get(address).text
    refused = clerk.post(address, {"reason": ""})
    assert refused.status_code == 422
    assert 'aria-describedby="fault-reason"' in refused.text
    assert clerk.post(address, {"reason": "Ouvert"}).status_code == 303
    assert "Ouvert" in clerk.get(PATH).text


def test_what_was_typed_is_kept_and_each_fault_stands_at_its_field(clerk: Reader) -> None:
    refused = submit(clerk, "preview", on="", name="Grève")
    assert refused.status_code == 422
    assert 'value="Grève"' in refused.text
    assert 'href="#on"' in refused.text
    edited = submit(clerk, "edit").text
    assert 'value="Décret du 2 août 2021"' in edited
    assert 'value="2021-09-13"' in edited
    submit(clerk, "confirm")
    twice = submit(clerk, "confirm")
    assert twice.status_code == 409
    assert "The court is closed on 13 September 2021 already." in twice.text


def test_counsel_reads_the_closed_days_and_is_offered_no_form(visitor: Visitors) -> None:
    shown = visitor("producing_counsel").get(PATH)
    assert shown.status_code == 200
    assert "<textarea" not in shown.text
    assert "Record a closed day" not in shown.text


def test_the_page_is_in_french_too(clerk: Reader) -> None:
    clerk.language = "fr"
    shown = clerk.get(PATH).text
    assert "Jours de fermeture" in shown
    assert "Enregistrer un jour de fermeture" in shown
    assert "jour férié ou chômé déclaré par un texte" in shown


def test_the_list_leads_its_clerk_there_and_nobody_else(visitor: Visitors) -> None:
    assert f'href="{PATH}"' in visitor("clerk").get("/").text
    assert f'href="{PATH}"' not in visitor("producing_counsel").get("/").text
