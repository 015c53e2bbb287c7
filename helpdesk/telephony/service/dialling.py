"""A call-back on the wire: first the telephone of whoever calls, then, after a pressed key, the other one. Checked anew at each step.

A telephone that nobody holds presses no key, so a machine of ours never talks to anybody.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.audit.rules import Tag
from helpdesk.db.jobs import Handler
from helpdesk.db.wall import act_at, acting_at
from helpdesk.kernel.permissions import SYSTEM
from helpdesk.telephony import twiml
from helpdesk.telephony.models import Attempt, CallBack
from helpdesk.telephony.provider import Provider, ProviderFailed, Trouble
from helpdesk.telephony.queries import call_backs as queries
from helpdesk.telephony.rules.call_backs import DIAL_WITHIN, Tried
from helpdesk.telephony.rules.instructions import (
    ACCEPT_KEY,
    STAFF_LANGUAGE,
    WHISPER_SECONDS,
    Accept,
    HangUp,
    Instruction,
    Leg,
    Ring,
    Speak,
)
from helpdesk.telephony.rules.prompts import Prompt
from helpdesk.telephony.service import call_backs

# What the provider says of the telephone that was called; of a talk it knows nothing, so people say what became of it.
_TOLD: Mapping[str, Tried] = {
    "busy": Tried.BUSY,
    "no-answer": Tried.NO_ANSWER,
    "failed": Tried.NOT_PUT_THROUGH,
    "canceled": Tried.NOT_PUT_THROUGH,
}
TALK_TURN = 1


def handlers(provider: Provider, *, public_url: str, shown: str) -> Mapping[str, Handler]:
    """The job that rings the telephone of whoever calls back, with the number `shown`.

    It rings once: an order that is old is not carried out any more, and where nobody knows whether it rang it is not tried again.
    """

    def ring_up(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
        with acting_at(session, payload["desk_id"]):
            attempt = queries.attempt_held(session, UUID(payload["attempt_id"]))
            if attempt is None or attempt.sid is not None or attempt.tried is not None:
                return
            call_back = queries.call_back(session, attempt.call_back_id)
            caller = session.get(Account, attempt.by_id)
            if caller is None or not caller.phone or not _is_still_wanted(attempt, call_back, now):
                _note(session, attempt, call_back, Tried.NOT_PUT_THROUGH, now)
                return
            answer, status = (_address(public_url, path, attempt.id) for path in (twiml.BACK, twiml.BACK_STATUS))
            try:
                attempt.sid = provider.call(caller.phone, shown, answer, status)
            except ProviderFailed as failed:
                if failed.trouble is Trouble.UNREACHABLE:
                    raise
                _note(session, attempt, call_back, Tried.NOT_PUT_THROUGH, now)

    return {call_backs.DIAL: ring_up}


def picked_up(session: Session, attempt_id: UUID, now: datetime) -> list[Instruction]:
    """What the telephone of whoever calls back hears: it must press a key, as long as the call is still wanted."""
    if _wanted(session, attempt_id, now) is None:
        return [HangUp()]
    asked = Speak(Prompt.BACK, STAFF_LANGUAGE, key=ACCEPT_KEY)
    return [Accept("", (asked,), WHISPER_SECONDS), HangUp()]


def put_through(session: Session, attempt_id: UUID, digits: str, *, shown: str, now: datetime) -> list[Instruction]:
    """What the telephone of whoever calls back does after a key: ring the other one, unless it is no longer safe or was not accepted."""
    attempt = _wanted(session, attempt_id, now) if digits == ACCEPT_KEY else None
    if attempt is None or attempt.call_back.call is None:
        return [HangUp()]
    number = attempt.call_back.call.caller_number
    leg = Leg(f"{TALK_TURN}-1", str(attempt.by_id), number)
    # Nobody at the other end is asked to press anything, so nothing is said there that was not said by a person.
    return [Ring((leg,), shown, TALK_TURN, asks=False)]


def over(session: Session, attempt_id: UUID, status: str, now: datetime) -> None:
    """The provider says how it went with a telephone. What people said before stays."""
    attempt = queries.attempt_held(session, attempt_id)
    tried = _TOLD.get(status)
    if attempt is None or attempt.tried is not None or tried is None:
        return
    act_at(session, attempt.desk_id)
    _note(session, attempt, queries.call_back(session, attempt.call_back_id), tried, now)


def not_picked_up(session: Session, attempt_id: UUID, status: str, now: datetime) -> None:
    """The provider says how it went with our own telephone: where it was not picked up, nobody else's rang."""
    if status in _TOLD:
        over(session, attempt_id, "failed", now)


def _wanted(session: Session, attempt_id: UUID, now: datetime) -> Attempt | None:
    attempt = queries.attempt_held(session, attempt_id)
    if attempt is None:
        return None
    act_at(session, attempt.desk_id)
    call_back = queries.call_back(session, attempt.call_back_id)
    return attempt if _is_still_wanted(attempt, call_back, now) else None


def _is_still_wanted(attempt: Attempt, call_back: CallBack, now: datetime) -> bool:
    """Whether the call is still in time, open, and as safe as it was when it was ordered."""
    if attempt.tried is not None or not call_back.is_open or now - attempt.at > DIAL_WITHIN:
        return False
    actor = attempt.by.actor_at(attempt.desk_id)
    if actor is None:
        return False
    found = call_backs.verdict(call_back, actor, now)
    return found.is_allowed or (found.may_be_overridden and attempt.override_sealed is not None)


def _note(session: Session, attempt: Attempt, call_back: CallBack, tried: Tried, now: datetime) -> None:
    attempt.tried = tried
    call_backs.note(session, call_back, Tag.CALL_BACK_TRIED, actor=SYSTEM, now=now, tried=tried.value)


def _address(public_url: str, pattern: str, attempt_id: UUID) -> str:
    return public_url.rstrip("/") + pattern.replace("<call>", str(attempt_id))
