"""The plan of a year against a calendar library that expands the same plan; who is on duty against one row by its key; a month as a page."""

import gzip
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import recurring_ical_events
from icalendar import Calendar, Component, Event
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from benchmarks.ground import PASSWORD, Ground
from benchmarks.measure import Pair, Result, alternate
from benchmarks.visitor import page, visitor
from helpdesk.accounts.models import Account, Membership
from helpdesk.accounts.service.passwords import hashed
from helpdesk.app import create_app
from helpdesk.db import schema
from helpdesk.db.session import Sessions, make_engine, make_sessions
from helpdesk.db.wall import acting_at
from helpdesk.kernel.clock import WARSAW
from helpdesk.kernel.permissions import Profession, Role
from helpdesk.roster import queries
from helpdesk.roster.models import Duty, Post
from helpdesk.roster.queries import duties as duty_queries
from helpdesk.roster.rules.days import Days, Rhythm
from helpdesk.roster.rules.patterns import Drafted, Pattern, Rotation, TurnUnit, draft

YEAR = 2026
FIRST, LAST = date(YEAR, 1, 1), date(YEAR, 12, 31)
IN_PAIRS = 5
FASTER, AT_MOST = 10.0, 3.0
PLAN_ROUNDS, READ_ROUNDS, READS = 5, 9, 100
SIZES = (1_000, 10_000, 100_000, 1_000_000)
DATABASE = "roster_bench"
DESK, COORDINATOR = "large-desk", "coordinator@example.org"
MONTH, PEOPLE, STATEMENTS, PAGE = date(YEAR, 12, 1), 30, 12, 60_000

UNTIL = datetime(YEAR + 1, 1, 1, tzinfo=UTC)
NAMES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

# One occurrence: which pattern, when, and who; None is a duty that nobody holds.
Occurrence = tuple[UUID, datetime, datetime, UUID | None]


@dataclass(frozen=True, slots=True)
class Fixture:
    """A plan as people describe it: patterns, who takes over which duty (by day and seat), who is away from when to when."""

    name: str
    patterns: Mapping[UUID, Pattern]
    instead: Mapping[UUID, Mapping[tuple[date, int], UUID]]
    away: Mapping[UUID, Sequence[tuple[date, date]]] = field(default_factory=dict)


def measure(ground: Ground) -> list[Result]:
    results = [_planning(fixture) for fixture in (goalert(), large_desk())]
    with _database(ground) as (engine, sessions):
        results += _month(ground, engine, sessions)
        results.append(_reading(engine, sessions))
    return results


# The plan of a year.


def goalert() -> Fixture:
    """Eight rules, three of them daily rotations of five people with turns of two days, and three overrides."""
    people = [UUID(int=number) for number in range(1, 21)]
    turns = [
        _pattern(range(7), hour, 8, people[5 * number : 5 * number + 5], TurnUnit.DAY, 2)
        for number, hour in enumerate((6, 14, 22))
    ]
    fixed = [
        _pattern(range(7), 9 + number, 4, people[15 + number : 16 + number], TurnUnit.DAY, 1) for number in range(5)
    ]
    patterns = {UUID(int=100 + number): each for number, each in enumerate([*turns, *fixed])}
    rotating = list(patterns)[:3]
    instead = {each: {(date(YEAR, 5, 4 + number), 0): people[19 - number]} for number, each in enumerate(rotating)}
    return Fixture("GoAlert's fixture", patterns, instead)


