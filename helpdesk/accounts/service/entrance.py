"""Coming in: the password, then the second factor; unlocking, leaving, and leaving everywhere."""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.accounts import queries, rules
from helpdesk.accounts.models import Account
from helpdesk.accounts.rules import AccountRefusal
from helpdesk.accounts.service import attempts, factors, passwords
from helpdesk.accounts.service.trail import note
from helpdesk.audit.rules import Tag
from helpdesk.kernel.errors import Refusal


def show_password(session: Session, login: str, password: str, *, browser: str | None, now: datetime) -> Account:
    """The account whose login and password these are, or Refusal. The failure is counted, so whoever catches must commit."""
    account = queries.account_by_login(session, login)
    counted = attempts.counter(session, login, account, browser)
    attempts.take_turn(session, counted, now)
    if not passwords.is_right(account, password) or account is None:
        attempts.failed(session, counted, account, why=AccountRefusal.SIGN_IN_FAILED, now=now)
        raise Refusal(AccountRefusal.SIGN_IN_FAILED)
    if account.start_password_until is not None and account.start_password_until <= now:
        raise Refusal(AccountRefusal.START_PASSWORD_OVER)
    passwords.renew_hash(account, password)
    return account


def show_code(session: Session, account: Account, code: str, *, browser: str | None, now: datetime) -> None:
    """Accept a code of the app or a recovery code, each once, or raise Refusal; failures are counted with those of the password."""
    counted = attempts.counter(session, account.login, account, browser)
    attempts.take_turn(session, counted, now)
    held = queries.account_held(session, account.id)
    if not (factors.use_code(held, code, now) or factors.use_recovery_code(session, held, code, now)):
        attempts.failed(session, counted, held, why=AccountRefusal.CODE_WRONG, now=now)
        raise Refusal(AccountRefusal.CODE_WRONG, field="code")


def show_password_again(
    session: Session, account: Account, password: str, *, browser: str | None, now: datetime
) -> None:
    """Accept the password of somebody who is signed in already, or raise Refusal beside the field."""
    try:
        show_password(session, account.login, password, browser=browser, now=now)
    except Refusal as refusal:
        if refusal.code is AccountRefusal.SIGN_IN_FAILED:
            raise Refusal(AccountRefusal.PASSWORD_WRONG, field="password") from None
        raise


def come_in(session: Session, account: Account, *, browser: str, how: str, now: datetime) -> None:
    """Note that somebody came in, and from which browser."""
    account.totp_offer = ""  # whoever looked over the shoulder at a set-up that was left half-way must not profit later
    attempts.succeeded(session, account, browser, now)
    note(session, account, Tag.ACCOUNT_SIGNED_IN, actor=account.person, now=now, detail={"how": how})


def unlock(session: Session, account: Account, password: str, *, browser: str | None, now: datetime) -> None:
    """Open the locked screen for the same person, or raise Refusal."""
    show_password_again(session, account, password, browser=browser, now=now)
    note(session, account, Tag.ACCOUNT_UNLOCKED, actor=account.person, now=now)


def leave_everywhere(session: Session, account: Account, *, browser: str | None, now: datetime) -> None:
    """Forget every browser but the one at hand; the caller ends the sessions."""
    queries.forget_browsers(session, account.id)
    if browser:
        queries.know(session, account.id, attempts.browser_hash(browser), now)
    note(session, account, Tag.ACCOUNT_SIGNED_OUT, actor=account.person, now=now, detail={"everywhere": True})


def stamp(account: Account) -> str:
    """A short proof of which password was shown; half a sign-in is worth nothing once the password has changed."""
    return hashlib.sha256(account.password_hash.encode()).hexdigest()[:16]


def next_step(account: Account, *, factor_shown: bool, demo: bool) -> rules.Step:
    return rules.next_step(
        has_factor=account.has_second_factor,
        factor_shown=factor_shown,
        start_password=account.start_password_until is not None,
        demo=demo,
    )
