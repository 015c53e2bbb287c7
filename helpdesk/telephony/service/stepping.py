"""One request takes a call one step further."""

from collections.abc import Mapping
from datetime import datetime
from typing import assert_never

from sqlalchemy.orm import Session

from helpdesk.consultations.service import contacts
from helpdesk.db.wall import act_at
from helpdesk.telephony import queries
from helpdesk.telephony.models import Call
from helpdesk.telephony.queries import Held
from helpdesk.telephony.rules import flow, lattice
from helpdesk.telephony.rules.call_backs import Asked
from helpdesk.telephony.rules.instructions import Connect, HangUp, Instruction
from helpdesk.telephony.rules.state import (
    CallerHungUp,
    Chosen,
    Ending,
    Event,
    FlowState,
    Pressed,
    Recorded,
    Returned,
    RingEnded,
    RoomLeft,
    Stage,
    Started,
)
from helpdesk.telephony.service import call_backs, guests, messages
from helpdesk.telephony.service.arriving import hold
from helpdesk.telephony.service.ending import OVER, report
from helpdesk.telephony.service.facts import line_now, with_next_duty
from helpdesk.telephony.service.heard import ABSENT, OF_A_LEG, Heard, Kind, guest_id
from helpdesk.telephony.service.noting import changed
from helpdesk.telephony.service.ringing import (
    accepted,
    bridged,
    not_bridged,
    note_decision,
    note_leg,
    note_legs,
)
from helpdesk.telephony.service.sounding import Told, sounds


def handle(session: Session, heard: Heard) -> Told:
    """Take the call one step further and tell what it is to do now. Raises UnknownLine.

    Whoever calls this tries again in a new transaction where the database refuses a second row for the same call.
    """
    if heard.kind in OF_A_LEG:
        return _handle_leg(session, heard)
    held = hold(session, heard)
    if heard.kind is Kind.STATUS and not heard.is_gone:
        _tell(session, held.call, news=report(session, held.call, heard.status, heard.at))
        return Told([])
    return Told(_step(session, held, heard, _event(held.call, heard)), sounds(session).clips)


# To these we answered with our apology, and hung up.
_APOLOGIZED = frozenset({Kind.VOICE, Kind.MENU, Kind.RUNG, Kind.LEFT, Kind.RETURNED})


def recover(session: Session, heard: Heard) -> None:
    """Take in a request of a time when we could not write: the caller then heard our apology, and the call was over."""
    if heard.kind not in _APOLOGIZED or heard.was_answered:
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
        case Kind.RECORDED | Kind.RECORDING:
            return (
                CallerHungUp() if heard.is_gone and not heard.was_recorded else Recorded(heard.was_recorded, heard.turn)
            )
        case Kind.LEFT | Kind.RETURNED:
            return _out_of_talk(heard)
        case Kind.STATUS:
            return CallerHungUp()
        case Kind.WHISPER | Kind.ACCEPT | Kind.LEG | Kind.ROOM | Kind.OUT:
            raise ValueError(heard.kind)
        case _:
            assert_never(heard.kind)


def _out_of_talk(heard: Heard) -> Event:
    if heard.is_gone:
        return CallerHungUp()
    return RoomLeft(heard.turn) if heard.kind is Kind.LEFT else Returned(heard.turn)


def _ring_ended(call: Call, heard: Heard) -> Event:
    state = call.now_at
    if heard.is_gone and (state.returning or state.stage is Stage.ROOM):
        return CallerHungUp()
    if heard.was_answered:
        if heard.turn in {None, state.turn} and state.stage is not Stage.ROOM:
            bridged(call, heard.dial_sid, heard.started_at)
        return RingEnded(answered=True, turn=heard.turn)
    not_bridged(call, heard.turn)
    # The end of a ring is reported also when the caller hung up during it.
    return CallerHungUp() if heard.is_gone else RingEnded(answered=False, turn=heard.turn)


def _step(session: Session, held: Held, heard: Heard, event: Event, *, status: str = "") -> list[Instruction]:
    call, before = held.call, held.call.now_at
    line = line_now(session, held, event, heard.at)
    done = with_next_duty(session, flow.step(before, event, line), line, heard.at)
    moved = done.state != before
    call.heard_at = max(call.heard_at, heard.at)
    if moved:
        call.flow = done.state.to_json()
        note_decision(session, call, done, line, heard.at)
    note_legs(call, done)
    # From here on statements are sent, and with the first of them all that was changed above.
    news = report(session, call, status or heard.status, heard.at)
    _note_language(session, call, done.state)
    _note_promise(session, call, heard)
    if before.stage is Stage.ROOM or before.company or before.returning or before.handed:
        guests.follow(session, call, before, heard.at)
    _tell(session, call, news=moved or news)
    return done.instructions


_PROMISED: Mapping[Ending | None, Asked] = {Ending.CALL_BACK: Asked.CALL_BACK, Ending.MESSAGE: Asked.MESSAGE}


def _note_promise(session: Session, call: Call, heard: Heard) -> None:
    """Somebody now waits for a call from us, or has left us something to listen to. Said again, it changes nothing."""
    if heard.was_recorded:
        messages.noted(session, call, heard.recording, heard.recording_seconds, heard.at)
    elif heard.recording_status == ABSENT:
        messages.absent(session, call, heard.at)
    elif (ending := call.now_at.ending) in _PROMISED:
        call_backs.ask(session, call, _PROMISED[ending], heard.at)


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


def _handle_leg(session: Session, heard: Heard) -> Told:
    held = queries.held(session, heard.call)
    if held is None:
        return Told([HangUp()])
    act_at(session, held.call.desk_id)
    if (guest := guest_id(heard.leg)) is not None:
        told = guests.of_guest(session, held.call, guest, heard, held.name)
        return Told(told, sounds(session).clips)
    match heard.kind:
        case Kind.ROOM | Kind.OUT:
            return Told(guests.of_host(session, held.call, heard), sounds(session).clips)
        case Kind.WHISPER:
            note_leg(held.call, heard.leg, sid=heard.sid)
            return Told(flow.whisper(held.call.now_at, heard.leg, held.name), sounds(session).clips)
        case Kind.ACCEPT:
            return Told(_accept(session, held.call, heard, heard.at))
        case _:
            if note_leg(held.call, heard.leg, sid=heard.sid, state=lattice.leg(heard.status)):
                changed(session, held.call)
            if held.call.now_at.stage is Stage.ROOM:
                guests.of_host(session, held.call, heard)
            return Told([])


def _accept(session: Session, call: Call, heard: Heard, at: datetime) -> list[Instruction]:
    instructions = flow.accept(call.now_at, heard.digits)
    note_leg(call, heard.leg, sid=heard.sid)
    if Connect() in instructions and accepted(call, heard.leg, at):
        call.heard_at = max(call.heard_at, at)
        changed(session, call)
        if call.now_at.handed:
            guests.took_over(session, call, at)
    return instructions
