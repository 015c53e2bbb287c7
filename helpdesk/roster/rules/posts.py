"""What a post must say before anybody can be planned for it."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from uuid import UUID

from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Profession
from helpdesk.premises.rules import Purpose
from helpdesk.roster.rules.days import Days, check_days

MOST_PEOPLE = 50
LEAST_SLOT, MOST_SLOT = 5, 480
MOST_PAUSE = 240


class PostRefusal(StrEnum):
    """Why a post cannot be kept as it was written."""

    NAME = "post:name"
    PAUSE = "post:pause"
    PEOPLE = "post:people"
    ROOM = "post:room"
    SLOT = "post:slot"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostEntry:
    """A post as somebody describes it. Lengths are minutes; the same wall time twice is the whole day round.

    Without a slot length nobody can be booked; `rung` lets calls ring whoever is on duty, `public` tells the public page when.
    """

    name: str
    professions: tuple[Profession, ...] = ()
    languages: tuple[str, ...] = ()
    qualifications: tuple[str, ...] = ()
    people: int = 1
    starts: time
    ends: time
    days: Days
    place_id: UUID | None = None
    room_id: UUID | None = None
    purpose: Purpose = Purpose.SUPPORT
    slot_minutes: int | None = None
    pause_minutes: int = 0
    rung: bool = True
    public: bool = True


def check_post(entry: PostEntry) -> None:
    """Raise Refusal for a post without a name or a day, or with numbers that nobody could keep; `field` names what to change."""
    if not entry.name.strip():
        raise Refusal(PostRefusal.NAME, field="name")
    if not 1 <= entry.people <= MOST_PEOPLE:
        raise Refusal(PostRefusal.PEOPLE, field="people", most=MOST_PEOPLE)
    if entry.slot_minutes is not None and not LEAST_SLOT <= entry.slot_minutes <= MOST_SLOT:
        raise Refusal(PostRefusal.SLOT, field="slot_minutes", least=LEAST_SLOT, most=MOST_SLOT)
    if not 0 <= entry.pause_minutes <= MOST_PAUSE:
        raise Refusal(PostRefusal.PAUSE, field="pause_minutes", most=MOST_PAUSE)
    if entry.place_id is not None and entry.room_id is None:
        # Without a room there is no use of the place, and those who must not meet could not be kept apart.
        raise Refusal(PostRefusal.ROOM, field="where")
    check_days(entry.days)
