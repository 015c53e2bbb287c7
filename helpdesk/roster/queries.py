from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from helpdesk.accounts.models import Account
from helpdesk.db.wall import get_here
from helpdesk.roster.models import Duty


def on_duty(session: Session, at: datetime) -> Sequence[Duty]:
    """The duties at the acting desk that hold the instant `at`; one indexed query, no expansion of rules."""
    statement = _with_person().where(Duty.span.contains(at))
    return session.scalars(statement.order_by(Duty.profession, Duty.starts_at, Duty.id)).all()


def duties_between(session: Session, first: date, last: date) -> Sequence[Duty]:
    """The duties whose local day lies between two days, both included, in order."""
    statement = _with_person().where(Duty.day.between(first, last))
    return session.scalars(statement.order_by(Duty.starts_at, Duty.profession, Duty.id)).all()


def next_duties(session: Session, account_id: UUID, now: datetime, limit: int = 5) -> Sequence[Duty]:
    """The coming duties of one person, the present one included."""
    statement = _with_person().where(Duty.account_id == account_id, Duty.ends_at > now)
    return session.scalars(statement.order_by(Duty.starts_at).limit(limit)).all()


def duty(session: Session, duty_id: UUID) -> Duty:
    """The duty of the acting desk, or NotFound."""
    return get_here(session, Duty, duty_id)


def _with_person() -> Select[Duty]:
    """Duties with the name of whoever holds them, in one query: where else the person works is not asked for."""
    return select(Duty).options(joinedload(Duty.account).lazyload(Account.memberships))
