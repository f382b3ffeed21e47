"""Who plays in the demo. Every person here is invented; the passwords are for the demo only."""

from __future__ import annotations

from dataclasses import dataclass

from app.phrases import Phrase, phrase

COURT = {
    "code": "tj-paris",
    "name": "Tribunal judiciaire de Paris",
    "rule_pack": "fr-civil",
    "calendar": "FR",
    "time_zone": "Europe/Paris",
    "language": "fr",
}


@dataclass(frozen=True, slots=True, eq=False)
class Player:
    """Somebody who signs in."""

    plays: Phrase
    email: str
    name: str
    password: str

    @property
    def account(self) -> dict[str, str]:
        """The account to open."""
        return {
            "email": self.email,
            "name": self.name,
            "password": self.password,
            "language": "fr",
        }


CLERK = Player(
    phrase("clerk"), "greffe@tj-paris.example", "Greffe Démo", "demo-greffe-registre-ouvert"
)
PRODUCING = Player(
    phrase("counsel of the producing party"),
    "defense@demo.example",
    "Me Démo Défense",
    "demo-defense-pieces-numerotees",
)
ASSISTANT = Player(
    phrase("assistant of that counsel"),
    "collaborateur@demo.example",
    "Démo Collaborateur",
    "demo-collaborateur-brouillon",
)
REQUESTING = Player(
    phrase("counsel of the requesting parties"),
    "demande@demo.example",
    "Me Démo Demande",
    "demo-demande-manque-encore",
)
PLAYERS = (CLERK, PRODUCING, ASSISTANT, REQUESTING)
