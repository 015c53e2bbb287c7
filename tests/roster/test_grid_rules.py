"""What stands where on the roster, and what is missing: tables for cases, laws for everything else."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as some

from helpdesk.kernel.holidays import holiday_on
from helpdesk.roster.rules import grid, weeks
from helpdesk.roster.rules.coverage import Gap, Need, Supply
from helpdesk.roster.rules.fitness import Judgement, Unfit
from helpdesk.roster.rules.grid import Bar, Line
from helpdesk.roster.rules.overlay import Mark, Planned
from helpdesk.roster.rules.spans import Span, span_of

MONDAY = date(2026, 11, 30)
DAYS = grid.days_of(MONDAY, MONDAY + timedelta(days=6))
EVENINGS, NIGHTS, UNUSED = uuid4(), uuid4(), uuid4()
EWA = uuid4()
BEFORE = datetime(2026, 11, 25, tzinfo=UTC)


def planned(
    day: date = MONDAY,
    starts: time = time(17),
    ends: time = time(21),
    *,
    post: UUID = EVENINGS,
    who: UUID | None = EWA,
    mark: Mark = Mark.KEPT,
) -> Planned:
    duty_id, draft_id = (None, uuid4()) if mark is Mark.ADDED else (uuid4(), None if mark is Mark.KEPT else uuid4())
    return Planned(duty_id, draft_id, post, who, day, starts, ends, span_of(day, starts, ends), mark)


def needed(
    day: date = MONDAY, starts: time = time(17), ends: time = time(21), people: int = 1, *, post: UUID = EVENINGS
) -> Need:
    return Need(post, day, span_of(day, starts, ends), people)


def laid(
    plan: Sequence[Planned], needs: Sequence[Need], posts: Sequence[UUID] = (EVENINGS, NIGHTS), now: datetime = BEFORE
) -> list[Line]:
    return grid.lay_out(posts, DAYS, plan, needs, {}, now)


def items(line: Line, day: date = MONDAY) -> Sequence[grid.Item]:
    return next(cell.items for cell in line.cells if cell.day == day)


def test_a_duty_stands_in_the_cell_of_its_post_and_day() -> None:
    duty = planned()
    (line,) = laid([duty], [needed()])
    assert [item.planned for item in items(line) if isinstance(item, Bar)] == [duty]
    assert [cell.items for cell in line.cells if cell.day != MONDAY] == [()] * 6


def test_an_hour_that_nobody_covers_is_a_gap_between_the_duties() -> None:
    early, late = planned(ends=time(18)), planned(starts=time(19))
    (line,) = laid([late, early], [needed()])
    first, gap, last = items(line)
    assert isinstance(gap, Gap)
    assert gap.span == span_of(MONDAY, time(18), time(19))
    assert [first.planned, last.planned] == [early, late]  # type: ignore[union-attr]


def test_a_duty_that_nobody_holds_is_a_bar_and_no_gap_beside_it() -> None:
    (line,) = laid([planned(who=None)], [needed()])
    (bar,) = items(line)
    assert isinstance(bar, Bar)
    assert bar.is_unheld


def test_a_duty_that_the_draft_cancels_leaves_a_gap() -> None:
    (line,) = laid([planned(mark=Mark.REMOVED)], [needed()])
    bar, gap = items(line)
    assert isinstance(bar, Bar)
    assert not bar.is_unheld
    assert isinstance(gap, Gap)


def test_two_of_three_people_leave_a_gap_of_one() -> None:
    (line,) = laid([planned(), planned(who=uuid4())], [needed(people=3)])
    assert [item.missing for item in items(line) if isinstance(item, Gap)] == [1]


def test_the_night_before_covers_the_morning_and_stands_on_its_own_day() -> None:
    sunday = MONDAY - timedelta(days=1)
    night = planned(sunday, time(22), time(6), post=NIGHTS)
    morning = needed(MONDAY, time(0), time(6), post=NIGHTS)
    (line,) = laid([night], [morning])
    assert items(line) == ()


def test_only_posts_that_are_needed_or_have_a_duty_have_a_line_in_the_order_given() -> None:
    lines = laid([planned(post=NIGHTS)], [needed()], posts=(UNUSED, NIGHTS, EVENINGS))
    assert [line.post_id for line in lines] == [NIGHTS, EVENINGS]
    elsewhere = laid([planned(MONDAY + timedelta(days=9))], [])
    assert elsewhere == []


def test_what_has_begun_is_told_from_what_is_to_come() -> None:
    duty = planned()
    for at, begun in ((duty.span.start - timedelta(minutes=1), False), (duty.span.start, True)):
        (line,) = laid([duty], [], now=at)
        assert line.bars[0].has_begun is begun


def test_conflicts_are_listed_in_order_of_time_and_warnings_are_none() -> None:
    late, early = planned(MONDAY + timedelta(days=2)), planned()
    against = {
        late.key: Judgement((Unfit.ABSENT,), ()),
        early.key: Judgement((), ()),
    }
    lines = grid.lay_out([EVENINGS], DAYS, [late, early, planned(MONDAY + timedelta(days=1))], [], against, BEFORE)
    found = grid.conflicts(lines)
    assert [bar.planned for bar in found] == [early, late]
    assert [bar.clashes for bar in found] == [False, True]


@pytest.mark.parametrize(
    ("day", "starts", "ends", "hours"),
    [
        (date(2026, 11, 30), time(22), time(6), None),
        (date(2027, 3, 27), time(22), time(6), 7),
        (date(2026, 10, 24), time(22), time(6), 9),
        (date(2026, 10, 25), time(17), time(21), None),
    ],
)
def test_only_the_nights_of_the_change_of_clocks_have_another_length_than_the_wall_says(
    day: date, starts: time, ends: time, hours: int | None
) -> None:
    found = grid.real_length(starts, ends, span_of(day, starts, ends))
    assert found == (timedelta(hours=hours) if hours else None)


def test_a_holiday_and_a_closing_are_named_above_their_day() -> None:
    christmas, stocktaking, workday = grid.heads(
        [date(2026, 12, 24), date(2026, 12, 28), date(2026, 12, 29)], {date(2026, 12, 28): "Stocktaking"}, BEFORE.date()
    )
    assert christmas.holiday == holiday_on(date(2026, 12, 24))
    assert (christmas.is_free, stocktaking.is_free, workday.is_free) == (True, True, False)
    assert stocktaking.closing == "Stocktaking"


spells = some.tuples(
    some.integers(-1, 7), some.integers(0, 23), some.integers(1, 12), some.sampled_from([EVENINGS, NIGHTS])
)


def _spell(spell: tuple[int, int, int, UUID]) -> tuple[date, time, time, UUID]:
    day, starts, length, post = spell
    return MONDAY + timedelta(days=day), time(starts), time((starts + length) % 24), post


@given(some.lists(spells, max_size=12), some.lists(spells, max_size=8))
def test_every_duty_of_the_week_has_one_bar_and_every_minute_of_need_a_bar_or_a_gap(
    held: list[tuple[int, int, int, UUID]], wanted: list[tuple[int, int, int, UUID]]
) -> None:
    plan = [planned(day, starts, ends, post=post) for day, starts, ends, post in map(_spell, held)]
    needs = [needed(day, starts, ends, post=post) for day, starts, ends, post in map(_spell, wanted)]
    lines = laid(plan, needs)
    shown = [bar.planned.key for line in lines for bar in line.bars]
    assert sorted(shown) == sorted(each.key for each in plan if each.day in DAYS)
    gaps = [(line.post_id, gap.span) for line in lines for cell in line.cells for gap in cell.gaps]
    for need in needs:
        if need.day not in DAYS:
            continue
        minute = need.span.start
        while minute < need.span.end:
            covered = any(each.post_id == need.post_id and minute in each.span for each in plan)
            is_gap = any(post == need.post_id and minute in span for post, span in gaps)
            # A gap of two overlapping needs is told once, on the day of one of them, which may lie beside this week.
            assert covered != is_gap or (not covered and _overlaps_a_need_beside(need, needs))
            minute += timedelta(minutes=30)


def _overlaps_a_need_beside(need: Need, needs: Sequence[Need]) -> bool:
    return any(
        other.post_id == need.post_id and other.day not in DAYS and other.span.overlaps(need.span) for other in needs
    )


def report(
    needs: Sequence[Need], published: Sequence[Supply], drafted: Sequence[Supply] | None = None, now: datetime = BEFORE
) -> grid.Report:
    return grid.report(needs, published, published if drafted is None else drafted, DAYS[-1], now)


def supplied(day: date = MONDAY, starts: time = time(17), ends: time = time(21), post: UUID = EVENINGS) -> Supply:
    return Supply(post, span_of(day, starts, ends))


def test_an_empty_plan_is_the_largest_gap_and_stands_first() -> None:
    needs = [needed(day) for day in DAYS] + [needed(day, time(21), time(9), post=NIGHTS) for day in DAYS]
    found = report(needs, [])
    assert [(each.post_id, each.number) for each in found.uncovered] == [(NIGHTS, 7), (EVENINGS, 7)]
    assert found.uncovered[1].length == timedelta(hours=28)
    assert found.missing == ()
    assert found.number == 14


def test_a_post_at_which_somebody_is_there_at_times_has_its_gaps_listed() -> None:
    found = report([needed(day) for day in DAYS], [supplied(day) for day in DAYS[2:]])
    assert found.uncovered == ()
    assert [each.gap.day for each in found.missing] == DAYS[:2]


def test_a_gap_that_the_draft_fills_says_so_and_one_that_it_only_shortens_does_not() -> None:
    needs = [needed(day) for day in DAYS]
    published = [supplied(day) for day in DAYS[2:]]
    drafted = [*published, supplied(DAYS[0]), supplied(DAYS[1], ends=time(19))]
    found = report(needs, published, drafted)
    assert [each.is_drafted for each in found.missing] == [True, False]
    assert found.drafted == 1


def test_a_post_without_anybody_is_drafted_only_if_nothing_of_it_stays_open() -> None:
    needs = [needed(day) for day in DAYS]
    assert [each.is_drafted for each in report(needs, [], [supplied(day) for day in DAYS]).uncovered] == [True]
    assert [each.is_drafted for each in report(needs, [], [supplied(day) for day in DAYS[1:]]).uncovered] == [False]


def test_what_is_over_and_what_lies_beyond_is_not_missing_any_more() -> None:
    needs = [needed(day) for day in (*DAYS, DAYS[-1] + timedelta(days=1))]
    published = [supplied(DAYS[3])]
    found = report(needs, published, now=span_of(DAYS[1], time(17), time(21)).end)
    assert [each.gap.day for each in found.missing] == [DAYS[2], *DAYS[4:]]


def test_changes_are_told_apart_and_everybody_concerned_is_named() -> None:
    marta, jan = uuid4(), uuid4()
    added, removed = planned(mark=Mark.ADDED), planned(mark=Mark.REMOVED, who=jan)
    after = planned(mark=Mark.CHANGED, who=None)
    before = Planned(after.duty_id, None, EVENINGS, marta, MONDAY, time(17), time(21), after.span)
    found = grid.changes({after.key: before}, [removed, after, added])
    assert (found.added, found.changed, found.removed) == ((added,), ((before, after),), (removed,))
    assert found.concerned == {EWA, marta, jan}
    assert not grid.changes({}, [])


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["Ewa Zięba"], ["EZ"]),
        (["Ewa Zięba", "Ewa Zielińska"], ["EZi", "EZ"]),
        (["Ewa Zięba", "Ewa Zięba"], ["EZ", "EZi"]),
        (["Anna Maria Bąk"], ["AB"]),
        (["Oksana"], ["O"]),
        ([""], ["?"]),
    ],
)
def test_short_names_are_initials_with_more_letters_where_two_share_them(names: list[str], short: list[str]) -> None:
    people = {UUID(int=number): name for number, name in enumerate(names)}
    assert list(dict(sorted(grid.short_names(people).items())).values()) == short


@given(some.lists(some.text(alphabet="ab ż", max_size=6), max_size=30))
def test_no_two_people_share_a_short_name(names: list[str]) -> None:
    people = {UUID(int=number): name for number, name in enumerate(names)}
    found = grid.short_names(people)
    assert found.keys() == people.keys()
    assert len(set(found.values())) == len(people)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-W49", date(2026, 11, 30)),
        ("2026-W53", date(2026, 12, 28)),
        ("2025-W53", None),
        ("2026-W00", None),
        ("2026-49", None),
        ("0001-W01", None),
        ("9999-W52", None),
        ("", None),
    ],
)
def test_a_week_is_read_from_an_address_or_it_is_none(text: str, day: date | None) -> None:
    assert weeks.monday_of_week(text) == day


@pytest.mark.parametrize(
    ("text", "day"), [("2026-12", date(2026, 12, 1)), ("2026-13", None), ("2026-W12", None), ("9999-12", None)]
)
def test_a_month_is_read_from_an_address_or_it_is_none(text: str, day: date | None) -> None:
    assert weeks.first_of_month(text) == day


@given(some.dates(date(1995, 1, 1), date(2150, 1, 1)))
def test_weeks_and_months_of_addresses_hold_their_days(day: date) -> None:
    monday = weeks.monday_of_week(weeks.week_of(day))
    assert monday is not None
    assert monday <= day <= monday + weeks.LAST_OF_WEEK
    assert monday == weeks.monday(day)
    first = weeks.first_of_month(weeks.month_of(day))
    assert first == day.replace(day=1)
    assert weeks.previous_month(weeks.next_month(day)) == first
    assert first <= day <= weeks.last_of_month(day)
    assert Span(datetime.combine(monday, time(), UTC), datetime.combine(day, time(1), UTC)).length > timedelta()
