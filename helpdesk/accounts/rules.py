"""Who may come in, what a password must be, how long to wait after failures, and what an administrator may change."""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import unquote, urlsplit
from uuid import UUID

from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.kernel.text import fold, words

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
# What must be left of a password when the person's own login and names are taken out of it.
SHORTEST_REST = 8
FEWEST_CHARACTERS = 5
SHORTEST_OWN_WORD = 3

FREE_FAILURES = 5
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(minutes=15)
# How long a failure is remembered. A patient guesser has some hundred attempts a day; a password of twelve characters has no use for them.
FAILURE_MEMORY = timedelta(hours=24)
BROWSER_MEMORY = timedelta(days=400)

ENTERING_LIFE = timedelta(minutes=10)
SURE_FOR = timedelta(minutes=10)
START_PASSWORD_LIFE = timedelta(days=7)
CHALLENGE_LIFE = timedelta(minutes=5)
RECOVERY_CODES = 10

_LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._@-]{0,58}[a-z0-9])?")
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\]|//")
_STAFF = "/desk/"
# Pages that somebody who has just come in has no reason to go back to.
_NOT_AGAIN = ("/desk/login", "/desk/logout", "/desk/lock", "/desk/unlock")


class AccountRefusal(StrEnum):
    ACCOUNT_IN_USE = "account-in-use"
    BORDER_GUARD_ROLES = "border-guard-roles"
    BUSY = "busy"
    CODE_WRONG = "code-wrong"
    LAST_ADMINISTRATOR = "last-administrator"
    LAST_SECOND_FACTOR = "last-second-factor"
    LOGIN_MALFORMED = "login-malformed"
    LOGIN_TAKEN = "login-taken"
    LOGIN_UNKNOWN = "login-unknown"
    MEMBER_ALREADY = "member-already"
    NO_ROLE = "no-role"
    OWN_MEMBERSHIP = "own-membership"
    PASSKEY_KNOWN = "passkey-known"
    PASSKEY_REFUSED = "passkey-refused"
    PASSWORD_OF_NAME = "password-of-name"  # noqa: S105  a code, not a secret
    PASSWORD_REPEATS = "password-repeats"  # noqa: S105  likewise
    PASSWORD_SAME = "password-same"  # noqa: S105  likewise
    PASSWORD_TOO_LONG = "password-too-long"  # noqa: S105  likewise
    PASSWORD_TOO_SHORT = "password-too-short"  # noqa: S105  likewise
    PASSWORD_WRONG = "password-wrong"  # noqa: S105  likewise
    PHONE_NOT_USABLE = "phone-not-usable"
    SIGN_IN_FAILED = "sign-in-failed"
    START_PASSWORD_OVER = "start-password-over"  # noqa: S105  likewise
    WAIT = "wait"


class Step(StrEnum):
    """What somebody who has shown who they are must do next."""

    SECOND_FACTOR = "second-factor"
    NEW_PASSWORD = "new-password"  # noqa: S105  a step, not a secret
    SET_UP_FACTOR = "set-up-factor"
    COME_IN = "come-in"


def next_step(*, has_factor: bool, factor_shown: bool, start_password: bool, demo: bool) -> Step:
    """The step between the password and the desk. Only a demonstration lets somebody in without a second factor."""
    if has_factor and not factor_shown and not demo:
        return Step.SECOND_FACTOR
    if start_password:
        return Step.NEW_PASSWORD
    return Step.COME_IN if has_factor or demo else Step.SET_UP_FACTOR


def wait_until(failures: Sequence[datetime], now: datetime) -> datetime | None:
    """When the next attempt may be made, or None if now: 30 seconds after the fifth failure, doubling up to 15 minutes.

    `failures` are those of one counter. A browser from which the account signed in before has a counter of its own, so
    strangers, who all share another, never make a colleague wait at her own machine.
    """
    recent = [at for at in failures if now - at < FAILURE_MEMORY]
    if len(recent) < FREE_FAILURES:
        return None
    doublings = min(len(recent) - FREE_FAILURES, 10)
    until = max(recent) + min(FIRST_WAIT * 2**doublings, LONGEST_WAIT)
    return until if until > now else None


