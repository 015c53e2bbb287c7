"""Every public page in every language, on a small and a large telephone, with our scripts and without: no barrier, and no telling word."""

import re
from itertools import product

import pytest
from playwright.sync_api import Page, expect

from helpdesk.kernel.languages import LANGUAGES, Language
from tests.journeys.browsers import FAILED_REQUEST, SMALL_PHONE
from tests.journeys.examination import examine, is_settled
from tests.journeys.phones import Phones, begins, goes_to, press

LARGE_PHONE = (1000, 740)
# No title may say what the pages are for, in any language.
HARMFUL = re.compile(
    r"viol|abus|victim|polic|przemoc|ofiar|насил|жертв|полиц|поліц|عنف|شرطة|हिंसा|पुलिस|暴力|警", re.IGNORECASE
)
STEPS = ("need", "story", "safety", "help", "more", "check")


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda each: each.tag)
def test_no_page_of_a_language_has_a_barrier_or_a_telling_title(phone: Phones, language: Language) -> None:
    for size, scripts in product((SMALL_PHONE, LARGE_PHONE), (True, False)):
        with phone.window(language, size=size) as (context, complaints):
            if (
                not scripts
            ):  # the machine that looks for barriers is a script itself, so ours are kept away and it is not
                context.route("**/*.js", lambda route: route.abort())
                complaints.expect(FAILED_REQUEST)
            page = context.new_page()
            for path in ("/", "/p/", "/p/write", "/back", "/near?q=torun", "/accessibility", "/p/data"):
                page.goto(f"/{language.tag}{path}")
                _look(page, language)
            begins(page, language.tag)
            for step in STEPS:
                goes_to(page, step)
                _look(page, language)
            press(page, "send")
            _look(page, language)
            press(page, "kept")
            _look(page, language)


def _look(page: Page, language: Language) -> None:
    is_settled(page)
    root = page.locator("html")
    expect(root).to_have_attribute("lang", language.tag)
    expect(root).to_have_attribute("dir", language.direction.value)
    assert not HARMFUL.search(page.title()), page.title()
    assert not HARMFUL.search(page.url), page.url
    button = page.locator("[data-exit]")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 44
    examine(page)
