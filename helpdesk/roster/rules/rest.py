"""Rest and limits of work. The rules belong to the engagement: an employee's are the Labour Code's, an officer's and a contractor's are not.

A lawyer should look at the table before a desk lets anything but overlaps block.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from helpdesk.kernel.clock import WARSAW, day_of, first_instant
from helpdesk.kernel.periods import Period
from helpdesk.roster.rules.spans import LONGEST, Span

DOBA = timedelta(hours=24)
WEEK_DAYS = 7
HOUR = timedelta(hours=1)

# Settlement periods that divide a year (Kodeks pracy, art. 129 § 1 and 2: up to 4 months, by agreement up to 12).
SETTLEMENT_MONTHS = frozenset({1, 2, 3, 4, 6, 12})


class Engagement(StrEnum):
    """By what somebody is bound to the office; it decides which rules hold."""

    EMPLOYEE = "employee"
    CONTRACTOR = "contractor"
    OFFICER = "officer"
    VOLUNTEER = "volunteer"


class Rule(StrEnum):
    """What is limited. The first two are least hours of rest, the others most hours of work."""

    DAILY_REST = "daily-rest"
    WEEKLY_REST = "weekly-rest"
    LONGEST_DUTY = "longest-duty"
    WEEK_HOURS = "week-hours"
    MONTH_HOURS = "month-hours"


class Severity(StrEnum):
    """What follows when a rule is broken: nothing, a warning, or that it cannot be planned."""

    OFF = "off"
    WARN = "warn"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Limit:
    """One rule with its number, in hours."""

    rule: Rule
    severity: Severity
    hours: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that would be broken: the limit in hours, what was found instead, and in which span of time it was counted."""

    rule: Rule
    severity: Severity
    hours: int
    found: timedelta
    around: Span


