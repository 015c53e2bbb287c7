"""The address at which the provider fetches what it plays. A sound has the name of its content, so whoever has it may keep it for ever."""

import hashlib
import re
from functools import cache
from importlib.resources import files

from flask import Blueprint, Flask, Response, request
from sqlalchemy.exc import SQLAlchemyError

from helpdesk.telephony.queries import recordings as queries
from helpdesk.telephony.rules.instructions import Sound
from helpdesk.telephony.twiml import SOUND
from helpdesk.web.access import Open, open_to_all
from helpdesk.web.transaction import session

sounds = Blueprint("sounds", __name__)

WAV = "audio/wav"
ONE_YEAR, ONE_DAY = 365 * 24 * 60 * 60, 24 * 60 * 60
_DIGEST = re.compile(r"[0-9a-f]{40}")


@sounds.get(SOUND)
@open_to_all(Open.PUBLIC)
def sound(name: str) -> Response:
    """A recording by the digest of its content, or one of the sounds that every desk has."""
    stem = name.removesuffix(".wav")
    if stem == name:
        return _nothing()
    if stem in set(Sound):
        content, digest = _own(stem)
        return _answer(content, digest, for_ever=False)
    try:
        recorded = queries.sound(session(), stem) if _DIGEST.fullmatch(stem) else None
    except SQLAlchemyError:
        return Response("Not now.\n", 503, content_type="text/plain")
    return _nothing() if recorded is None else _answer(recorded, stem, for_ever=True)


def init_app(app: Flask) -> None:
    app.register_blueprint(sounds)


@cache
def _own(name: str) -> tuple[bytes, str]:
    content = (files("helpdesk.telephony") / "data" / f"{name}.wav").read_bytes()
    return content, hashlib.sha256(content).hexdigest()


def _answer(content: bytes, digest: str, *, for_ever: bool) -> Response:
    answer = Response(content, content_type=WAV)
    answer.set_etag(digest)
    answer.cache_control.public = True
    answer.cache_control.max_age = ONE_YEAR if for_ever else ONE_DAY
    # The name of a sound of ours stays when the sound is changed, so it is asked for again.
    answer.cache_control.immutable = for_ever
    answer.make_conditional(request)
    return answer


def _nothing() -> Response:
    return Response("No such sound.\n", 404, content_type="text/plain")
