"""The addresses at which the telephony provider asks what a call is to do and tells what became of it.

The signature is checked before anything else. Whatever fails afterwards is our fault and never the caller's: the answer is
still a good one, with the emergency number, within two seconds, and the request is kept on the disk until it can be written.
"""

import logging
from datetime import timedelta
from functools import lru_cache, partial
from urllib.parse import quote, quote_from_bytes

from flask import Blueprint, Flask, Response, current_app, request
from flask_wtf import CSRFProtect
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import configure_mappers
from werkzeug.exceptions import RequestEntityTooLarge

from helpdesk.config import Settings
from helpdesk.kernel.clock import utcnow
from helpdesk.telephony import arrival, forms, gateway, service, spool, twiml
from helpdesk.telephony.deadline import First, TooLate, in_time
from helpdesk.telephony.rules import flow
from helpdesk.telephony.rules import instructions as say
from helpdesk.telephony.rules.instructions import Connect, HangUp, Instruction, Join, Ring, Speak
from helpdesk.telephony.rules.prompts import Prompt
from helpdesk.telephony.service import Heard, Kind, Told, UnknownLine
from helpdesk.telephony.twiml import Addresses, Clips
from helpdesk.web.access import signed_by_provider
from helpdesk.web.transaction import sessions

hooks = Blueprint("webhooks", __name__)
log = logging.getLogger(__name__)

# The provider's requests have some two thousand bytes.
LARGEST = 64 * 1024

# Of the two seconds that a caller may hear nothing; the rest is for the disk.
SECONDS = 1.5

FORM = "application/x-www-form-urlencoded"
MARKUP = "text/xml; charset=utf-8"

# Without the database nobody knows which languages a line has.
APOLOGY_LANGUAGES = ("pl", "uk", "en")
CALLBACKS = frozenset({Kind.LEG, Kind.RECORDING, Kind.STATUS})

# What a rung telephone hears and does while it rings is worth nothing once it is over.
NOT_KEPT = frozenset({Kind.LEG, Kind.ROOM, Kind.WHISPER})

_CALL = "0call0"


@hooks.before_request
def only_the_provider() -> Response | None:
    """Refuse whatever the provider did not sign. Nothing is looked up and nothing is kept."""
    if (request.content_length or 0) > LARGEST:
        return Response("Too large.\n", 413, content_type="text/plain")
    request.max_content_length = LARGEST
    try:
        is_signed = request.mimetype == FORM and _is_signed()
    except RequestEntityTooLarge:
        return Response("Too large.\n", 413, content_type="text/plain")
    return None if is_signed else _forbidden()


@hooks.post(twiml.VOICE)
@signed_by_provider
def voice() -> Response:
    """A call comes in."""
    return _answer(Kind.VOICE)


@hooks.post(twiml.MENU)
@signed_by_provider
def menu(call: str) -> Response:
    """The caller pressed a key, or none."""
    return _answer(Kind.MENU, call)


@hooks.post(twiml.RUNG)
@signed_by_provider
def rung(call: str) -> Response:
    """A ring is over, and the talk as well if there was one."""
    return _answer(Kind.RUNG, call)


@hooks.post(twiml.WHISPER)
@signed_by_provider
def whisper(call: str, leg: str) -> Response:
    """A rung telephone was picked up, by a person or by a machine."""
    return _answer(Kind.WHISPER, call, leg)


@hooks.post(twiml.ACCEPT)
@signed_by_provider
def accept(call: str, leg: str) -> Response:
    """Whoever picked up pressed a key, or none."""
    return _answer(Kind.ACCEPT, call, leg)


@hooks.post(twiml.LEG)
@signed_by_provider
def leg(call: str, leg: str) -> Response:
    """A rung telephone's call came further."""
    return _answer(Kind.LEG, call, leg)


@hooks.post(twiml.RECORDED)
@signed_by_provider
def recorded(call: str) -> Response:
    """The caller has left a message, or said nothing."""
    return _answer(Kind.RECORDED, call)


@hooks.post(twiml.RECORDING)
@signed_by_provider
def recording(call: str) -> Response:
    """A message can be fetched, or there is none."""
    return _answer(Kind.RECORDING, call)


@hooks.post(twiml.LEFT)
@signed_by_provider
def left(call: str) -> Response:
    """The caller is no longer in the room."""
    return _answer(Kind.LEFT, call)


@hooks.post(twiml.RETURNED)
@signed_by_provider
def returned(call: str) -> Response:
    """The caller was taken out of a talk."""
    return _answer(Kind.RETURNED, call)


@hooks.post(twiml.ROOM)
@signed_by_provider
def room(call: str, leg: str) -> Response:
    """Whoever answered was taken out of the talk, to go on in a room."""
    return _answer(Kind.ROOM, call, leg)


@hooks.post(twiml.OUT)
@signed_by_provider
def out(call: str, leg: str) -> Response:
    """One of ours, or a guest, is no longer in the room."""
    return _answer(Kind.OUT, call, leg)


@hooks.post(twiml.STATUS)
@signed_by_provider
def status() -> Response:
    """The caller's call came further, or is over."""
    return _answer(Kind.STATUS)


