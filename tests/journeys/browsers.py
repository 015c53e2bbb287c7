"""The browser of the journeys, and what it complains about."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Playwright, Request, WebError

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
VARIABLE = "HELPDESK_TEST_BROWSER"
DESK_SCREEN = (1366, 768)
TALL_SCREEN = (1366, 2400)
SMALL_PHONE = (360, 740)
PATIENCE = 20_000  # milliseconds: the machine may have others to serve
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

# A failed request is written to the console by the browser itself, whatever the page makes of it.
FAILED_REQUEST = "Failed to load resource"
LOCKED_OUT = f"{FAILED_REQUEST}: the server responded with a status of 401"


def browser_path() -> str | None:
    """The browser of this machine, if there is one."""
    named = os.environ.get(VARIABLE)
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


def launch(playwright: Playwright, path: str) -> Browser:
    return playwright.chromium.launch(executable_path=path, args=list(QUIET))


@dataclass
class Complaints:
    """What a browser said on its console that no page of ours should make it say; refusals by our own policy are among it.

    `expected` are beginnings of sentences that a story provokes.
    """

    found: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        context.on("console", self._note_message)
        context.on("weberror", self._note_error)
        context.on("request", self._note_request)

    def expect(self, *beginnings: str) -> None:
        self.expected.extend(beginnings)

    def check(self) -> None:
        unexpected = [each for each in self.found if not each.startswith(tuple(self.expected) or ("\0",))]
        assert not unexpected, unexpected

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning", "assert"}:
            self.found.append(f"{message.text} ({message.location.get('url', '')})")

    def _note_error(self, error: WebError) -> None:
        self.found.append(f"Page error: {error.error.message}")

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith(("http://localhost:", "data:", "blob:")):
            self.found.append(f"A request left the house: {request.url}")


@contextmanager
def window(
    browser: Browser,
    url: str,
    *,
    language: str = "en",
    size: tuple[int, int] = DESK_SCREEN,
    javascript: bool = True,
) -> Iterator[tuple[BrowserContext, Complaints]]:
    """A browser of one person, with cookies of its own; whatever it complained about fails the story at its end."""
    width, height = size
    context = browser.new_context(
        base_url=url,
        locale=language,
        timezone_id="Europe/Warsaw",
        viewport={"width": width, "height": height},
        java_script_enabled=javascript,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE)
    complaints = Complaints()
    complaints.watch(context)
    try:
        yield context, complaints
        complaints.check()
    finally:
        context.close()
