"""Passwords: argon2id, a bounded number of checks at a time, and the same work for a login that does not exist."""

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from helpdesk.accounts import rules
from helpdesk.accounts.models import Account
from helpdesk.accounts.rules import AccountRefusal
from helpdesk.accounts.service.trail import note
from helpdesk.audit.rules import Tag
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Actor

_HASHER = PasswordHasher()
# Each check takes 64 MiB for a tenth of a second; a crowd at the door must not take the memory of those who answer calls.
_AT_ONCE = threading.BoundedSemaphore(4)
_PATIENCE_SECONDS = 5.0
# No letter or digit that is easily read as another: a start password is read out or copied from paper.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"


def hashed(password: str) -> str:
    """The argon2id hash of a password."""
    with _one_of_few():
        return _HASHER.hash(rules.normal_password(password))


# The hash of a word that nobody knows: checking it takes as long as checking a real one, so time does not tell which logins exist.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(16))


def is_right(account: Account | None, password: str) -> bool:
    """Whether this is the password of an account that may sign in. Takes equally long without one."""
    usable = account is not None and account.active
    stored = account.password_hash if account is not None and usable else _NOBODY
    with _one_of_few():
        try:
            return _HASHER.verify(stored, rules.normal_password(password)) and usable
        except (VerificationError, InvalidHashError):
            return False


def renew_hash(account: Account, password: str) -> None:
    """Store the hash anew if the parameters of today are stronger than those it was made with."""
    if _HASHER.check_needs_rehash(account.password_hash):
        account.password_hash = hashed(password)


def start_password() -> str:
    """A password to hand over, in groups that can be read out; about 79 bits."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(4))


def change(session: Session, account: Account, new: str, *, actor: Actor, now: datetime) -> None:
    """Give the account a password of its owner's choice, or raise Refusal."""
    rules.check_password(new, login=account.login, name=account.name)
    if is_right(account, new):
        raise Refusal(AccountRefusal.PASSWORD_SAME, field="password")
    account.password_hash = hashed(new)
    account.start_password_until = None
    note(session, account, Tag.ACCOUNT_PASSWORD_CHANGED, actor=actor, now=now)


@contextmanager
def _one_of_few() -> Iterator[None]:
    if not _AT_ONCE.acquire(timeout=_PATIENCE_SECONDS):
        raise Refusal(AccountRefusal.BUSY)
    try:
        yield
    finally:
        _AT_ONCE.release()
