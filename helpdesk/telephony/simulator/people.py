"""Who takes part in a played call: the caller, the people on duty, and how fast time goes by."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from helpdesk.telephony.rules.instructions import ACCEPT_KEY


class Pickup(StrEnum):
    """What a rung telephone does."""

    ANSWERS = "answers"
    VOICEMAIL = "voicemail"
    RINGS_ON = "rings-on"
    BUSY = "busy"
    FAILS = "fails"


PICKS_UP = frozenset({Pickup.ANSWERS, Pickup.VOICEMAIL})

Answer = bool | str | Mapping[str, Pickup]


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds. Speech takes no time, and music its played time; a ring takes its real time up to `ring_seconds`, silence only its played time.

    `passes` hears how much played time has gone by since the call began, so that a server can live in the same time.
    """

    ring_seconds: float = 5.0
    answer_after: float = 2.0
    talk_seconds: float = 2.0
    press_after: float = 0.5
    room_seconds: float = 2.0
    sleep: Callable[[float], None] = time.sleep
    passes: Callable[[float], None] = lambda _seconds: None


class HungUp(Exception):
    """The caller has put the telephone down."""


class Clock:
    """The played time of one call, in seconds, until the caller hangs up."""

    def __init__(self, pace: Pace, hang_up_after: float | None) -> None:
        self.now = 0.0
        self._pace = pace
        self._hang_up_at = float("inf") if hang_up_after is None else hang_up_after

    def spend(self, seconds: float, *, really: float = 0.0) -> None:
        """Let `seconds` go by, waiting `really` at most; raises HungUp where the caller hangs up within them."""
        left = max(self._hang_up_at - self.now, 0.0)
        spent = min(seconds, left)
        self._pace.sleep(min(spent, really))
        self.now += spent
        self._pace.passes(self.now)
        if left <= seconds:
            raise HungUp


def pickup(answer: Answer, number: str, place: int) -> Pickup:
    """Tell what the telephone `number`, the `place`th of a ring, does. True: the first one answers."""
    if isinstance(answer, Mapping):
        return answer.get(number, Pickup.RINGS_ON)
    answers = answer == number if isinstance(answer, str) else answer and place == 0
    return Pickup.ANSWERS if answers else Pickup.RINGS_ON


def key_of(behaviour: Pickup) -> str:
    """Give the key that whoever picked up presses: a voicemail none."""
    return ACCEPT_KEY if behaviour is Pickup.ANSWERS else ""
