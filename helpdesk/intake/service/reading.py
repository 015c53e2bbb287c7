"""What an intake says, unsealed. Whoever shows it to somebody of the desk records that it was opened."""

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.intake import queries
from helpdesk.intake.models import Intake
from helpdesk.intake.rules.answers import Answers
from helpdesk.intake.rules.safe import Safe
from helpdesk.kernel.permissions import Actor


def answers_of(intake: Intake) -> Answers:
    """What was sent first; of an intake that was opened by telephone or withdrawn, nothing."""
    return Answers.from_json(json.loads(intake.answers)) if intake.answers_sealed else Answers()


def safe_of(intake: Intake) -> Safe:
    """How the person may be reached as they said last; not at all while their code may be in other hands."""
    if intake.unsafe_since is not None or not intake.safe_sealed:
        return Safe()
    return Safe.from_json(json.loads(intake.safe))


def open_intake(session: Session, intake_id: UUID, *, actor: Actor, now: datetime) -> Intake:
    """An intake with its messages for reading; that it was opened, and by whom, is recorded. Raises NotFound."""
    intake = queries.with_messages(session, intake_id)
    audit.record(session, actor=actor, tag=Tag.INTAKE_OPENED, subject=intake.id, desk_id=intake.desk_id, now=now)
    return intake
