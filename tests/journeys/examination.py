"""What every page is held to: no barrier that a machine can find, nothing that jumps while it loads, and few bytes."""

import gzip
from dataclasses import dataclass

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Error, Page, Response

from tests.journeys.office import eventually

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
OPTIONS = {"runOnly": {"type": "tag", "values": TAGS}, "resultTypes": ["violations"]}
STEADY = 0.01
FIRST_LOAD, LATER_LOAD = 60_000, 15_000

_SHIFT = """() => new Promise((done) => {
    let sum = 0;
    const add = (list) => { for (const each of list.getEntries()) if (!each.hadRecentInput) sum += each.value; };
    new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
})"""
_LIVE = "() => [...document.querySelectorAll('[data-live-src]')].every((each) => each.liveHtml !== undefined)"
_KEPT = (
    "() => performance.getEntriesByType('resource').filter((each) => each.transferSize === 0).map((each) => each.name)"
)


def barriers(page: Page) -> list[str]:
    """Where the page as it stands now violates WCAG 2.2 A or AA, as far as a machine can tell."""
    found = Axe().run(page, options=OPTIONS).response["violations"]
    return [
        f"{page.url} {each['id']}: {node['target']} {node['html'][:160]}" for each in found for node in each["nodes"]
    ]


def examine(page: Page) -> None:
    """The page as it stands now has no barrier."""
    found = barriers(page)
    assert not found, "\n".join(found)


@dataclass(frozen=True, slots=True)
class Weight:
    """Bytes of a page as they travel when they are compressed, with and without what the browser has kept."""

    first: int
    later: int


def visit(page: Page, path: str) -> tuple[int, Weight]:
    """Open a page; the status of the answer, and what it weighs."""
    answers: list[Response] = []

    def note(answer: Response) -> None:
        answers.append(answer)

    page.on("response", note)
    opened = page.goto(path)
    is_settled(page)
    page.remove_listener("response", note)
    sizes = {each.url: _size(each) for each in answers if each.ok}
    kept = set(page.evaluate(_KEPT))
    later = sum(size for url, size in sizes.items() if url not in kept)
    return opened.status if opened else 0, Weight(sum(sizes.values()), later)


_HEAD = 600  # what the head of an answer takes


def _size(answer: Response) -> int:
    if "event-stream" in answer.headers.get("content-type", ""):
        return _HEAD
    try:
        return len(gzip.compress(answer.body(), 6)) + _HEAD
    except Error:
        return 0  # it was for the page before this one


def is_settled(page: Page) -> None:
    """All scripts have run, and the changing parts were asked for once."""
    page.wait_for_load_state()
    eventually(lambda: page.evaluate(_LIVE), what=f"{page.url} is settled")


def shift(page: Page) -> float:
    """How much of the page moved by itself since it was opened."""
    return float(page.evaluate(_SHIFT))
