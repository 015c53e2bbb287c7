"""What the lines of a desk sound like, remembered for some seconds: it is needed with every answer and changes once a year."""

import time
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from sqlalchemy.orm import Session

from helpdesk.db.wall import acting_desk
from helpdesk.telephony import twiml
from helpdesk.telephony.queries import recordings as recording_queries
from helpdesk.telephony.rules import recordings as rules
from helpdesk.telephony.rules.instructions import Instruction
from helpdesk.telephony.rules.recordings import Slot
from helpdesk.telephony.service.recordings import clips_of
from helpdesk.telephony.twiml import SILENT, Clips

SECONDS = 5.0


class Sounds(NamedTuple):
    """The recordings of a desk: what each says, and the file it is in."""

    recorded: frozenset[Slot]
    clips: Clips

    def sayable(self, languages: Iterable[str]) -> tuple[str, ...]:
        """The languages that can be said or played on a line, whole; the others must not be offered."""
        return _sayable(tuple(languages), self.recorded)


@lru_cache(maxsize=100)
def _sayable(languages: tuple[str, ...], recorded: frozenset[Slot]) -> tuple[str, ...]:
    """Every sentence of a line is looked at for this, and it is asked with each request of a call."""
    return rules.sayable(languages, recorded, twiml.VOICES)


class Told(NamedTuple):
    """What a call is to do, and what it sounds like."""

    instructions: list[Instruction]
    clips: Clips = SILENT


_remembered: dict[str, tuple[float, Sounds]] = {}


def remembered(desk_id: str) -> Sounds | None:
    """The sounds of a desk, if they were read a few seconds ago."""
    until, found = _remembered.get(desk_id, (0.0, None))
    return found if time.monotonic() < until else None


def sounds(session: Session) -> Sounds:
    """The sounds of the acting desk; a statement where nobody asked for a few seconds."""
    desk_id = acting_desk(session)
    found = remembered(desk_id)
    if found is None:
        digests = recording_queries.digests(session)
        found = Sounds(frozenset(digests), clips_of(digests))
        _remembered[desk_id] = (time.monotonic() + SECONDS, found)
    return found


def forget() -> None:
    """Read everything anew."""
    _remembered.clear()
