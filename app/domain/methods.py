"""What the modes of service are called in a sentence."""

from __future__ import annotations

from app.phrases import Phrase

_NAMES = {
    "abroad": "transmission abroad",
    "between_lawyers": "notification between lawyers",
    "clerk": "leaving it with the clerk",
    "consented": "other means consented to",
    "domicile": "delivery at the domicile",
    "electronic": "electronic means",
    "mail": "mail",
    "no_known_address": "record of fruitless searches",
    "person": "delivery in person",
    "registered_letter": "registered letter",
    "residence": "delivery at the residence",
    "study": "deposit at the officer’s office",
}


def method_phrase(method: str) -> Phrase:
    """A mode of service by its name, or by its code where a pack has one of its own."""
    return Phrase(_NAMES.get(method, "{code}"), {"code": method})
