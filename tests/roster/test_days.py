"""On which days something happens."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.holidays import is_public_holiday
from helpdesk.roster.rules.days import (
    Days,
    DaysRefusal,
    Holidays,
    Rhythm,
    check_days,
    days_between,
    falls_on,
    month_of,
)

FIRST = date(2026, 1, 1)
MONDAY, TUESDAY, THURSDAY, SUNDAY = 0, 1, 3, 6
WEEKLY = Days(rhythm=Rhythm.WEEKLY, weekdays=frozenset({TUESDAY, THURSDAY}), anchor=FIRST, first=FIRST)
FIFTEENTH = Days(rhythm=Rhythm.MONTHLY_DAY, month_day=15, anchor=FIRST, first=FIRST)
LAST_THURSDAY = Days(rhythm=Rhythm.MONTHLY_WEEKDAY, weekdays=frozenset({THURSDAY}), nth=-1, anchor=FIRST, first=FIRST)

weekdays = st.frozensets(st.integers(0, 6), min_size=1)
some_days = st.dates(date(2023, 1, 1), date(2028, 12, 31))
shared: dict[str, Any] = {
    "every": st.integers(1, 5),
    "anchor": some_days,
    "holidays": st.sampled_from(Holidays),
    "first": some_days,
    "last": st.none() | some_days,
}
all_days = st.one_of(
    st.builds(Days, rhythm=st.just(Rhythm.WEEKLY), weekdays=weekdays, **shared),
    st.builds(Days, rhythm=st.just(Rhythm.MONTHLY_DAY), month_day=st.sampled_from([*range(1, 29), -1]), **shared),
    st.builds(
        Days,
        rhythm=st.just(Rhythm.MONTHLY_WEEKDAY),
        weekdays=st.integers(0, 6).map(lambda day: frozenset({day})),
        nth=st.sampled_from([1, 2, 3, 4, -1]),
        **shared,
    ),
)


def _listed(days: Days, first: str, last: str, closed: frozenset[date] = frozenset()) -> list[str]:
    found = days_between(days, date.fromisoformat(first), date.fromisoformat(last), closed)
    return [f"{day:%m-%d}" for day in found]


def _by_hand(days: Days, day: date, closed: frozenset[date]) -> bool:
    """The same question asked of one day alone, as one would with a paper calendar."""
    outside = day < days.first or (days.last is not None and day > days.last)
    refused = {Holidays.WORKED: None, Holidays.FREE: True, Holidays.ONLY: False}[days.holidays]
    if outside or day in closed or is_public_holiday(day) is refused:
        return False
    if days.rhythm is Rhythm.WEEKLY:
        this, that = (each - timedelta(days=each.isoweekday() - 1) for each in (day, days.anchor))
        return day.weekday() in days.weekdays and (this - that).days % (7 * days.every) == 0
    months = (day.year - days.anchor.year) * 12 + day.month - days.anchor.month
    is_last_day, is_last = ((day + timedelta(days=ahead)).month != day.month for ahead in (1, 7))
    if days.rhythm is Rhythm.MONTHLY_DAY:
        return months % days.every == 0 and (is_last_day if days.month_day == -1 else day.day == days.month_day)
    is_nth = is_last if days.nth == -1 else (day.day + 6) // 7 == days.nth
    return months % days.every == 0 and day.weekday() in days.weekdays and is_nth


@pytest.mark.parametrize(
    ("days", "first", "last", "expected"),
    [
        (WEEKLY, "2026-11-23", "2026-12-03", ["11-24", "11-26", "12-01", "12-03"]),
        # Every second week counts from the Monday of the anchor's week, though the anchor itself is a Thursday.
        (replace(WEEKLY, every=2), "2026-01-01", "2026-01-31", ["01-01", "01-13", "01-15", "01-27", "01-29"]),
        (
            replace(WEEKLY, every=2, anchor=date(2026, 2, 2)),
            "2026-01-05",
            "2026-01-25",
            ["01-06", "01-08", "01-20", "01-22"],
        ),
        (FIFTEENTH, "2026-01-16", "2026-04-15", ["02-15", "03-15", "04-15"]),
        (replace(FIFTEENTH, every=3), "2026-01-01", "2026-12-31", ["01-15", "04-15", "07-15", "10-15"]),
        (replace(FIFTEENTH, month_day=-1), "2028-01-01", "2028-04-30", ["01-31", "02-29", "03-31", "04-30"]),
        (LAST_THURSDAY, "2026-01-01", "2026-05-31", ["01-29", "02-26", "03-26", "04-30", "05-28"]),
        (replace(LAST_THURSDAY, nth=1), "2026-01-01", "2026-03-31", ["01-01", "02-05", "03-05"]),
        (replace(LAST_THURSDAY, nth=4), "2026-04-01", "2026-04-30", ["04-23"]),  # the fourth is not always the last
        (WEEKLY, "2025-12-01", "2026-01-05", ["01-01"]),  # not before its first day
        (replace(WEEKLY, last=date(2026, 1, 6)), "2026-01-01", "2026-12-31", ["01-01", "01-06"]),  # nor after its last
        (replace(WEEKLY, holidays=Holidays.FREE), "2026-01-01", "2026-01-08", ["01-08"]),
        (replace(WEEKLY, holidays=Holidays.ONLY), "2026-01-01", "2026-12-31", ["01-01", "01-06", "06-04", "12-24"]),
        (WEEKLY, "2026-02-03", "2026-02-02", []),
    ],
)
def test_days_are_those_a_paper_calendar_shows(days: Days, first: str, last: str, expected: list[str]) -> None:
    check_days(days)
    assert _listed(days, first, last) == expected


def test_a_day_on_which_the_office_is_closed_does_not_count() -> None:
    closed = frozenset({date(2026, 11, 24), date(2026, 11, 25)})  # the second one would not have counted anyway
    assert _listed(WEEKLY, "2026-11-23", "2026-11-29", closed) == ["11-26"]
    assert not falls_on(WEEKLY, date(2026, 11, 24), closed)
    assert falls_on(WEEKLY, date(2026, 11, 24))


@given(all_days, some_days, st.integers(-1, 500), st.frozensets(some_days, max_size=3))
def test_a_list_of_days_holds_each_day_that_counts_and_no_other(
    days: Days, first: date, length: int, closed: frozenset[date]
) -> None:
    stretch = [first + timedelta(days=index) for index in range(length + 1)]
    closed |= frozenset(stretch[3:5])
    expected = [day for day in stretch if _by_hand(days, day, closed)]
    assert list(days_between(days, first, first + timedelta(days=length), closed)) == expected


@given(all_days, some_days)
def test_one_day_alone_gets_the_same_answer(days: Days, day: date) -> None:
    assert falls_on(days, day) is _by_hand(days, day, frozenset())


@pytest.mark.parametrize(
    ("days", "code", "field"),
    [
        (replace(WEEKLY, weekdays=frozenset()), DaysRefusal.NO_WEEKDAY, "weekdays"),
        (replace(WEEKLY, weekdays=frozenset({7})), DaysRefusal.NO_WEEKDAY, "weekdays"),
        (replace(LAST_THURSDAY, weekdays=frozenset({MONDAY, SUNDAY})), DaysRefusal.NO_WEEKDAY, "weekdays"),
        (replace(WEEKLY, every=0), DaysRefusal.EVERY_TOO_SMALL, "every"),
        (replace(FIFTEENTH, every=-1), DaysRefusal.EVERY_TOO_SMALL, "every"),
        (replace(FIFTEENTH, month_day=None), DaysRefusal.DAY_OF_MONTH, "month_day"),
        (replace(FIFTEENTH, month_day=0), DaysRefusal.DAY_OF_MONTH, "month_day"),
        (replace(FIFTEENTH, month_day=29), DaysRefusal.DAY_OF_MONTH, "month_day"),
        (replace(FIFTEENTH, month_day=31), DaysRefusal.DAY_OF_MONTH, "month_day"),
        (replace(FIFTEENTH, month_day=-2), DaysRefusal.DAY_OF_MONTH, "month_day"),
        (replace(LAST_THURSDAY, nth=None), DaysRefusal.NTH, "nth"),
        (replace(LAST_THURSDAY, nth=5), DaysRefusal.NTH, "nth"),
        (replace(LAST_THURSDAY, nth=0), DaysRefusal.NTH, "nth"),
        (replace(WEEKLY, last=date(2025, 12, 31)), DaysRefusal.ENDS_BEFORE, "last"),
        (replace(WEEKLY, first=date(2026, 1, 2), last=date(2026, 1, 5)), DaysRefusal.NEVER, "last"),
        # The second of February is no holiday in any year.
        (
            replace(FIFTEENTH, month_day=2, every=12, anchor=date(2026, 2, 1), holidays=Holidays.ONLY),
            DaysRefusal.NEVER,
            "last",
        ),
        (replace(WEEKLY, every=10**9, anchor=date(2025, 12, 1)), DaysRefusal.NEVER, "last"),
    ],
)
def test_days_that_never_come_are_refused(days: Days, code: DaysRefusal, field: str) -> None:
    with pytest.raises(Refusal) as caught:
        check_days(days)
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize("month_day", [1, 28, -1])
def test_the_days_that_every_month_has_are_allowed(month_day: int) -> None:
    days = replace(FIFTEENTH, month_day=month_day)
    check_days(days)
    assert len(_listed(days, "2026-01-01", "2026-12-31")) == 12


def test_the_ends_of_the_calendar_do_not_break_anything() -> None:
    eternal = replace(WEEKLY, first=date.min, anchor=date.max)
    assert list(days_between(eternal, date.min, date(1, 1, 4))) == [date(1, 1, 2), date(1, 1, 4)]
    assert list(days_between(eternal, date(9999, 12, 29), date.max)) == [date(9999, 12, 30)]
    assert next(days_between(replace(FIFTEENTH, month_day=-1), date(9999, 12, 1), date.max)) == date.max
    check_days(replace(FIFTEENTH, first=date(9999, 12, 1)))


def test_months_are_counted_on_through_the_years() -> None:
    assert month_of(date(2027, 1, 31)) - month_of(date(2026, 12, 1)) == 1
