"""The attestation as a document: what it attests, as of when, why, and its JSON inside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.record import CategoryKind, PartySide
from app.domain.status import FindingStatus, Status
from app.language import SEMICOLON, Language, long_date, number, say, word
from app.papers.glyphs import is_printed_whole, printable
from app.papers.receipt_pdf import Json, Row, broken, court_and_utc, lacking, proof_rows
from app.papers.typeset import Document
from app.phrases import Phrase, phrase


def attestation_document(
    attestation: Json, text: str, language: Language, verify_url: str, *, plain: bool = False
) -> Document:
    """The document of an attestation.

    ``text`` is its JSON as it is handed out, attached byte for byte; ``verify_url`` the public
    page that checks. ``plain`` prints Latin letters alone (``printable``).
    """
    return _Attestation(attestation, language, plain).document(text, verify_url)


@dataclass(frozen=True)
class _Attestation:
    """One attestation in one language."""

    said: Json
    language: Language
    plain: bool

    def document(self, text: str, verify_url: str) -> Document:
        said = self.said
        title = self.say(phrase("Attestation of execution"))
        dockets = [self.show(n) for n in said["docket_numbers"][:2]]
        data = {
            "lang": self.language,
            "title": title,
            "footer": " · ".join((title, *dockets, said["digest"][:16] + "…")),
            "page": self.say(phrase("page {n} of {m}", n="{n}", m="{m}")),
            "status": self.first_up(word(Status(self.assessed["status"]), self.language)),
            "when": self.say(phrase("As of {when}", when=self.clock(said["as_of"]))),
            "facts": list(self.facts()),
            "obligations": [self.obligation(each) for each in self.assessed["obligations"]],
            "steps": self.say(phrase("How the last legal day was found")),
            "notes": list(self.notes()),
            "digest": {"title": self.say(phrase("Digest")), "value": said["digest"]},
            "proof": {
                "title": self.say(phrase("Proof")),
                "facts": list(proof_rows(said["proof"], "attestation.json", self.language)),
            },
            "check": {
                "title": self.say(phrase("How to check it")),
                "said": list(self.check(verify_url)),
            },
            "attached": self.say(phrase("This attestation as data, for verify.py")),
        }
        return Document("attestation.typ", data, datetime.fromisoformat(said["issued_at"]), text)

    @property
    def assessed(self) -> Json:
        """The assessment, as it was said in this language."""
        found: Json = self.said["assessed"][self.language]
        return found

    def say(self, said: Phrase) -> str:
        return say(said, self.language)

    def show(self, text: str) -> str:
        """What somebody typed, as it can be printed."""
        return printable(text, plain=self.plain)

    def clock(self, at: str | datetime) -> str:
        at = datetime.fromisoformat(at) if isinstance(at, str) else at
        return court_and_utc(at, ZoneInfo(self.said["time_zone"]), self.language)

    @staticmethod
    def first_up(text: str) -> str:
        return text[:1].upper() + text[1:]

    def facts(self) -> Iterator[Row]:
        said = self.said
        yield [self.say(phrase("Court")), self.show(said["court"])]
        yield [
            self.say(phrase("Docket number")),
            ", ".join(self.show(n) for n in said["docket_numbers"]),
        ]
        yield [self.say(phrase("Matter")), self.show(said["matter_title"])]
        for party in said["parties"]:
            yield [
                self.first_up(word(PartySide(party["side"]), self.language)),
                self.show(party["name"]),
            ]
        made_on = long_date(date.fromisoformat(said["order_made_on"]), self.language)
        yield [self.say(phrase("Order")), f"{self.show(said['order_title'])} ({made_on})"]
        yield [
            self.say(phrase("Finding of a judge")),
            word(FindingStatus(self.assessed["finding"]), self.language),
        ]
        yield [self.say(phrase("As the record showed it")), self.clock(said["known_at"])]
        yield [self.say(phrase("Issued")), self.clock(said["issued_at"])]
        yield [self.say(phrase("Issued by")), self.show(said["issued_by"])]
        yield [self.say(phrase("Attestation")), self.say(phrase("no. {n}", n=said["number"]))]

    def obligation(self, one: Json) -> dict[str, Any]:
        title = phrase(
            "Category {number} ({kind}), owed by {obligor}",
            number=self.show(one["category_number"]),
            kind=word(CategoryKind(one["category_kind"]), self.language),
            obligor=self.show(one["obligor"]),
        )
        status = word(Status(one["status"]), self.language)
        finding = word(FindingStatus(one["finding"]), self.language)
        return {
            "title": self.say(title),
            "status": f"{self.first_up(status)} · {finding}",
            "sentence": self.show(one["sentence"]),
            "facts": list(self.told(one)),
            "steps": list(self.steps(one)),
        }

    def told(self, one: Json) -> Iterator[Row]:
        yield [self.say(phrase("Ordered")), self.show(one["category_text"])]
        if one["due_on"]:
            due = long_date(date.fromisoformat(one["due_on"]), self.language, weekday=True)
            over = self.clock(one["due_at"])
            told = phrase("{day}; over at {instant}", day=due, instant=over)
            provisional = f" ({self.say(phrase('provisional'))})" if one["provisional"] else ""
            yield [self.say(phrase("Last legal day")), self.say(told) + provisional]
        if one["late_days"]:
            late = one["late_days"]
            days = phrase("1 day") if late == 1 else phrase("{n} days", n=Decimal(late))
            yield [self.say(phrase("Late")), self.say(days)]
        yield from self.elements(one["elements"])
        yield from self.shares(one["shares"])
        if one["penalty"]:
            yield [self.say(phrase("Periodic penalty")), self.penalty(one["penalty"])]
        for warning in one["warnings"]:
            yield [self.say(phrase("Warning")), self.show(warning["said"])]

    def elements(self, elements: Sequence[Json]) -> Iterator[Row]:
        if not elements:
            return
        for answered, title in (
            (True, phrase("Elements answered")),
            (False, phrase("Elements not answered")),
        ):
            texts = [self.show(e["text"]) for e in elements if e["answered"] is answered]
            if texts:
                yield [self.say(title), f"{SEMICOLON[self.language]} ".join(texts)]

    def shares(self, shares: Json) -> Iterator[Row]:
        if not (shares["on_time"] or shares["late"] or shares["withdrawn"]):
            return
        counts = phrase(
            "on time: {on_time}; late: {late}; withdrawn since: {withdrawn}",
            on_time=Decimal(shares["on_time"]),
            late=Decimal(shares["late"]),
            withdrawn=Decimal(shares["withdrawn"]),
        )
        yield [self.say(phrase("Documents")), self.say(counts)]
        if shares["declared_total"] is not None:
            missing = phrase(
                "{missing} of {total} declared",
                missing=Decimal(shares["missing"]),
                total=Decimal(shares["declared_total"]),
            )
            yield [self.say(phrase("Missing")), self.say(missing)]

    def penalty(self, penalty: Json) -> str:
        amount = number(Decimal(penalty["theoretical_accrual"]), self.language)
        return self.say(
            phrase(
                "theoretical, before liquidation: {amount} {currency}; days counted: {counted}, "
                "not counted: {not_counted}. Nothing is due until a decision liquidates it.",
                amount=amount,
                currency=penalty["currency"],
                counted=Decimal(penalty["counted_days"]),
                not_counted=Decimal(penalty["not_counted_days"]),
            )
        )

    def steps(self, one: Json) -> Iterator[str]:
        for step in one["computation"]["steps"] if one["computation"] else ():
            citation = f" [{step['citation']}]" if step["citation"] else ""
            verified = "" if step["verified"] else f" ({self.say(phrase('unverified'))})"
            yield self.show(step["why"]) + citation + verified

    def check(self, verify_url: str) -> Iterator[str]:
        yield self.say(
            phrase(
                "Run verify.py, without this service, on the attached attestation.json and the "
                "published list of keys: it says whether this is what was attested."
            )
        )
        yield self.say(
            phrase("Or give the digest at {url}: valid, or not valid.", url=broken(verify_url))
        )

    def notes(self) -> Iterator[str]:
        yield self.say(
            phrase(
                "The status is computed from the events recorded; only a judge decides whether a "
                "production is sufficient. Both are shown, and neither overwrites the other."
            )
        )
        computed = [o["computation"] for o in self.assessed["obligations"] if o["computation"]]
        if computed:
            yield self.say(
                phrase(
                    "Rules {pack} {pack_version}; calendar {calendar} {calendar_version}.",
                    pack=computed[0]["rule_pack"],
                    pack_version=computed[0]["rule_pack_version"],
                    calendar=computed[0]["calendar"],
                    calendar_version=computed[0]["calendar_version"],
                )
            )
        if self.plain or not all(is_printed_whole(text) for text in self.typed()):
            yield self.say(lacking())

    def typed(self) -> Iterator[str]:
        said = self.said
        yield from (said["court"], said["matter_title"], said["order_title"], said["issued_by"])
        yield from said["docket_numbers"]
        yield from (p["name"] for p in said["parties"])
        for one in self.assessed["obligations"]:
            yield from (one["category_text"], one["obligor"], one["sentence"])
            yield from (e["text"] for e in one["elements"])
