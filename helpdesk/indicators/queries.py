from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session, aliased, joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from helpdesk.indicators.models import Direction, Execution, Indicator, Position, Programme, Schedule

_IMPORT_LOCK = 0x7363686564  # any constant of our own


def schedules(session: Session) -> Sequence[Schedule]:
    """The years for which there is a table, newest first."""
    return session.scalars(select(Schedule).order_by(Schedule.year.desc())).all()


def row(session: Session, year: int) -> Schedule | None:
    """The row of a year's table, for whoever knows what belongs to it."""
    return session.scalars(select(Schedule).where(Schedule.year == year)).one_or_none()


def schedule(session: Session, year: int) -> Schedule | None:
    """The table of a year with all that belongs to it."""
    statement = select(Schedule).where(Schedule.year == year).options(*_whole())
    return session.scalars(statement).unique().one_or_none()


def _whole() -> tuple[ExecutableOption, ...]:
    """Four statements for the whole tree, however large the table is."""
    positions = selectinload(Direction.positions).options(
        joinedload(Position.actions), selectinload(Position.indicators)
    )
    directions = selectinload(Schedule.directions).options(joinedload(Direction.actions), positions)
    return joinedload(Schedule.footnotes), directions


def lock_imports(session: Session) -> None:
    """Only one table comes in at a time, so that two people who import the same one do not both find none."""
    session.execute(select(func.pg_advisory_xact_lock(_IMPORT_LOCK)))


def imported(session: Session, year: int) -> Schedule | None:
    """The table of a year, locked, so that nothing is entered and nobody else imports while it may be replaced."""
    statement = select(Schedule).where(Schedule.year == year).with_for_update(of=Schedule)
    return session.scalars(statement).one_or_none()


def programme(session: Session, name: str) -> Programme | None:
    return session.scalars(select(Programme).where(Programme.name == name)).one_or_none()


def has_entries(session: Session, schedule_id: UUID) -> bool:
    """Whether anything was ever entered by hand for this table."""
    statement = (
        select(Execution.id)
        .join(Indicator, Indicator.id == Execution.indicator_id)
        .join(Position, Position.id == Indicator.position_id)
        .join(Direction, Direction.id == Position.direction_id)
        .where(Direction.schedule_id == schedule_id)
        .limit(1)
    )
    return session.scalar(statement) is not None


def lock_indicator(session: Session, indicator_id: UUID) -> None:
    """Only one person at a time enters something for an indicator."""
    session.execute(select(Indicator.id).where(Indicator.id == indicator_id).with_for_update())


def latest(session: Session, indicator_ids: Collection[UUID], as_of: date) -> Sequence[Execution]:
    """What holds on a day for each of these indicators: of the entries that nobody replaced, the one of the last day."""
    statement = (
        _standing(indicator_ids)
        .where(Execution.as_of <= as_of)
        .ext(distinct_on(Execution.indicator_id))
        .order_by(Execution.indicator_id, Execution.as_of.desc(), Execution.entered_at.desc(), Execution.id.desc())
    )
    return session.scalars(statement).all()


def standing_of(session: Session, indicator_ids: Collection[UUID], as_of: date) -> Sequence[Execution]:
    """The entries of exactly this day that nobody replaced."""
    return session.scalars(_standing(indicator_ids).where(Execution.as_of == as_of)).all()


def entries(session: Session, indicator_ids: Collection[UUID]) -> Sequence[Execution]:
    """Everything ever entered for these indicators, newest first."""
    statement = select(Execution).where(Execution.indicator_id.in_(indicator_ids))
    return session.scalars(statement.order_by(Execution.entered_at.desc(), Execution.id)).all()


def _standing(indicator_ids: Collection[UUID]) -> Select[Execution]:
    later = aliased(Execution)
    return select(Execution).where(
        Execution.indicator_id.in_(indicator_ids),
        Execution.value["kind"].astext != "empty",
        ~select(later.id).where(later.replaces_id == Execution.id).exists(),
    )


def drop(session: Session, schedule_id: UUID) -> None:
    """Take a table away with all that belongs to it; the database refuses if something was entered for it."""
    session.execute(delete(Schedule).where(Schedule.id == schedule_id))
