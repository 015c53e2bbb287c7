"""Somebody who reads no Polish, on a small telephone: from the address on a poster to the answer, and out at any moment."""

import re

import pytest
import requests
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.demo.office import HELP_POINT
from helpdesk.intake.models import Intake
from tests.journeys.conftest import Arrives
from tests.journeys.examination import examine
from tests.journeys.office import Office
from tests.journeys.phones import Phones, begins, goes_to, language_of, press
from tests.journeys.words import word

LAWYER, COORDINATOR = "iryna@example.org", "natalia@example.org"


def _digits(page: Page) -> str:
    return page.locator(".digits").inner_text()


def test_a_ukrainian_without_a_script_writes_and_reads_the_answer(
    phone: Phones, office: Office, arrives: Arrives
) -> None:
    uk = language_of("uk")
    with phone.window(uk, javascript=False) as (context, _complaints):
        page = context.new_page()
        page.goto("/uk/p/")
        page.locator("form[action$='/uk/p/write'] button").click()
        page.locator("form[method=post] button").click()
        page.locator("input[name=needs][value=work]").check()
        page.locator("button[name=go][value=next]").click()
        page.locator("textarea[name=story]").fill("Роботодавець забрав паспорт.")
        for _ in range(6):
            if page.locator("button[name=go][value=send]").count():
                break
            page.locator("button[name=go][value=next]").click()
        page.wait_for_timeout(2500)  # nobody is quicker who reads
        page.locator("button[name=go][value=send]").click()
        digits = _digits(page)
        page.locator("button[name=go][value=kept]").click()
        assert page.url.endswith("/uk/p/write/1")

        iryna = arrives(LAWYER).signs_in()
        iryna.page.goto(f"/desk/{HELP_POINT}/intakes")
        intake = office.look(_newest, HELP_POINT)
        iryna.page.goto(f"/desk/{HELP_POINT}/intakes/{intake}")
        expect(iryna.page.get_by_text("Роботодавець забрав паспорт.")).to_be_visible()
        iryna.page.locator("form[action$='/take'] button").click()
        iryna.page.locator("textarea[name=text]").fill("Приходьте в понеділок.")
        iryna.page.locator("input[name=read]").first.check()
        iryna.page.locator("button[name=go][value=preview]").click()
        expect(iryna.page.locator(".preview")).to_contain_text("Приходьте в понеділок.")
        examine(iryna.page)
        iryna.page.locator("button[name=go][value=send]").click()

        page.goto("/uk/back")
        page.locator("input[name=code]").fill(digits.replace(" ", "-"))
        page.locator("button[name=go][value=enter]").click()
        expect(page.get_by_role("heading", level=1)).to_have_text(word("There is something new", "uk"))
        page.locator("button[name=go][value=open]").click()
        expect(page.get_by_text("Приходьте в понеділок.")).to_be_visible()


def test_a_template_is_put_where_the_cursor_stands_and_without_a_script_below(
    phone: Phones, arrives: Arrives, office: Office
) -> None:
    with phone.window(language_of("en")) as (context, _complaints):
        page = context.new_page()
        begins(page, "en")
        goes_to(page, "check")
        page.wait_for_timeout(2500)
        press(page, "send")
    natalia = arrives(COORDINATOR).signs_in()
    natalia.page.goto(f"/desk/{HELP_POINT}/texts/new")
    natalia.page.locator("input[name=name]").fill("Thanks")
    natalia.page.locator("select[name=language]").select_option("en")
    natalia.page.locator("textarea[name=text]").fill("Thank you.\nWe answer on Monday.")
    natalia.page.locator("main form button").click()

    iryna = arrives(LAWYER).signs_in()
    address = f"/desk/{HELP_POINT}/intakes/{office.look(_newest, HELP_POINT)}"
    iryna.page.goto(address)
    iryna.page.locator("form[action$='/take'] button").click()
    text = iryna.page.locator("textarea[name=text]")
    insert = iryna.page.get_by_role("button", name="Insert “Thanks”")
    iryna.page.get_by_text("Templates of answers").click()
    text.fill("Hello! Goodbye.")
    for _ in "Goodbye.":
        text.press("ArrowLeft")
    insert.click()
    expect(text).to_have_value("Hello! Thank you.\nWe answer on Monday.Goodbye.")
    expect(text).to_be_focused()
    examine(iryna.page)

    by_hand = arrives(LAWYER, javascript=False).signs_in()
    by_hand.page.goto(address)
    by_hand.page.locator("textarea[name=text]").fill("Hello!")
    by_hand.page.get_by_text("Templates of answers").click()
    by_hand.page.get_by_role("button", name="Insert “Thanks”").click()
    expect(by_hand.page.locator("textarea[name=text]")).to_have_value("Hello!\n\nThank you.\nWe answer on Monday.")


def _newest(session: Session) -> str:
    return str(session.scalars(select(Intake.id).order_by(Intake.sent_at.desc())).first())


