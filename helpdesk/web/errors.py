"""Error pages: what happened and what to do, in the reader's language. Raising rolls back whatever the request changed."""

import logging
from http import HTTPStatus

from flask import Flask, Response, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from helpdesk.kernel.errors import Forbidden, NotFound, Refusal
from helpdesk.web import labels
from helpdesk.web.access import Locked, SignInNeeded, to_lock, to_sign_in
from helpdesk.web.apologies import ONCE_MORE, OTHERWISE, SENTENCES, TITLE
from helpdesk.web.i18n import _, locale
from helpdesk.web.sessions import face_of

GONE = (OperationalError, InterfaceError, PoolTimeout)
log = logging.getLogger(__name__)


def error_page(status: int, title: str, sentence: str) -> Response:
    """An error as a page, or as a few words for a script that asked."""
    if request.accept_mimetypes.best == "application/json":
        answer = make_response({"error": sentence}, status)
    elif face_of(request.path) == "public" and "public" in current_app.blueprints:
        answer = make_response(_apology(status), status)
    else:
        answer = make_response(render_template("error.html", title=title, sentence=sentence), status)
    return answer


def _apology(status: int) -> str:
    """The page for somebody who asks for help, whatever went wrong. What was typed stands in it, to be sent again with one button."""
    is_ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
    typed = list(request.form.items(multi=True)) if is_ours and request.method == "POST" else []
    return render_template(
        "error.html",
        title=str(TITLE),
        sentence=str(SENTENCES.get(status, OTHERWISE)),
        typed=typed,
        once_more=str(ONCE_MORE),
        error_layout="public.html",
        first_page=f"/{locale().tag}/",
    )


def _not_found(_error: Exception) -> ResponseReturnValue:
    return error_page(404, _("Not found"), _("There is no such page here, or you may not open it."))


def _forbidden(_error: Exception) -> ResponseReturnValue:
    return error_page(
        403, _("Not allowed"), _("Your role at this desk does not include this. Ask the coordinator if you need it.")
    )


def _refused(error: Refusal) -> ResponseReturnValue:
    return error_page(409, _("This is not possible"), labels.sentence(error))


def _form_expired(_error: Exception) -> ResponseReturnValue:
    return error_page(
        400, _("The page was open too long"), _("Go back, reload the page and send it again. Nothing was saved.")
    )


def _database_gone(error: Exception) -> ResponseReturnValue:
    log.error("The database does not answer: %s", type(error).__name__)
    return error_page(
        503,
        _("We cannot reach our records now"),
        _("Nothing you sent was saved. Keep this window open and try again in a moment. The telephone still answers."),
    )


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    sentences = {
        405: _("This address cannot be used in this way."),
        413: _("What was sent is too large."),
        429: _("There were too many attempts. Wait a little and try again."),
    }
    return error_page(status, _("This did not work"), sentences.get(status, _("The request could not be understood.")))


def _unexpected(error: Exception) -> ResponseReturnValue:
    original = getattr(error, "original_exception", None)
    if isinstance(original, GONE):  # while the answer was being finished
        return _database_gone(original)
    log.error("Unexpected %s at %s", type(error).__name__, request.endpoint, exc_info=error)
    return error_page(
        500,
        _("Something went wrong on our side"),
        _("Nothing was saved. Try again; if it happens twice, tell the administrator."),
    )


def init_app(app: Flask) -> None:
    app.register_error_handler(NotFound, _not_found)
    app.register_error_handler(404, _not_found)
    app.register_error_handler(Forbidden, _forbidden)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(SignInNeeded, lambda _error: to_sign_in())
    app.register_error_handler(Locked, lambda _error: to_lock())
    for gone in GONE:
        app.register_error_handler(gone, _database_gone)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(500, _unexpected)
