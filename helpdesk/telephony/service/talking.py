"""What a talk is now, and what becomes of the caller when somebody leaves it. Whoever calls this holds the call.

Whatever is to be done at the provider is a job with ids only, and each looks again whether it is still wanted.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.jobs import enqueue
from helpdesk.db.notify import Changed
from helpdesk.kernel.permissions import SYSTEM, Actor
from helpdesk.telephony.models import Call, RoomGuest
from helpdesk.telephony.queries import rooms as queries
from helpdesk.telephony.rules import rooms
from helpdesk.telephony.rules.lattice import CallState
from helpdesk.telephony.rules.rooms import GuestKind, Place, Room, Then
from helpdesk.telephony.rules.state import FlowState, Stage
from helpdesk.telephony.service.noting import TOPIC

OPEN = "telephony.room_open"
INVITE = "telephony.room_invite"
LAPSE = "telephony.room_lapse"
MUSIC = "telephony.room_music"
TAKE_OUT = "telephony.room_take_out"
RELEASE = "telephony.room_release"
END = "telephony.room_end"
WATCH = "telephony.room_watch"

WATCHED_EVERY = timedelta(minutes=1)


def room_of(session: Session, call: Call, guests: Sequence[RoomGuest]) -> Room:
    """The talk as the rules see it."""
    state, host = call.now_at, host_leg(call)
    talks = state.stage is Stage.ROOM or (state.stage is Stage.RINGING and call.has_company and host is not None)
    return Room(
        host=call.legs[host]["person"] if host else "",
        # Whoever took over by a ring of the line itself is the one who answered now.
        guests=tuple(each.seen for each in guests if not _rang_on_the_line(each)),
        is_talk=talks and call.ended_at is None and not state.returning,
        is_whole=queries.knows_rooms(session, call.line_number),
        is_open=state.stage is Stage.ROOM,
        returns=state.returns,
    )


def _rang_on_the_line(guest: RoomGuest) -> bool:
    return guest.kind is GuestKind.COLD and guest.joined_at is not None


def host_leg(call: Call) -> str | None:
    """The telephone of the ring whose owner answered last and has not hung up."""
    accepted = [leg_id for leg_id, leg in call.legs.items() if leg.get("accepted")]
    if not accepted:
        return None
    last = max(accepted, key=turn_of)
    return None if is_out(call.legs[last]) else last


def turn_of(leg_id: str) -> int:
    return int(leg_id.partition("-")[0])


def is_out(leg: Mapping[str, Any]) -> bool:
    """Whether this telephone has left the room, or hung up altogether."""
    return bool(leg.get("out")) or CallState(leg.get("state", CallState.RINGING)).is_terminal


def change(call: Call, state: FlowState) -> None:
    """Keep where the call is now."""
    call.flow = state.to_json()


def order(
    session: Session, call: Call, kind: str, now: datetime, *, key: str, due: datetime | None = None, **ids: str
) -> None:
    """Have the worker do something about this call; not twice while it is still to be done."""
    payload = {"desk_id": call.desk_id, "call_id": str(call.id), "asked_at": now.isoformat(), **ids}
    enqueue(session, kind, payload, due=due or now, key=f"{kind}:{key}")


def note(session: Session, call: Call, tag: Tag, *, actor: Actor = SYSTEM, now: datetime, **detail: Any) -> None:  # noqa: ANN401  codes and numbers
    """Record it beside all else that happened to the contact, and tell the desk's screens."""
    audit.record(
        session,
        actor=actor,
        tag=tag,
        subject=call.contact_id,
        desk_id=call.desk_id,
        now=now,
        detail={"call": str(call.id), **detail},
        told=Changed(call.desk_id, TOPIC, str(call.id)),
    )


def keep_company(call: Call, guests: Sequence[RoomGuest]) -> None:
    """Keep with the call whose telephones it keeps busy."""
    here = [str(each.account_id) for each in guests if each.account_id and each.place is not Place.GONE]
    state = call.now_at
    if state.company != tuple(here):
        change(call, FlowState.from_json({**state.to_json(), "company": here}))


def guest_gone(session: Session, call: Call, guest: RoomGuest, now: datetime) -> None:
    """A guest has left, or does not come. Told again, or late, it changes nothing."""
    if guest.place is Place.GONE:
        return
    joined = guest.joined_at is not None
    guest.left_at = max(now, guest.joined_at or guest.asked_at)
    note(session, call, Tag.CALL_GUEST_LEFT, now=now, guest=str(guest.id), kind=guest.kind.value, joined=joined)
    # An interpreter alone holds nobody, and whether one comes decides nothing.
    _follow(session, call, now, joined=joined or guest.kind not in rooms.HOLDING)


