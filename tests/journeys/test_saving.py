"""Saved as it is typed: beside a colleague, without a network, over a reload, a lock, and another language."""

import re

from playwright.sync_api import Locator, expect

from tests.journeys.browsers import FAILED_REQUEST, LOCKED_OUT
from tests.journeys.conftest import Arrives
from tests.journeys.office import Office

EWA, MARTA = "ewa@example.org", "marta@example.org"
KEEP, TAKE = 0, 1


def test_two_windows_on_one_sheet_keep_both_texts_until_somebody_decides(office: Office, arrives: Arrives) -> None:
    ewa, marta = arrives(EWA).signs_in(), arrives(MARTA).signs_in()
    hers = ewa.begins_a_contact()
    other = marta.opens_sheet(hers.contact_id)

    # What one types in a field that nobody else touches simply appears at the other.
    hers.field("safe_contact").fill("rano")
    expect(other.field("safe_contact")).to_have_value("rano")

    # Two texts for one field: the second one is told, and both stay.
    marta.loses_the_network()
    other.remarks.fill("Oddzwonić do siostry.")
    hers.remarks.fill("Nie oddzwaniać.")
    hers.is_saved()
    other.is_not_saved()
    marta.finds_the_network_again()
    expect(other.disputes()).to_contain_text("Nie oddzwaniać.")
    expect(other.disputes()).to_contain_text("Ewa Zięba")
    expect(other.remarks).to_have_value("Oddzwonić do siostry.")
    assert office.contact(hers.contact_id).remarks == "Nie oddzwaniać."

    # Not even a reload, or the wish to close, takes a text away.
    marta.reloads()
    expect(other.disputes()).to_contain_text("Nie oddzwaniać.")
    expect(other.remarks).to_have_value("Oddzwonić do siostry.")
    marta.presses("Control+Enter")
    expect(other.disputes().get_by_role("button").nth(KEEP)).to_be_focused()

    other.disputes().get_by_role("button").nth(KEEP).click()
    expect(other.remarks).to_be_focused()
    other.is_saved()
    expect(hers.remarks).to_have_value("Oddzwonić do siostry.")
    assert office.contact(hers.contact_id).remarks == "Oddzwonić do siostry."


def test_theirs_is_taken_by_one_press(arrives: Arrives) -> None:
    ewa, marta = arrives(EWA).signs_in(), arrives(MARTA).signs_in()
    hers = ewa.begins_a_contact()
    other = marta.opens_sheet(hers.contact_id)
    marta.loses_the_network()
    other.field("sex").select_option("M")
    other.is_not_saved()
    hers.field("sex").select_option("K")
    hers.is_saved()
    marta.finds_the_network_again()
    expect(other.disputes().locator("blockquote")).to_have_text(_text_of_option(other.field("sex"), "K"))
    other.disputes().get_by_role("button").nth(TAKE).click()
    expect(other.field("sex")).to_have_value("K")
    expect(other.field("sex")).to_be_focused()
    expect(other.disputes()).to_have_count(0)
    other.is_saved()


def test_a_cut_network_loses_nothing_and_is_caught_up(office: Office, arrives: Arrives) -> None:
    ewa = arrives(EWA).signs_in()
    sheet = ewa.begins_a_contact()
    ewa.loses_the_network()
    sheet.note.fill("Syn był w pokoju.")
    sheet.is_not_saved()
    expect(sheet.note).to_have_value("Syn był w pokoju.")
    ewa.finds_the_network_again()
    sheet.is_saved()
    (advice,) = office.contact(sheet.contact_id).advices
    assert advice.note == "Syn był w pokoju."


def test_a_reload_before_saving_keeps_the_text(office: Office, arrives: Arrives) -> None:
    ewa = arrives(EWA).signs_in()
    sheet = ewa.begins_a_contact()
    ewa.complaints.expect(FAILED_REQUEST)
    ewa.page.route(re.compile("/save$"), lambda route: route.abort())
    sheet.looks_for("gmina_text", "torun", "Toruń")
    place = sheet.field("gmina_text").input_value()
    sheet.remarks.fill("Dzwoni z pracy.")
    sheet.is_not_saved()
    ewa.reloads()
    sheet.is_not_saved()
    expect(sheet.remarks).to_have_value("Dzwoni z pracy.")
    expect(sheet.field("gmina_text")).to_have_value(place)
    ewa.page.unroute(re.compile("/save$"))
    sheet.is_saved()
    stored = office.contact(sheet.contact_id)
    assert stored.remarks == "Dzwoni z pracy."
    assert stored.gmina is not None


