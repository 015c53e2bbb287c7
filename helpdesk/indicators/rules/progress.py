"""How far an indicator has come: percent of plan, what is done so far, and whether that is too much or too late."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import assert_never

from helpdesk.indicators.rules.months import Months
from helpdesk.indicators.rules.values import Continuous, Dash, Empty, Number, Value, number

TENTH = Decimal("0.1")


class Aggregation(StrEnum):
    """How the numbers of several years come together (T-000-19)."""

    FLOW = "flow"
    STOCK = "stock"
    YEARLY_DISTINCT = "yearly-distinct"
    MILESTONE = "milestone"
    CONTINUOUS = "continuous"


class NoPercent(StrEnum):
    """Why there is no percentage (R-000-50, CR-12)."""

    NOT_PLANNED = "not-planned"
    CONTINUOUS = "continuous"
    UNKNOWN = "unknown"


class Mark(StrEnum):
    """What the office should look at (R-000-17)."""

    BEHIND_PLAN = "behind-plan"
    OVER_YEAR_PLAN = "over-year-plan"
    OVER_PROGRAMME_PLAN = "over-programme-plan"
    PLANS_BEYOND_PROGRAMME = "plans-beyond-programme"
    REACHED = "reached"


Percent = Decimal | NoPercent


@dataclass(frozen=True, slots=True)
class Planned:
    """One indicator of one year: how it aggregates, what is printed of it, and when its position is carried out."""

    aggregation: Aggregation
    year: int
    plan: Value
    before: Value
    six_year: Value
    months: Months


@dataclass(frozen=True, slots=True)
class Progress:
    """The state on one day. `foreseen` is the percent of the programme's plan once the year's plan is carried out."""

    this_year: Value
    cumulative: Value
    of_year: Percent
    of_programme: Percent
    foreseen: Percent
    left: int | None
    marks: frozenset[Mark]


def percent(done: int, planned: int) -> Percent:
    """Half up, one decimal (CR-12). Nothing planned has no percentage."""
    if planned == 0:
        return NoPercent.NOT_PLANNED
    return (Decimal(100 * done) / planned).quantize(TENTH, rounding=ROUND_HALF_UP)


def percent_of(done: Value, plan: Value) -> Percent:
    """The same for printed values: *na bieżąco* has no percentage, a dash was not planned, an empty cell is unknown."""
    for value in (plan, done):
        match value:
            case Continuous():
                return NoPercent.CONTINUOUS
            case Dash():
                return NoPercent.NOT_PLANNED
            case Empty():
                return NoPercent.UNKNOWN
            case Number():
                continue
            case _:
                assert_never(value)
    return percent(_count(done), _count(plan))


def cumulative(aggregation: Aggregation, before: Value, counted: Value) -> Value:
    """What is done from the programme's first year on. Only flows are added; 131 and 131 agreements are 131."""
    if not isinstance(counted, Number):
        return before
    match aggregation:
        case Aggregation.FLOW:
            return number(_count(before) + counted.count) if not isinstance(before, Continuous) else before
        case Aggregation.STOCK | Aggregation.YEARLY_DISTINCT:
            return counted
        case Aggregation.MILESTONE:
            return number(max(_count(before), counted.count))
        case Aggregation.CONTINUOUS:
            return before
        case _:
            assert_never(aggregation)


def progress(planned: Planned, counted: Value, *, on: date) -> Progress:
    """The progress on a day, that day included. `counted` is this year's number; `Empty` where nobody counted yet."""
    done = cumulative(planned.aggregation, planned.before, counted)
    foreseen = cumulative(planned.aggregation, planned.before, planned.plan)
    continuous = planned.aggregation is Aggregation.CONTINUOUS
    return Progress(
        this_year=counted,
        cumulative=done,
        of_year=NoPercent.CONTINUOUS if continuous else percent_of(counted, planned.plan),
        of_programme=NoPercent.CONTINUOUS if continuous else percent_of(done, planned.six_year),
        foreseen=NoPercent.CONTINUOUS if continuous else percent_of(foreseen, planned.six_year),
        left=_left(done, planned.six_year),
        marks=frozenset() if continuous else _marks(planned, counted, done, foreseen, on),
    )


def elapsed(months: Months, year: int, on: date) -> Fraction:
    """The share of a position's months that are over at the end of a day; a month counts when its last day is over."""
    span = months.span
    over = [month for month in span if date(year, month, monthrange(year, month)[1]) <= on]
    return Fraction(len(over), len(span))


def expected_by(planned: Planned, on: date) -> Fraction:
    """What should be done this year by the end of a day, if the months of the position share the plan evenly."""
    share, plan = elapsed(planned.months, planned.year, on), _count(planned.plan)
    match planned.aggregation:
        case Aggregation.FLOW | Aggregation.YEARLY_DISTINCT:
            return plan * share
        case Aggregation.STOCK:
            start = _count(planned.before)
            return start + (plan - start) * share
        case Aggregation.MILESTONE:
            return Fraction(plan if share == 1 else 0)
        case Aggregation.CONTINUOUS:
            return Fraction(0)
        case _:
            assert_never(planned.aggregation)


def _marks(planned: Planned, counted: Value, done: Value, foreseen: Value, on: date) -> frozenset[Mark]:
    reference = done if planned.aggregation is Aggregation.MILESTONE else counted
    behind = isinstance(planned.plan, Number) and _is_number(counted) and _count(reference) < expected_by(planned, on)
    asks_more = _is_number(planned.plan) and _count(planned.plan) > 0
    found = {
        Mark.BEHIND_PLAN: behind,
        Mark.OVER_YEAR_PLAN: _exceeds(counted, planned.plan),
        Mark.OVER_PROGRAMME_PLAN: _exceeds(done, planned.six_year),
        Mark.PLANS_BEYOND_PROGRAMME: asks_more and _exceeds(foreseen, planned.six_year),
        Mark.REACHED: _is_number(done) and _left(done, planned.six_year) == 0,
    }
    return frozenset(mark for mark, holds in found.items() if holds)


def _left(done: Value, six_year: Value) -> int | None:
    if not isinstance(six_year, Number) or isinstance(done, Continuous):
        return None
    return max(0, six_year.count - _count(done))


def _exceeds(done: Value, plan: Value) -> bool:
    return isinstance(done, Number) and isinstance(plan, Number) and done.count > plan.count


def _is_number(value: Value) -> bool:
    return isinstance(value, Number)


def _count(value: Value) -> int:
    return value.count if isinstance(value, Number) else 0
