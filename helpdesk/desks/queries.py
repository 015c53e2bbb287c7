from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.db.wall import across
from helpdesk.desks.models import Desk, PhoneLine


def desk(session: Session, desk_id: str) -> Desk | None:
    return session.get(Desk, desk_id)


def all_desks(session: Session) -> Sequence[Desk]:
    return session.scalars(select(Desk).order_by(Desk.id)).all()


def line_of(session: Session, number: str) -> PhoneLine | None:
    """The line that is called by this number, whichever desk it belongs to: the one question that comes before any desk is known."""
    return session.scalar(select(PhoneLine).where(PhoneLine.number == number), execution_options=across("telephony"))
