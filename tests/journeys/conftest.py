"""The running office and the people in it. Without a browser the journeys are skipped, but never where everything is checked (CI)."""

import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Protocol

import pytest
from playwright.sync_api import Browser, Error, expect, sync_playwright

from tests.conftest import make_database
from tests.journeys.browsers import DESK_SCREEN, PATIENCE, VARIABLE, browser_path, launch, window
from tests.journeys.navigators import Person
from tests.journeys.office import Office
from tests.journeys.phones import Phones

PEOPLE = pytest.StashKey[list[Person]]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Say what everybody saw when a story went wrong."""
    report = yield
    if report.when == "call" and report.failed:
        for person in item.stash.get(PEOPLE, []):
            with suppress(Error):
                report.sections.append((f"What {person.login} saw", person.what_is_seen()))
    return report


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The invented office, open."""
    name = f"journeys_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    made = Office(make_database(name), tmp_path_factory.mktemp("office"))
    try:
        made.furnish()
        made.open()
        yield made
    finally:
        made.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    path = browser_path()
    if path is None:
        sentence = f"No browser: install Chromium, or name one in {VARIABLE}."
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        browser = launch(playwright, path)
        yield browser
        browser.close()


class Arrives(Protocol):
    """Somebody sits down at a computer of their own."""

    def __call__(
        self,
        login: str,
        *,
        language: str = "en",
        size: tuple[int, int] = DESK_SCREEN,
        javascript: bool = True,
        at: Office | None = None,
    ) -> Person: ...


@pytest.fixture
def arrives(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Arrives]:
    people = request.node.stash.setdefault(PEOPLE, [])
    with ExitStack() as stack:

        def arrive(
            login: str,
            *,
            language: str = "en",
            size: tuple[int, int] = DESK_SCREEN,
            javascript: bool = True,
            at: Office | None = None,
        ) -> Person:
            office: Office = at or request.getfixturevalue("office")
            context, complaints = stack.enter_context(
                window(chromium, office.url, language=language, size=size, javascript=javascript)
            )
            person = Person(context.new_page(), office, login, language, complaints)
            people.append(person)
            return person

        yield arrive


@pytest.fixture
def elsewhere() -> list[str]:
    """What the neutral page was told about where the reader came from."""
    return []


@pytest.fixture
def phone(office: Office, chromium: Browser, elsewhere: list[str]) -> Phones:
    return Phones(office, chromium, elsewhere)
