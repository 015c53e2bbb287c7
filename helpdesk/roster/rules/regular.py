"""In which hours somebody answers week after week: what may be printed and hang for months, unlike the next duty."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import groupby

from helpdesk.roster.rules.days import WEEK, Days, Holidays, Rhythm

DAY = 24 * 60
Hours = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Regular:
    """The same hours on weekdays that follow one another; Monday is 0. Minutes from midnight: what ends beyond it exceeds a day."""

    first: int
    last: int
    hours: Hours

    @property
    def is_daily(self) -> bool:
        return (self.first, self.last) == (0, WEEK - 1)


def regular(needs: Iterable[tuple[Days, time, time]], today: date) -> Sequence[Regular]:
    """The weekdays on which these needs come every week, and the hours that they make together; what comes seldomer is left out."""
    weekly = [(days.weekdays, _minutes(starts, ends)) for days, starts, ends in needs if _is_weekly(days, today)]
    by_day = [_together(span for weekdays, span in weekly if day in weekdays) for day in range(WEEK)]
    return [each for each in _runs(by_day) if each.hours]


def _is_weekly(days: Days, today: date) -> bool:
    return (
        days.rhythm is Rhythm.WEEKLY
        and days.every == 1
        and days.holidays is not Holidays.ONLY
        and days.first <= today
        and (days.last is None or days.last >= today)
    )


def _minutes(starts: time, ends: time) -> tuple[int, int]:
    """The same wall time twice is the whole day round."""
    start, end = (each.hour * 60 + each.minute for each in (starts, ends))
    return start, end if end > start else end + DAY


def _together(spans: Iterable[tuple[int, int]]) -> Hours:
    """Spans that touch or overlap are one; round the clock is from midnight to midnight."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return ((0, DAY),) if any(end - start >= DAY for start, end in found) else tuple(found)


def _runs(by_day: Sequence[Hours]) -> Iterator[Regular]:
    for hours, run in groupby(enumerate(by_day), key=lambda each: each[1]):
        days = [day for day, _ in run]
        yield Regular(days[0], days[-1], hours)
