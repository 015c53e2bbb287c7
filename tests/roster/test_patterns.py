"""Whose turn it is, and what a pattern drafts."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.kernel.clock import local
from helpdesk.kernel.errors import Refusal
from helpdesk.roster.rules.days import Days, DaysRefusal, Holidays, Rhythm, days_between
from helpdesk.roster.rules.patterns import (
    Pattern,
    PatternRefusal,
    Plan,
    Rotation,
    TurnUnit,
    check_pattern,
    draft,
    who,
)
from helpdesk.roster.rules.spans import DutyRefusal

ANNA, BEATA, CELINA, DARIA = (UUID(int=number) for number in range(1, 5))
LETTER = {ANNA: "A", BEATA: "B", CELINA: "C", DARIA: "D"}
FIRST = date(2026, 1, 1)  # a Thursday
DAILY = Days(rhythm=Rhythm.WEEKLY, weekdays=frozenset(range(7)), anchor=FIRST, first=date(2025, 1, 1))
ON_MONDAYS_AND_FRIDAYS = replace(DAILY, weekdays=frozenset({0, 4}))
THREE = ((ANNA,), (BEATA,), (CELINA,))


def _pattern(
    days: Days = DAILY,
    hours: str = "17:00-21:00",
    groups: tuple[tuple[UUID, ...], ...] = THREE,
    unit: TurnUnit = TurnUnit.DAY,
    length: int = 1,
    anchor: date = FIRST,
) -> Pattern:
    starts, ends = map(time.fromisoformat, hours.split("-"))
    return Pattern(days, starts, ends, Rotation(groups, unit, length, anchor))


def _letters(plan: Plan) -> str:
    return "".join(LETTER[duty.account_id] for duty in plan.duties)


def _turns(pattern: Pattern, first: str, last: str) -> str:
    return _letters(draft(pattern, date.fromisoformat(first), date.fromisoformat(last)))


@pytest.mark.parametrize(
    ("pattern", "first", "last", "turns"),
    [
        (_pattern(), "2026-01-01", "2026-01-07", "ABCABCA"),
        (_pattern(length=2), "2026-01-01", "2026-01-08", "AABBCCAA"),
        (_pattern(length=2), "2025-12-26", "2026-01-01", "AABBCCA"),  # the turns go on backwards before the anchor
        # The turn of a week begins with its Monday, 29 December, though the anchor is a Thursday.
        (_pattern(unit=TurnUnit.WEEK), "2025-12-28", "2026-01-06", "CAAAAAAABB"),
        (
            _pattern(unit=TurnUnit.WEEK, length=2, days=ON_MONDAYS_AND_FRIDAYS),
            "2025-12-22",
            "2026-01-30",
            "CCAAAABBBBCC",
        ),
        (_pattern(unit=TurnUnit.MONTH, days=ON_MONDAYS_AND_FRIDAYS), "2026-01-26", "2026-02-06", "AABB"),
        (_pattern(unit=TurnUnit.MONTH, length=2, anchor=date(2026, 1, 20)), "2026-02-27", "2026-03-02", "AABB"),
        (_pattern(unit=TurnUnit.MONTH), "2025-12-30", "2026-01-02", "CCAA"),
        # By days Anna would never leave the Mondays; by occurrences everybody has both.
        (_pattern(unit=TurnUnit.OCCURRENCE, days=ON_MONDAYS_AND_FRIDAYS), "2026-01-01", "2026-01-23", "ABCABCA"),
        (_pattern(unit=TurnUnit.OCCURRENCE, days=ON_MONDAYS_AND_FRIDAYS), "2026-01-10", "2026-01-23", "ABCA"),
        (_pattern(unit=TurnUnit.OCCURRENCE, days=ON_MONDAYS_AND_FRIDAYS), "2025-12-19", "2026-01-02", "CABCA"),
        (
            _pattern(unit=TurnUnit.OCCURRENCE, length=2, days=ON_MONDAYS_AND_FRIDAYS),
            "2026-01-01",
            "2026-01-23",
            "AABBCCA",
        ),
        (_pattern(groups=((ANNA, BEATA), (CELINA,), (DARIA, ANNA))), "2026-01-01", "2026-01-04", "ABCDAAB"),
        (_pattern(groups=((ANNA,),), length=9), "2026-01-01", "2026-01-03", "AAA"),
        (_pattern(), "2026-01-02", "2026-01-01", ""),
    ],
)
def test_it_is_the_turn_of_whoever_a_wall_calendar_says(pattern: Pattern, first: str, last: str, turns: str) -> None:
    check_pattern(pattern)
    assert _turns(pattern, first, last) == turns


def test_a_group_is_on_duty_together_in_the_order_of_its_seats() -> None:
    plan = draft(_pattern(groups=((BEATA, ANNA), (CELINA,))), FIRST, FIRST + timedelta(days=1))
    assert [(duty.day.day, duty.seat, LETTER[duty.account_id]) for duty in plan.duties] == [
        (1, 0, "B"),
        (1, 1, "A"),
        (2, 0, "C"),
    ]


@pytest.mark.parametrize("unit", TurnUnit)
def test_closing_one_day_hands_no_other_day_to_anybody_else(unit: TurnUnit) -> None:
    pattern = _pattern(unit=unit)
    last = FIRST + timedelta(days=80)
    closed = frozenset({date(2026, 1, 3), date(2026, 1, 4), date(2026, 2, 9)})
    whole, with_closures = draft(pattern, FIRST, last), draft(pattern, FIRST, last, closed=closed)
    assert with_closures.duties == [duty for duty in whole.duties if duty.day not in closed]
    assert len(with_closures.duties) == len(whole.duties) - 3


@pytest.mark.parametrize("unit", TurnUnit)
def test_prolonging_a_pattern_hands_no_day_to_anybody_else(unit: TurnUnit) -> None:
    begun = date(2026, 1, 17)  # five occurrences after the anchor
    short = _pattern(unit=unit, days=replace(ON_MONDAYS_AND_FRIDAYS, first=begun, last=date(2026, 3, 1)))
    long = replace(short, days=replace(short.days, first=date(2025, 11, 1), last=None))
    before = draft(short, date(2025, 1, 1), date(2026, 12, 31)).duties
    after = draft(long, date(2025, 1, 1), date(2026, 12, 31)).duties
    assert before
    assert before == [duty for duty in after if begun <= duty.day <= date(2026, 3, 1)]


days_strategy = st.builds(
    Days,
    rhythm=st.just(Rhythm.WEEKLY),
    weekdays=st.frozensets(st.integers(0, 6), min_size=1),
    every=st.integers(1, 3),
    anchor=st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    holidays=st.sampled_from(Holidays),
    first=st.just(date(2025, 1, 1)),
)


@given(
    days_strategy,
    st.sampled_from(TurnUnit),
    st.integers(1, 4),
    st.dates(date(2025, 6, 1), date(2026, 6, 1)),
    st.dates(date(2025, 1, 1), date(2026, 12, 1)),
    st.integers(0, 60),
)
def test_a_part_of_a_plan_is_the_plan_of_a_part(
    days: Days, unit: TurnUnit, length: int, anchor: date, first: date, ahead: int
) -> None:
    pattern = _pattern(days=days, unit=unit, length=length, anchor=anchor)
    last = first + timedelta(days=ahead)
    whole = draft(pattern, date(2025, 1, 1), date(2027, 3, 1))
    part = draft(pattern, first, last)
    assert part.duties == [duty for duty in whole.duties if first <= duty.day <= last]
    assert part.skipped == [day for day in whole.skipped if first <= day <= last]


@given(days_strategy, st.integers(1, 4), st.dates(date(2025, 6, 1), date(2026, 6, 1)))
def test_turns_by_occurrence_are_dealt_like_cards(days: Days, length: int, anchor: date) -> None:
    pattern = _pattern(days=days, unit=TurnUnit.OCCURRENCE, length=length, anchor=anchor)
    falling = list(days_between(days, date(2025, 1, 1), date(2027, 12, 31)))
    before = [day for day in falling if day < anchor]
    dealt = {day: (index - len(before)) // length % 3 for index, day in enumerate(falling)}
    plan = draft(pattern, falling[0], falling[-1]) if falling else Plan([], [])
    assert {duty.day: THREE.index((duty.account_id,)) for duty in plan.duties} == dealt


@pytest.mark.parametrize(
    ("hours", "day", "length"),
    [
        ("22:00-06:00", date(2026, 3, 28), 7),
        ("22:00-06:00", date(2026, 10, 24), 9),
        ("22:00-06:00", date(2026, 12, 31), 8),
        ("20:00-00:00", date(2026, 12, 31), 4),
    ],
)
def test_a_night_duty_is_drafted_with_its_real_hours(hours: str, day: date, length: int) -> None:
    (duty,) = draft(_pattern(hours=hours), day, day).duties
    assert duty.span.length == timedelta(hours=length)
    assert (local(duty.span.start).date(), local(duty.span.end).date()) == (day, day + timedelta(days=1))
    assert f"{duty.starts:%H:%M}-{duty.ends:%H:%M}" == hours


@pytest.mark.parametrize(
    ("hours", "skipped"),
    [
        ("02:15-02:45", [date(2026, 3, 29)]),  # the hour does not exist
        ("20:00-12:00", [date(2026, 10, 24)]),  # sixteen hours on the wall, seventeen in truth
        ("22:00-06:00", []),
    ],
)
def test_a_night_that_cannot_be_served_is_named_and_the_others_are_drafted(hours: str, skipped: list[date]) -> None:
    plan = draft(_pattern(hours=hours), FIRST, date(2026, 12, 31))
    assert plan.skipped == skipped
    assert len(plan.duties) == 365 - len(skipped)


def test_a_skipped_night_shifts_nobodys_turn() -> None:
    plan = draft(_pattern(hours="02:15-02:45", unit=TurnUnit.OCCURRENCE), date(2026, 3, 28), date(2026, 3, 30))
    evening = draft(_pattern(unit=TurnUnit.OCCURRENCE), date(2026, 3, 28), date(2026, 3, 30))
    assert [duty.account_id for duty in plan.duties] == [evening.duties[0].account_id, evening.duties[2].account_id]


def test_where_midnight_does_not_exist_the_duty_begins_with_the_day() -> None:
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    pattern = replace(_pattern(hours="00:00-06:00", days=replace(DAILY, first=date(2018, 1, 1))), zone=sao_paulo)
    (duty,) = draft(pattern, date(2018, 11, 4), date(2018, 11, 4)).duties
    assert duty.span.length == timedelta(hours=5)
    assert local(duty.span.start, sao_paulo).replace(tzinfo=None) == datetime(2018, 11, 4, 1)  # noqa: DTZ001 - a wall
    assert duty.span.start == datetime(2018, 11, 4, 3, tzinfo=UTC)


def test_who_is_on_duty_is_told_to_the_second() -> None:
    plan = draft(_pattern(groups=((ANNA, BEATA),)), FIRST, FIRST)
    start, end = plan.duties[0].span.start, plan.duties[0].span.end
    assert who(plan.duties, start - timedelta(seconds=1)) == []
    assert who(plan.duties, start) == [ANNA, BEATA]
    assert who(plan.duties, end - timedelta(seconds=1)) == [ANNA, BEATA]
    assert who(plan.duties, end) == []


@pytest.mark.parametrize(
    ("pattern", "code", "field"),
    [
        (_pattern(groups=()), PatternRefusal.NO_PEOPLE, "groups"),
        (_pattern(groups=((ANNA,), ())), PatternRefusal.NO_PEOPLE, "groups"),
        (_pattern(groups=((ANNA, BEATA, ANNA),)), PatternRefusal.SAME_PERSON_TWICE, "groups"),
        (_pattern(length=0), PatternRefusal.TURN_TOO_SHORT, "length"),
        (_pattern(length=-3), PatternRefusal.TURN_TOO_SHORT, "length"),
        (_pattern(days=replace(DAILY, weekdays=frozenset())), DaysRefusal.NO_WEEKDAY, "weekdays"),
        (_pattern(hours="08:00-08:00"), DutyRefusal.NO_LENGTH, "ends"),
        (_pattern(hours="06:00-22:15"), DutyRefusal.TOO_LONG, "ends"),
        # Its only day is the one without this hour.
        (
            _pattern(hours="02:15-02:45", days=replace(DAILY, first=date(2026, 3, 29), last=date(2026, 3, 29))),
            PatternRefusal.NOTHING,
            "last",
        ),
        # It begins again in the year 2029, and nobody plans so far ahead without an end.
        (
            _pattern(days=replace(DAILY, every=200, anchor=date(2025, 6, 2), first=date(2025, 6, 9))),
            PatternRefusal.NOTHING,
            "last",
        ),
    ],
)
def test_a_pattern_that_nobody_could_serve_is_refused(
    pattern: Pattern, code: PatternRefusal | DaysRefusal | DutyRefusal, field: str
) -> None:
    with pytest.raises(Refusal) as caught:
        check_pattern(pattern)
    assert (caught.value.code, caught.value.field) == (code, field)


@pytest.mark.parametrize(
    "pattern",
    [
        _pattern(groups=((ANNA,), (ANNA,))),  # the same person in two turns is a choice
        _pattern(hours="21:00-05:00"),
        _pattern(hours="02:15-02:45", days=replace(DAILY, first=date(2026, 3, 29), last=date(2026, 3, 30))),
        _pattern(hours="20:00-12:00", days=replace(DAILY, first=date(2026, 10, 24))),
        _pattern(
            days=replace(DAILY, every=200, anchor=date(2025, 6, 2), first=date(2025, 6, 9), last=date(2030, 1, 1))
        ),
    ],
)
def test_a_pattern_that_can_be_served_on_some_day_is_allowed(pattern: Pattern) -> None:
    check_pattern(pattern)
