"""A real browser on a real server, with the founding story in SQLite."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from app.db import Database
from app.main import create_app
from app.settings import Settings
from tests.cast import PASSWORD
from tests.conftest import skip_or_fail
from tests.databases import ROOT, SqliteTemplates
from tests.web.story import Story, story_store, tell

_ARGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


@dataclass
class Site:
    """Where the pages are served, and what is in them."""

    url: str
    story: Story
    files: Path
    app: FastAPI


@pytest.fixture(scope="module")
def site(
    sqlite_templates: SqliteTemplates, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Told anew for each file of tests: what one deposits or registers, no other meets."""
    folder = tmp_path_factory.mktemp("site")
    url = sqlite_templates.create(folder)
    database, store = Database(url), story_store(folder)
    story = tell(database, store)
    store.close()
    database.close()
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    app = create_app(
        Settings(
            database_url=url,
            data_dir=folder,
            public_url=f"http://127.0.0.1:{port}",
            sign_in_attempts=10_000,
        )
    )
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="on", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive() and time.monotonic() < deadline, "the server did not start"
        time.sleep(0.05)
    yield Site(f"http://127.0.0.1:{port}", story, folder / "files", app)
    server.should_exit = True
    thread.join(30)
    listening.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ended with its module: Playwright's event loop would hinder tests that run their own."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        skip_or_fail("there is no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=list(_ARGS))
        yield opened
        opened.close()


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Visit]:
    """A page of somebody's own browser, signed in through the form, in their language."""
    contexts: list[BrowserContext] = []

    def open_page(role: str | None = "clerk", language: str = "en", **more: object) -> Page:
        locale = {"en": "en-GB", "fr": "fr-FR"}[language]
        context = browser.new_context(base_url=site.url, locale=locale, **more)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        if role is not None:
            sign_in(page, role)
        return page

    yield open_page
    for context in contexts:
        context.close()


def sign_in(page: Page, role: str) -> None:
    page.goto("/sign-in")
    page.locator("#email").fill(f"{role}@example.org")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    page.wait_for_url("**/")


Picture = Callable[..., None]


@pytest.fixture
def picture() -> Picture:
    """Take a screenshot into docs/screens, when asked: BORDEREAU_SCREENS=1."""

    def take(page: Page, name: str, *, whole: bool = True) -> None:
        if os.environ.get("BORDEREAU_SCREENS"):
            folder = Path(os.environ.get("BORDEREAU_SCREENS_FOLDER") or ROOT / "docs" / "screens")
            folder.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=folder / f"{name}.png", full_page=whole)

    return take
