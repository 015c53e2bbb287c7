"""What must be covered, who is there, and where somebody is missing."""

from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.kernel.clock import local
from helpdesk.roster.rules.coverage import Gap, Need, Supply, covered_share, gaps, needs_of
from helpdesk.roster.rules.days import Days, Holidays, Rhythm
from helpdesk.roster.rules.spans import Span

PSYCHOLOGIST, LAWYER = UUID(int=1), UUID(int=2)
DAY = date(2026, 11, 25)
MIDNIGHT = datetime(2026, 11, 25, tzinfo=UTC)
EVERY_DAY = Days(rhythm=Rhythm.WEEKLY, weekdays=frozenset(range(7)), anchor=DAY, first=date(2018, 1, 1))


def _span(hours: str) -> Span:
    """A span of hours from the midnight of the day on: "17-21", "22-30"."""
    start, end = (MIDNIGHT + timedelta(hours=float(each)) for each in hours.split("-"))
    return Span(start, end)


def _need(hours: str, people: int = 1, post: UUID = PSYCHOLOGIST, day: date = DAY) -> Need:
    return Need(post, day, _span(hours), people)


def _there(*hours: str, post: UUID = PSYCHOLOGIST) -> list[Supply]:
    return [Supply(post, _span(each)) for each in hours]


def _shown(found: list[Gap]) -> list[tuple[str, int]]:
    """Gaps as "17-18.5" and the number of people missing."""
    hours = [[(at - MIDNIGHT) / timedelta(hours=1) for at in (gap.span.start, gap.span.end)] for gap in found]
    return [(f"{start:g}-{end:g}", gap.missing) for (start, end), gap in zip(hours, found, strict=True)]


@pytest.mark.parametrize(
    ("needs", "supply", "expected", "share"),
    [
        ([_need("17-21")], [], [("17-21", 1)], "0"),  # an empty plan is the largest gap
        ([_need("17-21", 3)], [], [("17-21", 3)], "0"),
        ([_need("17-21")], _there("17-21"), [], "1"),
        ([_need("17-21")], _there("16-22"), [], "1"),
        ([_need("17-21")], _there("15-17", "21-23"), [("17-21", 1)], "0"),  # who only touches is not there
        ([_need("17-21")], _there("17-19", "19-21"), [], "1"),
        ([_need("17-21")], _there("17-19", "19.5-21"), [("19-19.5", 1)], "7/8"),
        ([_need("17-21")], _there("18-19"), [("17-18", 1), ("19-21", 1)], "1/4"),
        ([_need("17-21", 2)], _there("17-21", "18-19"), [("17-18", 1), ("19-21", 1)], "5/8"),
        ([_need("17-21", 2)], _there("18-21"), [("17-18", 2), ("18-21", 1)], "3/8"),
        # Two people where one is needed do not make up for an hour without anybody.
        ([_need("17-21")], _there("17-20", "17-20"), [("20-21", 1)], "3/4"),
        # A hand-over within the gap does not cut it in two.
        ([_need("17-21", 2)], _there("17-19", "19-21"), [("17-21", 1)], "1/2"),
        ([_need("17-21")], _there("17-21", post=LAWYER), [("17-21", 1)], "0"),
        ([], _there("17-21"), [], "1"),
        ([_need("17-21", 0)], [], [], "1"),
    ],
)
def test_somebody_is_missing_where_fewer_are_there_than_needed(
    needs: list[Need], supply: list[Supply], expected: list[tuple[str, int]], share: str
) -> None:
    assert _shown(gaps(needs, supply)) == expected
    assert covered_share(needs, supply) == Fraction(share)


def test_gaps_come_in_the_order_of_start_and_post_with_the_day_of_their_need() -> None:
    tomorrow = DAY + timedelta(days=1)
    needs = [_need("41-45", day=tomorrow), _need("17-21", 2, LAWYER), _need("17-21"), _need("16-17", post=LAWYER)]
    found = gaps(needs, [])
    assert [(gap.post_id, gap.day, gap.missing) for gap in found] == [
        (LAWYER, DAY, 1),
        (PSYCHOLOGIST, DAY, 1),
        (LAWYER, DAY, 2),
        (PSYCHOLOGIST, tomorrow, 1),
    ]


def test_a_duty_over_midnight_covers_what_both_days_need() -> None:
    needs = [_need("22-30"), _need("30-38", day=DAY + timedelta(days=1))]
    assert _shown(gaps(needs, _there("22-34"))) == [("34-38", 1)]


def test_needs_of_neighbouring_days_are_told_apart_even_where_they_touch() -> None:
    needs = [_need("0-24"), _need("24-48", day=DAY + timedelta(days=1))]
    assert _shown(gaps(needs, _there("3-4"))) == [("0-3", 1), ("4-24", 1), ("24-48", 1)]


def test_one_person_is_enough_where_the_nights_of_two_days_overlap() -> None:
    needs = [_need("22-30"), _need("29-38", day=DAY + timedelta(days=1))]
    assert gaps(needs, _there("22-38")) == []
    assert covered_share(needs, _there("22-30")) == Fraction(8, 16)  # the common hour is needed once
    assert _shown(gaps(needs, _there("22-29"))) == [("29-30", 1), ("30-38", 1)]


