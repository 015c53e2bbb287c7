"""What is done at the provider about a talk, outside every request. Each job looks again whether it is still wanted, and may run twice.

The call is never held while the provider is asked: the caller's own requests would wait for it.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.accounts.models import Account
from helpdesk.db.jobs import Handler
from helpdesk.db.wall import acting_at
from helpdesk.telephony import queries as calls
from helpdesk.telephony.models import Call, RoomGuest
from helpdesk.telephony.provider import ProviderFailed, RoomProvider, Trouble
from helpdesk.telephony.queries import rooms as queries
from helpdesk.telephony.rules import rooms
from helpdesk.telephony.rules.rooms import EMERGENCY_NUMBER, GuestKind, Place
from helpdesk.telephony.rules.state import Stage
from helpdesk.telephony.service import talking
from helpdesk.telephony.twiml import Addresses

# What may have been done, or may be done a moment later.
_AGAIN = frozenset({Trouble.UNREACHABLE, Trouble.UNKNOWN})

# A provider takes a moment until it lists whoever has just come in.
SEEN_AFTER = rooms.PATIENCE


class Errand:
    """One job about one call: the call as it was when the job began, and the way to look at it again."""

    def __init__(self, session: Session, payload: Mapping[str, Any], now: datetime, provider: RoomProvider) -> None:
        self.session, self.payload, self.now, self.provider = session, payload, now, provider
        self.asked_at = datetime.fromisoformat(payload["asked_at"])

    @property
    def call_id(self) -> UUID:
        return UUID(self.payload["call_id"])

    @property
    def is_hopeless(self) -> bool:
        """Whether it has been tried for long enough that people must be told."""
        return self.now - self.asked_at >= rooms.PATIENCE

    def call(self) -> Call | None:
        """The call, if it goes on, without keeping anybody from changing it."""
        return queries.going_on(self.session, self.call_id)

    def held(self) -> Call | None:
        """The call, if it goes on, from now on changed by nobody else."""
        found = calls.held_here(self.session, self.call_id)
        return found if found is not None and found.ended_at is None else None

    def guest(self) -> RoomGuest | None:
        return queries.guest_of(self.session, self.call_id, UUID(self.payload["guest"]))

    def was_done(self, act: Callable[[], None]) -> bool:
        """Do it at the provider; answer whether it is done. Raises ProviderFailed where it is worth trying again."""
        try:
            act()
        except ProviderFailed as failed:
            if failed.trouble in _AGAIN and not self.is_hopeless:
                raise
            return False
        return True


def handlers(provider: RoomProvider, *, public_url: str, overrides: str) -> Mapping[str, Handler]:
    """What the worker does about talks at this provider, which comes back to `public_url`."""

    def at_desk(run: Callable[[Errand, Addresses], None]) -> Handler:
        def handler(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
            with acting_at(session, payload["desk_id"]):
                errand = Errand(session, payload, now, provider)
                call = errand.call()
                if call is not None:
                    run(errand, Addresses(public_url, call.sid, overrides))

        return handler

    return {
        talking.OPEN: at_desk(_open),
        talking.INVITE: at_desk(_invite),
        talking.LAPSE: at_desk(_lapse),
        talking.MUSIC: at_desk(_music),
        talking.TAKE_OUT: at_desk(_take_out),
        talking.END: at_desk(_end),
        talking.WATCH: at_desk(_watch),
        # Also when the call is over: somebody's telephone may still ring.
        talking.RELEASE: partial(_release, provider),
    }


def _open(errand: Errand, addresses: Addresses) -> None:
    """Take whoever answered out of the talk of two and into the room; the end of that talk brings the caller after."""
    call = errand.call()
    leg_id = talking.host_leg(call) if call else None
    if call is None or leg_id is None or call.now_at.stage is not Stage.ROOM or call.legs[leg_id].get("room"):
        return
    if errand.was_done(partial(errand.provider.redirect, call.legs[leg_id]["sid"], addresses.room(leg_id))):
        return
    held = errand.held()
    if held is None or held.now_at.stage is not Stage.ROOM or held.now_at.turn != talking.turn_of(leg_id):
        return  # the caller is in the room already, and whoever does not come there is missed in it
    for guest in queries.guests(errand.session, held.id):
        talking.send_away(errand.session, held, guest, errand.now)
    talking.change(held, rooms.not_opened(held.now_at))


def _invite(errand: Errand, addresses: Addresses) -> None:
    """Ring a guest, once: an invitation that is old is not sent any more."""
    guest, call = errand.guest(), errand.call()
    if guest is None or call is None or guest.place is not Place.ASKED or guest.sid is not None:
        return
    number = _number(guest)
    sid = ""
    if number and not rooms.has_lapsed(guest.asked_at, errand.now):
        leg = str(guest.id)
        try:
            sid = errand.provider.ring(
                number, call.line_number, addresses.whisper(leg), addresses.leg(leg), rooms.RING_SECONDS
            )
        except ProviderFailed as failed:
            if failed.trouble is Trouble.UNREACHABLE and not errand.is_hopeless:
                raise
    held, guest = errand.held(), errand.guest()
    if held is None or guest is None:
        _stop(errand, sid)
    elif not sid:
        talking.guest_gone(errand.session, held, guest, errand.now)
    elif guest.place is Place.GONE:
        _stop(errand, sid)
    else:
        guest.sid = guest.sid or sid


def _number(guest: RoomGuest) -> str:
    if guest.kind is GuestKind.EMERGENCY:
        return EMERGENCY_NUMBER
    account: Account | None = guest.account
    return account.phone if account is not None and account.active else ""


def _stop(errand: Errand, sid: str) -> None:
    """Meanwhile nobody wants the guest any more."""
    if sid:
        errand.was_done(partial(errand.provider.hang_up, sid))


def _lapse(errand: Errand, _addresses: Addresses) -> None:
    """Whoever has not come by now does not come."""
    held, guest = errand.held(), errand.guest()
    if held is not None and guest is not None and guest.place is Place.ASKED:
        talking.send_away(errand.session, held, guest, errand.now)


def _music(errand: Errand, addresses: Addresses) -> None:
    """Let the caller hear music or the talk, whichever is wanted by now; an order with `since` ends the music that began then."""
    call = errand.call()
    if call is None or call.now_at.stage is not Stage.ROOM:
        return
    if since := errand.payload.get("since"):
        held = errand.held()
        if held is not None and held.now_at.held_since == since:
            talking.music(errand.session, held, on=False, now=errand.now)
        return
    on = bool(call.now_at.held_since)
    done = errand.provider.hold
    try:
        done(call.sid, call.sid, addresses.music(), on=on)
    except ProviderFailed:
        # The caller may be on the way into the room, where nobody knows her yet.
        if not errand.is_hopeless:
            raise
        held = errand.held()
        if held is not None and on:
            talking.music(errand.session, held, on=False, now=errand.now)


def _take_out(errand: Errand, addresses: Addresses) -> None:
    """Bring the caller back to where telephones ring."""
    call = errand.call()
    if call is None or not call.now_at.returning:
        return
    try:
        errand.provider.redirect(call.sid, addresses.returned(call.now_at.turn))
    except ProviderFailed as failed:
        if failed.trouble is Trouble.GONE:
            return  # the caller has hung up, which is told by itself
        held = errand.held()
        if held is None or talking.host_leg(held) is None or (failed.trouble in _AGAIN and not errand.is_hopeless):
            # A caller whom nobody talks to is not given up.
            raise
        talking.change(held, rooms.not_taken_out(held.now_at))
        for guest in queries.guests(errand.session, held.id):
            if guest.kind is GuestKind.COLD:
                talking.guest_gone(errand.session, held, guest, errand.now)


def _end(errand: Errand, _addresses: Addresses) -> None:
    """End the caller's own call, and with it everything."""
    call = errand.call()
    if call is None:
        return
    try:
        errand.provider.hang_up(call.sid)
    except ProviderFailed as failed:
        if failed.trouble in _AGAIN:
            raise


