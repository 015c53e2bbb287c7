"""Which days are free by law."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.kernel.holidays import holiday_on, is_public_holiday, public_holidays

FIXED = [(1, 1), (1, 6), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11), (12, 25), (12, 26)]


def _easter(year: int) -> date:
    """The anonymous Gregorian rule of 1876."""
    century, in_century = divmod(year, 100)
    leaps, skipped = divmod(century, 4)
    shift = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * (year % 19) + century - leaps - shift + 15) % 30
    week = (32 + 2 * skipped + 2 * (in_century // 4) - moon - in_century % 4) % 7
    late = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * late + 114, 31)
    return date(year, month, day + 1)


@pytest.mark.parametrize(("year", "count"), [(2010, 12), (2011, 13), (2023, 13), (2024, 13), (2025, 14), (2026, 14)])
def test_christmas_eve_is_free_from_2025_on_and_epiphany_from_2011(year: int, count: int) -> None:
    assert len(public_holidays(year)) == count
    assert is_public_holiday(date(year, 12, 24)) is (year >= 2025)
    assert is_public_holiday(date(year, 1, 6)) is (year >= 2011)


@pytest.mark.parametrize(
    ("easter", "pentecost", "corpus_christi"),
    [
        ("2008-03-23", "2008-05-11", "2008-05-22"),
        ("2024-03-31", "2024-05-19", "2024-05-30"),
        ("2025-04-20", "2025-06-08", "2025-06-19"),
        ("2026-04-05", "2026-05-24", "2026-06-04"),
        ("2027-03-28", "2027-05-16", "2027-05-27"),
        ("2038-04-25", "2038-06-13", "2038-06-24"),
    ],
)
def test_the_feasts_that_move_follow_easter(easter: str, pentecost: str, corpus_christi: str) -> None:
    sunday = date.fromisoformat(easter)
    assert is_public_holiday(sunday)
    assert is_public_holiday(sunday + timedelta(days=1))
    assert not is_public_holiday(sunday - timedelta(days=2))  # Good Friday is worked
    assert not is_public_holiday(sunday + timedelta(days=50))  # and the Monday after Pentecost
    assert is_public_holiday(date.fromisoformat(pentecost))
    assert date.fromisoformat(pentecost).weekday() == 6
    assert is_public_holiday(date.fromisoformat(corpus_christi))
    assert date.fromisoformat(corpus_christi).weekday() == 3


@given(st.integers(2025, 2100))
def test_a_year_has_exactly_the_days_of_the_act(year: int) -> None:
    easter = _easter(year)
    moving = [easter + timedelta(days=days) for days in (0, 1, 49, 60)]
    wanted = sorted([*(date(year, month, day) for month, day in FIXED), date(year, 12, 24), *moving])
    assert [holiday.day for holiday in public_holidays(year)] == wanted


@pytest.mark.parametrize(
    "day",
    [
        "2023-11-13",  # Independence Day was a Saturday; the employer's day off for it is no holiday
        "2022-05-02",  # the day after a Sunday
        "2026-05-02",
        "2026-12-31",
        "2026-11-29",  # a Sunday is free by another rule
        "2024-12-24",
        "2101-12-25",  # beyond what the library knows
    ],
)
def test_no_other_day_is_a_holiday(day: str) -> None:
    assert not is_public_holiday(date.fromisoformat(day))
    assert holiday_on(date.fromisoformat(day)) is None


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("pl", "Boże Narodzenie (pierwszy dzień)"),
        ("pl-PL", "Boże Narodzenie (pierwszy dzień)"),
        ("en", "Christmas Day"),
    ],
)
def test_a_holiday_has_its_name_in_both_languages_of_the_office(tag: str, name: str) -> None:
    holiday = holiday_on(date(2026, 12, 25))
    assert holiday is not None
    assert holiday.name(tag) == name