def large_desk() -> Fixture:
    """Thirty people in twelve rotations by day and by week, in pairs too; forty absences and sixty substitutions."""
    chance = random.Random(3)  # noqa: S311  the same plan each time
    people = [UUID(int=number) for number in range(1, 31)]
    patterns = {}
    for number in range(12):
        mine = people[number * 2 : number * 2 + 6]
        unit, length = (TurnUnit.DAY, 2) if number % 3 else (TurnUnit.WEEK, 1)
        hour, long = ((7, 6), (13, 4), (17, 4), (22, 8))[number % 4]
        weekdays = range(7) if unit is TurnUnit.DAY else range(5)
        groups = (
            [(mine[place], mine[place + 1]) for place in range(0, 6, 2)]
            if number == IN_PAIRS
            else [(each,) for each in mine]
        )
        patterns[UUID(int=100 + number)] = _rotating(weekdays, hour, long, groups, unit, length)
    away: dict[UUID, list[tuple[date, date]]] = {}
    for _ in range(40):
        first = FIRST + timedelta(days=chance.randrange(350))
        away.setdefault(chance.choice(people), []).append((first, first + timedelta(days=chance.randrange(1, 10))))
    every = [(key, each) for key, pattern in patterns.items() for each in draft(pattern, FIRST, LAST).duties]
    instead: dict[UUID, dict[tuple[date, int], UUID]] = {}
    for key, each in chance.sample(every, 60):
        instead.setdefault(key, {})[each.day, each.seat] = chance.choice(people)
    return Fixture("a large desk", patterns, instead, away)


def _pattern(
    weekdays: Sequence[int], hour: int, long: int, people: Sequence[UUID], unit: TurnUnit, length: int
) -> Pattern:
    return _rotating(weekdays, hour, long, [(each,) for each in people], unit, length)


def _rotating(
    weekdays: Sequence[int], hour: int, long: int, groups: Sequence[tuple[UUID, ...]], unit: TurnUnit, length: int
) -> Pattern:
    days = Days(rhythm=Rhythm.WEEKLY, weekdays=frozenset(weekdays), anchor=FIRST, first=FIRST, last=LAST)
    return Pattern(days, time(hour), time((hour + long) % 24), Rotation(tuple(groups), unit, length, FIRST))


def drafted(fixture: Fixture) -> list[Occurrence]:
    """Our way: draft the patterns; nobody holds a duty while away, and whoever takes one over holds it."""
    return [
        (key, each.span.start, each.span.end, who)
        for key, pattern in fixture.patterns.items()
        for each, who in _held(fixture, pattern, fixture.instead.get(key, {}))
    ]


def _held(
    fixture: Fixture, pattern: Pattern, instead: Mapping[tuple[date, int], UUID]
) -> Iterator[tuple[Drafted, UUID | None]]:
    """Each duty of a pattern with whoever holds it in the end."""
    for each in draft(pattern, FIRST, LAST).duties:
        away = any(first <= each.day <= last for first, last in fixture.away.get(each.account_id, ()))
        yield each, instead.get((each.day, each.seat), None if away else each.account_id)


@dataclass(frozen=True, slots=True)
class Series:
    """One recurring event of the text: the turns of one person on one day of the turn, or in one's weeks. `step` is in days, if it is."""

    key: UUID
    pattern: Pattern
    uid: str
    seat: int
    person: UUID
    first: date
    rule: Mapping[str, object]
    step: int | None

    def holds(self, each: Drafted) -> bool:
        """Whether this duty of the pattern is an occurrence of this event."""
        mine = (each.seat, each.account_id) == (self.seat, self.person)
        return mine and (self.step is None or (each.day - self.first).days % self.step == 0)


def as_calendar(fixture: Fixture) -> bytes:
    """The same plan as calendar text: recurring events, and an exception for each change."""
    calendar = Calendar()
    calendar.add("prodid", "-//benchmark//EN")
    calendar.add("version", "2.0")
    for series in _all_series(fixture):
        made = _event(series, series.first, series.person)
        made.add("rrule", series.rule)
        calendar.add_component(made)
        for each, who in _held(fixture, series.pattern, fixture.instead.get(series.key, {})):
            if who != each.account_id and series.holds(each):
                exception = _event(series, each.day, who)
                exception.add("recurrence-id", datetime.combine(each.day, each.starts, tzinfo=WARSAW))
                calendar.add_component(exception)
    return bytes(calendar.to_ical())


def _all_series(fixture: Fixture) -> Iterator[Series]:
    for key, pattern in fixture.patterns.items():
        for number, group in enumerate(pattern.rotation.groups):
            for seat, person in enumerate(group):
                by_day = pattern.rotation.unit is TurnUnit.DAY
                yield from (_daily if by_day else _weekly)(key, pattern, number, seat, person)


