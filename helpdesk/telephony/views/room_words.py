"""Words for a talk with more than two."""

from collections.abc import Mapping
from enum import StrEnum

from helpdesk.telephony.rules.rooms import GuestKind, RoomRefusal
from helpdesk.web.i18n import LazyText, lazy

LABELS: Mapping[StrEnum, LazyText] = {
    RoomRefusal.ALONE: lazy("Nobody else of ours is in the talk, so the caller would be alone. Stay, or end the call."),
    RoomRefusal.FULL: lazy("Several people are in the talk or being called already. Let somebody leave first."),
    RoomRefusal.NOBODY_TO_ASK: lazy("Nobody else of ours is in the talk yet, so the caller hears no music."),
    RoomRefusal.NOT_ON_THIS_LINE: lazy(
        "The telephone provider of this line cannot let anybody join a talk or hand it on. Use another telephone."
    ),
    RoomRefusal.NOT_TALKING: lazy("Only whoever talks with the caller can do this."),
    RoomRefusal.NO_SUCH_PERSON: lazy("Choose somebody who is there for this and has a telephone."),
    RoomRefusal.OTHERS_INSIDE: lazy(
        "Somebody else is in the talk or being called and would be cut off. Hand over together, or let them leave first."
    ),
    RoomRefusal.OVER: lazy("The talk is over, or the caller is just being put through."),
    RoomRefusal.TOO_OFTEN: lazy("This caller has been put through several times. Hand over together."),
}

KINDS: Mapping[GuestKind, LazyText] = {
    GuestKind.INTERPRETER: lazy("interpreter"),
    GuestKind.COLLEAGUE: lazy("colleague"),
    GuestKind.WARM: lazy("takes over"),
    GuestKind.COLD: lazy("takes over"),
    GuestKind.EMERGENCY: lazy("emergency number"),
}
