"""When a person helped may be reminded, and when nothing goes out."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.kernel.clock import day_of, local
from helpdesk.kernel.errors import Refusal
from helpdesk.outreach.rules import (
    FURTHEST_DAYS,
    HOUR,
    HOURS_BEFORE,
    ReminderRefusal,
    SafeContact,
    Way,
    check_address,
    check_hours,
    check_safe,
    is_time_to_remind,
    may_remind,
    when_to_remind,
)

TUESDAY_TEN = datetime(2023, 10, 17, 8, tzinfo=UTC)  # 10:00 in Poland
LONG_AGO = datetime(2023, 9, 1, tzinfo=UTC)
instants = st.datetimes(datetime(2023, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  the zone is given beside
safes = st.builds(
    SafeContact,
    st.sampled_from(Way),
    st.booleans(),
    st.integers(0, 23),
    st.integers(1, 24),
    st.none() | st.dates(date(2023, 1, 1), date(2029, 1, 1)),
)


def safe(**facts: Any) -> SafeContact:  # noqa: ANN401  whatever a story is about
    return SafeContact(**{"way": Way.EMAIL, "has_address": True, "from_hour": 9, "until_hour": 15, **facts})


def polish(day: int, hour: int, minute: int = 0) -> datetime:
    """A time of October 2023 on the Polish wall."""
    return datetime(2023, 10, day, hour, minute, tzinfo=UTC) - timedelta(hours=2)


@pytest.mark.parametrize(
    ("facts", "at", "why"),
    [
        ({}, polish(16, 14, 30), None),
        ({}, polish(16, 9), None),
        ({}, polish(16, 8, 59), ReminderRefusal.OUTSIDE_HOURS),
        ({}, polish(16, 15), ReminderRefusal.OUTSIDE_HOURS),
        ({"way": Way.SMS}, polish(16, 14), ReminderRefusal.NOT_BY_SMS),
        ({"has_address": False}, polish(16, 14), ReminderRefusal.ADDRESS_MISSING),
        ({}, polish(17, 10), ReminderRefusal.TOO_LATE),
        ({"until": date(2023, 10, 16)}, polish(16, 14), None),
        ({"until": date(2023, 10, 15)}, polish(16, 14), ReminderRefusal.NOT_SAFE_ANY_MORE),
        ({"from_hour": 22, "until_hour": 2}, polish(16, 1, 59), None),
        ({"from_hour": 22, "until_hour": 2}, polish(16, 2), ReminderRefusal.OUTSIDE_HOURS),
    ],
)
def test_a_reminder_goes_out_only_as_the_person_said(
    facts: dict[str, Any], at: datetime, why: ReminderRefusal | None
) -> None:
    assert may_remind(safe(**facts), TUESDAY_TEN, at) is why


@pytest.mark.parametrize(
    ("facts", "starts_at", "at"),
    [
        ({}, TUESDAY_TEN, polish(16, 14)),
        ({"from_hour": 22, "until_hour": 24}, polish(17, 11), polish(16, 23)),
        # Twelve hours before Tuesday 8:00 is Monday 20:00: the late hours of Monday are too near, those of Sunday are not.
        ({"from_hour": 22, "until_hour": 24}, polish(17, 8), polish(15, 23)),
        ({"from_hour": 1, "until_hour": 2}, polish(17, 20), polish(16, 1)),
        ({"until": date(2023, 10, 15)}, TUESDAY_TEN, polish(15, 14)),
        ({"until": date(2023, 10, 1)}, TUESDAY_TEN, None),
    ],
)
def test_the_last_safe_hour_of_an_earlier_day_is_taken(
    facts: dict[str, Any], starts_at: datetime, at: datetime | None
) -> None:
    assert when_to_remind(safe(**facts), starts_at) == at


def test_in_the_night_in_which_the_clocks_go_forward_the_missing_hour_is_no_hour() -> None:
    """From 2:00 to 3:00 on 31 March 2024 there is nothing, so the hour of the night before is taken."""
    at = when_to_remind(safe(from_hour=2, until_hour=3), datetime(2024, 4, 1, 15, tzinfo=UTC))
    assert at == datetime(2024, 3, 30, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "booked_at", "due"),
    [
        (polish(16, 14), LONG_AGO, True),
        (polish(16, 14, 59), LONG_AGO, True),
        (polish(16, 13, 59), LONG_AGO, False),
        (polish(16, 15), LONG_AGO, False),
        (polish(15, 14), LONG_AGO, False),
        (polish(16, 14, 30), polish(16, 14, 20), False),
    ],
)
def test_a_reminder_goes_out_in_its_hour_and_not_to_whoever_has_just_booked(
    now: datetime, booked_at: datetime, *, due: bool
) -> None:
    assert is_time_to_remind(safe(), TUESDAY_TEN, booked_at, now) is due


@given(safes, instants, instants)
def test_nothing_ever_goes_out_outside_the_hours_or_after_the_day(
    contact: SafeContact, starts_at: datetime, now: datetime
) -> None:
    if may_remind(contact, starts_at, now) is None:
        wall = local(now)
        assert contact.way is Way.EMAIL
        assert contact.has_address
        assert now < starts_at
        assert contact.allows_hour(wall.hour)
        assert contact.until is None or wall.date() <= contact.until


@given(safes, instants, st.integers(0, 59))
def test_whenever_it_is_time_it_is_also_safe(contact: SafeContact, starts_at: datetime, late: int) -> None:
    at = when_to_remind(contact, starts_at)
    if at is None:
        return
    assert at <= starts_at - HOURS_BEFORE * HOUR
    assert 1 <= (day_of(starts_at) - day_of(at)).days <= FURTHEST_DAYS
    now = at + timedelta(minutes=late)
    sendable = contact.way is Way.EMAIL and contact.has_address
    assert is_time_to_remind(contact, starts_at, LONG_AGO - timedelta(days=999), now) is sendable


@given(safes, instants)
def test_no_safe_hour_lies_between_the_chosen_one_and_the_appointment(
    contact: SafeContact, starts_at: datetime
) -> None:
    """Checked hour by hour, without the rule's own way of looking."""
    chosen = when_to_remind(contact, starts_at)
    last_day = day_of(starts_at) - timedelta(days=1)
    start = starts_at.replace(minute=0, second=0, microsecond=0)
    hours = [start - back * HOUR for back in range(24 * (FURTHEST_DAYS + 2))]
    fitting = [
        at
        for at in hours
        if at <= starts_at - HOURS_BEFORE * HOUR
        and last_day - timedelta(days=FURTHEST_DAYS - 1) <= day_of(at) <= last_day
        and contact.allows_day(day_of(at))
        and contact.allows_hour(local(at).hour)
        and local(at).fold == 0
    ]
    assert chosen == (max(fitting) if fitting else None)


