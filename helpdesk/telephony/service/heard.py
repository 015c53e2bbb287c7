"""What one request of the provider says, as plain values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from helpdesk.telephony.rules import lattice
from helpdesk.telephony.rules.instructions import TALK_SECONDS


class Kind(StrEnum):
    VOICE = "voice"
    MENU = "menu"
    RUNG = "rung"
    WHISPER = "whisper"
    ACCEPT = "accept"
    LEG = "leg"
    RECORDED = "recorded"
    RECORDING = "recording"
    LEFT = "left"
    RETURNED = "returned"
    ROOM = "room"
    OUT = "out"
    STATUS = "status"


# About a rung telephone and not about the caller's own call: none of these can be the first we hear of a caller.
OF_A_LEG = frozenset({Kind.WHISPER, Kind.ACCEPT, Kind.LEG, Kind.ROOM, Kind.OUT})


# The provider's word for a recording in which nothing was said.
ABSENT = "absent"


def guest_id(leg: str) -> UUID | None:
    """Who the telephone of somebody asked in belongs to; those of a ring are called by turn and place ("2-1")."""
    try:
        return UUID(leg)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Heard:
    """One request: `call` is the provider's identifier of the caller's own call, `sid` that of the call the request is about."""

    kind: Kind
    call: str
    at: datetime
    sid: str = ""
    leg: str = ""
    caller: str = ""
    called: str = ""
    status: str = ""
    digits: str = ""
    turn: int | None = None
    seconds: int = 0
    dial_status: str = ""
    dial_bridged: str | None = None
    dial_sid: str = ""
    recording: str = ""
    recording_seconds: int = 0
    recording_status: str = ""

    @property
    def is_of_guest(self) -> bool:
        """Whether the telephone is that of somebody asked in during the talk, and none of a ring."""
        return guest_id(self.leg) is not None

    @property
    def is_gone(self) -> bool:
        """Whether the caller's call is over."""
        return lattice.is_gone(self.status)

    @property
    def was_answered(self) -> bool:
        """Whether a ring ended in a talk."""
        return lattice.was_answered(self.dial_status, self.dial_bridged)

    @property
    def was_recorded(self) -> bool:
        """Whether something was said after the tone; the report of the recording itself may come later, or never."""
        return bool(self.recording) and self.recording_seconds > 0 and self.recording_status != ABSENT

    @property
    def started_at(self) -> datetime:
        """When the call, or the talk, began that lasted so many seconds until now."""
        return self.at - timedelta(seconds=min(max(self.seconds, 0), 2 * TALK_SECONDS))

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "at": self.at.isoformat()}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Heard":
        """Read what `to_json` gave; raises ValueError, KeyError or TypeError for what it never gave."""
        known = {name: kept[name] for name in cls.__slots__ if name in kept}
        return cls(**{**known, "kind": Kind(kept["kind"]), "at": datetime.fromisoformat(kept["at"])})
