"""What is drafted."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session, joinedload

from helpdesk.accounts.models import Account
from helpdesk.db.wall import get_here
from helpdesk.roster.models import Draft, Duty


def drafts_between(session: Session, first: date, last: date) -> Sequence[Draft]:
    """What is drafted for days between two days, both included, in order."""
    statement = _with_person().where(Draft.day.between(first, last))
    return session.scalars(statement.order_by(Draft.starts_at, Draft.id)).all()


def drafts_around(session: Session, first: date, last: date) -> Sequence[Draft]:
    """The same, and also what moves a published duty of these days to other ones."""
    moved = select(Duty.id).where(Duty.day.between(first, last))
    statement = _with_person().where(or_(Draft.day.between(first, last), Draft.duty_id.in_(moved)))
    return session.scalars(statement.order_by(Draft.starts_at, Draft.id)).all()


def drafts_held(session: Session, first: date, last: date) -> Sequence[Draft]:
    """The same as it is now, held until the transaction ends, so that it is published only once."""
    statement = _with_person().where(Draft.day.between(first, last)).with_for_update(of=Draft)
    return session.scalars(
        statement.order_by(Draft.starts_at, Draft.id), execution_options={"populate_existing": True}
    ).all()


def drafts_of_pattern(session: Session, pattern_id: UUID, first: date, last: date) -> Sequence[Draft]:
    """What is drafted by a pattern for its days between two days."""
    statement = _with_person().where(Draft.pattern_id == pattern_id, Draft.origin_day.between(first, last))
    return session.scalars(statement.order_by(Draft.origin_day, Draft.seat)).all()


def draft(session: Session, draft_id: UUID) -> Draft:
    """The draft of the acting desk, or NotFound."""
    return get_here(session, Draft, draft_id)


def draft_of_duty(session: Session, duty_id: UUID) -> Draft | None:
    """What is drafted on top of a published duty."""
    return session.scalar(_with_person().where(Draft.duty_id == duty_id))


def _with_person() -> Select[Draft]:
    return select(Draft).options(joinedload(Draft.account).lazyload(Account.memberships), joinedload(Draft.post))
