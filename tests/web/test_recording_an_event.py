"""Recording an event: preview first, nothing lost, nothing recorded twice."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import UUID

import pytest

from app.domain.events import EventKind
from app.services.events import event_rows
from app.web.kinds import KINDS
from tests.web.conftest import Reader, Visitors
from tests.web.markup import found
from tests.web.story import Story, record

EXTENSION = {
    "kind": "extension",
    "effective_on": "2021-09-01",
    "by": "order",
    "period_value": "5",
    "period_unit": "year",
    "reason": "Ordonnance du 1er septembre",
    "seen": "5",
}


def version(clerk: Reader, order: UUID) -> str:
    html = clerk.get(f"/orders/{order}/events/new?kind=extension").text
    return found(r'name="version" value="(\d+)"', html)


def events_count(reader: Reader, order: UUID) -> int:
    with reader.service.state.database.reading() as session:
        actor = reader.story.cast.actor(session, "clerk")
        return len(event_rows(session, actor, order, limit=100))


def submit(reader: Reader, order: UUID, data: dict[str, str], act: str = "preview") -> Any:
    sent = {"version": version(reader, order), **data, "act": act}
    return reader.post(f"/orders/{order}/events/new", sent)


def test_a_clerk_may_choose_every_kind_and_counsel_their_two(
    visitor: Visitors, story: Story
) -> None:
    path = f"/orders/{story.order}/events/new"
    offered = re.findall(r"kind=(\w+)", visitor("clerk").get(path).text)
    assert offered == [k.value for k in KINDS]
    for role in ("producing_counsel", "requesting_counsel"):
        assert re.findall(r"kind=(\w+)", visitor(role).get(path).text) == ["objection", "dispute"]
        assert visitor(role).get(f"{path}?kind=stay").status_code == 403
    for role in ("producing_assistant", "requesting_assistant"):
        assert visitor(role).get(path).status_code == 403
        assert "Record an event" not in visitor(role).get(f"/orders/{story.order}").text


@pytest.mark.parametrize("kind", list(KINDS))
def test_each_kind_s_form_has_labels_and_keeps_what_was_typed(
    clerk: Reader, story: Story, kind: EventKind
) -> None:
    html = clerk.get(f"/orders/{story.order}/events/new?kind={kind.value}").text
    ids = set(re.findall(r'<(?:input|select|textarea) id="([^"]+)"', html))
    assert ids <= set(re.findall(r'<label(?: class="tick")? for="([^"]+)"', html))
    answer = submit(clerk, story.order, {"kind": kind.value, "reason": "Mes raisons <b>"})
    assert answer.status_code == 422
    assert "Mes raisons &lt;b&gt;" in answer.text
    assert (
        'aria-describedby="hint-effective_on fault-effective_on" aria-invalid="true"' in answer.text
    )
    assert 'href="#field-effective_on"' in answer.text


def test_a_preview_shows_old_and_new_and_saves_nothing(clerk: Reader, story: Story) -> None:
    before = events_count(clerk, story.order)
    answer = submit(clerk, story.order, EXTENSION)
    assert answer.status_code == 200
    html = answer.text
    assert "Nothing is recorded yet." in html
    assert "13 September 2021" in html
    assert "12 September 2026" in html or "14 September 2026" in html
    assert "Obligations that do not move: 0." in html
    assert events_count(clerk, story.order) == before


def test_a_narrower_event_says_how_many_do_not_move(clerk: Reader, story: Story) -> None:
    html = clerk.get(f"/orders/{story.order}/events/new?kind=extension").text
    category = found(r'name="category_ids" value="([^"]+)"', html)
    answer = submit(clerk, story.order, {**EXTENSION, "category_ids": category})
    assert "Obligations that do not move: 3." in answer.text


def test_confirming_the_preview_records_the_event_once(clerk: Reader, story: Story) -> None:
    preview = submit(clerk, story.order, EXTENSION).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', preview))
    sent = {k: unescape(v) for k, v in hidden.items()} | {"act": "confirm"}
    done = clerk.post(f"/orders/{story.order}/events/new", sent)
    assert done.status_code == 303
    shown = clerk.get(done.headers["location"].partition("#")[0]).text
    assert "Recorded: Extended by order by 5 years." in shown
    again = clerk.post(f"/orders/{story.order}/events/new", sent)
    assert again.status_code == 412
    assert events_count(clerk, story.order) == 6


def test_going_back_from_the_preview_loses_nothing(clerk: Reader, story: Story) -> None:
    html = submit(clerk, story.order, EXTENSION, act="edit").text
    assert 'value="2021-09-01"' in html
    assert "Ordonnance du 1er septembre" in html
    assert '<option value="year" selected>' in html


def test_a_period_without_its_unit_is_refused_at_its_field(clerk: Reader, story: Story) -> None:
    answer = submit(clerk, story.order, {**EXTENSION, "period_unit": ""})
    assert answer.status_code == 422
    assert 'id="fault-period_unit"' in answer.text
    assert "a bare number is not a period" in answer.text
    assert 'value="5"' in answer.text


def test_faults_are_told_in_the_reader_s_language(visitor: Visitors, story: Story) -> None:
    reader = visitor("clerk", language="fr")
    answer = submit(reader, story.order, {**EXTENSION, "effective_on": "2021-01-01"})
    assert answer.status_code == 422
    assert "Ceci ne peut pas être enregistré en l’état" in answer.text
    assert "Prend effet le" in answer.text


def test_what_the_law_refuses_is_told_and_nothing_is_recorded(clerk: Reader, story: Story) -> None:
    served = {"kind": "service", "obligor_id": str(story.cast.obligor),
              "effective_on": "2021-08-01", "reason": "Encore"}  # fmt: skip
    for act in ("preview", "confirm"):
        answer = submit(clerk, story.order, served, act=act)
        assert answer.status_code == 422
        assert "is recorded already" in answer.text
    too_far = {**EXTENSION, "period_value": "90"}
    answer = submit(clerk, story.order, too_far, act="confirm")
    assert answer.status_code == 422
    assert events_count(clerk, story.order) == 5


def test_who_opened_the_form_before_a_change_sees_what_changed(clerk: Reader, story: Story) -> None:
    opened = version(clerk, story.order)
    with clerk.service.state.database.writing() as session:
        record(session, story.cast, story.order, "2026-11-01T09:00", kind="dispute",
               effective_on="2026-10-30", text="Rien de sérieux", reason="Conclusions")  # fmt: skip
    for act in ("preview", "confirm"):
        sent = {**EXTENSION, "version": opened, "act": act}
        answer = clerk.post(f"/orders/{story.order}/events/new", sent)
        assert answer.status_code == 412
        assert "Somebody changed this order since you opened the form" in answer.text
        assert "What was produced is disputed" in answer.text
        assert "Ordonnance du 1er septembre" in answer.text
        assert f'name="version" value="{opened}"' not in answer.text
    assert events_count(clerk, story.order) == 6


def test_a_correction_starts_from_what_it_corrects(clerk: Reader, story: Story) -> None:
    page = clerk.get(f"/orders/{story.order}").text
    address = unescape(found(r'href="([^"]*kind=service&amp;corrects=[^"]*)"', page))
    html = clerk.get(address).text
    assert 'name="effective_on" type="date" value="2021-07-12"' in html
    assert "This replaces entry 1" in html
    corrects = found(r'name="corrects" value="([^"]+)"', html)
    data = {"kind": "service", "corrects": corrects, "obligor_id": str(story.cast.obligor),
            "effective_on": "2021-07-15", "reason": "Acte retrouvé"}  # fmt: skip
    assert "15 September 2021" in submit(clerk, story.order, data).text
    assert submit(clerk, story.order, data, act="confirm").status_code == 303


SENT = {
    "stay": {"until_on": "2021-09-01", "effect": "suspend", "stops_penalty": "1"},
    "appeal": {"court": "Cour d’appel", "reference": "21/1"},
    "appeal_decided": {"outcome": "reversed"},
    "withdrawal": {},
    "set_aside": {"court": "TJ"},
    "modification": {"term_kind": "within", "term_value": "3", "term_unit": "month",
                     "term_trigger": "service", "description": "Délai porté à trois mois"},
    "objection": {"ground": "Secret"},
    "ruling": {"outcome": "rejected"},
    "dispute": {"dispute_text": "Incomplet"},
    "finding": {"outcome": "sufficient"},
    "consequence": {"consequence": "struck_from_roll"},
    "penalty_set": {"rate": "1\u202f000,50", "currency": "EUR", "per": "document_day",
                    "starts": "on", "starts_on": "2021-10-01", "cap_months": "6"},
    "penalty_liquidated": {"liquidated_amount": "25 000,00", "currency": "EUR"},
    "outage": {"outage_on": "2021-08-02", "outage_at": "18:30", "effective_hour": "09:00"},
    "trigger": {"description": "Consignation"},
    "service": {"further": "1", "proof": "PV"},
    "extension": {"by": "agreement", "agreed_on": "2021-07-30", "to_on": "2021-10-01",
                  "to_at": "17:00", "writing": "Lettre du 30 juillet 2021"},
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(SENT))
def test_each_kind_can_be_recorded_and_opened_again_to_be_corrected(
    clerk: Reader, story: Story, kind: str
) -> None:
    data = {"kind": kind, "effective_on": "2021-08-02", "reason": "Pièce au dossier", **SENT[kind]}
    if kind == "service":
        data["obligor_id"] = str(story.cast.obligor)
    assert submit(clerk, story.order, data).status_code == 200
    done = submit(clerk, story.order, data, act="confirm")
    assert done.status_code == 303, re.findall(r'class="fault".*?</div>', done.text, re.S)
    page = clerk.get(f"/orders/{story.order}").text
    address = re.findall(rf'href="([^"]*kind={kind}&amp;corrects=[^"]*)"', page)
    again = [clerk.get(unescape(a)).text for a in address]
    for name, value in SENT[kind].items():
        kept = {"1\u202f000,50": "1000.50", "25 000,00": "25000.00"}.get(value, value)
        assert any(kept in html for html in again), (name, value)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "The extension agreed on 20 September 2021 is not counted"),
        ("fr", "La prorogation convenue le 20 septembre 2021 ne compte pas"),
    ],
)
def test_an_agreement_of_after_the_last_day_is_told_before_and_after_it_is_recorded(
    visitor: Visitors, story: Story, language: str, told: str
) -> None:
    clerk = visitor("clerk", language=language)
    data = {
        "kind": "extension",
        "effective_on": "2021-09-20",
        "reason": "Accord",
        "to_on": "2021-10-01",
        "by": "agreement",
        "agreed_on": "2021-09-20",
        "writing": "Lettre",
    }
    page = submit(clerk, story.order, data).text
    assert page.count('class="warning"') == page.count(told) == 4
    assert '<table class="moved">' not in page
    assert submit(clerk, story.order, data, act="confirm").status_code == 303
    page = clerk.get(f"/orders/{story.order}?as_of=2021-09-21").text
    assert page.count('class="warning"') == page.count(told) == 4
    assert 'class="warning"' not in clerk.get(f"/orders/{story.order}?as_of=2021-09-19").text


def test_a_stay_can_be_lifted_and_an_entry_voided(clerk: Reader, story: Story) -> None:
    stay = {"kind": "stay", "effective_on": "2021-08-02", "reason": "Sursis", "effect": "suspend"}
    assert submit(clerk, story.order, stay, act="confirm").status_code == 303
    html = clerk.get(f"/orders/{story.order}/events/new?kind=stay_lifted").text
    which = found(r'<option value="([0-9a-f-]{36})">6 · 2 August 2021', html)
    lifted = {"kind": "stay_lifted", "stay_id": which, "effective_on": "2021-08-20",
              "reason": "Fin"}  # fmt: skip
    assert submit(clerk, story.order, lifted, act="confirm").status_code == 303
    void = {"kind": "correction", "corrects": which, "effective_on": "2021-08-02",
            "reason": "Erreur"}  # fmt: skip
    assert submit(clerk, story.order, void).status_code in (200, 422)


def test_a_kind_that_nobody_records_by_hand_is_not_found(clerk: Reader, story: Story) -> None:
    assert submit(clerk, story.order, {"kind": "nonsense"}).status_code == 404
    assert submit(clerk, story.order, {"kind": "production_deposited"}).status_code == 403


def test_a_text_of_several_lines_is_kept_as_a_browser_sends_it(clerk: Reader, story: Story) -> None:
    said = {
        "kind": "dispute", "effective_on": "2021-10-01", "dispute_text": "Un.\r\nDeux.",
        "reason": "Conclusions\r\ndu 1er octobre", "version": "0", "act": "confirm",
    }  # fmt: skip
    said["version"] = version(clerk, story.order)
    answer = clerk.post(f"/orders/{story.order}/events/new", said)
    assert answer.status_code == 303, answer.text
    page = clerk.get(answer.headers["location"].partition("#")[0]).text
    assert "Conclusions\ndu 1er octobre" in page


def test_a_preview_shows_what_moves_of_the_penalty(clerk: Reader, story: Story) -> None:
    """The fourth category bears one; a stay that stops it counts fewer days, old and new shown."""
    said = {
        "kind": "extension", "effective_on": "2021-09-01", "by": "order", "to_on": "2022-03-31",
        "reason": "Ordonnance", "version": version(clerk, story.order), "act": "preview",
    }  # fmt: skip
    page = clerk.post(f"/orders/{story.order}/events/new", said)
    assert page.status_code == 200
    told = unescape(found(r"(?s)Periodic penalty: theoretical, before liquidation(.*?)</tr>",
                          page.text))  # fmt: skip
    old, new = (int(n) for n in re.findall(r"days counted: ([\d,]+)", told.replace(",", "")))
    assert new < old
    assert told.count("EUR") == 2


def test_the_methods_of_service_are_said_in_the_readers_language(
    visitor: Visitors, story: Story
) -> None:
    html = visitor("clerk", language="fr").get(
        f"/orders/{story.order}/events/new?kind=service"
    ).text  # fmt: skip
    listed = re.findall(
        r'<option value="(\w+)">([^<]+)</option>', html.partition('name="method"')[2]
    )
    assert listed
    assert all(label != value.replace("_", " ") for value, label in listed), listed
