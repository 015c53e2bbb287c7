"""The typed door to Flask-Login: who is signed in, whether the screen is locked, and as whom they act at a desk."""

from collections.abc import Callable
from datetime import timedelta
from typing import Protocol
from uuid import UUID

import flask_login
from flask import Flask, current_app, g, session

from helpdesk.kernel.clock import utcnow
from helpdesk.kernel.permissions import Actor
from helpdesk.web.sessions import LazySession, StoredSessions

IDLE = timedelta(minutes=15)
_LOCKED = "locked"


class Person(Protocol):
    """What the web needs to know of somebody who signs in."""

    id: UUID
    name: str

    @property
    def desk_ids(self) -> tuple[str, ...]: ...

    def actor_at(self, desk_id: str | None) -> Actor | None:
        """As whom this person acts at a desk; None without a membership there."""


def person() -> Person | None:
    """Whoever is signed in to the staff face, even while the screen is locked."""
    if "person" not in g:
        found = flask_login.current_user._get_current_object()  # noqa: SLF001  the proxy's own way out
        g.person = found if found.is_authenticated else None
    known: Person | None = g.person
    return known


def actor() -> Actor:
    """As whom the reader acts in this request: at the desk of the address, or at none."""
    known: Actor = g.actor
    return known


def has_actor() -> bool:
    return "actor" in g


def act_as(who: Actor) -> None:
    g.actor = who


def sign_in(somebody: Person) -> None:
    """Sign in under a new session id."""
    _session().renew()
    session.pop(_LOCKED, None)
    flask_login.login_user(somebody)
    g.pop("person", None)


def sign_out() -> None:
    """Sign out and forget all that the session held, but for the language."""
    language = session.get("language")
    flask_login.logout_user()
    session.clear()
    _session().renew()
    if language:
        session["language"] = language
    g.pop("person", None)


def is_locked() -> bool:
    """Whether the screen is locked: by hand, or because nobody was active for a while."""
    seen = _session().seen_at
    return bool(session.get(_LOCKED)) or (seen is not None and utcnow() - seen > IDLE)


def lock() -> None:
    session[_LOCKED] = True


def unlock() -> None:
    session.pop(_LOCKED, None)
    _session().renew()


def note_activity() -> None:
    """Tell the idle clock that a person, and not a page refreshing itself, asked for this."""
    interface = current_app.session_interface
    if isinstance(interface, StoredSessions):
        interface.touch(_session(), utcnow())


def end_all_sessions(account_id: UUID) -> None:
    """Sign an account out everywhere."""
    interface = current_app.session_interface
    if isinstance(interface, StoredSessions):
        interface.end_all(account_id)


def _session() -> LazySession:
    found = session._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  the proxy's own way out
    assert isinstance(found, LazySession)  # noqa: S101  no other kind is ever installed
    return found


def init_app(app: Flask, load: Callable[[str], Person | None]) -> None:
    """Install Flask-Login; `load` finds the person by the id kept in the session."""
    manager = flask_login.LoginManager()
    manager.session_protection = None  # type: ignore[assignment]  # addresses change on mobile networks, and we store none
    # The library would keep a hash of the reader's address in the session.
    manager._session_identifier_generator = lambda: ""  # noqa: SLF001  there is no public way to switch it off
    manager.user_loader(load)
    manager.init_app(app)
