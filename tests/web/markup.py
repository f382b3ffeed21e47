"""Reading a page as a test does: by what it must hold."""

from __future__ import annotations

import re


def found(pattern: str, html: str) -> str:
    """What the pattern's first group holds; a page without it fails the test."""
    match = re.search(pattern, html)
    assert match is not None, f"{pattern} is not in the page"
    return match[1]