def _daily(key: UUID, pattern: Pattern, number: int, seat: int, person: UUID) -> Iterator[Series]:
    rotation = pattern.rotation
    interval = len(rotation.groups) * rotation.length
    rule = {"freq": "daily", "interval": interval, "until": UNTIL}
    for step in range(rotation.length):
        day = FIRST + timedelta(days=number * rotation.length + step)
        yield Series(key, pattern, f"{key}-{number}-{seat}-{step}", seat, person, day, rule, interval)


def _weekly(key: UUID, pattern: Pattern, number: int, seat: int, person: UUID) -> Iterator[Series]:
    monday = FIRST - timedelta(days=FIRST.weekday()) + timedelta(weeks=number)
    week = [monday + timedelta(days=each) for each in range(7)]
    first = next(day for day in week if day >= FIRST and day.weekday() in pattern.days.weekdays)
    days = [NAMES[each] for each in sorted(pattern.days.weekdays)]
    rule = {"freq": "weekly", "interval": len(pattern.rotation.groups), "byday": days, "wkst": "MO", "until": UNTIL}
    yield Series(key, pattern, f"{key}-{number}-{seat}", seat, person, first, rule, None)


def _event(series: Series, day: date, person: UUID | None) -> Event:
    starts, ends = series.pattern.starts, series.pattern.ends
    last = day if ends > starts else day + timedelta(days=1)
    event = Event()
    event.add("uid", series.uid)
    event.add("dtstamp", datetime(YEAR, 1, 1, tzinfo=UTC))
    event.add("dtstart", datetime.combine(day, starts, tzinfo=WARSAW))
    event.add("dtend", datetime.combine(last, ends, tzinfo=WARSAW))
    event.add("summary", f"{series.key} {person}")
    return event


def expanded(calendar: bytes) -> list[Occurrence]:
    """The library's way: read the text and expand it."""
    found = recurring_ical_events.of(Calendar.from_ical(calendar)).between(FIRST, LAST + timedelta(days=1))
    return [_occurrence(each) for each in found]


def _occurrence(event: Component) -> Occurrence:
    key, _, person = str(event["SUMMARY"]).partition(" ")
    start, end = (event.decoded(name).astimezone(UTC) for name in ("DTSTART", "DTEND"))
    return UUID(key), start, end, None if person == "None" else UUID(person)


def _planning(fixture: Fixture) -> Result:
    calendar = as_calendar(fixture)
    mine, theirs = drafted(fixture), expanded(calendar)
    if sorted(mine, key=str) != sorted(theirs, key=str):
        different = set(mine) ^ set(theirs)
        raise SystemExit(f"Not the same plan of {fixture.name}: {sorted(different, key=str)[:4]}")
    pair = alternate(lambda: expanded(calendar), lambda: drafted(fixture), rounds=PLAN_ROUNDS)
    return Result(
        f"Plan of a year, {fixture.name}, against a library expanding the same {len(mine):,} duties",
        f"{pair.ratio:.0f} times faster",
        f"≥ {FASTER:.0f}",
        pair.ratio >= FASTER,
        f"{pair.b * 1000:.1f} ms against {pair.a * 1000:.1f} ms, the same duties to the minute, both changes of clocks included",
    )


# Who is on duty.

