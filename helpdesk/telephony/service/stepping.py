"""One request takes a call one step further."""

from datetime import datetime
from typing import assert_never

from sqlalchemy.orm import Session

from helpdesk.consultations.service import contacts
from helpdesk.db.wall import act_at
from helpdesk.telephony import queries
from helpdesk.telephony.models import Call
from helpdesk.telephony.queries import Held
from helpdesk.telephony.rules import flow, lattice
from helpdesk.telephony.rules.flow import CallerHungUp, Chosen, Event, FlowState, Pressed, RingEnded, Started
from helpdesk.telephony.rules.instructions import Connect, HangUp, Instruction
from helpdesk.telephony.service.arriving import hold
from helpdesk.telephony.service.ending import OVER, report
from helpdesk.telephony.service.heard import OF_A_LEG, Heard, Kind
from helpdesk.telephony.service.noting import changed
from helpdesk.telephony.service.ringing import (
    accepted,
    bridged,
    line_now,
    not_bridged,
    note_decision,
    note_leg,
    note_legs,
)


def handle(session: Session, heard: Heard) -> list[Instruction]:
    """Take the call one step further and tell what it is to do now. Raises UnknownLine.

    Whoever calls this tries again in a new transaction where the database refuses a second row for the same call.
    """
    if heard.kind in OF_A_LEG:
        return _handle_leg(session, heard)
    held = hold(session, heard)
    if heard.kind is Kind.STATUS and not heard.is_gone:
        _tell(session, held.call, news=report(session, held.call, heard.status, heard.at))
        return []
    return _step(session, held, heard, _event(held.call, heard))


def recover(session: Session, heard: Heard) -> None:
    """Take in a request of a time when we could not write: the caller then heard our apology, and the call was over."""
    if heard.kind not in {Kind.VOICE, Kind.MENU, Kind.RUNG} or heard.was_answered:
        handle(session, heard)
        return
    held = hold(session, heard)
    call = held.call
    call.trouble_at = min(call.trouble_at or heard.at, heard.at)
    if heard.at < call.started_at:
        call.started_at = heard.at
        queries.set_earlier_start(session, call)
    _step(session, held, heard, CallerHungUp(), status=OVER)
    changed(session, call)


def _event(call: Call, heard: Heard) -> Event:
    match heard.kind:
        case Kind.VOICE:
            return Started()
        case Kind.MENU:
            return Pressed(heard.digits, heard.turn)
        case Kind.RUNG:
            return _ring_ended(call, heard)
        case Kind.STATUS:
            return CallerHungUp()
        case Kind.WHISPER | Kind.ACCEPT | Kind.LEG:
            raise ValueError(heard.kind)
        case _:
            assert_never(heard.kind)


def _ring_ended(call: Call, heard: Heard) -> Event:
    if heard.was_answered:
        bridged(call, heard.dial_sid, heard.started_at)
        return RingEnded(answered=True, turn=heard.turn)
    not_bridged(call, heard.turn)
    # The end of a ring is reported also when the caller hung up during it.
    return CallerHungUp() if heard.is_gone else RingEnded(answered=False, turn=heard.turn)


def _step(session: Session, held: Held, heard: Heard, event: Event, *, status: str = "") -> list[Instruction]:
    call, before = held.call, held.call.now_at
    done = flow.step(before, event, line_now(session, held, event, heard.at))
    moved = done.state != before
    call.heard_at = max(call.heard_at, heard.at)
    if moved:
        call.flow = done.state.to_json()
        note_decision(session, call, done, heard.at)
    note_legs(call, done)
    # From here on statements are sent, and with the first of them all that was changed above.
    news = report(session, call, status or heard.status, heard.at)
    _note_language(session, call, done.state)
    _tell(session, call, news=moved or news)
    return done.instructions


def _tell(session: Session, call: Call, *, news: bool) -> None:
    if news:
        changed(session, call)


def _note_language(session: Session, call: Call, state: FlowState) -> None:
    if not state.language or call.language == state.language:
        return
    call.language = state.language
    if state.chosen is not Chosen.DEFAULT:  # silence says nothing about a language
        queries.set_language(session, call, state.language)
        contacts.changed(session, call.desk_id, call.contact_id)


def _handle_leg(session: Session, heard: Heard) -> list[Instruction]:
    held = queries.held(session, heard.call)
    if held is None:
        return [HangUp()]
    act_at(session, held.call.desk_id)
    match heard.kind:
        case Kind.WHISPER:
            note_leg(held.call, heard.leg, sid=heard.sid)
            return flow.whisper(held.call.now_at, heard.leg)
        case Kind.ACCEPT:
            return _accept(session, held.call, heard, heard.at)
        case _:
            if note_leg(held.call, heard.leg, sid=heard.sid, state=lattice.leg(heard.status)):
                changed(session, held.call)
            return []


def _accept(session: Session, call: Call, heard: Heard, at: datetime) -> list[Instruction]:
    instructions = flow.accept(call.now_at, heard.digits)
    note_leg(call, heard.leg, sid=heard.sid)
    if Connect() in instructions and accepted(call, heard.leg, at):
        call.heard_at = max(call.heard_at, at)
        changed(session, call)
    return instructions
