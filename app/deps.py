"""What a request gets: its door, with the session, who acts, what time it is, the language.

Each route enters by ``api_door(action)`` or ``page_door(action)``: the one place where a
route says what it does. ``create_app`` refuses to start if one does not. The endpoint
opens one transaction (``door.reading()`` or ``door.writing()``) and leaves it before it
returns, so a commit that fails is an error for the client, never a lost "201".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import anyio
from anyio import to_thread
from fastapi import Depends, Request
from fastapi.params import Depends as DependsParam
from fastapi.security import HTTPBearer
from sqlalchemy.orm import Session
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from app.db import Database
from app.domain.access import OPEN_ACTIONS, Action, Actor
from app.errors import Busy, Conflict, Invalid, NotAllowed, NotSignedIn, StorageFull
from app.language import Language, language_of, preferred
from app.papers.press import Press
from app.services import signing_in
from app.services.downloads import Download, record_first
from app.services.inspections import Looks
from app.services.pace import Pace
from app.services.presence import Presence, ask_before, ask_to_show
from app.services.quotas import Admission, admit
from app.settings import Settings
from app.storage.inspection.pages import PageDrawer
from app.storage.keys import KeyRing
from app.storage.store import FileStore

ANY_SIZE = 1 << 50
"""For routes that take files: the largest is a setting, checked while the file streams in."""

LANGUAGE_COOKIE = "bordereau_language"
NOW_HEADER = "Bordereau-Now"

bearer = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="An API token, made on the account page, by `bordereau token` or at sign-in.",
)


def clock() -> datetime:
    """The time. Everything below a door is told it."""
    return datetime.now(UTC)


class DownloadResponse(StreamingResponse):
    """An open file's bytes. However the sending ends, the file is closed.

    A reader who turns away before the first block would else leave it open until Python
    collects it.
    """

    def __init__(
        self, found: Download, headers: Mapping[str, str], media_type: str | None = None
    ) -> None:
        self._file = found.file
        super().__init__(found.blocks(), headers=headers, media_type=media_type)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it, and close it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await to_thread.run_sync(self._file.close)


class Door:
    """One request at the door: what it brings, and the transaction it may open."""

    def __init__(self, request: Request, action: Action) -> None:
        self.request = request
        self.action = action
        self.settings = cast("Settings", request.app.state.settings)
        self.database = cast("Database", request.app.state.database)
        self.store = cast("FileStore", request.app.state.store)
        self.keys = cast("KeyRing", request.app.state.keys)
        self.inspectors = cast("Looks", request.app.state.inspectors)
        self.pages = cast("PageDrawer", request.app.state.pages)
        self.press = cast("Press", request.app.state.press)
        # Signing in and tokens live by the real clock, whatever a sandbox says.
        self.clock_at = clock()
        self.now = self._now()

    @property
    def address(self) -> str:
        """Where the request comes from."""
        return self.request.client.host if self.request.client else ""

    def uploaded(self) -> None:
        """Say that a file came, so that it is looked into soon. Costs nothing, never fails."""
        self.request.app.state.bell.ring()

    def spend(self) -> None:
        """Count a request that anybody may make; ``TooOften`` past the address's share."""
        cast("Pace", self.request.app.state.pace).spend(self.address, self.clock_at)

    @property
    def language(self) -> Language:
        """The reader's language, as the request asks."""
        return preferred(self.request.headers.get("accept-language"), self.settings.language)

    @contextmanager
    def reading(self) -> Iterator[tuple[Session, Actor]]:
        """A consistent view for somebody who may."""
        with self.database.reading() as session:
            yield session, self.admit(session)

    @contextmanager
    def writing(self) -> Iterator[tuple[Session, Actor]]:
        """One transaction for somebody who may: kept whole when the block ends, or not at all."""
        with self.database.writing() as session:
            yield session, self.admit(session)

    def admit_file(
        self, production_id: UUID, announced_bytes: int | None, bytes_max: int | None = None
    ) -> Admission:
        """Who may send a file, and how large: asked before its first byte is read.

        In a view of its own; ``bytes_max`` is the largest file where nothing else is said. See
        ``services.quotas.admit``.
        """
        with self.database.reading() as session:
            return self.admit_file_in(session, production_id, announced_bytes, bytes_max)

    def admit_file_in(
        self,
        session: Session,
        production_id: UUID,
        announced_bytes: int | None,
        bytes_max: int | None = None,
    ) -> Admission:
        """As ``admit_file``, in a view that is open."""
        return admit(
            session,
            self.admit(session),
            production_id,
            announced_bytes,
            bytes_max=self.settings.upload_bytes_max if bytes_max is None else bytes_max,
            matter_bytes_max=self.settings.matter_bytes_max,
        )

    def presence(self, production_id: UUID) -> Presence:
        """What the store says of a draft's files: asked before the transaction that deposits."""
        return ask_before(self.reading, self.store, production_id)

    def presence_to_show(self, production_id: UUID, *, unseen: bool = False) -> Presence:
        """What the store says of a draft's files: asked before the view that tells of them."""
        return ask_to_show(self.reading, self.store, production_id, unseen=unseen)

    def send(
        self,
        found: Download,
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
    ) -> DownloadResponse:
        """The answer with an open file's bytes; a first download is recorded before it."""
        try:
            self.note_download(found)
        except BaseException:
            found.file.close()
            raise
        return DownloadResponse(found, headers or found.headers, media_type)

    def note_download(self, found: Download) -> None:
        """Record a first download; the bytes are not kept back because that cannot be written."""
        if found.exhibit_id is not None and found.first_for:
            with suppress(Busy, Conflict, StorageFull), self.writing() as (session, actor):
                record_first(session, actor, found.exhibit_id, found.first_for, self.now)

    def admit(self, session: Session) -> Actor:
        """Who acts, if they may do this somewhere; ``NotSignedIn`` or ``NotAllowed`` if not."""
        actor = self.actor(session)
        if actor is None:
            raise NotSignedIn("Sign in, or give a token that holds.")
        if not actor.may_ever(self.action):
            raise NotAllowed("Your role does not allow this.")
        return actor

    def actor(self, session: Session) -> Actor | None:
        """Who the request's credentials stand for, if they are good."""
        raise NotImplementedError

    def _now(self) -> datetime:
        text = self.request.headers.get(NOW_HEADER)
        if text is None or not self.settings.sandbox:
            return self.clock_at
        try:
            said = datetime.fromisoformat(text)
        except ValueError:
            said = None
        if said is None or said.tzinfo is None:
            raise Invalid.field(NOW_HEADER, "Give an instant with its offset, as in ISO 8601.")
        return said.astimezone(UTC)