# Of each of a hundred desks one person, one post, and so many duties of four hours, evenly over ten years; and one desk without.
OFFICE = (
    """
    INSERT INTO desk (id, kind, name_pl, name_en, controller, number_prefix, languages)
    SELECT 'desk-' || n, 'helpline', n, n, 'x', 'D' || n, '{pl}' FROM generate_series(1, 100) AS n
    """,
    """
    INSERT INTO account (id, login, name, password_hash, locale, languages, active, phone_by_person)
    SELECT gen_random_uuid(), 'person' || n, 'Person ' || n, '-', 'pl', '{pl}', true, false FROM generate_series(1, 100) AS n
    """,
    """
    INSERT INTO post (desk_id, id, name, professions, languages, qualifications, people, starts, ends, zone, purpose, pause_minutes, rung,
                      public, version, rhythm, weekdays, every, anchor, holidays, first)
    SELECT id, gen_random_uuid(), 'Post', '{}', '{}', '{}', 1, '08:00', '12:00', 'UTC', 'support', 0, true, true, 1, 'weekly', '{0}', 1,
           '2017-01-01', 'worked', '2017-01-01' FROM desk
    """,
    """
    INSERT INTO desk (id, kind, name_pl, name_en, controller, number_prefix, languages)
    VALUES ('large-desk', 'helpline', 'Large desk', 'Large desk', 'x', 'LARGE', '{pl}')
    """,
)
DUTIES = """
INSERT INTO duty (desk_id, id, post_id, account_id, profession, state, day, starts, ends, zone, starts_at, ends_at, version, changed_at,
                  changed_by_name, why)
SELECT post.desk_id, gen_random_uuid(), post.id, account.id, 'psychologist', 'published', at::date, at::time, (at + interval '4 hours')::time,
       'UTC', at AT TIME ZONE 'UTC', at AT TIME ZONE 'UTC' + interval '4 hours', 1, at AT TIME ZONE 'UTC', '', ''
FROM post JOIN account ON account.login = 'person' || substr(post.desk_id, 6)
CROSS JOIN LATERAL (
    SELECT date_trunc('minute', timestamp '2017-01-01' + n * interval '10 years' / :each) AS at
    FROM generate_series(0, :each - 1) AS n
) AS times
"""
SLOW = "ix_duty_desk_id_span"


@contextmanager
def _database(ground: Ground) -> Iterator[tuple[Engine, Sessions]]:
    """A database of its own beside the others, gone afterwards."""
    url = make_url(ground.settings.database_url)
    with ground.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {DATABASE}"))
    engine = make_engine(url.set(database=DATABASE).render_as_string(hide_password=False))
    try:
        schema.upgrade(engine)
        with engine.begin() as connection:
            # The people of these plans are on several duties at once, and of the duties to be read only the index over spans matters.
            connection.execute(text("ALTER TABLE duty DROP CONSTRAINT ex_duty_person_once"))
            for statement in OFFICE:
                connection.execute(text(statement))
        yield engine, make_sessions(engine)
    finally:
        engine.dispose()
        with ground.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)"))


# A month as a page.


def _month(ground: Ground, engine: Engine, sessions: Sessions) -> list[Result]:
    """How often the month of a large desk asks the database, and how much of it travels."""
    _plan_month(sessions)
    app = create_app(
        replace(ground.settings, database_url=engine.url.render_as_string(hide_password=False)), sessions=sessions
    )
    client = visitor(replace(ground, app=app), COORDINATOR)
    address = f"/desk/{DESK}/roster?month={MONTH:%Y-%m}"
    page(client, address)
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    body = page(client, address)
    if body.count(b"Person ") < PEOPLE:
        raise SystemExit("The month does not show its people.")
    size = len(gzip.compress(body, 6))
    what = f"Month of {PEOPLE} people at 12 posts"
    return [
        Result(f"{what}, statements", str(len(asked)), f"≤ {STATEMENTS}", len(asked) <= STATEMENTS),
        Result(f"{what}, compressed", f"{size / 1000:.1f} kB", f"< {PAGE / 1000:.0f} kB", size < PAGE),
    ]


def _plan_month(sessions: Sessions) -> None:
    """Thirty people, of whom one is the coordinator, and their duties of a month at twelve posts."""
    fixture = large_desk()
    with sessions.begin() as session, acting_at(session, DESK):
        people = {UUID(int=number): _person(session, number) for number in range(1, PEOPLE + 1)}
        for number, (key, pattern) in enumerate(fixture.patterns.items()):
            post = _post(pattern, f"Post {number}")
            session.add(post)
            session.flush()  # its duties refer to it
            for each, who in _held(fixture, pattern, fixture.instead.get(key, {})):
                if (each.day.year, each.day.month) == (MONTH.year, MONTH.month):
                    session.add(_duty(post, each, people[who].id if who else None))


