"""Percentages, sums over years, and what is marked."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.indicators.rules.counting import definition_of
from helpdesk.indicators.rules.keys import placed
from helpdesk.indicators.rules.months import Months, MonthsKind, months
from helpdesk.indicators.rules.progress import (
    Aggregation,
    Mark,
    NoPercent,
    Percent,
    Planned,
    Progress,
    cumulative,
    elapsed,
    expected_by,
    percent,
    percent_of,
    progress,
)
from helpdesk.indicators.rules.values import Continuous, Dash, Empty, Value, number
from tests.indicators import official

YEAR_END = date(2023, 12, 31)
WHOLE_YEAR = months(1, 12)
counts = st.integers(0, 100_000)
EMPTY, DASH, CONTINUOUS = Empty(""), Dash("-"), Continuous("na bieżąco")


@pytest.mark.parametrize(
    ("done", "planned", "shown"),
    [
        (2, 4, "50.0"),
        (44, 210, "21.0"),
        (369, 1200, "30.8"),
        (131, 134, "97.8"),
        (7, 6, "116.7"),
        (5, 30, "16.7"),
        (1, 8000, "0.0"),
        (1, 2000, "0.1"),
        (0, 5, "0.0"),
    ],
)
def test_a_percentage_has_one_decimal_rounded_half_up(done: int, planned: int, shown: str) -> None:
    assert percent(done, planned) == Decimal(shown)


@given(counts, counts)
def test_nothing_planned_has_no_percentage_and_nothing_is_divided_by_zero(done: int, planned: int) -> None:
    assert (percent(done, planned) is NoPercent.NOT_PLANNED) == (planned == 0)


@given(counts, st.integers(1, 100_000))
def test_a_percentage_is_never_further_off_than_half_a_tenth(done: int, planned: int) -> None:
    shown = percent(done, planned)
    assert isinstance(shown, Decimal)
    assert -Fraction(1, 20) < Fraction(shown) - Fraction(100 * done, planned) <= Fraction(1, 20)


@pytest.mark.parametrize(
    ("done", "plan", "shown"),
    [
        (number(2), number(0), NoPercent.NOT_PLANNED),
        (number(2), DASH, NoPercent.NOT_PLANNED),
        (DASH, number(2), NoPercent.NOT_PLANNED),
        (number(2), CONTINUOUS, NoPercent.CONTINUOUS),
        (CONTINUOUS, number(1), NoPercent.CONTINUOUS),
        (number(8), EMPTY, NoPercent.UNKNOWN),
        (EMPTY, number(8), NoPercent.UNKNOWN),
        (number(0), number(8), Decimal("0.0")),
    ],
)
def test_dash_continuous_and_empty_have_no_percentage(done: Value, plan: Value, shown: Percent) -> None:
    assert percent_of(done, plan) == shown


@pytest.mark.parametrize(
    ("aggregation", "before", "counted", "sum_"),
    [
        (Aggregation.FLOW, number(7), number(2), number(9)),
        (Aggregation.FLOW, DASH, number(2), number(2)),
        (Aggregation.FLOW, EMPTY, number(2), number(2)),
        (Aggregation.FLOW, number(7), EMPTY, number(7)),
        (Aggregation.FLOW, CONTINUOUS, number(2), CONTINUOUS),
        (Aggregation.STOCK, number(131), number(132), number(132)),
        (Aggregation.STOCK, number(131), EMPTY, number(131)),
        (Aggregation.YEARLY_DISTINCT, number(1), number(2), number(2)),
        (Aggregation.MILESTONE, number(1), number(0), number(1)),
        (Aggregation.MILESTONE, number(0), number(1), number(1)),
        (Aggregation.CONTINUOUS, CONTINUOUS, number(3), CONTINUOUS),
    ],
)
def test_only_flows_are_added_over_the_years(
    aggregation: Aggregation, before: Value, counted: Value, sum_: Value
) -> None:
    assert cumulative(aggregation, before, counted) == sum_


@given(counts, counts)
def test_a_stock_is_never_more_than_what_there_is(before: int, counted: int) -> None:
    assert cumulative(Aggregation.STOCK, number(before), number(counted)) == number(counted)


@pytest.mark.parametrize(
    ("span", "on", "share"),
    [
        (months(4, 11), date(2023, 3, 31), Fraction(0)),
        (months(4, 11), date(2023, 4, 29), Fraction(0)),
        (months(4, 11), date(2023, 4, 30), Fraction(1, 8)),
        (months(4, 11), date(2023, 7, 1), Fraction(3, 8)),
        (months(4, 11), date(2023, 11, 30), Fraction(1)),
        (WHOLE_YEAR, date(2022, 12, 31), Fraction(0)),
        (WHOLE_YEAR, date(2024, 1, 1), Fraction(1)),
        (Months("-", MonthsKind.NOT_PLANNED), date(2023, 6, 30), Fraction(1, 2)),
        (Months("na bieżąco", MonthsKind.CONTINUOUS), date(2023, 6, 30), Fraction(1, 2)),
    ],
)
def test_the_time_of_a_position_passes_by_whole_months(span: Months, on: date, share: Fraction) -> None:
    assert elapsed(span, 2023, on) == share


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [
        (Aggregation.FLOW, 65),
        (Aggregation.YEARLY_DISTINCT, 65),
        (Aggregation.STOCK, 115),
        (Aggregation.MILESTONE, 0),
        (Aggregation.CONTINUOUS, 0),
    ],
)
def test_half_the_year_asks_for_half_of_what_is_to_be_done(aggregation: Aggregation, expected: int) -> None:
    planned = Planned(aggregation, 2023, number(130), number(100), number(134), WHOLE_YEAR)
    assert expected_by(planned, date(2023, 6, 30)) == expected


@pytest.mark.parametrize(
    ("key", "counted", "on", "marks"),
    [
        ("3.1.b", 999, date(2023, 6, 30), {Mark.BEHIND_PLAN}),
        ("3.1.b", 1000, date(2023, 6, 30), set()),
        ("3.1.b", 2001, YEAR_END, {Mark.OVER_YEAR_PLAN}),
        ("1.1.a", 0, date(2023, 4, 29), set()),
        ("1.1.a", 0, date(2023, 4, 30), {Mark.BEHIND_PLAN}),
        ("3.1.a", 130, YEAR_END, {Mark.BEHIND_PLAN}),
        ("3.1.a", 134, YEAR_END, {Mark.OVER_YEAR_PLAN, Mark.REACHED}),
        ("2.4.b", 0, date(2023, 10, 31), set()),
        ("2.4.b", 0, YEAR_END, {Mark.BEHIND_PLAN}),
        ("2.4.b", 1, date(2023, 3, 1), {Mark.REACHED}),
        ("2.2.a", 1, YEAR_END, {Mark.PLANS_BEYOND_PROGRAMME, Mark.OVER_PROGRAMME_PLAN, Mark.REACHED}),
        ("1.9.a", 5, YEAR_END, set()),
    ],
)
def test_what_is_behind_or_over_plan_is_marked(key: str, counted: int, on: date, marks: set[Mark]) -> None:
    assert _progress(key, number(counted), on).marks == marks


def test_continuous_work_has_no_percentage_at_all() -> None:
    found = _progress("1.9.a", number(3), YEAR_END)
    assert (found.of_year, found.of_programme, found.foreseen) == (NoPercent.CONTINUOUS,) * 3
    assert found.left is None


def test_registers_of_the_programme_officer() -> None:
    """Scenario S9: agreements are counted on the day, a mediation of three sessions is one."""
    june, december = _progress("3.1.a", number(132), date(2023, 6, 30)), _progress("3.1.a", number(131), YEAR_END)
    assert june.cumulative == number(132)
    assert (december.of_year, december.of_programme) == (Decimal("100.0"), Decimal("97.8"))
    mediation = _progress("3.4.a", number(1), YEAR_END)
    assert (mediation.of_programme, mediation.of_year, mediation.left) == (Decimal("16.7"), Decimal("20.0"), 25)
    meeting = _progress("3.3.a", number(1), YEAR_END)
    assert (meeting.of_year, meeting.of_programme) == (Decimal("100.0"), Decimal("33.3"))


def test_trainings_with_groups() -> None:
    """Scenario S10: two trainings, forty-four attendances in seven groups."""
    trainings, persons = _progress("1.1.a", number(2), YEAR_END), _progress("1.1.b", number(44), YEAR_END)
    assert (trainings.of_year, trainings.of_programme) == (Decimal("50.0"), Decimal("37.5"))
    assert (persons.of_year, persons.of_programme, persons.cumulative) == (
        Decimal("21.0"),
        Decimal("30.8"),
        number(369),
    )
    groups = [
        _progress(f"1.1.b.{place}", number(each), YEAR_END) for place, each in enumerate((18, 2, 9, 4, 3, 6, 2), 1)
    ]
    none = NoPercent.NOT_PLANNED
    percents = [Decimal("20.0"), none, Decimal("30.0"), Decimal("10.0"), none, Decimal("12.0"), none]
    assert [each.of_year for each in groups] == percents
    assert groups[6].of_programme is NoPercent.UNKNOWN


def test_a_training_in_december_is_outside_its_months() -> None:
    (trainings, _) = official.positions_of("1.1")
    assert trainings.months.covers(10)
    assert not trainings.months.covers(12)


@given(st.sampled_from(["1.1.a", "2.6.a", "3.1.a", "3.1.b", "2.4.b", "1.9.a", "1.1.b.7"]), counts, st.dates())
def test_progress_never_fails(key: str, counted: int, on: date) -> None:
    found = _progress(key, number(counted), on)
    assert found.left is None or found.left >= 0


def _progress(key: str, counted: Value, on: date) -> Progress:
    position, line = next((where, what) for where, name, what in placed(official.schedule()) if name == key)
    aggregation = definition_of(key).aggregation
    planned = Planned(aggregation, 2023, line.plan, line.executed, line.six_year, position.months)
    return progress(planned, counted, on=on)