@pytest.mark.parametrize(
    ("contact", "code"),
    [
        (safe(way=Way.SMS), ReminderRefusal.NOT_BY_SMS),
        (safe(has_address=False), ReminderRefusal.ADDRESS_MISSING),
        (safe(until=date(2023, 10, 1)), ReminderRefusal.NO_MOMENT),
    ],
)
def test_what_can_never_lead_to_a_reminder_is_said_at_once(contact: SafeContact, code: ReminderRefusal) -> None:
    with pytest.raises(Refusal) as refused:
        check_safe(contact, TUESDAY_TEN)
    assert refused.value.code is code


def test_a_safe_contact_that_leads_to_a_reminder_is_taken() -> None:
    check_safe(safe(), TUESDAY_TEN)


@pytest.mark.parametrize(
    "hours", [(None, 15), (9, None), (None, None), (9, 9), (24, 3), (-1, 3), (3, 25), (3, 0)], ids=str
)
def test_hours_that_may_mean_anything_are_refused(hours: tuple[int | None, int | None]) -> None:
    with pytest.raises(Refusal) as refused:
        check_hours(*hours)
    assert refused.value.code is ReminderRefusal.HOURS_MISSING


@pytest.mark.parametrize("hours", [(0, 24), (9, 15), (22, 2), (23, 24)], ids=str)
def test_hours_over_midnight_are_hours(hours: tuple[int, int]) -> None:
    assert check_hours(*hours) == hours


@pytest.mark.parametrize("text", ["luna@example.org", "  a.b+c@mail.example.org ", "ł@example.org"])
def test_an_address_is_taken_without_blanks(text: str) -> None:
    assert check_address(text) == text.strip()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", ReminderRefusal.ADDRESS_MISSING),
        ("   ", ReminderRefusal.ADDRESS_MISSING),
        ("luna", ReminderRefusal.ADDRESS_WRONG),
        ("luna@", ReminderRefusal.ADDRESS_WRONG),
        ("luna@example", ReminderRefusal.ADDRESS_WRONG),
        ("a@example.org, b@example.org", ReminderRefusal.ADDRESS_WRONG),
        ("a@example.org\nBcc: b@example.org", ReminderRefusal.ADDRESS_WRONG),
        ("a@b@example.org", ReminderRefusal.ADDRESS_WRONG),
        (f"{'a' * 250}@example.org", ReminderRefusal.ADDRESS_WRONG),
    ],
)
def test_what_is_no_address_is_refused(text: str, code: ReminderRefusal) -> None:
    with pytest.raises(Refusal) as refused:
        check_address(text)
    assert refused.value.code is code