def _release(provider: RoomProvider, session: Session, payload: Mapping[str, Any], now: datetime) -> None:
    """Hang up one telephone: a guest's, or that of whoever leaves the talk to others."""
    with acting_at(session, payload["desk_id"]):
        errand = Errand(session, payload, now, provider)
        if sid := _sid(errand):
            errand.was_done(partial(provider.hang_up, sid))


def _sid(errand: Errand) -> str:
    if "guest" in errand.payload:
        guest = errand.guest()
        return (guest.sid or "") if guest else ""
    call = errand.call()
    return str(call.legs[errand.payload["leg"]].get("sid") or "") if call else ""


def _watch(errand: Errand, _addresses: Addresses) -> None:
    """Look who is in the room, for as long as it lasts: a report that somebody left may be lost."""
    call = errand.call()
    if call is None or call.now_at.stage is not Stage.ROOM:
        return
    try:
        inside: frozenset[str] | None = errand.provider.inside(call.sid)
    except ProviderFailed:
        inside = None
    held = errand.held()
    if held is None or held.now_at.stage is not Stage.ROOM:
        return
    if inside is not None:
        _miss(errand, held, inside)
    talking.order_again(errand.session, held, errand.now)
    due = errand.now + talking.WATCHED_EVERY
    talking.order(errand.session, held, talking.WATCH, errand.now, key=f"{held.id}:{errand.now.isoformat()}", due=due)


def _miss(errand: Errand, call: Call, inside: frozenset[str]) -> None:
    """Note as gone whoever should be there and is not."""
    since = errand.now - SEEN_AFTER
    for guest in queries.guests(errand.session, call.id):
        if guest.joined_at is not None and guest.joined_at <= since and guest.sid not in inside:
            talking.guest_gone(errand.session, call, guest, errand.now)
    leg_id = talking.host_leg(call)
    if leg_id is None or call.legs[leg_id].get("sid") in inside:
        return
    came = call.legs[leg_id].get("room")
    # Before whoever answered has come into the room, the caller is not there either.
    if datetime.fromisoformat(came) <= since if came else call.sid in inside:
        talking.host_gone(errand.session, call, leg_id, errand.now)
