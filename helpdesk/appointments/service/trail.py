"""The trail of an appointment and the screens that show it. It holds times and codes, and nothing of the person."""

from collections.abc import Iterable
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from helpdesk.appointments.models import Appointment
from helpdesk.audit import service as audit
from helpdesk.audit.rules import Tag
from helpdesk.db.notify import Changed, tell
from helpdesk.db.wall import acting_desk
from helpdesk.kernel.errors import Refusal
from helpdesk.kernel.permissions import Actor
from helpdesk.roster.models import Duty

TOPIC = "appointments"


def note(session: Session, appointment: Appointment, tag: Tag, what: str, *, actor: Actor, now: datetime) -> None:
    """Keep what was done with an appointment, and tell the screens of the desk. Before an officer was booked, also which warning was heard."""
    detail = {"what": what, "from": stamp(appointment.starts_at), "profession": appointment.profession.value}
    if appointment.warned_at is not None:
        detail |= {"version": appointment.warning_version or "", "language": appointment.warning_language or ""}
    audit.record(
        session, actor=actor, tag=tag, subject=appointment.id, desk_id=acting_desk(session), now=now, detail=detail
    )
    tell(session, Changed(acting_desk(session), TOPIC, str(appointment.id)))


def refused(session: Session, duty: Duty, start: datetime, refusal: Refusal, *, actor: Actor, now: datetime) -> None:
    """Keep that somebody came for a slot and did not get it."""
    detail = {"why": refusal.code.value, "from": stamp(start), "profession": duty.profession.value}
    audit.record(
        session,
        actor=actor,
        tag=Tag.APPOINTMENT_REFUSED,
        subject=duty.id,
        desk_id=acting_desk(session),
        now=now,
        detail=detail,
    )


def opened(session: Session, appointments: Iterable[Appointment], *, actor: Actor, now: datetime) -> None:
    """Keep that somebody saw an alias and a question, for each appointment."""
    for each in appointments:
        audit.record(
            session,
            actor=actor,
            tag=Tag.APPOINTMENT_OPENED,
            subject=each.id,
            desk_id=acting_desk(session),
            now=now,
        )


def stamp(at: datetime) -> str:
    """An instant as the trail writes it: in UTC, so that they stand in order as text, too."""
    return at.astimezone(UTC).isoformat()
