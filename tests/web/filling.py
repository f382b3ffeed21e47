"""Filling in a page's form as a browser does: what it shows and carries, changed, and sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from typing import Any


class _Forms(HTMLParser):
    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.inside = action, False
        self.pairs: list[tuple[str, str]] = []
        self.select: str | None = None
        self.first: str | None = None
        self.chosen: str | None = None
        self.text: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = dict(attrs)
        if tag == "form":
            self.inside = a.get("action") == self.action and a.get("method") == "post"
        if not self.inside or "disabled" in a:
            return
        name = a.get("name")
        if tag == "input" and name:
            if a.get("type") not in ("checkbox", "radio") or "checked" in a:
                self.pairs.append((name, a.get("value") or ""))
        elif tag == "select":
            self.select, self.first, self.chosen = name, None, None
        elif tag == "option" and self.select:
            value = a.get("value") or ""
            self.first = value if self.first is None else self.first
            self.chosen = value if "selected" in a else self.chosen
        elif tag == "textarea" and name:
            self.pairs.append((name, ""))
            self.text = ""

    def handle_data(self, data: str) -> None:
        if self.text is not None:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = False
        elif tag == "select" and self.select:
            said = self.first if self.chosen is None else self.chosen
            self.pairs.append((self.select, said or ""))
            self.select = None
        elif tag == "textarea" and self.text is not None:
            # HTML drops the line break that follows the tag.
            self.pairs[-1] = (self.pairs[-1][0], self.text.removeprefix("\n"))
            self.text = None


def form_of(html: str, action: str) -> dict[str, list[str]]:
    """What a browser would send of the form with that action, as it stands."""
    parser = _Forms(action)
    parser.feed(html)
    assert parser.pairs, f"there is no form for {action}"
    found: dict[str, list[str]] = {}
    for name, value in parser.pairs:
        found.setdefault(name, []).append(value)
    return found


def filled(html: str, action: str, changes: Mapping[str, str | Iterable[str]]) -> dict[str, Any]:
    """The same with fields changed; one that the page does not show fails the test."""
    found = form_of(html, action)
    for name, value in changes.items():
        known = name in found or f'name="{name}"' in html
        assert known or name == "act", f"the page has no field {name}"
        found[name] = [value] if isinstance(value, str) else list(value)
    return found
