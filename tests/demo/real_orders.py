"""Ten real orders, in our own words, each with its source: facts carried over as test data.

What a source does not say stays unsaid here: no date, no rate is invented, except where a
comment says so. ``docs/orders.md`` tells what could not be represented.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

FR = {"rule_pack": "fr-civil", "calendar": "FR", "time_zone": "Europe/Paris", "language": "fr"}
NOT_SAID = {"kind": "none", "reason": "The source does not say."}
_SIDES = ("requesting", "producing")


def us(time_zone: str) -> dict[str, str]:
    return {
        "rule_pack": "us-frcp",
        "calendar": "US-federal",
        "time_zone": time_zone,
        "language": "en",
    }


def until(on: str, at: str | None = None) -> dict[str, Any]:
    return {"kind": "until", "on": on, "at": at}


@dataclass(frozen=True, slots=True)
class RealOrder:
    """A decision, and what must be true of it: (as of, status by category in order)."""

    key: str
    source: str
    court: tuple[str, str, dict[str, str]]
    requesting: tuple[str, ...]
    producing: tuple[str, ...]
    made_on: str
    legal_basis: str
    categories: tuple[dict[str, Any], ...]
    asked: tuple[tuple[str, tuple[str, ...]], ...]
    due: tuple[tuple[str, str] | None, ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    note: str = ""
    events: tuple[dict[str, Any], ...] = field(default=())


def cat(kind: str, text: str, term: dict[str, Any] = NOT_SAID, **more: Any) -> dict[str, Any]:
    return {"kind": kind, "text": text, "term": term, **more}


_PEOPLE = [f"Salarié {n}" for n in range(1, 11)]
_OF_EACH = (
    "poste actuel", "coefficient actuel", "salaire actuel",
    "coefficient d’embauche", "date d’embauche", "salaire d’embauche",
)  # fmt: skip
_EXANE = (
    "Occulter les données personnelles, sauf nom et prénom, classification conventionnelle, "
    "détail mensuel de la rémunération et cumul brut par année civile."
)
_LIVV = "https://app.livv.eu/decisions/"

ORDERS: tuple[RealOrder, ...] = (
    RealOrder(
        key="fr-prudhommes-2015-10-21",
        source=_LIVV + "LawLex202300002384JBJ",
        court=("cph-grenoble", "Conseil de prud’hommes (ressort de Grenoble), référé", FR),
        requesting=("Une salariée",),
        producing=("ST Microelectronics (Crolles 2)",),
        made_on="2015-10-21",
        legal_basis="référé prud’homal, art. 145 CPC",
        references=(("Pourvoi", "19-21.063"),),
        note="Taux de l’astreinte absent de la source ; liquidée à titre provisoire le "
        "19 octobre 2018, montant absent de la source.",
        categories=(
            cat(
                "list",
                "Pour dix salariés masculins nommément désignés, toujours en poste, embauchés "
                "dans les six mois avant ou après le 22 juin 2006 (technicien d’atelier, niveau "
                "IV, échelon 1, coefficient 255) : six informations pour chacun.",
                until("2015-12-23"),
                elements=[f"{person} : {what}" for person in _PEOPLE for what in _OF_EACH],
                period={"from_on": "2005-12-22", "to_on": "2006-12-22", "note": "embauches"},
                # The rate is not in the source; 1 stands for it.
                penalty_terms={
                    "rate": "1",
                    "starts": {"kind": "on", "on": "2015-12-24"},
                    "text": "astreinte journalière ; taux absent de la source",
                },
            ),
        ),
        asked=(
            ("2015-12-22", ("running",)),
            ("2015-12-23", ("due_today",)),
            ("2015-12-24", ("overdue_nothing",)),
        ),
        due=(("2015-12-23", "2015-12-23T23:00:00Z"),),
    ),
    RealOrder(
        key="fr-gfp-2018-07-27",
        source=_LIVV + "LawLex202400002681JBJ",
        court=("ti-toulouse", "Tribunal d’instance (ressort de Toulouse), référé", FR),
        requesting=("M. [I]",),
        producing=("Gestion formation prévoyance et services associés",),
        made_on="2018-07-27",
        legal_basis="référé",
        references=(("Pourvoi", "20-13.732"),),
        note="Astreinte, taux absent de la source ; 8 000 euros demandés en liquidation, refusée "
        "en appel, arrêt cassé.",
        categories=tuple(
            cat(kind, text, period={"from_on": "2017-01-24", "to_on": "2017-04-07"})
            for kind, text in (
                ("list", "Le détail des prestations qui lui ont été versées."),
                ("documents", "Les documents prouvant ce versement."),
            )
        ),
        asked=(("2019-01-01", ("running", "running")),),
    ),
    RealOrder(
        key="fr-resources-2019-10-17",
        source="https://www.village-justice.com/articles/discrimination-refere-article-145-cpc-"
        "une-salariee-obtient-les-bulletins-paie,32853.html",
        court=("cph-paris", "Conseil de prud’hommes de Paris, départage, référé", FR),
        requesting=("Mme X",),
        producing=("Re:Sources France",),
        made_on="2019-10-17",
        legal_basis="art. 145 CPC",
        categories=(
            cat(
                "documents",
                "Le registre d’entrée et de sortie du personnel.",
                period={"from_on": "2008-01-01", "to_on": "2018-12-31"},
            ),
            cat(
                "documents",
                "Les bulletins de paie de seize collègues.",
                elements=[f"Collègue {n}" for n in range(1, 17)],
                period={"from_on": "2016-01-01", "to_on": "2018-12-31"},
            ),
        ),
        asked=(("2020-01-01", ("running", "running")),),
    ),
    RealOrder(
        key="fr-exane-2020-12-03",
        source="https://consultation.avocat.fr/blog/frederic-chhum/article-46755-egalite-femmes-"
        "hommes--une-salariee-peut-obtenir-la-communication-des-bulletins-de-salaires-de-ses-"
        "collegues-masculins-c.-cass.-8-mars-2023.html",
        court=("ca-paris", "Cour d’appel de Paris, pôle 6, chambre 2", FR),
        requesting=("Une salariée",),
        producing=("Exane", "Exane Derivatives"),
        made_on="2020-12-03",
        legal_basis="art. 145 CPC ; CEDH 6 et 8 ; RGPD, considérant 4",
        references=(("Pourvoi", "21-12.492"),),
        note="Astreinte, taux absent de la source.",
        categories=tuple(
            cat(
                "documents",
                f"Bulletins de paie : {who}.",
                redaction=_EXANE,
                elements=elements,
                period={"from_on": from_on, "to_on": to_on},
            )
            for who, elements, from_on, to_on in (
                (
                    "salariés 1 à 4",
                    [f"Salarié {n}" for n in range(1, 5)],
                    "2013-02-01",
                    "2017-01-31",
                ),
                ("salarié 5", ["Salarié 5"], "2017-03-01", "2019-05-31"),
                (
                    "salariés 6 à 8",
                    [f"Salarié {n}" for n in range(6, 9)],
                    "2017-01-01",
                    "2019-05-31",
                ),
            )
        ),
        asked=(("2021-01-01", ("running",) * 6),),
        events=(
            {
                "kind": "appeal_decided",
                "outcome": "confirmed",
                "effective_on": "2023-03-08",
                "court": "Cour de cassation, chambre sociale",
                "reference": "21-12.492",
                "reason": "Pourvoi rejeté.",
            },
        ),
    ),
    RealOrder(
        key="us-mehta-2024-01-19",
        source="https://print.casetext.com/case/mehta-v-dla-piper-llp-1",
        court=("sdny", "U.S. District Court, S.D.N.Y.", us("America/New_York")),
        requesting=("Mehta",),
        producing=("DLA Piper LLP",),
        made_on="2024-01-19",
        legal_basis="Fed. R. Civ. P. 26, 34; letter motion",
        references=(("Docket", "23 Civ. 4757 (AT) (RFT)"),),
        note="The rolling production starts at once after the protective order is entered.",
        categories=(
            cat(
                "statement",
                "A letter listing which requests will be answered, refused, or answered in part.",
                until("2024-01-19", "17:00:00"),
                elements=["Answered", "Refused", "In part, with the categories withheld"],
            ),
            cat(
                "documents",
                "Rolling production answering the requests, completed.",
                until("2024-02-09", "17:00:00"),
                # "At once" has no number in the source; one day stands for it.
                milestones=[
                    {
                        "name": "begins at once after the protective order is entered",
                        "term": {
                            "kind": "within",
                            "period": [{"value": 1, "unit": "day"}],
                            "trigger": "event",
                        },
                    }
                ],
            ),
            cat(
                "list",
                "Privilege log of the documents that the plaintiff is said to have kept.",
                until("2024-02-09", "17:00:00"),
            ),
        ),
        asked=(
            ("2024-01-19T16:59:59-05:00", ("due_today", "running", "running")),
            ("2024-01-19T17:00:00-05:00", ("overdue_nothing", "running", "running")),
            ("2024-02-09T16:59:59-05:00", ("overdue_nothing", "due_today", "due_today")),
            ("2024-02-09T17:00:00-05:00", ("overdue_nothing",) * 3),
        ),
        due=(
            ("2024-01-19", "2024-01-19T22:00:00Z"),
            ("2024-02-09", "2024-02-09T22:00:00Z"),
            ("2024-02-09", "2024-02-09T22:00:00Z"),
        ),
    ),
    RealOrder(
        key="us-king-2014-10-27",
        source="http://elawyers.us/opinion/mied/2014/infdco20141124d61/king-v-sanders",
        court=("mied", "U.S. District Court, E.D. Mich.", us("America/Detroit")),
        requesting=("King",),
        producing=("Sanders",),
        made_on="2014-10-27",
        legal_basis="Fed. R. Civ. P. 34, 37",
        categories=tuple(
            cat(
                "documents",
                text,
                until("2014-11-13"),
                redaction=redaction,
                period={
                    "from_on": "2013-02-25",
                    "to_on": "2013-02-25",
                    "note": "shift from 06:00 to 14:00",
                },
            )
            for text, redaction in (
                ("Document 1, as limited.", ""),
                ("E-Unit log book of the shift.", "None: unredacted."),
                ("F-Unit log book of the shift.", "None: unredacted."),
                ("Document 4, as limited.", ""),
            )
        ),
        asked=(
            ("2014-11-13", ("due_today",) * 4),
            ("2014-11-14", ("overdue_nothing",) * 4),
        ),
        due=(("2014-11-13", "2014-11-14T05:00:00Z"),) * 4,
    ),
    RealOrder(
        key="us-barnes-2021-04-15",
        source="https://law.justia.com/cases/federal/district-courts/illinois/ilndce/"
        "1:2020cv03627/377021/52/",
        court=("ilnd", "U.S. District Court, N.D. Ill.", us("America/Chicago")),
        requesting=("Barnes-Staples",),
        producing=("General Services Administration",),
        made_on="2021-04-15",
        legal_basis="Fed. R. Civ. P. 26(b)(1)",
        references=(("Docket", "20-cv-3627, Doc. 52"),),
        categories=tuple(
            cat("documents", text, period={"from_on": "2018-01-01", "note": "to present"})
            for text in (
                "Hiring decisions of Region 5 for grade GS-15.",
                "Limited discovery on the second-level interviewers.",
            )
        ),
        asked=(("2021-06-01", ("running", "running")),),
    ),
    RealOrder(
        key="us-cmp-2015-10",
        source="http://elawyers.us/opinion/1551195/gruver-v-commissioner-of-internal-revenue",
        court=("cand", "U.S. District Court, N.D. Cal.", us("America/Los_Angeles")),
        requesting=("Plaintiff",),
        producing=("CMP", "Daleiden"),
        # The source says October 2015, after a hearing on the 16th: that day stands for it.
        made_on="2015-10-16",
        legal_basis="Fed. R. Civ. P. 34",
        note="Made in October 2015 after the hearing of the 16th; the day is not in the source.",
        categories=(
            cat(
                "statement",
                "For each request: who was asked, what was produced and by whom, who had "
                "nothing, who refused and why.",
                elements=[
                    "Who was asked",
                    "What was produced, by Bates number, and by whom",
                    "Who had nothing",
                    "Who refused, and why",
                ],
            ),
            cat("list", "Documents withheld on the Fifth Amendment, lodged in camera, by number."),
            cat("documents", "All copies of certain data and text."),
        ),
        asked=(("2015-12-01", ("running",) * 6),),
    ),
    RealOrder(
        key="us-moore-2007",
        source="https://print.casetext.com/case/moore-v-napolitano-3",
        court=("dcd", "U.S. District Court, D.D.C.", us("America/New_York")),
        requesting=("Moore",),
        producing=("Napolitano (Secret Service)",),
        made_on="2007-04-26",
        legal_basis="Fed. R. Civ. P. 37",
        references=(("Docket", "00-953 (RWR/DAR)"),),
        note="A second order followed on 13 September 2007.",
        categories=(
            cat("statement", "A full answer to an interrogatory.", until("2007-01-30")),
            cat("documents", "Responsive e-mail and other electronic documents, searched for."),
        ),
        asked=(("2007-04-26", ("overdue_nothing", "running")),),
        due=(("2007-01-30", "2007-01-31T05:00:00Z"), None),
        events=(
            {
                "kind": "consequence",
                "consequence": "exclusion",
                "effective_on": "2007-04-26",
                "reason": "What was not provided by the date is precluded; costs of the motion.",
            },
        ),
    ),
    RealOrder(
        key="us-sec-2013-12-18",
        source="https://www.sec.gov/Archives/edgar/data/1160420/000116042013000009/r8k122713a.pdf",
        court=("sec", "SEC Division of Enforcement (no court)", us("America/New_York")),
        requesting=("SEC staff",),
        producing=("Public Startup Company", "Its officer"),
        made_on="2013-12-18",
        legal_basis="SEC subpoena and letter",
        references=(("SEC", "HO-12305"),),
        note="Fine and imprisonment are mentioned. Preservation until further written notice.",
        categories=(
            cat(
                "documents",
                "Each document of the attachment, organised and labelled by its numbered "
                "paragraphs.",
                until("2014-01-10"),
            ),
        ),
        asked=(
            ("2014-01-10", ("due_today", "due_today")),
            ("2014-01-11", ("overdue_nothing", "overdue_nothing")),
        ),
        due=(("2014-01-10", "2014-01-11T05:00:00Z"),) * 2,
    ),
)


def matter_of(order: RealOrder) -> dict[str, Any]:
    named = zip(_SIDES, (order.requesting, order.producing), strict=True)
    return {
        "court": order.court[0],
        "title": f"{order.requesting[0]} v. {order.producing[0]}",
        "parties": [{"name": name, "side": side} for side, names in named for name in names],
    }


def order_in(order: RealOrder, parties: dict[str, str]) -> dict[str, Any]:
    who = {
        "obligors": [parties[n] for n in order.producing],
        "beneficiaries": [parties[n] for n in order.requesting],
    }
    return {
        "title": order.key,
        "made_on": order.made_on,
        "legal_basis": order.legal_basis,
        "operative_part": f"Summary in our own words; source: {order.source}",
        "language": order.court[2]["language"],
        "note": order.note,
        "references": [{"kind": k, "reference": r} for k, r in order.references],
        "categories": [
            {"number": str(n), **category, **who} for n, category in enumerate(order.categories, 1)
        ],
    }