def test_what_a_colleague_wrote_before_a_reload_is_not_overwritten_after_it(office: Office, arrives: Arrives) -> None:
    ewa, marta = arrives(EWA).signs_in(), arrives(MARTA).signs_in()
    hers = ewa.begins_a_contact()
    other = marta.opens_sheet(hers.contact_id)
    marta.complaints.expect(FAILED_REQUEST)
    marta.page.route(re.compile("/save$"), lambda route: route.abort())
    other.remarks.fill("Tekst Marty.")
    other.is_not_saved()
    hers.remarks.fill("Tekst Ewy.")
    hers.is_saved()
    marta.reloads()
    marta.page.unroute(re.compile("/save$"))
    expect(other.disputes()).to_contain_text("Tekst Ewy.")
    expect(other.remarks).to_have_value("Tekst Marty.")
    assert office.contact(hers.contact_id).remarks == "Tekst Ewy."


def test_the_idle_lock_saves_first_and_leads_back_to_the_sheet(office: Office, arrives: Arrives) -> None:
    ewa = arrives(EWA).signs_in()
    ewa.complaints.expect(LOCKED_OUT)  # a fragment may be asked for in the moment in which the lock falls
    sheet = ewa.begins_a_contact()
    ewa.page.clock.install()
    ewa.reloads()
    sheet.note.fill("Nie dokończyła zdania")
    ewa.page.clock.fast_forward("14:30")
    expect(ewa.page.locator("[data-idle-warning]")).to_be_visible()
    ewa.page.clock.fast_forward("01:00")
    expect(ewa.heading("The screen is locked")).to_be_visible()
    assert office.contact(sheet.contact_id).advices[0].note == "Nie dokończyła zdania"
    assert ewa.opens(sheet.path) == 200
    expect(ewa.heading("The screen is locked")).to_be_visible()
    ewa.unlocks()
    ewa.is_at_a_sheet()
    expect(sheet.note).to_have_value("Nie dokończyła zdania")


def test_a_sheet_goes_on_saving_after_somebody_signed_in_again_in_another_window(
    office: Office, arrives: Arrives
) -> None:
    ewa = arrives(EWA).signs_in()
    sheet = ewa.begins_a_contact()
    ewa.complaints.expect(FAILED_REQUEST)
    second = ewa.has_second_window()
    second.opens_desk()
    second.signs_out()
    sheet.remarks.fill("Napisane bez zalogowania.")
    expect(sheet.state).to_have_attribute("data-kind", "needs")
    second.signs_in()
    sheet.is_saved()
    assert office.contact(sheet.contact_id).remarks == "Napisane bez zalogowania."


def test_another_language_keeps_what_was_typed(office: Office, arrives: Arrives) -> None:
    ewa = arrives(EWA, language="pl").signs_in()
    sheet = ewa.begins_a_contact()
    sheet.looks_for("gmina_text", "lubicz", "Lubicz")
    sheet.remarks.fill("Zażółć gęślą jaźń")
    ewa.reads_in("en")
    expect(sheet.remarks).to_have_value("Zażółć gęślą jaźń")
    expect(sheet.field("gmina_text")).to_have_value(re.compile("Lubicz"))
    sheet.note.fill("Jeszcze jedno zdanie")
    ewa.reads_in("pl")
    expect(sheet.note).to_have_value("Jeszcze jedno zdanie")
    stored = office.contact(sheet.contact_id)
    assert (stored.remarks, stored.advices[0].note) == ("Zażółć gęślą jaźń", "Jeszcze jedno zdanie")


def test_an_impossible_end_is_said_beside_its_field(arrives: Arrives) -> None:
    ewa = arrives(EWA).signs_in()
    sheet = ewa.begins_a_contact()
    ewa.page.get_by_text(ewa.word("Channel and times")).click()
    sheet.field("ended_at").fill("2020-01-01T10:00")
    ended = sheet.field("ended_at")
    expect(ended).to_have_attribute("aria-invalid", "true")
    expect(ended).to_have_accessible_description(
        re.compile(re.escape(ewa.word("The end is before the start. Correct one of them.")))
    )
    sheet.fills_least()
    sheet.is_saved()
    expect(ended).to_have_value("2020-01-01T10:00")


def test_the_focus_stays_where_it_is_while_a_colleague_works(arrives: Arrives) -> None:
    ewa, marta = arrives(EWA).signs_in(), arrives(MARTA).signs_in()
    hers = ewa.begins_a_contact()
    hers.looks_for("referral_text", "przystan", "Przystań")
    expect(hers.field("referral_text")).to_be_focused()
    expect(hers.referrals()).to_have_count(1)
    state = hers.form.locator(".referrals select").first
    state.focus()
    other = marta.opens_sheet(hers.contact_id)
    other.looks_for("referral_text", "kolyska", "Kołyska")
    expect(hers.referrals()).to_have_count(2)
    expect(state).to_be_focused()


def _text_of_option(field: Locator, code: str) -> str:
    return field.locator(f"option[value={code}]").inner_text()
