"""Somebody asks on the telephone to be called back; the number stands behind the safety note, and the work comes to an end."""

import re

import pytest
from playwright.sync_api import expect

from helpdesk.demo.office import BLUE_LINE
from helpdesk.telephony.models import Call
from helpdesk.telephony.rules.state import Ending
from helpdesk.telephony.simulator import Pace, Provider
from tests.journeys.conftest import Arrives
from tests.journeys.office import LINE, Office

EWA = "ewa@example.org"
LIST = f"/desk/{BLUE_LINE}/call-backs"


def asks_to_be_called(office: Office, number: str) -> Call:
    """Nobody answers; while she waits she presses 1, and once more since it is safe."""
    settings = office.settings
    pace = Pace(ring_seconds=0, answer_after=0, talk_seconds=0, press_after=0)
    provider = Provider(settings.public_url, settings.twilio_account_sid, settings.twilio_auth_tokens[0], pace=pace)
    conversation = provider.ring(number, LINE, press=["1", "1", "1"])
    return next(call for call in office.calls() if call.sid == conversation.call_sid)


@pytest.mark.parametrize(("javascript", "number"), [(True, "+48601100771"), (False, "+48601100772")])
def test_whoever_asked_is_called_back_by_somebody_who_read_the_safety_note(
    office: Office, arrives: Arrives, *, javascript: bool, number: str
) -> None:
    call = asks_to_be_called(office, number)
    assert call.now_at.ending is Ending.CALL_BACK
    digits = re.compile(r"601.?100.?77")
    ewa = arrives(EWA, javascript=javascript, language="en").signs_in()
    ewa.opens(LIST)
    main = ewa.page.locator("main")
    expect(main).not_to_contain_text(digits)
    main.get_by_role("link", name=office.contact(call.contact_id).number).click()
    ewa.button("Take it on").click()
    expect(main).to_contain_text("on the telephone the caller said that it is safe to call this number")
    expect(main).not_to_contain_text(digits)
    ewa.button("I have read this").click()
    expect(main).to_contain_text(digits)
    ewa.button("I dial by hand").click()
    expect(main).to_contain_text("not said yet")
    ewa.page.locator("input[name=tried][value=reached]").check()
    ewa.button("Save what became of it").click()
    # Whoever was reached waits for nothing any more.
    expect(ewa.button("Open again")).to_be_visible()
    expect(main).not_to_contain_text(digits)
    assert "601100" not in ewa.page.content()
