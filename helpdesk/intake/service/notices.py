"""That something waits on the way back: one fixed neutral sentence, by the way and in the hours that the person named, and else nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from helpdesk.audit.rules import Tag
from helpdesk.config import Settings
from helpdesk.db.jobs import Handler, enqueue
from helpdesk.db.wall import acting_at
from helpdesk.intake import queries
from helpdesk.intake.models import Intake
from helpdesk.intake.rules.messages import Side
from helpdesk.intake.service.reading import safe_of
from helpdesk.intake.service.trail import note
from helpdesk.kernel.permissions import SYSTEM
from helpdesk.outreach import service as outreach
from helpdesk.outreach.rules import SafeContact, Way, may_write, when_to_write

NOTICE = "intake.notice"


def ask(session: Session, intake: Intake, now: datetime) -> None:
    """Ask for a notice in the next safe hour. While one is asked for, no second one is."""
    contact = _way_out(intake)
    due = when_to_write(contact, now) if contact else None
    if due is not None:
        payload = {"desk_id": intake.desk_id, "intake_id": str(intake.id), "safe_version": intake.safe_version}
        enqueue(session, NOTICE, payload, due=due, key=f"{NOTICE}:{intake.id}")


def handlers(settings: Settings, send_text: outreach.SendText | None = None) -> Mapping[str, Handler]:
    """The job that sends it. What the person has changed meanwhile, or read already, stops it."""

    def send(session: Session, payload: Mapping[str, Any], now: datetime) -> None:
        with acting_at(session, str(payload["desk_id"])):
            intake = queries.intake_held(session, UUID(payload["intake_id"]))
            if intake.safe_version != payload["safe_version"] or not _is_unread(session, intake):
                return
            contact = _way_out(intake)
            if contact is not None and _sent(settings, send_text, session, intake, contact, now):
                note(session, intake, Tag.INTAKE_NOTIFIED, actor=SYSTEM, now=now, detail={"way": contact.way.value})

    return {NOTICE: send}


def _way_out(intake: Intake) -> SafeContact | None:
    safe = safe_of(intake)
    return safe.by_email() or safe.by_sms()


def _sent(  # each is a fact of one notice
    settings: Settings,
    send_text: outreach.SendText | None,
    session: Session,
    intake: Intake,
    contact: SafeContact,
    now: datetime,
) -> bool:
    if may_write(contact, now) is not None:
        ask(session, intake, now)  # the worker came too late; the next safe hour
        return False
    safe = safe_of(intake)
    address = safe.email if contact.way is Way.EMAIL else safe.phone
    notice = outreach.Notice(contact, address, intake.language, intake.desk_id)
    return outreach.send_notice(session, settings, notice, send_text, key=f"{intake.id}-{intake.version}", now=now)


def _is_unread(session: Session, intake: Intake) -> bool:
    return any(each.side is Side.DESK and each.seen_at is None for each in queries.messages(session, intake.id)) or (
        queries.open_offer(session, intake.id) is not None
    )
