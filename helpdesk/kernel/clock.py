"""Instants, local days and the zone of the offices. Rules take `now` as an argument; only the edges ask for it here."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

WARSAW = ZoneInfo("Europe/Warsaw")


def utcnow() -> datetime:
    """The present instant, aware and in UTC."""
    return datetime.now(UTC)


def local(at: datetime, zone: ZoneInfo = WARSAW) -> datetime:
    """The same instant on the wall of `zone`."""
    return at.astimezone(zone)


def day_of(at: datetime, zone: ZoneInfo = WARSAW) -> date:
    """The calendar day on which the instant falls in `zone`; it decides the year of a service (CR-6)."""
    return local(at, zone).date()


def first_instant(day: date, wall: time, zone: ZoneInfo = WARSAW) -> datetime:
    """The instant, in UTC, at which something that starts at `wall` on `day` starts.

    A time that comes twice means its first occurrence; a time that does not exist means the first instant after the gap.
    """
    return _instant(day, wall, zone, fold=0)


def last_instant(day: date, wall: time, zone: ZoneInfo = WARSAW) -> datetime:
    """The instant, in UTC, at which something that ends at `wall` on `day` ends: the last occurrence of a doubled time."""
    return _instant(day, wall, zone, fold=1)


def _instant(day: date, wall: time, zone: ZoneInfo, *, fold: int) -> datetime:
    midnight = _steady_midnight(day, zone)
    if midnight is not None:
        return midnight + _since_midnight(wall)
    meant = datetime.combine(day, wall.replace(fold=fold), tzinfo=zone)
    instant = meant.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == meant.replace(tzinfo=None, fold=0):
        return instant
    return _end_of_gap(instant, zone)


@lru_cache(maxsize=4096)
def _steady_midnight(day: date, zone: ZoneInfo) -> datetime | None:
    """The beginning of a day far from any change of clocks; None for the few others, which are looked at closely.

    A roster of a year asks for the same days again and again.
    """
    if day in {date.min, date.max}:
        return None
    around = (day - timedelta(days=1), day, day + timedelta(days=1))
    offsets = {datetime.combine(each, time(12), tzinfo=zone).utcoffset() for each in around}
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC) if len(offsets) == 1 else None


@lru_cache(maxsize=256)
def _since_midnight(wall: time) -> timedelta:
    return timedelta(hours=wall.hour, minutes=wall.minute, seconds=wall.second, microseconds=wall.microsecond)


def _end_of_gap(near: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the wall clock jumped, found within a day around `near`."""
    low, high = near - timedelta(days=1), near + timedelta(days=1)
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high.replace(microsecond=0)


def day_bounds(day: date, zone: ZoneInfo = WARSAW) -> tuple[datetime, datetime]:
    """The half-open span of instants that make up a local day: 23, 24 or 25 hours."""
    return first_instant(day, time.min, zone), first_instant(day + timedelta(days=1), time.min, zone)
