"""The rules against an oracle that knows no arithmetic of time: it looks at the clock on the wall in every minute of a year.

Whole years in zones that change their clocks at two, at midnight and by half an hour, with random plans that are the same
in every run. What the oracle finds must be what the rules say, to the minute.
"""

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from functools import cache
from itertools import groupby, pairwise
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from helpdesk.kernel.holidays import is_public_holiday
from helpdesk.roster.rules.coverage import Gap, Need, Supply, covered_share, gaps, needs_of
from helpdesk.roster.rules.days import Days, Holidays, Rhythm
from helpdesk.roster.rules.hours import HourRules, Hours, hours_in_month, hours_of
from helpdesk.roster.rules.patterns import Drafted, Pattern, Rotation, TurnUnit, draft, who
from helpdesk.roster.rules.rest import Finding, Limit, Rule, Severity, findings
from helpdesk.roster.rules.spans import Span, span_of

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MINUTES = 24 * 60
MARGIN = 40 * DAY  # so that weeks and months that reach over new year are whole
LONGEST = 16 * 60
PEOPLE = tuple(UUID(int=number) for number in range(1, 8))
POSTS = (UUID(int=101), UUID(int=102))
WEEKDAYS = frozenset(range(7))

# From the calendars on the wall of the office, with the days around the two years.
FREE_BY_LAW = """
2023-12-25 2023-12-26
2024-01-01 2024-01-06 2024-03-31 2024-04-01 2024-05-01 2024-05-03 2024-05-19
2024-05-30 2024-08-15 2024-11-01 2024-11-11 2024-12-25 2024-12-26 2025-01-01 2025-01-06
2025-12-24 2025-12-25 2025-12-26
2026-01-01 2026-01-06 2026-04-05 2026-04-06 2026-05-01 2026-05-03 2026-05-24
2026-06-04 2026-08-15 2026-11-01 2026-11-11 2026-12-24 2026-12-25 2026-12-26 2027-01-01 2027-01-06
"""
HOLIDAYS = frozenset(date.fromisoformat(day) for day in FREE_BY_LAW.split())
ELSEWHERE = frozenset({date(2018, 2, 17), date(2018, 11, 4), date(2024, 4, 26), date(2024, 10, 31), date(2024, 10, 27)})


@dataclass(frozen=True)
class Clock:
    """What the clock on the wall showed in each minute: the day's number times the minutes of a day, and the minutes."""

    name: str
    year: int
    begin: datetime
    walls: Sequence[int]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.name)

    @property
    def first(self) -> date:
        return date(self.year, 1, 1)

    @property
    def last(self) -> date:
        return date(self.year, 12, 31)

    @property
    def doubled(self) -> time:
        """A time that the clock showed twice in one night of the year: a quarter of an hour after it had gone back."""
        back = next(after for before, after in pairwise(self.walls) if after < before)
        return _wall(back + 15)

    def is_odd(self, day: date) -> bool:
        """Whether the clocks change on this day or in the night before it ends."""
        return self.starts(day + 2 * DAY, time(0)) - self.starts(day, time(0)) != 2 * MINUTES

    def at(self, minute: int) -> datetime:
        return self.begin + minute * MINUTE

    def span(self, start: int, end: int) -> Span:
        return Span(self.at(start), self.at(end))

    def shown(self, day: date, wall: time) -> list[int]:
        """The minutes in which the clock showed this: one, two, or none."""
        wanted = self._number(day, wall)
        return [minute for minute in self._nearby(wanted) if self.walls[minute] == wanted]

    def after(self, day: date, wall: time) -> int:
        """The first minute in which the clock showed more than this."""
        wanted = self._number(day, wall)
        return next(minute for minute in self._nearby(wanted) if self.walls[minute] > wanted)

    def starts(self, day: date, wall: time) -> int:
        return next(iter(self.shown(day, wall)), None) or self.after(day, wall)

    def ends(self, day: date, wall: time) -> int:
        return next(reversed(self.shown(day, wall)), None) or self.after(day, wall)

    def minutes(self, day: date, starts: time, ends: time) -> range:
        """The minutes in which somebody is there from `starts` to `ends`; empty in an hour that does not exist."""
        return range(self.starts(day, starts), self.ends(day if ends > starts else day + DAY, ends))

    @staticmethod
    def _number(day: date, wall: time) -> int:
        return day.toordinal() * MINUTES + wall.hour * 60 + wall.minute

    def _nearby(self, wanted: int) -> range:
        around = wanted - self.walls[0]
        return range(around - 90, around + 90)


