"""Stories of signing in, locking and leaving."""

from datetime import UTC, datetime, timedelta
from typing import Literal

import pyotp
import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account, Membership
from helpdesk.accounts.service import passwords
from helpdesk.kernel.permissions import Profession
from helpdesk.web.sessions import BrowserSession
from tests.accounts.visitor import Visitor, words
from tests.factories import BLUE_LINE, HELP_POINT, make_account, make_desk

WRONG = "Login and password do not fit together."


def _has_app(session: Session, account: Account) -> pyotp.TOTP:
    account.totp_secret = pyotp.random_base32()
    account.totp_confirmed_at = datetime(2023, 1, 1, tzinfo=UTC)
    session.commit()
    return pyotp.TOTP(account.totp_secret)


def test_a_consultant_signs_in_and_stands_at_the_only_desk(visitor: Visitor, ewa: Account) -> None:
    assert visitor.signs_in(ewa).location == "/desk/"
    assert visitor.opens("/desk/").location == "/desk/blue-line/"


def test_somebody_with_two_desks_chooses(visitor: Visitor, ewa: Account, session: Session) -> None:  # noqa: ARG001  her desk is one of them
    make_desk(session, HELP_POINT)
    account = make_account(session, HELP_POINT)
    account.memberships.append(Membership(desk_id=BLUE_LINE, roles=["consultant"], profession=Profession.ADVOCATE))
    session.commit()
    visitor.signs_in(account)
    assert "Help Point" in visitor.reads("/desk/")


def test_no_word_tells_whether_a_login_exists(app: Flask, ewa: Account) -> None:
    known = Visitor(app).sends("/desk/login", {"login": ewa.login, "password": "wrong"})
    unknown = Visitor(app).sends("/desk/login", {"login": "nobody", "password": "wrong"})
    assert WRONG in words(known)
    assert known.status_code == unknown.status_code
    assert known.text.count("<") == unknown.text.count("<")