def _person(session: Session, number: int) -> Account:
    login = COORDINATOR if number == 1 else f"large{number}@example.org"
    account = Account(
        login=login, name=f"Person {number} of the desk", password_hash=hashed(PASSWORD), languages=["pl"]
    )
    session.add(account)
    account.memberships.append(
        Membership(desk_id=DESK, roles=[Role.COORDINATOR.value], profession=Profession.PSYCHOLOGIST)
    )
    session.flush()  # its duties refer to it
    return account


def _post(pattern: Pattern, name: str) -> Post:
    return Post(
        name=name,
        professions=[],
        languages=[],
        starts=pattern.starts,
        ends=pattern.ends,
        weekdays=sorted(pattern.days.weekdays),
        anchor=FIRST,
        first=FIRST,
    )


def _duty(post: Post, each: Drafted, account_id: UUID | None) -> Duty:
    return Duty(
        post_id=post.id,
        account_id=account_id,
        profession=Profession.PSYCHOLOGIST,
        day=each.day,
        starts=each.starts,
        ends=each.ends,
        starts_at=each.span.start,
        ends_at=each.span.end,
        changed_at=UNTIL - timedelta(days=366),
    )


def _grow(engine: Engine, size: int) -> None:
    """Bring the table to this size. The index over spans is made anew as it was, because filling it row by row takes minutes.

    The versions of these duties are not written: nobody asks them who is on duty.
    """
    with engine.begin() as connection:
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        definition = connection.scalar(text("SELECT indexdef FROM pg_indexes WHERE indexname = :name"), {"name": SLOW})
        connection.execute(text(f"DROP INDEX {SLOW}"))
        connection.execute(text("DELETE FROM duty"))
        connection.execute(text(DUTIES), {"each": size // 100})
        connection.execute(text(str(definition)))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM (ANALYZE) duty"))


def _reading(engine: Engine, sessions: Sessions) -> Result:
    pairs: dict[int, Pair] = {}
    for size in SIZES:
        _grow(engine, size)
        pairs[size] = _at_size(engine, sessions)
        print(f"  {size:>9,} duties: {pairs[size].ratio:.2f} ({_microseconds(pairs[size])})", flush=True)
    worst = max(pairs, key=lambda size: pairs[size].ratio)
    return Result(
        f"Who is on duty, with {SIZES[0]:,} to {SIZES[-1]:,} duties of 100 desks in ten years, against one of them by its key",
        f"{pairs[worst].ratio:.2f}",
        f"≤ {AT_MOST:.0f}",
        pairs[worst].ratio <= AT_MOST,
        f"worst of {len(SIZES)} sizes at {worst:,}: {_microseconds(pairs[worst])}",
    )


def _at_size(engine: Engine, sessions: Sessions) -> Pair:
    """Both ways to the same rows, mapped alike, at so many desks and instants."""
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT desk_id, id, starts_at FROM duty ORDER BY md5(id::text) LIMIT :many"), {"many": READS}
        ).all()
    asked = [(desk_id, duty_id, starts_at + timedelta(hours=1)) for desk_id, duty_id, starts_at in rows]

    def present() -> None:
        for desk_id, duty_id, at in asked:
            with sessions() as session, acting_at(session, desk_id):
                found = queries.on_duty(session, at)
            if [each.id for each in found] != [duty_id]:
                raise SystemExit(f"Not the duty that was asked for: {found}")

    def by_key() -> None:
        for desk_id, duty_id, _at in asked:
            with sessions() as session, acting_at(session, desk_id):
                found = _by_key(session, duty_id)
            if found is None or found.id != duty_id:
                raise SystemExit("Not the duty of this key.")

    return alternate(present, by_key, rounds=READ_ROUNDS)


def _by_key(session: Session, duty_id: UUID) -> Duty | None:
    """One duty by its key, with the same people and posts beside it."""
    return session.scalar(duty_queries._with_person().where(Duty.id == duty_id))  # noqa: SLF001  mapped alike, or it would not be fair


def _microseconds(pair: Pair) -> str:
    return f"{pair.a / READS * 1e6:.0f} µs against {pair.b / READS * 1e6:.0f} µs"
