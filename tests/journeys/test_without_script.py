"""The same work in a browser without JavaScript: everything is a link or a form."""

import re

from playwright.sync_api import expect

from helpdesk.demo.office import BLUE_LINE
from tests.journeys.browsers import FAILED_REQUEST
from tests.journeys.conftest import Arrives
from tests.journeys.office import Office
from tests.journeys.words import label

EWA, KAROLINA = "ewa@example.org", "karolina@example.org"


def test_a_sheet_is_filled_and_closed_by_plain_forms(office: Office, arrives: Arrives) -> None:
    ewa = arrives(EWA, javascript=False).signs_in()
    ewa.complaints.expect(FAILED_REQUEST)  # what is incomplete is answered with an error
    sheet = ewa.begins_a_contact("LET")
    sheet.fills_least("VIC", ["LEG", "INF"])
    sheet.field("gmina_text").fill("lubicz")
    sheet.box("safety_flags", "CHI").check()
    sheet.note.fill("Napisała list.")
    sheet.presses_button("save")
    expect(sheet.field("gmina_text")).to_have_value(re.compile("^Lubicz"))
    expect(sheet.note).to_have_value("Napisała list.")

    sheet.presses_button("add-role")
    expect(sheet.roles()).to_have_count(2)
    sheet.roles().nth(1).select_option("PRO")
    sheet.form.locator("input[name$='.kinds'][value=SUP]").nth(1).check()
    sheet.presses_button("close")

    # What is missing is said above and beside the field, and everything typed is still there.
    summary = ewa.page.get_by_role("alert").first
    expect(summary).to_contain_text(ewa.word("Choose the professional group of the person who works in the field."))
    group = sheet.form.locator("select[name$='.professional_group']").nth(1)
    expect(group).to_have_accessible_description(re.compile(r"\w"))
    expect(sheet.note).to_have_value("Napisała list.")
    group.select_option("MED")
    sheet.presses_button("close")
    sheet.is_closed()

    stored = office.contact(sheet.contact_id)
    assert (stored.outcome, stored.gmina, stored.safety_flags) == ("ADV", "0415042", ["CHI"])
    assert {advice.role for advice in stored.advices} == {"VIC", "PRO"}


def test_a_gmina_of_a_name_that_two_have_is_asked_again_with_the_text_kept(arrives: Arrives) -> None:
    ewa = arrives(EWA, javascript=False).signs_in()
    ewa.complaints.expect(FAILED_REQUEST)
    sheet = ewa.begins_a_contact("VIS")
    sheet.field("gmina_text").fill("lipno")
    sheet.remarks.fill("Mieszka w Lipnie.")
    sheet.presses_button("save")
    place = sheet.field("gmina_text")
    expect(place).to_have_value("lipno")
    expect(place).to_have_attribute("aria-invalid", "true")
    expect(place).to_have_accessible_description(
        re.compile(re.escape(ewa.word("Choose a gmina from the list: several have the same name.")))
    )
    expect(sheet.remarks).to_have_value("Mieszka w Lipnie.")


def test_two_who_answer_one_field_differently_see_both_answers(office: Office, arrives: Arrives) -> None:
    ewa = arrives(EWA, javascript=False).signs_in()
    karolina = arrives(KAROLINA, javascript=False).signs_in()
    karolina.complaints.expect(FAILED_REQUEST)
    hers = ewa.begins_a_contact()
    other = karolina.opens_sheet(hers.contact_id)
    hers.field("sex").select_option("K")
    hers.presses_button("save")
    other.field("sex").select_option("M")
    other.presses_button("save")
    expect(other.disputes()).to_contain_text("Ewa Zięba")
    expect(other.disputes().locator("blockquote")).to_have_text(label("sexes", "K", "en"))
    expect(other.field("sex")).to_have_value("M")
    assert office.contact(hers.contact_id).sex == "K"
    other.presses_button("save")
    assert office.contact(hers.contact_id).sex == "M"


def test_another_language_keeps_what_was_typed_and_not_yet_sent(arrives: Arrives) -> None:
    karolina = arrives(KAROLINA, language="pl", javascript=False).signs_in()
    sheet = karolina.begins_a_contact()
    sheet.remarks.fill("Jeszcze niezapisane")
    sheet.field(".role").select_option("VIC")
    karolina.reads_in("en")
    expect(sheet.remarks).to_have_value("Jeszcze niezapisane")
    expect(sheet.field(".role")).to_have_value("VIC")

    karolina.opens(f"/desk/{BLUE_LINE}/directory/new")
    karolina.page.locator("#name").fill("Świetlica „Promyk”")
    karolina.reads_in("pl")
    expect(karolina.page.locator("#name")).to_have_value("Świetlica „Promyk”")


def test_lists_are_narrowed_by_plain_forms(arrives: Arrives) -> None:
    ewa = arrives(EWA, javascript=False).signs_in()
    ewa.opens(f"/desk/{BLUE_LINE}/contacts")
    rows = ewa.page.locator("tbody tr")
    everything = rows.count()
    ewa.page.locator("#state").select_option("open")
    ewa.page.locator("form[role=search] button").click()
    expect(ewa.page).to_have_url(re.compile("state=open"))
    assert 0 < rows.count() < everything

    ewa.opens(f"/desk/{BLUE_LINE}/directory")
    ewa.page.locator("form[role=search] input:not([type=hidden])").first.fill("przystan")
    ewa.page.locator("form[role=search] button").first.click()
    found = ewa.page.get_by_role("link", name=re.compile("Przystań")).first
    expect(found).to_be_visible()
    found.click()
    expect(ewa.page.get_by_role("heading", level=1)).to_contain_text("Przystań")
