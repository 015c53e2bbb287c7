"""What the indicators may read of contacts and advices: numbers of a period at a desk, and the records behind them without names."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, tuple_
from sqlalchemy.orm import Session

from helpdesk.consultations.models import Advice, AdviceTally, Contact
from helpdesk.consultations.rules.statistics import Breakdown
from helpdesk.db.wall import across
from helpdesk.kernel.periods import Period
from helpdesk.kernel.permissions import Profession

_COUNTS = across("counts")
CHILD_AGES = ("A06", "A12", "A15", "A17")


def advices(session: Session, *, desk_id: str, roles: Collection[str], period: Period) -> int:
    """How many advices with one of these roles were closed, by date of service (CR-2 to CR-6). A few rows are read, however many there are."""
    statement = select(func.sum(AdviceTally.number)).where(
        AdviceTally.desk_id == desk_id,
        AdviceTally.role.in_(roles),
        AdviceTally.served_on >= period.start,
        AdviceTally.served_on < period.end,
    )
    return int(session.scalar(statement) or 0)


def contacts(session: Session, *, desk_id: str, period: Period) -> int:
    """How many contacts a desk had, by date of service (CR-1). Whoever booked an appointment and did not come is none."""
    statement = select(func.count()).where(
        Contact.desk_id == desk_id, Contact.served_on >= period.start, Contact.served_on < period.end
    )
    return session.scalar(statement, execution_options=_COUNTS) or 0


def advices_by(session: Session, *, desk_id: str, profession: Profession, period: Period) -> int:
    """How many advices were closed that somebody of one profession gave, by date of service: of officers, the consultations of the Border Guard (R-003-09)."""
    statement = select(func.count()).where(
        Advice.desk_id == desk_id,
        Advice.profession == profession,
        Advice.closed_at.is_not(None),
        Advice.served_on >= period.start,
        Advice.served_on < period.end,
    )
    return session.scalar(statement, execution_options=_COUNTS) or 0


@dataclass(frozen=True, slots=True)
class AdviceRecord:
    """One counted advice as the programme may see it: no name, no note, no alias."""

    id: UUID
    number: str
    served_on: date
    desk_id: str
    role: str
    kinds: tuple[str, ...]
    professional_group: str | None
    group_size: int | None


def advice_records(
    session: Session,
    *,
    desk_id: str,
    roles: Collection[str],
    period: Period,
    after: tuple[date, UUID] | None = None,
    limit: int = 50,
) -> Sequence[AdviceRecord]:
    """The advices behind the figure, newest first, a page at a time."""
    columns = (
        Advice.id,
        Contact.number,
        Advice.served_on,
        Advice.desk_id,
        Advice.role,
        Advice.kinds,
        Advice.professional_group,
        Advice.group_size,
    )
    statement = (
        select(*columns)
        .join(Advice.contact)
        .where(Advice.desk_id == desk_id, Advice.role.in_(roles), Advice.closed_at.is_not(None))
        .where(Advice.served_on >= period.start, Advice.served_on < period.end)
        .order_by(Advice.served_on.desc(), Advice.id.desc())
        .limit(limit)
    )
    if after:
        statement = statement.where(tuple_(Advice.served_on, Advice.id) < after)
    return [_record(row) for row in session.execute(statement, execution_options=_COUNTS)]


def _record(row: Any) -> AdviceRecord:  # noqa: ANN401  a row of the columns above
    return AdviceRecord(
        row.id,
        row.number,
        row.served_on,
        row.desk_id,
        row.role,
        tuple(row.kinds),
        row.professional_group,
        row.group_size,
    )


@dataclass(frozen=True, slots=True)
class PersonsAffected:
    """Persons affected by violence in a period: adults by sex, and children whether they asked themselves or stood by."""

    women: int
    men: int
    others: int
    children: int


def persons_affected(session: Session, *, desk_id: str, roles: Collection[str], period: Period) -> PersonsAffected:
    """Who stood behind the advices, each contact counted once (official classes women, men, children; domain report, D.13)."""
    counted = (
        select(Advice.contact_id)
        .where(Advice.desk_id == desk_id, Advice.role.in_(roles), Advice.closed_at.is_not(None))
        .where(Advice.served_on >= period.start, Advice.served_on < period.end)
    )
    adult = func.coalesce(Contact.age.not_in(CHILD_AGES), True)
    statement = select(
        func.count().filter(adult, Contact.sex == "K"),
        func.count().filter(adult, Contact.sex == "M"),
        func.count().filter(adult, func.coalesce(Contact.sex, "N").not_in(("K", "M"))),
        func.count().filter(Contact.age.in_(CHILD_AGES)) + func.coalesce(func.sum(Contact.child_witnesses), 0),
    ).where(Contact.desk_id == desk_id, Contact.id.in_(counted))
    row = session.execute(statement, execution_options=_COUNTS).one()
    return PersonsAffected(*(int(number) for number in row))


QUARTERS = 4


def by_quarter(session: Session, *, desk_id: str, by: Breakdown, year: int) -> Mapping[str | None, list[int]]:
    """How many contacts, or closed advices, of a year: for each code that occurs the four quarters, by date of service (CR-6); None for what was not said."""
    of = Advice if by.of_advices else Contact
    column: ColumnElement[Any] = getattr(of, by.value)
    if by in {Breakdown.HELP, Breakdown.FORMS}:
        column = func.unnest(column)
    quarter = func.extract("quarter", of.served_on)
    period = Period.of_year(year)
    statement = select(column.label("code"), quarter.label("quarter"), func.count().label("number")).where(
        of.desk_id == desk_id, of.served_on >= period.start, of.served_on < period.end
    )
    if by.of_advices:
        statement = statement.where(Advice.closed_at.is_not(None))
    found: dict[str | None, list[int]] = {}
    for code, in_quarter, number in session.execute(statement.group_by("code", "quarter"), execution_options=_COUNTS):
        found.setdefault(code, [0] * QUARTERS)[int(in_quarter) - 1] = number
    return found
