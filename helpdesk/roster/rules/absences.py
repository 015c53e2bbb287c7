"""When somebody cannot come: whole days, or hours that begin on one of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from helpdesk.kernel.clock import day_bounds, first_instant, last_instant
from helpdesk.kernel.errors import Refusal
from helpdesk.roster.rules.spans import Span

# Longer than a year is no absence of which a roster must know: the place at the desk ends.
LONGEST_DAYS = 366


class AbsenceRefusal(StrEnum):
    """Why an absence cannot be entered or removed."""

    BOTH_HOURS = "absence:both-hours"
    ENDS_BEFORE = "absence:ends-before"
    NOT_YOURS = "absence:not-yours"
    NO_LENGTH = "absence:no-length"
    ONE_DAY = "absence:one-day"
    OVER = "absence:over"
    OVERLAP = "absence:overlap"
    TOO_LONG = "absence:too-long"


@dataclass(frozen=True, slots=True)
class Away:
    """The local days of an absence, both included; with hours it is of one day, and an end not after the start is on the next."""

    first_day: date
    last_day: date
    starts: time | None = None
    ends: time | None = None

    @property
    def span(self) -> Span:
        """The half-open span of instants, or Refusal naming the field to change. Whole days may have 23 or 25 hours."""
        check_days(self)
        if self.starts is None or self.ends is None:
            return Span(day_bounds(self.first_day)[0], day_bounds(self.last_day)[1])
        last_day = self.first_day if self.ends > self.starts else self.first_day + timedelta(days=1)
        span = Span(first_instant(self.first_day, self.starts), last_instant(last_day, self.ends))
        if span.start >= span.end:  # both in the hour that the change of clocks takes away
            raise Refusal(AbsenceRefusal.NO_LENGTH, field="ends")
        return span


def check_days(away: Away) -> None:
    """Raise Refusal for days and hours that contradict themselves."""
    if away.last_day < away.first_day:
        raise Refusal(AbsenceRefusal.ENDS_BEFORE, field="last_day")
    if (away.last_day - away.first_day).days >= LONGEST_DAYS:
        raise Refusal(AbsenceRefusal.TOO_LONG, field="last_day", days=LONGEST_DAYS)
    if (away.starts is None) != (away.ends is None):
        raise Refusal(AbsenceRefusal.BOTH_HOURS, field="ends" if away.ends is None else "starts")
    if away.starts is not None and away.first_day != away.last_day:
        raise Refusal(AbsenceRefusal.ONE_DAY, field="last_day")
    if away.starts is not None and away.starts == away.ends:
        raise Refusal(AbsenceRefusal.NO_LENGTH, field="ends")


def check_entering(span: Span, person: UUID, by: UUID | None, now: datetime, *, manages: bool) -> None:
    """Raise Refusal for an absence that is over, which frees nothing any more, and for somebody else's unless one `manages`."""
    check_whose(person, by, manages=manages)
    if span.end <= now:
        raise Refusal(AbsenceRefusal.OVER, field="last_day")


def check_whose(person: UUID, by: UUID | None, *, manages: bool) -> None:
    """Raise Refusal unless it is one's own absence, or one `manages` those of all."""
    if person != by and not manages:
        raise Refusal(AbsenceRefusal.NOT_YOURS, field="person")


def begins_within(span: Span, away: Span, now: datetime) -> bool:
    """Whether a duty must find somebody else: it lies at least partly in the absence and has not begun."""
    return span.overlaps(away) and span.start > now


def runs_into(span: Span, away: Span, now: datetime) -> bool:
    """Whether a duty that runs lies partly in the absence: nothing but taking over helps there."""
    return span.overlaps(away) and now in span


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days of a calendar that follow one another and look the same: with the same absences, or a single day without any."""

    first: date
    days: int
    absences: tuple[UUID, ...] = ()


def stretches(aways: Iterable[tuple[UUID, date, date]], first: date, last: date) -> list[Stretch]:
    """The days from `first` to `last`, both included and each once, as the stretches of one person's absences.

    An absence is its id and its first and last day. Several may fall on one day, when each takes some hours of it.
    """
    held = list(aways)
    found: list[Stretch] = []
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        here = tuple(key for key, begins, ends in held if begins <= day <= ends)
        if here and found and found[-1].absences == here:
            found[-1] = Stretch(found[-1].first, found[-1].days + 1, here)
        else:
            found.append(Stretch(day, 1, here))
    return found