class ApiDoor(Door):
    """A request to the JSON API: a bearer token says who acts."""

    def actor(self, session: Session) -> Actor | None:
        """Who the bearer token acts for."""
        scheme, _, token = self.request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return None
        return signing_in.actor_of_token(session, token.strip(), self.clock_at)


class PageDoor(Door):
    """A request for a page: the session's cookie says who acts."""

    signed_in: signing_in.SignedIn | None = None

    @property
    def cookie_name(self) -> str:
        """The session cookie; bound to this host alone where people come by https."""
        return "__Host-bordereau" if self.settings.secure else "bordereau"

    @property
    def language(self) -> Language:
        """What the reader chose, else their account's, else their browser's."""
        chosen = language_of(self.request.cookies.get(LANGUAGE_COOKIE))
        actor = self.signed_in.actor if self.signed_in else None
        return chosen or language_of(actor.language if actor else None) or super().language

    def actor(self, session: Session) -> Actor | None:
        """Who signed in."""
        secret = self.request.cookies.get(self.cookie_name)
        if not secret:
            return None
        self.signed_in = signing_in.sign_in_of(
            session, secret, self.clock_at, idle_minutes=self.settings.session_idle_minutes
        )
        return self.signed_in.actor if self.signed_in else None


@dataclass(frozen=True)
class Entrance:
    """The dependency by which a route declares its action."""

    action: Action
    kind: type[Door]

    async def __call__(self, request: Request) -> Any:
        """The request's door."""
        # Nothing is read or awaited here: it costs no thread. A page that says what went wrong
        # finds here who asked.
        request.state.door = self.kind(request, self.action)
        return request.state.door


def api_door(action: Action) -> DependsParam:
    """Enter the JSON API for ``action``."""
    return cast("DependsParam", Depends(Entrance(action, ApiDoor)))


def page_door(action: Action) -> DependsParam:
    """Enter the pages for ``action``."""
    return cast("DependsParam", Depends(Entrance(action, PageDoor)))


def entrances(dependant: Any) -> list[Action]:
    """The actions that a route's dependencies declare, however deep."""
    found = [dependant.call.action] if isinstance(dependant.call, Entrance) else []
    for below in dependant.dependencies:
        found += entrances(below)
    return found


def is_open(action: Action) -> bool:
    """Whether the action needs nobody to be signed in."""
    return action in OPEN_ACTIONS
