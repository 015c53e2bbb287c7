"""The table as it was imported. A table with other words is another table, so each process reads one only once."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from helpdesk.indicators import queries
from helpdesk.indicators.models import Indicator, Schedule
from helpdesk.indicators.rules import tree
from helpdesk.indicators.rules.counting import Definition, Origin
from helpdesk.indicators.rules.progress import Aggregation


@dataclass(frozen=True, slots=True)
class Line:
    """What is known of an indicator or group beside what is printed: where its figure comes from."""

    id: UUID
    key: str
    origin: Origin
    aggregation: Aggregation
    definition: Definition


@dataclass(frozen=True, eq=False)
class Imported:
    """A table as the rules know it, and its lines in printed order."""

    said: tree.Schedule
    lines: tuple[Line, ...]


_kept: dict[UUID, Imported] = {}


def imported(session: Session, schedule: Schedule) -> Imported:
    """The table of this schedule, read in five statements where this process did not know it."""
    if schedule.id not in _kept:
        if "directions" in inspect(schedule).unloaded:
            queries.schedule(session, schedule.year)  # with all that belongs to it
        _kept[schedule.id] = Imported(schedule.said, tuple(_line(each) for each in schedule.indicators))
    return _kept[schedule.id]


def _line(row: Indicator) -> Line:
    return Line(row.id, row.key, row.origin, row.aggregation, row.definition)
