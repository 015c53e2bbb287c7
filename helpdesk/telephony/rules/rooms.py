"""A talk with more than two: who may be asked in, what may be done when, and what becomes of the caller when somebody leaves.

One thing is never let happen: that a caller sits in a room where nobody is and nobody comes.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from helpdesk.telephony.rules.state import FlowState, Stage

EMERGENCY_NUMBER = "112"

# As long as a guest's telephone rings; providers ring a little longer, and whoever picks up is asked for a key.
RING_SECONDS = 30
LAPSES = timedelta(seconds=RING_SECONDS + 20)

# Longer than that nobody hears music while others talk about them.
LONGEST_MUSIC = timedelta(minutes=5)

# How long it is tried to reach the provider before people are told that it did not work.
PATIENCE = timedelta(seconds=20)

# How often a caller comes back from a talk and people are rung again.
MOST_RETURNS = 2

# More voices than that nobody can follow on a telephone.
MOST_GUESTS = 3


class GuestKind(StrEnum):
    """As what somebody is asked in. WARM and COLD take the talk over, with and without a word between the two before."""

    INTERPRETER = "interpreter"
    COLLEAGUE = "colleague"
    WARM = "warm"
    COLD = "cold"
    EMERGENCY = "emergency"


# Those of us who can go on alone with the caller.
HOLDING = frozenset({GuestKind.COLLEAGUE, GuestKind.WARM, GuestKind.COLD})

# Those asked in beside whoever talks; a hand-over has its own door, which keeps who hands over.
ASKED_IN = frozenset({GuestKind.INTERPRETER, GuestKind.COLLEAGUE, GuestKind.EMERGENCY})


class Place(StrEnum):
    """Where a guest is."""

    ASKED = "asked"
    INSIDE = "inside"
    GONE = "gone"


class RoomRefusal(StrEnum):
    """Why something cannot be done in a talk."""

    ALONE = "room:alone"
    FULL = "room:full"
    NOBODY_TO_ASK = "room:nobody-to-ask"
    NOT_ON_THIS_LINE = "room:not-on-this-line"
    NOT_TALKING = "room:not-talking"
    NO_SUCH_PERSON = "room:no-such-person"
    OTHERS_INSIDE = "room:others-inside"
    OVER = "room:over"
    TOO_OFTEN = "room:too-often"


class Then(StrEnum):
    """What becomes of the caller when somebody of ours has left: the talk goes on, somebody is still coming, nobody comes, it was the end."""

    GOES_ON = "goes-on"
    WAITS = "waits"
    ALONE = "alone"
    ENDS = "ends"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who was asked in; `person_id` is empty for the emergency number."""

    kind: GuestKind
    person_id: str
    place: Place


@dataclass(frozen=True, slots=True)
class Room:
    """A talk: `host` is who answered and is still there, or empty; `is_talk`: the caller is connected with somebody, or was until now.

    `is_whole`: the provider of the line knows rooms. `is_open`: they talk in one.
    """

    host: str
    guests: tuple[Guest, ...] = ()
    is_talk: bool = True
    is_whole: bool = True
    is_open: bool = False
    returns: int = 0

    @property
    def inside(self) -> tuple[Guest, ...]:
        return tuple(each for each in self.guests if each.place is Place.INSIDE)

    @property
    def asked(self) -> tuple[Guest, ...]:
        return tuple(each for each in self.guests if each.place is Place.ASKED)

    @property
    def holders(self) -> tuple[str, ...]:
        """Who of ours talks with the caller, whoever answered first."""
        held = [each.person_id for each in self.inside if each.kind in HOLDING]
        return tuple(dict.fromkeys([*([self.host] if self.host else []), *held]))


def acting(room: Room, person_id: str) -> RoomRefusal | None:
    """Why this person may not change anything about the talk: only whoever talks in it does."""
    if not room.is_talk:
        return RoomRefusal.OVER
    return None if person_id in room.holders else RoomRefusal.NOT_TALKING


def asking(room: Room, kind: GuestKind) -> RoomRefusal | None:
    """Why nobody can be asked in as this, or the talk not handed on."""
    if not room.is_whole:
        return RoomRefusal.NOT_ON_THIS_LINE
    if kind is GuestKind.COLD:
        if room.inside or room.asked:
            # They would be cut off without a word.
            return RoomRefusal.OTHERS_INSIDE
        return RoomRefusal.TOO_OFTEN if room.returns >= MOST_RETURNS else None
    # Whoever is in danger does not wait until somebody else has left.
    full = len(room.inside) + len(room.asked) >= MOST_GUESTS and kind is not GuestKind.EMERGENCY
    return RoomRefusal.FULL if full else None


def holding(room: Room) -> RoomRefusal | None:
    """Why the caller cannot hear music now: there must be somebody to talk with meanwhile."""
    if not room.is_open:
        return RoomRefusal.NOBODY_TO_ASK
    return None if len(room.holders) > 1 else RoomRefusal.NOBODY_TO_ASK


def leaving(room: Room, person_id: str) -> RoomRefusal | None:
    """Why this person cannot leave the talk to others: the caller would be alone."""
    return None if set(room.holders) - {person_id} else RoomRefusal.ALONE


def after_leaving(room: Room, *, joined: bool) -> Then:
    """What becomes of the caller, in a room as it is after somebody left it; `joined`: whoever it is had been in it at all.

    Who was expected and does not come, or was to open the room and fell out of it, leaves the caller alone. Whoever hangs up as the last
    one of ours ends the talk, as in any other.
    """
    if room.holders:
        return Then.GOES_ON
    if any(each.kind in HOLDING for each in room.asked):
        return Then.WAITS
    return Then.ENDS if joined else Then.ALONE


def has_lapsed(asked_at: datetime, now: datetime) -> bool:
    """Tell whether an invitation is no longer worth anything."""
    return now - asked_at >= LAPSES


def place(joined_at: datetime | None, left_at: datetime | None) -> Place:
    if left_at is not None:
        return Place.GONE
    return Place.ASKED if joined_at is None else Place.INSIDE


def minutes(joined_at: datetime | None, left_at: datetime | None) -> int:
    """The minutes that somebody was in the talk, begun ones counted whole; none for whoever never joined or is still there."""
    if joined_at is None or left_at is None:
        return 0
    return max(ceil((left_at - joined_at) / timedelta(minutes=1)), 0)


def opened(state: FlowState) -> FlowState:
    """A room opens from a talk, which stands at the ring that led to it; the end of that ring then leads into the room."""
    if state.stage is not Stage.RINGING or state.returning:
        return state
    return replace(state, stage=Stage.ROOM)


def not_opened(state: FlowState) -> FlowState:
    """The provider opened no room: the two talk on as before. If their talk has ended meanwhile, nothing is taken back."""
    return replace(state, stage=Stage.RINGING, company=()) if state.stage is Stage.ROOM else state


def taken_out(state: FlowState, *, handed: str = "") -> FlowState:
    """The caller is being taken out of the talk, to be put through to one person alone, or to whoever can be found."""
    return replace(state, returning=True, handed=handed)


def not_taken_out(state: FlowState) -> FlowState:
    """The provider did not do it: the talk goes on."""
    return replace(state, returning=False, handed="")


def returned(state: FlowState) -> FlowState:
    """The caller is out of the talk, and whoever can be rung is rung as if nobody had been tried."""
    return replace(
        state,
        stage=Stage.RINGING,
        ending=None,
        returning=False,
        returns=state.returns + 1,
        circle=0,
        asked=0,
        asking=(),
        tried=(),
        company=(),
        held_since="",
    )
