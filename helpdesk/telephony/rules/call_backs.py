"""Calling somebody back: what was asked for, when it is due, and whether it is safe now (CO1 to CO5, and D.11 of the domain report)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from helpdesk.kernel.clock import WARSAW, day_of, first_instant, local
from helpdesk.outreach.rules import is_safe_hour
from helpdesk.roster.rules.spans import Span

LATEST = timedelta(hours=24)
# After so many tries in vain the coordinator decides whether anybody tries again. Aselo's tasks of call-backs end after as many.
MOST_TRIES = 3
# For so long a safety note counts as read. Whoever comes back to the page later reads it again (CO2, CO5).
READ_FOR = timedelta(minutes=15)
# So old, an order to call is no longer carried out: nobody waits for the ring any more. Less than the lease of a job, so that a worker
# which died while it called does not let anybody's telephone ring a second time.
DIAL_WITHIN = timedelta(minutes=2)
# A call that was begun and of which nobody said what became keeps others from calling for so long.
UNDER_WAY_FOR = timedelta(minutes=30)
# What was recorded is deleted so long after it was first heard, or after its contact was closed, whichever came first.
MESSAGE_KEPT = timedelta(days=30)


class Asked(StrEnum):
    """What made us promise a call."""

    CALL_BACK = "call-back"
    MESSAGE = "message"
    PROMISE = "promise"


class Tried(StrEnum):
    """What became of one attempt."""

    REACHED = "reached"
    NO_ANSWER = "no-answer"
    BUSY = "busy"
    SOMEBODY_ELSE = "somebody-else"
    MACHINE = "machine"
    WRONG_NUMBER = "wrong-number"
    NOT_PUT_THROUGH = "not-put-through"


class Outcome(StrEnum):
    """How the work ended."""

    REACHED = "reached"
    NOT_REACHED = "not-reached"
    NOT_SAFE = "not-safe"
    CALLED_AGAIN = "called-again"
    NOT_NEEDED = "not-needed"
    NOTHING_SAID = "nothing-said"


# What only the provider says is not offered to people.
TRIED_BY_PEOPLE = tuple(each for each in Tried if each is not Tried.NOT_PUT_THROUGH)
ENDED_BY_PEOPLE = tuple(each for each in Outcome if each not in {Outcome.NOTHING_SAID, Outcome.CALLED_AGAIN})


class Safe(StrEnum):
    """The codes of safe contact (D.11) that decide about a call."""

    EMAIL = "SEM"
    HOURS = "SHR"
    NAME = "SNM"
    NOBODY = "SNO"
    PHONE = "SPH"
    WORD = "SWD"


MONITORED = "MON"


class CallBackRefusal(StrEnum):
    """Why nothing is changed."""

    CHANGED = "call-back:changed"
    DONE = "call-back:done"
    NOT_DONE = "call-back:not-done"
    NOT_A_COLLEAGUE = "call-back:not-a-colleague"
    NOT_YOURS = "call-back:not-yours"
    NOT_CALLED_AGAIN = "call-back:not-called-again"


class DialRefusal(StrEnum):
    """Why nobody is to be called now, what cannot be helped first."""

    NO_NUMBER = "dial:no-number"
    NUMBER_FORGOTTEN = "dial:number-forgotten"
    ENOUGH_TRIES = "dial:enough-tries"
    UNDER_WAY = "dial:under-way"
    NOTE_NOT_READ = "dial:note-not-read"
    NO_OWN_PHONE = "dial:no-own-phone"
    NO_NEUTRAL_NUMBER = "dial:no-neutral-number"
    DO_NOT_CONTACT = "dial:do-not-contact"
    EMAIL_ONLY = "dial:email-only"
    MONITORED = "dial:monitored"
    NOT_ASKED = "dial:not-asked"
    HOURS_UNKNOWN = "dial:hours-unknown"
    OUTSIDE_HOURS = "dial:outside-hours"
    REASON_MISSING = "dial:reason-missing"


# Somebody may call in spite of these, who says why; in spite of the others nobody can.
OVERRIDABLE = frozenset(
    {
        DialRefusal.DO_NOT_CONTACT,
        DialRefusal.EMAIL_ONLY,
        DialRefusal.MONITORED,
        DialRefusal.NOT_ASKED,
        DialRefusal.HOURS_UNKNOWN,
        DialRefusal.OUTSIDE_HOURS,
    }
)


@dataclass(frozen=True, slots=True)
class DialFacts:
    """What is known before somebody is called.

    `ways` and `flags` are the codes on the sheet. `said_safe`: the caller pressed a key for it when asked whether it is safe to call this
    number. `hours` are the safe ones, on the person's wall, half-open, from 20 until 2 over midnight. `decides`: whoever wants to call is
    the one who decides after many tries in vain.
    """

    has_number: bool
    had_number: bool
    ways: frozenset[str] = frozenset()
    flags: frozenset[str] = frozenset()
    said_safe: bool = False
    hours: tuple[int, int] | None = None
    machine_ok: bool = False
    tries: int = 0
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether somebody may be called now, and what may be said. `safe_from` is when the safe hours begin, if it is too early or too late."""

    refused: tuple[DialRefusal, ...]
    may_name: bool
    may_leave_message: bool
    has_code_word: bool
    safe_from: datetime | None = None

    @property
    def is_allowed(self) -> bool:
        return not self.refused

    @property
    def may_be_overridden(self) -> bool:
        """Whether a reason is enough to call all the same."""
        return bool(self.refused) and OVERRIDABLE.issuperset(self.refused)


