"""What is asked when our calls are compared with the provider's list."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from helpdesk.db.wall import across
from helpdesk.telephony.models import Call, Difference, RoomGuest
from helpdesk.telephony.rules.reconciling import Differs


def calls(session: Session, first: datetime, last: datetime, sids: Sequence[str]) -> Sequence[Call]:
    """The calls of all desks that began in a half-open span, and those with one of these identifiers."""
    began = (Call.started_at >= first) & (Call.started_at < last)
    statement = select(Call).where(or_(began, Call.sid.in_(sids))).order_by(Call.sid)
    return session.scalars(statement, execution_options=across("telephony")).all()


def guests(session: Session, sids: Collection[str]) -> Sequence[RoomGuest]:
    """Whoever joined a talk, at any desk, and was called by one of these calls."""
    joined = select(RoomGuest).where(RoomGuest.sid.in_(sids), RoomGuest.joined_at.is_not(None)).order_by(RoomGuest.id)
    return session.scalars(joined, execution_options=across("telephony")).all()


def unsettled(session: Session, sids: Sequence[str] | None = None) -> Sequence[Difference]:
    """The differences that nobody has looked at, of these calls or of all, oldest first."""
    waiting = select(Difference).where(Difference.settled_at.is_(None))
    statement = waiting if sids is None else waiting.where(Difference.sid.in_(sids))
    return session.scalars(statement.order_by(Difference.noticed_at, Difference.sid)).all()


def count_unsettled(session: Session) -> Mapping[Differs, int]:
    """How many differences of each kind nobody has looked at; a kind without any is left out."""
    counted = select(Difference.kind, func.count()).where(Difference.settled_at.is_(None)).group_by(Difference.kind)
    return dict(session.execute(counted).all())
