"""People at their screens. Each method is something a person does or sees, by the roles and names that a screen reader hears."""

from uuid import UUID

from playwright.sync_api import Dialog, Locator, Page, expect

from helpdesk.demo.office import BLUE_LINE
from tests.journeys.browsers import FAILED_REQUEST, Complaints
from tests.journeys.office import PASSWORD, Office
from tests.journeys.sheets import Sheet
from tests.journeys.words import shape, word

FOCUSED = "element => element === document.activeElement"
MOST_TABS = 150


class Person:
    """Somebody at a computer, in one window of it."""

    def __init__(self, page: Page, office: Office, login: str, language: str, complaints: Complaints) -> None:
        self.page = page
        self.office = office
        self.login = login
        self.language = language
        self.complaints = complaints

    # Words and places

    def word(self, sentence: str) -> str:
        return word(sentence, self.language)

    def button(self, sentence: str) -> Locator:
        return self.page.get_by_role("button", name=self.word(sentence))

    def link(self, sentence: str) -> Locator:
        return self.page.get_by_role("link", name=self.word(sentence))

    def heading(self, sentence: str) -> Locator:
        return self.page.get_by_role("heading", level=1, name=shape(sentence, self.language))

    def field(self, sentence: str) -> Locator:
        return self.page.get_by_label(self.word(sentence))

    def reads(self, sentence: str) -> None:
        """The page says this, somewhere where it can be seen."""
        expect(self.page.get_by_text(shape(sentence, self.language)).first).to_be_visible()

    def what_is_seen(self) -> str:
        """The windows of this person in words, but for what lists offer."""
        words = "() => { document.querySelectorAll('option:not(:checked)').forEach((one) => one.remove()); return document.body.innerText; }"
        return "\n".join([page.url + "\n" + page.evaluate(words) for page in self.page.context.pages])

    # Coming and going

    def meets_the_door(self, password: str = PASSWORD) -> "Person":
        """Show login and password; what comes then depends."""
        self.page.goto("/desk/login")
        self.page.locator("#login").fill(self.login)
        self.page.locator("#password").fill(password)
        self.sends_the_form()
        return self

    def signs_in(self, password: str = PASSWORD) -> "Person":
        """Through the page, and into the language this person reads."""
        self.meets_the_door(password)
        self.page.wait_for_url(lambda url: "/desk/login" not in url)
        self.reads_in(self.language)
        return self

    def chooses_password(self, password: str) -> None:
        self.page.locator("#password").fill(password)
        self.page.locator("#again").fill(password)
        self.sends_the_form()
        self.page.wait_for_url(lambda url: "/desk/login" not in url)
        self.reads_in(self.language)

    def sends_the_form(self) -> None:
        """The one form of the page, by its one button."""
        self.page.locator("#page-form button.govuk-button").click()

    def reads_in(self, language: str) -> None:
        """Choose the language at the top of the page, if it is not that already."""
        self.language = language
        if self.page.locator("html").get_attribute("lang") != language:
            self.page.locator(f".languages [lang='{language}']").click()
        expect(self.page.locator("html")).to_have_attribute("lang", language)

    def unlocks(self, password: str = PASSWORD) -> None:
        expect(self.heading("The screen is locked")).to_be_visible()
        expect(self.page.locator("#password")).to_be_focused()
        self.page.keyboard.type(password)
        self.page.keyboard.press("Enter")

    def signs_out(self) -> None:
        self.page.locator(".menu summary").click()
        self.page.get_by_role("button", name=self.word("Sign out"), exact=True).click()
        expect(self.heading("Sign in")).to_be_visible()

    def opens(self, path: str) -> int:
        """Go to an address; the status of the answer."""
        answer = self.page.goto(path)
        assert answer is not None
        return answer.status

    def opens_desk(self) -> None:
        self.page.goto(f"/desk/{BLUE_LINE}/contacts/desk")
        expect(self.heading("Desk")).to_be_visible()

    def has_second_window(self) -> "Person":
        """Another window of the same browser."""
        return Person(self.page.context.new_page(), self.office, self.login, self.language, self.complaints)

    # Keys

    def presses(self, key: str) -> None:
        self.page.keyboard.press(key)

    def types(self, text: str) -> None:
        self.page.keyboard.type(text)

    def tabs_to(self, wanted: Locator) -> Locator:
        """Go there by Tab alone; the focus must be seen on the way and may never be lost."""
        for _ in range(MOST_TABS):
            if wanted.evaluate(FOCUSED):
                return wanted
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {wanted}.")

    # The telephone

    def watches_for_a_ring(self) -> None:
        """Note by the clock of the browser when a ring appears."""
        self.page.evaluate(
            """() => {
                window.rang = new Promise((done) => {
                    const look = () => document.querySelector('.ring') && done(Date.now());
                    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
                    look();
                });
            }"""
        )

    def rang_at(self) -> float:
        """The second in which the ring appeared, waited for."""
        expect(self.page.locator(".ring")).to_be_visible()
        return float(self.page.evaluate("() => window.rang")) / 1000

    def sees_a_ring(self) -> Locator:
        ring = self.page.locator(".ring")
        expect(ring).to_be_visible()
        return ring

    def sees_no_ring(self) -> None:
        expect(self.page.locator(".ring")).to_have_count(0)

    def takes_the_call(self) -> Sheet:
        """One key, from wherever she is on the page."""
        expect(self.page.locator(".ring [data-key=Enter]")).to_be_visible()
        self.page.keyboard.press("Enter")
        return self.is_at_a_sheet()

    # Sheets

    def is_at_a_sheet(self) -> Sheet:
        expect(self.page.locator("form.sheet")).to_be_visible()
        self.page.wait_for_load_state()  # before, nobody listens to keys
        return Sheet(self)

    def begins_a_contact(self, channel: str = "VIS") -> Sheet:
        """One that did not come by our telephone."""
        self.page.goto(f"/desk/{BLUE_LINE}/contacts/new")
        self.page.locator(f"input[name=channel][value={channel}]").check()
        self.button("Begin the contact").click()
        return self.is_at_a_sheet()

    def opens_sheet(self, contact_id: UUID) -> Sheet:
        self.page.goto(f"/desk/{BLUE_LINE}/contacts/{contact_id}")
        return self.is_at_a_sheet()

    # The window itself

    def loses_the_network(self) -> None:
        self.complaints.expect(FAILED_REQUEST)
        self.page.context.set_offline(True)

    def finds_the_network_again(self) -> None:
        self.page.context.set_offline(False)

    def reloads(self) -> None:
        """Reload the page, and leave it although something is unsaved."""
        self.page.once("dialog", _accept)
        self.page.reload()


def _accept(dialog: Dialog) -> None:
    dialog.accept()
