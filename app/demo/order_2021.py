"""The founding case as data: tribunal judiciaire de Paris, 6 July 2021, RG 20/53181.

The decision and what became of it are public; what is not (the date of service, what was
produced, who counsel were) is illustrative here, and says so wherever it is shown.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.phrases import phrase

PARIS = ZoneInfo("Europe/Paris")

REQUESTING = ("UEJF", "SOS Racisme", "SOS Homophobie", "LICRA", "J’accuse", "MRAP")
OBLIGOR = "Twitter International Company"

OPENED_AT = datetime(2021, 7, 6, 14, 0, tzinfo=PARIS)
REGISTERED_AT = datetime(2021, 7, 7, 9, 30, tzinfo=PARIS)
DRAFTED_AT = datetime(2021, 10, 1, 10, 12, tzinfo=PARIS)
DEPOSITED_AT = datetime(2021, 10, 4, 17, 42, 6, tzinfo=PARIS)

SIX_DATES = (
    (date(2021, 7, 9), phrase("before service")),
    (date(2021, 8, 20), phrase("running")),
    (date(2021, 9, 13), phrase("last day")),
    (date(2021, 9, 14), phrase("day after")),
    (date(2021, 10, 5), phrase("after a partial production")),
    (date(2023, 3, 24), phrase("after the finding")),
)

MATTER: dict[str, Any] = {
    "court": "tj-paris",
    "title": "UEJF et autres c. Twitter International Company",
    "docket_numbers": [{"kind": "RG", "number": "20/53181"}],
    "parties": [
        *(
            {
                "name": name,
                "side": "requesting",
                "representations": [
                    {"counsel": "Me Démo Demande (nom inventé)", "bar": "Paris"},
                ],
            }
            for name in REQUESTING
        ),
        {
            "name": OBLIGOR,
            "side": "producing",
            "seat": "Dublin",
            "representations": [{"counsel": "Me Démo Défense (nom inventé)", "bar": "Paris"}],
        },
    ],
}

_PERIOD = {
    "from_on": "2020-05-18",
    "to_on": "2021-07-06",
    "note": "De l’assignation à la décision",
}
_TERM = {
    "kind": "within",
    "period": [{"value": 2, "unit": "month"}],
    "trigger": "service",
}
_CATEGORIES: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    (
        "1",
        "documents",
        "Tout document administratif, contractuel, technique ou commercial relatif aux moyens "
        "matériels et humains mis en œuvre pour lutter contre la diffusion des infractions "
        "visées par la décision.",
        (
            "Documents administratifs",
            "Documents contractuels",
            "Documents techniques",
            "Documents commerciaux",
        ),
    ),
    (
        "2",
        "figures",
        "Le nombre, la localisation, la nationalité et la langue des personnes affectées au "
        "traitement des signalements provenant des utilisateurs de la plateforme française.",
        ("Nombre", "Localisation", "Nationalité", "Langue"),
    ),
    (
        "3",
        "figures",
        "Le nombre des signalements provenant des utilisateurs de la plateforme française pour "
        "les infractions visées, les critères appliqués et le nombre des retraits.",
        ("Nombre de signalements", "Critères appliqués", "Nombre de retraits"),
    ),
    (
        "4",
        "figures",
        "Le nombre d’informations transmises aux autorités publiques compétentes, en "
        "particulier au parquet.",
        ("Nombre d’informations transmises",),
    ),
)


def order(parties: dict[str, str]) -> dict[str, Any]:
    """The order to register; ``parties`` gives the identifier of each name."""
    shared = {
        "period": _PERIOD,
        "term": _TERM,
        "obligors": [parties[OBLIGOR]],
        "beneficiaries": [parties[name] for name in REQUESTING],
    }
    return {
        "title": "Décision de référé du 6 juillet 2021",
        "made_on": "2021-07-06",
        "legal_basis": "art. 145 CPC",
        "operative_part": (
            "[Résumé établi pour la démonstration.] Ordonne à la société Twitter International "
            "Company de communiquer aux associations demanderesses, dans un délai de deux mois à "
            "compter de la signification de la décision, pour la période du 18 mai 2020 à la "
            "date de la décision, les documents et informations énumérés aux quatre chefs "
            "ci-dessous."
        ),
        "language": "fr",
        "note": (
            "Aucune astreinte n’a été trouvée dans ce qui est publié de la décision. La date de "
            "la signification et le contenu des communications ne sont pas publics : ceux "
            "enregistrés ici sont illustratifs."
        ),
        "references": [{"kind": "RG", "reference": "20/53181"}],
        "categories": [
            {"number": number, "kind": kind, "text": text, "elements": list(elements), **shared}
            for number, kind, text, elements in _CATEGORIES
        ],
    }


def events(obligor_id: str) -> list[tuple[str, datetime, dict[str, Any]]]:
    """What the clerk recorded: a name for each, when it was recorded, and the event."""
    cassation = {"court": "Cour de cassation", "reference": "22-13.600"}
    return [
        (
            "service",
            datetime(2021, 7, 15, 9, 5, tzinfo=PARIS),
            {
                "kind": "service",
                "obligor_id": obligor_id,
                "effective_on": "2021-07-12",
                "provisional": True,
                "reason": "Date illustrative : la date réelle de la signification n’est pas "
                "publique.",
            },
        ),
        (
            "appeal",
            datetime(2021, 7, 26, 11, 20, tzinfo=PARIS),
            {
                "kind": "appeal",
                "effective_on": "2021-07-23",
                "court": "Cour d’appel de Paris",
                "reference": "RG 21/14325",
                "reason": "Appel relevé en juillet 2021 (jour illustratif). L’exécution "
                "provisoire n’est pas suspendue.",
            },
        ),
        (
            "confirmation",
            datetime(2022, 1, 21, 9, 0, tzinfo=PARIS),
            {
                "kind": "appeal_decided",
                "outcome": "confirmed",
                "effective_on": "2022-01-20",
                "court": "Cour d’appel de Paris",
                "reference": "RG 21/14325",
                "reason": "Arrêt confirmatif du 20 janvier 2022.",
            },
        ),
        (
            "finding",
            datetime(2023, 3, 23, 16, 30, tzinfo=PARIS),
            {
                "kind": "finding",
                "outcome": "insufficient",
                "effective_on": "2023-03-23",
                **cassation,
                "reason": "Les informations communiquées sont jugées insuffisantes (ordonnance "
                "n° 90382).",
            },
        ),
        (
            "radiation",
            datetime(2023, 3, 23, 16, 35, tzinfo=PARIS),
            {
                "kind": "consequence",
                "consequence": "struck_from_roll",
                "effective_on": "2023-03-23",
                **cassation,
                "reason": "Affaire radiée du rôle pour défaut d’exécution ; réinscription "
                "possible sur justification de l’exécution.",
            },
        ),
    ]


# What the demo produces: number, title, date, element of category 1, and the lines shown.
EXHIBITS: tuple[tuple[str, str, str, str, tuple[str, ...]], ...] = (
    (
        "1",
        "Organigramme du traitement des signalements (fictif)",
        "2021-02-15",
        "Documents administratifs",
        ("Équipes affectées au traitement des signalements.", "Contenu inventé."),
    ),
    (
        "2",
        "Contrat de prestation de modération (fictif)",
        "2020-11-03",
        "Documents contractuels",
        ("Prestation de modération en langue française.", "Contenu inventé."),
    ),
    (
        "3",
        "Note technique sur les outils de détection (fictive)",
        "2021-05-20",
        "Documents techniques",
        ("Outils de détection et files de traitement.", "Contenu inventé."),
    ),
)

# What it answers: category, number of documents said to exist, and the value of elements.
ANSWERS: tuple[tuple[str, int | None, dict[str, str]], ...] = (
    ("1", 5, {}),
    (
        "2",
        None,
        {
            "Nombre": "120 personnes (valeur de démonstration)",
            "Langue": "Français, anglais (valeur de démonstration)",
        },
    ),
    (
        "3",
        None,
        {"Critères appliqués": "Conditions d’utilisation et loi française (démonstration)"},
    ),
)
