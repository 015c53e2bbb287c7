"""What one request of the provider says, as plain values."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from helpdesk.telephony.rules import lattice
from helpdesk.telephony.rules.instructions import TALK_SECONDS


class Kind(StrEnum):
    VOICE = "voice"
    MENU = "menu"
    RUNG = "rung"
    WHISPER = "whisper"
    ACCEPT = "accept"
    LEG = "leg"
    STATUS = "status"


# About a rung telephone and not about the caller's own call: none of these can be the first we hear of a caller.
OF_A_LEG = frozenset({Kind.WHISPER, Kind.ACCEPT, Kind.LEG})


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

    @property
    def is_gone(self) -> bool:
        """Whether the caller's call is over."""
        return lattice.is_gone(self.status)

    @property
    def was_answered(self) -> bool:
        """Whether a ring ended in a talk."""
        return lattice.was_answered(self.dial_status, self.dial_bridged)

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
