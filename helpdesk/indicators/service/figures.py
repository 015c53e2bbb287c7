"""What every indicator has reached in the schedule's year, counted or entered, up to a day."""

from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy.orm import Session

from helpdesk.indicators import queries, sources
from helpdesk.indicators.models import Execution, Indicator, Schedule
from helpdesk.indicators.rules.counting import CountingSettings, Origin
from helpdesk.indicators.rules.filling import Figure
from helpdesk.indicators.rules.values import Empty, Value, number
from helpdesk.indicators.service.imported import Line, imported
from helpdesk.indicators.sources import Question
from helpdesk.kernel.periods import Period


def last_day(schedule: Schedule, day: date) -> date:
    """The day up to which this schedule's year can be told on a day; the year ends with December."""
    return min(day, date(schedule.year, 12, 31))


def year_to(year: int, day: date) -> Period:
    """The days of a year up to and including one; none if that day is before the year."""
    whole = Period.of_year(year)
    return Period(whole.start, max(whole.start, min(day + timedelta(days=1), whole.end)))


def figures(session: Session, schedule: Schedule, day: date) -> Mapping[str, Figure]:
    """The figure of each indicator and group, by key. One statement for all that was entered, one for each counted line."""
    as_of, lines = last_day(schedule, day), imported(session, schedule).lines
    entered = queries.latest(session, [each.id for each in lines if each.origin is Origin.ENTERED], as_of)
    by_indicator = {each.indicator_id: each for each in entered}
    return {each.key: _figure(session, schedule, each, by_indicator.get(each.id), as_of) for each in lines}


def question(schedule: Schedule, indicator: Indicator | Line, day: date) -> Question:
    """What the registers are asked for this indicator, up to and including a day."""
    settings = CountingSettings(count_witness=schedule.count_witness)
    return Question(indicator.definition, settings, year_to(schedule.year, day))


def _figure(session: Session, schedule: Schedule, indicator: Line, entered: Execution | None, as_of: date) -> Figure:
    if indicator.origin is Origin.COUNTED:
        counted = sources.count(session, question(schedule, indicator, as_of))
        value: Value = Empty("") if counted is None else number(counted)
        return Figure(value, as_of, Origin.COUNTED, indicator.aggregation)
    if entered is None:
        return Figure(Empty(""), as_of, Origin.ENTERED, indicator.aggregation)
    note = entered.note or ""
    return Figure(entered.said, entered.as_of, Origin.ENTERED, indicator.aggregation, entered.done_on, note)