_DEFAULTS: Mapping[Engagement, Mapping[Rule, tuple[Severity, int]]] = {
    # The Labour Code's rests cannot be waived. Twelve hours are the most in the equivalent system, 48 the average of a
    # week with overtime. An employee's month depends on the part of a full post, so it is for the desk to set.
    Engagement.EMPLOYEE: {
        Rule.DAILY_REST: (Severity.BLOCK, 11),
        Rule.WEEKLY_REST: (Severity.BLOCK, 35),
        Rule.LONGEST_DUTY: (Severity.WARN, 12),
        Rule.WEEK_HOURS: (Severity.WARN, 48),
        Rule.MONTH_HOURS: (Severity.OFF, 184),
    },
    # No law limits a contractor's time; two duties one after the other are still no longer than one may be.
    Engagement.CONTRACTOR: {
        Rule.DAILY_REST: (Severity.OFF, 11),
        Rule.WEEKLY_REST: (Severity.OFF, 35),
        Rule.LONGEST_DUTY: (Severity.BLOCK, LONGEST // HOUR),
        Rule.WEEK_HOURS: (Severity.OFF, 48),
        Rule.MONTH_HOURS: (Severity.OFF, 184),
    },
    # The head of the unit sets an officer's time of service, which we only copy, without the other service, so a week
    # over the extended norm is worth a question and nothing else is.
    Engagement.OFFICER: {
        Rule.DAILY_REST: (Severity.OFF, 11),
        Rule.WEEKLY_REST: (Severity.OFF, 35),
        Rule.LONGEST_DUTY: (Severity.OFF, 12),
        Rule.WEEK_HOURS: (Severity.WARN, 48),
        Rule.MONTH_HOURS: (Severity.OFF, 208),
    },
    # No law limits a volunteer's time. These are our own, and soft: who comes unpaid after work must not burn out.
    Engagement.VOLUNTEER: {
        Rule.DAILY_REST: (Severity.WARN, 11),
        Rule.WEEKLY_REST: (Severity.WARN, 35),
        Rule.LONGEST_DUTY: (Severity.WARN, 8),
        Rule.WEEK_HOURS: (Severity.WARN, 20),
        Rule.MONTH_HOURS: (Severity.WARN, 60),
    },
}

DEFAULTS: Mapping[Engagement, tuple[Limit, ...]] = MappingProxyType(
    {engagement: tuple(Limit(rule, *rules[rule]) for rule in Rule) for engagement, rules in _DEFAULTS.items()}
)

# The law behind a number, in its own language. What is not here is the choice of the house.
SOURCES: Mapping[tuple[Engagement, Rule], str] = MappingProxyType(
    {
        (Engagement.EMPLOYEE, Rule.DAILY_REST): "Kodeks pracy, art. 132 § 1, art. 128 § 3 pkt 1",
        (Engagement.EMPLOYEE, Rule.WEEKLY_REST): "Kodeks pracy, art. 133 § 1, art. 128 § 3 pkt 2",
        (Engagement.EMPLOYEE, Rule.LONGEST_DUTY): "Kodeks pracy, art. 135 § 1",
        (Engagement.EMPLOYEE, Rule.WEEK_HOURS): "Kodeks pracy, art. 131 § 1",
        (Engagement.OFFICER, Rule.WEEK_HOURS): "Ustawa o Straży Granicznej, art. 37; Dz.U. 2023 poz. 2319",
    }
)


def limits_for(engagement: Engagement, changed: Mapping[Rule, Limit]) -> tuple[Limit, ...]:
    """The limits that hold for somebody so engaged at a desk: its changes over the defaults, one for each rule."""
    return tuple(changed.get(limit.rule, limit) for limit in DEFAULTS[engagement])


def findings(
    duties: Sequence[Span], new: Span, limits: Iterable[Limit], *, period_start: date, zone: ZoneInfo = WARSAW
) -> list[Finding]:
    """What a new duty would break among a person's other duties, in the order of the limits and of time.

    `duties` come in any order, without the new one; give all from a week before the new one's week to a week after it, and
    its whole month. `period_start` is the first day of the settlement period. Only what the new duty has a part in is told,
    but also when it was broken before. Duties that touch are one.

    Daily rest (Kodeks pracy, art. 132 § 1): 11 hours without a break in every *doba*, the 24 hours from the start of work
    (art. 128 § 3 pkt 1); the next one begins with the first duty at or after its end. A divided day, 8–12 and 17–21, passes:
    from 21 to 8 are eleven hours. With a second part until 22 it does not, however late the next day begins, because only
    ten of its hours lie in the doba.

    Weekly rest (art. 133 § 1): 35 hours without a break in every seven days counted from `period_start`
    (art. 128 § 3 pkt 2), between their local midnights; what lies in the next week does not count.

    Hours of a week are those of the settlement week, hours of a month those of the calendar month, in real time.
    """
    blocks = merged([*duties, new])
    return [
        Finding(limit.rule, limit.severity, limit.hours, found, around)
        for limit in limits
        if limit.severity is not Severity.OFF
        for around, found in _MEASURES[limit.rule](blocks, new, period_start, zone)
        if _breaks(limit, found)
    ]


def _breaks(limit: Limit, found: timedelta) -> bool:
    allowed = limit.hours * HOUR
    return found < allowed if limit.rule in {Rule.DAILY_REST, Rule.WEEKLY_REST} else found > allowed


def merged(spans: Iterable[Span]) -> list[Span]:
    """The time taken by these spans, in order; those that touch or overlap are one."""
    blocks: list[Span] = []
    for span in sorted(spans, key=lambda each: each.start):
        if blocks and span.start <= blocks[-1].end:
            blocks[-1] = Span(blocks[-1].start, max(blocks[-1].end, span.end))
        else:
            blocks.append(span)
    return blocks


def settlement_start(day: date, months: int) -> date:
    """The first day of the settlement period in which a day lies; periods of so many months follow from 1 January.

    Raises ValueError for a length that does not divide a year.
    """
    if months not in SETTLEMENT_MONTHS:
        raise ValueError(f"A year cannot be divided into periods of {months} months.")
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def settlement_week(day: date, period_start: date) -> Period:
    """The seven days, counted from the first of the settlement period, in which a day lies (art. 128 § 3 pkt 2).

    They begin with any day of the week. Before `period_start` they are counted backwards.
    """
    start = day - timedelta(days=(day - period_start).days % WEEK_DAYS)
    return Period(start, start + timedelta(days=WEEK_DAYS))


Measured = Iterator[tuple[Span, timedelta]]


def _daily_rest(blocks: Sequence[Span], new: Span, _period_start: date, _zone: ZoneInfo) -> Measured:
    for doba in _dobas(blocks):
        if doba.overlaps(new):
            yield doba, _longest_rest(blocks, doba)


def _dobas(blocks: Iterable[Span]) -> Iterator[Span]:
    """Each 24 hours from a start of work that lies in no doba before."""
    doba: Span | None = None
    for block in blocks:
        if doba is None or block.start >= doba.end:
            doba = Span(block.start, block.start + DOBA)
            yield doba


def _weekly_rest(blocks: Sequence[Span], new: Span, period_start: date, zone: ZoneInfo) -> Measured:
    for week in _weeks(new, period_start, zone):
        yield week, _longest_rest(blocks, week)


def _longest_duty(blocks: Sequence[Span], new: Span, _period_start: date, _zone: ZoneInfo) -> Measured:
    for block in blocks:
        if block.overlaps(new):
            yield block, block.length


def _week_hours(blocks: Sequence[Span], new: Span, period_start: date, zone: ZoneInfo) -> Measured:
    for week in _weeks(new, period_start, zone):
        yield week, _worked(blocks, week)


def _month_hours(blocks: Sequence[Span], new: Span, _period_start: date, zone: ZoneInfo) -> Measured:
    first, last = _days(new, zone)
    for start in dict.fromkeys((first.replace(day=1), last.replace(day=1))):
        month = _span_of_days(start, (start + timedelta(days=31)).replace(day=1), zone)
        yield month, _worked(blocks, month)


_MEASURES: Mapping[Rule, Callable[[Sequence[Span], Span, date, ZoneInfo], Measured]] = {
    Rule.DAILY_REST: _daily_rest,
    Rule.WEEKLY_REST: _weekly_rest,
    Rule.LONGEST_DUTY: _longest_duty,
    Rule.WEEK_HOURS: _week_hours,
    Rule.MONTH_HOURS: _month_hours,
}


def _weeks(new: Span, period_start: date, zone: ZoneInfo) -> Iterator[Span]:
    """The settlement weeks in which the new duty has a part: one or two."""
    for week in dict.fromkeys(settlement_week(day, period_start) for day in _days(new, zone)):
        yield _span_of_days(week.start, week.end, zone)


def _days(span: Span, zone: ZoneInfo) -> tuple[date, date]:
    """The first and the last local day of a span; one that ends at midnight has no part in the day after."""
    return day_of(span.start, zone), day_of(span.end - datetime.resolution, zone)


def _span_of_days(first: date, end: date, zone: ZoneInfo) -> Span:
    return Span(first_instant(first, time.min, zone), first_instant(end, time.min, zone))


def _longest_rest(blocks: Sequence[Span], within: Span) -> timedelta:
    """The longest time without a break in which none of these blocks lies."""
    busy = _clipped(blocks, within)
    ends = [within.start, *(each.end for each in busy)]
    starts = [*(each.start for each in busy), within.end]
    return max(start - end for end, start in zip(ends, starts, strict=True))


def _worked(blocks: Sequence[Span], within: Span) -> timedelta:
    return sum((each.length for each in _clipped(blocks, within)), timedelta())


def _clipped(blocks: Iterable[Span], within: Span) -> list[Span]:
    parts = (block.clipped(within) for block in blocks)
    return [part for part in parts if part is not None]
