"""Taking a line away: nobody is cut off by it."""

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk.db.wall import acting_at
from helpdesk.desks import service as desks
from helpdesk.desks.models import Desk, PhoneLine
from helpdesk.desks.rules import DeskRefusal
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Actor
from helpdesk.telephony import queries


def remove_line(session: Session, desk: Desk, number: str, *, actor: Actor, now: datetime) -> PhoneLine:
    """Take a line away from a desk, or raise Refusal: not while a call there is open. Earlier calls keep the number in their own rows."""
    line = desks.remove_line(session, desk, number, actor=actor, now=now)
    with acting_at(session, desk.id):
        if any(call.line_number == line.number for call in queries.open_calls(session, now)):
            raise Refusal(DeskRefusal.LINE_BUSY, field="number")
    return line
