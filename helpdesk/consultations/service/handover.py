"""The hand-over of a shift: compiled by the system, signed by whoever comes next."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.consultations import queries
from helpdesk.consultations.models import HandOver
from helpdesk.consultations.rules.handover import tally
from helpdesk.db.notify import Changed
from helpdesk.db.wall import acting_desk
from helpdesk.kernel.errors import Forbidden
from helpdesk.kernel.permissions import Actor


def sign(session: Session, *, remarks: str, actor: Actor, now: datetime) -> HandOver:
    """The next person takes on what is open, promised, urgent and unread; what that was at this moment is kept."""
    if actor.id is None:
        raise Forbidden
    left = queries.left_over(session, now)
    counts = tally(each.state for each in left)
    items = {"counts": counts, "numbers": [each.number for each in left]}
    handover = HandOver(signed_at=now, signed_by_id=actor.id, items=items, remarks=remarks)
    session.add(handover)
    told = Changed(acting_desk(session), "handover", str(handover.id))
    detail: dict[str, Any] = dict(counts)
    audit.record(session, actor=actor, tag=Tag.HANDOVER_SIGNED, subject=handover.id, now=now, detail=detail, told=told)
    return handover