def test_a_login_that_does_not_exist_costs_the_same_work_as_one_that_does(
    app: Flask, ewa: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that time does not tell: each attempt checks one password against one hash of the same making."""
    checked: list[str] = []

    class Counting(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002  the library's own word
            checked.append(str(hash).rsplit("$", 2)[0])
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_HASHER", Counting(time_cost=1, memory_cost=64, parallelism=1))
    for login in (ewa.login, "nobody"):
        Visitor(app).sends("/desk/login", {"login": login, "password": "wrong"})
    assert len(checked) == 2
    assert checked[0] == checked[1]


def test_an_account_that_was_closed_opens_nothing(visitor: Visitor, ewa: Account, session: Session) -> None:
    visitor.signs_in(ewa)
    assert visitor.is_in()
    ewa.active = False
    session.commit()
    assert not visitor.is_in()
    assert WRONG in words(visitor.signs_in(ewa))


def test_the_page_that_was_wanted_comes_after_signing_in(visitor: Visitor, ewa: Account) -> None:
    wanted = visitor.opens("/desk/account").location
    assert wanted == "/desk/login?next=/desk/account"
    assert visitor.signs_in(ewa, path=wanted).location == "/desk/account"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/desk/", "/desk/\\evil.example", "/uk/"])
def test_nobody_is_sent_to_another_site_after_signing_in(visitor: Visitor, ewa: Account, target: str) -> None:
    assert visitor.signs_in(ewa, path=f"/desk/login?next={target}").location == "/desk/"
    assert visitor.opens(f"/desk/login?next={target}").location == "/desk/"


def test_a_change_of_language_keeps_the_login_and_is_no_attempt(visitor: Visitor, ewa: Account) -> None:
    for _ in range(8):
        page = visitor.sends("/desk/login", {"login": "ewa", "password": "wrong", "_language": "pl"})
        assert 'value="ewa"' in page.text
        assert 'lang="pl"' in page.text
    assert visitor.signs_in(ewa).status_code == 302


def test_a_session_id_known_before_signing_in_is_worth_nothing_after(app: Flask, ewa: Account) -> None:
    visitor, thief = Visitor(app), Visitor(app)
    visitor.token("/desk/login")
    thief.carries(visitor.session_id)
    visitor.signs_in(ewa)
    assert visitor.is_in()
    assert not thief.is_in()


def test_a_stolen_session_id_is_worth_nothing_after_signing_out(app: Flask, ewa: Account) -> None:
    visitor, thief = Visitor(app), Visitor(app)
    visitor.signs_in(ewa)
    thief.carries(visitor.session_id)
    assert thief.is_in()
    assert visitor.sends("/desk/logout", page="/desk/account").location == "/desk/login"
    assert not thief.is_in()
    assert not visitor.is_in()


def test_a_stranger_who_guesses_cannot_keep_a_colleague_from_her_own_machine(app: Flask, ewa: Account) -> None:
    hers, stranger = Visitor(app), Visitor(app)
    hers.signs_in(ewa)
    hers.sends("/desk/logout", page="/desk/account")
    for _ in range(5):
        assert WRONG in words(stranger.signs_in(ewa, "guess"))
    refused = stranger.signs_in(ewa, "guess")
    assert refused.status_code == 429
    assert "You can try again at" in words(refused)
    assert hers.signs_in(ewa).status_code == 302


def test_at_a_new_machine_the_colleague_waits_with_the_strangers_and_then_gets_in(app: Flask, ewa: Account) -> None:
    stranger = Visitor(app)
    with time_machine.travel(datetime(2023, 10, 5, 16, 10, tzinfo=UTC), tick=False) as clock:
        for _ in range(5):
            stranger.signs_in(ewa, "guess")
        refused = Visitor(app).signs_in(ewa)
        assert "You can try again at 18:10:30." in words(refused)
        clock.shift(timedelta(seconds=31))
        assert Visitor(app).signs_in(ewa).status_code == 302
        stranger.signs_in(ewa, "guess")
        assert stranger.signs_in(ewa, "guess").status_code == 429, "her sign-in did not set the guesser free"


def test_a_login_that_does_not_exist_makes_guessers_wait_too(visitor: Visitor, ewa: Account) -> None:  # noqa: ARG001  the office has people
    for _ in range(5):
        visitor.sends("/desk/login", {"login": "nobody", "password": "guess"})
    assert visitor.sends("/desk/login", {"login": "nobody", "password": "guess"}).status_code == 429


def test_a_guesser_at_her_own_machine_waits(visitor: Visitor, ewa: Account) -> None:
    visitor.signs_in(ewa)
    visitor.sends("/desk/logout", page="/desk/account")
    for _ in range(5):
        visitor.signs_in(ewa, "guess")
    assert visitor.signs_in(ewa).status_code == 429


def test_without_a_second_factor_nobody_gets_further_than_setting_one_up(
    office: Flask, ewa: Account, session: Session
) -> None:
    visitor = Visitor(office)
    assert visitor.signs_in(ewa).location == "/desk/login/set-up"
    assert visitor.opens("/desk/account").location.startswith("/desk/login")
    assert visitor.opens("/desk/blue-line/people").location.startswith("/desk/login")
    assert "style=" not in visitor.reads("/desk/login/set-up")
    assert "This code is not right" in words(visitor.sends("/desk/login/set-up", {"code": "000000"}))
    session.expire_all()
    code = pyotp.TOTP(ewa.totp_offer).now()
    assert visitor.sends("/desk/login/set-up", {"code": code}).location == "/desk/account/codes"
    assert visitor.is_in()


def test_a_code_of_the_app_opens_the_desk_and_cannot_be_used_again(
    office: Flask, ewa: Account, session: Session
) -> None:
    totp = _has_app(session, ewa)
    visitor, onlooker = Visitor(office), Visitor(office)
    code = totp.now()
    assert visitor.signs_in(ewa).location == "/desk/login/second"
    assert not visitor.is_in()
    assert visitor.types_code(f"{code[:3]} {code[3:]}").location == "/desk/"
    assert visitor.is_in()
    onlooker.signs_in(ewa)
    assert "This code is not right or was used already." in words(onlooker.types_code(code))
    assert not onlooker.is_in()


def test_whoever_knows_the_password_cannot_try_all_codes(office: Flask, ewa: Account, session: Session) -> None:
    _has_app(session, ewa)
    thief = Visitor(office)
    thief.signs_in(ewa)
    for _ in range(5):
        thief.types_code("000000")
    assert thief.types_code("000000").status_code == 429


def test_half_a_sign_in_is_worth_nothing_later_or_with_another_password(
    office: Flask, ewa: Account, session: Session
) -> None:
    totp = _has_app(session, ewa)
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        slow = Visitor(office)
        slow.signs_in(ewa)
        clock.shift(timedelta(minutes=11))
        assert slow.types_code(totp.now()).location == "/desk/login"
        overtaken = Visitor(office)
        overtaken.signs_in(ewa)
        ewa.password_hash = passwords.hashed("another password of hers")
        session.commit()
        assert overtaken.types_code(totp.now()).location == "/desk/login"


def test_the_second_step_without_the_first_leads_to_the_door(office: Flask, ewa: Account) -> None:  # noqa: ARG001  the office has people
    visitor = Visitor(office)
    for step in ("second", "password", "set-up"):
        assert visitor.opens(f"/desk/login/{step}").location == "/desk/login"


def test_a_start_password_only_serves_to_choose_another(visitor: Visitor, ewa: Account, session: Session) -> None:
    ewa.start_password_until = datetime.now(UTC) + timedelta(days=1)
    session.commit()
    assert visitor.signs_in(ewa).location == "/desk/login/password"
    assert not visitor.is_in()
    new = {"password": "my very own words", "again": "my very own words"}
    assert "The two passwords are not the same." in words(visitor.sends("/desk/login/password", {**new, "again": "x"}))
    assert visitor.sends("/desk/login/password", new).location == "/desk/"
    assert visitor.is_in()


def test_a_start_password_grows_old(visitor: Visitor, ewa: Account, session: Session) -> None:
    ewa.start_password_until = datetime.now(UTC) - timedelta(minutes=1)
    session.commit()
    assert "Your start password is too old." in words(visitor.signs_in(ewa))


def test_a_locked_screen_shows_nothing_until_the_password_is_typed(visitor: Visitor, ewa: Account) -> None:
    visitor.signs_in(ewa)
    locked = visitor.sends("/desk/lock", {"next": "/desk/account/codes?x=1"}, page="/desk/account")
    assert locked.location == "/desk/unlock?next=/desk/account/codes?x%3D1"
    assert visitor.opens("/desk/account").location == "/desk/unlock?next=/desk/account"
    assert visitor.client.get("/desk/account", headers={"Accept": "application/json"}).json == {"error": "locked"}
    assert visitor.client.get("/desk/account", headers={"X-Requested-With": "live"}).status_code == 401
    page = visitor.reads("/desk/unlock?next=/desk/account")
    assert "Ewa Zięba" in page
    assert "This is not your password." in words(visitor.sends("/desk/unlock", {"password": "guess"}))
    opened = visitor.sends("/desk/unlock?next=/desk/account", {"password": "correct horse battery"})
    assert opened.location == "/desk/account"
    assert visitor.is_in()


def test_the_idle_page_locks_by_a_script_too(visitor: Visitor, ewa: Account) -> None:
    visitor.signs_in(ewa)
    assert visitor.asks("/desk/lock", page="/desk/account").status_code == 204
    assert not visitor.is_in()


def test_a_screen_that_was_left_locks_by_itself(visitor: Visitor, ewa: Account) -> None:
    with time_machine.travel(datetime.now(UTC), tick=False) as clock:
        visitor.signs_in(ewa)
        clock.shift(timedelta(minutes=16))
        assert visitor.opens("/desk/account").location == "/desk/unlock?next=/desk/account"


def test_somebody_else_can_sign_in_at_a_locked_screen(visitor: Visitor, ewa: Account, session: Session) -> None:
    anna = make_account(session, login="anna", name="Anna Nowak")
    session.commit()
    visitor.signs_in(ewa)
    visitor.sends("/desk/lock", page="/desk/account")
    assert visitor.sends("/desk/logout", page="/desk/unlock").location == "/desk/login"
    visitor.signs_in(anna)
    assert "Anna Nowak" in visitor.reads("/desk/account")


def test_the_address_of_the_colleague_is_not_kept_in_the_session(
    visitor: Visitor, ewa: Account, session: Session
) -> None:
    visitor.signs_in(ewa)
    kept = session.query(BrowserSession).filter_by(account_id=ewa.id).one()
    assert kept.data["_id"] == ""
