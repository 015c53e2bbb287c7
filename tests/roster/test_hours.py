"""Hours that can be paid, by kind, and how evenly they are spread."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.roster.rules.hours import HourRules, Hours, fairness, hours_in_month, hours_of
from helpdesk.roster.rules.spans import Span, span_of

EWA, MAREK, OLGA = (UUID(int=number) for number in range(1, 4))
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)

spans = st.builds(
    lambda start, length: Span(BEGIN + timedelta(minutes=start), BEGIN + timedelta(minutes=start + length)),
    st.integers(0, 3 * 365 * 24 * 60),
    st.integers(1, 3000),
)


def _duty(text: str) -> Span:
    day, hours = text.split()
    starts, ends = map(time.fromisoformat, hours.split("-"))
    return span_of(date.fromisoformat(day), starts, ends)


def _hours(total: float, night: float = 0, sunday: float = 0, holiday: float = 0) -> Hours:
    """Hours as people say them; the rules count minutes."""
    return Hours(*(round(60 * each) for each in (total, night, sunday, holiday)))


@pytest.mark.parametrize(
    ("duty", "expected"),
    [
        ("2026-11-25 17:00-21:00", _hours(4)),
        ("2026-11-25 20:00-22:00", _hours(2)),
        ("2026-11-25 20:00-22:01", _hours(2 + 1 / 60, night=1 / 60)),
        ("2026-11-25 22:00-06:00", _hours(8, night=8)),
        ("2026-11-25 05:00-07:00", _hours(2, night=1)),  # the end of the night before
        ("2026-11-25 18:30-02:15", _hours(7.75, night=4.25)),
        ("2026-03-28 22:00-06:00", _hours(7, night=7)),  # the clocks go forward, and it is Sunday only from six on
        ("2026-10-24 22:00-06:00", _hours(9, night=9)),
        ("2026-11-29 08:00-16:00", _hours(8, sunday=8)),
        ("2026-11-29 00:00-08:00", _hours(8, night=6, sunday=2)),  # a Sunday begins at six
        ("2026-11-29 22:00-08:00", _hours(10, night=8, sunday=8)),  # and ends at six on Monday
        ("2026-11-28 22:00-08:00", _hours(10, night=8, sunday=2)),
        ("2026-11-11 08:00-16:00", _hours(8, holiday=8)),  # a Wednesday
        ("2026-11-11 22:00-10:00", _hours(12, night=8, holiday=8)),
        ("2026-11-01 08:00-16:00", _hours(8, holiday=8)),  # All Saints on a Sunday counts once
        ("2026-05-24 08:00-12:00", _hours(4, holiday=4)),  # Pentecost is always one
        ("2026-12-26 22:00-10:00", _hours(12, night=8, sunday=4, holiday=8)),  # from the holiday into a Sunday
        ("2026-12-24 17:00-21:00", _hours(4, holiday=4)),
        ("2024-12-24 17:00-21:00", _hours(4)),  # Christmas Eve was worked until 2024
        ("2026-12-31 22:00-06:00", _hours(8, night=8)),  # new year's morning is still the old year's day until six
    ],
)
def test_a_duty_is_paid_for_what_it_was(duty: str, expected: Hours) -> None:
    assert hours_of(_duty(duty)) == expected


@pytest.mark.parametrize(
    ("rules", "duty", "expected"),
    [
        (HourRules(free_day_starts=time(0)), "2026-11-28 22:00-08:00", _hours(10, night=8, sunday=8)),
        (HourRules(free_day_starts=time(0)), "2026-11-29 22:00-08:00", _hours(10, night=8, sunday=2)),
        (HourRules(night_starts=time(21), night_ends=time(5)), "2026-11-25 20:00-06:00", _hours(10, night=8)),
        (HourRules(night_starts=time(23), night_ends=time(7)), "2026-11-25 20:00-06:00", _hours(10, night=7)),
        (HourRules(night_starts=time(0), night_ends=time(6)), "2026-11-25 20:00-08:00", _hours(12, night=6)),
    ],
)
def test_an_office_may_set_its_night_and_its_sunday(rules: HourRules, duty: str, expected: Hours) -> None:
    assert hours_of(_duty(duty), rules) == expected


def test_another_calendar_of_holidays_can_be_given() -> None:
    span = _duty("2026-11-25 08:00-16:00")
    assert hours_of(span, is_holiday=lambda day: day == date(2026, 11, 25)) == _hours(8, holiday=8)
    assert hours_of(span, is_holiday=lambda day: day == date(2026, 11, 26)) == _hours(8)


def test_seconds_that_do_not_fill_a_minute_are_not_paid() -> None:
    evening = _duty("2026-11-25 21:00-23:00")
    late = Span(evening.start, evening.end + timedelta(seconds=59))
    assert hours_of(late) == _hours(2, night=1)


@pytest.mark.parametrize(
    ("duty", "month", "expected"),
    [
        ("2026-12-31 20:00-08:00", date(2026, 12, 15), _hours(4, night=2)),
        ("2026-12-31 20:00-08:00", date(2027, 1, 1), _hours(8, night=6, holiday=2)),
        ("2026-12-31 20:00-08:00", date(2026, 11, 30), Hours()),
        ("2026-12-31 20:00-00:00", date(2027, 1, 1), Hours()),  # midnight is the end of the old year
        ("2024-02-29 22:00-06:00", date(2024, 2, 1), _hours(2, night=2)),
        ("2026-01-31 22:00-06:00", date(2026, 1, 31), _hours(2, night=2)),
        ("2026-01-31 22:00-06:00", date(2026, 2, 28), _hours(6, night=6)),
        ("2026-05-31 22:00-06:00", date(2026, 6, 1), _hours(6, night=6, sunday=6)),  # the Sunday of the month before
    ],
)
def test_a_duty_over_the_end_of_a_month_has_hours_in_both(duty: str, month: date, expected: Hours) -> None:
    assert hours_in_month(_duty(duty), month) == expected


def test_where_midnight_does_not_exist_the_hours_are_those_there_were() -> None:
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    night = span_of(date(2018, 11, 3), time(22), time(6), sao_paulo)
    none = Hours()
    rules = HourRules(free_day_starts=time(0))
    assert hours_of(night, rules, lambda _day: False, sao_paulo) == _hours(7, night=7, sunday=5)
    october, november = (hours_in_month(night, date(2018, month, 1), zone=sao_paulo) for month in (10, 11))
    assert (october, november.total) == (none, 420)


@given(spans, st.integers(0, 3000))
def test_a_duty_cut_in_two_has_the_same_hours(span: Span, minutes: int) -> None:
    cut = min(span.start + timedelta(minutes=minutes), span.end)
    parts = [Span(span.start, cut), Span(cut, span.end)]
    whole = hours_of(span)
    assert sum((hours_of(part) for part in parts if part.start < part.end), Hours()) == whole
    assert whole.total == span.length // timedelta(minutes=1)
    assert max(whole.night, whole.sunday + whole.holiday) <= whole.total


@given(spans)
def test_the_months_of_a_duty_add_up_to_it(span: Span) -> None:
    months = [date(2023 + month // 12, month % 12 + 1, 1) for month in range(60)]
    assert sum((hours_in_month(span, month) for month in months), Hours()) == hours_of(span)


def test_fairness_sees_the_nights_and_sundays_behind_equal_totals() -> None:
    rows = {
        EWA: Hours(total=600, night=480, sunday=0, holiday=60),
        MAREK: Hours(total=600, night=0, sunday=240, holiday=0),
        OLGA: Hours(total=600, night=120, sunday=0, holiday=0),
    }
    shares = fairness(rows)
    assert [share.account_id for share in shares] == [EWA, MAREK, OLGA]
    assert [share.hours for share in shares] == list(rows.values())
    assert [share.total for share in shares] == [Decimal("0.0")] * 3
    assert [share.night for share in shares] == [Decimal("140.0"), Decimal("-100.0"), Decimal("-40.0")]
    assert [share.sunday for share in shares] == [Decimal("-100.0"), Decimal("200.0"), Decimal("-100.0")]
    assert [share.holiday for share in shares] == [Decimal("200.0"), Decimal("-100.0"), Decimal("-100.0")]


@pytest.mark.parametrize(
    ("own", "other", "deviation"),
    [
        (801, 799, "0.1"),  # an eighth of a percent
        (2003, 1997, "0.2"),  # 0.15, a half, goes away from zero
        (1997, 2003, "-0.2"),
        (10001, 9999, "0.0"),
        (9999, 10001, "0.0"),
        (1, 0, "100.0"),
        (0, 0, "0.0"),
    ],
)
def test_deviations_are_rounded_half_away_from_zero(own: int, other: int, deviation: str) -> None:
    share = fairness({EWA: Hours(total=own), MAREK: Hours(total=other)})[0]
    assert str(share.total) == deviation


def test_nobody_and_nothing_are_fair() -> None:
    assert fairness({}) == []
    (alone,) = fairness({EWA: Hours(total=480)})
    assert (alone.total, alone.night) == (Decimal("0.0"), Decimal("0.0"))


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=8))
def test_deviations_even_out(totals: list[int]) -> None:
    shares = fairness({UUID(int=index): Hours(total=total) for index, total in enumerate(totals)})
    assert abs(sum((share.total for share in shares), Decimal())) <= Decimal("0.05") * len(shares)
    assert [share.total for share in sorted(shares, key=lambda share: share.hours.total)] == sorted(
        share.total for share in shares
    )
