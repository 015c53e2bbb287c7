"""What whoever talks can do in a talk: ask somebody in, let the caller hear music, hand on, call 112, leave, end.

Every act is checked under the lock of the call, so that a second click, or a colleague's, finds what the first one did.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.audit.rules import Tag
from helpdesk.kernel.errors import Forbidden, NotFound, Refusal
from helpdesk.kernel.permissions import Actor
from helpdesk.telephony import queries as calls
from helpdesk.telephony.models import Call, RoomGuest
from helpdesk.telephony.queries import rooms as queries
from helpdesk.telephony.rules import rooms
from helpdesk.telephony.rules.rooms import GuestKind, Place, Room, RoomRefusal
from helpdesk.telephony.service import talking


class Talk(NamedTuple):
    """A call that talks, as its panel shows it. Whoever may be asked in is only looked up for those who may ask."""

    call: Call
    room: Room
    guests: Sequence[RoomGuest]
    interpreters: Sequence[Account]
    colleagues: Sequence[Account]
    lawyers: Sequence[Account]


class Held(NamedTuple):
    """A talk that nobody else changes until the transaction ends."""

    call: Call
    room: Room
    guests: Sequence[RoomGuest]


def talk_of(session: Session, call: Call, guests: Sequence[RoomGuest], *, actor: Actor, now: datetime) -> Talk:
    """The talk of a call of the acting desk; nobody may be asked in by somebody who does not talk in it."""
    room = talking.room_of(session, call, guests)
    if rooms.acting(room, str(actor.id)) is not None:
        return Talk(call, room, guests, (), (), ())
    here = {*room.holders, *(each.person_id for each in (*room.inside, *room.asked))}
    colleagues, lawyers = queries.on_duty(session, now)
    found = (queries.interpreters(session, call.language), colleagues, lawyers)
    return Talk(call, room, guests, *([each for each in some if str(each.id) not in here] for some in found))


def ask_in(
    session: Session, call_id: UUID, kind: GuestKind, account_id: UUID | None = None, *, actor: Actor, now: datetime
) -> RoomGuest:
    """Ring somebody and let them join; who is rung already, or inside, is left alone. Raises Refusal.

    `account_id` is an interpreter of the desk or somebody on duty, and None for 112.
    """
    held = _held(session, call_id, actor)
    here = next((each for each in held.guests if each.account_id == account_id and each.place is not Place.GONE), None)
    if here is not None:
        return here
    _check(rooms.asking(held.room, kind))
    _check_person(session, held, kind, account_id, now)
    guest = _new(session, held, kind, account_id, actor, now)
    talking.open_room(session, held.call, now)
    talking.invited(session, held.call, guest, now)
    talking.keep_company(held.call, [*held.guests, guest])
    talking.note(session, held.call, Tag.CALL_GUEST_ASKED, actor=actor, now=now, guest=str(guest.id), kind=kind.value)
    return guest


def hand_over(
    session: Session, call_id: UUID, account_id: UUID, *, warm: bool, actor: Actor, now: datetime
) -> RoomGuest:
    """Hand the caller on to a lawyer on duty: warm, after a word between the three; cold, at once and without whoever hands on.

    After a cold one that is not answered people are rung for the caller again, as for a new call. Raises Refusal.
    """
    if warm:
        return ask_in(session, call_id, GuestKind.WARM, account_id, actor=actor, now=now)
    held = _held(session, call_id, actor)
    _check(rooms.asking(held.room, GuestKind.COLD))
    _check_person(session, held, GuestKind.COLD, account_id, now)
    guest = _new(session, held, GuestKind.COLD, account_id, actor, now)
    talking.keep_company(held.call, [*held.guests, guest])
    talking.note(session, held.call, Tag.CALL_HANDED_ON, actor=actor, now=now, guest=str(guest.id))
    talking.take_out(session, held.call, now, handed=str(account_id))
    return guest


def hold(session: Session, call_id: UUID, *, on: bool, actor: Actor, now: datetime) -> None:
    """Let the caller hear music while ours talk to one another, or bring her back. Raises Refusal."""
    held = _held(session, call_id, actor)
    if on:
        _check(rooms.holding(held.room))
    talking.music(session, held.call, on=on, now=now, actor=actor)


def dismiss(session: Session, call_id: UUID, guest_id: UUID, *, actor: Actor, now: datetime) -> None:
    """End a guest's part, or stop ringing. Raises Refusal."""
    held = _held(session, call_id, actor)
    talking.send_away(session, held.call, _guest(held, guest_id), now)


