"""The way out: the visit ends on our side, and the browser is sent to a page that says nothing (EX3)."""

import logging

from flask import Response, current_app, redirect, request
from flask import session as cookie
from flask.typing import ResponseReturnValue

from helpdesk.intake.service import drafts
from helpdesk.intake.views.blueprint import IN, public
from helpdesk.intake.views.public import visit
from helpdesk.web.access import Open, open_to_all
from helpdesk.web.errors import GONE
from helpdesk.web.i18n import locale
from helpdesk.web.sessions import PUBLIC_COOKIE
from helpdesk.web.transaction import commit, session

CLEAR = '"cache", "cookies", "storage"'
log = logging.getLogger(__name__)


@public.route(f"{IN}/leave", methods=["GET", "POST"])
@open_to_all(Open.PUBLIC)
def leave() -> ResponseReturnValue:
    """Forget what was typed and who was here. By GET, since a link must do without a script; it changes nothing but the visit itself.

    Whoever leaves is gone, whether or not our records can be reached: drafts that could not be deleted run out by themselves.
    """
    try:
        _forget()
    except GONE as error:
        log.error("The database does not answer, so a visit could not be ended: %s", type(error).__name__)  # noqa: TRY400  the trace would say of whom
        session().rollback()
    answer = _answer()
    answer.headers["Clear-Site-Data"] = CLEAR
    answer.delete_cookie(PUBLIC_COOKIE)
    return answer


def _forget() -> None:
    visit.know()
    drafts.forget(session(), visit.draft_ids())
    commit()  # here already, so that a database that goes in this moment is not noticed after the view
    cookie.clear()


def _answer() -> Response:
    # A script has left already. Its browser must not follow from here: it would say where it comes from.
    if request.method == "POST":
        return current_app.make_response(("", 204))
    return current_app.make_response(
        redirect(current_app.extensions["helpdesk.settings"].neutral_in(locale().tag), 303)
    )
