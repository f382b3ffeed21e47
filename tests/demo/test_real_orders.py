"""Ten real production orders, each registered over the API without bending.

Facts in our own words, with their published source. What could not be represented is told
in docs/orders.md.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from fastapi import FastAPI

from app.deps import clock
from app.schemas.courts import CourtIn
from app.schemas.people import MembershipIn
from app.services import courts, people
from tests.api.conftest import Api, cast_at, http, service

__all__ = ["cast_at", "http", "service"]

NONE = {"kind": "none", "reason": "not in the source"}


def until(on: str, at: str | None = None) -> dict[str, Any]:
    return {"kind": "until", "on": on, "at": at}


@dataclass(frozen=True)
class Real:
    """One order: where, when, what, by when, and what it is as of a day."""

    id: str
    source: str
    made_on: str
    basis: str
    categories: list[str]
    terms: list[dict[str, Any]]
    french: bool = True
    period: dict[str, Any] = field(default_factory=dict)
    redaction: str = ""
    penalty: dict[str, Any] | None = None
    kinds: tuple[str, ...] = ()
    milestones: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    as_of: str = "2026-01-01"
    expected: str = "running"


# "At once after the protective order is entered": no number of days is in the source, and
# one day stands for it. The day of the entry is not in the source either.
AT_ONCE = {
    "name": "rolling production begins at once after the protective order is entered",
    "term": {"kind": "within", "period": [{"value": 1, "unit": "day"}], "trigger": "event"},
}

ORDERS = [
    Real(
        "fr-prudhommes-2015-10-21",
        "https://app.livv.eu/decisions/LawLex202300002384JBJ",
        "2015-10-21",
        "référé prud’homal, preuve d’une discrimination",
        ["position, coefficient et rémunération de dix salariés nommés"],
        [until("2015-12-23")],
        period={"from_on": "2005-12-22", "to_on": "2006-12-22", "note": "embauches"},
        penalty={
            "rate": "1",
            "currency": "EUR",
            "per": "day",
            "starts": {"kind": "after_due"},
            "text": "astreinte journalière à compter du lendemain; taux absent de la source",
        },
        kinds=("list",),
        expected="overdue_nothing",
    ),
    Real(
        "fr-gfp-2018-07-27",
        "https://app.livv.eu/decisions/LawLex202400002681JBJ",
        "2018-07-27",
        "référé",
        ["détail des prestations versées", "documents prouvant ce versement"],
        [NONE, NONE],
        period={"from_on": "2017-01-24", "to_on": "2017-04-07"},
        kinds=("statement", "documents"),
    ),
    Real(
        "fr-resources-2019-10-17",
        "https://www.village-justice.com/articles/discrimination-refere-article-145-cpc-une-"
        "salariee-obtient-les-bulletins-paie,32853.html",
        "2019-10-17",
        "art. 145 CPC",
        ["registre d’entrée et de sortie du personnel", "bulletins de paie de 16 collègues"],
        [NONE, NONE],
        period={"note": "registre 2008-2018; bulletins 2016-2018"},
    ),
    Real(
        "fr-exane-2020-12-03",
        "https://consultation.avocat.fr/blog/frederic-chhum/article-46755",
        "2020-12-03",
        "art. 145 CPC; CEDH 6 et 8; RGPD cons. 4",
        ["bulletins des salariés 1 à 4", "du salarié 5", "des salariés 6 à 8"],
        [NONE] * 3,
        redaction="données personnelles occultées sauf nom, prénom, classification, rémunération",
    ),
    Real(
        "us-mehta-2024-01-19",
        "https://print.casetext.com/case/mehta-v-dla-piper-llp-1",
        "2024-01-12",
        "Fed. R. Civ. P. 26, 34",
        ["letter listing the requests answered", "rolling production", "privilege log"],
        [until("2024-01-19", "17:00"), until("2024-02-09", "17:00"), until("2024-02-09", "17:00")],
        french=False,
        kinds=("statement", "documents", "list"),
        milestones={1: [AT_ONCE]},
        as_of="2024-02-09T16:59:59-05:00",
        expected="overdue_nothing",
    ),
    Real(
        "us-king-2014-10-27",
        "http://elawyers.us/opinion/mied/2014/infdco20141124d61/king-v-sanders",
        "2014-10-27",
        "Fed. R. Civ. P. 34, 37",
        ["document 1", "E-Unit log book, unredacted", "F-Unit log book", "document 4"],
        [until("2014-11-13")] * 4,
        french=False,
        period={"from_on": "2013-02-25", "to_on": "2013-02-25", "note": "one shift"},
        as_of="2014-11-13",
        expected="due_today",
    ),
    Real(
        "us-barnes-2021-04-15",
        "https://law.justia.com/cases/federal/district-courts/illinois/ilndce/"
        "1:2020cv03627/377021/52/",
        "2021-04-15",
        "Fed. R. Civ. P. 26(b)(1)",
        ["hiring decisions in Region 5", "for grade GS-15", "second-level interviewers"],
        [NONE] * 3,
        french=False,
        period={"from_on": "2018-01-01", "note": "to present"},
    ),
    Real(
        "us-cmp-2015-10",
        "http://elawyers.us/opinion/1551195/gruver-v-commissioner-of-internal-revenue",
        "2015-10-16",
        "Fed. R. Civ. P. 34",
        ["for each request, who was asked and what was produced", "documents in camera", "copies"],
        [NONE] * 3,
        french=False,
        kinds=("statement", "list", "documents"),
    ),
    Real(
        "us-moore-2007",
        "https://print.casetext.com/case/moore-v-napolitano-3",
        "2007-01-02",
        "Fed. R. Civ. P. 37",
        ["full answer to an interrogatory", "search for and production of e-mail"],
        [until("2007-01-30"), NONE],
        french=False,
        kinds=("statement", "documents"),
        expected="overdue_nothing",
    ),
    Real(
        "us-sec-2013-12-18",
        "https://www.sec.gov/Archives/edgar/data/1160420/000116042013000009/r8k122713a.pdf",
        "2013-12-18",
        "SEC subpoena",
        ["each document described in the attachment, labelled by its paragraphs"],
        [until("2014-01-10")],
        french=False,
        as_of="2014-01-11",
        expected="overdue_nothing",
    ),
]


@pytest.fixture
def api(service: FastAPI, http: Any, cast: Any) -> Api:
    """The clerk is a clerk of an American court too."""
    with service.state.database.writing() as session:
        now = clock()
        court = {
            "code": "us-court",
            "name": "A federal court",
            "rule_pack": "us-frcp",
            "calendar": "US-federal",
            "time_zone": "America/New_York",
        }
        courts.register_court(session, CourtIn.model_validate(court), now)
        role = MembershipIn.model_validate({"role": "clerk", "court": "us-court"})
        people.grant_role(session, None, cast.users["clerk"], role, now)
    return Api(http, cast)


@pytest.mark.parametrize("real", ORDERS, ids=lambda r: r.id)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_real_order_is_registered_and_assessed_as_it_is(api: Api, real: Real) -> None:
    registered(api, real)


def registered(api: Api, real: Real) -> dict[str, Any]:
    """The order, after it was found to be what its source says."""
    matter = api.made(
        "/matters",
        {
            "court": "tj-paris" if real.french else "us-court",
            "title": real.id,
            "parties": [
                {"name": "requesting", "side": "requesting"},
                {"name": "producing", "side": "producing"},
            ],
        },
    )
    obligor = matter["parties"][1]["id"]
    kinds = real.kinds or ("documents",) * len(real.categories)
    order = api.made(
        f"/matters/{matter['id']}/orders",
        {
            "title": real.id,
            "made_on": real.made_on,
            "legal_basis": real.basis,
            "operative_part": "; ".join(real.categories),
            "language": "fr" if real.french else "en",
            "note": real.source,
            "categories": [
                {
                    "number": str(i + 1),
                    "kind": kinds[i],
                    "text": text,
                    "obligors": [obligor],
                    "period": real.period,
                    "redaction": real.redaction,
                    "term": real.terms[i],
                    "penalty_terms": real.penalty,
                    "milestones": real.milestones.get(i, []),
                }
                for i, text in enumerate(real.categories)
            ],
        },
    )
    path = f"/orders/{order['id']}/compliance"
    found = api.get(path, params={"as_of": real.as_of}).json()
    assert found["status"] == real.expected
    dated = [o for o, t in zip(found["obligations"], real.terms, strict=True) if t is not NONE]
    assert all(o["due_on"] for o in dated)
    assert [c["term"]["kind"] for c in order["categories"]] == [t["kind"] for t in real.terms]
    return dict(order)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_rolling_production_begins_at_once_and_ends_on_its_date(api: Api) -> None:
    order = registered(api, next(r for r in ORDERS if r.id.startswith("us-mehta")))

    def begun(as_of: str) -> tuple[str, str, str | None]:
        found = api.get(f"/orders/{order['id']}/compliance", params={"as_of": as_of}).json()
        rolling = found["obligations"][1]
        (start,) = rolling["milestones"]
        assert rolling["due_on"] == "2024-02-09"
        return rolling["status"], start["state"], start["due_on"]

    assert begun("2024-01-31") == ("running", "awaiting", None)
    entered = {
        "kind": "trigger",
        "effective_on": "2024-01-22",
        "milestone_id": order["categories"][1]["milestones"][0]["id"],
        "description": "protective order entered",
        "reason": "Illustrative: the day of its entry is not in the source.",
    }
    api.made(f"/orders/{order['id']}/events", entered)
    assert begun("2024-01-23") == ("running", "due_today", "2024-01-23")
    assert begun("2024-01-24") == ("running", "missed", "2024-01-23")
    assert begun("2024-02-09T16:59:59-05:00") == ("due_today", "missed", "2024-01-23")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_two_limbs_of_one_order_end_at_different_hours(api: Api) -> None:
    real = next(r for r in ORDERS if r.id.startswith("us-mehta"))
    test_a_real_order_is_registered_and_assessed_as_it_is(api, real)
    rows = api.get("/obligations", params={"as_of": real.as_of, "sort": "due"}).json()["items"]
    ours = [r for r in rows if r["matter_title"] == real.id]
    assert [(r["due_on"], r["due_hour"], r["status"]) for r in ours] == [
        ("2024-01-19", "17:00", "overdue_nothing"),
        ("2024-02-09", "17:00", "due_today"),
        ("2024-02-09", "17:00", "due_today"),
    ]
