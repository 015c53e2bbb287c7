"""What the provider tells of the telephones in a room: of whoever answered, and of the guests. Late, doubled and lost reports do no harm."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.audit.rules import Tag
from helpdesk.telephony.models import Call, RoomGuest
from helpdesk.telephony.queries import rooms as queries
from helpdesk.telephony.rules import instructions as say
from helpdesk.telephony.rules import lattice, rooms
from helpdesk.telephony.rules.instructions import HangUp, Instruction, Join
from helpdesk.telephony.rules.rooms import GuestKind, Place
from helpdesk.telephony.rules.state import FlowState, Stage
from helpdesk.telephony.service import talking
from helpdesk.telephony.service.heard import Heard, Kind


def of_guest(session: Session, call: Call, guest_id: UUID, heard: Heard, line: str) -> list[Instruction]:
    """A guest's telephone was picked up, pressed a key, left, or came further."""
    guest = queries.guest_of(session, call.id, guest_id)
    if guest is None:
        return [HangUp()]
    match heard.kind:
        case Kind.WHISPER:
            return _picked_up(session, call, guest, heard, line)
        case Kind.ACCEPT:
            return _pressed(session, call, guest, heard)
        case _:
            if _is_over(heard) and guest.sid in {None, heard.sid}:
                talking.guest_gone(session, call, guest, heard.at)
            return [HangUp()]


def of_host(session: Session, call: Call, heard: Heard) -> list[Instruction]:
    """Whoever answered comes into the room, leaves it, or hangs up."""
    leg = call.legs.get(heard.leg)
    if leg is None:
        return [HangUp()]
    if heard.kind is not Kind.ROOM:
        if _is_over(heard) and leg.get("accepted") and talking.turn_of(heard.leg) == _last_turn(call):
            talking.host_gone(session, call, heard.leg, heard.at)
        return [HangUp()]
    if call.now_at.stage is not Stage.ROOM or talking.host_leg(call) != heard.leg:
        return [HangUp()]
    call.legs = {**call.legs, heard.leg: {**leg, "room": heard.at.isoformat()}}
    return [Join(leg_id=heard.leg)]


def took_over(session: Session, call: Call, now: datetime) -> None:
    """Somebody accepted a call that comes from a talk: whoever it was handed on to has joined."""
    for guest in _handed_on(session, call):
        if guest.account_id == call.answered_by_id:
            guest.joined_at = max(now, guest.asked_at)
            session.flush()
            talking.keep_company(call, queries.guests(session, call.id))
            talking.note(session, call, Tag.CALL_GUEST_JOINED, now=now, guest=str(guest.id), kind=guest.kind.value)


def follow(session: Session, call: Call, before: FlowState, now: datetime) -> None:
    """The caller's own call came further than it was `before`.

    Whoever was in a talk that she is taken out of, or was to come, is out of it; whoever it was handed on to and does not answer is no
    longer expected.
    """
    state = call.now_at
    if state.stage is Stage.ENDED:
        talking.close(session, call, now)
        return
    if before.returning and not state.returning:
        for guest in queries.guests(session, call.id):
            if guest.kind is not GuestKind.COLD or guest.place is Place.INSIDE:
                talking.send_away(session, call, guest, now)
        talking.keep_company(call, queries.guests(session, call.id))
    if not state.returning and not state.handed:
        for guest in _handed_on(session, call):
            talking.guest_gone(session, call, guest, now)


def _handed_on(session: Session, call: Call) -> Sequence[RoomGuest]:
    return [
        each for each in queries.guests(session, call.id) if each.kind is GuestKind.COLD and each.place is Place.ASKED
    ]


def _last_turn(call: Call) -> int:
    return max((talking.turn_of(leg_id) for leg_id, leg in call.legs.items() if leg.get("accepted")), default=0)


def _is_over(heard: Heard) -> bool:
    return heard.kind is Kind.OUT or lattice.is_gone(heard.status)


def _is_expected(call: Call, guest: RoomGuest, now: datetime) -> bool:
    return (
        call.ended_at is None
        and call.now_at.stage is Stage.ROOM
        and guest.place is Place.ASKED
        and not rooms.has_lapsed(guest.asked_at, now)
    )


def _picked_up(session: Session, call: Call, guest: RoomGuest, heard: Heard, line: str) -> list[Instruction]:
    if _is_inside(guest, heard):
        return [Join(leg_id=heard.leg)]
    if not _is_expected(call, guest, heard.at):
        return [HangUp()]
    if guest.kind is GuestKind.EMERGENCY:
        # Nobody there is asked to press anything, and no machine answers.
        return _join(session, call, guest, heard)
    guest.sid = guest.sid or heard.sid
    return [say.whispered(heard.leg, call.language or say.STAFF_LANGUAGE, line), HangUp()]


def _pressed(session: Session, call: Call, guest: RoomGuest, heard: Heard) -> list[Instruction]:
    if heard.digits != say.ACCEPT_KEY:
        return [HangUp()]
    if _is_inside(guest, heard):
        return [Join(leg_id=heard.leg)]
    return _join(session, call, guest, heard) if _is_expected(call, guest, heard.at) else [HangUp()]


def _is_inside(guest: RoomGuest, heard: Heard) -> bool:
    """The same request again: the same answer again."""
    return guest.place is Place.INSIDE and guest.sid == heard.sid


def _join(session: Session, call: Call, guest: RoomGuest, heard: Heard) -> list[Instruction]:
    guest.sid, guest.joined_at = heard.sid, max(heard.at, guest.asked_at)
    if guest.kind is GuestKind.INTERPRETER and guest.account is not None:
        spoken = guest.account.languages
        guest.language_served = call.language if call.language in spoken else None
    talking.note(session, call, Tag.CALL_GUEST_JOINED, now=heard.at, guest=str(guest.id), kind=guest.kind.value)
    if guest.kind is GuestKind.COLLEAGUE and talking.host_leg(call) is not None:
        talking.music(session, call, on=True, now=heard.at)
    if talking.host_leg(call) is None and guest.kind in rooms.HOLDING:
        call.answered_by_id = guest.account_id
    return [Join(leg_id=heard.leg)]
