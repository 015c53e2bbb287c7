"""Words for places, rooms and their uses. What is refused is said without a word about whose the other use is, and when exactly."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from helpdesk.kernel import teryt
from helpdesk.premises.rules import Need, PlaceRefusal, Purpose, UseRefusal
from helpdesk.web.i18n import LazyText, _, lazy, locale

LABELS: dict[StrEnum, LazyText] = {
    PlaceRefusal.CAPACITY: lazy("Write for how many people the room has chairs, from 1 to %(most)s."),
    PlaceRefusal.COLLIDES: lazy(
        "With this margin, uses that must be kept apart would be too near one another."
        " Number of such cases: %(number)s. They must be moved first, or the margin be shorter."
    ),
    PlaceRefusal.GMINA: lazy("There is no such gmina in the region. Leave the field empty for a place elsewhere."),
    PlaceRefusal.IN_USE: lazy(
        "It is still booked for the time to come. Once nobody needs it, it can be taken out of use."
    ),
    PlaceRefusal.MARGIN: lazy("Write a whole number of minutes from %(least)s to %(most)s."),
    PlaceRefusal.NAME: lazy("Write a name."),
    PlaceRefusal.TAKEN: lazy("This name is there already. Choose another one."),
    PlaceRefusal.TOO_SMALL: lazy("More people than that are expected in this room. They must be moved first."),
    UseRefusal.APART: lazy(
        "At this place another kind of meeting, which must be kept apart, is too near in time."
        " At least %(minutes)s minutes must lie in between. Choose another time or another place."
    ),
    UseRefusal.BEGUN: lazy("This use has begun. Only its end can still be changed."),
    UseRefusal.CAPACITY: lazy("Too many people for this room. It holds at most %(capacity)s."),
    UseRefusal.CLOSED: lazy("This room is not in use any more. Choose another room."),
    UseRefusal.NO_LENGTH: lazy("The end must be after the start."),
    UseRefusal.NOT_BY_HAND: lazy("This use follows from a duty or a session. Change it there."),
    UseRefusal.OVER: lazy("This time is over already."),
    UseRefusal.PEOPLE: lazy("Write how many people come, at least one."),
    UseRefusal.PURPOSE: lazy("This desk uses no rooms for this purpose."),
    UseRefusal.ROOM_TAKEN: lazy("This room is taken at this time. Choose another time or another room."),
}

PURPOSES: Mapping[Purpose, LazyText] = {
    Purpose.CORRECTIVE: lazy("corrective session"),
    Purpose.OFFICE: lazy("office matters"),
    Purpose.SUPPORT: lazy("support"),
}

NEEDS: Mapping[Need, LazyText] = {
    Need.GROUP_ROOM: lazy("a room for a group of at least fifteen"),
    Need.SINGLE_ROOM: lazy("a second room, for talks with one person"),
    Need.STORAGE: lazy("a place where files can be locked away"),
}

FIELDS: Mapping[str, Any] = {
    "accessible": lazy("Accessible to people with disabilities"),
    "active": lazy("In use"),
    "address": lazy("Address"),
    "capacity": lazy("Chairs"),
    "gmina": lazy("Gmina"),
    "margin_minutes": lazy("Margin in minutes"),
    "name": lazy("Name"),
    "storage": lazy("Files can be locked away"),
}


def gmina_name(code: str | None) -> str:
    """The gmina of a place in the reader's language; nothing for a place elsewhere."""
    return teryt.short_name(teryt.area(code), locale().tag) if code else ""


def in_words(name: str, value: object) -> str:
    """One value of a place or a room as a person reads it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "gmina":
        return gmina_name(str(value) if value else None) or "—"
    return str(value or "—")
