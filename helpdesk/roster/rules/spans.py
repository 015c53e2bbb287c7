"""What a duty is: a span of real time that follows from a local day and two wall times. No clock, no database, no request."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from helpdesk.kernel.clock import WARSAW, first_instant, last_instant
from helpdesk.kernel.errors import Refusal

LONGEST = timedelta(hours=16)


class DutyRefusal(StrEnum):
    ALREADY_BEGUN = "already-begun"
    ALREADY_OVER = "already-over"
    NO_LENGTH = "no-length"
    NOT_A_MEMBER = "not-a-member"
    OVERLAP = "overlap"
    SKIPPED = "skipped"
    TOO_LONG = "too-long"


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open span of instants: the start is in, the end is out."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        return self.end - self.start

    def __contains__(self, at: datetime) -> bool:
        return self.start <= at < self.end

    def overlaps(self, other: "Span") -> bool:
        """Whether there is an instant in both. Spans that only touch do not overlap."""
        return self.start < other.end and other.start < self.end

    def clipped(self, other: "Span") -> "Span | None":
        """The part of this span that lies in the other one."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Span(start, end) if start < end else None


def span_of(day: date, starts: time, ends: time, zone: ZoneInfo = WARSAW) -> Span:
    """The span of a duty that starts on `day`. An end that is not after the start belongs to the next day.

    A wall time that comes twice in the night of the change of clocks is the first one for a start and the last one for
    an end, so that somebody is on duty in between. Raises Refusal for a duty that has no length, would lie in the hour
    that does not exist, or is longer than anybody can stay awake.
    """
    if starts == ends:
        raise Refusal(DutyRefusal.NO_LENGTH, field="ends")
    last_day = day if ends > starts else day + timedelta(days=1)
    span = Span(first_instant(day, starts, zone), last_instant(last_day, ends, zone))
    if span.start >= span.end:
        raise Refusal(DutyRefusal.SKIPPED, field="starts")
    if span.length > LONGEST:
        raise Refusal(DutyRefusal.TOO_LONG, field="ends", hours=LONGEST // timedelta(hours=1))
    return span


def check_planning(span: Span, now: datetime) -> None:
    """Raise Refusal for a duty that is over already: what was must not be rewritten as a plan."""
    if span.end <= now:
        raise Refusal(DutyRefusal.ALREADY_OVER, field="day")


def check_cancelling(span: Span, now: datetime) -> None:
    """Raise Refusal for a duty that has begun: calls may have been answered in it."""
    if not may_cancel(span, now):
        raise Refusal(DutyRefusal.ALREADY_BEGUN)


def may_cancel(span: Span, now: datetime) -> bool:
    """Whether a duty may still be taken out of the plan."""
    return now < span.start
