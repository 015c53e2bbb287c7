"""How a line is to behave, as its coordinator set it: which help it offers, whose telephones ring, how long, and what comes after."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import LAWYERS, Profession

SHORTEST_RING, LONGEST_RING = 10, 60
MOST_WAITING = 600


class Order(StrEnum):
    """In which order telephones ring."""

    ALL = "all"
    IN_TURN = "in-turn"
    LEAST_BUSY = "least-busy"


class Circle(StrEnum):
    """Whom a call is for, one circle after the other."""

    SPEAKERS = "speakers"
    ANYONE = "anyone"
    COORDINATORS = "coordinators"
    OTHER_DESK = "other-desk"


class Help(StrEnum):
    """What a caller may ask for where a line offers more than one thing."""

    PSYCHOLOGIST = "psychologist"
    LAWYER = "lawyer"


class Profile(StrEnum):
    """What the provider understands. The portable one does without a whisper, pauses and browsers, so that others than Twilio can run it."""

    FULL = "full"
    PORTABLE = "portable"


class PlanRefusal(StrEnum):
    """Why a line cannot be set like this."""

    RING_SECONDS = "plan:ring-seconds"
    WAITING_SECONDS = "plan:waiting-seconds"
    NO_CIRCLE = "plan:no-circle"
    WITHOUT_DESK = "plan:without-desk"
    ONE_HELP = "plan:one-help"


PROFESSIONS: Mapping[Help, frozenset[str]] = {
    Help.PSYCHOLOGIST: frozenset({Profession.PSYCHOLOGIST.value}),
    Help.LAWYER: frozenset(profession.value for profession in LAWYERS),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """The settings of a line.

    `ring_seconds` is how long one telephone, or all of them, ring; `waiting_seconds` how long somebody may wait for a person of the
    first circle. `helps` is empty where there is nothing to choose. `other_desk` is the desk of the last circle.
    """

    order: Order = Order.ALL
    ring_seconds: int = 20
    waiting_seconds: int = 180
    helps: tuple[Help, ...] = ()
    circles: tuple[Circle, ...] = (Circle.SPEAKERS, Circle.ANYONE)
    other_desk: str = ""
    voicemail: bool = True
    call_back: bool = True
    profile: Profile = Profile.FULL

    def to_json(self) -> dict[str, Any]:
        """Give plain values, to be kept with the line."""
        return {
            "order": self.order.value,
            "ring_seconds": self.ring_seconds,
            "waiting_seconds": self.waiting_seconds,
            "helps": [each.value for each in self.helps],
            "circles": [each.value for each in self.circles],
            "other_desk": self.other_desk,
            "voicemail": self.voicemail,
            "call_back": self.call_back,
            "profile": self.profile.value,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Plan":
        """Read what `to_json` gave; what is missing has its default. Raises ValueError for a word that there is not."""
        known = {name: kept[name] for name in cls.__slots__ if name in kept}
        kinds = {"order": Order, "profile": Profile}
        typed: dict[str, Any] = {name: kind(known[name]) for name, kind in kinds.items() if name in known}
        if "helps" in known:
            typed["helps"] = tuple(Help(each) for each in known["helps"])
        if "circles" in known:
            typed["circles"] = tuple(Circle(each) for each in known["circles"])
        return cls(**{**known, **typed})


def problems(plan: Plan) -> list[Refusal]:
    """Everything that keeps a line from being set like this, each with the field it belongs to."""
    return list(_problems(plan))


def _problems(plan: Plan) -> Iterable[Refusal]:
    if not SHORTEST_RING <= plan.ring_seconds <= LONGEST_RING:
        yield Refusal(PlanRefusal.RING_SECONDS, field="ring_seconds")
    if not 0 <= plan.waiting_seconds <= MOST_WAITING:
        yield Refusal(PlanRefusal.WAITING_SECONDS, field="waiting_seconds")
    if not plan.circles:
        yield Refusal(PlanRefusal.NO_CIRCLE, field="circles")
    if (Circle.OTHER_DESK in plan.circles) != bool(plan.other_desk):
        yield Refusal(PlanRefusal.WITHOUT_DESK, field="other_desk")
    if len(plan.helps) == 1:
        yield Refusal(PlanRefusal.ONE_HELP, field="helps")
