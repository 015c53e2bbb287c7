"""Where a call is, what can happen to it, and what comes of it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from typing import Any, NamedTuple

from helpdesk.telephony.rules.instructions import Instruction
from helpdesk.telephony.rules.plan import Help
from helpdesk.telephony.rules.ringing import Considered


class Stage(StrEnum):
    NEW = "new"
    MENU = "menu"
    HELP = "help"
    RINGING = "ringing"
    WAITING = "waiting"
    OFFER = "offer"
    SAFE = "safe"
    RECORDING = "recording"
    ROOM = "room"
    ENDED = "ended"


class Ending(StrEnum):
    """How a call ended, from the least known to the most known."""

    HUNG_UP = "hung-up"
    CANNOT_TALK = "cannot-talk"
    NOBODY = "nobody"
    CALL_BACK = "call-back"
    MESSAGE = "message"
    ANSWERED = "answered"


class Chosen(StrEnum):
    """How the language was found."""

    KEY = "key"
    ONLY = "only"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class FlowState:
    """Where a call is.

    `tries` counts how often the present menu was said. `circle` is the place of the present circle in the plan. `asking` is whose
    telephones ring, `tried` who did not answer since the caller last waited, and `asked` counts the rings since then; `rings` counts
    all of them. `waited` is about how many seconds were spent waiting so far. `closed`: nobody is on duty now. `offered`: the caller was told
    so, or that nobody can answer, and what can be done instead.

    Of a talk: `returning`, the caller is being taken out of it; `handed` is whose telephone alone rings then, where the talk was handed on;
    `returns` counts how often. `company` is who else talks or is being asked in, and `held_since` since when the caller hears music.
    """

    stage: Stage = Stage.NEW
    turn: int = 0
    tries: int = 0
    language: str = ""
    chosen: Chosen | None = None
    help: Help | None = None
    rings: int = 0
    circle: int = 0
    asking: tuple[str, ...] = ()
    asked: int = 0
    tried: tuple[str, ...] = ()
    waited: int = 0
    closed: bool = False
    offered: bool = False
    ending: Ending | None = None
    returning: bool = False
    returns: int = 0
    handed: str = ""
    company: tuple[str, ...] = ()
    held_since: str = ""

    def to_json(self) -> dict[str, Any]:
        """Give plain values, to be kept with the call."""
        return {**asdict(self), **{name: list(getattr(self, name)) for name in ("asking", "tried", "company")}}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "FlowState":
        """Read what `to_json` gave; what is missing has its default, what is unknown is left out.

        Raises ValueError for a stage, ending, help or way of choosing that there is not.
        """
        known = {name: value for name, value in kept.items() if name in _FIELDS}
        for name, kind in _KINDS:
            if known.get(name) is not None:
                known[name] = kind(known[name])
        return cls(**known)


_FIELDS = frozenset(each.name for each in fields(FlowState))
_KINDS: tuple[tuple[str, Callable[[Any], object]], ...] = (
    ("stage", Stage),
    ("chosen", Chosen),
    ("ending", Ending),
    ("help", Help),
    ("asking", tuple),
    ("tried", tuple),
    ("company", tuple),
)


@dataclass(frozen=True, slots=True)
class Started:
    """The call came in."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """The answer to a menu or to waiting: the keys, or "" for silence. `turn` is the menu's; None where it is not known."""

    digits: str
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class RingEnded:
    """A ring is over, and the talk as well if there was one."""

    answered: bool
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """A message is over; `kept`: something was recorded."""

    kept: bool
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class RoomOpened:
    """Somebody of ours wants a third person in the talk, or to hand the caller on: from now on they talk in a room."""


@dataclass(frozen=True, slots=True)
class RoomLeft:
    """The caller is no longer in the room."""

    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Returned:
    """The caller was taken out of a talk: it was handed on, or there was nobody left to talk with."""

    turn: int | None = None


@dataclass(frozen=True, slots=True)
class CallerHungUp:
    """The caller's call is over."""


OfTurn = Started | Pressed | RingEnded | Recorded | RoomLeft | Returned
Event = OfTurn | RoomOpened | CallerHungUp


class Step(NamedTuple):
    """The state after, what to do now, and who was considered for it and why."""

    state: FlowState
    instructions: list[Instruction]
    considered: tuple[Considered, ...] = ()
