"""People, roles and tokens on the wire. Secrets come in, and a token's goes out once."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    model_validator,
)

from app.domain.access import PARTY_ROLES, Role
from app.schemas.fields import CourtCode, Instant, Name, Wire, one_line, refuse

Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True, max_length=254, pattern=r"^[^@\s]{1,64}@[^@\s]{1,188}$"
    ),
    AfterValidator(one_line),
]
Password = Annotated[SecretStr, Field(min_length=12, max_length=200)]


class UserIn(Wire):
    """Somebody who will sign in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "email": "greffe@tj-paris.example",
                    "name": "Greffe, TJ Paris",
                    "password": "correct horse battery staple",
                    "language": "fr",
                }
            ]
        }
    )

    email: Email
    name: Name
    password: Password
    language: Literal["en", "fr"] | None = None


class MembershipIn(Wire):
    """A role: in a court (clerk, court_administrator, auditor), or for a party of a matter."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"role": "clerk", "court": "tj-paris"}]}
    )

    role: Role
    court: CourtCode | None = None
    matter_id: UUID | None = None
    party_id: UUID | None = None

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        party = self.matter_id is not None and self.party_id is not None
        if self.role in PARTY_ROLES and (not party or self.court is not None):
            raise refuse("This role is held for a party of a matter.", field="party_id")
        if self.role not in PARTY_ROLES and (
            self.court is None or self.matter_id is not None or self.party_id is not None
        ):
            raise refuse("This role is held in a court.", field="court")
        return self


class MembershipOut(Wire):
    """A role held."""

    id: UUID
    user_id: UUID
    role: Role
    court_id: UUID | None
    matter_id: UUID | None
    party_id: UUID | None


class GuestIn(Wire):
    """Somebody to give a role, by their address; name and language are for a new account."""

    email: Email
    name: Name
    language: Literal["en", "fr"] | None = None
    role: MembershipIn


class ProfileIn(Wire):
    """What people change of their own account."""

    name: Name
    language: Literal["en", "fr"] | None = None


class PasswordIn(Wire):
    """A password to have from now on."""

    password: Password


class UserOut(Wire):
    """Somebody who can sign in."""

    id: UUID
    email: str
    name: str
    language: str | None


class MemberOut(UserOut):
    """Somebody of a court, with the roles they hold there."""

    memberships: list[MembershipOut]


class SignInIn(Wire):
    """An address and its password; where the second step is on, a code too."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "email": "greffe@tj-paris.example",
                    "password": "correct horse battery staple",
                }
            ]
        }
    )

    email: Annotated[str, Field(min_length=1, max_length=254), AfterValidator(one_line)]
    password: Annotated[SecretStr, Field(min_length=1, max_length=200)]
    code: Annotated[str, Field(max_length=40), AfterValidator(one_line)] = ""


class TokenIn(Wire):
    """A token to make. No scopes: all of its owner's. ``matter_ids`` null: every matter."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"name": "Case management", "scopes": ["order:read"], "days": 90}]
        }
    )

    name: Name
    scopes: Annotated[list[str], Field(max_length=50)] = []
    matter_ids: Annotated[list[UUID], Field(max_length=500)] | None = None
    days: Annotated[float, Field(gt=0, le=366)] = 90


class TokenOut(Wire):
    """A token as listed: never its secret."""

    id: UUID
    name: str
    prefix: str
    scopes: list[str]
    matter_ids: list[UUID] | None
    created_at: Instant
    expires_at: Instant
    revoked_at: Instant | None


class TokenMade(TokenOut):
    """A token just made, with its secret: it is shown this once."""

    token: str


class Me(Wire):
    """Who acts, and the roles they hold."""

    user_id: UUID
    name: str
    roles: list[MembershipBrief]


class MembershipBrief(Wire):
    """A role held, in brief."""

    role: Role
    court_id: UUID | None
    matter_id: UUID | None
    party_id: UUID | None


Me.model_rebuild()
