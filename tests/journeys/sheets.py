"""The call sheet as somebody works at it."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from playwright.sync_api import Locator, expect

from tests.journeys.office import eventually

if TYPE_CHECKING:
    from tests.journeys.navigators import Person

CLOCK = re.compile(r"\d\d:\d\d:\d\d")


class Sheet:
    """One sheet in one window. Fields are found by their names, which are those of the stored values."""

    def __init__(self, person: "Person") -> None:
        self.person = person
        self.page = person.page
        self.form = person.page.locator("form.sheet")
        self.state = person.page.locator("[data-sheet-state]")
        self.contact_id = UUID(person.page.url.split("?")[0].rstrip("/").split("/")[-1])
        self.path = f"/desk/blue-line/contacts/{self.contact_id}"

    # Where things are

    @property
    def number(self) -> str:
        return self.page.locator("h1").inner_text().split()[0]

    def field(self, name: str) -> Locator:
        """A field of the contact (`remarks`), or of one's own first advice (`.note`)."""
        kind = "$=" if name.startswith(".") else "="
        return self.form.locator(f"[name{kind}'{name}']").first

    def box(self, name: str, code: str) -> Locator:
        kind = "$=" if name.startswith(".") else "="
        return self.form.locator(f"input[name{kind}'{name}'][value='{code}']").first

    @property
    def note(self) -> Locator:
        return self.field(".note")

    @property
    def remarks(self) -> Locator:
        return self.field("remarks")

    def roles(self) -> Locator:
        return self.form.locator("select[name$='.role']")

    # By the keyboard alone

    def chooses(self, name: str, code: str) -> None:
        """Go to a list and move down in it until the wanted answer stands there."""
        chosen = self.person.tabs_to(self.field(name))
        for _ in range(60):
            if chosen.input_value() == code:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{name} does not offer {code}.")

    def ticks(self, name: str, *codes: str) -> None:
        for code in codes:
            box = self.person.tabs_to(self.box(name, code))
            self.page.keyboard.press("Space")
            expect(box).to_be_checked()

    def looks_for(self, name: str, text: str, found: str) -> None:
        """Go by its key to a field that searches, type, and take what it finds."""
        self.page.keyboard.press(self.field(name).get_attribute("data-key") or "")
        expect(self.field(name)).to_be_focused()
        self.page.keyboard.type(text)
        choice = self.page.locator(".combobox__list").get_by_role("option").filter(has_text=found).first
        expect(choice).to_be_visible()
        while choice.get_attribute("aria-selected") != "true":
            self.page.keyboard.press("ArrowDown")
        self.page.keyboard.press("Enter")

    def writes(self, name: str, text: str) -> None:
        self.person.tabs_to(self.field(name))
        self.page.keyboard.type(text)

    # What it says

    def is_saved(self) -> None:
        """All that was typed, not only what was typed before."""
        eventually(lambda: self.unsaved() is None, what="all is saved")
        expect(self.state).to_have_attribute("data-kind", "ok")
        expect(self.state).to_have_text(CLOCK)

    def unsaved(self) -> object:
        """What this window keeps until it is saved."""
        return self.page.evaluate(f"sessionStorage.getItem('sheet {self.contact_id}')")

    def is_not_saved(self) -> None:
        expect(self.state).to_have_attribute("data-kind", "needs")
        expect(self.state).to_have_text(self.person.word("Not saved, trying again"))

    def disputes(self) -> Locator:
        return self.form.locator(".dispute")

    def referrals(self) -> Locator:
        return self.form.locator(".referrals li bdi")

    # By pointer

    def fills_least(self, role: str = "VIC", kinds: Sequence[str] = ("PSY",)) -> None:
        """What must be there for an advice to count."""
        self.field(".role").select_option(role)
        for kind in kinds:
            self.box(".kinds", kind).check()

    def closes(self) -> None:
        """By the keys, from wherever the focus is; then the desk is there again."""
        self.page.keyboard.press("Control+Enter")
        self.is_closed()

    def is_closed(self) -> None:
        self.page.wait_for_url("**/contacts/desk")
        self.person.reads("Contact %(number)s is closed.")

    def presses_button(self, act: str) -> None:
        """A button of the sheet, by what it does."""
        self.form.locator(f"button[name=act][value='{act}']").click()
