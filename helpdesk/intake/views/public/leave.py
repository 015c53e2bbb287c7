"""The way out: the visit ends on our side, and the browser is sent to a page that says nothing (EX3)."""

from flask import current_app, redirect, request
from flask import session as cookie
from flask.typing import ResponseReturnValue

from helpdesk.intake.service import drafts
from helpdesk.intake.views.blueprint import public
from helpdesk.intake.views.public import visit
from helpdesk.web.access import Open, open_to_all
from helpdesk.web.transaction import session

CLEAR = '"cache", "cookies", "storage"'


@public.route("/leave", methods=["GET", "POST"])
@open_to_all(Open.PUBLIC)
def leave() -> ResponseReturnValue:
    """Forget what was typed and who was here. By GET, since a link must do without a script; it changes nothing but the visit itself."""
    drafts.forget(session(), visit.draft_ids())
    cookie.clear()
    # Of the script, which has left already. Its browser must not follow from here: it would say where it comes from.
    if request.method == "POST":
        answer = current_app.make_response(("", 204))
    else:
        answer = current_app.make_response(redirect(current_app.extensions["helpdesk.settings"].neutral_url, 303))
    answer.headers["Clear-Site-Data"] = CLEAR
    return answer
