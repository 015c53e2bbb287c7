"""What a new duty would break, by engagement."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.kernel.clock import local
from helpdesk.kernel.periods import Period
from helpdesk.roster.rules.rest import (
    DEFAULTS,
    SOURCES,
    Engagement,
    Finding,
    Limit,
    Rule,
    Severity,
    findings,
    limits_for,
    merged,
    settlement_start,
    settlement_week,
)
from helpdesk.roster.rules.spans import Span, span_of

MONTH = date(2026, 11, 1)  # a Sunday, and a settlement period begins
HOUR = timedelta(hours=1)


def _duty(text: str) -> Span:
    """A duty of November 2026: "25 17-21" is from five to nine on the 25th."""
    day, hours = text.split()
    starts, ends = (time(int(each)) for each in hours.split("-"))
    return span_of(date(2026, 11, int(day)), starts, ends)


def _found(rule: Rule, hours: int, duties: str, new: str, period_start: date = MONTH) -> list[float]:
    """The hours found by one rule alone, in order."""
    others = [_duty(each) for each in duties.split(", ") if each]
    limit = Limit(rule, Severity.WARN, hours)
    found = findings(others, _duty(new), [limit], period_start=period_start)
    return [finding.found / HOUR for finding in found]


@pytest.mark.parametrize(
    ("duties", "new", "rest"),
    [
        ("", "25 08-16", []),  # nothing else, nothing to break
        ("25 08-12", "25 17-21", []),  # a divided day: from 21 to 8 are eleven hours
        ("25 08-12", "25 17-22", [10]),  # one hour more, and only ten of its hours lie in the doba
        ("25 08-12, 26 12-16", "25 17-22", [10]),  # however late the next day begins
        ("25 08-16", "26 08-16", []),
        ("25 14-22", "26 07-15", [9]),  # late, then early
        ("26 07-15", "25 14-22", [9]),  # the same when the late one is the new one
        ("25 14-22", "26 09-15", []),  # exactly eleven hours
        ("25 22-06", "26 22-06", []),
        ("25 08-16", "26 08-22", [10]),  # a doba ends in the minute in which the next one begins
        ("25 22-06", "26 14-22", [8]),
        ("25 08-20", "25 20-08", [0]),  # touching duties are one, and there is no rest in it
        ("25 06-10", "25 10-20", [10]),  # merged into fourteen hours
        ("25 08-09, 25 12-13, 25 16-17", "25 20-21", []),  # many short parts, and from 21 to 8 eleven hours
        ("25 08-09, 25 12-13, 25 16-17", "25 21-22", [10]),
        # The doba begins with the first duty at or after the end of the one before: here at 20, else at 10 already.
        ("24 20-22, 25 10-14", "25 20-00", []),
        ("25 10-14", "25 20-00", [10]),
        ("20 14-22, 21 07-15", "25 08-16", []),  # broken elsewhere, long ago
        ("20 08-16, 30 08-16", "25 08-16", []),
    ],
)
def test_an_employee_rests_eleven_hours_in_every_doba(duties: str, new: str, rest: list[float]) -> None:
    assert _found(Rule.DAILY_REST, 11, duties, new) == rest


@pytest.mark.parametrize(
    ("duties", "new", "period_start", "rest"),
    [
        # From Sunday the 1st: the week of the 22nd to the 28th. After five days of work two are free, after six 32 hours.
        ("22 08-16, 23 08-16, 24 08-16, 25 08-16", "26 08-16", MONTH, []),
        ("22 08-16, 23 08-16, 24 08-16, 25 08-16, 26 08-16, 27 08-16", "28 08-16", MONTH, [16]),
        ("22 08-16, 23 08-16, 24 08-16, 25 08-16, 26 08-16", "27 08-16", MONTH, [32]),
        # The rest from 21 on the 26th to 8 on the 28th is exactly 35 hours; one hour later it is not.
        ("22 08-16, 23 08-16, 24 08-16, 25 08-16, 26 13-21", "28 08-16", MONTH, []),
        ("22 08-16, 23 08-16, 24 08-16, 25 08-16, 26 14-22", "28 08-16", MONTH, [34]),
        # What lies in the next week does not count: from 14 on the 27th to midnight on the 28th are only 34 hours.
        ("22 08-16, 23 08-16, 24 08-16, 25 08-16, 26 08-16", "27 06-14", MONTH, [34]),
        ("22 08-16, 23 08-16, 24 08-16, 25 08-16, 26 08-16", "27 05-13", MONTH, []),
        # Counted from another first day the same seven duties lie in two weeks.
        ("22 08-16, 23 08-16, 24 08-16, 25 08-16, 26 08-16, 27 08-16", "28 08-16", date(2026, 11, 4), []),
        # A night between two weeks breaks both: 15-21 and 22-28, each full otherwise.
        (
            ", ".join([*(f"{day} 08-16" for day in range(15, 21)), *(f"{day} 08-16" for day in range(23, 29))]),
            "21 22-06",
            MONTH,
            [30, 26],
        ),
        ("", "25 08-16", MONTH, []),
    ],
)
def test_an_employee_rests_thirty_five_hours_in_every_week_of_the_settlement_period(
    duties: str, new: str, period_start: date, rest: list[float]
) -> None:
    assert _found(Rule.WEEKLY_REST, 35, duties, new, period_start) == rest


@pytest.mark.parametrize(
    ("rule", "hours", "duties", "new", "found"),
    [
        (Rule.LONGEST_DUTY, 12, "", "25 08-20", []),
        (Rule.LONGEST_DUTY, 12, "", "25 08-21", [13]),
        (Rule.LONGEST_DUTY, 12, "25 08-16", "25 16-21", [13]),  # one after the other
        (Rule.LONGEST_DUTY, 12, "25 16-21, 25 04-08", "25 08-16", [17]),  # on both sides
        (Rule.LONGEST_DUTY, 12, "25 08-15", "25 16-21", []),  # an hour between them is a break
        (Rule.LONGEST_DUTY, 12, "20 06-20", "25 08-16", []),
        (Rule.WEEK_HOURS, 40, "22 08-16, 23 08-16, 24 08-16, 25 08-16", "26 08-16", []),
        (Rule.WEEK_HOURS, 40, "22 08-16, 23 08-16, 24 08-16, 25 08-16", "26 08-17", [41]),
        (Rule.WEEK_HOURS, 40, "21 08-16, 22 08-16, 23 08-16, 24 08-16, 29 08-16", "25 08-17", []),  # others' weeks
        (Rule.WEEK_HOURS, 40, "22 08-18, 23 08-18, 24 08-18, 25 08-18", "28 23-04", [41]),  # only one hour is in it
        (Rule.MONTH_HOURS, 20, "02 08-16", "30 20-06", []),  # 8 and the 4 until midnight
        (Rule.MONTH_HOURS, 11, "02 08-16", "30 20-06", [12]),
        (Rule.MONTH_HOURS, 5, "", "30 20-06", [6]),  # the six after it are December's
        (Rule.MONTH_HOURS, 3, "", "30 20-06", [4, 6]),
    ],
)
def test_hours_of_work_are_added_up(rule: Rule, hours: int, duties: str, new: str, found: list[float]) -> None:
    assert _found(rule, hours, duties, new) == found


def test_the_night_in_which_the_clocks_go_back_is_an_hour_longer() -> None:
    night = span_of(date(2026, 10, 24), time(20), time(8))
    limits = [Limit(Rule.LONGEST_DUTY, Severity.WARN, 12), Limit(Rule.WEEK_HOURS, Severity.BLOCK, 12)]
    found = findings([], night, limits, period_start=date(2026, 10, 20))
    assert [(finding.rule, finding.severity, finding.found / HOUR) for finding in found] == [
        (Rule.LONGEST_DUTY, Severity.WARN, 13),
        (Rule.WEEK_HOURS, Severity.BLOCK, 13),
    ]


def test_a_finding_says_the_limit_what_was_found_and_where() -> None:
    late, early = _duty("25 14-22"), _duty("26 07-15")
    limits = [Limit(Rule.DAILY_REST, Severity.BLOCK, 11)]
    doba = Span(late.start, late.start + 24 * HOUR)
    expected = Finding(Rule.DAILY_REST, Severity.BLOCK, 11, 9 * HOUR, doba)
    assert findings([late], early, limits, period_start=MONTH) == [expected]


def test_a_week_is_bounded_by_the_local_midnights_also_where_there_is_none() -> None:
    sao_paulo = ZoneInfo("America/Sao_Paulo")
    sunday = span_of(date(2018, 11, 4), time(8), time(16), sao_paulo)
    limits = [Limit(Rule.WEEKLY_REST, Severity.WARN, 24 * 7)]
    (found,) = findings([], sunday, limits, period_start=date(2018, 11, 4), zone=sao_paulo)
    assert local(found.around.start, sao_paulo).replace(tzinfo=None).isoformat() == "2018-11-04T01:00:00"
    assert found.around.length == timedelta(days=7) - HOUR


def test_a_rule_that_is_off_finds_nothing() -> None:
    limits = [Limit(rule, Severity.OFF, 0) for rule in Rule]
    assert findings([_duty("25 08-20")], _duty("25 20-08"), limits, period_start=MONTH) == []


@pytest.mark.parametrize(
    ("engagement", "severities"),
    [
        (Engagement.EMPLOYEE, {Rule.DAILY_REST: Severity.BLOCK, Rule.LONGEST_DUTY: Severity.WARN}),
        (Engagement.CONTRACTOR, {Rule.LONGEST_DUTY: Severity.BLOCK}),
        (Engagement.OFFICER, {}),
        (Engagement.VOLUNTEER, {Rule.DAILY_REST: Severity.WARN, Rule.LONGEST_DUTY: Severity.WARN}),
    ],
)
def test_the_same_double_shift_means_something_else_for_each_engagement(
    engagement: Engagement, severities: dict[Rule, Severity]
) -> None:
    found = findings([_duty("25 06-14")], _duty("25 14-23"), limits_for(engagement, {}), period_start=MONTH)
    assert {finding.rule: finding.severity for finding in found} == severities


def test_every_engagement_has_every_rule_once_and_only_the_law_of_employees_blocks_for_rest() -> None:
    for engagement in Engagement:
        assert [limit.rule for limit in DEFAULTS[engagement]] == list(Rule)
        assert all(limit.hours > 0 for limit in DEFAULTS[engagement])
    blocking = {
        (engagement, limit.rule)
        for engagement, limits in DEFAULTS.items()
        for limit in limits
        if limit.severity is Severity.BLOCK
    }
    assert blocking - SOURCES.keys() == {(Engagement.CONTRACTOR, Rule.LONGEST_DUTY)}


def test_a_desk_changes_one_limit_and_keeps_the_others() -> None:
    changed = {Rule.DAILY_REST: Limit(Rule.DAILY_REST, Severity.WARN, 10)}
    before, after = DEFAULTS[Engagement.EMPLOYEE], limits_for(Engagement.EMPLOYEE, changed)
    assert after[0] == changed[Rule.DAILY_REST]
    assert after[1:] == before[1:]


@pytest.mark.parametrize(
    ("day", "months", "start"),
    [
        ("2026-11-25", 1, "2026-11-01"),
        ("2026-11-25", 2, "2026-11-01"),
        ("2026-12-31", 2, "2026-11-01"),
        ("2026-11-25", 3, "2026-10-01"),
        ("2026-11-25", 4, "2026-09-01"),
        ("2026-06-30", 6, "2026-01-01"),  # the officers' half-years
        ("2026-07-01", 6, "2026-07-01"),
        ("2024-02-29", 12, "2024-01-01"),
    ],
)
def test_settlement_periods_follow_from_the_first_of_january(day: str, months: int, start: str) -> None:
    assert settlement_start(date.fromisoformat(day), months) == date.fromisoformat(start)


@pytest.mark.parametrize("months", [0, 5, 7, 24, -1])
def test_a_year_is_not_divided_into_periods_that_do_not_fit(months: int) -> None:
    with pytest.raises(ValueError, match="cannot be divided"):
        settlement_start(MONTH, months)


@pytest.mark.parametrize(
    ("day", "start"),
    [
        ("2026-11-01", "2026-11-01"),
        ("2026-11-07", "2026-11-01"),
        ("2026-11-08", "2026-11-08"),
        ("2026-10-31", "2026-10-25"),
    ],
)
def test_a_week_is_seven_days_from_the_first_of_the_period(day: str, start: str) -> None:
    first = date.fromisoformat(start)
    assert settlement_week(date.fromisoformat(day), MONTH) == Period(first, first + timedelta(days=7))


BEGIN = datetime(2026, 10, 20, tzinfo=UTC)
spans = st.builds(
    lambda start, length: Span(BEGIN + timedelta(minutes=15 * start), BEGIN + timedelta(minutes=15 * (start + length))),
    st.integers(0, 1400),
    st.integers(1, 64),
)
some_limits = st.lists(
    st.builds(Limit, st.sampled_from(Rule), st.sampled_from([Severity.WARN, Severity.BLOCK]), st.integers(1, 60)),
    max_size=5,
)


@given(st.lists(spans, max_size=15), spans, some_limits, st.randoms(use_true_random=False))
def test_findings_do_not_depend_on_the_order_and_involve_the_new_duty(
    duties: list[Span], new: Span, limits: list[Limit], chance: Random
) -> None:
    found = findings(duties, new, limits, period_start=MONTH)
    mixed = chance.sample(duties, len(duties))
    assert findings(mixed, new, limits, period_start=MONTH) == found
    assert all(finding.around.overlaps(new) for finding in found)


@given(st.lists(spans, max_size=15))
def test_merged_time_is_the_same_time_in_order_and_with_breaks_between(spans: list[Span]) -> None:
    blocks = merged(spans)
    assert all(before.end < after.start for before, after in pairwise(blocks))
    for edge in {at for span in spans for at in (span.start, span.end)}:
        assert any(edge in block for block in blocks) is any(edge in span for span in spans)
