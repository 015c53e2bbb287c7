"""What a shift leaves to the next one: what is open, promised, urgent and unread."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from helpdesk.consultations.rules.codes import URGENT_FLAGS, Danger


class Left(StrEnum):
    """Why something is in the hand-over, most pressing first."""

    URGENT = "urgent"
    PROMISED = "promised"
    UNREAD = "unread"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class ContactState:
    """What the hand-over needs to know of a contact."""

    is_open: bool
    is_seen: bool
    danger: str | None
    safety_flags: tuple[str, ...]
    promise_due: datetime | None


def reasons(contact: ContactState) -> list[Left]:
    """All reasons why the next shift must know of this contact; empty when there is none."""
    urgent = contact.is_open and (contact.danger == Danger.YES or not URGENT_FLAGS.isdisjoint(contact.safety_flags))
    found = {
        Left.URGENT: urgent,
        Left.PROMISED: contact.promise_due is not None,
        Left.UNREAD: not contact.is_seen,
        Left.OPEN: contact.is_open,
    }
    return [left for left, holds in found.items() if holds]


def tally(contacts: Iterable[ContactState]) -> dict[str, int]:
    """How many contacts there are for each reason; one contact may stand under several."""
    counts = dict.fromkeys((left.value for left in Left), 0)
    for contact in contacts:
        for left in reasons(contact):
            counts[left] += 1
    return counts
