"""Who is told that something became of a call: the desk's screens and the audit. Never with a number or a name."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.notify import Changed, tell
from helpdesk.kernel.permissions import SYSTEM
from helpdesk.telephony.models import Call

TOPIC = "calls"


def changed(session: Session, call: Call) -> None:
    """Tell the desk's screens that a call changed."""
    tell(session, Changed(call.desk_id, TOPIC, str(call.id)))


def record(session: Session, call: Call, tag: Tag, now: datetime, detail: dict[str, Any]) -> None:
    """Record what the telephone did, beside all else that happened to the contact."""
    detail = {"call": str(call.id), **detail}
    audit.record(session, actor=SYSTEM, tag=tag, subject=call.contact_id, desk_id=call.desk_id, now=now, detail=detail)
