"""What a calendar says of each duty to its reader: as it is, or that it is cancelled or somebody else's by now. Nothing of anybody helped."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from uuid import UUID
from zoneinfo import ZoneInfo

from helpdesk.kernel.clock import day_bounds, day_of
from helpdesk.roster.rules.spans import Span

# Half a year back, for whoever writes down hours; a year ahead, for whoever plans a holiday.
BACK, AHEAD = timedelta(days=183), timedelta(days=366)

# More addresses than anybody has calendars, so that a forgotten one is noticed.
MOST_FEEDS = 10


class FeedRefusal(StrEnum):
    """Why no further calendar address is given out."""

    TOO_MANY = "feed:too-many"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a duty, in the words that a calendar may show. `person` is empty while nobody holds it."""

    duty_id: UUID
    number: int
    account_id: UUID | None
    is_published: bool
    span: Span
    zone: ZoneInfo
    known_from: datetime
    post: str
    place: str
    person: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of a calendar. `sequence` and `changed_at` are those of the version that made it what it is."""

    duty_id: UUID
    sequence: int
    changed_at: datetime
    cancelled: bool
    span: Span
    zone: ZoneInfo
    post: str
    place: str
    person: str


def window(now: datetime) -> Span:
    """The whole local days that a calendar covers; the same all day long, so that the text only changes with the plan."""
    today = day_of(now)
    return Span(day_bounds(today - BACK)[0], day_bounds(today + AHEAD)[1])


def entries(versions: Iterable[Version], reader: UUID | None, within: Span) -> list[Entry]:
    """The events of a reader's calendar, in order of time; `reader` None is the calendar of a whole desk.

    `versions` stand together by duty and in the order of their numbers. A duty is shown if any version that was the reader's
    touches the window, so that one moved out of it does not silently vanish.
    """
    found = []
    for _duty_id, group in groupby(versions, key=lambda each: each.duty_id):
        entry = entry_of(list(group), reader, within)
        if entry is not None:
            found.append(entry)
    return sorted(found, key=lambda each: (each.span.start, each.duty_id))


def entry_of(versions: Sequence[Version], reader: UUID | None, within: Span) -> Entry | None:
    """What a duty with these versions is to a reader: None if it never was the reader's within the window.

    It is cancelled when it was cancelled, and when somebody else or nobody holds it now: then it is shown as the reader last held it,
    since where and when it is by now is no longer the reader's business. The sequence never falls (RFC 5545, 3.8.7.4).
    """
    held = [number for number, each in enumerate(versions) if _is_of(each, reader)]
    if not any(versions[number].span.overlaps(within) for number in held):
        return None
    last = versions[held[-1]]
    ended_by = next(iter(versions[held[-1] + 1 :]), None)
    made_by = ended_by or last
    return Entry(
        duty_id=last.duty_id,
        sequence=made_by.number,
        changed_at=made_by.known_from,
        cancelled=ended_by is not None,
        span=last.span,
        zone=last.zone,
        post=last.post,
        place=last.place,
        person=last.person,
    )


def _is_of(version: Version, reader: UUID | None) -> bool:
    return version.is_published and (reader is None or version.account_id == reader)