def leave(session: Session, call_id: UUID, *, actor: Actor, now: datetime) -> None:
    """Leave the talk to the others of ours who are in it. Raises Refusal."""
    held = _held(session, call_id, actor)
    _check(rooms.leaving(held.room, str(actor.id)))
    leg = talking.host_leg(held.call)
    if leg is not None and held.room.host == str(actor.id):
        talking.order(session, held.call, talking.RELEASE, now, key=f"{held.call.id}:{leg}", leg=leg)
        talking.note(session, held.call, Tag.CALL_HANDED_ON, actor=actor, now=now)
        return
    mine = next(each for each in held.guests if each.account_id == actor.id and each.place is Place.INSIDE)
    talking.order(session, held.call, talking.RELEASE, now, key=str(mine.id), guest=str(mine.id))


def end(session: Session, call_id: UUID, *, actor: Actor, now: datetime) -> None:
    """End the talk for everybody. Raises Refusal."""
    held = _held(session, call_id, actor)
    talking.note(session, held.call, Tag.CALL_HUNG_UP, actor=actor, now=now)
    talking.order(session, held.call, talking.END, now, key=str(held.call.id))


def served(session: Session, call_id: UUID, guest_id: UUID, language: str, *, actor: Actor, now: datetime) -> None:
    """Write down in which language an interpreter really spoke; also after the talk. Raises NotFound."""
    call = _call(session, call_id)
    guest = next((each for each in queries.guests(session, call.id) if each.id == guest_id), None)
    if guest is None or guest.kind is not GuestKind.INTERPRETER:
        raise NotFound("RoomGuest")
    if guest.language_served != language:
        guest.language_served = language
        talking.note(session, call, Tag.CALL_GUEST_ASKED, actor=actor, now=now, guest=str(guest.id), language=language)


def _held(session: Session, call_id: UUID, actor: Actor) -> Held:
    if actor.id is None:
        raise Forbidden
    call = _call(session, call_id)
    guests = queries.guests(session, call.id)
    room = talking.room_of(session, call, guests)
    _check(rooms.acting(room, str(actor.id)))
    return Held(call, room, guests)


def _call(session: Session, call_id: UUID) -> Call:
    call = calls.held_here(session, call_id)
    if call is None:
        raise NotFound("Call")
    return call


def _check(refusal: RoomRefusal | None) -> None:
    if refusal is not None:
        raise Refusal(refusal)


def _check_person(session: Session, held: Held, kind: GuestKind, account_id: UUID | None, now: datetime) -> None:
    """Only those are rung who are there for it: nobody else's number is dialled, whatever a form says."""
    if kind is GuestKind.EMERGENCY:
        if account_id is not None:
            raise Refusal(RoomRefusal.NO_SUCH_PERSON)
        return
    if kind is GuestKind.INTERPRETER:
        may_come = queries.interpreters(session, None)
    else:
        colleagues, lawyers = queries.on_duty(session, now)
        may_come = colleagues if kind is GuestKind.COLLEAGUE else lawyers
    if account_id not in {each.id for each in may_come} or str(account_id) in held.room.holders:
        raise Refusal(RoomRefusal.NO_SUCH_PERSON)


def _new(
    session: Session, held: Held, kind: GuestKind, account_id: UUID | None, actor: Actor, now: datetime
) -> RoomGuest:
    if actor.id is None:
        raise Forbidden
    language = held.call.language if kind is GuestKind.INTERPRETER else None
    guest = RoomGuest(
        call_id=held.call.id,
        kind=kind,
        account_id=account_id,
        language_asked=language,
        asked_at=now,
        asked_by_id=actor.id,
    )
    session.add(guest)
    return guest


def _guest(held: Held, guest_id: UUID) -> RoomGuest:
    found = next((each for each in held.guests if each.id == guest_id), None)
    if found is None:
        raise NotFound("RoomGuest")
    return found
