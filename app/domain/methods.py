"""What the modes of service are called in a sentence."""

from __future__ import annotations

from app.phrases import Phrase

_NAMES = {
    "abroad": "transmission abroad",
    "between_lawyers": "notification between lawyers",
    "claim_form": "any method for a claim form",
    "clerk": "leaving it with the clerk",
    "commercial_delivery": "commercial delivery service",
    "consented": "other means consented to",
    "courier_next_day": "next-day courier",
    "courier_same_day": "same-day courier",
    "delivered_to_address": "delivery to a permitted address",
    "document_exchange": "document exchange",
    "domicile": "delivery at the domicile",
    "electronic": "electronic means",
    "email": "e-mail",
    "fax": "fax",
    "first_class_post": "first class post",
    "judicial_letter": "judicial letter (pli judiciaire)",
    "left_at_address": "leaving it at the address for service",
    "letter_box": "placing in the letter-box",
    "letter_with_receipt": "registered letter with acknowledgement of receipt",
    "mail": "mail",
    "mail_abroad": "mail from or to abroad",
    "mail_out_of_state": "mail from or to another state",
    "no_known_address": "record of fruitless searches",
    "office": "leaving it at the lawyer’s office",
    "overnight": "overnight delivery",
    "person": "delivery in person",
    "registered_letter": "registered letter",
    "residence": "delivery at the residence",
    "study": "deposit at the officer’s office",
}


def method_phrase(method: str) -> Phrase:
    """A mode of service by its name, or by its code where a pack has one of its own."""
    return Phrase(_NAMES.get(method, "{code}"), {"code": method})
