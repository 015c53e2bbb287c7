"""What the indicators may read of appointments: numbers of a period at a desk, never who came."""

from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from helpdesk.appointments.models import Appointment, offered_by
from helpdesk.appointments.rules import AppointmentRefusal, State
from helpdesk.audit.models import AuditEvent
from helpdesk.audit.rules import Tag
from helpdesk.db.wall import across
from helpdesk.kernel.clock import day_bounds
from helpdesk.kernel.periods import Period
from helpdesk.kernel.permissions import Profession
from helpdesk.roster.models import Duty, DutyState
from helpdesk.roster.rules.spans import Span

_COUNTS = across("counts")


@dataclass(frozen=True, slots=True)
class Tally:
    """Appointments of a period, by the day for which they were made; `refused` counts attempts at a slot that somebody else had.

    `free` are the slots of published, held duties of the period in which no live appointment lies. One that was moved counts once.
    """

    booked: int
    refused: int
    attended: int
    no_show: int
    cancelled: int
    free: int


def appointments(session: Session, *, desk_id: str, period: Period, profession: Profession | None = None) -> Tally:
    """How many appointments there were at a desk in a period of local days, with one profession or with all."""
    span = Span(day_bounds(period.start)[0], day_bounds(period.end)[0])
    states = _states(session, desk_id, span, profession)
    return Tally(
        booked=sum(states.values()),
        refused=_refused(session, desk_id, span, profession),
        attended=states[State.ATTENDED],
        no_show=states[State.NO_SHOW],
        cancelled=states[State.CANCELLED],
        free=_free(session, desk_id, span, profession),
    )


def _states(session: Session, desk_id: str, span: Span, profession: Profession | None) -> Counter[State]:
    statement = select(Appointment.state, func.count()).where(
        Appointment.desk_id == desk_id, Appointment.starts_at >= span.start, Appointment.starts_at < span.end
    )
    if profession is not None:
        statement = statement.where(Appointment.profession == profession)
    rows = session.execute(statement.group_by(Appointment.state), execution_options=_COUNTS)
    return Counter({row[0]: row[1] for row in rows})


def _refused(session: Session, desk_id: str, span: Span, profession: Profession | None) -> int:
    """The audit is the only trace of whoever came too late; it names the slot and not the person."""
    slot, kind = AuditEvent.detail["from"].as_string(), AuditEvent.detail["profession"].as_string()
    statement = select(func.count()).where(
        AuditEvent.desk_id == desk_id,
        AuditEvent.tag == Tag.APPOINTMENT_REFUSED,
        AuditEvent.detail["why"].as_string() == AppointmentRefusal.TAKEN,
        slot >= span.start.isoformat(),
        slot < span.end.isoformat(),
    )
    if profession is not None:
        statement = statement.where(kind == profession)
    return session.scalar(statement) or 0


def _free(session: Session, desk_id: str, span: Span, profession: Profession | None) -> int:
    statement = select(Duty).where(
        Duty.desk_id == desk_id,
        Duty.span.overlaps(func.tstzrange(span.start, span.end)),
        Duty.state == DutyState.PUBLISHED,
        Duty.account_id.is_not(None),
    )
    if profession is not None:
        statement = statement.where(Duty.profession == profession)
    duties = session.scalars(statement.options(joinedload(Duty.post)), execution_options=_COUNTS).unique().all()
    taken = _taken(session, desk_id, [each.id for each in duties])
    return sum(
        slot.start in span and not any(slot.overlaps(each) for each in taken.get(duty.id, ()))
        for duty in duties
        for slot in offered_by(duty).slots
    )


def _taken(session: Session, desk_id: str, duty_ids: list[UUID]) -> dict[UUID, list[Span]]:
    statement = select(Appointment.duty_id, Appointment.starts_at, Appointment.ends_at).where(
        Appointment.desk_id == desk_id, Appointment.duty_id.in_(duty_ids), Appointment.state != State.CANCELLED
    )
    found: dict[UUID, list[Span]] = {}
    for duty_id, starts_at, ends_at in session.execute(statement, execution_options=_COUNTS):
        found.setdefault(duty_id, []).append(Span(starts_at, ends_at))
    return found
