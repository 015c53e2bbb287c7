"""Signing in without a password: a passkey is made once and shown many times."""

import base64
import json
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account, Passkey
from tests.accounts.authenticator import Authenticator
from tests.accounts.visitor import Visitor
from tests.factories import make_account

ASK, SEND = "/desk/login/passkey/ask", "/desk/login/passkey"
MINE = "/desk/account/passkeys"
REFUSED = "The passkey did not work here. Try again, or use your password."


def _adds(visitor: Visitor, device: Authenticator) -> str:
    options = visitor.asks(f"{MINE}/ask", page=MINE).json
    assert options
    answer = visitor.asks(MINE, {"credential": device.makes(options), "name": "Phone"}, page=MINE)
    assert answer.json
    return str(answer.json.get("next") or answer.json.get("error"))


def _shows(visitor: Visitor, device: Authenticator, next_url: str = "") -> str:
    options = visitor.asks(ASK, page="/desk/login").json
    assert options
    answer = visitor.asks(SEND, {"credential": device.shows(options), "next": next_url}, page="/desk/login")
    assert answer.json
    return str(answer.json.get("next") or answer.json.get("error"))


@pytest.fixture
def phone(app: Flask, ewa: Account) -> Authenticator:
    """Ewa's phone, with a passkey."""
    visitor, device = Visitor(app), Authenticator()
    visitor.signs_in(ewa)
    assert _adds(visitor, device) == MINE
    assert "Phone" in visitor.reads(MINE)
    return device


def test_a_passkey_opens_the_desk_without_a_password_or_a_code(office: Flask, phone: Authenticator) -> None:
    visitor = Visitor(office)
    assert _shows(visitor, phone, "/desk/account") == "/desk/account"
    assert visitor.is_in()
    assert "Ewa Zięba" in visitor.reads("/desk/account")


def test_a_passkey_leads_nobody_to_another_site(office: Flask, phone: Authenticator) -> None:
    assert _shows(Visitor(office), phone, "https://evil.example/") == "/desk/"


def test_a_passkey_shown_to_another_site_is_worth_nothing_here(office: Flask, phone: Authenticator) -> None:
    phone.origin = "https://evil.example"
    visitor = Visitor(office)
    assert _shows(visitor, phone) == REFUSED
    assert not visitor.is_in()


def test_a_device_must_check_who_uses_it(office: Flask, phone: Authenticator) -> None:
    phone.verifies = False
    visitor = Visitor(office)
    assert _shows(visitor, phone) == REFUSED
    assert not visitor.is_in()


def test_another_device_with_the_same_name_of_a_passkey_is_refused(office: Flask, phone: Authenticator) -> None:
    forged = Authenticator(credential_id=phone.credential_id, user=phone.user)
    assert _shows(Visitor(office), forged) == REFUSED


def test_a_copied_device_that_counts_less_is_refused(office: Flask, phone: Authenticator) -> None:
    copied = replace(phone)
    for _ in range(3):
        _shows(Visitor(office), phone)
    assert _shows(Visitor(office), copied) == REFUSED


def test_an_answer_cannot_be_sent_twice(office: Flask, phone: Authenticator) -> None:
    visitor = Visitor(office)
    options = visitor.asks(ASK, page="/desk/login").json
    assert options
    answer = phone.shows(options)
    assert visitor.asks(SEND, {"credential": answer}, page="/desk/login").status_code == 200
    visitor.sends("/desk/logout", page="/desk/account")
    assert visitor.asks(SEND, {"credential": answer}, page="/desk/login").json == {"error": REFUSED}
    assert not visitor.is_in()


def test_a_question_to_one_browser_is_not_answered_by_another(office: Flask, phone: Authenticator) -> None:
    asked, other = Visitor(office), Visitor(office)
    options = asked.asks(ASK, page="/desk/login").json
    other.asks(ASK, page="/desk/login")
    assert options
    assert other.asks(SEND, {"credential": phone.shows(options)}, page="/desk/login").json == {"error": REFUSED}


