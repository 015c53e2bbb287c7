"""What everybody on duty does at this moment, and how long callers wait."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from enum import StrEnum


class Doing(StrEnum):
    """What somebody on duty does; the first that holds."""

    TALKS = "talks"
    RINGS = "rings"
    NO_PHONE = "no-phone"
    FREE = "free"


def doing(person: str, *, talking: Collection[str], ringing: Collection[str], has_phone: bool) -> Doing:
    """Tell what a person does. Somebody who talks is not free even while another call is offered to the same telephone."""
    if person in talking:
        return Doing.TALKS
    if person in ringing:
        return Doing.RINGS
    return Doing.FREE if has_phone else Doing.NO_PHONE


def longest_wait(began: Iterable[datetime], now: datetime) -> timedelta:
    """How long the caller has waited who waits longest; none where nobody waits. Never below zero, also where clocks disagree."""
    return max((now - each for each in began if each < now), default=timedelta())
