"""`verify.py` on a machine without Bordereau: what is right passes, whatever is not is named."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.api.receipt_examples import FILE, KEYS, RECEIPT
from app.deps import clock
from app.papers import verify
from app.services.heads import rotate_key
from tests.papers.conftest import Deposited, run

SCRIPT = Path(verify.__file__)
Path_ = tuple[Any, ...]
Json = Any


def check(python: Path, tmp_path: Path, receipt: Json, keys: Json, *more: object) -> Any:
    """Run the program on a receipt and keys written to disk."""
    for name, value in (("receipt", receipt), ("keys", keys)):
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
    return run(python, SCRIPT, tmp_path / "receipt.json", "--keys", tmp_path / "keys.json", *more)


def said(found: Any) -> str:
    """What it answered, when it refused as it should."""
    assert found.returncode == 1, found
    assert found.stdout.rstrip().endswith("NOT VALID") and "\nFAIL " in "\n" + found.stdout
    assert not found.stderr
    return str(found.stdout)


def test_the_machine_has_no_bordereau(machine: Path) -> None:
    assert run(machine, "-c", "import cryptography").returncode == 0
    for name in ("app", "pydantic", "sqlalchemy", "fastapi"):
        assert "ModuleNotFoundError" in run(machine, "-c", f"import {name}").stderr


def test_a_receipt_and_its_files_hold(deposited: Deposited, machine: Path, tmp_path: Path) -> None:
    found = check(
        machine, tmp_path, deposited.receipt, deposited.keys, deposited.folder, "--complete"
    )
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.endswith("VALID\n") and "NOT VALID" not in found.stdout
    assert "4 of 4, 2021-09-13T23:47:12+02:00 (Europe/Paris)" in found.stdout
    assert "n° 2 bis" in found.stdout


def test_what_the_other_side_holds_verifies_too(
    deposited: Deposited, machine: Path, tmp_path: Path
) -> None:
    theirs = deposited.api.by("requesting_counsel").get(f"{deposited.path}/receipt").json()
    assert theirs["files"][3]["sha256"] is None
    (deposited.folder / "secret.pdf").unlink()
    found = check(machine, tmp_path, theirs, deposited.keys, deposited.folder, "--complete")
    assert found.returncode == 0, found.stdout
    assert "1 lines are shown as hashes alone" in found.stdout


def test_the_example_in_the_documentation_holds(machine: Path, tmp_path: Path) -> None:
    (tmp_path / "Contrat.pdf").write_bytes(FILE)
    found = check(machine, tmp_path, RECEIPT, KEYS, tmp_path / "Contrat.pdf", "--complete")
    assert found.returncode == 0, found.stdout


# -- the receipt


def leaves(value: Json, path: Path_ = ()) -> Iterator[tuple[Path_, Json]]:
    """Every value in the JSON that holds no other, empty lists among them."""
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in items:
        if isinstance(inner, dict | list) and inner:
            yield from leaves(inner, (*path, name))
        else:
            yield (*path, name), inner


def others(value: Json) -> list[Json]:
    """Values that stand for a change of this one, of its kind and of others."""
    match value:
        case bool():
            return [not value, None]
        case int():
            return [value + 1, value - 1, float(value), str(value), bool(value), None]
        case str():
            first, last = value[:1], value[-1:]
            swapped = {value.swapcase(), value.upper(), value[::-1]} - {value}
            return [
                *sorted(swapped),
                *((chr(ord(first) ^ 1) + value[1:], value[:-1] + chr(ord(last) ^ 1)) * bool(value)),
                value + " ",
                value + "\ud800",
                value[:-1] if value else "x",
                None,
                0,
                [value],
            ]
        case None:
            return ["", "x", "eA==", 0, False, []]
        case _:
            return [["x"], [value], None, {}]


def at(value: Json, path: Path_) -> Json:
    for name in path:
        value = value[name]
    return value


def refused(receipt: Json, keys: Json) -> bool:
    try:
        verify.check_receipt(json.loads(json.dumps(receipt)), keys)
    except verify.Wrong as wrong:
        assert str(wrong)
        return True
    return False


def accepted_changes(receipt: Json, keys: Json) -> list[str]:
    """Each value changed in turn, left out in turn: which changes nobody notices."""
    found = []
    for path, value in leaves(receipt):
        for other in others(value):
            changed = copy.deepcopy(receipt)
            at(changed, path[:-1])[path[-1]] = other
            if not refused(changed, keys):
                found.append(f"{path} {value!r} -> {other!r}")
        changed = copy.deepcopy(receipt)
        del at(changed, path[:-1])[path[-1]]
        if not refused(changed, keys):
            found.append(f"{path} left out")
    return found


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_value_of_a_receipt_can_be_changed(deposited: Deposited) -> None:
    assert not refused(deposited.receipt, deposited.keys)
    assert accepted_changes(deposited.receipt, deposited.keys) == []


def test_no_value_of_the_example_can_be_changed() -> None:
    assert accepted_changes(RECEIPT, KEYS) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_of_a_hidden_line_only_number_and_designation_are_taken_on_trust(
    deposited: Deposited,
) -> None:
    theirs = deposited.api.by("requesting_counsel").get(f"{deposited.path}/receipt").json()
    trusted = {path for path, _ in leaves(theirs) if path[:2] == ("files", 3)}
    trusted &= {("files", 3, name) for name in ("number", "edition", "confidentiality")}
    for path, value in leaves(theirs):
        for other in others(value):
            changed = copy.deepcopy(theirs)
            at(changed, path[:-1])[path[-1]] = other
            assert path in trusted or refused(changed, deposited.keys), (path, other)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_can_be_added_to_a_receipt(deposited: Deposited) -> None:
    for path in ((), ("files", 0), ("proof",), ("manifest",), ("answers", 0)):
        changed = copy.deepcopy(deposited.receipt)
        at(changed, path)["note"] = "also received: the safe"
        assert refused(changed, deposited.keys), path


def swap(key: str) -> Callable[[list[Json]], None]:
    def change(files: list[Json]) -> None:
        files[0][key], files[1][key] = files[1][key], files[0][key]

    return change


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda files: files.pop(), "4 files were received, 3 are listed"),
        (lambda files: files.append(files[0]), "4 files were received, 5 are listed"),
        (lambda files: files.insert(1, files.pop(0)), "in another place"),
        (lambda files: files.__setitem__(0, files[1]), "exchanged"),
        (swap("sha256"), "file n° 1: what the receipt says"),
        (swap("title"), "file n° 1: its file name, title or date"),
        (swap("number"), "file n° 2: what the receipt says"),
        (swap("leaf"), "file n° 1: what the receipt says"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_list_that_was_changed_is_refused_and_named(
    deposited: Deposited,
    machine: Path,
    tmp_path: Path,
    change: Callable[[list[Json]], None],
    named: str,
) -> None:
    receipt = copy.deepcopy(deposited.receipt)
    change(receipt["files"])
    assert named in said(check(machine, tmp_path, receipt, deposited.keys))


def test_a_list_made_anew_with_its_root_and_digest_is_still_not_in_the_log(
    deposited: Deposited,
) -> None:
    forged = copy.deepcopy(deposited.receipt)
    forged["files"].pop()
    forged["received"] = "3 of 3"
    hashes = [bytes.fromhex(f["leaf"]) for f in forged["files"]]
    forged["manifest"] = {"root": verify.root_of(hashes).hex(), "count": 3}
    body = {k: v for k, v in forged.items() if k not in verify.BESIDE_BODY}
    forged["digest"] = verify.sha256(
        verify.canonical({"body": body, "manifest": forged["manifest"]})
    )
    with pytest.raises(verify.Wrong, match="names another receipt"):
        verify.check_receipt(forged, deposited.keys)
    entry = json.loads(forged["proof"]["entry"])
    entry["facts"] = {"digest": forged["digest"], "manifest": forged["manifest"]}
    forged["proof"]["entry"] = verify.canonical(entry).decode()
    with pytest.raises(verify.Wrong, match="not in the log of the signed head"):
        verify.check_receipt(forged, deposited.keys)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (lambda text: text[: len(text) // 2], "cannot be read as JSON"),
        (lambda text: "", "cannot be read as JSON"),
        (lambda text: "[]", "format is missing"),
        (lambda text: "{}", "format is missing"),
        (lambda text: "[" * 100_000, "cannot be read as JSON"),
        (lambda text: text.replace('"number": 1', '"number": 1, "number": 2', 1), "twice"),
        (lambda text: text.replace('"number": 1', '"number": NaN', 1), "NaN"),
        (lambda text: text.replace("receipt/1", "receipt/2", 1), "this program reads"),
        (lambda text: text.replace('"salt": "', '"salt": "\\ud800', 1), "half a character"),
    ],
)
def test_a_receipt_that_cannot_be_read_is_refused(
    machine: Path, tmp_path: Path, text: Callable[[str], str], named: str
) -> None:
    assert named in said(check(machine, tmp_path, text(json.dumps(RECEIPT)), KEYS))


# -- keys and heads


def test_another_key_signs_nothing_here(deposited: Deposited) -> None:
    with pytest.raises(verify.Wrong, match="signed by no published key"):
        verify.check_receipt(deposited.receipt, KEYS)
    keys = copy.deepcopy(deposited.keys)
    keys["keys"] = []
    with pytest.raises(verify.Wrong, match="signed by no published key"):
        verify.check_receipt(deposited.receipt, keys)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_signature_that_is_not_the_key_s_is_refused(deposited: Deposited) -> None:
    head = deposited.receipt["proof"]["head"]
    packed = head.rsplit(" ", 1)[1].strip()
    raw = bytearray(verify.as_base64(packed, ""))
    for place in range(4, len(raw)):
        changed = bytearray(raw)
        changed[place] ^= 1
        receipt = copy.deepcopy(deposited.receipt)
        written = base64.b64encode(changed).decode()
        receipt["proof"]["head"] = head.replace(packed, written)
        with pytest.raises(verify.Wrong, match="signature is not that of the published key"):
            verify.check_receipt(receipt, deposited.keys)


@pytest.mark.parametrize(
    "validity",
    [
        {"valid_until": "2021-09-13T21:47:11Z"},
        {"valid_from": "2121-09-13T21:47:13Z"},
    ],
)
def test_a_key_signs_only_while_it_is_valid(
    deposited: Deposited, machine: Path, tmp_path: Path, validity: dict[str, str]
) -> None:
    keys = copy.deepcopy(deposited.keys)
    keys["keys"][0] |= validity
    text = said(check(machine, tmp_path, deposited.receipt, keys))
    assert "its key was not valid at that time" in text


@pytest.fixture
def later(deposited: Deposited) -> Any:
    """The head of a second deposit, a week later."""
    api = deposited.api.at("2021-09-20T10:00:00+02:00")
    draft = api.draft(deposited.order)
    assert api.upload(draft, "9").status_code == 201
    api.made(f"/productions/{draft['id']}/deposit")
    return api.get("/log/head").json()


def extension(deposited: Deposited, later: Any) -> Any:
    first = deposited.api.get("/log/head").json()
    size = int(deposited.receipt["proof"]["head"].splitlines()[1])
    assert first["size"] == later["size"] > size
    params = {"first": size, "second": later["size"]}
    return deposited.api.get("/log/extension", params=params).json()


def test_a_later_head_extends_the_receipt_s(
    deposited: Deposited, later: Any, machine: Path, tmp_path: Path
) -> None:
    (tmp_path / "head").write_text(later["note"], encoding="utf-8")
    proof = extension(deposited, later)
    (tmp_path / "extension.json").write_text(json.dumps(proof), encoding="utf-8")
    given = ("--head", tmp_path / "head", "--extension", tmp_path / "extension.json")
    found = check(machine, tmp_path, deposited.receipt, deposited.keys, *given)
    assert found.returncode == 0, found.stdout
    assert "of the same log" in found.stdout
    for place in range(len(proof["proof"])):
        changed = copy.deepcopy(proof)
        changed["proof"][place] = "ab" * 32
        (tmp_path / "extension.json").write_text(json.dumps(changed), encoding="utf-8")
        assert verify.main([str(tmp_path / "receipt.json"), "--keys", str(tmp_path / "keys.json"),
                            *map(str, given)]) == 1  # fmt: skip
    text = said(check(machine, tmp_path, deposited.receipt, deposited.keys, *given[:2]))
    assert "--extension) is missing" in text


def test_the_head_of_another_log_is_refused(
    deposited: Deposited, machine: Path, tmp_path: Path
) -> None:
    (tmp_path / "head").write_text(RECEIPT["proof"]["head"], encoding="utf-8")
    keys = {"origin": KEYS["origin"], "keys": [*deposited.keys["keys"], *KEYS["keys"]]}
    text = said(check(machine, tmp_path, deposited.receipt, keys, "--head", tmp_path / "head"))
    assert "the two heads are not of one log" in text
    (tmp_path / "head").write_text("no head", encoding="utf-8")
    assert "not a signed head" in said(
        check(machine, tmp_path, deposited.receipt, keys, "--head", tmp_path / "head")
    )


def test_a_receipt_outlives_the_key_that_signed_it(deposited: Deposited, later: Any) -> None:
    service: Any = deposited.api.http.app
    with service.state.database.writing() as session:
        rotate_key(session, service.state.keys, clock())
    keys = deposited.api.get("/log/keys").json()
    assert len(keys["keys"]) == 2
    assert not refused(deposited.receipt, keys)


# -- files


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_each_byte_of_each_file_counts(
    deposited: Deposited, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "receipt.json").write_text(json.dumps(deposited.receipt), encoding="utf-8")
    (tmp_path / "keys.json").write_text(json.dumps(deposited.keys), encoding="utf-8")
    asked = [str(tmp_path / "receipt.json"), "--keys", str(tmp_path / "keys.json")]
    for path in deposited.folder.iterdir():
        body = path.read_bytes()
        for place in range(len(body)):
            path.write_bytes(body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :])
            assert verify.main([*asked, str(path)]) == 1
            assert f"FAIL {path}: not the bytes that were received as n°" in capsys.readouterr().out
        for changed in (body[:-1], body + b"\n", b""):
            path.write_bytes(changed)
            assert verify.main([*asked, str(path)]) == 1
            assert f"FAIL {path}" in capsys.readouterr().out
        path.write_bytes(body)
    assert verify.main([*asked, str(deposited.folder), "--complete"]) == 0


def test_a_file_too_many_and_a_file_too_few_are_named(
    deposited: Deposited, machine: Path, tmp_path: Path
) -> None:
    (deposited.folder / "below").mkdir()
    (deposited.folder / "below" / "autre.pdf").write_bytes(b"never received")
    (deposited.folder / "effectifs.csv").unlink()
    text = said(
        check(machine, tmp_path, deposited.receipt, deposited.keys, deposited.folder, "--complete")
    )
    assert "autre.pdf: no such file was received" in text
    assert "FAIL not given: n° 2\n" in text


def test_a_file_under_another_name_is_known_by_its_bytes(
    deposited: Deposited, machine: Path, tmp_path: Path
) -> None:
    (deposited.folder / "effectifs.csv").rename(deposited.folder / "renamed")
    found = check(
        machine, tmp_path, deposited.receipt, deposited.keys, deposited.folder, "--complete"
    )
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("more", [[], ["--keys"], ["--unknown", "x"]])
def test_a_command_that_cannot_be_understood_is_told_apart(
    machine: Path, tmp_path: Path, more: list[str]
) -> None:
    assert run(machine, SCRIPT, tmp_path / "receipt.json", *more).returncode == 2


def test_what_is_not_there_is_named(machine: Path, tmp_path: Path) -> None:
    found = run(machine, SCRIPT, tmp_path / "none.json", "--keys", tmp_path / "no.json")
    assert "none.json: cannot be read" in said(found)
    lost = check(machine, tmp_path, RECEIPT, KEYS, tmp_path / "lost.pdf")
    assert "lost.pdf: cannot be read" in said(lost)