@cache
def _clock(name: str, year: int) -> Clock:
    zone, begin = ZoneInfo(name), datetime(year, 1, 1, tzinfo=UTC) - MARGIN
    end = datetime(year + 1, 1, 1, tzinfo=UTC) + MARGIN
    walls = array("q")
    for instant in range(round(begin.timestamp()), round(end.timestamp()), 60):
        shown = datetime.fromtimestamp(instant, zone)
        walls.append(shown.toordinal() * MINUTES + shown.hour * 60 + shown.minute)
    return Clock(name, year, begin, walls)


@pytest.fixture(
    params=[
        ("Europe/Warsaw", 2024),
        ("Europe/Warsaw", 2026),
        ("America/Sao_Paulo", 2018),
        ("Africa/Cairo", 2024),
        ("Australia/Lord_Howe", 2024),
    ],
    ids=lambda param: f"{param[0]}-{param[1]}",
)
def clock(request: pytest.FixtureRequest) -> Clock:
    return _clock(*request.param)


@pytest.fixture
def chance(clock: Clock) -> Random:
    return Random(f"{clock.name} {clock.year}")  # noqa: S311 - the same plans in every run


def _is_holiday(clock: Clock) -> Callable[[date], bool]:
    """The law's own answer in its own zone, a list of days in the others."""
    return is_public_holiday if clock.name == "Europe/Warsaw" else ELSEWHERE.__contains__


def _free_days(clock: Clock) -> frozenset[date]:
    return HOLIDAYS if clock.name == "Europe/Warsaw" else ELSEWHERE


def _walls(chance: Random, longest: int = 12) -> tuple[time, time]:
    """Two times of the day, most of them at whole hours, so that they meet midnight and the changes of clocks."""
    step = chance.choice([60, 60, 60, 15, 1])
    start = chance.randrange(0, MINUTES, step)
    end = start + chance.randrange(step, longest * 60 + 1, step)
    return _wall(start), _wall(end)


