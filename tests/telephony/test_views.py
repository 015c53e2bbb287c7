"""The ring on the screen: who sees it, what it says, and what its button does."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from helpdesk.accounts.models import Account
from helpdesk.consultations.models import Advice
from helpdesk.db.wall import acting_at
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.telephony.rules.state import Ending, FlowState, Stage
from tests.factories import make_account, sign_in
from tests.telephony.switchboard import BLUE, CALLER, EWA_PHONE, JAN_PHONE, SID, Switchboard

NOW = "/desk/blue-line/calls/now"
LIVE = {"X-Requested-With": "live"}


def reader(client: FlaskClient, account: Account, language: str = "en") -> FlaskClient:
    sign_in(client, account)
    client.get("/desk/account", query_string={"lang": language}, follow_redirects=True)
    return client


def rings(switchboard: Switchboard, *, press: str = "2", caller: str = CALLER) -> None:
    """A call that rings on the telephones of whoever is on duty."""
    switchboard.post("/telephony/voice", {"From": caller})
    switchboard.post(f"/telephony/menu/{SID}?turn=1", {"Digits": press, "CallStatus": "in-progress", "From": caller})


def banner(client: FlaskClient) -> str:
    return client.get(NOW, headers=LIVE).text


def test_nothing_rings_while_nobody_calls(switchboard: Switchboard, client: FlaskClient) -> None:
    assert banner(reader(client, switchboard.ewa)) == ""


def test_the_ring_says_language_history_and_whose_telephone_rings(
    switchboard: Switchboard, client: FlaskClient
) -> None:
    rings(switchboard)
    text = banner(reader(client, switchboard.ewa))
    for word in ("Rings", "Ukrainian", "first time", "Ewa", "Open the sheet", 'data-key="Enter"'):
        assert word in text
    assert "Jan" not in text


@pytest.mark.parametrize(("caller", "word"), [("anonymous", "withheld number"), ("12", "unreadable number")])
def test_the_ring_says_why_a_caller_is_not_known(
    switchboard: Switchboard, client: FlaskClient, caller: str, word: str
) -> None:
    rings(switchboard, caller=caller)
    assert word in banner(reader(client, switchboard.ewa))


def test_a_caller_who_called_before_is_shown_as_repeated(switchboard: Switchboard, client: FlaskClient) -> None:
    switchboard.played(press=["2"], answer=True)
    rings(switchboard)
    assert "repeated" in banner(reader(client, switchboard.ewa))


def test_no_page_shows_a_number(switchboard: Switchboard, client: FlaskClient) -> None:
    rings(switchboard)
    reader(client, switchboard.ewa)
    for address in (NOW, f"/desk/blue-line/calls/{switchboard.call().id}"):
        text = client.get(address).text
        assert not any(number[3:] in text for number in (CALLER, EWA_PHONE, JAN_PHONE, BLUE))


def test_the_ring_speaks_polish(switchboard: Switchboard, client: FlaskClient) -> None:
    rings(switchboard)
    assert "ukraiński" in banner(reader(client, switchboard.ewa, "pl"))


def test_a_talk_keeps_its_key_until_the_sheet_is_open_and_is_gone_when_it_is_over(
    switchboard: Switchboard, client: FlaskClient
) -> None:
    rings(switchboard)
    reader(client, switchboard.ewa)
    (leg,) = switchboard.call().legs
    switchboard.post(f"/telephony/accept/{SID}/{leg}", {"CallSid": "CA-ewa", "Digits": "1"})
    assert "Talks" in banner(client)
    assert 'data-key="Enter"' in banner(client)
    client.post(f"/desk/blue-line/calls/{switchboard.call().id}/open", data=token(client))
    assert "data-key" not in banner(client)
    over = {"CallStatus": "in-progress", "DialCallStatus": "completed", "DialBridged": "true"}
    switchboard.post(f"/telephony/rung/{SID}?turn=2", over)
    assert banner(client) == ""


def test_opening_takes_the_contact_on_and_leads_to_the_sheet(switchboard: Switchboard, client: FlaskClient) -> None:
    rings(switchboard)
    reader(client, switchboard.ewa)
    call = switchboard.call()
    for _ in range(2):
        answer = client.post(f"/desk/blue-line/calls/{call.id}/open", data=token(client))
        assert answer.status_code == 302
        assert answer.location == f"/desk/blue-line/contacts/{call.contact_id}"
    contact = switchboard.contact_of(switchboard.call())
    assert contact.seen_at is not None
    with acting_at(switchboard.session, "blue-line"):
        advice = switchboard.session.scalars(select(Advice).where(Advice.contact_id == contact.id)).one()
    assert advice.consultant_id == switchboard.ewa.id
    assert "data-key" not in banner(client)


def test_a_contact_that_is_closed_is_only_shown(switchboard: Switchboard, client: FlaskClient) -> None:
    rings(switchboard)
    contact = switchboard.contact_of(switchboard.call())
    with acting_at(switchboard.session, "blue-line"):
        contact.closed_at, contact.outcome = switchboard.now + timedelta(minutes=1), "SIL"
    switchboard.session.commit()
    reader(client, switchboard.ewa)
    assert client.post(f"/desk/blue-line/calls/{switchboard.call().id}/open", data=token(client)).status_code == 302
    assert switchboard.count(Advice) == 0


def test_opening_needs_a_token(switchboard: Switchboard, client: FlaskClient) -> None:
    rings(switchboard)
    reader(client, switchboard.ewa)
    assert client.post(f"/desk/blue-line/calls/{switchboard.call().id}/open").status_code == 400
    assert switchboard.count(Advice) == 0


def test_the_routing_is_explained(switchboard: Switchboard, client: FlaskClient) -> None:
    rings(switchboard)
    reader(client, switchboard.ewa)
    text = client.get(f"/desk/blue-line/calls/{switchboard.call().id}").text
    for words in ("Ewa", "on duty and speaks the language", "Jan", "does not speak the language"):
        assert words in text


def kept_like(switchboard: Switchboard, state: FlowState, **columns: Any) -> str:  # noqa: ANN401  whatever a call may hold
    """A call that rang and has come as far as the state says; the address of its routing."""
    rings(switchboard)
    call = switchboard.call()
    with acting_at(switchboard.session, "blue-line"):
        call.flow = state.to_json()
        for name, value in columns.items():
            setattr(call, name, value)
    switchboard.session.commit()
    return f"/desk/blue-line/calls/{call.id}"


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (Ending.CALL_BACK, "The caller asked to be called back."),
        (Ending.MESSAGE, "The caller left a message."),
        (Ending.CANNOT_TALK, "talking was not possible"),
        (Ending.NOBODY, "The caller heard that nobody can answer"),
    ],
)
def test_the_routing_tells_how_the_call_went(
    switchboard: Switchboard, client: FlaskClient, ending: Ending, words: str
) -> None:
    state = FlowState(stage=Stage.ENDED, language="uk", rings=2, waited=61, offered=True, ending=ending)
    address = kept_like(switchboard, state)
    text = reader(client, switchboard.ewa).get(address).text
    told = ("Telephones rang 2 times.", "The caller waited for 1:01 at most.", "was offered to leave a message", words)
    places = [text.find(each) for each in told]
    assert -1 not in places
    assert places == sorted(places)


def test_each_decision_says_whom_it_was_about(switchboard: Switchboard, client: FlaskClient) -> None:
    """Also one that was made before decisions were kept with their circle."""
    at, person = switchboard.now.isoformat(), str(switchboard.jan.id)
    decided = [
        {"turn": turn, "at": at, "language": "uk", "people": [{"person": person, "rung": False, "why": why}], **circle}
        for turn, why, circle in (
            (2, "other-language", {"circle": "speakers"}),
            (3, "busy", {"circle": "coordinators"}),
            (4, "enough-rings", {}),
        )
    ]
    address = kept_like(switchboard, FlowState(stage=Stage.ENDED, ending=Ending.NOBODY), considered=decided)
    text = reader(client, switchboard.ewa).get(address).text
    for words in (
        "Ukrainian · whoever is on duty and speaks the language",
        "does not speak the language",
        "Ukrainian · the coordinators",
        "was busy with another call",
        "was rung before and did not answer",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("stage", "word"), [(Stage.WAITING, "Waits"), (Stage.OFFER, "Waits"), (Stage.RECORDING, "Leaves a message")]
)
def test_the_ring_says_what_a_caller_does_whom_nobody_could_answer(
    switchboard: Switchboard, client: FlaskClient, stage: Stage, word: str
) -> None:
    kept_like(switchboard, FlowState(stage=stage, language="uk"))
    text = banner(reader(client, switchboard.ewa))
    assert word in text
    assert "Rings" not in text


def test_the_routing_says_that_we_failed(switchboard: Switchboard, client: FlaskClient) -> None:
    rings(switchboard)
    call = switchboard.call()
    with acting_at(switchboard.session, "blue-line"):
        call.trouble_at = switchboard.now
    switchboard.session.commit()
    reader(client, switchboard.ewa)
    text = client.get(f"/desk/blue-line/calls/{call.id}").text
    assert "apology" in text


def test_every_page_of_the_desk_holds_the_ring_at_its_first_paint(
    switchboard: Switchboard, client: FlaskClient
) -> None:
    rings(switchboard)
    reader(client, switchboard.ewa)
    text = client.get("/desk/blue-line/contacts/desk").text
    assert re.search(r'data-live-topic="calls"[^>]*data-live-src="/desk/blue-line/calls/now"', text)
    assert text.count("Open the sheet") == 1


def test_a_sheet_opened_by_a_ring_may_be_read(switchboard: Switchboard, client: FlaskClient) -> None:
    rings(switchboard)
    reader(client, switchboard.ewa)
    answer = client.post(
        f"/desk/blue-line/calls/{switchboard.call().id}/open", data=token(client), follow_redirects=True
    )
    assert answer.status_code == 200


ROLES = [
    (Role.CONSULTANT, Profession.ADVOCATE, "blue-line", 200),
    (Role.COORDINATOR, Profession.PSYCHOLOGIST, "blue-line", 200),
    (Role.DUTY_OFFICER, Profession.BORDER_GUARD_OFFICER, "blue-line", 403),
    (Role.INTERPRETER, Profession.INTERPRETER, "blue-line", 403),
    (Role.TRAINER, Profession.TRAINER, "blue-line", 403),
    (Role.ADMINISTRATOR, Profession.ADMINISTRATOR, "blue-line", 403),
    (Role.DATA_PROTECTION_OFFICER, Profession.DATA_PROTECTION_OFFICER, "blue-line", 403),
    (Role.PROGRAMME_OFFICER, Profession.PROGRAMME_OFFICER, "blue-line", 403),
    (Role.CONSULTANT, Profession.PSYCHOLOGIST, "help-point", 404),
    (Role.COORDINATOR, Profession.LEGAL_COUNSEL, "help-point", 404),
]


@pytest.mark.parametrize(("role", "profession", "desk_id", "status"), ROLES)
def test_who_may_see_and_open_calls(
    switchboard: Switchboard, client: FlaskClient, role: Role, profession: Profession, desk_id: str, status: int
) -> None:
    rings(switchboard)
    account = make_account(switchboard.session, desk_id, [role], profession, name="Somebody")
    switchboard.session.commit()
    reader(client, account)
    call = switchboard.call()
    assert client.get(NOW, headers=LIVE).status_code == status
    assert client.get(f"/desk/blue-line/calls/{call.id}").status_code == status
    opened = client.post(f"/desk/blue-line/calls/{call.id}/open", data=token(client))
    assert opened.status_code == (302 if status == 200 else status)


def test_a_call_of_another_desk_is_not_found_through_ones_own(switchboard: Switchboard, client: FlaskClient) -> None:
    rings(switchboard)
    account = make_account(switchboard.session, "help-point", name="Iryna")
    switchboard.session.commit()
    reader(client, account)
    call = switchboard.call()
    assert client.get(f"/desk/help-point/calls/{call.id}").status_code == 404
    assert client.post(f"/desk/help-point/calls/{call.id}/open", data=token(client)).status_code == 404
    assert client.get("/desk/help-point/calls/now", headers=LIVE).text == ""


@pytest.mark.parametrize("address", [NOW, "/desk/blue-line/calls/00000000-0000-0000-0000-000000000000"])
def test_nobody_sees_calls_without_signing_in(switchboard: Switchboard, client: FlaskClient, address: str) -> None:
    rings(switchboard)
    assert client.get(address).status_code == 302


def test_the_telephony_face_alone_has_no_staff_page(app: Flask) -> None:
    assert "telephony.calls_now" in app.view_functions
    assert "webhooks.voice" in app.view_functions


def token(client: FlaskClient) -> dict[str, str]:
    """The token of some page of the reader's."""
    text = client.get("/desk/account", follow_redirects=True).text
    found = re.search(r'name="csrf-token" content="([^"]+)"', text)
    return {"csrf_token": found[1] if found else ""}