def is_recent(at: datetime | None, life: timedelta, now: datetime) -> bool:
    """Whether something that was noted at `at` still counts."""
    return at is not None and timedelta() <= now - at < life


def normal_password(password: str) -> str:
    """The same password from every keyboard: "ą" may be typed as one character or as two."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, *, login: str, name: str) -> None:
    """Raise Refusal for a password that is too short or made of the person's own name. No rule about kinds of characters."""
    plain = normal_password(password)
    if len(plain) < SHORTEST_PASSWORD:
        raise Refusal(AccountRefusal.PASSWORD_TOO_SHORT, field="password", count=SHORTEST_PASSWORD)
    if len(plain) > LONGEST_PASSWORD:
        raise Refusal(AccountRefusal.PASSWORD_TOO_LONG, field="password", count=LONGEST_PASSWORD)
    if len(set(plain.casefold())) < FEWEST_CHARACTERS:
        raise Refusal(AccountRefusal.PASSWORD_REPEATS, field="password")
    if len(_without_own_words(plain, login, name)) < SHORTEST_REST:
        raise Refusal(AccountRefusal.PASSWORD_OF_NAME, field="password")


def _without_own_words(plain: str, login: str, name: str) -> str:
    """The folded password without login, names and blanks; the longest words go first, since one may be part of another."""
    rest = fold(plain).replace(" ", "") + "".join(
        letter for letter in plain if not letter.isalnum() and not letter.isspace()
    )
    for word in sorted({*words(login), *words(name), fold(login).replace(" ", "")}, key=len, reverse=True):
        if len(word) >= SHORTEST_OWN_WORD:
            rest = rest.replace(word, "")
    return rest


def check_login(login: str) -> str:
    """The login in lower case, or Refusal."""
    plain = login.strip().lower()
    if not _LOGIN.fullmatch(plain):
        raise Refusal(AccountRefusal.LOGIN_MALFORMED, field="login")
    return plain


def safe_next(target: str | None) -> str | None:
    """The address if it is a page of ours below /desk/, else None: nobody is sent elsewhere after signing in."""
    if not target or not target.startswith(_STAFF) or _UNSAFE.search(target):
        return None
    path = unquote(urlsplit(target).path)
    if _UNSAFE.search(path) or {".", ".."} & set(path.split("/")):
        return None
    return None if path.startswith(_NOT_AGAIN) else target


@dataclass(frozen=True, slots=True)
class Place:
    """What somebody does at a desk: roles, profession, and in which languages texts are reviewed."""

    roles: frozenset[Role]
    profession: Profession
    reviews: frozenset[str] = frozenset()


def check_place(place: Place) -> None:
    """Raise Refusal for a place nobody may hold. A Border Guard officer sees own appointments and nothing else (FW-3)."""
    if not place.roles:
        raise Refusal(AccountRefusal.NO_ROLE, field="roles")
    if place.profession is Profession.BORDER_GUARD_OFFICER and place.roles != {Role.DUTY_OFFICER}:
        raise Refusal(AccountRefusal.BORDER_GUARD_ROLES, field="roles")


def check_change(*, actor_id: UUID | None, member_id: UUID, administrators: Collection[UUID], stays: bool) -> None:
    """Raise Refusal when somebody changes the own place, or when the desk would be left without an administrator.

    `administrators` are those of the desk before the change; `stays` says whether the member is one after it.
    """
    if actor_id == member_id:
        raise Refusal(AccountRefusal.OWN_MEMBERSHIP)
    if not stays and set(administrators) == {member_id}:
        raise Refusal(AccountRefusal.LAST_ADMINISTRATOR)
