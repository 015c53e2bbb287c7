"""The table leaves the office as a file."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.indicators import queries
from helpdesk.indicators.models import Schedule
from helpdesk.indicators.rules import tree
from helpdesk.indicators.rules.filling import filled
from helpdesk.indicators.service.figures import figures
from helpdesk.indicators.service.imported import imported
from helpdesk.kernel.clock import day_of
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.permissions import SYSTEM, Actor


class Format(StrEnum):
    """Files that the office can take the table away in."""

    CSV = "csv"
    XLSX = "xlsx"
    DOCX = "docx"
    PDF = "pdf"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Taken:
    """The table as it is taken away: up to and including which day, at which instant and by whom ("" for nobody)."""

    schedule: tree.Schedule
    as_of: date
    made: datetime
    by: str = ""


def take_away(
    session: Session, year: int, format_: Format, as_of: date | None = None, *, actor: Actor, now: datetime
) -> Taken:
    """The table of a year with execution up to and including a day, today where none is given; NotFound without a table.

    Written down as an export in this format; `indicators.exports.written` makes the file.
    """
    schedule = queries.row(session, year)
    if schedule is None:
        raise NotFound(f"schedule {year}")
    day = as_of or day_of(now)
    detail = {"year": year, "format": format_.value, "as_of": day.isoformat()}
    audit.record(session, actor=actor, tag=Tag.SCHEDULE_EXPORTED, subject=schedule.id, now=now, detail=detail)
    return Taken(up_to(session, schedule, day), day, now, "" if actor == SYSTEM else actor.name)


def up_to(session: Session, schedule: Schedule, day: date) -> tree.Schedule:
    """The table as it is printed on a day."""
    return filled(imported(session, schedule).said, figures(session, schedule, day))
