"""What a pattern drafts: whose turn it is on which day, from when to when. A draft is a proposal; only what is published is a duty."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import NamedTuple, assert_never
from uuid import UUID
from zoneinfo import ZoneInfo

from helpdesk.kernel.clock import WARSAW
from helpdesk.kernel.errors import Refusal
from helpdesk.roster.rules.days import WEEK, Days, check_days, days_between, horizon, monday_of, month_of
from helpdesk.roster.rules.spans import DutyRefusal, Span, span_of

# A pattern without an end must yield something as soon as this.
SOON = timedelta(days=2 * 366)


class TurnUnit(StrEnum):
    """What a turn is counted in."""

    OCCURRENCE = "occurrence"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class PatternRefusal(StrEnum):
    """Why a pattern drafts nothing that anybody could serve."""

    NO_PEOPLE = "pattern:no-people"
    NOTHING = "pattern:nothing"
    SAME_PERSON_TWICE = "pattern:same-person-twice"
    TURN_TOO_SHORT = "pattern:turn-too-short"


@dataclass(frozen=True, slots=True)
class Rotation:
    """Groups that take turns; the people of a group are on duty together.

    The turn of the first group begins with `anchor`: with that day, with the Monday of its week, with the first of its
    month, or with the first day from it on that the pattern falls on. A turn is `length` units. Before the anchor the turns
    go on backwards.
    """

    groups: tuple[tuple[UUID, ...], ...]
    unit: TurnUnit
    length: int
    anchor: date


@dataclass(frozen=True, slots=True)
class Pattern:
    """The rule that drafts duties: on which days, between which wall times, and whose turn it is."""

    days: Days
    starts: time
    ends: time
    rotation: Rotation
    zone: ZoneInfo = WARSAW


class Drafted(NamedTuple):
    """One duty as a pattern proposes it. `seat` is the place in the group, from 0."""

    day: date
    seat: int
    account_id: UUID
    starts: time
    ends: time
    span: Span


@dataclass(frozen=True, slots=True)
class Plan:
    """What a pattern drafts, in the order of days and seats.

    `skipped` are days on which it cannot be served: the hour does not exist in that night, or the change of clocks makes
    the duty longer than anybody can stay awake.
    """

    duties: list[Drafted]
    skipped: list[date]


def check_pattern(pattern: Pattern) -> None:
    """Raise Refusal for a pattern that drafts nothing, or nothing that could be served.

    A pattern with an end must yield something in its validity, one without an end within two years of its first day.
    An end before the start means the next day; the same time twice is refused as a duty without length.
    """
    rotation = pattern.rotation
    if not rotation.groups or not all(rotation.groups):
        raise Refusal(PatternRefusal.NO_PEOPLE, field="groups")
    if any(len(set(group)) < len(group) for group in rotation.groups):
        raise Refusal(PatternRefusal.SAME_PERSON_TWICE, field="groups")
    if rotation.length < 1:
        raise Refusal(PatternRefusal.TURN_TOO_SHORT, field="length")
    check_days(pattern.days)
    _check_yield(pattern)


def _check_yield(pattern: Pattern) -> None:
    """Look for one day that can be served. What stands in the way on every day is told as it is."""
    days = pattern.days
    last = horizon(days) if days.last is not None else min(days.first + SOON, horizon(days))
    hindrance = Refusal(PatternRefusal.NOTHING, field="last")
    for day in days_between(days, days.first, last):
        try:
            span_of(day, pattern.starts, pattern.ends, pattern.zone)
        except Refusal as refusal:
            if refusal.code is not DutyRefusal.SKIPPED:
                hindrance = refusal
        else:
            return
    raise hindrance


def draft(pattern: Pattern, first: date, last: date, *, closed: frozenset[date] = frozenset()) -> Plan:
    """What a pattern proposes from `first` to `last`, both included. Days in `closed` draft nothing and shift nobody's turn.

    The pattern must have passed `check_pattern`. The same pattern always drafts the same: a longer stretch holds the
    shorter one.
    """
    starts, ends, zone = pattern.starts, pattern.ends, pattern.zone
    duties: list[Drafted] = []
    skipped: list[date] = []
    for day, group in _turns(pattern, first, last, closed):
        try:
            span = span_of(day, starts, ends, zone)
        except Refusal:
            skipped.append(day)
            continue
        for seat, account_id in enumerate(group):
            duties.append(Drafted(day, seat, account_id, starts, ends, span))
    return Plan(duties, skipped)


def who(duties: Iterable[Drafted], at: datetime) -> list[UUID]:
    """Who is on duty at this instant, in the order of the duties."""
    return [duty.account_id for duty in duties if at in duty.span]


def _turns(pattern: Pattern, first: date, last: date, closed: frozenset[date]) -> Iterator[tuple[date, Sequence[UUID]]]:
    """Each day with the group whose turn it is."""
    rotation = pattern.rotation
    groups, length = rotation.groups, rotation.length
    days = days_between(pattern.days, first, last, closed)
    for day, units in _counted(pattern, days):
        yield day, groups[units // length % len(groups)]


def _counted(pattern: Pattern, days: Iterator[date]) -> Iterator[tuple[date, int]]:
    """Each day with the number of units since the anchor, below zero before it."""
    anchor = pattern.rotation.anchor
    match pattern.rotation.unit:
        case TurnUnit.DAY:
            begin = anchor.toordinal()
            return ((day, day.toordinal() - begin) for day in days)
        case TurnUnit.WEEK:
            monday = monday_of(anchor)
            return ((day, (day.toordinal() - monday) // WEEK) for day in days)
        case TurnUnit.MONTH:
            month = month_of(anchor)
            return ((day, month_of(day) - month) for day in days)
        case TurnUnit.OCCURRENCE:
            return _occurrences(pattern, days)
        case _:
            assert_never(pattern.rotation.unit)


def _occurrences(pattern: Pattern, days: Iterator[date]) -> Iterator[tuple[date, int]]:
    """Each day with its number among the days of the pattern, 0 for the first one from the anchor on.

    Neither local closures nor the ends of the pattern count, so that closing one day, or prolonging the pattern, does not
    hand all later duties to other people.
    """
    wanted = next(days, None)
    if wanted is None:
        return
    anchor = pattern.rotation.anchor
    endless = replace(pattern.days, first=date.min, last=None)
    before = sum(1 for _ in days_between(endless, min(anchor, wanted), max(anchor, wanted) - timedelta(days=1)))
    number = before if anchor <= wanted else -before
    for day in days_between(endless, wanted, date.max):
        if day == wanted:
            yield day, number
            wanted = next(days, None)
            if wanted is None:
                return
        number += 1
