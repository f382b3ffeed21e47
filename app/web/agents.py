"""What a browser roughly is, from what it says of itself: enough to know it again, no more."""

from __future__ import annotations

# The first that is found counts: browsers claim to be the older ones too.
_BROWSERS = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Chromium/", "Chromium"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_READ_MAX = 500


def browser_name(agent: str) -> str:
    """As in "Firefox, Linux"; empty for what is none of the browsers known."""
    said = agent[:_READ_MAX]
    found = [
        next((name for token, name in table if token in said), "")
        for table in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(filter(None, found))
