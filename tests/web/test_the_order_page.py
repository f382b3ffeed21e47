"""The order page: as of any day, in two times, with the reasons beside the status."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from app import models as m
from app.domain.acts import Act
from app.schemas.acts import ExhibitWithdrawnIn
from app.services.events import append, new_event
from app.services.facts import events_of
from app.services.log import say
from app.services.orders import order_of
from app.services.productions import exhibit_of
from app.web.order import EXHIBITS_SHOWN
from tests.web.conftest import Reader, Visitors
from tests.web.produced import a_deposit
from tests.web.story import Story, record

SIX_DATES = [
    ("2021-07-10", "awaiting_service_proof", "no_finding"),
    ("2021-08-02", "running", "no_finding"),
    ("2021-09-13", "due_today", "no_finding"),
    ("2021-09-14", "overdue_nothing", "no_finding"),
    ("2021-09-25", "overdue_partly", "no_finding"),
    ("2023-03-23", "overdue_partly", "found_insufficient"),
]


def standing(html: str, category: str) -> tuple[str, str]:
    """The computed status and the finding that a category's panel shows."""
    part = html.partition(f'id="category-{category}"')[2].partition("</article>")[0]
    status, finding = re.findall(r'class="status (\w+)"', part)[:2]
    return status, finding


@pytest.mark.parametrize(("on", "status", "finding"), SIX_DATES)
def test_the_as_of_box_changes_where_category_2_stands(
    clerk: Reader, story: Story, on: str, status: str, finding: str
) -> None:
    html = clerk.get(f"/orders/{story.order}?as_of={on}").text
    assert standing(html, "2") == (status, finding)
    assert "As of the end of" in html
    assert f'value="{on}"' in html


def test_today_is_shown_with_its_hour_and_zone(clerk: Reader, story: Story) -> None:
    html = clerk.get(f"/orders/{story.order}").text
    assert "23 November 2026 10:00:00 Europe/Paris" in html


def test_the_record_can_be_read_as_it_was_known(clerk: Reader, story: Story) -> None:
    unknown = clerk.get(f"/orders/{story.order}?as_of=2021-09-14&known_at=2021-07-12").text
    assert standing(unknown, "2") == ("awaiting_service_proof", "no_finding")
    assert "as the record showed it at the end of" in unknown


def test_an_open_dispute_stands_beside_the_computed_status(clerk: Reader, story: Story) -> None:
    with clerk.service.state.database.writing() as session:
        said = {"kind": "dispute", "effective_on": "2024-01-02", "text": "Langue non fournie"}
        record(session, story.cast, story.order, "2024-01-03T09:00", reason="Conclusions", **said)
    html = clerk.get(f"/orders/{story.order}").text
    assert standing(html, "2") == ("overdue_partly", "dispute_open")
    assert "Langue non fournie" in html


def test_later_events_and_productions_are_marked_as_not_counted(
    clerk: Reader, story: Story
) -> None:
    html = clerk.get(f"/orders/{story.order}?as_of=2021-09-14").text
    assert html.count("(not counted as of the day shown)") == 3
    assert "Contrat de prestation" not in html
    assert "Deposited after the day shown, and so not here: 1." in html


def test_every_event_s_day_and_the_days_around_the_last_one_are_links(
    clerk: Reader, story: Story
) -> None:
    html = clerk.get(f"/orders/{story.order}").text
    for on in ("2021-07-12", "2021-09-13", "2021-09-14", "2021-09-24", "2023-03-23"):
        assert f'href="/orders/{story.order}?as_of={on}"' in html


def test_steps_have_their_citations_and_the_versions_of_rules_and_calendar(
    clerk: Reader, story: Story
) -> None:
    html = clerk.get(f"/orders/{story.order}").text
    assert "art. 642" in html or "642" in html
    assert "Rules fr-civil" in html
    assert "calendar FR" in html


def test_elements_are_ticked_one_by_one(clerk: Reader, story: Story) -> None:
    html = clerk.get(f"/orders/{story.order}").text
    part = html.partition('id="category-2"')[2].partition("</article>")[0]
    assert part.count('class="answered"') == 3
    assert part.count('class="unanswered"') == 1


def test_the_penalty_is_theoretical_and_never_in_the_list(clerk: Reader, story: Story) -> None:
    html = clerk.get(f"/orders/{story.order}?as_of=2021-09-20").text
    assert "Periodic penalty: theoretical, before liquidation" in html
    assert "7,000 EUR" in html
    assert "Nothing is due until a decision liquidates it" in html
    assert "EUR" not in clerk.get("/").text


def test_productions_show_number_time_answers_and_what_is_withheld(
    clerk: Reader, story: Story
) -> None:
    html = clerk.get(f"/orders/{story.order}").text
    for part in (
        "Production 1: Première communication",
        "24 September 2021 23:47:12 Europe/Paris",
        "Contrat de prestation",
        "1 867 personnes",
        "Secret des affaires",
        "C. com. L151-1",
    ):
        assert part in html


