"""Slots, who may book one, and what may become of an appointment. Plain values in, a decision out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Profession
from helpdesk.roster.rules.spans import Span


class State(StrEnum):
    """What became of an appointment."""

    ATTENDED = "attended"
    BOOKED = "booked"
    CANCELLED = "cancelled"
    NO_SHOW = "no-show"


class AppointmentRefusal(StrEnum):
    """Why an appointment cannot be booked, moved, cancelled or settled."""

    CHANGED_MEANWHILE = "appointment:changed-meanwhile"
    MUST_MOVE = "appointment:must-move"
    NOT_A_SLOT = "appointment:not-a-slot"
    NOT_BEGUN = "appointment:not-begun"
    NOT_BOOKABLE = "appointment:not-bookable"
    NOT_OPEN = "appointment:not-open"
    OVER = "appointment:over"
    PAST = "appointment:past"
    TAKEN = "appointment:taken"
    WARNING_MISSING = "appointment:warning-missing"


class Trouble(StrEnum):
    """Why an appointment cannot stay where it is: the duty was changed under it."""

    CANCELLED = "duty-cancelled"
    MOVED = "duty-moved"
    NOBODY = "nobody-on-duty"
    PROFESSION = "another-profession"


@dataclass(frozen=True, slots=True)
class Offered:
    """A duty as it offers slots: of so many minutes, with a pause after each; without a length it offers none."""

    when: Span
    profession: Profession
    published: bool
    held: bool
    slot_minutes: int | None
    pause_minutes: int = 0

    @property
    def is_bookable(self) -> bool:
        return self.published and self.held and self.slot_minutes is not None

    @property
    def slots(self) -> list[Span]:
        return slots(self.when, self.slot_minutes, self.pause_minutes) if self.slot_minutes else []


@dataclass(frozen=True, slots=True)
class Heard:
    """That the person was warned before an officer was booked: which text, in which language, and when somebody said so (FW-4)."""

    version: str
    language: str
    at: datetime


def slots(span: Span, slot_minutes: int, pause_minutes: int = 0) -> list[Span]:
    """The whole slots that fit into a duty, in order. Minutes are real ones, so a night of 9 hours has more of them than one of 7.

    A pause follows each slot; the last one needs none.
    """
    return list(_slots(span, timedelta(minutes=slot_minutes), timedelta(minutes=pause_minutes)))


def _slots(span: Span, length: timedelta, pause: timedelta) -> Iterator[Span]:
    start = span.start
    while start + length <= span.end:
        yield Span(start, start + length)
        start += length + pause


def free_slots(offered: Offered, taken: Sequence[Span], now: datetime) -> list[Span]:
    """The slots that can still be booked: not begun, and no live appointment in any part of them, whichever grid that was booked on."""
    if not offered.is_bookable:
        return []
    return [slot for slot in offered.slots if slot.start > now and not _meets(slot, taken)]


def next_free(free: Sequence[Span], wanted: datetime) -> Span | None:
    """Of some free slots in order, the first one not before the wanted time, else the first one there is."""
    return next((slot for slot in free if slot.start >= wanted), free[0] if free else None)


def check_booking(offered: Offered, start: datetime, taken: Sequence[Span], now: datetime) -> Span:
    """The slot that begins at `start`, or Refusal; the one for a taken slot names the start of the next free one in `next`, if any is left."""
    if not offered.is_bookable:
        raise Refusal(AppointmentRefusal.NOT_BOOKABLE, field="slot")
    slot = next((each for each in offered.slots if each.start == start), None)
    if slot is None:
        raise Refusal(AppointmentRefusal.NOT_A_SLOT, field="slot")
    if slot.start <= now:
        raise Refusal(AppointmentRefusal.PAST, field="slot")
    if _meets(slot, taken):
        raise refused_as_taken(offered, start, taken, now)
    return slot


def refused_as_taken(offered: Offered, start: datetime, taken: Sequence[Span], now: datetime) -> Refusal:
    """The refusal of a slot that somebody else has, with the next free one of the same duty."""
    free = next_free(free_slots(offered, taken, now), start)
    return Refusal(AppointmentRefusal.TAKEN, field="slot", next=free.start if free else None)


def check_warning(profession: Profession, heard: Heard | None, *, version: str, language: str) -> None:
    """Raise Refusal when an officer is booked and the person was not warned by the present text, in the language it is given in (FW-4)."""
    if profession is not Profession.BORDER_GUARD_OFFICER:
        return
    if heard is None or (heard.version, heard.language) != (version, language):
        raise Refusal(AppointmentRefusal.WARNING_MISSING, field="heard")


def trouble(span: Span, profession: Profession, offered: Offered) -> Trouble | None:
    """Why an appointment booked with a profession for a span cannot stay in its duty as that is now; None if it can."""
    if not offered.published:
        return Trouble.CANCELLED
    if span.start < offered.when.start or offered.when.end < span.end:
        return Trouble.MOVED
    if not offered.held:
        return Trouble.NOBODY
    return None if profession is offered.profession else Trouble.PROFESSION


def check_open(state: State) -> None:
    """Raise Refusal for an appointment of which it is known already what became of it."""
    if state is not State.BOOKED:
        raise Refusal(AppointmentRefusal.NOT_OPEN)


def check_cancelling(state: State, span: Span, why: Trouble | None, now: datetime) -> None:
    """Raise Refusal for an appointment that is settled, or over: then the person came or did not. Without a duty to come to it can end at any time."""
    check_open(state)
    if now >= span.end and why is None:
        raise Refusal(AppointmentRefusal.OVER)


def check_settling(state: State, span: Span, why: Trouble | None, now: datetime) -> None:
    """Raise Refusal before an appointment begins, and for one whose duty is not there to come to.

    That somebody did not come can be put right, since nothing followed from it; that somebody came has become a contact and stays.
    """
    if state is not State.NO_SHOW:
        check_open(state)
    if why is not None:
        raise Refusal(AppointmentRefusal.MUST_MOVE)
    if now < span.start:
        raise Refusal(AppointmentRefusal.NOT_BEGUN)


def _meets(slot: Span, taken: Iterable[Span]) -> bool:
    return any(slot.overlaps(each) for each in taken)
