"""Who waits for an answer, in which order, and until when it was promised."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from helpdesk.intake.rules.choices import Said
from helpdesk.kernel.errors import Refusal


class IntakeState(StrEnum):
    """Where an intake stands; derived, never stored."""

    ANSWERED = "answered"
    APART = "apart"
    CLOSED = "closed"
    NEW = "new"
    TAKEN = "taken"
    WITHDRAWN = "withdrawn"


# What somebody is still to answer, or may come back to.
OPEN = frozenset({IntakeState.NEW, IntakeState.TAKEN, IntakeState.ANSWERED})


class IntakeRefusal(StrEnum):
    """Why something cannot be done with an intake."""

    CHANGED_MEANWHILE = "intake:changed-meanwhile"
    EMPTY = "intake:empty"
    HAS_CODE = "intake:has-code"
    NOT_READ = "intake:not-read"
    NOT_TAKEN = "intake:not-taken"
    OFFER_GONE = "intake:offer-gone"
    SAFETY_CHANGED = "intake:safety-changed"
    TAKEN_BY_OTHER = "intake:taken-by-other"
    WITHDRAWN = "intake:withdrawn"


_LEAP_DAY = (2, 29)


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides where an intake stands."""

    is_apart: bool
    is_withdrawn: bool
    is_closed: bool
    is_taken: bool
    waiting_since: datetime | None

    @property
    def state(self) -> IntakeState:
        if self.is_withdrawn:
            return IntakeState.WITHDRAWN
        if self.is_closed:
            return IntakeState.CLOSED
        if self.is_apart:
            return IntakeState.APART
        if self.waiting_since is None:
            return IntakeState.ANSWERED
        return IntakeState.TAKEN if self.is_taken else IntakeState.NEW


def check_taking(state: IntakeState) -> None:
    """Raise Refusal for what nobody can take on: the person took it back, it was closed, or set apart and not yet let in."""
    _check_there(state)
    if state not in OPEN:
        raise Refusal(IntakeRefusal.CHANGED_MEANWHILE)


def check_letting_in(state: IntakeState) -> None:
    """Raise Refusal for what does not stand apart, or not any more."""
    _check_there(state)
    if state is not IntakeState.APART:
        raise Refusal(IntakeRefusal.CHANGED_MEANWHILE)


def check_deciding(state: IntakeState, *, is_mine: bool, may_manage: bool) -> None:
    """Raise Refusal unless whoever gives it back or closes it has it, or coordinates the desk; what was set apart nobody has."""
    _check_there(state)
    if not (may_manage or (is_mine and state in OPEN)):
        raise Refusal(IntakeRefusal.NOT_TAKEN)


def _check_there(state: IntakeState) -> None:
    if state is IntakeState.WITHDRAWN:
        raise Refusal(IntakeRefusal.WITHDRAWN)


def urgency(danger: Said, *, minor: Said) -> int:
    """How urgent: 0 in danger now, 1 a child or one who does not know or say whether there is danger, 2 all others."""
    if danger is Said.YES:
        return 0
    return 1 if minor is Said.YES or danger in {Said.UNKNOWN, Said.UNSAID} else 2


def answer_by(waiting_since: datetime, hours: int) -> datetime:
    """Until when an answer is promised: so many real hours after the person wrote."""
    return waiting_since + timedelta(hours=hours)


def keep_since(now: datetime, years: int) -> datetime:
    """What nobody has added a word to since then is kept no longer. From a leap day the years are counted as from the day before."""
    day = now.day - 1 if (now.month, now.day) == _LEAP_DAY else now.day
    return now.replace(year=now.year - years, day=day)


def is_overdue(waiting_since: datetime | None, hours: int, now: datetime) -> bool:
    """Whether the promise is broken."""
    return waiting_since is not None and now > answer_by(waiting_since, hours)
