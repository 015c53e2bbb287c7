"""Where each role begins: the page that shows what that person needs now."""

from collections.abc import Iterable

from flask import Blueprint, Flask, current_app, redirect, url_for
from flask.typing import ResponseReturnValue

from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.permissions import Permission
from helpdesk.web import identity, styleguide
from helpdesk.web.access import Open, open_to_all, requires

start = Blueprint("start", __name__)


@start.get("/desk/<desk_id>/")
@requires(Permission.DESK_ENTER)
def desk(desk_id: str) -> ResponseReturnValue:
    """The first page in the table that this role may open at this desk."""
    table: tuple[tuple[Permission, str], ...] = current_app.extensions["helpdesk.start"]
    actor = identity.actor()
    for permission, endpoint in table:
        if actor.may(permission):
            return redirect(url_for(endpoint, desk_id=desk_id))
    raise NotFound


@start.get("/desk/style")
@open_to_all(Open.PUBLIC)
def style() -> ResponseReturnValue:
    """Every component in both writing directions; in the demonstration only."""
    if not current_app.extensions["helpdesk.settings"].demo:
        raise NotFound
    return styleguide.view()


def init_app(app: Flask, table: Iterable[tuple[Permission, str]]) -> None:
    app.extensions["helpdesk.start"] = tuple(table)
    app.register_blueprint(start)
