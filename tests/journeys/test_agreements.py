"""What stands beside the caller's gmina while somebody types, and what becomes of a text that could not be saved any more."""

from playwright.sync_api import expect

from tests.journeys.browsers import FAILED_REQUEST
from tests.journeys.conftest import Arrives
from tests.journeys.office import Office

EWA, MARIUSZ, BEATA = "ewa@example.org", "mariusz@example.org", "beata@example.org"
NONE = "No agreement with this gmina: first help is for everybody."
SECRET = "Wróci do matki w środę."


def test_the_agreement_of_a_gmina_is_told_as_soon_as_it_is_chosen(office: Office, arrives: Arrives) -> None:
    """S1: Lubicz has one, the country round Lipno has none; help is the same."""
    ewa = arrives(EWA, language="en").signs_in()
    sheet = ewa.begins_a_contact()
    told = sheet.form.locator("[data-sheet-agreement]")
    expect(told).to_have_text("")
    sheet.looks_for("gmina_text", "lubicz", "Lubicz")
    expect(told).to_have_text("Agreement in force since January 1, 2021.")
    expect(told).to_be_in_viewport()
    told.click(trial=True)  # nothing stands over it
    sheet.field("gmina_text").fill("")
    expect(told).to_have_text("")
    sheet.page.locator("h1").click()  # a key is a letter where somebody types
    sheet.looks_for("gmina_text", "lipno wiej", "Lipno")
    expect(told).to_have_text(NONE)
    sheet.is_saved()
    ewa.reloads()
    expect(told).to_have_text(NONE)
    assert office.contact(sheet.contact_id).gmina == "0408062"


def test_a_text_that_was_not_saved_before_the_contact_was_closed_is_found_after_a_reload(
    office: Office, arrives: Arrives
) -> None:
    ewa, mariusz = arrives(EWA).signs_in(), arrives(MARIUSZ).signs_in()
    ewa.complaints.expect(FAILED_REQUEST)  # her window is told that the contact was closed
    hers = ewa.begins_a_contact()
    his = mariusz.opens_sheet(hers.contact_id)
    mariusz.presses("j")
    expect(his.roles()).to_have_count(1)
    his.fills_least("VIC", ["LEG"])
    his.is_saved()
    ewa.loses_the_network()
    hers.note.fill(SECRET)
    hers.is_not_saved()
    his.closes()
    ewa.finds_the_network_again()
    expect(hers.state).to_have_text(ewa.word("This contact was closed meanwhile. Your text is kept in this window."))

    ewa.reloads()
    kept = ewa.page.locator("#kept-text")
    expect(kept).to_be_visible()
    expect(kept).to_have_value(f"{ewa.word('Psychological note (psychologists only)')}: {SECRET}")
    expect(ewa.page.get_by_role("heading", name=ewa.word("Your text that was not saved"))).to_be_visible()
    assert office.contact(hers.contact_id).outcome == "ADV"

    # Her advice was empty when the contact was closed, and is gone; her words are not.
    assert {each.consultant.login for each in office.contact(hers.contact_id).advices} == {MARIUSZ}

    # A colleague who opens the contact finds nothing of it, and once it is thrown away nobody does.
    mariusz.opens(his.path)
    expect(mariusz.page.locator("#kept-text")).to_be_hidden()
    assert SECRET not in mariusz.page.content()
    ewa.page.get_by_role("button", name=ewa.word("Throw the text away")).click()
    expect(kept).to_be_hidden()
    ewa.reloads()
    expect(kept).to_be_hidden()
    assert hers.unsaved() is None


def test_an_officer_adds_an_agreement_by_the_keyboard(arrives: Arrives) -> None:
    beata = arrives(BEATA, language="en").signs_in()
    beata.opens("/desk/programme-office/agreements")
    expect(beata.page.locator("main")).to_contain_text(": 131 of 144 in the region.")
    beata.presses("n")
    beata.page.locator("#gmina_text").press_sequentially("lipno wiej")
    choice = beata.page.locator(".combobox__list").get_by_role("option").first
    expect(choice).to_contain_text("rural gmina")
    beata.page.keyboard.press("ArrowDown")
    beata.page.keyboard.press("Enter")
    beata.page.locator("#number").fill("KPNL.132.2023")
    for field in ("signed_on", "first_day"):
        beata.page.locator(f"#{field}").fill("2023-05-15")
    beata.page.keyboard.press("Control+Enter")
    expect(beata.page.locator("h1")).to_have_text("Agreement KPNL.132.2023")
    beata.opens("/desk/programme-office/agreements?words=lipno")
    expect(beata.page.locator("tbody tr")).to_have_count(2)
