"""Invented people who wait for a call from the Blue Line: one who asked for it, one for whom we are late, one who left a message."""

import io
import math
import struct
import wave
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from helpdesk.consultations.service import contacts
from helpdesk.db.sealed import blind_index
from helpdesk.db.wall import acting_at
from helpdesk.demo.office import BLUE_LINE
from helpdesk.desks.models import Desk, PhoneLine
from helpdesk.kernel.permissions import SYSTEM
from helpdesk.kernel.phones import CallerKind
from helpdesk.telephony.models import Attempt, Call, CallBack
from helpdesk.telephony.rules.call_backs import LATEST, Asked, Tried
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.rules.state import Ending, FlowState, Stage
from helpdesk.telephony.service import call_backs, messages

SECONDS = 4
RATE = 8000


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody invented who waits; no such number is given to anybody."""

    number: str
    language: str
    asked: Asked
    ago: timedelta
    ways: tuple[str, ...] = ()
    note: str = ""


WAITS = Caller("+48500000101", "uk", Asked.CALL_BACK, timedelta(minutes=50))
LATE = Caller(
    "+48500000102",
    "pl",
    Asked.CALL_BACK,
    timedelta(days=2),
    ("SPH", "SHR", "SWD"),
    "Rano, gdy jest sama. Hasło: biblioteka.",
)
SPOKE = Caller("+48500000103", "pl", Asked.MESSAGE, timedelta(hours=3))
_ENDINGS = {Asked.CALL_BACK: Ending.CALL_BACK, Asked.MESSAGE: Ending.MESSAGE}


def add_call_backs(session: Session, now: datetime) -> None:
    """Let three people wait for a call from the Blue Line. Asked after the contacts, whose running numbers these continue."""
    desk = session.get_one(Desk, BLUE_LINE)
    with acting_at(session, BLUE_LINE):
        _ask(session, desk, WAITS, now)
        _, late = _ask(session, desk, LATE, now)
        late.due_at = late.asked_at + LATEST
        late.from_hour, late.until_hour, late.agreed_at = 8, 14, late.asked_at
        _try_in_vain(session, late)
        _leave_message(session, *_ask(session, desk, SPOKE, now))


def _ask(session: Session, desk: Desk, who: Caller, now: datetime) -> tuple[Call, CallBack]:
    at = now - who.ago
    key = blind_index(desk.id, who.number)
    contact = contacts.begin(
        session, desk, channel="PHO", actor=SYSTEM, now=now, caller_key=key, language=who.language, started_at=at
    )
    contact.ended_at = at + timedelta(minutes=3)
    contact.safe_ways, contact.safe_contact = list(who.ways), who.note
    session.flush()  # the call refers to it
    call = _call(desk.lines[0], contact.id, who, at)
    session.add(call)
    session.flush()  # likewise
    return call, call_backs.ask(session, call, who.asked, at)


def _call(line: PhoneLine, contact_id: UUID, who: Caller, at: datetime) -> Call:
    over = FlowState(stage=Stage.ENDED, language=who.language, ending=_ENDINGS[who.asked])
    call = Call(
        desk_id=line.desk_id,
        sid=f"CA{uuid4().hex}",
        contact_id=contact_id,
        line_number=line.number,
        caller_kind=CallerKind.KNOWN,
        caller_key=blind_index(line.desk_id, who.number),
        language=who.language,
        state=CallState.NO_ANSWER,
        flow=over.to_json(),
        started_at=at,
        heard_at=at,
        ended_at=at + timedelta(minutes=3),
    )
    call.caller_number = who.number
    return call


def _try_in_vain(session: Session, late: CallBack) -> None:
    for colleague in call_backs.colleagues(session)[:1]:
        late.owner_id = colleague.id
        late.attempts.append(Attempt(at=late.asked_at + timedelta(hours=16), by_id=colleague.id, tried=Tried.NO_ANSWER))


def _leave_message(session: Session, call: Call, spoke: CallBack) -> None:
    message = messages.noted(session, call, f"RE{uuid4().hex}", SECONDS, spoke.asked_at)
    message.sound, message.fetched_at, message.gone_there_at = _hum(), spoke.asked_at, spoke.asked_at


def _hum() -> bytes:
    """A soft tone in place of a voice, since nobody's voice is invented."""
    waves = (
        math.sin(2 * math.pi * 220 * at / RATE) * math.sin(math.pi * at / (RATE * SECONDS))
        for at in range(RATE * SECONDS)
    )
    target = io.BytesIO()
    with wave.open(target, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(RATE)
        sound.writeframes(b"".join(struct.pack("<h", round(6000 * each)) for each in waves))
    return target.getvalue()