def test_an_arab_copies_the_digits_in_her_own_and_comes_back(phone: Phones) -> None:
    with phone.window(language_of("ar")) as (context, _complaints):
        page = context.new_page()
        begins(page, "ar")
        goes_to(page, "check")
        press(page, "send")
        digits = _digits(page)
        own = digits.translate({ord(str(each)): chr(0x0660 + each) for each in range(10)})
        page.locator("input[name=code]").fill(own)
        press(page, "check")
        assert digits not in page.content()
        page.goto("/ar/back")
        page.locator("input[name=code]").fill(own)
        press(page, "enter")
        press(page, "open")
        examine(page)


@pytest.mark.parametrize("tag", ["pl", "ar"])
@pytest.mark.parametrize("step", ["need", "story", "check", "code"])
def test_after_leaving_no_back_shows_what_was_there(phone: Phones, elsewhere: list[str], tag: str, step: str) -> None:
    with phone.window(language_of(tag)) as (context, complaints):
        complaints.expect("A request left the house: https://pl.wikipedia.org")
        phone.answer_for_elsewhere(context)
        page = context.new_page()
        page.goto("about:blank")
        begins(page, tag)
        page.locator("input[name=needs][value=home]").check()
        if step == "code":
            goes_to(page, "check")
            press(page, "send")
        else:
            goes_to(page, step)
        if step == "story":
            page.locator("textarea[name=story]").fill("canary")
        before = page.url
        page.locator("[data-exit]").click()
        expect(page).to_have_title("Weather")
        for _ in range(3):
            page.go_back(wait_until="commit")
            page.wait_for_timeout(300)
            assert "canary" not in page.content()
            assert page.locator(".digits, form#page-form").count() == 0 or page.locator("html").is_hidden()
        assert set(elsewhere) == {""}
        assert not [each for each in context.cookies() if each["name"] == "p"]
        # Whoever types the address anew sees the beginning, and not that something was here.
        page.goto(before)
        expect(page).to_have_url(re.compile(f"/{tag}/p/write$"))


def test_three_presses_of_shift_leave_and_capitals_do_not(phone: Phones) -> None:
    with phone.window(language_of("pl")) as (context, complaints):
        complaints.expect("A request left the house: https://pl.wikipedia.org")
        phone.answer_for_elsewhere(context)
        page = context.new_page()
        begins(page, "pl")
        goes_to(page, "story")
        page.locator("textarea[name=story]").press_sequentially("ABC DEF")
        for _ in range(2):
            page.keyboard.press("Shift")
        expect(page.locator("[data-exit-status]")).to_have_text(word("Press Shift once more to leave.", "pl"))
        page.keyboard.press("x")
        for _ in range(3):
            page.keyboard.press("Shift")
        expect(page).to_have_title("Weather")


def test_leaving_works_without_a_script(phone: Phones) -> None:
    with phone.window(language_of("uk"), javascript=False) as (context, complaints):
        complaints.expect("A request left the house: https://pl.wikipedia.org")
        phone.answer_for_elsewhere(context)
        page = context.new_page()
        page.goto("/uk/p/write")
        page.locator("form[method=post] button").click()
        page.locator("[data-exit]").click()
        expect(page).to_have_title("Weather")
        assert not [each for each in context.cookies() if each["name"] == "p"]


def test_no_log_ties_an_address_a_browser_or_a_code_to_anybody(office: Office) -> None:
    """Attack test 39, with a page that is not there, a wrong token and wrong digits among the rest."""
    canaries = {
        "User-Agent": "CanaryBrowser/7",
        "X-Forwarded-For": "203.0.113.77",
        "Referer": "https://canary.example/",
    }
    with requests.Session() as http:
        http.headers.update(canaries)
        http.trust_env = False
        page = http.post(f"{office.url}/en/p/write?canary-query=1").text
        for typed in ({"go": "next"}, {"step": "check", "go": "send"}):
            token = re.search(r'name="csrf_token" value="([^"]+)"', page)
            assert token
            page = http.post(
                f"{office.url}/en/p/write/1", {"csrf_token": token[1], "story": "canary-story", **typed}
            ).text
        shown = re.search(r'class="digits" dir="ltr">([\d ]+)<', page)
        assert shown, page
        http.get(f"{office.url}/en/nowhere?canary-query=2")
        http.post(f"{office.url}/en/p/write/1", {"csrf_token": "wrong", "story": "canary-story"})
        http.post(f"{office.url}/en/back", {"go": "enter", "code": "1111 2222 3333 4444"})
        assert http.post(f"{office.url}/en/back", {"go": "enter", "code": shown[1]}).status_code == 200
    logs = "".join(log.read_text() for log in office.folder.glob("*.log"))
    found = ("Canary", "canary", "203.0.113.77", "1111 2222", shown[1], shown[1].replace(" ", ""))
    assert [each for each in found if each in logs] == []
