"""Stories of one's own account."""

import html
import re
from datetime import UTC, datetime, timedelta

import pyotp
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from tests.accounts.visitor import Visitor, words

ACCOUNT = "/desk/account"
DETAILS = {"name": "Ewa Zięba-Nowak", "locale": "pl", "languages": ["pl", "uk"], "phone": "601 234 567"}


def _codes(page: str) -> list[str]:
    return re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", page)


def _sets_up_app(visitor: Visitor, session: Session, account: Account) -> pyotp.TOTP:
    visitor.sends("/desk/account/app/offer", page="/desk/account/app")
    session.expire_all()
    totp = pyotp.TOTP(account.totp_offer)
    assert totp.secret[:4] in visitor.reads("/desk/account/app")
    visitor.sends("/desk/account/app", {"code": totp.now()})
    return totp


def test_details_are_saved_and_the_phone_is_kept_sealed(visitor: Visitor, ewa: Account, session: Session) -> None:
    visitor.signs_in(ewa)
    visitor.sends(ACCOUNT, DETAILS)
    session.expire_all()
    assert (ewa.name, ewa.languages, ewa.phone) == ("Ewa Zięba-Nowak", ["pl", "uk"], "+48601234567")
    assert b"601234567" not in (ewa.phone_sealed or b"")
    assert 'lang="pl"' in visitor.reads(ACCOUNT)
    assert "601 234 567" in visitor.reads(ACCOUNT)


def test_no_duty_rings_the_police(visitor: Visitor, ewa: Account) -> None:
    visitor.signs_in(ewa)
    for number in ("112", "999", "12", "abc", "+48 700 123 456"):
        page = words(visitor.sends(ACCOUNT, {**DETAILS, "locale": "en", "phone": number}))
        assert "We cannot call this number." in page
        assert "Ewa Zięba-Nowak" in page, "what was typed is still there"


def test_another_password_signs_out_everywhere_else(app: Flask, ewa: Account) -> None:
    here, elsewhere = Visitor(app), Visitor(app)
    here.signs_in(ewa)
    elsewhere.signs_in(ewa)
    new = {"password": "a walk in the rain", "again": "a walk in the rain"}
    assert here.sends("/desk/account/password", new).location == ACCOUNT
    assert here.is_in()
    assert not elsewhere.is_in()
    assert elsewhere.signs_in(ewa).status_code == 200
    assert elsewhere.signs_in(ewa, "a walk in the rain").status_code == 302


def test_a_password_like_the_own_name_gets_a_sentence(visitor: Visitor, ewa: Account) -> None:
    visitor.signs_in(ewa)
    own = {"password": "ewa zieba ewa zieba", "again": "ewa zieba ewa zieba"}
    assert "Your name or login makes up most of this password." in words(visitor.sends("/desk/account/password", own))
    same = {"password": "correct horse battery", "again": "correct horse battery"}
    assert "This is the password that you have now." in words(visitor.sends("/desk/account/password", same))


def test_a_lost_device_is_signed_out(app: Flask, ewa: Account) -> None:
    here, lost = Visitor(app), Visitor(app)
    here.signs_in(ewa)
    lost.signs_in(ewa)
    here.sends("/desk/account/leave-everywhere", page=ACCOUNT)
    assert here.is_in()
    assert not lost.is_in()


def test_what_protects_an_account_is_changed_only_by_somebody_who_has_just_shown_who_they_are(
    visitor: Visitor, ewa: Account
) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        visitor.signs_in(ewa)
        assert visitor.opens("/desk/account/app").status_code == 200
        clock.shift(timedelta(minutes=11))
        for page in ("app", "codes", "passkeys", "password"):
            assert visitor.opens(f"/desk/account/{page}").location == f"/desk/account/confirm?next=/desk/account/{page}"
        assert visitor.asks("/desk/account/passkeys/ask", page=ACCOUNT).json == {
            "next": "/desk/account/confirm?next=/desk/account",
        }
        confirm = "/desk/account/confirm?next=/desk/account/app"
        assert "This is not your password." in words(visitor.sends(confirm, {"password": "guess"}))
        assert visitor.sends(confirm, {"password": "correct horse battery"}).location == "/desk/account/app"
        assert visitor.opens("/desk/account/app").status_code == 200


def test_the_app_of_before_works_until_the_new_one_does(
    visitor: Visitor, office: Flask, ewa: Account, session: Session
) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        visitor.signs_in(ewa)
        old = _sets_up_app(visitor, session, ewa)
        clock.shift(timedelta(minutes=1))
        visitor.sends("/desk/account/app/offer", page="/desk/account/app")
        assert "This code is not right" in words(visitor.sends("/desk/account/app", {"code": old.now()}))
        at_work = Visitor(office)
        at_work.signs_in(ewa)
        assert at_work.types_code(old.now()).location == "/desk/"


def test_a_recovery_code_stands_in_once_for_a_lost_phone(
    visitor: Visitor, office: Flask, ewa: Account, session: Session
) -> None:
    visitor.signs_in(ewa)
    _sets_up_app(visitor, session, ewa)
    shown = _codes(html.unescape(visitor.sends("/desk/account/codes").text))
    assert len(set(shown)) == 10
    early = Visitor(office)
    early.signs_in(ewa)
    assert early.types_code(shown[0]).status_code == 200, "they count only when they are written down"
    visitor.sends("/desk/account/codes/kept", page="/desk/account/codes")
    first, second = Visitor(office), Visitor(office)
    first.signs_in(ewa)
    assert first.types_code(f" {shown[0].upper()} ").location == "/desk/"
    second.signs_in(ewa)
    assert second.types_code(shown[0]).status_code == 200
    assert "9 codes left" in visitor.reads(ACCOUNT)


def test_new_recovery_codes_replace_those_of_before(
    visitor: Visitor, office: Flask, ewa: Account, session: Session
) -> None:
    visitor.signs_in(ewa)
    _sets_up_app(visitor, session, ewa)
    old = _codes(visitor.sends("/desk/account/codes").text)
    visitor.sends("/desk/account/codes/kept", page="/desk/account/codes")
    new = _codes(visitor.sends("/desk/account/codes").text)
    visitor.sends("/desk/account/codes/kept", page="/desk/account/codes")
    visitor.sends("/desk/account/codes/kept", page="/desk/account/codes")
    late = Visitor(office)
    late.signs_in(ewa)
    assert late.types_code(old[0]).status_code == 200
    assert late.types_code(new[0]).location == "/desk/"


def test_the_app_can_be_removed_where_none_is_needed(visitor: Visitor, ewa: Account, session: Session) -> None:
    visitor.signs_in(ewa)
    _sets_up_app(visitor, session, ewa)
    visitor.sends("/desk/account/app/remove", page="/desk/account/app")
    assert "not set up" in visitor.reads(ACCOUNT)
