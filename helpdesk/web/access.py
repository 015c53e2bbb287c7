"""Who may call which address. Every view declares it; an application with an undeclared view does not start."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from helpdesk.db.wall import act_at
from helpdesk.kernel.errors import Forbidden, NotFound
from helpdesk.kernel.permissions import Permission
from helpdesk.web import identity
from helpdesk.web.transaction import session

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "__access__"


class Open(StrEnum):
    """Why an address is open to everybody."""

    FEED = "feed"  # its token says whose duties it shows
    HEALTH = "health"
    LANGUAGE = "language"
    PROVIDER = "provider"  # checked by its signature instead
    PUBLIC = "public"
    SIGN_IN = "sign-in"
    STATIC = "static"


@dataclass(frozen=True, slots=True)
class Access:
    """What a view declared: open for a reason, for anybody signed in, or for a permission at the desk of the address.

    `behind_lock`: also while the screen is locked.
    """

    open_for: Open | None = None
    permission: Permission | None = None
    behind_lock: bool = False


class Locked(Exception):
    """The screen is locked; whoever sits there signs in again and nothing typed is lost."""


class SignInNeeded(Exception):
    """Nobody is signed in."""


def open_to_all(reason: Open) -> Callable[[View], View]:
    """Anybody may call this."""

    def mark(view: View) -> View:
        setattr(view, _MARK, Access(open_for=reason))
        return view

    return mark


def signed_by_provider(view: View) -> View:
    """Only the telephony provider may call this; its blueprint checks the signature before any view runs."""
    return open_to_all(Open.PROVIDER)(view)


def signed_in(view: View) -> View:
    """Anybody signed in may call this, at no desk."""
    return _guarded(view, Access(), passive=False)


def watching(view: View) -> View:
    """Anybody signed in may have this open; it does not keep the idle lock from falling."""
    return _guarded(view, Access(), passive=True)


def even_locked(view: View) -> View:
    """Anybody signed in may call this, also behind a locked screen: it shows nothing of anybody, and keeps no lock from falling."""
    return _guarded(view, Access(behind_lock=True), passive=True)


def requires(permission: Permission, *, passive: bool = False) -> Callable[[View], View]:
    """Only members of the desk in the address whose roles allow `permission`.

    `passive` marks what a page asks for by itself: it does not keep the idle lock from falling.
    """
    return lambda view: _guarded(view, Access(permission=permission), passive=passive)


def _guarded(view: View, access: Access, *, passive: bool) -> View:
    @functools.wraps(view)
    def guarded(*args: object, **kwargs: Any) -> ResponseReturnValue:  # noqa: ANN401  the view's own arguments
        admit(access, kwargs.get("desk_id"))
        if not passive:
            identity.note_activity()
        answer: ResponseReturnValue = current_app.ensure_sync(view)(*args, **kwargs)
        return answer

    setattr(guarded, _MARK, access)
    return guarded  # type: ignore[return-value]


def admit(access: Access, desk_id: str | None) -> None:
    """Let the reader in, or raise: nobody signed in, locked, not of this desk (as if it did not exist), not allowed."""
    person = identity.person()
    if person is None:
        raise SignInNeeded
    if identity.is_locked() and not access.behind_lock:
        raise Locked
    actor = person.actor_at(desk_id)
    if actor is None:
        raise NotFound
    if access.permission is not None and not actor.may(access.permission):
        raise Forbidden
    identity.act_as(actor)
    if desk_id is not None:
        act_at(session(), desk_id)


def access_of(app: Flask, endpoint: str) -> Access | None:
    """What the view behind an endpoint declared, or None."""
    found: Access | None = getattr(app.view_functions[endpoint], _MARK, None)
    return found


def refuse_unmarked_views(app: Flask) -> None:
    """Raise, naming every endpoint that does not say who may call it."""
    open_to_all(Open.STATIC)(app.view_functions["static"])
    unmarked = sorted(endpoint for endpoint in app.view_functions if access_of(app, endpoint) is None)
    if unmarked:
        raise RuntimeError(f"These views do not say who may call them: {', '.join(unmarked)}")


def to_sign_in() -> ResponseReturnValue:
    """Where somebody goes who must sign in first; a page that refreshes itself is told in a word instead."""
    if request.accept_mimetypes.best == "application/json" or request.headers.get("X-Requested-With"):
        return {"error": "signed-out"}, 401
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.sign_in", next=back))


def to_lock() -> ResponseReturnValue:
    """Where a locked screen goes."""
    if request.accept_mimetypes.best == "application/json" or request.headers.get("X-Requested-With"):
        return {"error": "locked"}, 401
    back = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("accounts.unlock", next=back))
