"""Counting failures without locking a colleague out: her own browsers have counters of their own, strangers share one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.accounts import queries, rules
from helpdesk.accounts.models import Account, SignInFailure
from helpdesk.accounts.rules import AccountRefusal
from helpdesk.accounts.service.trail import STRANGER, note
from helpdesk.audit.rules import Tag
from helpdesk.db.sealed import ring
from helpdesk.kernel.errors import Refusal


@dataclass(frozen=True, slots=True)
class Counter:
    """Where failures are counted: for a login, at one known browser or at all others together."""

    login_hash: bytes
    source_hash: bytes
    is_known: bool

    @property
    def key(self) -> int:
        """A number for the lock that lets attempts be judged one by one."""
        return int.from_bytes((self.login_hash[:4] + self.source_hash[:4]).ljust(8, b"\0"), signed=True)


def browser_hash(browser: str) -> bytes:
    """What we keep of the token that a browser carries."""
    return ring().blind("browser", browser)


def counter(session: Session, login: str, account: Account | None, browser: str | None) -> Counter:
    """The counter of this browser for this login. A login that does not exist is counted like any other."""
    login_hash = ring().blind("login", login.strip().lower())
    source = browser_hash(browser) if browser else b""
    if account is not None and source and queries.is_known(session, account.id, source):
        return Counter(login_hash, source, is_known=True)
    return Counter(login_hash, b"", is_known=False)


def take_turn(session: Session, counted: Counter, now: datetime) -> None:
    """Raise Refusal if this counter must wait. Attempts made meanwhile are neither judged nor counted.

    Strangers who try many at once are sent away rather than queued, since a queue would hold what the desks need.
    """
    if not queries.take_turn(session, counted.key, wait=counted.is_known):
        raise Refusal(AccountRefusal.BUSY)
    until = rules.wait_until(queries.failures(session, counted.login_hash, counted.source_hash), now)
    if until is not None:
        raise Refusal(AccountRefusal.WAIT, until=until)


def failed(session: Session, counted: Counter, account: Account | None, *, why: AccountRefusal, now: datetime) -> None:
    """Count a failure; record it where the account exists; forget what is too old to matter."""
    session.add(SignInFailure(login_hash=counted.login_hash, source_hash=counted.source_hash, at=now))
    queries.forget_old_failures(session, now - rules.FAILURE_MEMORY)
    if account is not None:
        note(
            session,
            account,
            Tag.ACCOUNT_SIGN_IN_REFUSED,
            actor=STRANGER,
            now=now,
            detail={"why": why.value, "known_browser": counted.is_known},
        )


def succeeded(session: Session, account: Account, browser: str, now: datetime) -> None:
    """Know this browser from now on. What strangers failed at stays counted, or a daily sign-in would set them free."""
    known = browser_hash(browser)
    queries.know(session, account.id, known, now)
    queries.forget_failures(session, ring().blind("login", account.login), known)
    queries.forget_old_browsers(session, now - rules.BROWSER_MEMORY)
