"""The one navigation of the staff pages. Each domain offers items; the reader sees those that they may open at this desk."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import Flask, request, url_for
from sqlalchemy.orm import Session

from helpdesk.kernel.permissions import Permission
from helpdesk.web import identity
from helpdesk.web.i18n import LazyText
from helpdesk.web.transaction import session


@dataclass(frozen=True, slots=True)
class NavItem:
    """A page of a desk in the navigation; `key` is the letter that opens it.

    Whoever has the permission `unless` is offered another page in its place. `count` says how much waits there.
    """

    endpoint: str
    text: LazyText
    permission: Permission
    key: str
    unless: Permission | None = None
    count: Callable[[Session], int] | None = None


@dataclass(frozen=True, slots=True)
class ShownItem:
    url: str
    text: str
    current: bool
    key: str


def init_app(app: Flask, items: Iterable[NavItem]) -> None:
    offered = tuple(items)

    def navigation() -> list[ShownItem]:
        desk_id = (request.view_args or {}).get("desk_id")
        if desk_id is None or not identity.has_actor():
            return []
        actor = identity.actor()
        shown = [
            item for item in offered if actor.may(item.permission) and not (item.unless and actor.may(item.unless))
        ]
        here = _here(shown, desk_id)
        return [
            ShownItem(url_for(item.endpoint, desk_id=desk_id), _text(item), item is here, item.key) for item in shown
        ]

    app.jinja_env.globals["navigation"] = navigation


def _text(item: NavItem) -> str:
    waiting = item.count(session()) if item.count else 0
    return f"{item.text} ({waiting})" if waiting else str(item.text)


def _here(shown: list[NavItem], desk_id: str) -> NavItem | None:
    """The item of the page that is read; for a page of none, the one whose address it lies below, or the last one of its domain."""
    domain = (request.endpoint or "").split(".")[0]
    exact = [item for item in shown if item.endpoint == request.endpoint]
    above = [item for item in shown if request.path.startswith(url_for(item.endpoint, desk_id=desk_id) + "/")]
    near = [item for item in shown if item.endpoint.split(".")[0] == domain]
    found = exact or above or near
    return found[-1] if found else None
