"""What happens between the door and the desk: the browser's token, the half-finished sign-in kept on our side, and the way in."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never
from uuid import UUID

from flask import Response, after_this_request, current_app, redirect, request, url_for
from flask import session as browser_session
from flask.typing import ResponseReturnValue

from helpdesk.accounts import queries, rules
from helpdesk.accounts.models import Account
from helpdesk.accounts.rules import AccountRefusal, Step
from helpdesk.accounts.service import entrance, factors
from helpdesk.config import Settings
from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.errors import Refusal
from helpdesk.web import identity
from helpdesk.web.forms import Form
from helpdesk.web.i18n import choose, localtime
from helpdesk.web.transaction import session

BROWSER_COOKIE = "k"
_ENTERING, _SURE = "entering", "sure_at"
_LONGEST_TOKEN = 64


def settings() -> Settings:
    found: Settings = current_app.extensions["helpdesk.settings"]
    return found


def browser_token() -> str | None:
    """The token by which this browser is known, if it came in before."""
    token = request.cookies.get(BROWSER_COOKIE, "")
    return token if 0 < len(token) <= _LONGEST_TOKEN else None


@dataclass(frozen=True, slots=True)
class Entering:
    """Somebody who showed a password and is not in yet."""

    account: Account
    next: str | None


def entering() -> Entering | None:
    """Whoever is half in: not for long, and not if the password has changed since."""
    kept = browser_session.get(_ENTERING)
    if not kept or not rules.is_recent(datetime.fromisoformat(kept["at"]), rules.ENTERING_LIFE, utcnow()):
        return None
    account = queries.account(session(), UUID(kept["id"]))
    if account is None or not account.active or entrance.stamp(account) != kept["stamp"]:
        return None
    return Entering(account, kept["next"])


def go_on(account: Account, *, factor_shown: bool, next_url: str | None, how: str = "password") -> ResponseReturnValue:
    """Lead to the next step of signing in, or in."""
    step = entrance.next_step(account, factor_shown=factor_shown, demo=settings().demo)
    if step is Step.COME_IN:
        return come_in(account, next_url, how=how)
    if step is Step.SET_UP_FACTOR:
        factors.offer(account)
    _keep(account, factor_shown=factor_shown, next_url=next_url)
    return redirect(url_for(_endpoint(step)))


def factor_was_shown() -> bool:
    return bool(browser_session.get(_ENTERING, {}).get("factor"))


def _keep(account: Account, *, factor_shown: bool, next_url: str | None) -> None:
    browser_session[_ENTERING] = {
        "id": str(account.id),
        "at": utcnow().isoformat(),
        "stamp": entrance.stamp(account),
        "factor": factor_shown,
        "next": next_url,
    }


def _endpoint(step: Step) -> str:
    match step:
        case Step.SECOND_FACTOR:
            return "accounts.second_factor"
        case Step.NEW_PASSWORD:
            return "accounts.new_password"
        case Step.SET_UP_FACTOR:
            return "accounts.set_up"
        case Step.COME_IN:
            return "accounts.start"
        case _:
            assert_never(step)


def come_in(account: Account, next_url: str | None, *, how: str) -> ResponseReturnValue:
    """Sign in under a new session, from a browser that is known from now on."""
    before = identity.person()
    if before is not None and before.id != account.id:
        identity.sign_out()
    browser_session.pop(_ENTERING, None)
    identity.sign_in(account)
    note_sure()
    # Whoever only unlocks the screen goes on in the language chosen since.
    if before is None or before.id != account.id:
        choose(account.locale)
    token = browser_token() or secrets.token_urlsafe(32)
    entrance.come_in(session(), account, browser=token, how=how, now=utcnow())
    _remember_browser(token)
    return redirect(rules.safe_next(next_url) or url_for("accounts.start"))


def _remember_browser(token: str) -> None:
    @after_this_request
    def give_cookie(response: Response) -> Response:
        response.set_cookie(
            BROWSER_COOKIE,
            token,
            max_age=rules.BROWSER_MEMORY,
            path="/desk",
            secure=settings().secure,
            httponly=True,
            samesite="Strict",
        )
        return response


def note_sure() -> None:
    """Note that whoever sits here has just shown the password or a passkey."""
    browser_session[_SURE] = utcnow().isoformat()


def is_sure() -> bool:
    """Whether that was short ago, as changes of the second factor need."""
    at = browser_session.get(_SURE)
    return rules.is_recent(datetime.fromisoformat(at) if at else None, rules.SURE_FOR, utcnow())


def me() -> Account:
    """The account of whoever is signed in."""
    person = identity.person()
    account = queries.account(session(), person.id) if person else None
    assert account is not None  # noqa: S101  views that ask are open to the signed in only
    return account


def refuse(form: Form, refusal: Refusal) -> int:
    """Put the sentence of a refusal on the form; answer the status of the page."""
    if refusal.code is not AccountRefusal.WAIT:
        form.refuse(refusal)
        return 200
    until = refusal.data["until"]
    assert isinstance(until, datetime)  # noqa: S101  the rule puts it there
    form.refuse(Refusal(refusal.code, time=localtime(until, "seconds")))
    return 429
