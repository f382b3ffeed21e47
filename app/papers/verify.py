#!/usr/bin/env python3
"""Check a receipt of Bordereau, and files against it: offline, without Bordereau.

    python verify.py receipt.json --keys keys.json FILE_OR_FOLDER …
    python verify.py attestation.json --keys keys.json

Needs Python 3.11 or newer and the package `cryptography`, nothing else. `keys.json` is the
list of keys that the court or the service publishes; take it from there, not from whoever
gave you the receipt. Exit status: 0 when everything holds, 1 when something does not (it is
named), 2 when the command cannot be understood.

What it checks, in this order: each file's line opens to what the receipt says and hashes to
its leaf; the leaves make up the manifest's root; the receipt's digest covers all the rest;
the deposit's entry names digest and root; the entry is in the log under the signed head; the
head is signed by a published key that was valid then; each file you give has the size and
SHA-256 that were received. Of an attestation: its digest covers all that it says; entry, log,
head and signature as above. docs/proof.md says what follows from that, and what does not.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import json
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "bordereau-receipt/1"
ATTESTED = "bordereau-attestation/1"
BESIDE_BODY = ("files", "manifest", "digest", "proof")
RECEIPT_BYTES_MAX = 512 * 1024 * 1024
BLOCK_BYTES = 1024 * 1024

LINE = (
    "number", "edition", "sha256", "size_bytes", "name", "category_numbers",
    "bates_first", "bates_last", "salt",
)  # fmt: skip
NAMED = ("filename", "title", "dated_on")
FILE = frozenset((*LINE, *NAMED, "confidentiality", "name_salt", "leaf"))
SHOWN = frozenset(("number", "edition", "confidentiality", "leaf"))
DESIGNATIONS = ("ordinary", "restricted", "sealed")
PROOF = frozenset(("index", "entry", "inclusion", "head", "key_id", "token"))
NOTE = re.compile(
    r"(?P<text>(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,15})\n(?P<root>[A-Za-z0-9+/]{43}=)\n"
    r"time (?P<at>[^\n]+)\n)\n— (?P<name>[^ \n]+) (?P<signature>[A-Za-z0-9+/]+=*)\n"
)


class Wrong(Exception):
    """Something does not hold; the text names it."""


# -- the same bytes for the same value (RFC 8785; strings, booleans, null, whole numbers)


def canonical(value: Any) -> bytes:
    """The value's one writing."""
    try:
        plain = _plain(value)
    except (RecursionError, UnicodeEncodeError):
        raise Wrong("something is nested too deep, or half a character") from None
    return utf8(json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


def utf8(text: str) -> bytes:
    """The text's bytes."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Wrong("there is half a character, which no text has") from None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _plain(value[k]) for k in sorted(value, key=lambda k: k.encode("utf-16-be"))}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        raise Wrong("there is a number with a fraction, which a receipt never has")
    return value


def sha256(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


# -- the tree (RFC 6962)


def leaf_hash(entry: bytes) -> bytes:
    """The hash of an entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    row = list(leaves)
    while len(row) > 1:
        odd = [row.pop()] if len(row) % 2 else []
        row = [node_hash(row[i], row[i + 1]) for i in range(0, len(row), 2)] + odd
    return row[0]


def root_by_inclusion(leaf: bytes, index: int, size: int, steps: Sequence[bytes]) -> bytes | None:
    """The root to which an inclusion proof leads (RFC 9162 §2.1.3.2); None if it is no proof."""
    if not 0 <= index < size:
        return None
    at, last, found = index, size - 1, leaf
    for step in steps:
        if last == 0:
            return None
        if at % 2 or at == last:
            found = node_hash(step, found)
            while not at % 2 and at:
                at, last = at // 2, last // 2
        else:
            found = node_hash(found, step)
        at, last = at // 2, last // 2
    return found if last == 0 else None


def extends(
    first: int, second: int, steps: Sequence[bytes], first_root: bytes, second_root: bytes
) -> bool:
    """Whether the log of ``second`` entries begins with the ``first`` ones (§2.1.4.2)."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not steps and first_root == second_root
    path = ([first_root] if first & (first - 1) == 0 else []) + list(steps)
    if not path:
        return False
    at, last = first - 1, second - 1
    while at % 2:
        at, last = at // 2, last // 2
    old = new = path[0]
    for step in path[1:]:
        if last == 0:
            return False
        if at % 2 or at == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not at % 2 and at:
                at, last = at // 2, last // 2
        else:
            new = node_hash(new, step)
        at, last = at // 2, last // 2
    return last == 0 and old == first_root and new == second_root


# -- reading what was given


def read_json(path: Path) -> Any:
    """Read a JSON file strictly: no key twice, no fraction."""
    try:
        if path.stat().st_size > RECEIPT_BYTES_MAX:
            raise Wrong(f"{path}: too large to be read here")
        return json.loads(path.read_text("utf-8"), object_pairs_hook=_once, parse_constant=_never)
    except (OSError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise Wrong(f"{path}: cannot be read as JSON: {error}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is there twice")
    return found


def _never(name: str) -> NoReturn:
    raise ValueError(f"{name} is not possible here")


def take(value: Any, name: str, kind: type | tuple[type, ...], where: str) -> Any:
    """A member of a JSON object, of the kind it must have."""
    if not isinstance(value, dict) or name not in value:
        raise Wrong(f"{where}: {name} is missing")
    found = value[name]
    if not isinstance(found, kind) or (isinstance(found, bool) and kind is int):
        raise Wrong(f"{where}: {name} is not what it must be")
    return found


def only(value: Any, names: frozenset[str], where: str) -> None:
    """A JSON object has these members, all of them and no other."""
    other = sorted(names.symmetric_difference(value))
    if other:
        raise Wrong(f"{where}: {other[0]} is missing, or has no place there")


def as_base64(text: str, where: str) -> bytes:
    """Bytes in their one writing of base64."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Wrong(f"{where}: cannot be read") from None
    if base64.b64encode(found).decode() != text:
        raise Wrong(f"{where}: not in its one writing")
    return found


def as_hash(text: Any, where: str) -> bytes:
    """A SHA-256 in hexadecimal, as bytes."""
    if not isinstance(text, str) or not re.fullmatch(r"[0-9a-f]{64}", text):
        raise Wrong(f"{where}: not a SHA-256")
    return bytes.fromhex(text)


def instant(text: str, where: str) -> datetime:
    """An instant with its offset."""
    try:
        found = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        raise Wrong(f"{where}: not an instant") from None
    if found.tzinfo is None:
        raise Wrong(f"{where}: an instant without its zone")
    return found


# -- the receipt


def check_files(receipt: dict[str, Any]) -> list[bytes]:
    """Each file's line opens to what the receipt says; the leaves, in order."""
    files = take(receipt, "files", list, "receipt")
    return [_check_file(file, n) for n, file in enumerate(files, 1)]


def _check_file(file: Any, position: int) -> bytes:
    number = take(file, "number", str, f"file {position}")
    where = f"file n° {number}"
    only(file, FILE, where)
    leaf = as_hash(take(file, "leaf", str, where), f"{where}, leaf")
    take(file, "edition", int, where)
    if take(file, "confidentiality", str, where) not in DESIGNATIONS:
        raise Wrong(f"{where}: confidentiality is not what it must be")
    if take(file, "salt", (str, type(None)), where) is None:
        hidden = {name: file[name] for name in FILE - SHOWN}
        if hidden.pop("category_numbers") != [] or any(v is not None for v in hidden.values()):
            raise Wrong(f"{where}: partly hidden, which cannot be checked")
        return leaf
    line = {name: take(file, name, object, where) for name in LINE}
    line |= {"v": 1, "designation": take(file, "confidentiality", str, where)}
    if leaf_hash(canonical(line)) != leaf:
        raise Wrong(f"{where}: what the receipt says of it is not what was received")
    said = {name: take(file, name, object, where) for name in NAMED}
    salt = take(file, "name_salt", str, where)
    if not re.fullmatch(r"[0-9a-f]{32}", salt):
        raise Wrong(f"{where}: name_salt is not 16 bytes in hexadecimal")
    if sha256(bytes.fromhex(salt) + canonical(said)) != line["name"]:
        raise Wrong(f"{where}: its file name, title or date is not what was received")
    return leaf


def check_manifest(receipt: dict[str, Any], leaves: Sequence[bytes]) -> dict[str, Any]:
    """The leaves make up the manifest's root."""
    manifest: dict[str, Any] = take(receipt, "manifest", dict, "receipt")
    if take(manifest, "count", int, "manifest") != len(leaves):
        raise Wrong(f"manifest: {manifest['count']} files were received, {len(leaves)} are listed")
    if root_of(leaves) != as_hash(take(manifest, "root", str, "manifest"), "manifest, root"):
        raise Wrong("manifest: the list of files is not the one received (a file added, left out, "
                    "exchanged or in another place)")  # fmt: skip
    if take(receipt, "received", str, "receipt") != f"{len(leaves)} of {len(leaves)}":
        raise Wrong("receipt: the number received is not that of the files")
    return manifest


def check_digest(receipt: dict[str, Any], manifest: dict[str, Any]) -> None:
    """The digest covers all that the receipt says beside its files."""
    body = {name: value for name, value in receipt.items() if name not in BESIDE_BODY}
    computed = sha256(canonical({"body": body, "manifest": manifest}))
    if take(receipt, "digest", str, "receipt") != computed:
        raise Wrong("receipt: something that it says (court, order, parties, time, answers, …) is "
                    "not what was received: its digest is another")  # fmt: skip
    said = instant(take(receipt, "deposited_at", str, "receipt"), "deposited_at")
    court = instant(take(receipt, "deposited_at_court", str, "receipt"), "deposited_at_court")
    if abs((said - court).total_seconds()) >= 1:
        raise Wrong("receipt: court time and UTC are not the same instant")


def check_entry(said: dict[str, Any], proof: dict[str, Any]) -> bytes:
    """The entry in the log names this receipt, or this attestation; its leaf hash."""
    text = utf8(take(proof, "entry", str, "proof"))
    try:
        entry = json.loads(text, object_pairs_hook=_once, parse_constant=_never)
    except (ValueError, RecursionError):
        raise Wrong("proof: the entry of the log cannot be read") from None
    facts = take(entry, "facts", dict, "entry")
    attested = said["format"] == ATTESTED
    what, time = ("attestation", "issued_at") if attested else ("receipt", "deposited_at")
    for name, expected in (
        ("act", "attestation.issued" if attested else "production.deposited"),
        ("index", take(proof, "index", int, "proof")),
        ("production", None if attested else take(said, "production_id", str, what)),
        ("order", take(said, "order_id", str, what)),
    ):
        if take(entry, name, object, "entry") != expected:
            raise Wrong(f"proof: the entry of the log is another's: its {name} is not this one's")
    if facts.get("digest") != said["digest"] or facts.get("manifest") != said.get("manifest"):
        raise Wrong(f"proof: the entry of the log names another {what}")
    if instant(str(entry.get("at")), "entry") != instant(take(said, time, str, what), time):
        raise Wrong("proof: the entry of the log has another time")
    if canonical(entry) != text:
        raise Wrong("proof: the entry of the log is not in its one writing")
    return leaf_hash(text)


def read_note(note: str, where: str) -> re.Match[str]:
    """A signed head, in its parts."""
    found = NOTE.fullmatch(note)
    if found is None or found["name"] != found["origin"]:
        raise Wrong(f"{where}: not a signed head of a log")
    return found


def check_signature(note: re.Match[str], keys: Any, where: str) -> dict[str, Any]:
    """The head is signed by a published key that was valid then; the key."""
    packed = as_base64(note["signature"], f"{where}, signature")
    for key in take(keys, "keys", list, "keys"):
        public = as_hash(take(key, "public_key", str, "keys"), "keys, public_key")
        named = hashlib.sha256(utf8(note["origin"]) + b"\n\x01" + public).digest()[:4]
        if named != packed[:4]:
            continue
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(packed[4:], utf8(note["text"]))
        except InvalidSignature:
            raise Wrong(f"{where}: its signature is not that of the published key") from None
        at = instant(note["at"], f"{where}, time")
        since = instant(take(key, "valid_from", str, "keys"), "keys, valid_from")
        until = take(key, "valid_until", (str, type(None)), "keys")
        if at < since or (until is not None and at > instant(until, "keys, valid_until")):
            raise Wrong(f"{where}: its key was not valid at that time")
        found: dict[str, Any] = key
        return found
    raise Wrong(f"{where}: it is signed by no published key")


def check_proof(said: dict[str, Any], keys: Any) -> tuple[re.Match[str], dict[str, Any]]:
    """Entry, log, head and signature; the head and the key that signed it."""
    proof = take(said, "proof", dict, "attestation" if said["format"] == ATTESTED else "receipt")
    only(proof, PROOF, "proof")
    leaf = check_entry(said, proof)
    note = read_note(take(proof, "head", str, "proof"), "head")
    check_token(take(proof, "token", (str, type(None)), "proof"), proof["head"])
    steps = [as_hash(s, "proof, inclusion") for s in take(proof, "inclusion", list, "proof")]
    root = root_by_inclusion(leaf, proof["index"], int(note["size"]), steps)
    if root != base64.b64decode(note["root"]):
        raise Wrong("proof: the entry is not in the log of the signed head")
    key = check_signature(note, keys, "head")
    if take(proof, "key_id", str, "proof") != sha256(bytes.fromhex(key["public_key"])):
        raise Wrong("proof: key_id names another key than the one that signed")
    return note, key


def check_token(token: str | None, head: str) -> None:
    """The time-stamp token, if there is one, is over this head; who signed it, openssl says."""
    if token is not None and hashlib.sha256(utf8(head)).digest() not in as_base64(
        token, "proof, token"
    ):
        raise Wrong("proof: the time-stamp token is over something else than this head")


def check_receipt(receipt: Any, keys: Any) -> re.Match[str]:
    """The receipt as a whole; its head. Raises ``Wrong``, naming what does not hold."""
    if take(receipt, "format", str, "receipt") != FORMAT:
        raise Wrong(f"receipt: this program reads {FORMAT}")
    leaves = check_files(receipt)
    manifest = check_manifest(receipt, leaves)
    check_digest(receipt, manifest)
    note, _ = check_proof(receipt, keys)
    return note


def check_attestation(said: dict[str, Any], keys: Any) -> re.Match[str]:
    """An attestation as a whole; its head. Raises ``Wrong``, naming what does not hold."""
    body = {name: value for name, value in said.items() if name not in ("digest", "proof")}
    if take(said, "digest", str, "attestation") != sha256(canonical({"attestation": body})):
        raise Wrong("attestation: something that it says is not what was attested: its digest is "
                    "another")  # fmt: skip
    for name in ("issued_at", "as_of", "known_at"):
        utc = instant(take(said, name, str, "attestation"), name)
        court = instant(take(said, f"{name}_court", str, "attestation"), f"{name}_court")
        if abs((utc - court).total_seconds()) >= 1:
            raise Wrong(f"attestation: {name} and {name}_court are not the same instant")
    note, _ = check_proof(said, keys)
    return note


# -- files


def files_below(paths: Sequence[Path]) -> Iterator[Path]:
    """The files given, and those in the folders given."""
    for path in paths:
        if path.is_dir():
            yield from sorted(p for p in path.rglob("*") if p.is_file())
        else:
            yield path


def sha256_of(path: Path) -> tuple[str, int]:
    """SHA-256 and size of a file, read by the block."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
            size += len(block)
    return digest.hexdigest(), size


def check_given(
    receipt: dict[str, Any], paths: Sequence[Path], tell: Callable[[str], None]
) -> tuple[list[str], set[int]]:
    """Each file given against the receipt; what does not hold, and which lines were met."""
    by_hash: dict[str, list[int]] = {}
    by_name: dict[str, list[int]] = {}
    for n, file in enumerate(receipt["files"]):
        if file.get("sha256"):
            by_hash.setdefault(file["sha256"], []).append(n)
            by_name.setdefault(_named(file["filename"]), []).append(n)
    wrong, met = [], set()
    for path in files_below(paths):
        try:
            found, size = sha256_of(path)
        except OSError as error:
            wrong.append(f"{path}: cannot be read: {error.strerror}")
            continue
        lines = [n for n in by_hash.get(found, []) if receipt["files"][n]["size_bytes"] == size]
        if lines:
            met.update(lines)
            numbers = ", ".join(receipt["files"][n]["number"] for n in lines)
            tell(f"ok   {path}: n° {numbers}")
        elif named := by_name.get(_named(path.name)):
            numbers = ", ".join(receipt["files"][n]["number"] for n in named)
            wrong.append(f"{path}: not the bytes that were received as n° {numbers}")
        else:
            wrong.append(f"{path}: no such file was received")
    return wrong, met


def _named(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


# -- the command


def main(arguments: Sequence[str] | None = None) -> int:
    """Check, say what was found, return the exit status."""
    plain = argparse.RawDescriptionHelpFormatter
    asks = argparse.ArgumentParser("verify.py", description=__doc__, formatter_class=plain)
    asks.add_argument("receipt", type=Path)
    asks.add_argument("files", type=Path, nargs="*", metavar="FILE_OR_FOLDER")
    asks.add_argument("--keys", type=Path, required=True, help="the published list of keys")
    asks.add_argument("--complete", action="store_true", help="every file received must be given")
    asks.add_argument("--head", type=Path, help="another signed head, kept from another day")
    asks.add_argument("--extension", type=Path, help="the proof between that head and this one")
    asked = asks.parse_intermixed_args(arguments)
    try:
        wrong = _check(asked)
    except Wrong as fault:
        wrong = [str(fault)]
    for line in wrong:
        print(f"FAIL {line}")  # noqa: T201
    print("NOT VALID" if wrong else "VALID")  # noqa: T201
    return 1 if wrong else 0


def _check(asked: argparse.Namespace) -> list[str]:
    receipt, keys = read_json(asked.receipt), read_json(asked.keys)
    if take(receipt, "format", str, "receipt") == ATTESTED:
        return _check_attested(asked, receipt, keys)
    note = check_receipt(receipt, keys)
    hidden = sum(1 for f in receipt["files"] if f["salt"] is None)
    print(  # noqa: T201
        f"ok   receipt: {receipt['received']}, {receipt['deposited_at_court']} "
        f"({receipt['time_zone']}), by {receipt['deposited_by']} for {receipt['deposited_for']}\n"
        f"ok   log: entry {receipt['proof']['index']} of {note['size']}, signed"
    )
    if hidden:
        print(  # noqa: T201
            f"     {hidden} lines are shown as hashes alone: their numbers are as the service says"
        )
    if receipt["proof"]["token"] is not None:
        print("     a time-stamp token is there: openssl checks it, see docs/proof.md")  # noqa: T201
    if asked.head is not None:
        _check_head(asked, note, keys)
    wrong, met = check_given(receipt, asked.files, print)
    left = [f["number"] for n, f in enumerate(receipt["files"]) if n not in met and f["sha256"]]
    if asked.complete and left:
        wrong.append(f"not given: n° {', '.join(left)}")
    elif asked.files and left:
        print(f"     not given: {len(left)} of {len(receipt['files'])} files")  # noqa: T201
    return wrong


def _check_attested(asked: argparse.Namespace, said: dict[str, Any], keys: Any) -> list[str]:
    note = check_attestation(said, keys)
    print(  # noqa: T201
        f"ok   attestation {said['number']}, issued {said['issued_at_court']} by "
        f"{said['issued_by']}: as of {said['as_of_court']} ({said['time_zone']})\n"
        f"ok   log: entry {said['proof']['index']} of {note['size']}, signed"
    )
    if asked.head is not None:
        _check_head(asked, note, keys)
    return [f"{path}: an attestation lists no files" for path in asked.files]


def _check_head(asked: argparse.Namespace, note: re.Match[str], keys: Any) -> None:
    try:
        other = read_note(asked.head.read_text("utf-8"), str(asked.head))
    except (OSError, UnicodeDecodeError) as error:
        raise Wrong(f"{asked.head}: {error}") from None
    check_signature(other, keys, str(asked.head))
    first, second = sorted((note, other), key=lambda n: int(n["size"]))
    said = read_json(asked.extension) if asked.extension else {"proof": []}
    steps = [as_hash(s, "extension") for s in take(said, "proof", list, "extension")]
    roots = [base64.b64decode(n["root"]) for n in (first, second)]
    if not extends(int(first["size"]), int(second["size"]), steps, roots[0], roots[1]):
        raise Wrong(f"{asked.head}: the two heads are not of one log: its past was changed, or "
                    "the proof between them (--extension) is missing")  # fmt: skip
    print(f"ok   {asked.head}: of the same log")  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
