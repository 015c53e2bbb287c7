"""The address at which the provider passes a text message on. Only a person answers one, so what is said here is always empty."""

import logging
from functools import partial

from flask import Blueprint, Flask, Response, current_app, request
from flask_wtf import CSRFProtect
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.config import Settings
from helpdesk.kernel.clock import utcnow
from helpdesk.telephony import spool
from helpdesk.telephony.deadline import TooLate, in_time
from helpdesk.telephony.service import UnknownLine
from helpdesk.telephony.service import texts as service
from helpdesk.telephony.service.texts import Written
from helpdesk.telephony.twiml import TEXT
from helpdesk.telephony.webhooks import MARKUP, only_the_provider
from helpdesk.web.access import signed_by_provider
from helpdesk.web.transaction import sessions

hooks = Blueprint("text_webhooks", __name__)
log = logging.getLogger(__name__)

NOTHING = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'

# Nobody listens meanwhile; the provider waits for fifteen.
SECONDS = 8.0

# The provider passes on at most 1,600 letters.
LONGEST = 4000
_LONGEST_FIELD = 200

hooks.before_request(only_the_provider)


@hooks.post(TEXT)
@signed_by_provider
def text() -> Response:
    """Somebody wrote to a line.

    Where it cannot be written down it is kept on the disk until it can; where not even that, this fails, and loudly: the provider
    then asks again, as the address of the number tells it to.
    """
    written = _read()
    if written is None:
        return Response("Forbidden.\n", 403, content_type="text/plain")
    try:
        in_time(sessions(), partial(service.receive, written=written), SECONDS)
    except UnknownLine:
        log.warning("A text message came for a number that belongs to no desk.")
    except (SQLAlchemyError, TooLate) as error:
        # Only the kind: its text may hold what was to be written.
        log.error("The text message %s could not be written down: %s", written.sid, type(error).__name__)  # noqa: TRY400
        return _kept(written)
    return Response(NOTHING, content_type=MARKUP)


def _kept(written: Written) -> Response:
    settings: Settings = current_app.extensions["helpdesk.settings"]
    try:
        spool.put(settings.spool_dir, written)
    except Exception:
        log.exception("The text message %s could not be kept.", written.sid)
        return Response("Not now.\n", 500, content_type="text/plain")
    return Response(NOTHING, content_type=MARKUP)


def init_app(app: Flask) -> None:
    """Take text messages in. The provider's signature stands in for a token of ours, as for calls."""
    csrf: CSRFProtect = app.extensions["helpdesk.csrf"]
    csrf.exempt(hooks)  # type: ignore[no-untyped-call]
    app.register_blueprint(hooks)


def _read() -> Written | None:
    """The fields of the request; None where it does not even say which message it is."""
    sid = _field("MessageSid")
    if not sid:
        return None
    return Written(
        sid=sid,
        at=utcnow(),
        called=_field("To").strip(),
        sender=_field("From"),
        body=_field("Body", LONGEST),
        opt_out=_field("OptOutType"),
        media=_field("NumMedia").strip() not in {"", "0"},
    )


def _field(name: str, longest: int = _LONGEST_FIELD) -> str:
    # PostgreSQL keeps no NUL in a text, and no envelope holds half of a letter.
    return request.form.get(name, "")[:longest].replace("\x00", "")
