"""The second factor: codes of an app, each accepted once, and the recovery codes that stand in for it."""

import secrets
from datetime import datetime

import pyotp
from sqlalchemy.orm import Session

from helpdesk.accounts import queries, rules
from helpdesk.accounts.models import Account, RecoveryCode
from helpdesk.accounts.rules import AccountRefusal
from helpdesk.accounts.service.trail import note
from helpdesk.audit.rules import Tag
from helpdesk.db.sealed import ring
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Actor

STEP_SECONDS = 30
# A phone's clock may be a little off: the steps before and after the present one are accepted too.
_NEAR = (0, -1, 1)
_CODE_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUP = 5


def offer(account: Account) -> None:
    """Make a secret for an app, to be confirmed by a code before it counts."""
    account.totp_offer = pyotp.random_base32()


def uri(account: Account, issuer: str) -> str:
    """What the QR code of the offered secret says."""
    return pyotp.TOTP(account.totp_offer).provisioning_uri(name=account.login, issuer_name=issuer)


def confirm(session: Session, account: Account, code: str, *, actor: Actor, now: datetime) -> None:
    """Let the offered secret take the place of the old one, or raise Refusal."""
    step = _step_of(account.totp_offer, code, now) if account.totp_offer else None
    if step is None:
        raise Refusal(AccountRefusal.CODE_WRONG, field="code")
    account.totp_secret = account.totp_offer
    account.totp_offer = ""
    account.totp_confirmed_at, account.totp_last_step = now, step
    note(session, account, Tag.ACCOUNT_SECOND_FACTOR_CHANGED, actor=actor, now=now, detail={"what": "app-set-up"})


def remove(session: Session, account: Account, *, demo: bool, actor: Actor, now: datetime) -> None:
    """Forget the app, or raise Refusal if it is the only second factor and one is needed."""
    if not account.passkeys and not demo:
        raise Refusal(AccountRefusal.LAST_SECOND_FACTOR)
    _forget_app(account)
    note(session, account, Tag.ACCOUNT_SECOND_FACTOR_CHANGED, actor=actor, now=now, detail={"what": "app-removed"})


def use_code(account: Account, code: str, now: datetime) -> bool:
    """Whether this is a code of the app that was not used yet; the account must be held."""
    if account.totp_confirmed_at is None:
        return False
    step = _step_of(account.totp_secret, code, now)
    if step is None or step <= (account.totp_last_step or 0):
        return False
    account.totp_last_step = step
    return True


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The step of time to which a code belongs, if it is near."""
    typed = "".join(code.split())
    present = int(now.timestamp()) // STEP_SECONDS
    app = pyotp.TOTP(secret, interval=STEP_SECONDS)
    matching = [
        present + near
        for near in _NEAR
        if secrets.compare_digest(app.generate_otp(present + near).encode(), typed.encode())
    ]
    return matching[0] if matching else None


def show_recovery_codes(session: Session, account: Account) -> list[str]:
    """Ten new codes, to be shown once. Those of before count until these are written down."""
    codes = [_new_code() for _ in range(rules.RECOVERY_CODES)]
    queries.forget_recovery_codes(session, account.id, kept=False)
    session.add_all(RecoveryCode(account_id=account.id, code_hash=_code_hash(account, code)) for code in codes)
    return codes


def keep_recovery_codes(session: Session, account: Account, *, actor: Actor, now: datetime) -> None:
    """Let the codes that were shown replace those of before."""
    if not queries.shown_recovery_codes(session, account.id):
        return
    queries.forget_recovery_codes(session, account.id, kept=True)
    count = queries.keep_recovery_codes(session, account.id, now)
    detail = {"what": "recovery-codes", "count": count}
    note(session, account, Tag.ACCOUNT_SECOND_FACTOR_CHANGED, actor=actor, now=now, detail=detail)


def use_recovery_code(session: Session, account: Account, code: str, now: datetime) -> bool:
    """Whether this is a recovery code that was not used yet; the account must be held."""
    found = queries.open_recovery_code(session, account.id, _code_hash(account, code))
    if found is None:
        return False
    found.used_at = now
    note(session, account, Tag.ACCOUNT_RECOVERY_CODE_USED, actor=account.person, now=now)
    return True


def reset(session: Session, account: Account, *, actor: Actor, now: datetime) -> None:
    """Forget every second factor of somebody who lost it; at the next sign-in another must be set up."""
    _forget_app(account)
    queries.forget_recovery_codes(session, account.id, kept=True)
    queries.forget_recovery_codes(session, account.id, kept=False)
    queries.forget_browsers(session, account.id)
    for passkey in list(account.passkeys):
        session.delete(passkey)
    note(session, account, Tag.ACCOUNT_SECOND_FACTOR_CHANGED, actor=actor, now=now, detail={"what": "reset"})


def _forget_app(account: Account) -> None:
    account.totp_secret = account.totp_offer = ""
    account.totp_confirmed_at = account.totp_last_step = None


def _new_code() -> str:
    """Ten readable characters in two groups; about 49 bits, each code once and ten tries a counter before waiting."""
    plain = "".join(secrets.choice(_CODE_ALPHABET) for _ in range(2 * _GROUP))
    return f"{plain[:_GROUP]}-{plain[_GROUP:]}"


def _code_hash(account: Account, code: str) -> bytes:
    plain = "".join(letter for letter in code.lower() if letter.isalnum())
    return ring().blind("recovery", str(account.id), plain)
