"""A passkey in a real browser, by an authenticator that exists only in it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import expect

from helpdesk.demo.office import BLUE_LINE
from tests.journeys.browsers import LOCKED_OUT
from tests.journeys.conftest import Arrives
from tests.journeys.examination import examine
from tests.journeys.navigators import Person

LENA = "lena@example.org"


@contextmanager
def authenticator(person: Person) -> Iterator[None]:
    """A device that recognises its owner."""
    devices = person.page.context.new_cdp_session(person.page)
    devices.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    yield
    devices.detach()


def test_a_passkey_is_made_and_opens_the_door_and_the_locked_screen(arrives: Arrives) -> None:
    lena = arrives(LENA).signs_in()
    lena.complaints.expect(LOCKED_OUT)  # a fragment may be asked for in the moment in which she locks the screen
    with authenticator(lena):
        lena.opens("/desk/account/passkeys")
        lena.page.locator("#name").fill("telefon")
        lena.page.locator("[data-passkey=create] button").click()
        expect(lena.page.get_by_role("rowheader", name="telefon")).to_be_visible()
        lena.link("Rename or remove").click()
        expect(lena.heading("Passkey")).to_be_visible()
        examine(lena.page)
        lena.signs_out()

        lena.page.locator("[data-passkey=get] button").click()
        expect(lena.page).to_have_url(re.compile(f"/desk/{BLUE_LINE}/contacts/desk"))
        lena.reads_in("en")

        lena.page.locator(".menu summary").click()
        lena.button("Lock the screen").click()
        expect(lena.heading("The screen is locked")).to_be_visible()
        lena.page.locator("[data-passkey=get] button").click()
        expect(lena.page).to_have_url(re.compile(f"/desk/{BLUE_LINE}/contacts/desk"))
