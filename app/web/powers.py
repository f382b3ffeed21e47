"""What each role may do, in words; the matrix itself is ``domain.access``."""

from __future__ import annotations

from app.domain.access import Role
from app.web.rendering import msg

POWERS = {
    Role.court_administrator: msg(
        "Gives and ends roles in this court. Reads no matter, and cannot add anybody to one."
    ),
    Role.clerk: msg(
        "Reads every matter of this court, but no draft. Registers matters and orders, records"
        " service, extensions, stays and findings, adds counsel to matters."
    ),
    Role.auditor: msg("Checks the log of acts. Reads no matter."),
    Role.counsel: msg(
        "Reads the matter, but no draft of another party. Prepares and deposits productions for"
        " the party, records objections and disputes."
    ),
    Role.assistant: msg(
        "Reads the matter, but no draft of another party. Prepares productions for the party, and"
        " cannot deposit them."
    ),
}
