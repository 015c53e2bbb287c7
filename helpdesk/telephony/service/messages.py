"""What callers record: fetched, sealed, deleted at the provider at once, listened to, and deleted here by rule."""

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.jobs import Handler, enqueue
from helpdesk.db.notify import Changed
from helpdesk.db.session import Sessions
from helpdesk.db.wall import acting_at
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.permissions import SYSTEM, Actor
from helpdesk.telephony.models import Call, Message
from helpdesk.telephony.provider import Provider, ProviderFailed, Trouble
from helpdesk.telephony.queries import call_backs as queries
from helpdesk.telephony.rules.call_backs import Asked, Outcome
from helpdesk.telephony.service import call_backs

FETCH = "telephony.fetch_message"
CLEAR = "telephony.clear_message"
log = logging.getLogger(__name__)


def noted(session: Session, call: Call, sid: str, seconds: int, at: datetime) -> Message:
    """The provider has a recording of `seconds`. Said again, it changes nothing; who says so holds the call.

    Somebody now waits for a call from us, whether or not the end of the call is known.
    """
    found = queries.message_by_sid(session, sid)
    if found is not None:
        return found
    made = Message(
        desk_id=call.desk_id,
        contact_id=call.contact_id,
        call_id=call.id,
        sid=sid,
        seconds=max(seconds, 0),
        recorded_at=at,
    )
    session.add(made)
    asked = call_backs.ask(session, call, Asked.MESSAGE, at)
    if asked.outcome is Outcome.NOTHING_SAID:
        asked.done_at = asked.outcome = None
    _order(session, FETCH, made.desk_id, made.id, at)
    return made


def absent(session: Session, call: Call, at: datetime) -> None:
    """Nothing was said after the tone: there is nothing to listen to. The contact stays open, so that it stands in the hand-over."""
    asked = call_backs.ask(session, call, Asked.MESSAGE, at)
    if asked.is_open and not queries.messages_of(session, call.contact_id):
        call_backs.end(session, asked, Outcome.NOTHING_SAID, actor=SYSTEM, now=at)


def handlers(provider: Provider) -> Mapping[str, Handler]:
    """The jobs that fetch a recording, and that delete it at the provider.

    They are two, since what was fetched must be kept before its source is deleted. Each may run again at any point of it.
    """

    def fetch(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
        with acting_at(session, payload["desk_id"]):
            message = queries.message_held(session, UUID(payload["message_id"]))
            if message is None or message.fetched_at is not None or message.deleted_at is not None:
                return
            try:
                message.sound, message.fetched_at = provider.recording(message.sid), now
            except ProviderFailed as failed:
                if failed.trouble is not Trouble.GONE:
                    raise
                # It will never come. That it was there, and when, stays.
                log.warning("The recorded message %s is not there any more.", message.id)
                message.deleted_at = message.gone_there_at = now
                _record(session, message, Tag.MESSAGE_DELETED, SYSTEM, now)
                return
            _record(session, message, Tag.MESSAGE_KEPT, SYSTEM, now)
            _order(session, CLEAR, message.desk_id, message.id, now)

    def clear(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
        with acting_at(session, payload["desk_id"]):
            message = queries.message_held(session, UUID(payload["message_id"]))
            if message is not None and message.fetched_at is not None and message.gone_there_at is None:
                provider.delete_recording(message.sid)
                message.gone_there_at = now

    return {FETCH: fetch, CLEAR: clear}


def listen(session: Session, message_id: UUID, *, actor: Actor, now: datetime) -> Message:
    """Let somebody listen to a message; the first who does is kept. Raises NotFound where there is no sound."""
    found = queries.message_held(session, message_id)
    if found is None or found.sound_sealed is None:
        raise NotFound("Message")
    if found.heard_at is None:
        found.heard_at, found.heard_by_id = now, actor.id
        _record(session, found, Tag.MESSAGE_HEARD, actor, now)
    return found


def sound(session: Session, message_id: UUID, *, actor: Actor, now: datetime) -> bytes:
    """The sound of a message that somebody began to listen to, or NotFound; that it was given out is recorded."""
    found = queries.message(session, message_id)
    if found.sound_sealed is None or found.heard_at is None:
        raise NotFound("Message")
    _record(session, found, Tag.MESSAGE_HEARD, actor, now)
    return found.sound


def tidy(sessions: Sessions, now: datetime) -> None:
    """Delete what was kept long enough, and order anew what is not here yet or not yet deleted at the provider."""
    with sessions.begin() as session:
        for spent in queries.delete_spent(session, now):
            detail = {"message": str(spent.id)}
            audit.record(
                session,
                actor=SYSTEM,
                tag=Tag.MESSAGE_DELETED,
                subject=spent.contact_id,
                desk_id=spent.desk_id,
                now=now,
                detail=detail,
            )
        for unfinished in queries.unfinished(session):
            kind = CLEAR if unfinished.is_here else FETCH
            _order(session, kind, unfinished.desk_id, unfinished.id, now)


def _order(session: Session, kind: str, desk_id: str, message_id: UUID, now: datetime) -> None:
    enqueue(session, kind, {"desk_id": desk_id, "message_id": str(message_id)}, due=now, key=f"{kind}:{message_id}")


def _record(session: Session, message: Message, tag: Tag, actor: Actor, now: datetime) -> None:
    audit.record(
        session,
        actor=actor,
        tag=tag,
        subject=message.contact_id,
        desk_id=message.desk_id,
        now=now,
        detail={"message": str(message.id)},
        told=Changed(message.desk_id, call_backs.TOPIC, str(message.id)),
    )
