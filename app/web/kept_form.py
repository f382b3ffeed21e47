"""What was typed into a form whose session had ended: kept in the browser over a sign-in.

Nothing of it stays on the server. It goes to the sign-in page as one hidden field and comes
back with the password; it is given back to nobody but the person for whom the form was made,
which the form's own token proves, and it is sent again only by their own click.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from fastapi import Request

from app.web.forms import Form
from app.web.security import local_path, token_of

KEPT_BYTES_MAX = 256 * 1024
"""The largest form that is kept, as it travels; a longer one is told to be lost."""
PAIRS_MAX = 4_000

_TOKEN = re.compile(r"[0-9a-f]{64}")
# Signing in and out and choosing a language are done again at no loss, and what guards an
# account is typed into no page but its own. A deposit is decided anew on its summary: what it
# would do may have changed meanwhile.
_NEVER = re.compile(
    r"/(?:sign-in|sign-in/code|sign-out|language|account/.*|invitations/.*"
    r"|productions/[^/]+/deposit)"
)


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A form as it was sent, with the token that it bore."""

    path: str
    pairs: tuple[tuple[str, str], ...]
    token: str

    def written(self) -> str:
        """As one field of the sign-in form."""
        return json.dumps([self.path, self.token, self.pairs], ensure_ascii=False)

    def made_for(self, secrets: Iterable[str]) -> bool:
        """Whether one of these sessions' secrets made the form's token."""
        return any(hmac.compare_digest(token_of(s), self.token) for s in secrets)


def kept_of(request: Request) -> KeptForm | None:
    """What a request sent, if it is a form that can be kept. Files never are."""
    form: Form | None = getattr(request.state, "form", None)
    path = request.url.path
    if form is None or request.method != "POST" or _NEVER.fullmatch(path):
        return None
    token = form.one("csrf")
    pairs = tuple((k, v) for k, v in form.pairs if k not in ("csrf", "password"))
    if not _TOKEN.fullmatch(token) or not pairs:
        return None
    kept = KeptForm(path, pairs, token)
    return kept if len(kept.written().encode()) <= KEPT_BYTES_MAX else None


def read_kept(text: str) -> KeptForm | None:
    """What the sign-in form brought back; None for anything that was not written by us."""
    if not text or len(text.encode()) > KEPT_BYTES_MAX:
        return None
    try:
        path, token, pairs = json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return None
    if not isinstance(path, str) or not isinstance(token, str) or not isinstance(pairs, list):
        return None
    if local_path(path) != path or _NEVER.fullmatch(path) or not _TOKEN.fullmatch(token):
        return None
    if len(pairs) > PAIRS_MAX or not all(_is_pair(p) for p in pairs):
        return None
    return KeptForm(path, tuple((k, v) for k, v in pairs), token)


def _is_pair(pair: object) -> bool:
    return isinstance(pair, list) and len(pair) == 2 and all(isinstance(text, str) for text in pair)
