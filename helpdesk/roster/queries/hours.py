"""What the hours of a month are counted from."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk.roster.models import Confirmation, DutyState, DutyVersion, Worked
from helpdesk.roster.rules.month import Held
from helpdesk.roster.rules.spans import Span


def first_planned(session: Session, within: Span) -> Sequence[Held]:
    """Who was to hold which duties within a span when they were first published, whatever became of them."""
    statement = select(DutyVersion.account_id, DutyVersion.starts_at, DutyVersion.ends_at).where(
        DutyVersion.number == 1,
        DutyVersion.state == DutyState.PUBLISHED,
        DutyVersion.span.overlaps(func.tstzrange(within.start, within.end)),
    )
    rows = session.execute(statement.order_by(DutyVersion.starts_at))
    return [Held(row[0], Span(row[1], row[2])) for row in rows if row[0] is not None]


def worked_otherwise(session: Session, duty_ids: Collection[UUID]) -> Mapping[UUID, Worked]:
    """What was entered of these duties, by duty."""
    statement = select(Worked).where(Worked.duty_id.in_(duty_ids))
    return {each.duty_id: each for each in session.scalars(statement)} if duty_ids else {}


def confirmations(session: Session, month: date) -> Mapping[UUID, Sequence[Confirmation]]:
    """What people confirmed of a month, by person, the first one first."""
    found: dict[UUID, list[Confirmation]] = {}
    statement = select(Confirmation).where(Confirmation.month == month).order_by(Confirmation.number)
    for each in session.scalars(statement):
        found.setdefault(each.account_id, []).append(each)
    return found