def init_app(app: Flask) -> None:
    """Answer the provider. It sends no token of ours with its forms; its signature stands in for that."""
    csrf: CSRFProtect = app.extensions["helpdesk.csrf"]
    csrf.exempt(hooks)  # type: ignore[no-untyped-call]
    app.register_blueprint(hooks)
    # Now and not at the first call: a row with a sealed number cannot be made before, and what is wrong here must be seen at once.
    configure_mappers()
    arrival.statement(alone=True)


def _answer(kind: Kind, call: str = "", leg: str = "") -> Response:
    heard = forms.read(kind, request.form, at=utcnow(), call=call, leg=leg, turn=request.args.get("turn"))
    if heard is None:
        return _forbidden()
    told = _told(heard)
    return Response(status=204) if kind in CALLBACKS else _markup(told, heard.call)


def _told(heard: Heard) -> Told:
    try:
        return in_time(sessions(), partial(service.handle, heard=heard), SECONDS, first=_first(heard))
    except UnknownLine:
        log.warning("A call came for %s, which belongs to no desk.", heard.called)
        return Told(unknown_line())
    except (SQLAlchemyError, TooLate) as error:
        # Only the kind: its text may hold what was to be written.
        log.error("The database failed a call at %s: %s", heard.kind, type(error).__name__)  # noqa: TRY400
    except Exception:
        log.exception("A call failed at %s.", heard.kind)
    _keep(heard)
    return Told(without_records(heard))


def _first(heard: Heard) -> First[Told] | None:
    """The shorter way, for the request that comes most and must be quickest."""
    until = heard.at + timedelta(seconds=SECONDS)
    return partial(service.greet, heard=heard, until=until) if heard.kind is Kind.VOICE else None


def _keep(heard: Heard) -> None:
    if heard.kind in NOT_KEPT:
        return
    try:
        spool.put(_settings().spool_dir, heard)
    except Exception:
        log.exception("A request about the call %s could not be kept.", heard.call)


def unknown_line() -> list[Instruction]:
    """What somebody hears who called a number of ours that belongs to no desk."""
    spoken = [Speak(prompt, each) for each in APOLOGY_LANGUAGES for prompt in (Prompt.NOBODY, Prompt.EMERGENCY)]
    return [*spoken, HangUp()]


def without_records(heard: Heard) -> list[Instruction]:
    """What is done while nothing can be looked up or written. Whoever picks up the telephone still gets the caller."""
    if heard.kind is Kind.WHISPER:
        asked = Speak(Prompt.WHISPER, say.STAFF_LANGUAGE, key=say.ACCEPT_KEY)
        return [say.Accept(heard.leg, (asked,), say.WHISPER_SECONDS), HangUp()]
    if heard.kind is Kind.ROOM:
        return [Join(leg_id=heard.leg)]
    if heard.kind is Kind.OUT:
        return [HangUp()]
    if heard.kind is Kind.ACCEPT:
        accepted = Join(leg_id=heard.leg) if heard.is_of_guest else Connect()
        return [accepted if heard.digits == say.ACCEPT_KEY else HangUp()]
    if heard.was_answered:
        return [HangUp()]
    spoken = [each for language in APOLOGY_LANGUAGES for each in flow.apology(language)[:-1]]
    return [*spoken, HangUp()]


def _markup(told: Told, call: str) -> Response:
    instructions, clips = tuple(told.instructions), told.clips
    if any(isinstance(each, Ring) for each in instructions):
        # It holds the numbers of people, which do not stay in memory.
        xml = _rendered(instructions, _addresses(call), clips)
    else:
        xml = _prepared(instructions, _addresses(_CALL), clips).replace(_CALL, quote(call, safe=""))
    return Response(xml, content_type=MARKUP)


@lru_cache(maxsize=500)
def _prepared(instructions: tuple[Instruction, ...], addresses: Addresses, clips: Clips) -> str:
    """The markup for any call: the same menu is said all day long."""
    return _rendered(instructions, addresses, clips)


def _rendered(instructions: tuple[Instruction, ...], addresses: Addresses, clips: Clips) -> str:
    rendered = twiml.render(instructions, addresses, clips)
    for speak in rendered.unspoken:
        log.warning("No voice speaks %s; %s was said in Polish.", speak.language, speak.prompt)
    return rendered.xml


def _addresses(call: str) -> Addresses:
    settings = _settings()
    return Addresses(settings.public_url, call, twiml.overrides(settings.twilio_edge))


def _is_signed() -> bool:
    settings = _settings()
    keys, tokens, form = settings.twilio_shared_keys, settings.twilio_auth_tokens, request.form.to_dict(flat=False)
    return gateway.verify_request(tokens, keys, settings.public_url, request.headers, raw_target(), form)


def raw_target() -> str:
    """Path and query exactly as they were sent, which is what was signed; the framework's own are decoded."""
    raw = str(request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or "")
    if "://" in raw and not raw.startswith("/"):
        return "/" + raw.split("://", 1)[1].partition("/")[2]
    return raw or _encoded_again()


def _encoded_again() -> str:
    """Behind a server that passes no raw target: its decoded bytes, encoded in the usual way."""
    path = quote_from_bytes(request.environ.get("PATH_INFO", "").encode("latin-1"))
    query = request.query_string.decode("latin-1")
    return f"{path}?{query}" if query else path


def _settings() -> Settings:
    found: Settings = current_app.extensions["helpdesk.settings"]
    return found


def _forbidden() -> Response:
    return Response("Forbidden.\n", 403, content_type="text/plain")