def test_where_two_needs_overlap_the_greater_one_holds() -> None:
    needs = [_need("8-16"), _need("10-12", 3)]
    assert _shown(gaps(needs, _there("8-16"))) == [("10-12", 2)]
    assert _shown(gaps(needs, [])) == [("8-10", 1), ("10-12", 3), ("12-16", 1)]


def _lengths(starts: str, ends: str, first: str, last: str, days: Days = EVERY_DAY) -> list[float]:
    walls = (time.fromisoformat(starts), time.fromisoformat(ends))
    needs = needs_of(PSYCHOLOGIST, days, *walls, 2, date.fromisoformat(first), date.fromisoformat(last))
    return [need.span.length / timedelta(hours=1) for need in needs]


@pytest.mark.parametrize(
    ("starts", "ends", "first", "last", "hours"),
    [
        ("17:00", "21:00", "2026-11-25", "2026-11-27", [4, 4, 4]),
        ("22:00", "06:00", "2026-03-27", "2026-03-28", [8, 7]),
        ("22:00", "06:00", "2026-10-23", "2026-10-24", [8, 9]),
        ("22:00", "02:30", "2026-10-23", "2026-10-24", [4.5, 5.5]),  # until the second half past two
        ("02:30", "04:00", "2026-10-24", "2026-10-25", [1.5, 2.5]),  # and from the first one on
        (
            "00:00",
            "00:00",
            "2026-03-28",
            "2026-03-30",
            [24, 23, 24],
        ),  # the whole day round is longer than a duty may be
        ("06:00", "02:00", "2026-11-25", "2026-11-25", [20]),
        ("02:15", "02:45", "2026-03-28", "2026-03-30", [0.5, 0.5]),  # an hour that does not exist needs nobody
        ("17:00", "21:00", "2026-11-25", "2026-11-24", []),
    ],
)
def test_a_post_needs_people_for_the_real_hours_of_its_days(
    starts: str, ends: str, first: str, last: str, hours: list[float]
) -> None:
    assert _lengths(starts, ends, first, last) == hours


def test_a_planned_closing_is_not_a_gap() -> None:
    christmas = (date(2026, 12, 23), date(2026, 12, 27))
    free = Days(rhythm=Rhythm.WEEKLY, weekdays=frozenset(range(7)), anchor=DAY, first=DAY, holidays=Holidays.FREE)
    walls = (time(17), time(21))
    closed = frozenset({date(2026, 12, 27)})
    with_holidays = list(needs_of(PSYCHOLOGIST, EVERY_DAY, *walls, 2, *christmas, closed=closed))
    without = list(needs_of(PSYCHOLOGIST, free, *walls, 2, *christmas, closed=closed))
    assert [need.day.day for need in with_holidays] == [23, 24, 25, 26]
    assert [need.day.day for need in without] == [23]
    assert {(need.post_id, need.people) for need in with_holidays} == {(PSYCHOLOGIST, 2)}
    assert [gap.day.day for gap in gaps(without, [])] == [23]


def test_the_whole_day_round_leaves_no_instant_out_where_midnight_does_not_exist() -> None:
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    stretch = (date(2018, 11, 2), date(2018, 11, 6))
    needs = list(needs_of(PSYCHOLOGIST, EVERY_DAY, time(0), time(0), 1, *stretch, zone=sao_paulo))
    assert [need.span.length // timedelta(hours=1) for need in needs] == [24, 24, 23, 24, 24]
    assert all(before.span.end == after.span.start for before, after in pairwise(needs))
    assert local(needs[2].span.start, sao_paulo).hour == 1


spans = st.builds(
    lambda start, length: Span(MIDNIGHT + timedelta(minutes=start), MIDNIGHT + timedelta(minutes=start + length)),
    st.integers(0, 600),
    st.integers(1, 300),
)
posts = st.sampled_from([PSYCHOLOGIST, LAWYER])
some_needs = st.lists(st.builds(Need, posts, st.just(DAY), spans, st.integers(1, 3)), max_size=5)
some_supply = st.lists(st.builds(Supply, posts, spans), max_size=8)


@given(some_needs, some_supply)
def test_filling_every_gap_leaves_none(needs: list[Need], supply: list[Supply]) -> None:
    found = gaps(needs, supply)
    filling = [Supply(gap.post_id, gap.span) for gap in found for _ in range(gap.missing)]
    assert gaps(needs, [*supply, *filling]) == []
    assert (covered_share(needs, supply) == 1) is (found == [])
    assert covered_share(needs, [*supply, *filling]) == 1


@given(some_needs, some_supply, st.builds(Supply, posts, spans))
def test_one_person_more_never_makes_a_gap_larger(needs: list[Need], supply: list[Supply], more: Supply) -> None:
    def missing(there: list[Supply]) -> timedelta:
        return sum((gap.span.length * gap.missing for gap in gaps(needs, there)), timedelta())

    assert missing([*supply, more]) <= missing(supply)
    assert covered_share(needs, [*supply, more]) >= covered_share(needs, supply)


@given(some_needs, some_supply)
def test_the_order_in_which_things_are_given_does_not_matter(needs: list[Need], supply: list[Supply]) -> None:
    assert gaps(needs[::-1], supply[::-1]) == gaps(needs, supply)
