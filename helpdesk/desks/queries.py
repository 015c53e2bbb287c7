from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk.db.wall import across
from helpdesk.desks.models import Desk, PhoneLine
from helpdesk.kernel.errors import NotFound


def desk(session: Session, desk_id: str) -> Desk | None:
    return session.get(Desk, desk_id)


def this_desk(session: Session, desk_id: str) -> Desk:
    """The desk of an address, or NotFound."""
    found = desk(session, desk_id)
    if found is None:
        raise NotFound(Desk.__name__)
    return found


def all_desks(session: Session) -> Sequence[Desk]:
    return session.scalars(select(Desk).order_by(Desk.id)).all()


def public_lines(session: Session) -> Sequence[tuple[Desk, PhoneLine]]:
    """Every desk that can be called, with its lines, for anybody to read."""
    statement = (
        select(Desk, PhoneLine).join(PhoneLine, PhoneLine.desk_id == Desk.id).order_by(Desk.id, PhoneLine.number)
    )
    return [(desk, line) for desk, line in session.execute(statement, execution_options=across("public"))]


def line_of(session: Session, number: str) -> PhoneLine | None:
    """The line that is called by this number, whichever desk it belongs to: the one question that comes before any desk is known."""
    return session.scalar(select(PhoneLine).where(PhoneLine.number == number), execution_options=across("telephony"))