def dialling(facts: DialFacts, now: datetime, zone: ZoneInfo = WARSAW) -> Verdict:
    """Whether somebody may be called at this moment.

    Without a word about it nobody is called (CO1); who calls is only said, and a machine only spoken to, where the person agreed to it.
    """
    refused = tuple(_refused(facts, now, zone))
    too_early = facts.hours is not None and DialRefusal.OUTSIDE_HOURS in refused
    return Verdict(
        refused=refused,
        may_name=Safe.NAME in facts.ways,
        may_leave_message=facts.machine_ok,
        has_code_word=Safe.WORD in facts.ways,
        safe_from=_next_safe(facts.hours[0], now, zone) if too_early and facts.hours else None,
    )


def _refused(facts: DialFacts, now: datetime, zone: ZoneInfo) -> Iterator[DialRefusal]:
    if not facts.has_number:
        yield DialRefusal.NUMBER_FORGOTTEN if facts.had_number else DialRefusal.NO_NUMBER
    if facts.tries >= MOST_TRIES and not facts.decides:
        yield DialRefusal.ENOUGH_TRIES
    against = _way_refused(facts)
    if against is not None:
        yield against
    if facts.hours is None:
        if Safe.HOURS in facts.ways:
            yield DialRefusal.HOURS_UNKNOWN
    elif not is_safe_hour(local(now, zone).hour, *facts.hours):
        yield DialRefusal.OUTSIDE_HOURS


def _way_refused(facts: DialFacts) -> DialRefusal | None:
    """What the sheet says against the telephone; it was written by somebody who talked, so it counts for more than a pressed key."""
    if Safe.NOBODY in facts.ways:
        return DialRefusal.DO_NOT_CONTACT
    if Safe.PHONE in facts.ways:
        return None
    if Safe.EMAIL in facts.ways:
        return DialRefusal.EMAIL_ONLY
    if MONITORED in facts.flags:
        return DialRefusal.MONITORED
    return None if facts.said_safe else DialRefusal.NOT_ASKED


def _next_safe(from_hour: int, now: datetime, zone: ZoneInfo) -> datetime:
    days = (day_of(now, zone) + timedelta(days=ahead) for ahead in range(3))
    return next(at for at in (first_instant(day, time(from_hour), zone) for day in days) if at > now)


def due(asked_at: datetime, hours: Iterable[Span]) -> datetime:
    """By when somebody who asked for it at `asked_at` is called: within 24 hours, and while people are on duty.

    That is the last moment of duty within these hours. Where nobody is on duty in them, it is the end of the next duty; where none is
    planned, the 24 hours alone.
    """
    latest = asked_at + LATEST
    coming = [each for each in hours if each.end > asked_at]
    within = [min(each.end, latest) for each in coming if each.start < latest]
    if within:
        return max(within)
    following = min(coming, key=lambda each: each.start, default=None)
    return following.end if following else latest


def is_overdue(due_at: datetime, now: datetime) -> bool:
    return due_at < now


def pressing(*, is_urgent: bool, due_at: datetime, asked_at: datetime) -> tuple[bool, datetime, datetime]:
    """The place of a call in the list of those that wait: danger first, then what is due, then who asked first."""
    return (not is_urgent, due_at, asked_at)


@dataclass(frozen=True, slots=True)
class Reading:
    """Who read the safety note, when, and which: `note` is a keyed digest of it."""

    by_id: UUID | None
    at: datetime | None
    note: bytes | None


def has_read(reading: Reading, reader_id: UUID | None, note: bytes, now: datetime) -> bool:
    """Whether this person has lately read the note as it stands now (CO2)."""
    if reading.at is None or reading.by_id is None or reading.by_id != reader_id or reading.note != note:
        return False
    return now - reading.at < READ_FOR


def is_under_way(began_at: datetime, tried: Tried | None, now: datetime) -> bool:
    """Whether an attempt has begun and nobody has said yet what became of it."""
    return tried is None and now - began_at < UNDER_WAY_FOR


def is_in_vain(tried: Tried | None) -> bool:
    """Whether an attempt counts as one in vain: we called, and talked to nobody we wanted to talk to."""
    return tried not in {None, Tried.REACHED, Tried.NOT_PUT_THROUGH}