def send_away(session: Session, call: Call, guest: RoomGuest, now: datetime) -> None:
    """A guest is to leave, or is not to come any more."""
    if guest.place is not Place.GONE:
        order(session, call, RELEASE, now, key=str(guest.id), guest=str(guest.id))
        guest_gone(session, call, guest, now)


def host_gone(session: Session, call: Call, leg_id: str, now: datetime) -> None:
    """Whoever answered has left the room, or never came into it. Told again, or late, it changes nothing."""
    leg = call.legs[leg_id]
    if leg.get("gone") or call.now_at.stage is not Stage.ROOM:
        return
    call.legs = {**call.legs, leg_id: {**leg, "out": True, "gone": True}}
    for each in queries.guests(session, call.id):
        if _rang_on_the_line(each) and str(each.account_id) == leg["person"] and each.place is not Place.GONE:
            each.left_at = max(now, each.joined_at or now)
    note(session, call, Tag.CALL_GUEST_LEFT, now=now, kind="host", joined=bool(leg.get("room")))
    _follow(session, call, now, joined=bool(leg.get("room")))


def close(session: Session, call: Call, at: datetime, *, now: datetime | None = None) -> None:
    """The call was over `at`, and with it every guest's part in it.

    Where the end was never told, `at` is when we last heard of the call, so that a time which nobody knows is not counted; the
    provider's list corrects it in the night.
    """
    guests = queries.guests(session, call.id)
    for each in guests:
        if each.place is not Place.GONE:
            each.left_at = max(at, each.joined_at or each.asked_at)
            order(session, call, RELEASE, now or at, key=str(each.id), guest=str(each.id))
    keep_company(call, guests)


def _follow(session: Session, call: Call, now: datetime, *, joined: bool) -> None:
    guests = queries.guests(session, call.id)
    keep_company(call, guests)
    room = room_of(session, call, guests)
    if not room.is_talk or not room.is_open:
        return
    match rooms.after_leaving(room, joined=joined):
        case Then.ENDS:
            order(session, call, END, now, key=str(call.id))
        case Then.ALONE:
            take_out(session, call, now)
        case Then.GOES_ON:
            call.answered_by_id = UUID(room.holders[0])
            if len(room.holders) == 1:
                music(session, call, on=False, now=now)
        case Then.WAITS:
            """Whoever takes over is being rung, and that ends by itself."""


def take_out(session: Session, call: Call, now: datetime, *, handed: str = "") -> None:
    """Have the caller taken out of the talk, to be put through to one person alone, or to whoever can be found."""
    change(call, rooms.taken_out(call.now_at, handed=handed))
    note(session, call, Tag.CALL_RETURNED, now=now, handed=bool(handed))
    order(session, call, TAKE_OUT, now, key=f"{call.id}:{call.now_at.returns}")


def order_again(session: Session, call: Call, now: datetime) -> None:
    """Have done what was ordered for a caller with whom nobody talks, and was perhaps given up: nobody is left sitting there."""
    if call.now_at.returning:
        order(session, call, TAKE_OUT, now, key=f"{call.id}:{call.now_at.returns}")
        return
    room = room_of(session, call, queries.guests(session, call.id))
    if rooms.after_leaving(room, joined=True) is Then.ENDS:
        order(session, call, END, now, key=str(call.id))


def music(session: Session, call: Call, *, on: bool, now: datetime, actor: Actor = SYSTEM) -> None:
    """Let the caller hear music while ours talk to one another, and no longer than is decent."""
    state = call.now_at
    if bool(state.held_since) is on:
        return
    since = now.isoformat() if on else ""
    change(call, FlowState.from_json({**state.to_json(), "held_since": since}))
    note(session, call, Tag.CALL_MUSIC, actor=actor, now=now, on=on)
    order(session, call, MUSIC, now, key=f"{call.id}:{now.isoformat()}")
    if on:
        order(session, call, MUSIC, now, key=f"{call.id}:end:{since}", due=now + rooms.LONGEST_MUSIC, since=since)


def invited(session: Session, call: Call, guest: RoomGuest, now: datetime) -> None:
    """Ring the guest, and look after a while whether anybody came."""
    order(session, call, INVITE, now, key=str(guest.id), guest=str(guest.id))
    order(session, call, LAPSE, now, key=str(guest.id), due=now + rooms.LAPSES, guest=str(guest.id))


def open_room(session: Session, call: Call, now: datetime) -> None:
    """Have the talk of two go on in a room; nothing where it does so already."""
    state = call.now_at
    if state.stage is Stage.ROOM:
        return
    change(call, rooms.opened(state))
    order(session, call, OPEN, now, key=f"{call.id}:{state.turn}")
    order(session, call, WATCH, now, key=f"{call.id}:{now.isoformat()}", due=now + WATCHED_EVERY)