@pytest.mark.parametrize("answer", ["", "{", "[]", "null", '{"rawId": 5}', '{"rawId": "AA", "response": {}}'])
def test_an_answer_that_is_none_gets_a_sentence(visitor: Visitor, ewa: Account, answer: str) -> None:  # noqa: ARG001  the office has people
    visitor.asks(ASK, page="/desk/login")
    refused = visitor.asks(SEND, {"credential": answer}, page="/desk/login")
    assert (refused.status_code, refused.json) == (422, {"error": REFUSED})


def test_an_answer_without_a_signature_gets_a_sentence(office: Flask, phone: Authenticator) -> None:
    visitor = Visitor(office)
    visitor.asks(ASK, page="/desk/login")
    name = base64.urlsafe_b64encode(phone.credential_id).rstrip(b"=").decode()
    answer = json.dumps({"id": name, "rawId": name, "type": "public-key", "response": {}})
    assert visitor.asks(SEND, {"credential": answer}, page="/desk/login").json == {"error": REFUSED}


def test_the_passkey_of_a_closed_account_opens_nothing(
    office: Flask, phone: Authenticator, ewa: Account, session: Session
) -> None:
    ewa.active = False
    session.commit()
    assert _shows(Visitor(office), phone) == REFUSED


def test_a_first_passkey_serves_as_the_second_factor(office: Flask, ewa: Account) -> None:
    visitor, device = Visitor(office), Authenticator()
    visitor.signs_in(ewa)
    page = "/desk/login/set-up"
    options = visitor.asks(f"{page}/passkey/ask", page=page).json
    assert options
    assert visitor.asks(f"{page}/passkey", {"credential": device.makes(options)}, page=page).json == {
        "next": "/desk/account/codes",
    }
    assert visitor.is_in()
    assert _shows(Visitor(office), device) == "/desk/"


def test_a_passkey_for_setting_up_needs_the_password_first(office: Flask, ewa: Account) -> None:  # noqa: ARG001  the office has people
    visitor = Visitor(office)
    assert visitor.asks("/desk/login/set-up/passkey/ask", page="/desk/login").status_code == 403
    assert visitor.asks("/desk/login/set-up/passkey", page="/desk/login").status_code == 403


def test_a_known_passkey_is_not_added_again(app: Flask, phone: Authenticator, ewa: Account) -> None:
    visitor = Visitor(app)
    visitor.signs_in(ewa)
    assert _adds(visitor, phone) == "This passkey is in use already."


def test_a_passkey_is_renamed_and_removed(app: Flask, phone: Authenticator, ewa: Account, session: Session) -> None:
    visitor = Visitor(app)
    visitor.signs_in(ewa)
    page = f"{MINE}/{session.query(Passkey).one().id}"
    visitor.sends(page, {"name": "Old phone"})
    assert "Old phone" in visitor.reads(MINE)
    visitor.sends(f"{page}/remove", page=page)
    assert "Your passkeys will be listed here." in visitor.reads(MINE)
    assert _shows(Visitor(app), phone) == REFUSED


def test_the_only_second_factor_is_not_removed(office: Flask, phone: Authenticator, session: Session) -> None:
    visitor = Visitor(office)
    _shows(visitor, phone)
    page = f"{MINE}/{session.query(Passkey).one().id}"
    assert "This is your only second factor." in visitor.sends(f"{page}/remove", page=page).text


def test_nobody_touches_the_passkey_of_a_colleague(app: Flask, phone: Authenticator, session: Session) -> None:  # noqa: ARG001  it is hers
    anna = make_account(session, login="anna")
    session.commit()
    visitor = Visitor(app)
    visitor.signs_in(anna)
    page = f"{MINE}/{session.query(Passkey).one().id}"
    assert visitor.opens(page).status_code == 404
    assert visitor.sends(f"{page}/remove", page=MINE).status_code == 404
