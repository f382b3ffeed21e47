"""The receipt as a document: one that says so in its title, and carries its JSON inside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.heads import parse_note
from app.domain.record import Confidentiality, Declaration
from app.language import Language, long_date, long_instant, number, say, word
from app.papers.glyphs import is_printed_whole, printable
from app.papers.typeset import Document
from app.phrases import Phrase, phrase

NBSP = "\N{NO-BREAK SPACE}"
Json = Mapping[str, Any]
Row = list[str]


def receipt_document(
    receipt: Json, text: str, language: Language, verify_url: str, *, plain: bool = False
) -> Document:
    """The document of a receipt as its reader may see it.

    ``text`` is the receipt's JSON as it is handed out, attached byte for byte; ``verify_url``
    the public page that checks. ``plain`` prints Latin letters alone (``printable``).
    """
    return _Receipt(receipt, language, plain).document(text, verify_url)


@dataclass(frozen=True)
class _Receipt:
    """One receipt in one language."""

    receipt: Json
    language: Language
    plain: bool

    def document(self, text: str, verify_url: str) -> Document:
        said = self.receipt
        title = self.say(phrase("Receipt"))
        data = {
            "lang": self.language,
            "title": title,
            "footer": " · ".join((title, *self.dockets(), said["digest"][:16] + "…")),
            "page": self.say(phrase("page {n} of {m}", n="{n}", m="{m}")),
            "received": self.received(),
            "when": court_and_utc(self.at, ZoneInfo(said["time_zone"]), self.language),
            "facts": list(self.facts()),
            "sections": [s for s in self.sections() if s["rows"]],
            "files": self.files(),
            "digest": {"title": self.say(phrase("Digest")), "value": said["digest"]},
            "proof": {"title": self.say(phrase("Proof")), "facts": list(self.proof())},
            "check": {
                "title": self.say(phrase("How to check it")),
                "said": list(self.check(verify_url)),
            },
            "attached": self.say(phrase("This receipt as data, for verify.py")),
        }
        return Document("receipt.typ", data, self.at, text)

    @property
    def at(self) -> datetime:
        """When it was deposited."""
        return datetime.fromisoformat(self.receipt["deposited_at"])

    def say(self, said: Phrase) -> str:
        return say(said, self.language)

    def show(self, text: str) -> str:
        """What somebody typed, as it can be printed."""
        return printable(text, plain=self.plain)

    def count(self, value: int) -> str:
        return number(value, self.language)

    def received(self) -> str:
        n, _, of = self.receipt["received"].partition(" of ")
        return self.say(phrase("RECEIVED {n} of {count}", n=n, count=of))

    def dockets(self) -> list[str]:
        return [self.show(n) for n in self.receipt["docket_numbers"][:2]]

    def facts(self) -> Iterator[Row]:
        said = self.receipt
        made_on = long_date(date.fromisoformat(said["order_made_on"]), self.language)
        yield [self.say(phrase("Deposited by")), self.show(said["deposited_by"])]
        yield [self.say(phrase("For")), self.show(said["deposited_for"])]
        yield [self.say(phrase("Court")), self.show(said["court"])]
        yield [
            self.say(phrase("Docket number")),
            ", ".join(self.show(n) for n in said["docket_numbers"]),
        ]
        yield [self.say(phrase("Order")), f"{self.show(said['order_title'])} ({made_on})"]
        yield [self.say(phrase("Production")), self.say(phrase("no. {n}", n=said["number"]))]

    def sections(self) -> Iterator[dict[str, Any]]:
        said = self.receipt
        yield {
            "title": self.say(phrase("Answers, category by category")),
            "rows": [list(self.answer(each)) for each in said["answers"]],
        }
        yield {
            "title": self.say(phrase("Withheld")),
            "rows": [self.withheld(each) for each in said["withheld_items"]],
        }
        yield {
            "title": self.say(phrase("Replaced")),
            "rows": [self.replaced(each) for each in said["replaced"]],
        }

    def answer(self, answer: Json) -> Iterator[str]:
        declared = word(Declaration(answer["declaration"]), self.language)
        yield self.say(
            phrase(
                "Category {number}: {declared}",
                number=self.show(answer["category_number"]),
                declared=declared,
            )
        )
        yield self.say(
            phrase(
                "Documents: {documents} in this production, {all} in all",
                documents=self.count(answer["documents"]),
                all=self.count(answer["documents_in_all"]),
            )
        )
        if answer["elements"]:
            yield self.say(
                phrase(
                    "Elements answered: {answered} of {elements}",
                    answered=self.count(answer["answered_elements"]),
                    elements=self.count(answer["elements"]),
                )
            )

    def withheld(self, item: Json) -> Row:
        head = phrase(
            "No. {number}, category {category}",
            number=self.show(item["number"]),
            category=self.show(item["category_number"]),
        )
        ground = [item["ground"], item["legal_text"]]
        return [self.say(head), ", ".join(self.show(each) for each in ground if each)]

    def replaced(self, item: Json) -> Row:
        head = phrase(
            "No. {number}, edition {edition}",
            number=self.show(item["number"]),
            edition=item["edition"],
        )
        return [
            self.say(head),
            self.show(item["reason"]),
            f"SHA-256 {item['replaced_sha256']}",
        ]

    def files(self) -> dict[str, Any]:
        rows = [self.file(each) for each in self.receipt["files"]]
        return {
            "title": self.say(phrase("Files received")),
            "rows": rows,
            "note": self.say(lacking()) if self.spelt_out() else None,
        }

    def spelt_out(self) -> bool:
        texts = (f[k] for f in self.receipt["files"] for k in ("title", "filename"))
        return self.plain or not all(is_printed_whole(text) for text in texts if text)

    def file(self, file: Json) -> Row:
        head = self.say(phrase("No. {number}", number=self.show(file["number"])))
        if file["sha256"] is None:
            told = word(Confidentiality(file["confidentiality"]), self.language)
            hidden = phrase("Shown by the hash of its line alone ({told})", told=told)
            return [head, self.say(hidden), "", f"{self.say(phrase('Leaf'))} {file['leaf']}"]
        own = (each.replace(" ", NBSP) for each in self.details(file))
        details = " · ".join((self.show(file["filename"]), *own))
        return [head, self.show(file["title"] or ""), details, f"SHA-256 {file['sha256']}"]

    def details(self, file: Json) -> Iterator[str]:
        yield self.say(phrase("{size} bytes", size=self.count(file["size_bytes"])))
        if file["dated_on"]:
            yield long_date(date.fromisoformat(file["dated_on"]), self.language)
        if file["category_numbers"]:
            numbers = ", ".join(self.show(each) for each in file["category_numbers"])
            yield self.say(phrase("category {numbers}", numbers=numbers))
        if file["bates_first"]:
            pages = f"{file['bates_first']} – {file['bates_last']}"
            yield self.say(phrase("Bates {pages}", pages=self.show(pages)))
        if file["edition"] > 1:
            yield self.say(phrase("edition {n}", n=file["edition"]))
        if file["confidentiality"] != Confidentiality.ordinary:
            yield word(Confidentiality(file["confidentiality"]), self.language)

    def check(self, verify_url: str) -> Iterator[str]:
        yield self.say(
            phrase(
                "Run verify.py, without this service, on the attached receipt.json, your files and "
                "the published list of keys: it names whatever is not as it was received."
            )
        )
        yield self.say(
            phrase(
                "Or open {url}, which computes the hashes of your files in your browser and says "
                "only: valid, or not valid.",
                url=broken(verify_url),
            )
        )

    def proof(self) -> Iterator[Row]:
        root = self.receipt["manifest"]["root"]
        yield [self.say(phrase("Root of the files")), root, "mono"]
        yield from proof_rows(self.receipt["proof"], "receipt.json", self.language)


def proof_rows(proof: Json, attached: str, language: Language) -> Iterator[Row]:
    """What leads from an entry of the log to a signed head, in words; ``attached`` has it all."""
    signed = parse_note(proof["head"])
    head = signed.head
    yield [say(phrase("Entry of the log"), language), number(proof["index"], language)]
    entries = phrase("{count} entries", count=number(head.size, language))
    yield [say(phrase("Head of the log"), language), say(entries, language)]
    yield [say(phrase("Root of the log"), language), head.root.hex(), "mono"]
    yield [say(phrase("Time of the head"), language), _utc(head.at, language)]
    yield [say(phrase("Signature"), language), broken(signed.signature.hex()), "mono"]
    yield [say(phrase("Key"), language), proof["key_id"], "mono"]
    present = phrase("present, in the attached {attached}", attached=attached)
    absent = phrase("not yet: it holds without one")
    token = present if proof["token"] else absent
    yield [say(phrase("Time-stamp (RFC 3161)"), language), say(token, language)]


def lacking() -> Phrase:
    """What a document says where it spells letters out."""
    return phrase(
        "Signs for which this document has no letters are written ⟨U+…⟩, by their Unicode number."
    )


def court_and_utc(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """ "13 September 2021 23:47:12 Europe/Paris (21:47:12 UTC)"; another day is said too."""
    utc = at.astimezone(UTC)
    same_day = utc.date() == at.astimezone(zone).date()
    other = f"{utc:%H:%M:%S} UTC" if same_day else _utc(at, language)
    return f"{long_instant(at, language, zone)} ({other})"


def _utc(at: datetime, language: Language) -> str:
    return long_instant(at.astimezone(UTC), language)


def broken(text: str, every: int = 64) -> str:
    """Long text without blanks, with places where a line may end."""
    return "\u200b".join(text[i : i + every] for i in range(0, len(text), every))