def _wall(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def test_the_changes_of_clocks_are_in_the_years_that_are_looked_at(clock: Clock) -> None:
    lengths = Counter(wall // MINUTES for wall in clock.walls)
    first, last = clock.first.toordinal(), clock.last.toordinal()
    change = 30 if clock.name == "Australia/Lord_Howe" else 60
    odd = sorted(lengths[day] - MINUTES for day in range(first, last + 1) if lengths[day] != MINUTES)
    assert odd == [-change, change]
    assert (clock.name in {"America/Sao_Paulo", "Africa/Cairo"}) is any(
        not clock.shown(date.fromordinal(day), time(0)) for day in range(first, last + 1)
    )


# What a pattern drafts, and who is on duty


def _turns(pattern: Pattern, first: date, last: date, free: frozenset[date]) -> dict[date, int]:
    """How many units each day is from the anchor, found by walking from it to both sides, day by day."""
    rotation, days = pattern.rotation, pattern.days
    monday = days.anchor - days.anchor.weekday() * DAY

    def falls(day: date) -> bool:
        fits = day.weekday() in days.weekdays and (day - monday).days // 7 % days.every == 0
        wanted = {Holidays.WORKED: True, Holidays.FREE: day not in free, Holidays.ONLY: day in free}
        return fits and wanted[days.holidays]

    def begins(day: date) -> bool:
        return {TurnUnit.DAY: True, TurnUnit.WEEK: day.weekday() == 0, TurnUnit.MONTH: day.day == 1}.get(
            rotation.unit, False
        )

    dealt = rotation.unit is TurnUnit.OCCURRENCE
    found: dict[date, int] = {}
    units, day = 0, rotation.anchor
    while day <= last:
        if falls(day):
            found[day] = units
            units += dealt
        day += DAY
        units += begins(day)
    units, day = 0, rotation.anchor
    while day > first:
        units -= begins(day)
        day -= DAY
        if falls(day):
            units -= dealt
            found[day] = units
    return {day: found[day] for day in sorted(found) if first <= day <= last}


def _pattern(clock: Clock, chance: Random) -> Pattern:
    groups = tuple(tuple(chance.sample(PEOPLE, chance.randint(1, 2))) for _ in range(chance.randint(1, 5)))
    days = Days(
        rhythm=Rhythm.WEEKLY,
        weekdays=frozenset(chance.sample(range(7), chance.randint(2, 7))),
        every=chance.choice([1, 1, 1, 2, 3]),
        anchor=clock.first + chance.randrange(-300, 300) * DAY,
        holidays=chance.choice(list(Holidays)) if clock.name == "Europe/Warsaw" else Holidays.WORKED,
        first=clock.first,
    )
    anchor = clock.first + chance.randrange(365) * DAY
    rotation = Rotation(groups, chance.choice(list(TurnUnit)), chance.randint(1, 4), anchor)
    return Pattern(days, *_walls(chance, longest=16), rotation, clock.zone)


def test_a_years_draft_is_what_the_clock_on_the_wall_says(clock: Clock, chance: Random) -> None:
    over_new_year = replace(_pattern(clock, chance), starts=time(22), ends=time(6))
    in_the_change = replace(_pattern(clock, chance), starts=time(2, 15), ends=time(2, 45))
    from_midnight = replace(_pattern(clock, chance), starts=time(0), ends=time(0, 30))
    longest = replace(_pattern(clock, chance), starts=time(20), ends=time(12))
    until_doubled = replace(_pattern(clock, chance), starts=time(18), ends=clock.doubled)
    from_doubled = replace(_pattern(clock, chance), starts=clock.doubled, ends=time(7))
    edges = [over_new_year, in_the_change, from_midnight, longest, until_doubled, from_doubled]
    every_day = [replace(each, days=replace(each.days, weekdays=WEEKDAYS, every=1)) for each in edges]
    for pattern in [*every_day, *(_pattern(clock, chance) for _ in range(8))]:
        plan = draft(pattern, clock.first, clock.last)
        served, skipped = [], []
        for day, units in _turns(pattern, clock.first, clock.last, _free_days(clock)).items():
            minutes = clock.minutes(day, pattern.starts, pattern.ends)
            if not 0 < len(minutes) <= LONGEST:
                skipped.append(day)
                continue
            groups = pattern.rotation.groups
            group = groups[units // pattern.rotation.length % len(groups)]
            span = clock.span(minutes.start, minutes.stop)
            served += [(day, seat, person, span) for seat, person in enumerate(group)]
        assert [(duty.day, duty.seat, duty.account_id, duty.span) for duty in plan.duties] == served
        assert plan.skipped == skipped


def test_in_every_minute_those_are_on_duty_who_sit_there(clock: Clock, chance: Random) -> None:
    patterns = [_pattern(clock, chance) for _ in range(4)]
    patterns.append(
        replace(patterns[0], starts=time(22), ends=time(6), days=replace(patterns[0].days, weekdays=WEEKDAYS))
    )
    duties = [duty for pattern in patterns for duty in draft(pattern, clock.first, clock.last).duties]
    there: dict[int, list[UUID]] = defaultdict(list)
    for duty in duties:
        for minute in clock.minutes(duty.day, duty.starts, duty.ends):
            there[minute].append(duty.account_id)
    by_day: dict[date, list[Drafted]] = {}
    for duty in duties:
        by_day.setdefault(duty.day, []).append(duty)
    for day in _days(clock):
        near = [*by_day.get(day - DAY, []), *by_day.get(day, [])]
        minutes = range(clock.starts(day, time(0)), clock.starts(day + DAY, time(0)))
        for minute in minutes if len(minutes) != MINUTES else minutes[::29]:
            assert sorted(who(near, clock.at(minute))) == sorted(there.get(minute, []))


# What is covered


def _posts_needs(clock: Clock, chance: Random) -> Iterator[tuple[UUID, Days, time, time, int, frozenset[date]]]:
    """A post that is needed the whole day round, one with needs that overlap and meet the doubled hour, and closed days."""
    every_day = Days(rhythm=Rhythm.WEEKLY, weekdays=WEEKDAYS, anchor=clock.first, first=clock.first)
    some_days = replace(every_day, weekdays=frozenset(chance.sample(range(7), 4)))
    closed = frozenset(clock.first + chance.randrange(365) * DAY for _ in range(10))
    from_wall, to_wall = _walls(chance)
    yield POSTS[0], every_day, from_wall, from_wall, 1, closed
    yield POSTS[1], every_day, time(18), clock.doubled, chance.randint(1, 3), closed
    yield POSTS[1], every_day, clock.doubled, time(7), chance.randint(1, 3), closed
    yield POSTS[1], some_days, from_wall, to_wall, chance.randint(1, 2), frozenset()


def _runs(clock: Clock, post: UUID, people: Sequence[int], days: Sequence[int], there: Sequence[int]) -> list[Gap]:
    """The gaps of one post, read off minute by minute."""
    missing = [(max(needed - present, 0), day) for needed, day, present in zip(people, days, there, strict=True)]
    found, minute = [], 0
    for (lacking, day), stretch in groupby(missing):
        end = minute + sum(1 for _ in stretch)
        if lacking:
            found.append(Gap(post, date.fromordinal(day), clock.span(minute, end), lacking))
        minute = end
    return found


def test_gaps_are_the_minutes_in_which_too_few_are_there(clock: Clock, chance: Random) -> None:
    needs: list[Need] = []
    supply: list[Supply] = []
    expected: list[Gap] = []
    needed_in_all = covered_in_all = 0
    asked = list(_posts_needs(clock, chance))
    for post in POSTS:
        people, days, there = (array("l", bytes(8 * len(clock.walls))) for _ in range(3))
        begun: list[tuple[range, date, int]] = []
        for _, of_days, starts, ends, wanted, closed in (each for each in asked if each[0] == post):
            needs += needs_of(
                post, of_days, starts, ends, wanted, clock.first, clock.last, closed=closed, zone=clock.zone
            )
            open_days = [day for day in _days(clock) if day.weekday() in of_days.weekdays and day not in closed]
            begun += [(clock.minutes(day, starts, ends), day, wanted) for day in open_days]
        for minutes, day, wanted in sorted(begun, key=lambda each: (each[0].start, each[1])):
            for minute in minutes:
                if wanted > people[minute]:
                    people[minute], days[minute] = wanted, day.toordinal()
        for day, starts, ends in _duties(clock, chance, share=1.2):
            minutes = clock.minutes(day, starts, ends)
            supply.append(Supply(post, clock.span(minutes.start, minutes.stop)))
            for minute in minutes:
                there[minute] += 1
        expected += _runs(clock, post, people, days, there)
        needed_in_all += sum(people)
        covered_in_all += sum(map(min, people, there))
    expected.sort(key=lambda gap: (gap.span.start, gap.post_id))
    assert len(expected) > 300
    assert gaps(needs, supply) == expected
    assert covered_share(needs, supply) == Fraction(covered_in_all, needed_in_all)
    chance.shuffle(supply)
    assert gaps(needs, supply) == expected


# Rest and limits of work

RESTS = frozenset({Rule.DAILY_REST, Rule.WEEKLY_REST})


@dataclass
class Busy:
    """One person's year, a byte for each minute."""

    clock: Clock
    taken: bytearray = field(default_factory=bytearray)

    def rest(self, start: int, end: int) -> int:
        return max(map(len, self.taken[start:end].split(b"\x01")))

    def dobas(self) -> Iterator[tuple[int, int]]:
        """From each minute in which work begins after a break, unless it lies within the 24 hours before."""
        start = self.taken.find(1)
        while start >= 0:
            yield start, start + MINUTES
            begins = self.taken.find(b"\x00\x01", start + MINUTES - 1)
            start = begins + 1 if begins >= 0 else -1

    def block(self, minute: int) -> tuple[int, int]:
        """The minutes of work without a break around one of them."""
        return self.taken.rfind(0, 0, minute) + 1, self.taken.find(0, minute)

    def weeks(self, period_start: date) -> Iterator[tuple[int, int]]:
        day = period_start
        while day < self.clock.last + 20 * DAY:
            yield self.clock.starts(day, time(0)), self.clock.starts(day + 7 * DAY, time(0))
            day += 7 * DAY

    def months(self) -> Iterator[tuple[int, int]]:
        firsts = [date(self.clock.year + month // 12, month % 12 + 1, 1) for month in range(-1, 14)]
        starts = [self.clock.starts(day, time(0)) for day in firsts]
        yield from pairwise(starts)

    def measured(self, rule: Rule, new: range, period_start: date) -> list[tuple[int, int, int]]:
        """Start, end and measure of every stretch of time that the rule looks at and the new duty has a part in."""
        stretches = {
            Rule.DAILY_REST: self.dobas(),
            Rule.WEEKLY_REST: self.weeks(period_start),
            Rule.LONGEST_DUTY: iter([self.block(new.start)]),
            Rule.WEEK_HOURS: self.weeks(period_start),
            Rule.MONTH_HOURS: self.months(),
        }
        near = [(start, end) for start, end in stretches[rule] if start < new.stop and new.start < end]
        return [
            (start, end, self.rest(start, end) if rule in RESTS else sum(self.taken[start:end])) for start, end in near
        ]


@pytest.mark.parametrize("share", [0.35, 0.6, 0.9])
def test_findings_are_what_the_minutes_of_the_year_say(clock: Clock, chance: Random, share: float) -> None:
    duties = {each: clock.minutes(*each) for each in _duties(clock, chance, share=share)}
    period_start = clock.first - chance.randrange(7) * DAY
    limits = [
        Limit(Rule.DAILY_REST, Severity.WARN, 11),
        Limit(Rule.WEEKLY_REST, Severity.BLOCK, 35),
        Limit(Rule.LONGEST_DUTY, Severity.WARN, chance.randint(4, 12)),
        Limit(Rule.WEEK_HOURS, Severity.WARN, chance.randint(10, 40)),
        Limit(Rule.MONTH_HOURS, Severity.WARN, chance.randint(50, 150)),
    ]
    busy = Busy(clock, bytearray(len(clock.walls)))
    for minutes in duties.values():
        busy.taken[minutes.start : minutes.stop] = b"\x01" * len(minutes)
    told: list[Finding] = []
    for new in chance.sample(list(duties), 25) + [each for each in duties if clock.is_odd(each[0])]:
        expected = [
            Finding(limit.rule, limit.severity, limit.hours, found * MINUTE, clock.span(start, end))
            for limit in limits
            for start, end, found in busy.measured(limit.rule, duties[new], period_start)
            if (found < 60 * limit.hours if limit.rule in RESTS else found > 60 * limit.hours)
        ]
        others = [_span(clock, each) for each in duties if each != new]
        assert findings(others, _span(clock, new), limits, period_start=period_start, zone=clock.zone) == expected
        told += expected
    assert told


# Hours by kind


def test_hours_are_the_minutes_of_each_kind(clock: Clock, chance: Random) -> None:
    free, is_holiday, zone = _free_days(clock), _is_holiday(clock), clock.zone
    duties = [
        *_duties(clock, chance, share=0.9),
        *((day, time(22), time(6)) for day in _days(clock) if clock.is_odd(day)),
    ]
    for day, starts, ends in [*duties, (clock.last, time(20), time(8)), (clock.first - DAY, time(20), time(8))]:
        rules = HourRules(
            time(chance.choice([21, 22, 23])), time(chance.choice([5, 6, 7])), time(chance.choice([0, 6]))
        )
        by_month: dict[tuple[int, int], Hours] = {}
        minutes = clock.minutes(day, starts, ends)
        for minute in minutes:
            wall = clock.walls[minute]
            shown = date.fromordinal(wall // MINUTES)
            belongs = date.fromordinal((wall - rules.free_day_starts.hour * 60) // MINUTES)
            hour = wall % MINUTES // 60
            kind = Hours(
                total=1,
                night=hour >= rules.night_starts.hour or hour < rules.night_ends.hour,
                sunday=belongs.isoweekday() == 7 and belongs not in free,
                holiday=belongs in free,
            )
            month = (shown.year, shown.month)
            by_month[month] = by_month.get(month, Hours()) + kind
        span = _span(clock, (day, starts, ends))
        assert hours_of(span, rules, is_holiday, zone) == sum(by_month.values(), Hours())
        for (in_year, in_month), hours in by_month.items():
            assert hours_in_month(span, date(in_year, in_month, 15), rules, is_holiday, zone) == hours
        assert hours_in_month(span, day.replace(day=1) - DAY, rules, is_holiday, zone) == Hours()


def _days(clock: Clock) -> list[date]:
    return [clock.first + index * DAY for index in range((clock.last - clock.first).days + 1)]


def _span(clock: Clock, duty: tuple[date, time, time]) -> Span:
    return span_of(*duty, clock.zone)


def _duties(clock: Clock, chance: Random, *, share: float) -> Iterator[tuple[date, time, time]]:
    """So many duties a day in the mean, each of which can be served; some touch and some overlap, as in careless plans."""
    for day in _days(clock):
        for _ in range(int(share + chance.random())):
            starts, ends = _walls(chance)
            if 0 < len(clock.minutes(day, starts, ends)) <= LONGEST:
                yield day, starts, ends
