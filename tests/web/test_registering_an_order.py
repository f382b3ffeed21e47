"""A clerk registers a matter and an order through the pages, in steps, with nothing lost."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import pytest

from app.services import matters, orders
from tests.web.conftest import Reader, Visitors
from tests.web.filling import filled, form_of
from tests.web.markup import found
from tests.web.story import Story

OPERATIVE = """PAR CES MOTIFS,
Ordonnons à la société Twitter International Company de communiquer aux associations \
demanderesses, dans un délai de deux mois suivant la signification, pour la période écoulée \
entre le 18 mai 2020 et le prononcé de la présente décision :
– tout document administratif, contractuel, technique ou commercial relatif aux moyens matériels
et humains mis en œuvre ;
– le nombre, la localisation, la nationalité et la langue des personnes affectées au traitement \
des signalements ;
– le nombre de signalements, les critères et le nombre des retraits subséquents ;
– le nombre d’informations transmises aux autorités publiques compétentes, en particulier au \
parquet.

Condamnons la société aux dépens.
"""
RTL = ("Ordonnance \u202b«\u200fقرار\u200f»\u202c du 6 juillet 2021 " * 8)[:300].strip()


class Wizard:
    """Somebody going through the steps."""

    def __init__(self, reader: Reader, matter: object) -> None:
        self.reader = reader
        self.address = f"/matters/{matter}/orders/new"
        self.page = reader.get(self.address)

    def press(self, act: str, status: int = 200, **changes: Any) -> Any:
        """Fill fields, press a button; what the answer holds."""
        data = filled(self.page.text, self.address, {**changes, "act": act})
        self.page = self.reader.post(self.address, data)
        assert self.page.status_code == status, self.page.text[:2000]
        return self.page

    @property
    def step(self) -> str:
        return found(r'name="step" value="(\w+)"', self.page.text)

    def form(self) -> dict[str, list[str]]:
        return form_of(self.page.text, self.address)


@pytest.fixture
def wizard(clerk: Reader, story: Story) -> Wizard:
    return Wizard(clerk, story.cast.matter.id)


def first_step(wizard: Wizard, **changes: Any) -> None:
    said = {
        "title": "Ordonnance du 6 juillet 2021",
        "made_on": "2021-07-06",
        "language": "fr",
        "legal_basis": "art. 145 CPC",
        "operative_part": OPERATIVE,
    }
    wizard.press("go-categories", **(said | changes))
    assert wizard.step == "categories"


def two_months(**more: Any) -> dict[str, Any]:
    return {
        "c1_term": "within", "c1_value": "2", "c1_unit": "month", "c1_trigger": "service", **more
    }  # fmt: skip


def test_the_founding_order_is_registered_from_its_pasted_operative_part(
    wizard: Wizard, clerk: Reader, story: Story
) -> None:
    assert wizard.form()["ref1"] == ["20/53181"], "the matter's own number is proposed"
    first_step(wizard)
    form = wizard.form()
    assert form["categories"] == ["4"]
    assert [form[f"c{n}_kind"] for n in (1, 2, 3, 4)] == [
        ["documents"], ["figures"], ["figures"], ["figures"]
    ]  # fmt: skip
    assert form["c1_obligors"] == [str(story.cast.obligor)]
    assert form["c1_beneficiaries"] == [str(story.cast.party("UEJF"))]
    wizard.press(
        "go-terms",
        c1_elements="administratifs\ncontractuels\n\n techniques \ncommerciaux",
        c2_elements="nombre\nlocalisation\nnationalité\nlangue",
        c3_elements="signalements\ncritères\nretraits",
        c4_elements="informations transmises",
        c1_from_on="2020-05-18",
    )
    wizard.press("go-summary", **two_months(c4_rate="1 000", c4_cap_amount="100 000,50"))
    assert wizard.step == "summary"
    assert "within 2 months of service" in wizard.page.text.lower()
    sent = filled(wizard.page.text, wizard.address, {"act": "register"})
    answer = clerk.post(wizard.address, sent)
    assert answer.status_code == 303
    assert clerk.post(wizard.address, sent).headers["location"] == answer.headers["location"]
    with clerk.service.state.database.reading() as session:
        actor = story.cast.actor(session, "clerk")
        order = orders.order_of(session, actor, _id(answer.headers["location"]))
        assert order.operative_part == OPERATIVE.strip()
        assert [e.text for e in order.categories[0].elements] == [
            "administratifs", "contractuels", "techniques", "commerciaux"
        ]  # fmt: skip
        assert [c.number for c in order.categories] == ["1", "2", "3", "4"]
        assert all(c.term["period"] == [{"value": 2, "unit": "month"}] for c in order.categories)
        penalty = order.categories[3].penalty_terms or {}
        assert (penalty["rate"], penalty["cap_amount"]) == ("1000", "100000.50")
        assert order.categories[2].penalty_terms is None
        assert len([o for c in order.categories for o in c.obligations]) == 4
    assert clerk.get(answer.headers["location"]).status_code == 200


def _id(address: str) -> UUID:
    return UUID(address.rsplit("/", 1)[1])


def test_a_term_shows_what_it_comes_to_before_anything_is_recorded(wizard: Wizard) -> None:
    first_step(wizard)
    wizard.press("go-terms")
    wizard.press("compute", **two_months(try_on="2021-07-12"))
    # Two months from 12 July 2021 end on a Sunday: the next working day, by article 642.
    shown = found(r'(?s)id="derived-1">(.*?)<fieldset|id="derived-1">(.*)', wizard.page.text)
    assert "Monday 13 September 2021" in shown and "24:00 Europe/Paris" in shown
    assert "642" in shown
    wizard.press("compute", c1_term="until", c1_on="2021-12-23", c1_at="17:00")
    assert "17:00 Europe/Paris" in wizard.page.text
    wizard.press("compute", c1_term="within", c1_trigger="decision")
    assert "Monday 6 September 2021" in wizard.page.text


def test_each_category_may_have_a_term_of_its_own_and_interim_dates(
    wizard: Wizard, clerk: Reader, story: Story
) -> None:
    first_step(wizard)
    wizard.press("go-terms", c2_elements="nombre\nlangue")
    wizard.press("compute", same_term=[], **two_months())
    wizard.press("more-milestones-2")
    none: dict[str, Any] = {"c3_term": "none", "c4_term": "none"}
    wizard.press(
        "go-summary", **none,
        c2_term="until", c2_on="2021-12-23",
        c2_m1_name="premiers chiffres", c2_m1_term="within", c2_m1_value="1",
        c2_m1_unit="month", c2_m1_due=["nombre"],
    )  # fmt: skip
    answer = clerk.post(
        wizard.address, filled(wizard.page.text, wizard.address, {"act": "register"})
    )
    with clerk.service.state.database.reading() as session:
        actor = story.cast.actor(session, "clerk")
        order = orders.order_of(session, actor, _id(answer.headers["location"]))
        assert [c.term["kind"] for c in order.categories] == ["within", "until", "none", "none"]
        (interim,) = order.categories[1].milestones
        assert interim.name == "premiers chiffres"
        assert [e.text for e in interim.elements] == ["nombre"]


@pytest.mark.parametrize(
    ("act", "changes", "step", "field"),
    [
        ("go-categories", {"title": "", "made_on": "2021-07-06", "operative_part": "x"}, "order",
         "title"),
        ("go-categories", {"title": "x", "made_on": "hier", "operative_part": "x"}, "order",
         "made_on"),
        ("go-categories", {"title": "x", "made_on": "2021-07-06", "operative_part": "x",
                           "ref_kind2": "ECLI"}, "order", "ref2"),
    ],
)  # fmt: skip
def test_a_fault_of_the_first_step_is_told_there_at_its_field(
    wizard: Wizard, act: str, changes: dict[str, str], step: str, field: str
) -> None:
    wizard.press(act, 422, legal_basis="art. 145 CPC", **changes)
    assert wizard.step == step
    assert f'<a href="#field-{field}">' in wizard.page.text
    assert wizard.form()["legal_basis"] == ["art. 145 CPC"], "nothing typed is lost"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"c1_term": "within", "c1_value": "2"}, "c1_unit"),
        ({"c1_term": "within", "c1_unit": "month"}, "c1_value"),
        ({"c1_term": "within", "c1_value": "deux", "c1_unit": "month"}, "c1_value"),
        ({"c1_term": ""}, "c1_term"),
        ({"c1_term": "until"}, "c1_on"),
        ({"c1_term": "until", "c1_on": "2021-12-23", "c1_at": "00:00"}, "c1_at"),
        (two_months(c2_currency="euros", c2_rate="5"), "c2_currency"),
        (two_months(c2_max_days="5"), "c2_rate"),
        (two_months(c2_rate="5", c2_starts="on"), "c2_starts_on"),
    ],
)  # fmt: skip
def test_a_fault_of_a_term_is_told_at_its_field_never_guessed(
    wizard: Wizard, changes: dict[str, str], field: str
) -> None:
    first_step(wizard)
    wizard.press("go-terms")
    wizard.press("go-summary", 422, **changes)
    assert wizard.step == "terms"
    assert f'<a href="#field-{field}">' in wizard.page.text, "the list leads to the field"
    assert f'id="fault-{field}"' in wizard.page.text


def test_a_fault_of_a_category_is_told_before_its_term(wizard: Wizard) -> None:
    first_step(wizard)
    wizard.press("go-terms", 422, c2_number="1", c3_text="", c4_obligors=[])
    assert wizard.step == "categories"
    for field in ("c3_text", "c4_obligors"):
        assert f'<a href="#field-{field}">' in wizard.page.text
    wizard.press("go-terms", 422, c3_text="x", c4_obligors=wizard.form()["c1_obligors"])
    assert 'id="fault-c2_number"' in wizard.page.text


def test_categories_are_taken_out_added_and_cut_anew(wizard: Wizard) -> None:
    first_step(wizard)
    wizard.press("drop-category-2")
    assert wizard.form()["c2_number"] == ["3"]
    wizard.press("more-categories")
    assert wizard.form()["c4_text"] == [""]
    wizard.press("recut")
    assert [wizard.form()[f"c{n}_number"] for n in (1, 2, 3, 4)] == [["1"], ["2"], ["3"], ["4"]]
    for n in (4, 3, 2, 1):
        wizard.press(f"drop-category-{n}")
    wizard.press("go-terms", 422)
    assert wizard.step == "categories"


def test_going_back_keeps_what_later_steps_say(wizard: Wizard) -> None:
    first_step(wizard)
    wizard.press("go-terms", c1_elements="un\ndeux")
    wizard.press("go-order", **two_months())
    assert wizard.step == "order"
    wizard.press("go-categories", title="Autre titre")
    assert wizard.form()["c1_elements"] == ["un\ndeux"]
    wizard.press("go-terms")
    assert wizard.form()["c1_value"] == ["2"]


def test_a_decision_of_tomorrow_is_refused_on_the_step_that_says_it(
    wizard: Wizard, clerk: Reader
) -> None:
    first_step(wizard, made_on="2030-01-01")
    wizard.press("go-terms")
    wizard.press("go-summary", **two_months())
    wizard.press("register", 422)
    assert wizard.step == "order"
    assert 'id="fault-made_on"' in wizard.page.text


def test_a_form_changed_after_its_order_was_registered_does_not_pass_for_it(
    wizard: Wizard, clerk: Reader
) -> None:
    first_step(wizard)
    wizard.press("go-terms")
    wizard.press("go-summary", **two_months())
    sent = filled(wizard.page.text, wizard.address, {"act": "register"})
    assert clerk.post(wizard.address, sent).status_code == 303
    again = clerk.post(wizard.address, {**sent, "title": ["Another"]})
    assert again.status_code == 409
    assert "registered" in again.text or "recorded already" in again.text


def test_a_title_of_300_characters_that_runs_both_ways_is_kept(
    wizard: Wizard, clerk: Reader
) -> None:
    first_step(wizard, title=RTL)
    wizard.press("go-terms")
    wizard.press("go-summary", **two_months())
    assert f"<bdi>{RTL}</bdi>" in wizard.page.text
    answer = clerk.post(
        wizard.address, filled(wizard.page.text, wizard.address, {"act": "register"})
    )
    assert RTL in clerk.get(answer.headers["location"]).text


def test_a_matter_is_registered_with_its_parties_and_leads_to_its_first_order(
    clerk: Reader, story: Story
) -> None:
    address = "/matters/new"
    page = clerk.get(address)
    data = filled(page.text, address, {"title": RTL, "party1": "UEJF", "act": "more-parties"})
    page = clerk.post(address, data)
    assert form_of(page.text, address)["title"] == [RTL]
    page = clerk.post(
        address, filled(page.text, address, {"act": "more-counsels-1", "counsel1_1": "Me Un"})
    )
    data = filled(
        page.text, address,
        {"court": "tj-paris", "docket_kind1": "RG", "docket1": "21/1", "party2": "X Ltd",
         "seat2": "Dublin", "counsel1_2": "Me Deux", "bar1_2": "Paris", "since1_2": "2021-01-01",
         "act": "register"},
    )  # fmt: skip
    answer = clerk.post(address, data)
    assert answer.status_code == 303
    assert clerk.post(address, data).headers["location"] == answer.headers["location"]
    assert re.fullmatch(r"/matters/[0-9a-f-]{36}/orders/new", answer.headers["location"])
    assert clerk.get(answer.headers["location"]).status_code == 200
    with clerk.service.state.database.reading() as session:
        actor = story.cast.actor(session, "clerk")
        (found_by_number,) = matters.matters_found(session, actor, "21/1", limit=5)
        matter = matters.matter_of(session, actor, found_by_number.id)
        assert [p.name for p in matter.parties] == ["UEJF", "X Ltd"], "the third row is blank"
        assert {r.counsel for r in matter.parties[0].representations} == {"Me Un", "Me Deux"}
    assert "21/1" in clerk.get("/orders/new?q=x%20ltd").text
    assert "21/1" not in clerk.get("/orders/new?q=%25").text


def test_what_is_wrong_in_a_matter_is_told_at_its_field(clerk: Reader) -> None:
    address = "/matters/new"
    data = filled(
        clerk.get(address).text, address,
        {"title": "", "docket_kind1": "RG", "docket1": "1", "party2": "X", "seat1": "Paris",
         "counsel2_1": "Me", "since2_1": "2022-01-01", "until2_1": "2021-01-01",
         "act": "register"},
    )  # fmt: skip
    page = clerk.post(address, data)
    assert page.status_code == 422
    for field in ("title", "party1"):
        assert f'id="fault-{field}"' in page.text, field
    data = filled(
        page.text, address,
        {"title": "t", "party1": "X", "act": "register"},
    )  # fmt: skip
    page = clerk.post(address, data)
    assert page.status_code == 422
    for field in ("party2", "until2_1"):
        assert f'id="fault-{field}"' in page.text, field


def test_a_court_that_is_not_ones_own_is_told_like_none(visitor: Visitors) -> None:
    clerk = visitor("clerk_elsewhere")
    address = "/matters/new"
    page = clerk.get(address)
    assert "tj-paris" not in page.text
    data = filled(page.text, address, {"title": "t", "party1": "X", "act": "register"})
    page = clerk.post(address, {**data, "court": ["tj-paris"]})
    assert page.status_code == 422
    assert 'id="fault-court"' in page.text


def test_the_pages_of_registration_are_whole_in_french(
    visitor: Visitors, story: Story, count_queries: Any
) -> None:
    wizard = Wizard(visitor("clerk", language="fr"), story.cast.matter.id)
    first_step(wizard)
    wizard.press("go-terms")
    wizard.press("compute", **two_months(try_on="2021-07-12"))
    assert "lundi 13 septembre 2021" in wizard.page.text
    with count_queries(wizard.reader.service.state.database) as statements:
        wizard.press("go-summary")
    assert "Récapitulatif" in wizard.page.text
    assert len(statements) <= 12, "what a step asks of the database does not grow with its rows"
