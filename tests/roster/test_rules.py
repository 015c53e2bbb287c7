"""When a duty begins and ends in real time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.kernel.clock import local
from helpdesk.kernel.errors import Refusal
from helpdesk.roster.rules.spans import (
    LONGEST,
    DutyRefusal,
    Span,
    check_cancelling,
    check_planning,
    may_cancel,
    span_of,
)

SPRING, AUTUMN = date(2024, 3, 30), date(2023, 10, 28)  # the evenings before the clocks change
NOW = datetime(2023, 10, 5, 16, 10, tzinfo=UTC)

days = st.dates(date(2020, 1, 1), date(2035, 12, 31))
walls = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


def _hours(day: date, starts: str, ends: str) -> float:
    return span_of(day, time.fromisoformat(starts), time.fromisoformat(ends)).length / timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "starts", "ends", "hours"),
    [
        (date(2023, 10, 5), "17:00", "21:00", 4),
        (date(2023, 10, 5), "22:00", "06:00", 8),
        (date(2023, 10, 5), "20:00", "00:00", 4),
        (date(2023, 10, 5), "00:00", "08:00", 8),
        (SPRING, "22:00", "06:00", 7),  # the night is an hour shorter
        (AUTUMN, "22:00", "06:00", 9),  # and here an hour longer
        (AUTUMN, "22:00", "02:30", 5.5),  # the second 02:30 counts, so that nobody leaves too early
        (date(2023, 10, 29), "02:30", "03:00", 1.5),  # and from the first one on somebody is there
        (SPRING, "22:00", "02:30", 4),  # a time that does not exist is the moment of the change
        (date(2023, 10, 5), "06:00", "22:00", 16),
    ],
)
def test_a_duty_lasts_as_long_as_somebody_really_sits_there(day: date, starts: str, ends: str, hours: float) -> None:
    assert _hours(day, starts, ends) == hours


@pytest.mark.parametrize(
    ("day", "starts", "ends", "code", "field"),
    [
        (date(2023, 10, 5), "08:00", "08:00", DutyRefusal.NO_LENGTH, "ends"),
        (date(2023, 10, 5), "06:00", "22:15", DutyRefusal.TOO_LONG, "ends"),
        (date(2023, 10, 5), "08:00", "07:45", DutyRefusal.TOO_LONG, "ends"),
        (AUTUMN, "20:00", "12:00", DutyRefusal.TOO_LONG, "ends"),  # sixteen on the wall, seventeen in truth
        (date(2024, 3, 31), "02:15", "02:45", DutyRefusal.SKIPPED, "starts"),
        (date(2024, 3, 31), "02:00", "03:00", DutyRefusal.SKIPPED, "starts"),
    ],
)
def test_a_duty_that_cannot_be_served_is_refused(
    day: date, starts: str, ends: str, code: DutyRefusal, field: str
) -> None:
    with pytest.raises(Refusal) as caught:
        _hours(day, starts, ends)
    assert (caught.value.code, caught.value.field) == (code, field)


@given(days, walls, walls)
def test_a_duty_has_a_length_and_keeps_what_was_agreed_on(day: date, starts: time, ends: time) -> None:
    try:
        span = span_of(day, starts, ends)
    except Refusal:
        return
    assert timedelta() < span.length <= LONGEST
    assert span.start.tzinfo is UTC
    assert local(span.start).date() == day
    # On the wall only the change of clocks lies between what was agreed on and what is.
    agreed = (datetime.combine(day, ends) - datetime.combine(day, starts)) % timedelta(days=1)
    assert abs(agreed - span.length) <= timedelta(hours=1)


@given(days, walls, walls, walls)
def test_duties_that_follow_one_another_leave_nobody_alone(day: date, first: time, change: time, last: time) -> None:
    if not first < change < last:
        return
    try:
        before, after = span_of(day, first, change), span_of(day, change, last)
    except Refusal:
        return
    assert after.start <= before.end


@given(days, walls, walls)
def test_the_start_is_in_and_the_end_is_out(day: date, starts: time, ends: time) -> None:
    try:
        span = span_of(day, starts, ends)
    except Refusal:
        return
    assert span.start in span
    assert span.end not in span


def test_only_what_has_not_begun_can_be_cancelled() -> None:
    running = Span(NOW, NOW + timedelta(hours=1))
    assert not may_cancel(running, NOW)
    assert may_cancel(running, NOW - timedelta(seconds=1))
    with pytest.raises(Refusal) as caught:
        check_cancelling(running, NOW)
    assert caught.value.code is DutyRefusal.ALREADY_BEGUN
    check_cancelling(running, NOW - timedelta(seconds=1))


def test_what_is_over_cannot_be_planned_any_more() -> None:
    over = Span(NOW - timedelta(hours=2), NOW)
    with pytest.raises(Refusal) as caught:
        check_planning(over, NOW)
    assert (caught.value.code, caught.value.field) == (DutyRefusal.ALREADY_OVER, "day")
    check_planning(over, NOW - timedelta(seconds=1))  # somebody who came without being planned
