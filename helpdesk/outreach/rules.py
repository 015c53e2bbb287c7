"""Whether something may be sent to a person helped (CO1 to CO5). Plain values in, a decision out: no clock, no database, no request."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from helpdesk.kernel.clock import WARSAW, day_of, first_instant, local
from helpdesk.kernel.errors import Refusal

HOURS_BEFORE = 12
FURTHEST_DAYS = 3
HOUR = timedelta(hours=1)
HOURS_OF_A_DAY = 24
LONGEST_ADDRESS = 254  # RFC 5321, 4.5.3.1.3, without the angle brackets
_EMAIL = re.compile(r"[^\s@<>(),;:\"\\\[\]]+@[^\s@<>(),;:\"\\\[\]]+\.[^\s@<>(),;:\"\\\[\].]+")


class Way(StrEnum):
    """By what a person may be reached."""

    EMAIL = "email"
    SMS = "sms"


class ReminderRefusal(StrEnum):
    """Why no reminder may go out, or cannot be agreed on."""

    ADDRESS_MISSING = "reminder:address-missing"
    ADDRESS_WRONG = "reminder:address-wrong"
    HOURS_MISSING = "reminder:hours-missing"
    NOT_BY_SMS = "reminder:not-by-sms"
    NOT_SAFE_ANY_MORE = "reminder:not-safe-any-more"
    NO_MOMENT = "reminder:no-moment"
    OUTSIDE_HOURS = "reminder:outside-hours"
    TOO_LATE = "reminder:too-late"


@dataclass(frozen=True, slots=True)
class SafeContact:
    """How and when a person said that it is safe to be reached (domain report, D.11).

    The hours are on the person's wall, half-open: from 9 until 15 ends before 15:00, from 20 until 2 goes over midnight. `until` is the
    last day on which this holds. Who we are is never said in a reminder, so whether it might be said is not asked here.
    """

    way: Way
    has_address: bool
    from_hour: int
    until_hour: int
    until: date | None = None

    def allows_hour(self, hour: int) -> bool:
        """Whether this hour of the day, 0 to 23, is a safe one."""
        return is_safe_hour(hour, self.from_hour, self.until_hour)

    def allows_day(self, day: date) -> bool:
        """Whether it is still safe on this day."""
        return self.until is None or day <= self.until


def is_safe_hour(hour: int, from_hour: int, until_hour: int) -> bool:
    """Whether an hour of the day, 0 to 23, lies between two that are half-open and may go over midnight."""
    if from_hour < until_hour:
        return from_hour <= hour < until_hour
    return hour >= from_hour or hour < until_hour


def may_remind(
    safe: SafeContact, starts_at: datetime, now: datetime, zone: ZoneInfo = WARSAW
) -> ReminderRefusal | None:
    """What forbids a reminder of an appointment at `starts_at` to go out at this very moment; None if it may (CO1, CO3, CO5)."""
    if safe.way is Way.SMS:
        return ReminderRefusal.NOT_BY_SMS
    if not safe.has_address:
        return ReminderRefusal.ADDRESS_MISSING
    if now >= starts_at:
        return ReminderRefusal.TOO_LATE
    if not safe.allows_day(day_of(now, zone)):
        return ReminderRefusal.NOT_SAFE_ANY_MORE
    return None if safe.allows_hour(local(now, zone).hour) else ReminderRefusal.OUTSIDE_HOURS


def when_to_remind(
    safe: SafeContact, starts_at: datetime, *, hours_before: int = HOURS_BEFORE, zone: ZoneInfo = WARSAW
) -> datetime | None:
    """The beginning, in UTC, of the last safe hour that lies on an earlier day and at least so many real hours before the appointment.

    A whole hour, so that a worker who comes some minutes late still comes in time. None where no hour of the three days before is safe:
    then nothing is sent at all.
    """
    latest = starts_at - hours_before * HOUR
    return next((at for at in _safe_hours_before(safe, day_of(starts_at, zone), zone) if at <= latest), None)


def is_time_to_remind(
    safe: SafeContact, starts_at: datetime, booked_at: datetime, now: datetime, zone: ZoneInfo = WARSAW
) -> bool:
    """Whether the reminder goes out now: in its hour and in no other, and not to somebody who has booked since it began."""
    at = when_to_remind(safe, starts_at, zone=zone)
    return at is not None and booked_at <= at <= now < at + HOUR and may_remind(safe, starts_at, now, zone) is None


def may_write(safe: SafeContact, now: datetime, zone: ZoneInfo = WARSAW) -> ReminderRefusal | None:
    """What forbids the neutral notice that something waits to go out at this very moment; None if it may (CO1, CO3)."""
    if not safe.has_address:
        return ReminderRefusal.ADDRESS_MISSING
    if not safe.allows_day(day_of(now, zone)):
        return ReminderRefusal.NOT_SAFE_ANY_MORE
    return None if safe.allows_hour(local(now, zone).hour) else ReminderRefusal.OUTSIDE_HOURS


def when_to_write(safe: SafeContact, now: datetime, zone: ZoneInfo = WARSAW) -> datetime | None:
    """Now, if this hour is a safe one, else the beginning of the next safe one within two days; None where there is none."""
    if may_write(safe, now, zone) is None:
        return now
    hour = now.replace(minute=0, second=0, microsecond=0)
    coming = (hour + step * HOUR for step in range(1, 2 * HOURS_OF_A_DAY + 1))
    return next((at for at in coming if may_write(safe, at, zone) is None), None)


def check_safe(safe: SafeContact, starts_at: datetime) -> None:
    """Raise Refusal for what was said to be safe and can never lead to a reminder, so that nobody waits for one."""
    if safe.way is Way.SMS:
        raise Refusal(ReminderRefusal.NOT_BY_SMS, field="remind")
    if not safe.has_address:
        raise Refusal(ReminderRefusal.ADDRESS_MISSING, field="address")
    if when_to_remind(safe, starts_at) is None:
        raise Refusal(ReminderRefusal.NO_MOMENT, field="remind")


def check_hours(from_hour: int | None, until_hour: int | None) -> tuple[int, int]:
    """The safe hours, or Refusal: from 0 to 23, until 1 to 24, and not the same, which might mean all day or never (CO1)."""
    if from_hour is None or until_hour is None or from_hour == until_hour:
        raise Refusal(ReminderRefusal.HOURS_MISSING, field="from_hour")
    if not (0 <= from_hour < HOURS_OF_A_DAY and 0 < until_hour <= HOURS_OF_A_DAY):
        raise Refusal(ReminderRefusal.HOURS_MISSING, field="from_hour")
    return from_hour, until_hour


def check_address(text: str) -> str:
    """An e-mail address without blanks around it, or Refusal."""
    address = text.strip()
    if not address:
        raise Refusal(ReminderRefusal.ADDRESS_MISSING, field="address")
    if len(address) > LONGEST_ADDRESS or not address.isprintable() or not _EMAIL.fullmatch(address):
        raise Refusal(ReminderRefusal.ADDRESS_WRONG, field="address")
    return address


def _safe_hours_before(safe: SafeContact, day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """The safe hours of the days before a day, the last one first. An hour that the clocks leave out is none."""
    for back in range(1, FURTHEST_DAYS + 1):
        earlier = day - timedelta(days=back)
        for hour in reversed(range(HOURS_OF_A_DAY)):
            at = first_instant(earlier, time(hour), zone)
            if safe.allows_day(earlier) and safe.allows_hour(hour) and local(at, zone).hour == hour:
                yield at
