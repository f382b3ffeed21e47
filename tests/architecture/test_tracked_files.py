"""What is committed works on any machine: no path of ours, no address of a registry."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.source import listed
from tests.databases import ROOT

MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:work|root|home/\w+|Users/\w+)/")
REGISTRY = re.compile(
    r"\b(?:pypi\.org|(?:files\.)?pythonhosted\.org|registry\.npmjs\.org|deb\.debian\.org)\b"
    r"|^\s*--(?:extra-)?index-url|^\s*--find-links",
    re.MULTILINE,
)
THIS = Path("tests/architecture/test_tracked_files.py")


@pytest.fixture(scope="module")
def texts() -> dict[Path, str]:
    """Every text file that git knows or would take."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("this is not a git clone: what is tracked is not known")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    out = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [Path(name) for name in out.split("\0") if name and (ROOT / name).is_file()]
    read = {path: (ROOT / path).read_bytes() for path in paths if path != THIS}
    return {path: data.decode(errors="replace") for path, data in read.items() if b"\0" not in data}


@pytest.mark.parametrize(
    ("pattern", "lesson"),
    [
        (MACHINE_PATH, "This path exists on one machine only; write it from the project's root."),
        (REGISTRY, "Where a package comes from is the reader's business; keep hashes, not hosts."),
    ],
    ids=["machine path", "registry host"],
)
def test_no_tracked_file_names_a(
    texts: dict[Path, str], pattern: re.Pattern[str], lesson: str
) -> None:
    found = [
        f"{path}:{text.count(chr(10), 0, match.start()) + 1} {match.group().strip()}"
        for path, text in texts.items()
        for match in pattern.finditer(text)
    ]
    assert not found, f"{lesson}{listed(found)}"


def test_every_requirement_is_pinned_by_version_and_hash() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        for block in re.split(r"\n(?=\S)", path.read_text()):
            if not block.startswith("#"):
                assert "==" in block.splitlines()[0], f"{path.name}: {block[:60]}"
                assert "--hash=sha256:" in block, f"{path.name}: {block[:60]}"


def test_what_is_served_is_what_is_tested() -> None:
    def pins(name: str) -> set[str]:
        text = (ROOT / "requirements" / name).read_text()
        return set(re.findall(r"^(\S+==[^\s;]+)", text, re.MULTILINE))

    assert pins("runtime.txt") <= pins("dev.txt"), "Run `make requirements`."
