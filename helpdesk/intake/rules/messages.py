"""What may be written to and fro, and offered."""

from dataclasses import dataclass
from enum import StrEnum

from helpdesk.intake.rules import codes, typed
from helpdesk.intake.rules.waiting import OPEN, IntakeRefusal, IntakeState
from helpdesk.kernel.errors import Refusal

LONGEST_MESSAGE = 10_000


class Side(StrEnum):
    """Who wrote."""

    DESK = "desk"
    PERSON = "person"


class OfferState(StrEnum):
    """What became of a time that was offered."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class SafetySeen:
    """Which version of what is safe somebody saw, and whether they said that they read it (CO2)."""

    version: int
    read: bool


def message(text: str, locator: str = "") -> str:
    """A message as it may be kept, or Refusal: an empty one, one that is too long, and one that holds the code of this locator (attack test 8)."""
    kept = typed.clean(text, LONGEST_MESSAGE, field="text")
    if not _has_words(kept):
        raise Refusal(IntakeRefusal.EMPTY, field="text")
    if locator and codes.holds_code(kept, locator):
        raise Refusal(IntakeRefusal.HAS_CODE, field="text")
    return kept


def check_answering(state: IntakeState, seen: SafetySeen, *, is_mine: bool, safe_version: int) -> None:
    """Raise Refusal unless whoever answers has taken the intake and read how it is safe, as it stands now (CO2, CO5)."""
    if state is IntakeState.WITHDRAWN:
        raise Refusal(IntakeRefusal.WITHDRAWN)
    if state not in OPEN or not is_mine:
        raise Refusal(IntakeRefusal.NOT_TAKEN)
    if seen.version != safe_version:
        raise Refusal(IntakeRefusal.SAFETY_CHANGED, field="read")
    if not seen.read:
        raise Refusal(IntakeRefusal.NOT_READ, field="read")


def _has_words(text: str) -> bool:
    """Invisible signs alone are no message."""
    return any(sign.isprintable() and not sign.isspace() for sign in text)
