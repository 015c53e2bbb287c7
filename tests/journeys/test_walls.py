"""Who sees what: two professions on one contact, an officer with his duties alone, an administrator without content, and the reader of the log."""

import re

from playwright.sync_api import expect

from helpdesk.demo.office import BLUE_LINE, HELP_POINT
from tests.journeys.browsers import FAILED_REQUEST
from tests.journeys.conftest import Arrives
from tests.journeys.examination import examine
from tests.journeys.office import Office

EWA, MARIUSZ = "ewa@example.org", "mariusz@example.org"
KRZYSZTOF, ANNA, IWONA = "krzysztof@example.org", "anna@example.org", "iwona@example.org"
SECRET = "Mówi o dziecku, o którym nikt nie wie."


def test_a_lawyer_who_joins_gives_a_second_advice_and_never_reads_the_psychologists_note(
    office: Office, arrives: Arrives
) -> None:
    ewa, mariusz = arrives(EWA).signs_in(), arrives(MARIUSZ).signs_in()
    ewa.complaints.expect(FAILED_REQUEST)  # her window is told that the contact was closed
    hers = ewa.begins_a_contact("VID")
    hers.fills_least("VIC", ["PSY"])
    hers.note.fill(SECRET)
    hers.is_saved()

    his = mariusz.opens_sheet(hers.contact_id)
    mariusz.reads("Their note is for their profession only.")
    expect(his.roles()).to_have_count(0)
    mariusz.presses("j")
    expect(his.roles()).to_have_count(1)
    his.fills_least("VIC", ["LEG"])
    his.note.fill("Pozew o rozwód.")
    his.is_saved()
    assert SECRET not in mariusz.page.content()
    expect(his.note).to_have_accessible_name(re.compile(re.escape(mariusz.word("Legal note (lawyers only)"))))
    his.closes()

    expect(hers.state).to_have_text(ewa.word("This contact was closed meanwhile. Your text is kept in this window."))

    stored = office.contact(hers.contact_id)
    assert {(advice.consultant.login, tuple(advice.kinds)) for advice in stored.advices} == {
        (EWA, ("PSY",)),
        (MARIUSZ, ("LEG",)),
    }
    for path in (his.path, f"{his.path}/history"):
        mariusz.opens(path)
        assert SECRET not in mariusz.page.content()
    ewa.opens(hers.path)
    expect(hers.note).to_have_value(SECRET)


def test_a_border_guard_officer_sees_his_own_duties_and_nothing_else(arrives: Arrives) -> None:
    ewa = arrives(EWA).signs_in()
    sheet = ewa.begins_a_contact()
    krzysztof = arrives(KRZYSZTOF).signs_in()
    expect(krzysztof.page).to_have_url(re.compile(f"/desk/{HELP_POINT}/my-duties"))
    expect(krzysztof.page.locator("nav.nav a")).to_have_count(0)

    krzysztof.complaints.expect(FAILED_REQUEST)
    own_desk = ("contacts", "contacts/desk", "contacts/new", "handover", "directory", "duties", "people", "audit")
    for place in own_desk:
        assert krzysztof.opens(f"/desk/{HELP_POINT}/{place}") == 403, place
    assert krzysztof.opens(f"/desk/{HELP_POINT}/contacts/{sheet.contact_id}") == 403
    for place in ("contacts", "contacts/desk", f"contacts/{sheet.contact_id}", "my-duties"):
        assert krzysztof.opens(f"/desk/{BLUE_LINE}/{place}") == 404, place


def test_an_administrator_brings_somebody_to_the_desk_and_reads_nothing(arrives: Arrives) -> None:
    anna = arrives(ANNA).signs_in()
    anna.opens(f"/desk/{BLUE_LINE}/people/new")
    anna.page.locator("#name").fill("Teresa Nowa")
    anna.page.locator("#login").fill("teresa@example.org")
    anna.page.locator("input[name=roles][value=consultant]").check()
    anna.page.locator("#profession").select_option("psychologist")
    anna.button("Add the person").click()
    expect(anna.heading("The start password")).to_be_visible()
    examine(anna.page)
    start = anna.page.locator("dd").nth(1).inner_text().strip()

    anna.complaints.expect(FAILED_REQUEST)
    for place in ("contacts", "contacts/desk", "directory", "audit"):
        assert anna.opens(f"/desk/{BLUE_LINE}/{place}") == 403, place

    # The newcomer chooses a password of her own and begins where she works.
    teresa = arrives("teresa@example.org").meets_the_door(start)
    expect(teresa.page).to_have_url(re.compile("/desk/login/password"))
    examine(teresa.page)
    teresa.chooses_password("four quiet words here")
    expect(teresa.page).to_have_url(re.compile(f"/desk/{BLUE_LINE}/contacts/desk"))

    # And when she leaves the desk, its pages are closed to her at once.
    anna.opens(f"/desk/{BLUE_LINE}/people")
    anna.page.get_by_role("link", name="Teresa Nowa").click()
    anna.page.get_by_text(anna.word("The person leaves this desk")).click()
    anna.button("End the place at this desk").click()
    anna.reads("%(name)s does not work at this desk any more.")
    teresa.opens(f"/desk/{BLUE_LINE}/contacts/desk")
    expect(teresa.heading("Sign in")).to_be_visible()


def test_the_data_protection_officer_reads_who_opened_what(arrives: Arrives) -> None:
    ewa = arrives(EWA).signs_in()
    sheet = ewa.begins_a_contact()
    ewa.reloads()
    iwona = arrives(IWONA).signs_in()
    expect(iwona.page).to_have_url(re.compile(f"/desk/{BLUE_LINE}/audit"))
    iwona.opens(f"/desk/{BLUE_LINE}/audit?subject={sheet.contact_id}")
    rows = iwona.page.locator("tbody tr")
    expect(rows.filter(has_text="Ewa Zięba").first).to_be_visible()
    assert rows.count() >= 3  # begun, taken on, opened
    iwona.complaints.expect(FAILED_REQUEST)
    assert iwona.opens(sheet.path) == 403
