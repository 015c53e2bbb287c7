"""Weeks and months as they stand in addresses: "2026-W48" and "2026-12"."""

import re
from datetime import date, timedelta

_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
LAST_OF_WEEK = timedelta(days=6)
# Far enough for any roster, and every day of it has neighbours.
EARLIEST, LATEST = 1990, 2200


def monday_of_week(text: str) -> date | None:
    """The Monday of a week by ISO 8601, or None for what names no week."""
    found = _WEEK.fullmatch(text)
    if not found or not EARLIEST <= int(found[1]) <= LATEST:
        return None
    try:
        return date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None


def first_of_month(text: str) -> date | None:
    """The first day of a month, or None for what names no month."""
    found = _MONTH.fullmatch(text)
    if not found or not EARLIEST <= int(found[1]) <= LATEST:
        return None
    try:
        return date(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None


def week_of(day: date) -> str:
    """The week in which a day lies, as an address names it."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def month_of(day: date) -> str:
    return f"{day.year}-{day.month:02}"


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def last_of_month(day: date) -> date:
    return next_month(day) - timedelta(days=1)


def next_month(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def previous_month(day: date) -> date:
    """The first day of the month before."""
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)
