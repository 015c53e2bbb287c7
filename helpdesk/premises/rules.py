"""What a place, a room and a use of it must be, and how far apart in time those who must not meet are kept (guidelines for corrective programmes, pt 11 and 12).

"pt" means the point of the voivode's guidelines for corrective-educational programmes (seed 001; R-001-12 and R-001-14 of the
domain report). Instants are aware, spans are half-open, margins are real time.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

from helpdesk.desks.rules import DeskKind
from helpdesk.kernel import teryt
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.teryt import Level

# The guidelines ask that nobody meets and name no minutes. These are our own: people who talk on the stairs after a session need
# a quarter of an hour, and beyond a working day the other group comes on another day.
LEAST_MARGIN, MOST_MARGIN = 15, 480
LARGEST_ROOM = 1000
# A group needs a room with tables and chairs for at least fifteen (pt 11).
GROUP = 15


class Purpose(StrEnum):
    """What a room is used for."""

    CORRECTIVE = "corrective"
    OFFICE = "office"
    SUPPORT = "support"


class Side(StrEnum):
    """Which of the two groups that must not meet comes here; an office use brings neither."""

    HURT = "hurt"
    HURTING = "hurting"


class PlaceRefusal(StrEnum):
    """Why a place or a room cannot be saved so."""

    CAPACITY = "place:capacity"
    COLLIDES = "place:collides"
    GMINA = "place:gmina"
    IN_USE = "place:in-use"
    MARGIN = "place:margin"
    NAME = "place:name"
    TAKEN = "place:taken"
    TOO_SMALL = "place:too-small"


class UseRefusal(StrEnum):
    """Why a room cannot be used so."""

    APART = "use:apart"
    BEGUN = "use:begun"
    CAPACITY = "use:capacity"
    CLOSED = "use:closed"
    NO_LENGTH = "use:no-length"
    NOT_BY_HAND = "use:not-by-hand"
    OVER = "use:over"
    PEOPLE = "use:people"
    PURPOSE = "use:purpose"
    ROOM_TAKEN = "use:room-taken"


class Need(StrEnum):
    """What a place must have for a corrective programme (pt 11)."""

    GROUP_ROOM = "group-room"
    SINGLE_ROOM = "single-room"
    STORAGE = "storage"


SIDES: Mapping[Purpose, Side] = {Purpose.SUPPORT: Side.HURT, Purpose.CORRECTIVE: Side.HURTING}

# Those who work with people who use violence never support those who were hurt, and the other way round; so a use can never be
# entered for the wrong side, which would turn the separation into its opposite.
PURPOSES: Mapping[DeskKind, tuple[Purpose, ...]] = {
    DeskKind.CORRECTIVE: (Purpose.CORRECTIVE, Purpose.OFFICE),
    DeskKind.HELP_POINT: (Purpose.SUPPORT, Purpose.OFFICE),
    DeskKind.HELPLINE: (Purpose.SUPPORT, Purpose.OFFICE),
    DeskKind.PROGRAMME_OFFICE: (Purpose.OFFICE,),
}


def side_of(purpose: Purpose) -> Side | None:
    """The group that comes for this purpose, or None."""
    return SIDES.get(purpose)


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """A place as somebody describes it. `gmina` is a TERYT code or None; `storage` means that files can be locked away there."""

    name: str
    address: str
    gmina: str | None = None
    accessible: bool = False
    storage: bool = False
    margin_minutes: int = 30
    active: bool = True

    @property
    def margin(self) -> timedelta:
        return timedelta(minutes=self.margin_minutes)


@dataclass(frozen=True, slots=True)
class RoomEntry:
    """A room as somebody describes it. `capacity` is how many people have a chair."""

    name: str
    capacity: int
    accessible: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True)
class Guarded:
    """A half-open span of instants, and the wider one from `first` to `last` in which the other side must not be at the place.

    Both sides are widened by half of the margin, so that between them lies at least the whole of it and nobody meets on the stairs.
    """

    starts_at: datetime
    ends_at: datetime
    first: datetime
    last: datetime
    side: Side | None = None

    @classmethod
    def around(cls, starts_at: datetime, ends_at: datetime, margin: timedelta, side: Side | None = None) -> Self:
        return cls(starts_at, ends_at, starts_at - margin / 2, ends_at + margin / 2, side)

    def anew(self, margin: timedelta, now: datetime) -> "Guarded":
        """The same with another margin round what is still to come. What is over keeps the margin under which it was planned."""
        first = self.starts_at - margin / 2 if self.starts_at > now else self.first
        last = self.ends_at + margin / 2 if self.ends_at > now else self.last
        return replace(self, first=first, last=last)

    def ending(self, ends_at: datetime, margin: timedelta) -> "Guarded":
        """The same with another end. Who met whom at its start is history."""
        return replace(self, ends_at=ends_at, last=ends_at + margin / 2)

    def meets(self, other: "Guarded") -> bool:
        """Whether both sides would come too near: what the database asks about any two uses at one place."""
        sides = {self.side, other.side}
        return len(sides) > 1 and None not in sides and self.first < other.last and other.first < self.last


def check_place(entry: PlaceEntry) -> None:
    """Raise Refusal unless a place has a name, a margin in whole minutes within our limits, and lies in a gmina of the region or outside it.

    Without a margin the separation of pt 12 would hold on paper only, so there is no place without one.
    """
    if not entry.name.strip():
        raise Refusal(PlaceRefusal.NAME, field="name")
    if entry.gmina is not None and not _is_gmina(entry.gmina):
        raise Refusal(PlaceRefusal.GMINA, field="gmina")
    if not LEAST_MARGIN <= entry.margin_minutes <= MOST_MARGIN:
        raise Refusal(PlaceRefusal.MARGIN, field="margin_minutes", least=LEAST_MARGIN, most=MOST_MARGIN)


def check_room(entry: RoomEntry) -> None:
    """Raise Refusal unless a room has a name and seats somebody."""
    if not entry.name.strip():
        raise Refusal(PlaceRefusal.NAME, field="name")
    if not 1 <= entry.capacity <= LARGEST_ROOM:
        raise Refusal(PlaceRefusal.CAPACITY, field="capacity", most=LARGEST_ROOM)


def check_purpose(kind: DeskKind, purpose: Purpose) -> None:
    """Raise Refusal if a desk of this kind does not use rooms for this: the two groups are never in the same hands (R-001-14)."""
    if purpose not in PURPOSES[kind]:
        raise Refusal(UseRefusal.PURPOSE, field="purpose")


def check_room_for(people: int, capacity: int) -> None:
    """Raise Refusal unless so many people, at least one, have a chair in a room."""
    if people < 1:
        raise Refusal(UseRefusal.PEOPLE, field="people")
    if people > capacity:
        raise Refusal(UseRefusal.CAPACITY, field="people", capacity=capacity)


def check_span(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Raise Refusal for a use that has no length or is over already: what was must not be rewritten as a plan."""
    if ends_at <= starts_at:
        raise Refusal(UseRefusal.NO_LENGTH, field="ends")
    if ends_at <= now:
        raise Refusal(UseRefusal.OVER, field="day")


