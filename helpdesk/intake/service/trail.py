"""Every step of an intake leaves its trace and tells the desk's screens; in one statement."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.notify import Changed
from helpdesk.intake.models import Intake
from helpdesk.kernel.permissions import Actor

TOPIC = "intakes"
# Whoever sends and comes back has no account and no name here.
PERSON = Actor(id=None, name="person helped")


def note(
    session: Session, intake: Intake, tag: Tag, *, actor: Actor, now: datetime, detail: dict[str, Any] | None = None
) -> None:
    """Record who did what to an intake; `detail` carries codes and numbers, never words and never a return code."""
    told = Changed(intake.desk_id, TOPIC, str(intake.id))
    audit.record(
        session, actor=actor, tag=tag, subject=intake.id, desk_id=intake.desk_id, now=now, detail=detail, told=told
    )
