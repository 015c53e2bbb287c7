"""That something waits on the way back: one fixed neutral sentence, by the way and in the hours that the person named, and else nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.audit.rules import Tag
from helpdesk.config import Settings
from helpdesk.db.jobs import Handler, NotYet, enqueue
from helpdesk.db.wall import acting_at
from helpdesk.intake import queries
from helpdesk.intake.models import Intake
from helpdesk.intake.rules.messages import Side
from helpdesk.intake.service.reading import safe_of
from helpdesk.intake.service.trail import note
from helpdesk.kernel.permissions import SYSTEM
from helpdesk.outreach import service as outreach
from helpdesk.outreach.rules import SafeContact, Way, when_to_write

NOTICE = "intake.notice"


def ask(session: Session, intake: Intake, now: datetime) -> None:
    """Ask for a notice in the next safe hour. While one is asked for, no second one is."""
    contact = _way_out(intake)
    due = when_to_write(contact, now) if contact else None
    if due is not None:
        payload = {"desk_id": intake.desk_id, "intake_id": str(intake.id)}
        enqueue(session, NOTICE, payload, due=due, key=f"{NOTICE}:{intake.id}")


def handlers(settings: Settings, send_text: outreach.SendText | None = None) -> Mapping[str, Handler]:
    """The job that sends it, by what is safe when it runs. It sends nothing to whoever has read meanwhile what waits, or wants nothing any more."""

    def send(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
        with acting_at(session, str(payload["desk_id"])):
            intake = queries.intake_held(session, UUID(payload["intake_id"]))
            contact = _way_out(intake)
            due = when_to_write(contact, now) if contact else None
            if contact is None or due is None or not _is_unread(session, intake):
                return
            if due > now:
                raise NotYet(due)
            notice = outreach.Notice(contact, _address(intake, contact), intake.language, intake.desk_id)
            key = f"{intake.id}-{intake.version}"
            if outreach.send_notice(session, settings, notice, send_text, key=key, now=now):
                note(session, intake, Tag.INTAKE_NOTIFIED, actor=SYSTEM, now=now, detail={"way": contact.way.value})

    return {NOTICE: send}


def _way_out(intake: Intake) -> SafeContact | None:
    safe = safe_of(intake)
    return safe.by_email() or safe.by_sms()


def _address(intake: Intake, contact: SafeContact) -> str:
    safe = safe_of(intake)
    return safe.email if contact.way is Way.EMAIL else safe.phone


def _is_unread(session: Session, intake: Intake) -> bool:
    return any(each.side is Side.DESK and each.seen_at is None for each in queries.messages(session, intake.id)) or (
        queries.open_offer(session, intake.id) is not None
    )
