"""On which days something happens: every n weeks, on a day of the month, or on the last Thursday; with holidays or without."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import assert_never

from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.holidays import is_public_holiday

LAST = -1
LAST_SURE_DAY = 28  # every month has it
LAST_SURE_NTH = 4  # and every weekday comes as often
WEEK = 7
MONTHS = 12

# Who asks whether days ever come does not wait for longer than a working life.
HORIZON_DAYS = 40 * 366


class Rhythm(StrEnum):
    WEEKLY = "weekly"
    MONTHLY_DAY = "monthly-day"
    MONTHLY_WEEKDAY = "monthly-weekday"


class Holidays(StrEnum):
    """What a public holiday changes: nothing, it is left out, or it alone counts."""

    WORKED = "worked"
    FREE = "free"
    ONLY = "only"


class DaysRefusal(StrEnum):
    """Why these are not days on which anything can happen."""

    DAY_OF_MONTH = "days:day-of-month"
    ENDS_BEFORE = "days:ends-before"
    EVERY_TOO_SMALL = "days:every-too-small"
    NEVER = "days:never"
    NO_WEEKDAY = "days:no-weekday"
    NTH = "days:nth"


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """The days between `first` and `last`, both included, on which something happens.

    `weekdays` count from Monday, 0. `every` is in weeks from the week (Monday) of `anchor`, or in months from its month.
    `month_day` is 1 to 28 or -1, the last day. `nth` is 1 to 4 or -1, the last one; it takes the only member of `weekdays`.
    """

    rhythm: Rhythm
    weekdays: frozenset[int] = frozenset()
    every: int = 1
    anchor: date
    month_day: int | None = None
    nth: int | None = None
    holidays: Holidays = Holidays.WORKED
    first: date
    last: date | None = None


def check_days(days: Days) -> None:
    """Raise Refusal for days that contradict themselves or never come; `field` names the attribute to change.

    The days 29 to 31 are refused, because some months would be left out silently.
    """
    if days.every < 1:
        raise Refusal(DaysRefusal.EVERY_TOO_SMALL, field="every")
    _check_rhythm(days)
    if days.last is not None and days.last < days.first:
        raise Refusal(DaysRefusal.ENDS_BEFORE, field="last")
    if next(days_between(days, days.first, horizon(days)), None) is None:
        raise Refusal(DaysRefusal.NEVER, field="last")


def _check_rhythm(days: Days) -> None:
    match days.rhythm:
        case Rhythm.WEEKLY:
            if not days.weekdays or not days.weekdays <= frozenset(range(WEEK)):
                raise Refusal(DaysRefusal.NO_WEEKDAY, field="weekdays")
        case Rhythm.MONTHLY_DAY:
            if days.month_day != LAST and days.month_day not in range(1, LAST_SURE_DAY + 1):
                raise Refusal(DaysRefusal.DAY_OF_MONTH, field="month_day")
        case Rhythm.MONTHLY_WEEKDAY:
            if len(days.weekdays) != 1 or not days.weekdays <= frozenset(range(WEEK)):
                raise Refusal(DaysRefusal.NO_WEEKDAY, field="weekdays")
            if days.nth != LAST and days.nth not in range(1, LAST_SURE_NTH + 1):
                raise Refusal(DaysRefusal.NTH, field="nth")
        case _:
            assert_never(days.rhythm)


def horizon(days: Days) -> date:
    """The last day worth looking at: the end of the days, at most forty years after their first."""
    far = date.fromordinal(min(days.first.toordinal() + HORIZON_DAYS, date.max.toordinal()))
    return far if days.last is None else min(days.last, far)


def falls_on(days: Days, day: date, closed: frozenset[date] = frozenset()) -> bool:
    """Whether it happens on this day. Never on a day in `closed`."""
    return next(days_between(days, day, day, closed), None) is not None


def days_between(days: Days, first: date, last: date, closed: frozenset[date] = frozenset()) -> Iterator[date]:
    """The days from `first` to `last`, both included, on which it happens, in order and without those in `closed`.

    Steps from week to week or from month to month, so that ten years take milliseconds. The days must have passed
    `check_days`.
    """
    first = max(first, days.first)
    last = last if days.last is None else min(last, days.last)
    found = _weekly(days, first, last) if days.rhythm is Rhythm.WEEKLY else _monthly(days, first, last)
    if days.holidays is not Holidays.WORKED:
        wanted = days.holidays is Holidays.ONLY
        found = (day for day in found if is_public_holiday(day) is wanted)
    return (day for day in found if day not in closed) if closed else found


def _weekly(days: Days, first: date, last: date) -> Iterator[date]:
    weekdays, step = sorted(days.weekdays), WEEK * days.every
    begin, end = first.toordinal(), last.toordinal()
    anchor = monday_of(days.anchor)
    for monday in range(anchor + (begin - anchor) // step * step, end + 1, step):
        for weekday in weekdays:
            if begin <= monday + weekday <= end:
                yield date.fromordinal(monday + weekday)


def _monthly(days: Days, first: date, last: date) -> Iterator[date]:
    begin = month_of(first)
    for month in range(begin + (month_of(days.anchor) - begin) % days.every, month_of(last) + 1, days.every):
        day = _day_in(days, month)
        if first <= day <= last:
            yield day


def _day_in(days: Days, month: int) -> date:
    """The day of this month, by its number or by its weekday."""
    year, index = divmod(month, MONTHS)
    length = monthrange(year, index + 1)[1]
    if days.rhythm is Rhythm.MONTHLY_DAY:
        return date(year, index + 1, length if days.month_day == LAST else days.month_day or length)
    (weekday,) = days.weekdays
    # The nth one lies among seven days, of which the last is known.
    until = length if days.nth == LAST else WEEK * (days.nth or LAST_SURE_NTH)
    return date(year, index + 1, until - (date(year, index + 1, until).weekday() - weekday) % WEEK)


def monday_of(day: date) -> int:
    """The ordinal of the Monday of this day's week; day 1 of the calendar was a Monday."""
    return day.toordinal() - day.weekday()


def month_of(day: date) -> int:
    """The number of this day's month, counted on through the years."""
    return day.year * MONTHS + day.month - 1
