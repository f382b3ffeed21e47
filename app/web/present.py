"""Asking for the present password again, before what guards an account is changed."""

from __future__ import annotations

from app.deps import PageDoor
from app.errors import Invalid
from app.services import accounts, signing_in
from app.services.passwords import password_fits
from app.web.forms import Form
from app.web.security import check_token

_TYPED_MAX = 200


def check_present(door: PageDoor, form: Form) -> None:
    """Refuse whoever does not know the password. ``TooManyRequests`` after some attempts.

    In transactions of its own: Argon2 takes its time, and holds no lock meanwhile.
    """
    at = door.clock_at
    with door.reading() as (session, actor):
        check_token(door, form.one("csrf"))
        key = f"present:{actor.user_id}"
        signing_in.check_attempts(
            session, key, door.address, at, at_most=door.settings.sign_in_attempts
        )
        kept = accounts.own_account(session, actor).password_hash
    typed = form.raw("present")
    if len(typed) <= _TYPED_MAX and password_fits(typed, kept):
        return
    with door.database.writing() as session:
        signing_in.note_failure(session, key, door.address, at)
    raise Invalid.field("present", "This is not your present password.")
