"""The addresses at which the provider asks about a call that we make ourselves: to call somebody back."""

import logging
from collections.abc import Callable
from functools import partial
from typing import TypeVar
from uuid import UUID

from flask import Blueprint, Flask, Response, current_app, request
from flask_wtf import CSRFProtect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from helpdesk.config import Settings
from helpdesk.kernel.clock import utcnow
from helpdesk.telephony import twiml, webhooks
from helpdesk.telephony.deadline import TooLate, in_time
from helpdesk.telephony.rules.instructions import HangUp, Instruction
from helpdesk.telephony.service import dialling
from helpdesk.telephony.twiml import BackAddresses
from helpdesk.web.access import signed_by_provider
from helpdesk.web.transaction import sessions

Done = TypeVar("Done")
hooks = Blueprint("back_webhooks", __name__)
hooks.before_request(webhooks.only_the_provider)
log = logging.getLogger(__name__)

_ATTEMPT = {
    each: each.replace("<call>", "<uuid:attempt>")
    for each in (twiml.BACK, twiml.BACK_ACCEPTED, twiml.BACK_OVER, twiml.BACK_STATUS)
}


@hooks.post(_ATTEMPT[twiml.BACK])
@signed_by_provider
def picked_up(attempt: UUID) -> Response:
    """Our own telephone was picked up."""
    return _markup(attempt, partial(dialling.picked_up, attempt_id=attempt, now=utcnow()))


@hooks.post(_ATTEMPT[twiml.BACK_ACCEPTED])
@signed_by_provider
def accepted(attempt: UUID) -> Response:
    """Whoever picked up pressed a key, or none."""
    shown, digits = _settings().neutral_number, request.form.get("Digits", "")
    return _markup(attempt, partial(dialling.put_through, attempt_id=attempt, digits=digits, shown=shown, now=utcnow()))


@hooks.post(_ATTEMPT[twiml.BACK_OVER])
@signed_by_provider
def over(attempt: UUID) -> Response:
    """The other telephone did not answer, or the talk is over."""
    status = request.form.get("DialCallStatus", "")

    def end(session: Session) -> list[Instruction]:
        dialling.over(session, attempt, status, utcnow())
        return [HangUp()]

    return _markup(attempt, end)


@hooks.post(_ATTEMPT[twiml.BACK_STATUS])
@signed_by_provider
def status(attempt: UUID) -> Response:
    """Our own telephone rang, or did not."""
    told = request.form.get("CallStatus", "")
    _done(lambda session: dialling.not_picked_up(session, attempt, told, utcnow()))
    return Response(status=204)


def init_app(app: Flask) -> None:
    """Answer the provider, whose signature stands in for a token of ours."""
    csrf: CSRFProtect = app.extensions["helpdesk.csrf"]
    csrf.exempt(hooks)  # type: ignore[no-untyped-call]
    app.register_blueprint(hooks)


def _markup(attempt: UUID, work: Callable[[Session], list[Instruction]]) -> Response:
    settings = _settings()
    addresses = BackAddresses(settings.public_url, str(attempt), twiml.overrides(settings.twilio_edge))
    # Where the database fails nobody is rung: whoever called back sees that it did not work, and nobody waits.
    xml = twiml.render(_done(work) or [HangUp()], addresses).xml
    return Response(xml, content_type=webhooks.MARKUP)


def _done(work: Callable[[Session], Done]) -> Done | None:
    try:
        return in_time(sessions(), work, webhooks.SECONDS)
    except (SQLAlchemyError, TooLate) as error:
        log.error("The database failed a call back: %s", type(error).__name__)  # noqa: TRY400  its text may hold what was to be written
        return None


def _settings() -> Settings:
    found: Settings = current_app.extensions["helpdesk.settings"]
    return found