def test_the_shares_say_what_was_withdrawn_since(clerk: Reader, story: Story) -> None:
    path = f"/orders/{story.order}?as_of=2021-09-30"
    assert "Documents on time: 0; late: 1 (1 by 11 days)." in clerk.get(path).text
    _withdraw(clerk, story)
    assert "Documents on time: 0; late: 0; withdrawn since: 1." in clerk.get(path).text
    clerk.language = "fr"
    assert "retirés depuis\u00a0: 1." in clerk.get(path).text


def _withdraw(reader: Reader, story: Story) -> None:
    at = datetime(2021, 9, 29, 8, tzinfo=UTC)
    with reader.service.state.database.writing() as session:
        counsel = story.cast.actor(session, "producing_counsel")
        exhibit = exhibit_of(session, counsel, story.exhibit)
        order, past = order_of(session, counsel, story.order), events_of(session, story.order)
        data = ExhibitWithdrawnIn(
            kind="exhibit_withdrawn",
            effective_at=at,
            obligor_id=story.cast.obligor,
            reason="Pièce communiquée par erreur",
            exhibit_id=exhibit.id,
            production_id=exhibit.production_id,
            counted_in=[c.category_id for c in exhibit.categories],
        )
        append(session, counsel, order, past, new_event(order, past, data, at), data)
        say(session, Act.exhibit_withdrawn, counsel, at)


def test_a_corrected_event_is_struck_through_and_stays(clerk: Reader, story: Story) -> None:
    with clerk.service.state.database.writing() as session:
        first = record(
            session,
            story.cast,
            story.awaiting,
            "2021-08-01T09:00",
            kind="service",
            obligor_id=str(story.cast.obligor),
            effective_on="2021-07-20",
            reason="faux",
        )
        record(session, story.cast, story.awaiting, "2021-08-02T09:00", kind="service",
               obligor_id=str(story.cast.obligor), effective_on="2021-07-21", reason="vrai",
               corrects=str(first))  # fmt: skip
    html = clerk.get(f"/orders/{story.awaiting}").text
    assert "<s>Service of the decision.</s> <strong>corrected</strong>" in html
    before = clerk.get(f"/orders/{story.awaiting}?known_at=2021-08-01").text
    assert "<s>" not in before


def test_a_draft_is_shown_to_its_own_party_alone(visitor: Visitors, story: Story) -> None:
    for role in ("clerk", "requesting_counsel", "third_counsel"):
        assert "Projet secret" not in visitor(role).get(f"/orders/{story.order}").text
    for role in ("producing_counsel", "producing_assistant"):
        html = visitor(role).get(f"/orders/{story.order}").text
        assert "Projet secret" in html
        assert "NOT DEPOSITED" in html


@pytest.mark.parametrize("role", ["counsel_elsewhere", "clerk_elsewhere"])
@pytest.mark.parametrize(
    "path", ["/orders/{id}", "/orders/{id}/events/new", "/exhibits/{id}/content"]
)
def test_what_one_may_not_see_answers_exactly_like_what_is_not_there(
    visitor: Visitors, story: Story, role: str, path: str
) -> None:
    reader = visitor(role)
    real = story.exhibit if "exhibits" in path else story.order
    hidden = reader.get(path.format(id=real))
    absent = reader.get(path.format(id="00000000-0000-4000-8000-000000000000"))
    assert hidden.status_code == absent.status_code == 404
    assert hidden.text == absent.text


def test_a_malformed_identifier_is_not_found(clerk: Reader) -> None:
    assert clerk.get("/orders/1").status_code == 404


def test_a_file_is_saved_and_never_shown(clerk: Reader, story: Story) -> None:
    answer = clerk.get(f"/exhibits/{story.exhibit}/content")
    assert answer.content == b"%PDF-1.4 illustrative"
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]


def test_of_a_long_production_the_first_exhibits_alone_are_loaded(
    clerk: Reader, story: Story
) -> None:
    titles = {str(n): f"Contrat {n}" for n in range(100, 100 + 2 * EXHIBITS_SHOWN)}
    a_deposit(clerk.service, story, titles)
    loaded: list[object] = []

    def note(target: object, _context: object) -> None:
        loaded.append(target)

    event.listen(m.Exhibit, "load", note)
    try:
        html = clerk.get(f"/orders/{story.order}").text
    finally:
        event.remove(m.Exhibit, "load", note)
    assert f"All {len(titles)} exhibits of this production" in html
    assert "Contrat 100" in html
    assert f"Contrat {100 + EXHIBITS_SHOWN}" not in html
    assert len(loaded) <= EXHIBITS_SHOWN + 1, "and the one of the story"
