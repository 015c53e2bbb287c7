"""Duties as an iCalendar text (RFC 5545, 7986) that any calendar program reads. Lines are folded and escaped by the library."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.prop import vDuration, vText

from helpdesk.kernel.clock import WARSAW
from helpdesk.roster.rules.feeds import Entry
from helpdesk.roster.rules.spans import Span

CONTENT_TYPE = "text/calendar; charset=utf-8"
PRODUCT = "-//helpdesk//roster//EN"
ASK_AGAIN = timedelta(hours=1)
_DAY = timedelta(days=1)
_NOTHING = timedelta()


@dataclass(frozen=True, slots=True)
class About:
    """What holds for a whole calendar: its name, the host that makes its ids unique in the world, and the words of an event.

    `within` is the time it covers; `busy` says whether its duties are the reader's own, who is not free meanwhile.
    """

    name: str
    host: str
    within: Span
    words: Callable[[Entry], str]
    busy: bool


def calendar(entries: Sequence[Entry], about: About) -> bytes:
    """The text of a calendar; the same entries give the same bytes."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    for name in ("name", "x-wr-calname"):
        made.add(name, vText(about.name))
    made.add("refresh-interval", vDuration(ASK_AGAIN), parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", vDuration(ASK_AGAIN))
    spans = [about.within, *(entry.span for entry in entries)]
    years = min(each.start for each in spans).year - 1, max(each.end for each in spans).year + 1
    # The office's own zone is always there, since a calendar without any component is none.
    for key in sorted({WARSAW.key, *(entry.zone.key for entry in entries)}):
        made.add_component(_timezone(key, *years))
    for entry in entries:
        made.add_component(_event(entry, about))
    return bytes(made.to_ical())


def _event(entry: Entry, about: About) -> Event:
    event = Event()
    event.add("uid", f"{entry.duty_id}@{about.host}")
    event.add("sequence", entry.sequence)
    for name in ("dtstamp", "last-modified"):
        event.add(name, entry.changed_at.astimezone(UTC).replace(microsecond=0))
    start, end = _on_the_wall(entry.span, entry.zone)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", about.words(entry))
    if entry.place:
        event.add("location", entry.place)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "OPAQUE" if about.busy and not entry.cancelled else "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event


def _on_the_wall(span: Span, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Start and end as wall times of the zone; in UTC where one of them comes twice in its night.

    A calendar takes such a time for its first occurrence (RFC 5545, 3.3.5), some programs for the second; an end is our last one.
    """
    if _comes_twice(span.start, zone) or _comes_twice(span.end, zone):
        return span.start.astimezone(UTC), span.end.astimezone(UTC)
    return span.start.astimezone(zone), span.end.astimezone(zone)


def _comes_twice(at: datetime, zone: ZoneInfo) -> bool:
    wall = at.astimezone(zone)
    return wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()


@lru_cache(maxsize=64)
def _timezone(key: str, first_year: int, last_year: int) -> Timezone:
    """The changes of clocks of a zone in these years.

    Not by the library, which writes the spring change an hour late: an onset is told in the time of before (RFC 5545, 3.6.5).
    """
    zone = ZoneInfo(key)
    made = Timezone()
    made.add("tzid", key)
    begin = datetime(first_year, 1, 1, tzinfo=UTC)
    made.add_component(_observance(begin, begin, zone))
    for onset in _changes(zone, begin, datetime(last_year + 1, 1, 1, tzinfo=UTC)):
        made.add_component(_observance(onset, onset - timedelta(seconds=1), zone))
    return made


def _observance(onset: datetime, before: datetime, zone: ZoneInfo) -> TimezoneStandard | TimezoneDaylight:
    after, offset_before = onset.astimezone(zone), before.astimezone(zone).utcoffset() or _NOTHING
    made = TimezoneDaylight() if after.dst() else TimezoneStandard()
    made.add("dtstart", (onset + offset_before).replace(tzinfo=None))
    made.add("tzoffsetfrom", offset_before)
    made.add("tzoffsetto", after.utcoffset() or _NOTHING)
    made.add("tzname", after.tzname() or zone.key)
    return made


def _changes(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """The instants, in UTC and to the second, at which the clocks of a zone change."""
    day = begin
    while day < end:
        if day.astimezone(zone).utcoffset() != (day + _DAY).astimezone(zone).utcoffset():
            yield _change_within(zone, day)
        day += _DAY


def _change_within(zone: ZoneInfo, day: datetime) -> datetime:
    low, high = day, day + _DAY
    before = low.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
