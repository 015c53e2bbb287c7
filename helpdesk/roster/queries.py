from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.roster.models import Duty


def on_duty(session: Session, at: datetime) -> Sequence[Duty]:
    """The duties at the acting desk that hold the instant `at`; one indexed query, no expansion of rules."""
    return session.scalars(select(Duty).where(Duty.span.contains(at)).order_by(Duty.profession, Duty.starts_at)).all()


def duties_between(session: Session, first: date, last: date) -> Sequence[Duty]:
    """The duties whose local day lies between two days, both included, in order."""
    statement = select(Duty).where(Duty.day.between(first, last))
    return session.scalars(statement.order_by(Duty.starts_at, Duty.profession)).all()


def next_duties(session: Session, account_id: UUID, now: datetime, limit: int = 5) -> Sequence[Duty]:
    """The coming duties of one person, the present one included."""
    statement = select(Duty).where(Duty.account_id == account_id, Duty.ends_at > now)
    return session.scalars(statement.order_by(Duty.starts_at).limit(limit)).all()
