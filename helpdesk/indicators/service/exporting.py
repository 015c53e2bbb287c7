"""The table leaves the office as a file."""

from datetime import date, datetime
from enum import StrEnum
from typing import assert_never

from sqlalchemy.orm import Session

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.indicators import exports, queries
from helpdesk.indicators.models import Schedule
from helpdesk.indicators.rules import tree
from helpdesk.indicators.rules.filling import filled
from helpdesk.indicators.service.figures import figures
from helpdesk.kernel.clock import day_of
from helpdesk.kernel.errors import NotFound
from helpdesk.kernel.permissions import Actor


class Format(StrEnum):
    """Files that the office can take the table away in."""

    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


def export(
    session: Session, year: int, format_: Format, as_of: date | None = None, *, actor: Actor, now: datetime
) -> bytes:
    """The table of a year with execution up to and including a day, today where none is given; NotFound without a table."""
    schedule = queries.schedule(session, year)
    if schedule is None:
        raise NotFound(f"schedule {year}")
    day = as_of or day_of(now)
    detail = {"year": year, "format": format_.value, "as_of": day.isoformat()}
    audit.record(session, actor=actor, tag=Tag.SCHEDULE_EXPORTED, subject=schedule.id, now=now, detail=detail)
    return written(up_to(session, schedule, day), format_, made=now)


def up_to(session: Session, schedule: Schedule, day: date) -> tree.Schedule:
    """The table as it is printed on a day."""
    return filled(schedule.said, figures(session, schedule, day))


def written(schedule: tree.Schedule, format_: Format, *, made: datetime) -> bytes:
    match format_:
        case Format.CSV:
            return exports.to_csv(row.cells for row in exports.printed_rows(schedule))
        case Format.XLSX:
            return exports.to_xlsx(schedule, made=made)
        case Format.JSON:
            return exports.to_json(schedule)
        case _:
            assert_never(format_)
