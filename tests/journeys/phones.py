"""Small telephones on which somebody reads the public pages, in any language."""

from playwright.sync_api import Browser, BrowserContext, Page, Route

from helpdesk.kernel.languages import LANGUAGES, Language
from tests.journeys.browsers import SMALL_PHONE, window
from tests.journeys.examination import is_settled
from tests.journeys.office import Office

NEUTRAL = "https://pl.wikipedia.org"


class Phones:
    """Small telephones, in any language; the neutral page is played by the test."""

    def __init__(self, office: Office, browser: Browser, referers: list[str]) -> None:
        self.office, self.browser, self.referers = office, browser, referers

    def window(self, language: Language, *, javascript: bool = True, size: tuple[int, int] = SMALL_PHONE):  # type: ignore[no-untyped-def]  # noqa: ANN201  a context manager of the browsers
        return window(self.browser, self.office.url, language=language.tag, size=size, javascript=javascript)

    def answer_for_elsewhere(self, context: BrowserContext) -> None:
        def answer(route: Route) -> None:
            self.referers.append(route.request.headers.get("referer", ""))
            route.fulfill(status=200, content_type="text/html", body="<title>Weather</title><h1>Weather</h1>")

        context.route(f"{NEUTRAL}/**", answer)


def language_of(tag: str) -> Language:
    return next(each for each in LANGUAGES if each.tag == tag)


def press(page: Page, value: str) -> None:
    page.locator(f"button[name=go][value={value}]").first.click()
    is_settled(page)


def goes_to(page: Page, step: str) -> None:
    for _ in range(8):
        if page.locator(f"input[name=step][value={step}]").count():
            return
        press(page, "next")
    raise AssertionError(f"No page {step}: {page.content()}")


def begins(page: Page, tag: str) -> None:
    page.goto(f"/{tag}/p/")
    page.locator(f"form[action$='/{tag}/p/write'] button").click()
    page.locator("form[method=post] button").click()
    is_settled(page)