def check_change(held: Guarded, start: datetime, end: datetime, now: datetime, *, same_room: bool) -> None:
    """Raise Refusal unless a use may be from `start` up to `end` instead, in the same room or in another one.

    Once it has begun people are there: it keeps its room and its start, and may only end earlier or later, never in the past.
    Else the place would count as empty while they still stand on the stairs (pt 12).
    """
    if held.ends_at <= now:
        raise Refusal(UseRefusal.OVER)
    if held.starts_at < now and (start != held.starts_at or not same_room):
        raise Refusal(UseRefusal.BEGUN)
    check_span(start, end, now)


def collisions(uses: Iterable[Guarded]) -> int:
    """How many pairs of uses at one place would bring both sides too near to one another (pt 12)."""
    number, near = 0, list[Guarded]()
    for use in sorted(uses, key=lambda each: each.first):
        near = [earlier for earlier in near if earlier.last > use.first]
        number += sum(use.meets(earlier) for earlier in near)
        near.append(use)
    return number


def lacking(capacities: Sequence[int], *, storage: bool) -> list[Need]:
    """What a place lacks for a corrective programme (pt 11): a room for a group, another one for talks with one person, storage for files."""
    needs = []
    if not any(capacity >= GROUP for capacity in capacities):
        needs.append(Need.GROUP_ROOM)
    if len(capacities) < 2:  # noqa: PLR2004  the room of the group and one more
        needs.append(Need.SINGLE_ROOM)
    return needs if storage else [*needs, Need.STORAGE]


def _is_gmina(code: str) -> bool:
    found = teryt.areas().get(code)
    return found is not None and found.level is Level.GMINA
