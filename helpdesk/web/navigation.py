"""The one navigation of the staff pages. Each domain offers items; the reader sees those that they may open at this desk."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask, request, url_for

from helpdesk.kernel.permissions import Permission
from helpdesk.web import identity
from helpdesk.web.i18n import LazyText


@dataclass(frozen=True, slots=True)
class NavItem:
    """A page of a desk in the navigation; `key` is the letter that opens it."""

    endpoint: str
    text: LazyText
    permission: Permission
    key: str
    only_answering: bool = False


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
        return [_shown(item, desk_id) for item in offered if actor.may(item.permission)]

    app.jinja_env.globals["navigation"] = navigation


def _shown(item: NavItem, desk_id: str) -> ShownItem:
    here = (request.endpoint or "").split(".")[0] == item.endpoint.split(".")[0]
    exact = request.endpoint == item.endpoint
    return ShownItem(
        url_for(item.endpoint, desk_id=desk_id), str(item.text), exact or (here and item.key != "d"), item.key
    )
